"""Fragments taken apart again: for playback, recovery and verification. Any bytes may come; only `Mp4Error` leaves."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from custodes.video.mp4.boxes import Box, Mp4Error, walk
from custodes.video.mp4.fragment import Sample
from custodes.video.mp4.ntp import us_from_ntp
from custodes.video.mp4.sound import SoundRun, parse_traf

_NON_SYNC = 0x0001_0000
_MAX_SAMPLES = 1 << 16


@dataclass(frozen=True, slots=True)
class ParsedFragment:
    """One fragment.

    Attributes:
        sequence: `mfhd` sequence number.
        decode_time: of the first picture, ticks.
        wall_us: wall time of the first picture by `prft`, or None.
        samples: pictures in decoding order.
        data_offset: offset of the first picture's bytes.
        end: offset behind the `mdat`.
        sound: what is heard, None without; its bytes follow the pictures'.
    """

    sequence: int
    decode_time: int
    wall_us: int | None
    samples: tuple[Sample, ...]
    data_offset: int
    end: int
    sound: SoundRun | None = None

    @property
    def sound_offset(self) -> int:
        """Offset behind the last picture's bytes, where those of the sound begin."""
        return self.end - self.sound.size if self.sound is not None else self.end

    @property
    def duration(self) -> int:
        """Ticks from the first picture's decode time to the next fragment's."""
        return sum(sample.duration for sample in self.samples)

    @property
    def key(self) -> bool:
        """Whether a decoder can start at this fragment."""
        return self.samples[0].key


def parse_fragment(data: bytes | memoryview, start: int = 0, end: int | None = None) -> ParsedFragment:
    """The one fragment in ``data[start:end]``: (`prft`,) `moof`, `mdat`.

    Raises:
        Mp4Error: it is not one whole fragment of one track.
    """
    limit = len(data) if end is None else end
    try:
        return _parse(data, start, limit)
    except struct.error as error:
        raise Mp4Error(f"a box of the fragment at {start} is cut off") from error


def _parse(data: bytes | memoryview, start: int, limit: int) -> ParsedFragment:
    boxes = list(walk(data, start, limit))
    kinds = [found.kind for found in boxes]
    if kinds not in ([b"prft", b"moof", b"mdat"], [b"moof", b"mdat"]):
        raise Mp4Error(f"boxes {kinds} at {start} are not one fragment")
    moof, mdat = boxes[-2], boxes[-1]
    wall_us = _wall(data, boxes[0]) if len(boxes) == 3 else None
    sequence, decode_time, samples, offset, sounding = _moof(data, moof)
    data_offset = moof.start + offset
    if data_offset != mdat.body:
        raise Mp4Error(f"the data offset of the fragment at {start} does not point into its mdat")
    size, sound = sum(sample.size for sample in samples), None
    if sounding is not None:
        sound, sound_offset = sounding
        if moof.start + sound_offset != mdat.body + size:
            raise Mp4Error(f"the sound of the fragment at {start} does not follow its pictures")
        size += sound.size
    if size != mdat.end - mdat.body:
        raise Mp4Error(f"the samples of the fragment at {start} do not fill its mdat")
    return ParsedFragment(sequence, decode_time, wall_us, samples, data_offset, mdat.end, sound)


def _wall(data: bytes | memoryview, prft: Box) -> int:
    if prft.end - prft.body < 16:
        raise Mp4Error("the prft box is cut off")
    (ntp,) = struct.unpack_from(">Q", data, prft.body + 8)
    return us_from_ntp(ntp)


def _moof(data: bytes | memoryview, moof: Box) -> tuple[int, int, tuple[Sample, ...], int, tuple[SoundRun, int] | None]:
    inner = list(walk(data, moof.body, moof.end))
    heads = [found for found in inner if found.kind == b"mfhd"]
    tracks = [found for found in inner if found.kind == b"traf"]
    if len(heads) != 1 or not 1 <= len(tracks) <= 2:
        raise Mp4Error(f"the moof at {moof.start} does not hold one mfhd and one traf, or two with sound")
    (sequence,) = struct.unpack_from(">I", data, heads[0].body + 4)
    track = {found.kind: found for found in walk(data, tracks[0].body, tracks[0].end)}
    if b"tfdt" not in track or b"trun" not in track:
        raise Mp4Error(f"the traf at {moof.start} lacks tfdt or trun")
    version = data[track[b"tfdt"].body]
    (decode_time,) = struct.unpack_from(">Q" if version else ">I", data, track[b"tfdt"].body + 4)
    samples, offset = _trun(data, track[b"trun"])
    sounding = parse_traf(data, tracks[1]) if len(tracks) == 2 else None
    return sequence, decode_time, samples, offset, sounding


def _trun(data: bytes | memoryview, trun: Box) -> tuple[tuple[Sample, ...], int]:
    flags, count = struct.unpack_from(">II", data, trun.body)
    flags &= 0xFFFFFF
    if flags & 0x701 != 0x701:
        raise Mp4Error("the trun does not state offset, durations, sizes and flags")
    width = 4 if flags & 0x800 else 3
    if not 0 < count <= _MAX_SAMPLES or trun.body + 12 + count * width * 4 != trun.end:
        raise Mp4Error(f"the trun says {count} samples, which is not what it holds")
    (offset,) = struct.unpack_from(">i", data, trun.body + 8)
    words = struct.unpack_from(f">{count * width}I", data, trun.body + 12)
    samples = []
    for at in range(0, len(words), width):
        duration, size, sample_flags = words[at : at + 3]
        composition = words[at + 3] if width == 4 else 0
        if composition & 0x8000_0000:
            composition -= 1 << 32
        samples.append(Sample(size, duration, composition, not sample_flags & _NON_SYNC))
    return tuple(samples), offset
