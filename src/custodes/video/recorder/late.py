"""What a device recorded itself, written into a gap of the archive afterwards: marked as such in its file, its row and its record.

Beside `Recorder`, not instead of it: the camera is being recorded meanwhile. Times are the device's: the first picture stands at the moment that was
asked for, and media time runs on from there. No clock of ours has anything to say about it.

A file is gathered in memory and written at once: its number is taken when it is whole, so that none of what comes meanwhile waits for it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

import structlog

from custodes.video.archive.archive import Archive
from custodes.video.archive.streams import OpenSegment
from custodes.video.archive.volume import NoRoom
from custodes.video.mp4.fragment import fragment_header
from custodes.video.mp4.header import FileOrigin
from custodes.video.recorder.session import Gathering, RecordingSession, WallTime
from custodes.video.unit import CLOCK_RATE, AccessUnit

log = structlog.get_logger(__name__)

SOURCE = "device"
CLOCK_STATE = "device"
"""In the place of the kernel's word for its clock."""
SEGMENT_SECONDS = 20
CUT_BYTES = 12 << 20
"""A file is cut at the next key picture from here on."""
MOST_BYTES = 40 << 20
"""Gathered without a key picture; also what may wait for the disk, of all cameras, when a file is handed to it."""
_BACK_TICKS = -135_000
_JUMP_TICKS = 2 * CLOCK_RATE
"""A step of media time that is longer: another file of the device begins, or its clock moved. Where that stands in time is not known."""


class _Part(NamedTuple):
    """A fragment that waits for its file to be whole."""

    pieces: list[bytes]
    size: int
    key: bool
    start_us: int
    duration: int
    end_us: int


class LateRecorder:
    """Writes one stretch of a device's recording. All calls come from the thread of the camera's `Recorder`; none of them raises or blocks.

    Args:
        camera: registered in the archive.
        span: where it goes, microseconds UTC: its first picture is placed at the beginning, nothing is written beyond the end.

    Attributes:
        over: why it takes no more, empty while it does: ``end``, ``jump``, ``codec``, ``size``, ``disk``, ``dropped``.
        segments: what was handed to the archive, in order.
        reached_us: up to where it was handed to the archive; the beginning while nothing was.
        came_us: up to where pictures have come.
        dropped: pictures that were not written.
    """

    def __init__(self, camera: UUID, archive: Archive, span: tuple[int, int]) -> None:
        self.over = ""
        self.reached_us = self.came_us = span[0]
        self.dropped = 0
        self.segments: list[OpenSegment] = []
        self._camera = camera
        self._archive = archive
        self._stream = archive.stream(camera)
        self._from_us, self._to_us = span
        self._session: RecordingSession | None = None
        self._origin: FileOrigin | None = None
        self._parts: list[_Part] = []
        self._size = 0

    def take(self, unit: AccessUnit) -> None:
        """Take the next picture, in decoding order. It begins at a key picture."""
        session = self._session
        if self.over or (session is None and not unit.key):
            self.dropped += 1
            return
        if session is None:
            self._begin(unit)
            return
        why = self._against(session, unit)
        if why:
            self._end(session, why)
            return
        decode_time = session.decode_times.next(unit.media_time)
        if session.wall_at(decode_time + session.frame) > self._to_us:
            self._end(session, "end")
            return
        self._gather(session, unit, decode_time)
        step = decode_time - session.last_decode
        if 0 < step < _JUMP_TICKS:
            session.frame = step
        session.last_decode = decode_time
        session.last_media = max(session.last_media, unit.media_time)
        self.came_us = session.wall_at(decode_time)

    def close(self) -> None:
        """Nothing more comes: what is gathered is written."""
        if self._session is not None and not self.over:
            self._end(self._session, "end")

    def drop(self) -> None:
        """Nothing more may be written, of what is gathered neither."""
        if not self.over:
            self.over = "dropped"
            self._parts, self._size = [], 0
            self._session_over()

    # Within

    def _begin(self, unit: AccessUnit) -> None:
        session = self._session = RecordingSession(unit, 0.0)
        session.line = WallTime(session.gathering.start + session.lead, self._from_us)

    def _against(self, session: RecordingSession, unit: AccessUnit) -> str:
        """Why a picture is not taken and none behind it."""
        if unit.params is not session.params and unit.params != session.params:
            return "codec"
        if not _BACK_TICKS < unit.media_time - session.last_media < _JUMP_TICKS:
            return "jump"
        return "size" if self._size + session.gathering.size + len(unit.data) > MOST_BYTES else ""

    def _gather(self, session: RecordingSession, unit: AccessUnit, decode_time: int) -> None:
        if not session.gathering.ends_before(unit.key, decode_time, session.frame):
            session.gathering.add(unit, decode_time, unit.media_time)
            return
        self._part(session, decode_time)
        if unit.key and (session.wall_at(decode_time) >= session.cut_us or self._size >= CUT_BYTES):
            self._write(session)
        session.gathering = Gathering(unit, decode_time, unit.media_time)

    def _end(self, session: RecordingSession, why: str) -> None:
        self.over = why
        self.dropped += why != "end"
        until = min(session.end, self._last_tick(session))
        if until > session.gathering.start:
            self._part(session, until)
        self._write(session)
        self._session_over()

    def _session_over(self) -> None:
        """Its end is told, once."""
        session = self._session
        if session is not None and session.number:
            self._archive.book.session_ended(self._stream, session.number, self.reached_us, "filled")
            session.number = 0

    def _last_tick(self, session: RecordingSession) -> int:
        """The decode time that stands at the end of the span."""
        return session.gathering.start + (self._to_us - session.wall_at(session.gathering.start)) * 9 // 100

    def _part(self, session: RecordingSession, next_decode: int) -> None:
        """The fragment that was gathered is whole."""
        gathering = session.gathering
        start_us = session.wall_at(gathering.start)
        if self._origin is None:
            self._origin = self._new_file(session, start_us)
        samples = gathering.samples(next_decode)
        header = fragment_header(session.fragments, gathering.start - session.base, samples, start_us, gathering.size)
        size = len(header) + gathering.size
        duration, end_us = next_decode - gathering.start, session.wall_at(next_decode)
        self._parts.append(_Part([header, *gathering.datas], size, gathering.key, start_us, duration, end_us))
        self._size += size
        session.fragments += 1

    def _new_file(self, session: RecordingSession, start_us: int) -> FileOrigin:
        gathering, params = session.gathering, session.params
        session.base = gathering.start
        session.fragments = 1
        session.cut_us = start_us + SEGMENT_SECONDS * 1_000_000
        return FileOrigin(
            camera=self._camera,
            stream_id=self._stream.stream_id,
            sequence=0,
            session=0,
            decode_time=gathering.start,
            wall_us=start_us,
            rtp_time=gathering.rtp_time,
            camera_clock_us=start_us,
            sync_offset_us=0,
            synchronised=False,
            sync_state=CLOCK_STATE,
            reorder=params.reorder,
            frame_rate=params.frame_rate,
            mime=params.mime,
            source=SOURCE,
        )

    def _write(self, session: RecordingSession) -> None:
        """Hand the whole file to the archive."""
        parts, origin, size = self._parts, self._origin, self._size
        self._parts, self._origin, self._size = [], None, 0
        if origin is None or self.over == "disk":
            return
        if self._archive.waiting_bytes > MOST_BYTES:
            self._lost("the disk is too slow for more than what comes")
            return
        if not session.number:
            session.number = self._archive.book.session_begun(self._stream, origin.wall_us)
        origin = replace(origin, sequence=self._stream.next_sequence, session=session.number)
        try:
            segment = self._archive.begin(origin, session.params, size)
        except NoRoom as error:
            self._lost(str(error))
            return
        for part in parts:
            segment.append(
                part.pieces,
                part.size,
                key=part.key,
                start_us=part.start_us,
                duration=part.duration,
                end_us=part.end_us,
            )
        segment.seal(parts[-1].end_us)
        self.segments.append(segment)
        self.reached_us = parts[-1].end_us

    def _lost(self, why: str) -> None:
        self.over = "disk"
        self._session_over()
        log.warning("filling.disk", camera=str(self._camera), why=why)
