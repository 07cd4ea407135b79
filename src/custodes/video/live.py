"""Access units to fragments for one live channel: one picture a fragment, on a media timeline without holes; its sound placed by its pictures' times.

Why without holes: Media Source Extensions stop decoding until the next random access point when decode time jumps by
more than twice the last frame's duration (W3C Media Source Extensions §3.5.8), and playback stops at a hole in what is
buffered. So media time never jumps: a picture that comes late is placed at most two durations behind the one before,
and after a real interruption a new `Init` says which wall time the timeline now has. Each fragment carries its own
wall time besides. `OutputGap` is playback's. What the socket carries is in `wire/view.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from custodes.video.mp4.fragment import DecodeTimes, Sample, fragment
from custodes.video.mp4.header import init_segment
from custodes.video.unit import CLOCK_RATE, AccessUnit, CodecParameters, SoundFrame, SoundParameters


@dataclass(frozen=True, slots=True)
class Init:
    """What follows is described by this segment.

    Attributes:
        base_us: wall time of media time 0 of what follows, µs UTC.
        live: whether what follows is the live picture.
        data: `ftyp` and `moov`.
    """

    params: CodecParameters
    base_us: int
    live: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class Fragment:
    """One media fragment.

    Attributes:
        wall_us: of its first picture, µs UTC.
        end_us: of the end of its last picture; what was shown is accounted from `wall_us` to here.
        data: `moof` and `mdat`.
    """

    wall_us: int
    end_us: int
    data: bytes


@dataclass(frozen=True, slots=True)
class OutputGap:
    """Nothing was recorded here; media time goes on behind it without a hole."""

    from_us: int
    to_us: int
    reason: str


@dataclass(frozen=True, slots=True)
class OutputSound:
    """Frames of sound, one behind the other; the pictures beside it never wait for it.

    Attributes:
        wall_us: of the first, µs UTC.
        frames: octets and samples of each.
    """

    wall_us: int
    params: SoundParameters
    frames: tuple[tuple[bytes, int], ...]

    @property
    def end_us(self) -> int:
        """Wall time of its end."""
        return self.wall_us + sum(samples for _data, samples in self.frames) * 1_000_000 // self.params.rate


Output = Init | Fragment | OutputGap | OutputSound


_TOGETHER_US = 60_000


def beside(unit: AccessUnit, frames: Sequence[SoundFrame]) -> Iterator[OutputSound]:
    """What came since the picture before `unit`, in stretches without a hole."""
    for params, same in groupby(frames, key=lambda frame: frame.params):
        begun: OutputSound | None = None
        for frame in same:
            wall_us = unit.wall_us + (frame.media_time - unit.media_time) * 100 // 9
            if begun is not None and abs(wall_us - begun.end_us) < _TOGETHER_US:
                begun = OutputSound(begun.wall_us, params, (*begun.frames, (frame.data, frame.samples)))
                continue
            if begun is not None:
                yield begun
            begun = OutputSound(wall_us, params, ((frame.data, frame.samples),))
        if begun is not None:
            yield begun


DRIFT_US = 500_000
"""A new `Init` is due at a key frame when wall time and media time have come this far apart."""

_DEFAULT_DURATION = 3600
_SHORTEST_DURATION = 900
_JUMP_TICKS = 10 * CLOCK_RATE


def ticks_to_us(ticks: int) -> int:
    """90 kHz ticks in microseconds."""
    return ticks * 100 // 9


class LiveMuxer:
    """Muxes one channel's units. Not for use by several channels."""

    def __init__(self, start: int = 0) -> None:
        """Begin at media time `start` (90 kHz ticks): a channel that comes from playback goes on where that ended."""
        self._end = start
        self._params: CodecParameters | None = None
        self._decode_times = DecodeTimes(0)
        self._offset: int | None = None
        self._placed = start
        self._last_media_time: int | None = None
        self._duration = _DEFAULT_DURATION
        self._base_us = 0
        self._sequence = 0

    @property
    def end(self) -> int:
        """Media time at which the next picture would follow, 90 kHz ticks."""
        return self._end

    def add(self, unit: AccessUnit, hole: bool = False) -> list[Output]:
        """The fragment of `unit`, behind an `Init` where one is due.

        Args:
            unit: in decoding order; a key frame when it is the first or comes after a hole.
            hole: pictures are missing before it.
        """
        outputs: list[Output] = []
        if unit.key and (hole or self._params is not unit.params or self._drifted(unit)):
            outputs.append(self._begin(unit))
        if self._jumped(unit.media_time):
            self._rejoin()
        decode = self._decode_times.next(unit.media_time)
        self._last_media_time = unit.media_time
        placed = self._place(decode)
        self._sequence += 1
        data = fragment(
            self._sequence,
            placed,
            (Sample(len(unit.data), self._duration, unit.media_time - decode, unit.key),),
            (unit.data,),
        )
        outputs.append(Fragment(unit.wall_us, unit.wall_us + ticks_to_us(self._duration), data))
        return outputs

    def _begin(self, unit: AccessUnit) -> Init:
        params = unit.params
        if self._params is not params:
            rate = params.frame_rate
            self._duration = round(CLOCK_RATE / rate) if 1 <= rate <= 240 else _DEFAULT_DURATION
        self._params = params
        self._rejoin()
        self._base_us = unit.wall_us - ticks_to_us(self._end)
        return Init(params, self._base_us, True, init_segment(params))

    def _jumped(self, media_time: int) -> bool:
        """Whether the camera's media clock was set to another time."""
        if self._last_media_time is None:
            return False
        return not -_JUMP_TICKS < media_time - self._last_media_time < _JUMP_TICKS

    def _rejoin(self) -> None:
        """Whatever media time comes next follows at the timeline's end."""
        self._decode_times = DecodeTimes(self._params.reorder if self._params else 0, self._duration)
        self._offset = None
        self._last_media_time = None

    def _place(self, decode: int) -> int:
        """Where on the channel's timeline a picture of decode time `decode` goes."""
        if self._offset is None:
            self._offset = self._end - decode
            placed = self._end
        else:
            delta = decode + self._offset - self._placed
            if 0 < delta <= 2 * self._duration:
                self._duration = max(delta, _SHORTEST_DURATION)
            else:  # late: as far on as no decoder takes for a hole; the next ones catch up
                delta = 2 * self._duration if delta > 0 else 1
            placed = self._placed + delta
        self._placed = placed
        self._end = placed + self._duration
        return placed

    def _drifted(self, unit: AccessUnit) -> bool:
        return abs(self._base_us + ticks_to_us(self._end) - unit.wall_us) > DRIFT_US
