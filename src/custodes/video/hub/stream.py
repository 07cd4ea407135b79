"""One stream, taken in once and given to everyone who needs it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from custodes.video.hub.demand import Demand
from custodes.video.hub.gop import GopCache
from custodes.video.hub.hearer import Hearer
from custodes.video.hub.viewer import ViewerQueue
from custodes.video.sound.frame import SoundFrame, SoundParameters
from custodes.video.unit import AccessUnit

log = logging.getLogger(__name__)

QUEUE_UNITS = 60
"""Pictures that may wait for one viewer: 2.4 s at 25 a second; past that the viewer is at the live edge no more."""

UnitSink = Callable[[AccessUnit], None]


class StreamHub:
    """Hands each unit to the recorder first, then to viewers, and key frames to processors.

    Everything happens on the caller's thread and nothing waits: the recorder is called, a viewer's queue is bounded,
    a processor is expected to take the key frame and return.

    Attributes:
        name: camera and stream, for log lines.
        units, bytes: what came in since the start.
        sound: how the sound beside it was coded last; None where none came.
        processor_failures: exceptions that processors raised; they reach nobody else.
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
        self.processor_failures = 0
        self._recorder = recorder
        self._demand = demand
        self._on_watching = on_watching
        self._gop = GopCache(gop_cache_bytes)
        self._queue_bytes = 2 * gop_cache_bytes
        self._viewers: list[ViewerQueue] = []
        self._sound_recorder = sound_recorder
        self.sound: SoundParameters | None = None
        self._hearers: list[Hearer] = []
        self._processors: list[UnitSink] = []

    def on_unit(self, unit: AccessUnit) -> None:
        """Take in the next unit of the stream."""
        if self._recorder is not None:
            self._recorder(unit)
        self.units += 1
        self.bytes += len(unit.data)
        self._gop.add(unit)
        for viewer in self._viewers:
            viewer.offer(unit)
        if unit.key and self._processors:
            self._process(unit)

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

    def tap(self, processor: UnitSink) -> Callable[[], None]:
        """Give `processor` every key frame from now on; the returned function ends it."""
        self._processors.append(processor)
        return lambda: self._processors.remove(processor)

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

    def _process(self, unit: AccessUnit) -> None:
        for processor in self._processors[:]:
            try:
                processor(unit)
            except Exception:
                self.processor_failures += 1
                log.exception("hub.processor_failed stream=%s", self.name)
