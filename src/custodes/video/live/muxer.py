"""Access units to fragments for one live channel: one picture a fragment, on a media timeline without holes.

Why without holes: Media Source Extensions stop decoding until the next random access point when decode time jumps by
more than twice the last frame's duration (W3C Media Source Extensions §3.5.8), and playback stops at a hole in what is
buffered. So media time never jumps: a picture that comes late is placed at most two durations behind the one before,
and after a real interruption a new `Init` says which wall time the timeline now has. Each fragment carries its own
wall time besides.
"""

from __future__ import annotations

from custodes.video.live.output import Fragment, Init, Output
from custodes.video.mp4.decode_times import DecodeTimes
from custodes.video.mp4.fragment import Sample, fragment
from custodes.video.mp4.init import init_segment
from custodes.video.unit import CLOCK_RATE, AccessUnit, CodecParameters

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
