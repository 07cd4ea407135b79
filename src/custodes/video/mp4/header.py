"""The header of a file (ISO/IEC 14496-12 §4.3, §8.2, §8.8.1): `ftyp`, `moov`, and the private box behind them.

A picture's sample entry (ISO/IEC 14496-15 §5.4.2, §8.4.1) is read back when only the file is left. Sample entries of sound are AAC as ``mp4a`` with ``esds``
(ISO/IEC 14496-14 §6.7), G.711 as ``alaw`` and ``ulaw``: names of the QuickTime file format, which the registration authority of ISO media files lists and
FFmpeg, GStreamer and VLC read.

The private box says where a file comes from, so that neighbours join exactly without any index. It is a `uuid` box (§4.2,
usertype), which players skip. With it and the `prft` boxes the index can be rebuilt from files alone.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from uuid import UUID

from custodes.video.mp4.boxes import Mp4Error, box, find, full_box, read_header
from custodes.video.mp4.fragment import SOUND_TRACK_ID as SOUND_ID
from custodes.video.mp4.fragment import TRACK_ID
from custodes.video.unit import (
    CLOCK_RATE,
    Codec,
    CodecParameters,
    SoundCodec,
    SoundParameters,
    UnknownSound,
    aac_parameters,
    g711_parameters,
)

USERTYPE = UUID("6b1d5cf0-0f2c-4d0c-9a6d-0c75f7a3d15e")
VERSION = 1

_FIXED = struct.Struct(">B3x16s16sQIqqqqqBBHIBB")
_NONE = -(1 << 63)
SOURCES = ("", "device")
"""By the number that stands in the box; it was 0 before there were others."""


@dataclass(frozen=True, slots=True)
class FileOrigin:
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


def origin_box(origin: FileOrigin) -> bytes:
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


def parse_origin(data: bytes | memoryview, body: int, end: int) -> FileOrigin:
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
    return FileOrigin(
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


_AUDIO = 28
"""Bytes of AudioSampleEntry (ISO/IEC 14496-12 §12.2.3) before its child boxes."""
_NAMES = {SoundCodec.AAC: b"mp4a", SoundCodec.PCMA: b"alaw", SoundCodec.PCMU: b"ulaw"}
_CODECS = {name: codec for codec, name in _NAMES.items()}

_ES, _DECODER, _SPECIFIC, _SYNC = 3, 4, 5, 6
_AAC_OBJECT = 0x40
_AUDIO_STREAM = 0x15


def sound_entry(params: SoundParameters) -> bytes:
    """The sample entry of `params`."""
    fixed = struct.pack(">6xHIIHHHHI", 1, 0, 0, params.channels, 16, 0, 0, params.rate << 16)
    parts = (fixed, _esds(params.config)) if params.codec is SoundCodec.AAC else (fixed,)
    return box(_NAMES[params.codec], *parts)


def _esds(config: bytes) -> bytes:
    specific = _descriptor(_SPECIFIC, config)
    decoder = _descriptor(_DECODER, struct.pack(">BBBHII", _AAC_OBJECT, _AUDIO_STREAM, 0, 0, 0, 0), specific)
    return full_box(b"esds", 0, 0, _descriptor(_ES, struct.pack(">HB", 2, 0), decoder, _descriptor(_SYNC, b"\2")))


def _descriptor(tag: int, *parts: bytes) -> bytes:
    payload = b"".join(parts)
    return bytes((tag, len(payload))) + payload  # never longer than 127


def sound_from_entry(entry: bytes) -> SoundParameters:
    """The parameters that a sample entry of ours states.

    Raises:
        Mp4Error: another kind of entry, or cut off.
    """
    try:
        head = read_header(entry, 0, len(entry))
        codec = _CODECS.get(head.kind)
        if codec is None:
            raise Mp4Error(f"sample entry {head.kind!r} is not one that is recorded here")
        if codec is not SoundCodec.AAC:
            return g711_parameters(codec)
        esds = find(entry, head.body + _AUDIO, head.end, b"esds")
        return aac_parameters(_specific(entry[esds.body + 4 : esds.end]))
    except (struct.error, IndexError) as error:
        raise Mp4Error("the sample entry is cut off") from error
    except UnknownSound as error:
        raise Mp4Error(str(error)) from error


def _specific(data: bytes) -> bytes:
    """The AudioSpecificConfig in the descriptors as `_esds` lays them out."""
    at = 0
    for tag, fixed in ((_ES, 3), (_DECODER, 13)):
        if data[at] != tag:
            raise Mp4Error("the esds box is not one of ours")
        at += 2 + fixed
    if data[at] != _SPECIFIC or at + 2 + data[at + 1] > len(data):
        raise Mp4Error("the esds box is not one of ours")
    return data[at + 2 : at + 2 + data[at + 1]]


_VISUAL = 78
"""Bytes of VisualSampleEntry (ISO/IEC 14496-12 §12.1.3) before its child boxes."""


def parameters_from_entry(entry: bytes, mime: str, reorder: int, frame_rate: float) -> CodecParameters:
    """The parameters whose sample entry is `entry`; what the entry does not say comes as arguments.

    Raises:
        Mp4Error: not an ``avc1`` or ``hvc1`` entry, or cut off.
    """
    try:
        head = read_header(entry, 0, len(entry))
        width, height = struct.unpack_from(">HH", entry, head.body + 24)
        if head.kind == b"avc1":
            config = find(entry, head.body + _VISUAL, head.end, b"avcC")
            return CodecParameters(
                Codec.H264, _avc_sets(entry, config.body, config.end), width, height, frame_rate, reorder, mime, entry
            )
        if head.kind == b"hvc1":
            config = find(entry, head.body + _VISUAL, head.end, b"hvcC")
            return CodecParameters(
                Codec.H265, _hevc_sets(entry, config.body, config.end), width, height, frame_rate, reorder, mime, entry
            )
    except (struct.error, IndexError) as error:
        raise Mp4Error("the sample entry is cut off") from error
    raise Mp4Error(f"sample entry {head.kind!r} is not one that is recorded here")


def _take(data: bytes, at: int, end: int) -> tuple[bytes, int]:
    (size,) = struct.unpack_from(">H", data, at)
    if at + 2 + size > end:
        raise Mp4Error("a parameter set is cut off")
    return data[at + 2 : at + 2 + size], at + 2 + size


def _avc_sets(data: bytes, at: int, end: int) -> tuple[bytes, ...]:
    sets: list[bytes] = []
    count = data[at + 5] & 0x1F
    at += 6
    for _ in range(count):
        unit, at = _take(data, at, end)
        sets.append(unit)
    count = data[at]
    at += 1
    for _ in range(count):
        unit, at = _take(data, at, end)
        sets.append(unit)
    return tuple(sets)


def _hevc_sets(data: bytes, at: int, end: int) -> tuple[bytes, ...]:
    sets: list[bytes] = []
    arrays = data[at + 22]
    at += 23
    for _ in range(arrays):
        (count,) = struct.unpack_from(">H", data, at + 1)
        at += 3
        for _ in range(count):
            unit, at = _take(data, at, end)
            sets.append(unit)
    return tuple(sets)


_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_FTYP = box(b"ftyp", b"iso6", struct.pack(">I", 1), b"iso6mp41")


def _track(params: CodecParameters) -> bytes:
    size = struct.pack(">II", params.width << 16, params.height << 16)
    media_header = full_box(b"vmhd", 0, 1, bytes(8))
    return _trak(TRACK_ID, 0, size, CLOCK_RATE, b"vide", b"video", media_header, params.sample_entry)


def _sound_track(params: SoundParameters) -> bytes:
    media_header = full_box(b"smhd", 0, 0, bytes(4))
    return _trak(SOUND_ID, 0x0100, bytes(8), params.rate, b"soun", b"sound", media_header, sound_entry(params))


def _trak(
    number: int, volume: int, size: bytes, timescale: int, kind: bytes, name: bytes, media_header: bytes, entry: bytes
) -> bytes:
    tkhd = full_box(
        *(b"tkhd", 0, 3),  # enabled, in movie
        struct.pack(">IIIII", 0, 0, number, 0, 0),
        struct.pack(">QHHHH", 0, 0, 0, volume, 0),
        _MATRIX,
        size,
    )
    mdhd = full_box(b"mdhd", 0, 0, struct.pack(">IIIIHH", 0, 0, timescale, 0, 0x55C4, 0))  # language `und`
    hdlr = full_box(b"hdlr", 0, 0, struct.pack(">I4s12x", 0, kind), name + b"\0")
    empty_tables = (
        full_box(b"stts", 0, 0, bytes(4)),
        full_box(b"stsc", 0, 0, bytes(4)),
        full_box(b"stsz", 0, 0, bytes(8)),
        full_box(b"stco", 0, 0, bytes(4)),
    )
    stbl = box(b"stbl", full_box(b"stsd", 0, 0, struct.pack(">I", 1), entry), *empty_tables)
    dinf = box(b"dinf", full_box(b"dref", 0, 0, struct.pack(">I", 1), full_box(b"url ", 0, 1)))
    return box(b"trak", tkhd, box(b"mdia", mdhd, hdlr, box(b"minf", media_header, dinf, stbl)))


def init_segment(
    params: CodecParameters, origin: FileOrigin | None = None, sound: SoundParameters | None = None
) -> bytes:
    """A whole initialisation segment for one video track at 90 kHz, and one of sound at its sampling rate.

    Args:
        params: the stream's parameters; their sample entry stands in `stsd` as it is.
        origin: what the private box says; left out where nobody needs it (live).
        sound: how the sound is coded; None for no such track.
    """
    mvhd = full_box(
        *(b"mvhd", 0, 0),
        struct.pack(">IIII", 0, 0, CLOCK_RATE, 0),
        struct.pack(">IHH8x", 0x10000, 0x0100 if sound else 0, 0),
        _MATRIX,
        bytes(24),
        struct.pack(">I", SOUND_ID + 1 if sound else TRACK_ID + 1),
    )
    tracks, numbers = [_track(params)], [TRACK_ID]
    if sound is not None:
        tracks.append(_sound_track(sound))
        numbers.append(SOUND_ID)
    mvex = box(b"mvex", *(full_box(b"trex", 0, 0, struct.pack(">IIIII", number, 1, 0, 0, 0)) for number in numbers))
    moov = box(b"moov", mvhd, *tracks, mvex)
    return _FTYP + moov + (origin_box(origin) if origin is not None else b"")
