"""Calls of uppers that stood when the gateway died: their dialogs are on disk, and each gets its BYE when we are registered again.

Pictures have ended by then: a node ends what nobody says is wanted. Without a BYE an upper would show a still picture until a person closes it.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import UUID

import structlog

from custodes.gateway.calls.book import DialogFile, DialogWriter, KeptDialog, kept
from custodes.gateway.upper_platforms.link import UpperLink
from custodes.gateway.upper_platforms.served import ServedCall
from custodes.gb28181.sip.transactions import Full
from custodes.gb28181.ssrc import written
from custodes.video.clock import HostClock

log = structlog.get_logger(__name__)

FOLDER = "uppers"
FORGET_US = 86_400_000_000
"""After a day no upper knows of a call any more."""


class LeftOver:
    """Dialogs of standing calls on disk, and those that are left from before.

    Args:
        folder: the gateway's own.

    Raises:
        BookRefused, sqlite3.Error, OSError: the file can't be opened.
    """

    def __init__(self, folder: Path, clock: HostClock) -> None:
        self._clock = clock
        book = DialogFile(folder / FOLDER)
        self._shelf = DialogWriter(book)
        self._left: dict[str, list[KeptDialog]] = {}
        for row in book.left():
            if clock.wall_us() - row.began_us > FORGET_US:
                self._shelf.end(UUID(row.id))
            else:
                self._left.setdefault(row.device, []).append(row)

    def __len__(self) -> int:
        return sum(len(rows) for rows in self._left.values())

    def begun(self, call: ServedCall) -> None:
        """It stands."""
        lower = call.link.lower
        dialog = lower.dialog(call.wanted.call) if lower is not None else None
        if dialog is not None:
            link = str(call.link.upper.link)
            self._shelf.begun(kept(call.id, link, written(call.ssrc), dialog, self._clock.wall_us()))

    def over(self, call: ServedCall) -> None:
        """It has ended, and the upper was told or told us."""
        self._shelf.end(call.id)

    def registered(self, link: UpperLink) -> None:
        """The upper takes what we say: end what is left."""
        lower = link.lower
        rows = self._left.pop(str(link.upper.link), [])
        if lower is None:
            return
        endpoint, now = lower.endpoint, self._clock.monotonic()
        for row in rows:
            dialog = row.dialog(self._clock.wall_us())
            dialog.peer = lower.platform
            try:
                endpoint.send(
                    dialog.request("BYE", lower.settings.upper.contact, endpoint.branch()), lower.platform, now
                )
            except Full:
                self._left.setdefault(str(link.upper.link), []).append(row)
                continue
            self._shelf.end(UUID(row.id))
        if rows:
            log.info("upper.left_over_ended", link=str(link.upper.link), calls=len(rows))
            link.ask_work()

    async def close(self) -> None:
        """Write what was told, and close."""
        await asyncio.to_thread(self._shelf.close)
