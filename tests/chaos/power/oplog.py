"""What a disk was told, and what it may hold after its power went away."""

from __future__ import annotations

import os
import random
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

WRITE, FLUSH = 1, 2
SECTOR = 512
"""Bytes that a drive writes whole or not at all."""

_HEAD = struct.Struct("<BQQQQ")


def pack_head(kind: int, offset: int, size: int, came_ns: int, done_ns: int) -> bytes:
    """The head of one entry of the log; a write's bytes follow it."""
    return _HEAD.pack(kind, offset, size, came_ns, done_ns)


@dataclass(frozen=True, slots=True)
class Op:
    """One write or flush.

    Attributes:
        kind: `WRITE` or `FLUSH`.
        offset, size: bytes of the disk.
        came_ns, done_ns: when it came and when it was answered, on the monotonic clock.
        at: where its bytes are in the log.
    """

    kind: int
    offset: int
    size: int
    came_ns: int
    done_ns: int
    at: int


def read_log(log: Path) -> list[Op]:
    """All entries; one that the log's end cuts off is left out."""
    found = []
    end = log.stat().st_size
    with log.open("rb") as file:
        at = 0
        while len(head := file.read(_HEAD.size)) == _HEAD.size:
            kind, offset, size, came, done = _HEAD.unpack(head)
            at += _HEAD.size
            if at + size > end:
                break
            found.append(Op(kind, offset, size, came, done, at))
            at = file.seek(at + size)
    return found


@dataclass(frozen=True, slots=True)
class Cut:
    """The power goes away when `ops[at]` has come and is not yet answered.

    What was written before the last flush is there. Of what came after it, `ops[at]` included, each write is there with the
    chance `kept`, or was torn: then each of its sectors is there with that chance.

    Attributes:
        heeds_flushes: False is a drive that answers flushes and does nothing, to see that such a drive is found out:
            what was written in its last `forgets_ns` is gone whatever was flushed.
    """

    at: int
    kept: float
    torn: float
    seed: int
    heeds_flushes: bool = True
    forgets_ns: int = 3_000_000_000

    def durable(self, ops: Sequence[Op]) -> int:
        """How many of the first operations are durable for certain."""
        if not self.heeds_flushes:
            limit = ops[self.at].came_ns - self.forgets_ns
            return next((n for n, op in enumerate(ops[: self.at]) if op.came_ns > limit), self.at)
        return next((n + 1 for n in range(self.at - 1, -1, -1) if ops[n].kind == FLUSH), 0)


def apply(image: Path, log: Path, ops: Sequence[Op], cut: Cut) -> tuple[int, int]:
    """Make of the disk's first state what it holds after the cut.

    Returns:
        Writes after the last flush: how many there were, how many are there whole or in part.
    """
    chance = random.Random(cut.seed)
    durable = cut.durable(ops)
    kept = loose = 0
    with log.open("rb") as source:
        disk = os.open(image, os.O_RDWR)
        try:
            for number, op in enumerate(ops[: cut.at + 1]):
                if op.kind != WRITE:
                    continue
                data = os.pread(source.fileno(), op.size, op.at)
                if number < durable:
                    os.pwrite(disk, data, op.offset)
                    continue
                loose += 1
                pieces = list(_survivors(data, cut, chance))
                kept += bool(pieces)
                for start, piece in pieces:
                    os.pwrite(disk, piece, op.offset + start)
        finally:
            os.close(disk)
    return loose, kept


def _survivors(data: bytes, cut: Cut, chance: random.Random) -> Iterator[tuple[int, bytes]]:
    if chance.random() >= cut.torn:
        if chance.random() < cut.kept:
            yield 0, data
        return
    for start in range(0, len(data), SECTOR):
        if chance.random() < cut.kept:
            yield start, data[start : start + SECTOR]
