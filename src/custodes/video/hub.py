"""One stream, taken in once and given to everyone who needs it; of a source that need not run always, only while somebody watches.

`StreamHub.on_unit` hands each access unit to the recorder first, then to the queues of viewers: bounded, so that a slow viewer is
dropped to the next key frame, counted, and never in anybody's way. `GopCache` lets a new viewer start at once. Of a group of
pictures above its bound it has the key frame and the newest pictures: a viewer of a recorded stream is then `behind` until it
has those between from the recording (`playback.group.GroupReader`, decision 0046); any other moves on at the next key frame.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from custodes.video.unit import AccessUnit, SoundFrame, SoundParameters


@dataclass(slots=True)
class Tail:
    """The newest pictures of a group, without its key frame: as many as fit.

    Attributes:
        limit: bytes of coded data that may be kept.
        first: place in its group of the first picture that is kept or, while none is, of the next; the key frame's is 0.
    """

    limit: int
    first: int = 1
    units: deque[AccessUnit] = field(default_factory=deque)
    size: int = 0

    def add(self, unit: AccessUnit) -> None:
        """Take in the next picture; the oldest go."""
        units = self.units
        units.append(unit)
        self.size += len(unit.data)
        while self.size > self.limit and units:
            self.size -= len(units.popleft().data)
            self.first += 1


@dataclass(slots=True)
class GopCache:
    """The group of pictures in progress: its key frame, and what follows as far as it fits.

    Of a group longer than `limit` bytes the key frame and the newest pictures are kept. A viewer needs those between
    as well: they are in the recording (`custodes.video.playback.group`), or are left out up to the next key frame.

    Attributes:
        limit: bytes of coded data that may be kept; the key frame is kept in any case.
        key_frame: the last key frame, if there was one.
        tail: what follows it.
    """

    limit: int
    key_frame: AccessUnit | None = None
    tail: Tail = field(init=False)

    def __post_init__(self) -> None:
        self.tail = Tail(self.limit)

    def add(self, unit: AccessUnit) -> None:
        """Take in the next unit of the stream."""
        if unit.key:
            self.key_frame = unit
            self.tail = Tail(max(0, self.limit - len(unit.data)))
        elif self.key_frame is not None:
            self.tail.add(unit)

    def clear(self) -> None:
        """Forget everything: what comes next doesn't follow from it."""
        self.key_frame = None
        self.tail = Tail(self.limit)

    @property
    def whole(self) -> bool:
        """Whether everything since the key frame is kept."""
        return self.tail.first == 1

    @property
    def size(self) -> int:
        """Bytes of coded data that are kept."""
        return self.tail.size + (len(self.key_frame.data) if self.key_frame is not None else 0)


_MOST_FRAMES = 256
"""About five seconds; past that the oldest go."""


class Hearer:
    """A listener's queue; it is emptied as pictures are sent, so that sound alone never wakes anybody."""

    def __init__(self) -> None:
        self._frames: deque[SoundFrame] = deque(maxlen=_MOST_FRAMES)

    def offer(self, frame: SoundFrame) -> None:
        """Queue one frame."""
        self._frames.append(frame)

    def take(self) -> list[SoundFrame]:
        """Everything that waits, in order."""
        found = list(self._frames)
        self._frames.clear()
        return found


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


class Cancellable(Protocol):
    """A timer that can be taken back, such as `asyncio.TimerHandle`."""

    def cancel(self) -> None:
        """Take the timer back."""
        ...


CallLater = Callable[[float, Callable[[], None]], Cancellable]
"""Run a function after so many seconds; `loop.call_later` is one."""


class Demand:
    """Counts who needs a source, starts it for the first and stops it some time after the last.

    The linger spares the camera a new connection each time that a person changes the page.

    Attributes:
        running: whether the source was started and not stopped since.
    """

    def __init__(
        self, start: Callable[[], None], stop: Callable[[], None], linger: float, call_later: CallLater
    ) -> None:
        """Make a demand nobody has yet.

        Args:
            start, stop: begin and end taking in; both return at once.
            linger: seconds that the source goes on after the last has left.
        """
        self._start = start
        self._stop = stop
        self._linger = linger
        self._call_later = call_later
        self._count = 0
        self._timer: Cancellable | None = None
        self.running = False

    def acquire(self) -> None:
        """One more needs it."""
        self._count += 1
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self.running:
            self.running = True
            self._start()

    def release(self) -> None:
        """One less needs it."""
        self._count -= 1
        if self._count == 0 and self.running:
            self._timer = self._call_later(self._linger, self._stop_now)

    def close(self) -> None:
        """Stop at once, whoever still needs it."""
        if self._timer is not None:
            self._timer.cancel()
        self._stop_now()

    def _stop_now(self) -> None:
        self._timer = None
        if self.running:
            self.running = False
            self._stop()


QUEUE_UNITS = 60
"""Pictures that may wait for one viewer: 2.4 s at 25 a second; past that the viewer is at the live edge no more."""

UnitSink = Callable[[AccessUnit], None]


class StreamHub:
    """Hands each unit to the recorder first, then to viewers.

    Everything happens on the caller's thread and nothing waits: the recorder is called, a viewer's queue is bounded.

    Attributes:
        name: camera and stream, for log lines.
        units, bytes: what came in since the start.
        sound: how the sound beside it was coded last; None where none came.
    """

    def __init__(
        self,
        name: str,
        gop_cache_bytes: int,
        recorder: UnitSink | None = None,
        demand: Demand | None = None,
        on_watching: Callable[[int], None] | None = None,
        sound_recorder: Callable[[SoundFrame], None] | None = None,
    ) -> None:
        """Make the hub of one stream.

        Args:
            gop_cache_bytes: bound of what is kept of the group of pictures in progress for new viewers.
            recorder: called first and synchronously with every unit.
            demand: starts and stops the source while it is watched; None when the source runs anyway.
            sound_recorder: called first with every frame of sound.
            on_watching: told 1 for each viewer that comes, -1 for each that goes, before the source is started.
        """
        self.name = name
        self.units = 0
        self.bytes = 0
        self._recorder = recorder
        self._demand = demand
        self._on_watching = on_watching
        self._gop = GopCache(gop_cache_bytes)
        self._queue_bytes = 2 * gop_cache_bytes
        self._viewers: list[ViewerQueue] = []
        self._sound_recorder = sound_recorder
        self.sound: SoundParameters | None = None
        self._hearers: list[Hearer] = []

    def on_unit(self, unit: AccessUnit) -> None:
        """Take in the next unit of the stream."""
        if self._recorder is not None:
            self._recorder(unit)
        self.units += 1
        self.bytes += len(unit.data)
        self._gop.add(unit)
        for viewer in self._viewers:
            viewer.offer(unit)

    def on_sound(self, frame: SoundFrame) -> None:
        """Take in the next frame of sound, which came beside the pictures."""
        self.sound = frame.params
        for hearer in self._hearers:
            hearer.offer(frame)
        if self._sound_recorder is not None:
            self._sound_recorder(frame)

    def hear(self) -> Hearer:
        """A new listener. `unhear` must follow."""
        hearer = Hearer()
        self._hearers.append(hearer)
        return hearer

    def unhear(self, hearer: Hearer) -> None:
        """The listener has gone; saying so twice does no harm."""
        if hearer in self._hearers:
            self._hearers.remove(hearer)

    def on_interruption(self) -> None:
        """The source lost its stream: nothing cached follows on from what comes next."""
        self._gop.clear()
        for viewer in self._viewers:
            viewer.restart()

    def watch(self) -> ViewerQueue:
        """A new viewer, which starts at the cached key frame. `leave` must follow.

        Of a recorded stream whose group of pictures is longer than the cache it is `behind`.
        """
        viewer = ViewerQueue(QUEUE_UNITS, self._queue_bytes)
        viewer.prime(self._gop)
        if not self.recorded:
            viewer.give_up()  # what memory no longer has of a long group of pictures is nowhere
        self._viewers.append(viewer)
        if self._on_watching is not None:
            self._on_watching(1)
        if self._demand is not None:
            self._demand.acquire()
        return viewer

    def leave(self, viewer: ViewerQueue) -> None:
        """The viewer has gone; saying so twice does no harm."""
        if viewer not in self._viewers:
            return
        self._viewers.remove(viewer)
        viewer.close()
        if self._on_watching is not None:
            self._on_watching(-1)
        if self._demand is not None:
            self._demand.release()

    def close(self) -> None:
        """End all viewers."""
        for viewer in self._viewers[:]:
            self.leave(viewer)
        if self._demand is not None:
            self._demand.close()
        self._gop.clear()

    @property
    def recorded(self) -> bool:
        """Whether a recorder gets every unit."""
        return self._recorder is not None

    @property
    def viewers(self) -> int:
        """How many are watching."""
        return len(self._viewers)

    @property
    def cached_bytes(self) -> int:
        """Coded bytes that are kept for new viewers."""
        return self._gop.size

    @property
    def key_frame(self) -> AccessUnit | None:
        """The last key frame that came in."""
        return self._gop.key_frame
