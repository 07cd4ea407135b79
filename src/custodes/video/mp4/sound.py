"""Sound in a movie fragment: a second `traf` in the `moof`, its octets behind the pictures' in the same `mdat`.

Pictures come first in both, so that whoever wants pictures alone reads and cuts them as if there were no sound.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from custodes.video.mp4.boxes import Box, Mp4Error, walk

TRACK_ID = 2

_DEFAULT_BASE_IS_MOOF = 0x02_0000
_TRUN_FLAGS = 0x000001 | 0x000100 | 0x000200  # data offset, durations, sizes
_TRAF = struct.Struct(">I4sI4sIII4sIQI4sIIi")
_WORD = struct.Struct(">I")
_OFFSET = struct.Struct(">i")
_PRFT_BYTES = 32
_MOOF_TO_OFFSET = 84
"""From the start of our `moof` to the data offset of its first `trun` (`fragment.fragment_header`)."""
_MOST_FRAMES = 4096


class Sounding(NamedTuple):
    """One frame of sound: bytes, and samples to the next one."""

    size: int
    duration: int


@dataclass(frozen=True, slots=True)
class SoundRun:
    """The sound of one fragment.

    Attributes:
        decode_time: of its first frame, samples since the file's media time 0.
        frames: one behind the other.
    """

    decode_time: int
    frames: tuple[Sounding, ...]

    @property
    def size(self) -> int:
        """Bytes of all frames."""
        return sum(frame.size for frame in self.frames)


def with_sound(header: bytes, run: SoundRun, media_size: int) -> bytes:
    """The header of a fragment of pictures (`fragment_header`), grown by the `traf` of its sound.

    Args:
        media_size: bytes of the pictures; those of the sound follow them.
    """
    moof = _PRFT_BYTES if header[4:8] == b"prft" else 0
    (moof_size,) = _WORD.unpack_from(header, moof)
    mdat = moof + moof_size
    traf = _traf(run.decode_time, run.frames)
    grown = bytearray(header[:mdat] + traf + header[mdat:])
    _WORD.pack_into(grown, moof, moof_size + len(traf))
    behind = len(grown) - moof
    _OFFSET.pack_into(grown, moof + _MOOF_TO_OFFSET, behind)
    _OFFSET.pack_into(grown, mdat + _TRAF.size - 4, behind + media_size)
    mdat += len(traf)
    (mdat_size,) = _WORD.unpack_from(grown, mdat)
    _WORD.pack_into(grown, mdat, mdat_size + run.size)
    return bytes(grown)


def _traf(decode_time: int, frames: Sequence[Sounding]) -> bytes:
    table = b"".join(struct.pack(">II", frame.duration, frame.size) for frame in frames)
    trun = 20 + len(table)
    head = _TRAF.pack(
        *(8 + 16 + 20 + trun, b"traf"),
        *(16, b"tfhd", _DEFAULT_BASE_IS_MOOF, TRACK_ID),
        *(20, b"tfdt", 1 << 24, decode_time),
        *(trun, b"trun", _TRUN_FLAGS, len(frames), 0),
    )
    return head + table


def parse_traf(data: bytes | memoryview, traf: Box) -> tuple[SoundRun, int]:
    """The sound that a second `traf` describes, and the data offset of its first frame.

    Raises:
        Mp4Error: it is not as `with_sound` writes it.
        struct.error: it is cut off.
    """
    inner = {found.kind: found for found in walk(data, traf.body, traf.end)}
    if inner.keys() != {b"tfhd", b"tfdt", b"trun"}:
        raise Mp4Error(f"the second traf at {traf.start} is not one of sound")
    if _WORD.unpack_from(data, inner[b"tfhd"].body + 4)[0] != TRACK_ID or data[inner[b"tfdt"].body] != 1:
        raise Mp4Error(f"the second traf at {traf.start} is not one of sound")
    (decode_time,) = struct.unpack_from(">Q", data, inner[b"tfdt"].body + 4)
    trun = inner[b"trun"]
    flags, count, offset = struct.unpack_from(">IIi", data, trun.body)
    if flags & 0xFFFFFF != _TRUN_FLAGS or not 0 < count <= _MOST_FRAMES or trun.body + 12 + 8 * count != trun.end:
        raise Mp4Error("the trun of the sound is not one of ours")
    words = struct.unpack_from(f">{2 * count}I", data, trun.body + 12)
    frames = tuple(Sounding(size, duration) for duration, size in zip(words[::2], words[1::2], strict=True))
    return SoundRun(decode_time, frames), offset
