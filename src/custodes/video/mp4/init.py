"""Initialisation segments (ISO/IEC 14496-12 §4.3, §8.2, §8.8.1): `ftyp`, `moov`, and the private box behind them."""

from __future__ import annotations

import struct

from custodes.video.mp4.boxes import box, full_box
from custodes.video.mp4.fragment import TRACK_ID
from custodes.video.mp4.origin import Origin, origin_box
from custodes.video.unit import CLOCK_RATE, CodecParameters

_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_FTYP = box(b"ftyp", b"iso6", struct.pack(">I", 1), b"iso6mp41")


def _track(params: CodecParameters) -> bytes:
    tkhd = full_box(
        *(b"tkhd", 0, 3),  # enabled, in movie
        struct.pack(">IIIII", 0, 0, TRACK_ID, 0, 0),
        struct.pack(">QHHHH", 0, 0, 0, 0, 0),
        _MATRIX,
        struct.pack(">II", params.width << 16, params.height << 16),
    )
    mdhd = full_box(b"mdhd", 0, 0, struct.pack(">IIIIHH", 0, 0, CLOCK_RATE, 0, 0x55C4, 0))  # language `und`
    hdlr = full_box(b"hdlr", 0, 0, struct.pack(">I4s12x", 0, b"vide"), b"video\0")
    empty_tables = (
        full_box(b"stts", 0, 0, bytes(4)),
        full_box(b"stsc", 0, 0, bytes(4)),
        full_box(b"stsz", 0, 0, bytes(8)),
        full_box(b"stco", 0, 0, bytes(4)),
    )
    stbl = box(b"stbl", full_box(b"stsd", 0, 0, struct.pack(">I", 1), params.sample_entry), *empty_tables)
    dinf = box(b"dinf", full_box(b"dref", 0, 0, struct.pack(">I", 1), full_box(b"url ", 0, 1)))
    minf = box(b"minf", full_box(b"vmhd", 0, 1, bytes(8)), dinf, stbl)
    return box(b"trak", tkhd, box(b"mdia", mdhd, hdlr, minf))


def init_segment(params: CodecParameters, origin: Origin | None = None) -> bytes:
    """A whole initialisation segment for one video track at 90 kHz.

    Args:
        params: the stream's parameters; their sample entry stands in `stsd` as it is.
        origin: what the private box says; left out where nobody needs it (live).
    """
    mvhd = full_box(
        *(b"mvhd", 0, 0),
        struct.pack(">IIII", 0, 0, CLOCK_RATE, 0),
        struct.pack(">IHH8x", 0x10000, 0, 0),
        _MATRIX,
        bytes(24),
        struct.pack(">I", TRACK_ID + 1),
    )
    mvex = box(b"mvex", full_box(b"trex", 0, 0, struct.pack(">IIIII", TRACK_ID, 1, 0, 0, 0)))
    moov = box(b"moov", mvhd, _track(params), mvex)
    return _FTYP + moov + (origin_box(origin) if origin is not None else b"")
