"""A file read box by box: what is whole, where the good part ends, what is wrong behind it.

This is what recovery, `reindex` and `verify` see of a file; it never raises on what the bytes say, only when the disk
can't read them.
"""

from __future__ import annotations

import mmap
import os
from dataclasses import dataclass, field
from pathlib import Path

from custodes.video.mp4.boxes import Box, Mp4Error, find, read_header, walk
from custodes.video.mp4.origin import Origin, is_origin, parse_origin
from custodes.video.mp4.parse import parse_fragment
from custodes.video.mp4.sample_entry import parameters_from_entry
from custodes.video.mp4.sound_entry import sound_from_entry
from custodes.video.sound.frame import SoundParameters
from custodes.video.unit import CodecParameters

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
class Scan:
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
    origin: Origin | None = None
    params: CodecParameters | None = None
    sound: SoundParameters | None = None
    fragments: list[ScannedFragment] = field(default_factory=list)
    good: int = 0
    defect: str = ""


def scan_bytes(data: bytes | memoryview | mmap.mmap, size: int) -> Scan:
    """Scan ``data[:size]``."""
    scan = Scan(size=size)
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


def scan_file(path: Path) -> Scan:
    """Scan a file.

    Raises:
        OSError: it can't be opened or mapped.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if not size:
            return Scan(defect="the file is empty")
        with mmap.mmap(file.fileno(), size, prot=mmap.PROT_READ) as data:
            return scan_bytes(data, size)


def sound_of_header(data: bytes) -> SoundParameters | None:
    """How the sound of a file is coded whose header `data` begins with; None when it has none.

    Raises:
        Mp4Error: there is no whole header of ours.
    """
    scan = Scan(size=len(data))
    _header(memoryview(data), len(data), scan)
    return scan.sound


def _header(view: memoryview, size: int, scan: Scan) -> None:
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


def _next_fragment(view: memoryview, size: int, scan: Scan) -> None:
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
