"""One recording session: a stretch of one stream in which media time runs on without a break."""

from __future__ import annotations

from custodes.video.archive.writer import OpenSegment
from custodes.video.mp4.decode_times import DecodeTimes
from custodes.video.recorder.cutting import Gathering
from custodes.video.recorder.wall import WallTime
from custodes.video.unit import CLOCK_RATE, AccessUnit, CodecParameters

_NO_ERROR = 1 << 62
_LEAST_FRAME, _MOST_FRAME = 90, 2 * CLOCK_RATE
_STEP_US = 500_000
_DRIFT_US = 2_000_000
_HOLE_TICKS = 2 * CLOCK_RATE
_HOLE_FRAMES = 4
"""Pictures that stay away for longer than both are a hole."""


class Session:
    """State of a session; the recorder drives it.

    Attributes:
        params: parameters of the file being written.
        gathering: the fragment being gathered.
        segment: the file being written; None until its first fragment is whole.
        line: media time to wall time; None until the first fragment is whole.
        number: session number, 0 until then.
        shift: what is added to RTP media time since a jump of the camera's RTP clock, ticks.
        lead: presentation time less decode time at a key frame, ticks.
        frame: usual picture duration, ticks.
        step: what happened to a clock, when the next key frame must begin a new session; else empty.
        file_error_us: least delay of any fragment of this file against the line.
        cut_us: wall time at which the file is due to end.
        holes: (from, to, detail) in media time, of pictures that stayed away and whose gap is not told yet.
        fragments: number of the next fragment in the file, from 1.
        base: decode time at which the file begins.
        keys_only: only key frames are kept.
        seen: media time of the last picture that came, kept or not.
    """

    __slots__ = (
        *("base", "cut_us", "decode_times", "file_error_us", "fragments", "frame", "gathering", "holes"),
        *("keys_only", "last_decode", "last_media", "last_wall_us", "lead", "line", "nominal", "number", "params"),
        *("seen", "segment", "shift", "step", "wall_less_monotonic"),
    )

    def __init__(self, unit: AccessUnit, wall_less_monotonic: float, *, key_ticks: int = 0) -> None:
        """Begin with a key frame; `key_ticks`, where only key frames are kept, is the usual time between two (ticks)."""
        self.params: CodecParameters = unit.params
        nominal = round(CLOCK_RATE / unit.params.frame_rate) if unit.params.frame_rate > 0 else 3600
        self.nominal = min(max(nominal, _LEAST_FRAME), _MOST_FRAME)
        self.keys_only = key_ticks > 0
        self.frame = key_ticks or self.nominal
        # Key frames alone come in the order in which they are shown.
        self.decode_times = DecodeTimes(0 if self.keys_only else unit.params.reorder, self.frame)
        decode_time = self.decode_times.next(unit.media_time)
        self.lead = unit.media_time - decode_time
        self.gathering = Gathering(unit, decode_time, unit.media_time)
        self.segment: OpenSegment | None = None
        self.line: WallTime | None = None
        self.number = 0
        self.shift = 0
        self.step = ""
        self.file_error_us = _NO_ERROR
        self.cut_us = 0
        self.holes: list[tuple[int, int, str]] = []
        self.fragments = 1
        self.base = decode_time
        self.last_decode = decode_time
        self.last_media = self.seen = unit.media_time
        self.last_wall_us = unit.wall_us
        self.wall_less_monotonic = wall_less_monotonic

    def wall_at(self, decode_time: int) -> int:
        """Wall time of a decode time; only once there is a line."""
        assert self.line is not None
        return self.line.at(decode_time + self.lead)

    @property
    def hole_ticks(self) -> int:
        """A step of media time that is longer than this is looked at."""
        return max(_HOLE_TICKS, _HOLE_FRAMES * self.frame) if self.keys_only else _HOLE_TICKS

    @property
    def end(self) -> int:
        """Decode time at which it ends if nothing more comes: the last picture is shown no longer than pictures came."""
        end = self.last_decode + self.frame
        if not self.keys_only:
            return end
        return max(self.last_decode + 1, min(end, self.last_decode + self.seen - self.last_media + self.nominal))

    def new_file(self) -> None:
        """The next fragment begins a new file."""
        self.segment = None
        self.file_error_us = _NO_ERROR
        self.fragments = 1

    def note_delay(self, decode_time: int, earliest_us: int) -> None:
        """Lead the line at the end of a fragment by the earliest arrival that it showed."""
        assert self.line is not None
        end = decode_time + self.lead
        delay = earliest_us + end * 100 // 9 - self.line.at(end)
        self.file_error_us = min(self.file_error_us, delay)
        if not self.step:
            self.line.lead(end, delay)

    def look_at_clocks(self, wall_less_monotonic: float) -> None:
        """Note a step of the host's clock, or too great a drift of the camera's, between two fragments."""
        if self.step:
            return
        moved = round(wall_less_monotonic - self.wall_less_monotonic)
        self.wall_less_monotonic = wall_less_monotonic  # slow slewing of the host clock adds up to no step
        if abs(moved) > _STEP_US:
            self.step = f"the host's clock moved by {moved} µs"
        elif self.wall_at(self.last_decode) >= self.cut_us and abs(self.file_error_us) > _DRIFT_US:
            self.step = f"the camera's RTP clock drifted by {self.file_error_us} µs"
