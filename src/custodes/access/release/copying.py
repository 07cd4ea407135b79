"""The masked copy on its way through the web: hashed as it passes, so that what was reviewed leaves whole and nothing else does."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from custodes.access.release.working import Piece


class CopyAltered(Exception):
    """The bytes at the node are others than those that were reviewed; the last of them were kept back."""


def checked(piece: Piece, wanted: str) -> Iterator[bytes]:
    """The bytes, each chunk when the next is there: the last one leaves once all of them are known to be those of `wanted`.

    Args:
        wanted: SHA-256 of the whole copy, hex.

    Raises:
        CopyAltered: they are others, behind all but the last chunk.
        WorkerAway: they stay short.
    """
    summed, held = hashlib.sha256(), b""
    try:
        for data in piece.chunks:
            summed.update(data)
            if held:
                yield held
            held = data
        if summed.hexdigest() != wanted:
            raise CopyAltered
        yield held
    finally:
        piece.close()


def digest_of(piece: Piece) -> str:
    """SHA-256 of all its bytes, hex; nothing of them is kept.

    Raises:
        WorkerAway: they stay short.
    """
    summed = hashlib.sha256()
    try:
        for data in piece.chunks:
            summed.update(data)
    finally:
        piece.close()
    return summed.hexdigest()
