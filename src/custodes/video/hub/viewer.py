"""A viewer's queue: bounded, and never in the way of anybody else."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from custodes.video.hub.gop import GopCache, Tail
from custodes.video.unit import AccessUnit


@dataclass(slots=True)
class Behind:
    """A viewer that begins with a group of pictures whose middle has left memory.

    Attributes:
        key: the group's key frame.
        tail: the group's newest pictures, which wait here until the viewer has those between from elsewhere.
    """

    key: AccessUnit
    tail: Tail


class ViewerQueue:
    """What one viewer has yet to be sent.

    A viewer that can't keep up loses pictures up to the next key frame (`dropped` counts them); the hub never waits
    for it. Used from one event loop.

    Attributes:
        dropped: pictures that this viewer missed after its first one.
        behind: set when it begins with a long group of pictures. `take` then gives the key frame and waits; the pictures
            of the places 1 to ``behind.tail.first`` (which moves while they are fetched) have to come from elsewhere, and
            `join` or `give_up` after them. The next key frame ends it by itself.
        closed: nothing more comes.
    """

    def __init__(self, limit_units: int, limit_bytes: int) -> None:
        """Bound the queue to `limit_units` pictures and `limit_bytes` bytes, whichever comes first."""
        self._limit_units = limit_units
        self._limit_bytes = limit_bytes
        self._start: deque[AccessUnit] = deque()
        self._units: deque[tuple[AccessUnit, bool]] = deque()
        self._bytes = 0
        self._until_key = True
        self._started = False
        self._hole = False
        self._ready = asyncio.Event()
        self.behind: Behind | None = None
        self.closed = False
        self.dropped = 0

    def prime(self, cache: GopCache) -> None:
        """Begin with the group of pictures in progress. It comes above the bound: it is bounded itself."""
        key, tail = cache.key_frame, cache.tail
        if key is None:
            return
        self._until_key = False
        self._begin_with([key])
        if cache.whole:
            self._begin_with(tail.units)
        else:
            self.behind = Behind(key, Tail(self._limit_bytes, tail.first, deque(tail.units), tail.size))

    def join(self) -> None:
        """The viewer has every picture before ``behind.tail.first``: it goes on with what waits."""
        behind, self.behind = self.behind, None
        if behind is not None:
            self._begin_with(behind.tail.units)

    def give_up(self) -> None:
        """The pictures between can't be had: the viewer goes on at the next key frame."""
        behind, self.behind = self.behind, None
        if behind is not None:
            self._leave_out(len(behind.tail.units))
            self._until_key = True

    def offer(self, unit: AccessUnit) -> None:
        """Queue one unit, or leave it out when the viewer is behind."""
        if unit.key:
            self.give_up()  # what is still fetched of the group before is older than this picture
        if self._until_key:
            if not unit.key:
                self._leave_out(1)
                return
            self._until_key = False
        elif self.behind is not None:
            self.behind.tail.add(unit)
            return
        elif len(self._units) >= self._limit_units or self._bytes + len(unit.data) > self._limit_bytes:
            self._fall_behind(unit)
            return
        self._push(unit)

    def restart(self) -> None:
        """The stream was interrupted: what comes next starts at a key frame, after a hole."""
        self._until_key = True
        self._hole = self._started

    def close(self) -> None:
        """Let `take` return None once the queue is empty."""
        self.closed = True
        self._ready.set()

    async def take(self) -> tuple[AccessUnit, bool] | None:
        """The next unit, and whether pictures are missing before it. None when closed."""
        while not (self._start or self._units):
            if self.closed:
                return None
            self._ready.clear()
            await self._ready.wait()
        if self._start:
            return self._start.popleft(), False
        unit, hole = self._units.popleft()
        self._bytes -= len(unit.data)
        return unit, hole

    def __len__(self) -> int:
        return len(self._start) + len(self._units)

    def _begin_with(self, units: Iterable[AccessUnit]) -> None:
        self._start.extend(units)
        self._started = True
        self._ready.set()

    def _push(self, unit: AccessUnit) -> None:
        self._units.append((unit, self._hole))
        self._hole = False
        self._started = True
        self._bytes += len(unit.data)
        self._ready.set()

    def _leave_out(self, count: int) -> None:
        if self._started:
            self.dropped += count
            self._hole = True

    def _fall_behind(self, unit: AccessUnit) -> None:
        """Everything that waits is old by now: leave it out as well, so that the viewer is back at the live edge."""
        self._leave_out(len(self))
        self._start.clear()
        self._units.clear()
        self._bytes = 0
        if unit.key:
            self._push(unit)
        else:
            self._leave_out(1)
            self._until_key = True
