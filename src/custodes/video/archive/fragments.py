"""Fragments of segments: packed into a few bytes each in the index, unpacked to places in files, their bytes read from there, and what proves them.

A segment is proved by the SHA-256 of the file and the root over its parts, both made while it is written. The root is the Merkle tree
hash of RFC 6962 §2.1 over [header, fragment 0, fragment 1, …], so that an export cut at fragments is still proved by the record of the
whole segment.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from custodes.ledger.merkle import Frontier
from custodes.video.unit import CodecParameters


class SegmentDigest:
    """Both hashes of one file, fed part by part."""

    def __init__(self) -> None:
        self._file = hashlib.sha256()
        self._tree = Frontier()

    def add(self, pieces: Iterable[bytes | memoryview]) -> None:
        """Add one part (the header or a fragment), given in pieces; large pieces are hashed without the GIL."""
        leaf = hashlib.sha256(b"\x00")
        for piece in pieces:
            self._file.update(piece)
            leaf.update(piece)
        self._tree.append(leaf.digest())

    def sha256(self) -> bytes:
        """SHA-256 of all that was added."""
        return self._file.digest()

    def root(self) -> bytes:
        """Root over the parts."""
        return self._tree.root()


def digest_file(path: Path, ends: Iterable[int]) -> SegmentDigest:
    """The digest of a file whose parts end at `ends` (offsets, rising).

    Raises:
        OSError: it can't be read, or is shorter than the last end.
    """
    digest = SegmentDigest()
    with path.open("rb") as file:
        start = 0
        for end in ends:
            part = file.read(end - start)
            if len(part) != end - start:
                raise OSError(f"{path} ends at {start + len(part)}, not at {end}")
            digest.add((part,))
            start = end
    return digest


class Placed(NamedTuple):
    """One fragment of a segment.

    Attributes:
        offset, size: bytes in the file.
        key: a decoder can start here.
        start_us: wall time of its first picture.
        duration: 90 kHz ticks to the next fragment.
        media_time: ticks since the segment's first picture.
    """

    offset: int
    size: int
    key: bool
    start_us: int
    duration: int
    media_time: int


@dataclass(frozen=True, slots=True)
class FragmentRef:
    """Where the bytes of one fragment are and what they are.

    Attributes:
        camera: whose.
        path: the file; it may be gone when it is read (`FootageGone`).
        offset, size: bytes in the file.
        key: a decoder can start here.
        start_us, duration_us: wall time of its first picture and how long it lasts.
        media_time: decode time of its first picture in its session, 90 kHz ticks.
        duration: ticks.
        sequence, session: of the segment.
        segment_start_us: start of the segment.
        params: the parameters it was coded with; the same object for neighbours that share an initialisation segment.
    """

    camera: UUID
    path: Path
    offset: int
    size: int
    key: bool
    start_us: int
    duration_us: int
    media_time: int
    duration: int
    sequence: int
    session: int
    segment_start_us: int
    params: CodecParameters

    @property
    def end_us(self) -> int:
        """Wall time of its end."""
        return self.start_us + self.duration_us


def _varint(out: bytearray, value: int) -> None:
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)


def pack(fragments: Sequence[Placed], end_us: int) -> bytes:
    """Three varints a fragment: size, duration and key flag, and by how much wall time differs from media time.

    Args:
        end_us: wall time of the segment's end.
    """
    out = bytearray()
    for at, placed in enumerate(fragments):
        next_us = fragments[at + 1].start_us if at + 1 < len(fragments) else end_us
        slew = next_us - placed.start_us - placed.duration * 100 // 9
        _varint(out, placed.size)
        _varint(out, placed.duration << 1 | placed.key)
        _varint(out, slew << 1 if slew >= 0 else (-slew << 1) - 1)
    return bytes(out)


def unpack(packed: bytes, init_size: int, start_us: int) -> list[Placed]:
    """The fragments of a segment whose header takes `init_size` bytes and that starts at `start_us`.

    Raises:
        ValueError: the bytes are not whole triples.
    """
    numbers: list[int] = []
    value = shift = 0
    for byte in packed:
        if byte > 0x7F:
            value |= (byte & 0x7F) << shift
            shift += 7
        else:
            numbers.append(value | byte << shift)
            value = shift = 0
    if shift or len(numbers) % 3:
        raise ValueError("the packed fragments are cut off")
    found = []
    offset, media_time = init_size, 0
    triples: Iterable[tuple[int, int, int]] = zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True)
    for size, ticks_key, zigzag in triples:
        duration = ticks_key >> 1
        found.append(Placed(offset, size, bool(ticks_key & 1), start_us, duration, media_time))
        offset += size
        media_time += duration
        start_us += duration * 100 // 9 + (-(zigzag + 1 >> 1) if zigzag & 1 else zigzag >> 1)
    return found


class FootageGone(Exception):
    """The bytes of a fragment are not there (any more): purged, or the volume is absent or damaged."""


def read_fragment(ref: FragmentRef) -> bytes:
    """The bytes of a fragment.

    Raises:
        FootageGone: they are not there.
    """
    try:
        fd = os.open(ref.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            data = os.pread(fd, ref.size, ref.offset)
        finally:
            os.close(fd)
    except OSError as error:
        raise FootageGone(f"segment {ref.sequence} can't be read: {error.strerror}") from error
    if len(data) != ref.size:
        raise FootageGone(f"segment {ref.sequence} ends before its fragment at {ref.offset}")
    return data
