"""The sound of a recorder: what waits for its fragment, and where it goes on the file's time.

Sound never gates pictures. A fragment takes what has come by the time that it is written; what comes later goes into the
next one, and at the start of a file what is more than a little late is left out.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from custodes.video.mp4.fragment import SoundRun, SoundSample
from custodes.video.unit import CLOCK_RATE, SoundFrame, SoundParameters

_MOST_FRAMES = 1024
_MOST_BYTES = 512 << 10
_TOLERANCE_MS = 60
"""Sound this near to where it belongs simply follows what was before it, so that nothing clicks."""
_LOST_TICKS = 5 * CLOCK_RATE
"""Pictures for so long without sound, where there was sound before: it is lost."""


class FragmentSound(NamedTuple):
    """The sound of one fragment."""

    run: SoundRun
    datas: list[bytes]


class SoundTrack:
    """The sound of one camera on its way into fragments.

    Attributes:
        track: how the sound of the file being written is coded; None where it has no such track.
        frames, dropped: written, and left out: too late, too many at once, or coded otherwise than the file's header says.
        lost: there was sound in this file and none comes any more.
    """

    def __init__(self) -> None:
        self.track: SoundParameters | None = None
        self.frames = 0
        self.dropped = 0
        self.lost = False
        self._coming: SoundParameters | None = None
        self._waiting: deque[SoundFrame] = deque()
        self._bytes = 0
        self._next: int | None = None  # where the next frame goes, samples since the file's start
        self._heard_until = 0

    @property
    def wants_file(self) -> bool:
        """Sound comes of which the file's header says nothing: at the next key frame a new file begins."""
        return bool(self._waiting) and self._coming != self.track

    def take(self, frame: SoundFrame) -> None:
        """A frame has come."""
        if frame.params != self._coming:
            self.forget()
            self._coming = frame.params
        self._waiting.append(frame)
        self._bytes += len(frame.data)
        while len(self._waiting) > _MOST_FRAMES or self._bytes > _MOST_BYTES:
            self._drop()

    def forget(self) -> None:
        """What waits is not written: nothing is recorded, or key frames alone."""
        while self._waiting:
            self._drop()

    def begin_file(self) -> SoundParameters | None:
        """A file's header is made: how its sound is coded, None while none comes."""
        self.track = self._coming if self._waiting else None
        self._next = None
        self.lost = False
        return self.track

    def fill(self, base: int, until: int) -> FragmentSound | None:
        """The sound of a fragment: what waits and begins before `until`.

        Args:
            base: media time of the file's start, ticks; `until` likewise.
        """
        track = self.track
        if track is None:
            return None
        rate, start = track.rate, 0
        tolerance = _TOLERANCE_MS * rate // 1000
        frames: list[SoundSample] = []
        datas: list[bytes] = []
        while self._waiting and self._waiting[0].media_time < until and self._coming == track:
            frame = self._waiting[0]
            place = (frame.media_time - base) * rate // CLOCK_RATE
            expected = self._next if self._next is not None else max(place, 0)
            if place < expected - tolerance:
                self._drop()
                continue
            if place > expected + tolerance:
                if frames:  # silence is the frame before, held on
                    frames[-1] = frames[-1]._replace(duration=frames[-1].duration + place - expected)
                expected = place
            start = start if frames else expected
            self._waiting.popleft()
            self._bytes -= len(frame.data)
            frames.append(SoundSample(len(frame.data), frame.samples))
            datas.append(frame.data)
            self._next = expected + frame.samples
            self._heard_until = frame.end
        self.frames += len(frames)
        self.lost = not frames and until - self._heard_until > _LOST_TICKS
        return FragmentSound(SoundRun(start, tuple(frames)), datas) if frames else None

    def _drop(self) -> None:
        self._bytes -= len(self._waiting.popleft().data)
        self.dropped += 1
