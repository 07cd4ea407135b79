"""One recording session: a stretch of one stream in which media time runs on without a break.

Here are its line from media time to wall time (docs/design/time.md), the fragment that it gathers, what a new file says of
itself, and what the archive is told, in the order in which its account stays whole.
"""

from __future__ import annotations

from uuid import UUID

import structlog

from custodes.video.archive.gap_book import GapBook
from custodes.video.archive.streams import OpenSegment, RecordedStream
from custodes.video.mp4.fragment import DecodeTimes, Sample
from custodes.video.mp4.header import FileOrigin
from custodes.video.recorder.host_clock import HostSync
from custodes.video.source.state import CameraClock
from custodes.video.unit import CLOCK_RATE, AccessUnit, CodecParameters

SLEW_PPM = 500
"""Largest bend of the line: half a millisecond a second."""


class WallTime:
    """The line from a session's media time (90 kHz ticks) to the host's wall clock (microseconds UTC).

    A picture never arrives before it is made, so that the earliest arrivals are nearest to the truth: the line is led
    towards the smallest difference between arrival and line that a fragment shows. It never jumps.

    Args:
        media_time: of the picture that arrived with the least delay so far.
        wall_us: when it arrived.
    """

    __slots__ = ("_media", "_wall", "error_us")

    def __init__(self, media_time: int, wall_us: int) -> None:
        self._media = media_time
        self._wall = wall_us
        self.error_us = 0

    def at(self, media_time: int) -> int:
        """Wall time of a media time."""
        return self._wall + (media_time - self._media) * 100 // 9

    def lead(self, media_time: int, least_delay_us: int) -> None:
        """Bend the line at the end of a fragment.

        Args:
            media_time: where the fragment ends; the line up to there is final, and goes on from there.
            least_delay_us: smallest ``arrival - at(media_time)`` of its pictures.
        """
        reached = self.at(media_time)
        passed_us = reached - self._wall
        room = max(passed_us, 0) * SLEW_PPM // 1_000_000
        self.error_us = least_delay_us
        self._media = media_time
        self._wall = reached + max(-room, min(room, least_delay_us))


FRAGMENT_TICKS = 90_000
"""Longest fragment: 1 s (half a picture of grace, so that a GOP of 1 s stays whole when its clock is a little slow)."""
SHORT_TICKS = 45_000
"""A key frame ends a fragment only when it is this long: an all-intra stream does not make 25 fragments a second."""
_NO_DELAY = 1 << 62


class Gathering:
    """The fragment being gathered: the pictures' bytes by reference, nothing is copied.

    Attributes:
        key: its first picture is a key frame.
        start: decode time of its first picture, ticks.
        rtp_time: media time of its first picture as it came.
        datas: the pictures' bytes.
        size: their sum.
        earliest_us: smallest ``arrival - presentation time`` in µs, for the wall clock line.
    """

    __slots__ = ("_compositions", "_keys", "_times", "datas", "earliest_us", "key", "rtp_time", "size", "start")

    def __init__(self, unit: AccessUnit, decode_time: int, media_time: int) -> None:
        self.key = unit.key
        self.start = decode_time
        self.rtp_time = unit.media_time
        self.datas: list[bytes] = []
        self.size = 0
        self.earliest_us = _NO_DELAY
        self._times: list[int] = []
        self._compositions: list[int] = []
        self._keys: list[bool] = []
        self.add(unit, decode_time, media_time)

    def add(self, unit: AccessUnit, decode_time: int, media_time: int) -> None:
        """Add a picture; `media_time` is its presentation time on the session's line."""
        data = unit.data
        self.datas.append(data)
        self.size += len(data)
        self._times.append(decode_time)
        self._compositions.append(media_time - decode_time)
        self._keys.append(unit.key)
        delay = unit.wall_us - media_time * 100 // 9
        if delay < self.earliest_us:
            self.earliest_us = delay

    def samples(self, next_decode_time: int) -> list[Sample]:
        """The pictures' descriptions, once it is known where the next fragment begins."""
        times = self._times
        ends = [*times[1:], next_decode_time]
        return [
            Sample(len(data), end - time, composition, key)
            for data, time, end, composition, key in zip(
                self.datas, times, ends, self._compositions, self._keys, strict=True
            )
        ]

    def ends_before(self, key: bool, decode_time: int, frame: int) -> bool:
        """Whether the picture at `decode_time` belongs to the next fragment.

        Args:
            key: it is a key frame.
            frame: usual picture duration, ticks.
        """
        elapsed = decode_time - self.start
        if key and (elapsed >= SHORT_TICKS or not self.key):
            return True
        return elapsed + frame > FRAGMENT_TICKS + frame // 2


def next_cut_us(camera: UUID, start_us: int, segment_us: int) -> int:
    """When the file that starts at `start_us` is due to end: the camera's own mark in each period.

    The mark follows from the camera's id, so that files of many cameras don't close together; a first file shorter
    than a quarter of the period is not made.
    """
    mark = camera.int % segment_us
    due = ((start_us - mark) // segment_us + 1) * segment_us + mark
    return due if due - start_us >= segment_us // 4 else due + segment_us


_NO_ERROR = 1 << 62
_LEAST_FRAME, _MOST_FRAME = 90, 2 * CLOCK_RATE
_STEP_US = 500_000
_DRIFT_US = 2_000_000
_HOLE_TICKS = 2 * CLOCK_RATE
_HOLE_FRAMES = 4
"""Pictures that stay away for longer than both are a hole."""


class RecordingSession:
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


def origin_of(
    camera: UUID, session: RecordingSession, stream: RecordedStream, sync: HostSync, camera_clock: CameraClock | None
) -> FileOrigin:
    """The origin of the file that begins with the fragment which `session` has gathered."""
    gathering, params = session.gathering, session.params
    return FileOrigin(
        camera=camera,
        stream_id=stream.stream_id,
        sequence=stream.next_sequence,
        session=session.number or stream.next_session,
        decode_time=gathering.start,
        wall_us=session.wall_at(gathering.start),
        rtp_time=gathering.rtp_time,
        camera_clock_us=camera_clock.at(gathering.rtp_time) if camera_clock is not None else None,
        sync_offset_us=sync.offset_us,
        synchronised=sync.synchronised,
        sync_state=sync.state,
        reorder=params.reorder,
        frame_rate=params.frame_rate,
        mime=params.mime,
    )


_log = structlog.get_logger(__name__)


class RecorderAccount:
    """Of one recorder.

    Attributes:
        since_us: since when it stands as it does: recording, or in the gap that lasts.
    """

    def __init__(self, stream: RecordedStream, book: GapBook, now_us: int) -> None:
        self._stream = stream
        self._book = book
        self.since_us = stream.gap.from_us if stream.gap else now_us
        self._pending_step: tuple[int, str] | None = None

    def begun(self, start_us: int, thinned: str) -> int:
        """The first fragment of a session is whole: the gap before it is over.

        Args:
            thinned: why only key frames are kept in it; empty where every picture is.

        Returns:
            The session's number.
        """
        number = self._book.session_begun(self._stream, start_us)
        self._note_step(start_us)
        self.since_us = start_us
        self._book.gap_ended(self._stream, start_us)
        if thinned:
            self._book.degraded_begun(self._stream, start_us, "disk", thinned)
        else:
            self._book.degraded_ended(self._stream, start_us)
        return number

    def ended(self, session: RecordingSession, end_us: int, reason: str) -> None:
        """A session's end; a step of a clock is told with what comes behind it."""
        self._book.session_ended(self._stream, session.number, end_us, reason)
        if reason == "clock":
            self._pending_step = (end_us, session.step)
            _log.warning("recorder.clock", camera=str(self._stream.camera), detail=session.step)

    def gap(self, from_us: int, reason: str, detail: str) -> None:
        """Nothing is recorded from `from_us` on."""
        self._note_step(None)
        self._book.degraded_ended(self._stream, from_us)
        lasting = self._stream.gap
        if lasting is None or lasting.reason != reason:
            self.since_us = from_us
        self._book.gap_begun(self._stream, from_us, reason, detail)

    def holes(self, session: RecordingSession) -> None:
        """Pictures that stayed away in the midst of it; those of a session's first fragment wait until that is whole."""
        holes, session.holes = session.holes, []
        for from_media, to_media, detail in holes:
            assert session.line is not None
            from_us, to_us = session.line.at(from_media), session.line.at(to_media)
            self._book.gap_found(self._stream, from_us, to_us, "silent", detail)

    def _note_step(self, to_us: int | None) -> None:
        """The step that the last session ended with: up to where the next one begins, or of no length."""
        if self._pending_step is not None:
            end_us, detail = self._pending_step
            self._pending_step = None
            self._book.gap_found(self._stream, end_us, end_us if to_us is None else to_us, "clock", detail)
