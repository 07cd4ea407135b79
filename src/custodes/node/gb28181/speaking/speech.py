"""One speech that stands: fed, paced out, and over once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import structlog

from custodes.node.gb28181.speaking.pacing import Pacer
from custodes.node.gb28181.speaking.voice import Voice
from custodes.video.wire.speaking import Form

log = structlog.get_logger(__name__)

SILENT_SECONDS = 30.0
"""A speech that nothing is fed to for so long is over: its voice output may be another's."""


class Way(Protocol):
    """Where packets go.

    Attributes:
        back: octets that came from there, and were dropped unread.
    """

    back: int

    def send(self, packets: Sequence[bytes]) -> None:
        """Send them, or not."""
        ...

    def close(self) -> None:
        """No more."""
        ...


class Speech:
    """One speech.

    Args:
        left: it is over, and why: whoever keeps it forgets it, tells the gateway, and gives what is to be waited for.
        told: it is over without `end` having been called.

    Attributes:
        form: who called whom; empty before it stands.
        ended: why, once it is over: ``device`` (it hung up), ``gone`` (the device went away, or nobody may speak through it any more),
            ``gateway`` (that knows nothing of it any more, or is away), ``unreached``, ``silent``, ``closed`` (by `end`, or the worker stops).
        octets: that were sent.
    """

    def __init__(self, left: Callable[[str], Awaitable[None]], told: Callable[[str], None]) -> None:
        self.ended: str | None = None
        self.form: Form = ""
        self.octets = 0
        self._left = left
        self._told = told
        self._loop = asyncio.get_running_loop()
        self._pacer = Pacer()
        self._fed_at = self._loop.time()
        self._way: Way | None = None
        self._voice: Voice | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def dropped(self) -> int:
        """Octets that were fed and not sent: more than two seconds waited."""
        return self._pacer.dropped

    @property
    def back(self) -> int:
        """Octets that the device sent back: nobody heard them."""
        return self._way.back if self._way is not None else 0

    def begin(self, form: Form, way: Way, voice: Voice) -> None:
        """The way stands: from now on what is fed goes out."""
        self.form, self._way, self._voice = form, way, voice
        self._fed_at = self._loop.time()
        self._arm()

    def feed(self, alaw: bytes) -> None:
        """So much is to be heard: G.711 A-law at 8 kHz, any number of octets. Two seconds wait at most, what is older is dropped."""
        if self.ended is not None or not alaw:
            return
        self._fed_at = self._loop.time()
        self._pacer.feed(alaw, self._fed_at)
        self._arm()

    async def end(self) -> None:
        """Nothing more is said: the gateway hangs up, the ports are given back. Twice is once."""
        if self.ended is None:
            await self._over("closed")

    def over(self, why: str) -> None:
        """It is over, though it was wanted."""
        if self.ended is not None:
            return
        if self._way is None:  # nobody has it yet: whoever was about to begin it sees
            self.ended = why
            return
        self._over(why)
        try:
            self._told(why)
        except Exception:
            log.exception("speech.owner_failed")

    def lost(self) -> None:
        """The way leads nowhere any more."""
        self.over("unreached")

    def _over(self, why: str) -> Awaitable[None]:
        self.ended = why
        if self._timer is not None:
            self._timer.cancel()
        if self._way is not None:
            self._way.close()
        return self._left(why)

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(min(self._pacer.due, self._fed_at + SILENT_SECONDS), self._look)

    def _look(self) -> None:
        way, voice, now = self._way, self._voice, self._loop.time()
        if way is not None and voice is not None:
            for piece in self._pacer.take(now):
                self.octets += len(piece.alaw)
                way.send(voice.packets(piece))
        if now - self._fed_at >= SILENT_SECONDS:
            self.over("silent")
        if self.ended is None:
            self._arm()
