"""The private box behind `moov`: where a file comes from, so that neighbours join exactly without any index.

A `uuid` box (ISO/IEC 14496-12 §4.2, usertype) that players skip. With it and the `prft` boxes the index can be
rebuilt from files alone.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from uuid import UUID

from custodes.video.mp4.boxes import Mp4Error, box

USERTYPE = UUID("6b1d5cf0-0f2c-4d0c-9a6d-0c75f7a3d15e")
VERSION = 1

_FIXED = struct.Struct(">B3x16s16sQIqqqqqBBHIBB")
_NONE = -(1 << 63)
SOURCES = ("", "device")
"""By the number that stands in the box; it was 0 before there were others."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a file says about itself.

    Attributes:
        camera: the camera's id.
        stream_id: which of its streams.
        sequence: number of the segment within the stream, without holes.
        session: number of the recording session; media time is continuous within one.
        decode_time: session's decode time of the first picture, 90 kHz ticks; the file itself starts at 0.
        wall_us: wall time of the first picture on the host clock, microseconds UTC.
        rtp_time: unwrapped RTP timestamp of the first picture, ticks.
        camera_clock_us: the camera's own UTC for the first picture by RTCP sender report, or None.
        sync_offset_us: the host clock's estimated offset from its reference.
        synchronised: whether the host clock was synchronised.
        sync_state: the kernel's or reader's word for it, ASCII, ≤ 255 bytes.
        reorder, frame_rate, mime: of `CodecParameters`; what the sample entry does not say plainly.
        source: empty for what was recorded here as it came; ``device`` for what was taken later from the device's own recordings, whose
            times are by the device's clock.
    """

    camera: UUID
    stream_id: UUID
    sequence: int
    session: int
    decode_time: int
    wall_us: int
    rtp_time: int
    camera_clock_us: int | None
    sync_offset_us: int
    synchronised: bool
    sync_state: str
    reorder: int
    frame_rate: float
    mime: str
    source: str = ""


def origin_box(origin: Origin) -> bytes:
    """The `uuid` box that carries `origin`."""
    state = origin.sync_state.encode("ascii", "replace")[:255]
    mime = origin.mime.encode("ascii", "replace")[:255]
    fixed = _FIXED.pack(
        VERSION,
        origin.camera.bytes,
        origin.stream_id.bytes,
        origin.sequence,
        origin.session,
        origin.decode_time,
        origin.wall_us,
        origin.rtp_time,
        _NONE if origin.camera_clock_us is None else origin.camera_clock_us,
        origin.sync_offset_us,
        origin.synchronised,
        origin.reorder,
        SOURCES.index(origin.source),
        round(origin.frame_rate * 1000),
        len(state),
        len(mime),
    )
    return box(b"uuid", USERTYPE.bytes, fixed, state, mime)


def is_origin(data: bytes | memoryview, body: int, end: int) -> bool:
    """Whether the payload of a `uuid` box is ours."""
    return end - body >= 16 and bytes(data[body : body + 16]) == USERTYPE.bytes


def parse_origin(data: bytes | memoryview, body: int, end: int) -> Origin:
    """The origin in the payload ``data[body:end]`` of a `uuid` box.

    Raises:
        Mp4Error: not ours, cut off, or of a newer version.
    """
    if not is_origin(data, body, end):
        raise Mp4Error("the uuid box is not an origin box")
    if end - body < 16 + _FIXED.size:
        raise Mp4Error("the origin box is cut off")
    fields = _FIXED.unpack_from(data, body + 16)
    version, camera, stream, sequence, session, decode_time, wall_us, rtp_time, camera_clock, offset = fields[:10]
    synchronised, reorder, source, frame_rate, state_size, mime_size = fields[10:]
    if version != VERSION:
        raise Mp4Error(f"the origin box has version {version}, this program knows {VERSION}")
    if source >= len(SOURCES):
        raise Mp4Error(f"the origin box names a source ({source}) that this program does not know")
    at = body + 16 + _FIXED.size
    if at + state_size + mime_size > end:
        raise Mp4Error("the origin box is cut off")
    return Origin(
        camera=UUID(bytes=camera),
        stream_id=UUID(bytes=stream),
        sequence=sequence,
        session=session,
        decode_time=decode_time,
        wall_us=wall_us,
        rtp_time=rtp_time,
        camera_clock_us=None if camera_clock == _NONE else camera_clock,
        sync_offset_us=offset,
        synchronised=bool(synchronised),
        sync_state=bytes(data[at : at + state_size]).decode("ascii", "replace"),
        reorder=reorder,
        frame_rate=frame_rate / 1000,
        mime=bytes(data[at + state_size : at + state_size + mime_size]).decode("ascii", "replace"),
        source=SOURCES[source],
    )
