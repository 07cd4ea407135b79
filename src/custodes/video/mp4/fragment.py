"""Movie fragments (ISO/IEC 14496-12 §8.8): a `moof` that describes some pictures and the `mdat` that holds them; and the times in them.

NTP timestamps of 64 bits (RFC 5905 §6), as `prft` and RTCP carry them. Decode times from presentation times: RTP carries only the
latter (RFC 6184 §5.1), boxes want both. Sound is a second `traf` in the `moof`, its octets behind the pictures' in the same `mdat`:
pictures come first in both, so that they are read and cut alone as if there were no sound.
"""

from __future__ import annotations

import heapq
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from custodes.video.mp4.boxes import Box, Mp4Error, walk

_NOMINAL = 3600
"""Picture duration, in 90 kHz ticks, assumed before two pictures have been seen (25 per second)."""


class DecodeTimes:
    """Gives each picture, in decoding order, a decode time that rises and is never behind its presentation time.

    With a reorder depth *n* at most *n* pictures wait for output, so that the picture shown *n* places before the
    current one in output order gives the decode time (H.264 Annex C.4.5.3 bumping, seen from the other side). For a
    stream without B-frames this is the presentation time itself.

    Args:
        reorder: pictures that may precede a picture in decoding order and follow it in output order.
        frame_duration: nominal picture duration in ticks, for the first `reorder` pictures.
    """

    def __init__(self, reorder: int, frame_duration: int = _NOMINAL) -> None:
        self._reorder = reorder
        self._frame = frame_duration
        self._waiting: list[int] = []
        self._first = 0
        self._count = 0
        self._last: int | None = None

    def next(self, media_time: int) -> int:
        """Decode time of the next picture, whose presentation time is `media_time` (ticks)."""
        decode = self._delayed(media_time) if self._reorder else media_time
        if self._last is not None and decode <= self._last:
            decode = self._last + 1
        self._last = decode
        return decode

    def _delayed(self, media_time: int) -> int:
        if not self._count:
            self._first = media_time
        self._count += 1
        heapq.heappush(self._waiting, media_time)
        if len(self._waiting) <= self._reorder:
            return self._first - (self._reorder - self._count + 1) * self._frame
        return heapq.heappop(self._waiting)


_EPOCH_SECONDS = 2_208_988_800
"""Seconds from 1900-01-01 to 1970-01-01."""
_ERA = 1 << 64
_HALF = 1 << 63


def ntp_from_us(wall_us: int) -> int:
    """The timestamp of a moment; the era (since 2036: 1) is dropped as in RFC 5905 §6."""
    seconds, micros = divmod(wall_us, 1_000_000)
    return (((seconds + _EPOCH_SECONDS) << 32) + ((micros << 32) + 500_000) // 1_000_000) % _ERA


def us_from_ntp(ntp: int) -> int:
    """The moment of a timestamp between 1968 and 2104: what is in the lower half of the range belongs to era 1."""
    if ntp < _HALF:
        ntp += _ERA
    seconds, fraction = ntp >> 32, ntp & 0xFFFF_FFFF
    return (seconds - _EPOCH_SECONDS) * 1_000_000 + (fraction * 1_000_000 + (1 << 31) >> 32)


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


SOUND_TRACK_ID = 2

_SOUND_TRUN_FLAGS = 0x000001 | 0x000100 | 0x000200  # data offset, durations, sizes
_TRAF = struct.Struct(">I4sI4sIII4sIQI4sIIi")
_WORD = struct.Struct(">I")
_OFFSET = struct.Struct(">i")
_PRFT_BYTES = 32
_MOOF_TO_OFFSET = 84
"""From the start of our `moof` to the data offset of its first `trun` (`fragment.fragment_header`)."""
_MOST_FRAMES = 4096


class SoundSample(NamedTuple):
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
    frames: tuple[SoundSample, ...]

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


def _traf(decode_time: int, frames: Sequence[SoundSample]) -> bytes:
    table = b"".join(struct.pack(">II", frame.duration, frame.size) for frame in frames)
    trun = 20 + len(table)
    head = _TRAF.pack(
        *(8 + 16 + 20 + trun, b"traf"),
        *(16, b"tfhd", _DEFAULT_BASE_IS_MOOF, SOUND_TRACK_ID),
        *(20, b"tfdt", 1 << 24, decode_time),
        *(trun, b"trun", _SOUND_TRUN_FLAGS, len(frames), 0),
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
    if _WORD.unpack_from(data, inner[b"tfhd"].body + 4)[0] != SOUND_TRACK_ID or data[inner[b"tfdt"].body] != 1:
        raise Mp4Error(f"the second traf at {traf.start} is not one of sound")
    (decode_time,) = struct.unpack_from(">Q", data, inner[b"tfdt"].body + 4)
    trun = inner[b"trun"]
    flags, count, offset = struct.unpack_from(">IIi", data, trun.body)
    if flags & 0xFFFFFF != _SOUND_TRUN_FLAGS or not 0 < count <= _MOST_FRAMES or trun.body + 12 + 8 * count != trun.end:
        raise Mp4Error("the trun of the sound is not one of ours")
    words = struct.unpack_from(f">{2 * count}I", data, trun.body + 12)
    frames = tuple(SoundSample(size, duration) for duration, size in zip(words[::2], words[1::2], strict=True))
    return SoundRun(decode_time, frames), offset
