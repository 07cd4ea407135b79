"""Movie fragments (ISO/IEC 14496-12 §8.8): a `moof` that describes some pictures and the `mdat` that holds them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

from custodes.video.mp4.ntp import ntp_from_us

TRACK_ID = 1

_KEY = 0x0200_0000
"""sample_depends_on = 2: depends on no other (§8.8.3.1)."""
_DELTA = 0x0101_0000
"""sample_depends_on = 1, sample_is_non_sync_sample."""

_DEFAULT_BASE_IS_MOOF = 0x02_0000
_TRUN_FLAGS = 0x000001 | 0x000100 | 0x000200 | 0x000400
_TRUN_COMPOSITION = 0x000800

_PRFT = struct.Struct(">I4sIIQQ")
_MOOF = struct.Struct(
    ">I4s"  # moof
    "I4sII"  # mfhd: version and flags, sequence
    "I4s"  # traf
    "I4sII"  # tfhd: flags, track
    "I4sIQ"  # tfdt version 1
    "I4sIIi"  # trun: version and flags, count, data offset
)
_MDAT = struct.Struct(">I4s")
_LARGE_MDAT = struct.Struct(">I4sQ")


class Sample(NamedTuple):
    """One picture of a fragment.

    Attributes:
        size: bytes.
        duration: ticks of 90 kHz to the next picture's decode time.
        composition: presentation time less decode time, ticks; may be negative (`trun` version 1).
        key: a decoder can start here.
    """

    size: int
    duration: int
    composition: int
    key: bool


def fragment_header(
    sequence: int, decode_time: int, samples: Sequence[Sample], wall_us: int | None = None, media_size: int = -1
) -> bytes:
    """Everything of a fragment but the pictures: (`prft`,) `moof`, header of `mdat`.

    Args:
        sequence: `mfhd` sequence number, rising in a file.
        decode_time: of the first picture, ticks (`tfdt`).
        samples: in decoding order.
        wall_us: wall time of the first picture; given, a `prft` box states it (§8.16.5).
        media_size: sum of the samples' sizes, when the caller knows it.
    """
    count = len(samples)
    if media_size < 0:
        media_size = sum(sample[0] for sample in samples)
    composed = any(sample[2] for sample in samples)
    words: list[int] = []
    if composed:
        for size, duration, composition, key in samples:
            words += (duration, size, _KEY if key else _DELTA, composition & 0xFFFF_FFFF)
    else:
        for size, duration, _, key in samples:
            words += (duration, size, _KEY if key else _DELTA)
    table = struct.pack(f">{len(words)}I", *words)
    trun = 20 + len(table)
    traf = 8 + 16 + 20 + trun
    moof = 8 + 16 + traf
    large = media_size + 8 > 0xFFFF_FFFF
    mdat = _LARGE_MDAT.pack(1, b"mdat", media_size + 16) if large else _MDAT.pack(media_size + 8, b"mdat")
    head = _MOOF.pack(
        *(moof, b"moof"),
        *(16, b"mfhd", 0, sequence),
        *(traf, b"traf"),
        *(16, b"tfhd", _DEFAULT_BASE_IS_MOOF, TRACK_ID),
        *(20, b"tfdt", 1 << 24, decode_time),
        *(trun, b"trun", 1 << 24 | _TRUN_FLAGS | (_TRUN_COMPOSITION if composed else 0), count, moof + len(mdat)),
    )
    if wall_us is None:
        return head + table + mdat
    prft = _PRFT.pack(32, b"prft", 1 << 24, TRACK_ID, ntp_from_us(wall_us), decode_time)
    return prft + head + table + mdat


def fragment(
    sequence: int, decode_time: int, samples: Sequence[Sample], datas: Sequence[bytes], wall_us: int | None = None
) -> bytes:
    """A whole fragment in one piece; `datas` holds the pictures' bytes, one for each sample."""
    return b"".join((fragment_header(sequence, decode_time, samples, wall_us), *datas))
