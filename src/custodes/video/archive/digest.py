"""What proves a segment: the SHA-256 of the file and the root over its parts, both while it is written.

The root is the Merkle tree hash of RFC 6962 §2.1 over [header, fragment 0, fragment 1, …], so that an export cut at
fragments is still proved by the record of the whole segment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from custodes.ledger.merkle import Frontier


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
