"""Where a worker burns viewers' names into pictures: few at once, in threads that give way to everything else."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from custodes.node.socket_line import ChannelEnded
from custodes.video.burn.burner import BurnedMark, Burner, BurnTerms, Lettering, Region
from custodes.video.wire.token import GrantClaims

_P = ParamSpec("_P")
_T = TypeVar("_T")

NICE = 10
LETTER_PIXELS = 18
"""Height of a letter in a picture of 360 lines: it is read on a phone, and a face is larger."""

Faces = Callable[[], tuple[tuple[Path, int], ...]]
"""Finds the fonts, the best first. Raises whatever makes it impossible."""


class BurnDesk:
    """Of one worker.

    Args:
        seats: channels that are burnt at once; each takes a part of a core for as long as it plays.
        faces: finds the fonts; asked once, when the first viewer comes.
    """

    def __init__(self, seats: int, faces: Faces, zone: ZoneInfo, terms: BurnTerms | None = None) -> None:
        self._seats = seats
        self._taken = 0
        self._faces = faces
        self._zone = zone
        self._terms = terms or BurnTerms()
        self._lettering: Lettering | None = None
        self._pool = ThreadPoolExecutor(max(1, min(seats, 2)), thread_name_prefix="burn", initializer=_give_way)

    @contextmanager
    def seat(self) -> Iterator[None]:
        """A place for one channel.

        Raises:
            ChannelEnded: all are taken; nothing is shown half.
        """
        if self._taken >= self._seats:
            raise ChannelEnded("busy", f"{self._seats} supervised pictures are shown here already")
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1

    async def burner(self, claims: GrantClaims, region: Region | None) -> Burner:
        """What burns under this token.

        Raises:
            ChannelEnded: there is no font here that a name could be written with.
        """
        if self._lettering is None:
            try:
                self._lettering = await self.run(lambda: Lettering(self._faces(), LETTER_PIXELS))
            except Exception as error:
                raise ChannelEnded("error", f"names can't be written here: {error}") from error
        return Burner(BurnedMark(claims.burnt, claims.index, self._zone), self._lettering, self._terms, region)

    async def run(self, call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """The result of `call`, made in a thread that gives way."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: call(*args, **kwargs))

    def close(self) -> None:
        """Take no more; what is under way is nobody's any more."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _give_way() -> None:
    """Linux keeps a niceness for each thread: recorders and other viewers come first."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
