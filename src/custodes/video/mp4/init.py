"""Initialisation segments (ISO/IEC 14496-12 §4.3, §8.2, §8.8.1): `ftyp`, `moov`, and the private box behind them."""

from __future__ import annotations

import struct

from custodes.video.mp4.boxes import box, full_box
from custodes.video.mp4.fragment import TRACK_ID
from custodes.video.mp4.origin import Origin, origin_box
from custodes.video.mp4.sound import TRACK_ID as SOUND_ID
from custodes.video.mp4.sound_entry import sound_entry
from custodes.video.sound.frame import SoundParameters
from custodes.video.unit import CLOCK_RATE, CodecParameters

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


def init_segment(params: CodecParameters, origin: Origin | None = None, sound: SoundParameters | None = None) -> bytes:
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
