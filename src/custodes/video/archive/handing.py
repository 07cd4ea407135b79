"""Sealed segments as they are handed out: what the index knows of them, and their bytes held against what was sealed.

Who lists segments and then streams them (an evidence package) pins the span first: a hold of minutes, and nobody's decision. A pin is a
row of the index with an end: it outlives a crash of the reader by that much and no more. A reader that takes longer says so again
(`Pin.renew`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from custodes.ledger.merkle import leaf_hash, tree_root
from custodes.video.archive.fragments import Placed, unpack
from custodes.video.archive.index import Index
from custodes.video.archive.records import record_id
from custodes.video.archive.streams import RecordedStream
from custodes.video.archive.volume import segment_path

LONGEST_SECONDS = 3600.0
"""A pin that was not renewed for so long is nobody's any more."""


@dataclass(frozen=True)
class Pin:
    """A pin that is set; see `pinned`."""

    row: int
    index: Index
    now_us: Callable[[], int]

    def renew(self, seconds: float) -> bool:
        """Let it last for `seconds` from now; whether it still stood, so that nothing of it can be gone.

        Raises:
            ValueError: longer than `LONGEST_SECONDS`.
        """
        until = self.now_us() + _us(seconds)
        with self.index.transaction() as cursor:
            cursor.execute(
                "UPDATE pins SET until_us = ? WHERE id = ? AND until_us > ?", (until, self.row, self.now_us())
            )
            return cursor.rowcount == 1


@contextmanager
def pinned(
    index: Index, stream: RecordedStream, from_us: int, to_us: int, now_us: Callable[[], int], seconds: float
) -> Iterator[Pin]:
    """Nothing that overlaps ``[from_us, to_us)`` and is there when the block begins is deleted inside it.

    Raises:
        ValueError: longer than `LONGEST_SECONDS`.
    """
    now, until = now_us(), now_us() + _us(seconds)
    with index.transaction() as cursor:
        cursor.execute("DELETE FROM pins WHERE until_us <= ?", (now,))
        cursor.execute(
            "INSERT INTO pins (stream, from_us, to_us, until_us) VALUES (?, ?, ?, ?)",
            (stream.row, from_us, to_us, until),
        )
        row = cursor.lastrowid
        assert row is not None
    try:
        yield Pin(row, index, now_us)
    finally:
        with index.transaction() as cursor:
            cursor.execute("DELETE FROM pins WHERE id = ?", (row,))


def _us(seconds: float) -> int:
    if not 0 < seconds <= LONGEST_SECONDS:
        raise ValueError(f"a pin lasts at most {LONGEST_SECONDS:.0f} s; renew it")
    return round(seconds * 1_000_000)


LONGEST_US = 3_600_000_000
"""No segment is longer; it bounds how far back is looked for one that reaches into a span."""


class NotAsSealed(Exception):
    """The bytes are gone, or not those that were sealed; the message says which."""


@dataclass(frozen=True, slots=True)
class SealedSegment:
    """One sealed segment.

    Attributes:
        record: id of its ``segment.sealed``.
        init_size: bytes of the initialisation segment, with which the file begins.
        root: RFC 6962 root over initialisation segment and fragments.
        fragments: in order; `end_us` is where the last one ends.
    """

    record: UUID
    camera: UUID
    sequence: int
    start_us: int
    end_us: int
    path: Path
    init_size: int
    root: bytes
    fragments: tuple[Placed, ...]

    def times(self) -> list[tuple[int, int, bool]]:
        """Start and end of each fragment, µs UTC, and whether a decoder can start there."""
        ends = [*(one.start_us for one in self.fragments[1:]), self.end_us]
        return [(one.start_us, end, one.key) for one, end in zip(self.fragments, ends, strict=True)]

    def sizes(self, first: int, count: int) -> list[int]:
        """Bytes of the initialisation segment and of `count` fragments from number `first` on."""
        return [self.init_size, *(one.size for one in self.fragments[first : first + count])]


def sealed_segments(
    index: Index, stream: RecordedStream, volume_path: Callable[[int], Path], from_us: int, to_us: int, limit: int
) -> list[SealedSegment]:
    """Sealed segments that overlap a span, in order, `limit` at most. What is still being written is not among them."""
    rows = index.rows(
        "SELECT start_us, sequence, end_us, volume, init_size, sha256, root, fragments FROM segments"
        " WHERE stream = ? AND start_us > ? AND start_us < ? AND end_us > ? ORDER BY start_us, sequence LIMIT ?",
        (stream.row, from_us - LONGEST_US, to_us, from_us, limit),
    )
    return [
        SealedSegment(
            UUID(record_id(stream.stream_id, "segment", sequence, sha256.hex())),
            *(stream.camera, sequence, start_us, end_us, volume_path(volume) / segment_path(stream.camera, start_us)),
            *(init_size, root, tuple(unpack(packed, init_size, start_us))),
        )
        for start_us, sequence, end_us, volume, init_size, sha256, root, packed in rows
    ]


def gap_records(index: Index, stream: RecordedStream, from_us: int, to_us: int, limit: int) -> list[tuple[int, UUID]]:
    """Beginnings, µs, and ids of the ``gap`` records that overlap a span, in order, `limit` at most. A gap that lasts has no record yet."""
    rows = index.rows(
        "SELECT from_us, to_us, reason FROM gaps WHERE stream = ? AND to_us > ? AND from_us < ? ORDER BY from_us LIMIT ?",
        (stream.row, from_us, to_us, limit),
    )
    return [(start, UUID(record_id(stream.stream_id, "gap", start, end, reason))) for start, end, reason in rows]


class OpenedSegment:
    """A segment's file, kept open: what is deleted meanwhile is read to its end all the same (an open file outlives its name). It closes with its last user.

    Raises:
        NotAsSealed: it is not there.
    """

    def __init__(self, segment: SealedSegment) -> None:
        self._segment = segment
        try:
            self._file = open(segment.path, "rb", buffering=0, opener=_no_link)  # noqa: SIM115 - see above
        except OSError as error:
            raise NotAsSealed(f"segment {segment.sequence} can't be opened: {error.strerror}") from error

    def leaves(self) -> list[bytes]:
        """Leaf hashes of the initialisation segment and of every fragment. Reads the whole file, a fragment at a time.

        Raises:
            NotAsSealed: they don't make the root that was sealed.
        """
        found = [leaf_hash(piece) for piece in self.pieces(0, len(self._segment.fragments))]
        if tree_root(found) != self._segment.root:
            raise NotAsSealed(f"segment {self._segment.sequence} is not what was sealed: `custodes verify segments`")
        return found

    def pieces(self, first: int, count: int) -> Iterator[bytes]:
        """The initialisation segment, then `count` fragments from number `first` on.

        Raises:
            NotAsSealed: the file is too short, or can't be read.
        """
        yield self.piece(0, self._segment.init_size)
        for one in self._segment.fragments[first : first + count]:
            yield self.piece(one.offset, one.size)

    def piece(self, offset: int, size: int) -> bytes:
        """Bytes of the file.

        Raises:
            NotAsSealed: it is too short, or can't be read.
        """
        try:
            data = os.pread(self._file.fileno(), size, offset)
        except OSError as error:
            raise NotAsSealed(f"segment {self._segment.sequence} can't be read: {error.strerror}") from error
        if len(data) != size:
            raise NotAsSealed(f"segment {self._segment.sequence} ends too early")
        return data


def _no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW)
