"""Fragments and whole files taken apart again: for playback, recovery and verification. Any bytes may come; only `Mp4Error` leaves.

For playback fragments are moved to another place of a timeline, with the pictures' bytes as they are. Of a file recovery,
`reindex` and `verify` see what is whole, where the good part ends, and what is wrong behind it: `scan_file` never raises on
what the bytes say, only when the disk can't read them.
"""

from __future__ import annotations

import mmap
import os
import struct
from dataclasses import dataclass, field
from pathlib import Path

from custodes.video.mp4.boxes import Box, Mp4Error, find, read_header, walk
from custodes.video.mp4.fragment import Sample, SoundRun, fragment_header, parse_traf, us_from_ntp
from custodes.video.mp4.header import FileOrigin, is_origin, parameters_from_entry, parse_origin, sound_from_entry
from custodes.video.unit import CodecParameters, SoundParameters

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


def retime(data: bytes, decode_time: int, sequence: int) -> bytes:
    """The pictures of a fragment with another decode time and sequence number, without `prft` and without sound.

    Raises:
        Mp4Error: `data` is not one whole fragment.
    """
    parsed = parse_fragment(data)
    header = fragment_header(sequence, decode_time, parsed.samples)
    return header + data[parsed.data_offset : parsed.sound_offset]


_MAX_HEADER = 1 << 20


@dataclass(frozen=True, slots=True)
class ScannedFragment:
    """One whole fragment: where it is and what its `moof` and `prft` say (ticks, microseconds)."""

    offset: int
    size: int
    decode_time: int
    duration: int
    wall_us: int | None
    key: bool


@dataclass
class FileScan:
    """What a file holds.

    Attributes:
        size: bytes of the file.
        init_size: bytes of the header; 0 when there is no whole header.
        origin, params, sound: what the header says, when it could be read; `sound` is None without such a track.
        fragments: whole fragments, in order.
        good: bytes up to the end of the last whole fragment (or of the header).
        defect: what is wrong at `good`, empty when the file ends there.
    """

    size: int = 0
    init_size: int = 0
    origin: FileOrigin | None = None
    params: CodecParameters | None = None
    sound: SoundParameters | None = None
    fragments: list[ScannedFragment] = field(default_factory=list)
    good: int = 0
    defect: str = ""


def scan_bytes(data: bytes | memoryview | mmap.mmap, size: int) -> FileScan:
    """Scan ``data[:size]``."""
    scan = FileScan(size=size)
    view = memoryview(data)
    try:
        _header(view, size, scan)
        while scan.good < size:
            _next_fragment(view, size, scan)
    except Mp4Error as error:
        scan.defect = str(error)
    except (ValueError, OverflowError) as error:
        scan.defect = f"unreadable at {scan.good}: {error}"
    finally:
        view.release()
    return scan


def scan_file(path: Path) -> FileScan:
    """Scan a file.

    Raises:
        OSError: it can't be opened or mapped.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if not size:
            return FileScan(defect="the file is empty")
        with mmap.mmap(file.fileno(), size, prot=mmap.PROT_READ) as data:
            return scan_bytes(data, size)


def sound_of_header(data: bytes) -> SoundParameters | None:
    """How the sound of a file is coded whose header `data` begins with; None when it has none.

    Raises:
        Mp4Error: there is no whole header of ours.
    """
    scan = FileScan(size=len(data))
    _header(memoryview(data), len(data), scan)
    return scan.sound


def _header(view: memoryview, size: int, scan: FileScan) -> None:
    at = 0
    moov = False
    while at < size:
        found = read_header(view, at, size)
        if found.kind in (b"prft", b"moof"):
            break
        if found.end > _MAX_HEADER:
            raise Mp4Error(f"box {found.kind!r} at {at} is too large for a header")
        if found.kind == b"moov":
            moov = True
            entries = _entries(view, found)
        elif found.kind == b"uuid" and is_origin(view, found.body, found.end):
            scan.origin = parse_origin(view, found.body, found.end)
            at = found.end
            break  # our header ends with it
        at = found.end
    if not moov:
        raise Mp4Error("there is no moov before the first fragment")
    origin = scan.origin
    if origin is None:
        raise Mp4Error("the header has no origin box: cut off, or no recording of ours")
    scan.params = parameters_from_entry(entries[0], origin.mime, origin.reorder, origin.frame_rate)
    scan.sound = sound_from_entry(entries[1]) if len(entries) == 2 else None
    scan.init_size = scan.good = at


def _entries(view: memoryview, moov: Box) -> list[bytes]:
    """The sample entry of each track: pictures, and perhaps sound."""
    tracks = [found for found in walk(view, moov.body, moov.end) if found.kind == b"trak"]
    if not 1 <= len(tracks) <= 2:
        raise Mp4Error(f"the moov has {len(tracks)} tracks")
    boxes = [find(view, track.body, track.end, b"mdia", b"minf", b"stbl", b"stsd") for track in tracks]
    return [bytes(view[found.body + 8 : found.end]) for found in boxes]


def _next_fragment(view: memoryview, size: int, scan: FileScan) -> None:
    at = end = scan.good
    for kinds in ((b"prft", b"moof"), (b"moof", b"mdat"), (b"mdat",)):
        found = read_header(view, end, size)
        if found.kind not in kinds:
            raise Mp4Error(f"box {found.kind!r} at {end} where a fragment goes on")
        end = found.end
        if found.kind == b"mdat":
            break
    parsed = parse_fragment(view, at, end)
    if parsed.sound is not None and scan.sound is None:
        raise Mp4Error(f"the fragment at {at} has sound, of which the header says nothing")
    scan.fragments.append(
        ScannedFragment(at, end - at, parsed.decode_time, parsed.duration, parsed.wall_us, parsed.key)
    )
    scan.good = end
