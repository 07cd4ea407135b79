"""RFC 6962 Merkle trees over SHA-256: roots, incremental append, and checking of proofs.

Nothing here stores a tree. `video` uses it too: a segment's root is the tree over its initialisation segment and its
fragments, so that an export can be cut at fragments and still be proved.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""Root of the tree without leaves (RFC 6962 §2.1)."""

Subtree = Callable[[int, int], bytes]
"""``(height, n)`` → hash of the n-th perfect subtree of 2**height leaves."""

_sha256 = hashlib.sha256


class ProofFailed(Exception):
    """A proof does not prove what it claims."""


def leaf_hash(data: bytes) -> bytes:
    """Hash of a leaf: SHA-256(0x00 ‖ data) (RFC 6962 §2.1)."""
    return _sha256(b"\x00" + data).digest()


def leaf_hashes(leaves: Iterable[bytes]) -> list[bytes]:
    """Hashes of many leaves; one call instead of many."""
    return [_sha256(b"\x00" + data).digest() for data in leaves]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256(0x01 ‖ left ‖ right) (RFC 6962 §2.1)."""
    return _sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Root over 1…n hashes that are perfect subtrees of one size, n a power of two (a whole tile or a part of it)."""
    level = hashes
    while len(level) > 1:
        level = [_sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level), 2)]
    return level[0]


class Frontier:
    """A tree that only grows: keeps the perfect subtrees of its right edge, at most 64 hashes."""

    __slots__ = ("_edge", "size")

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash at the end."""
        size = self.size
        while size & 1:
            leaf = _sha256(b"\x01" + self._edge.pop() + leaf).digest()
            size >>= 1
        self._edge.append(leaf)
        self.size += 1

    def append_subtree(self, height: int, root: bytes) -> None:
        """Add a perfect subtree of 2**height leaves; the present size must be a multiple of that.

        Raises:
            ValueError: the subtree would not be aligned.
        """
        size = self.size >> height
        if size << height != self.size:
            raise ValueError("the subtree is not aligned to the tree")
        while size & 1:
            root = _sha256(b"\x01" + self._edge.pop() + root).digest()
            size >>= 1
        self._edge.append(root)
        self.size += 1 << height

    def root(self) -> bytes:
        """Root of the tree as it is now."""
        if not self._edge:
            return EMPTY_ROOT
        root = self._edge[-1]
        for left in reversed(self._edge[:-1]):
            root = node_hash(left, root)
        return root


def tree_root(leaves: Iterable[bytes]) -> bytes:
    """Root over leaf hashes in order."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def segment_root(init: bytes, fragments: Iterable[bytes]) -> bytes:
    """Root of a sealed segment: the tree over ``[init, fragment 0 … n]``, each part's exact bytes being one leaf."""
    frontier = Frontier()
    frontier.append(leaf_hash(init))
    for fragment in fragments:
        frontier.append(leaf_hash(fragment))
    return frontier.root()


def range_root(start: int, end: int, subtree: Subtree) -> bytes:
    """MTH(D[start:end]) where `start` is a multiple of the largest power of two below ``end - start`` (RFC 6962 §2.1).

    Args:
        subtree: gives the perfect subtrees.
    """
    if start == end:
        return EMPTY_ROOT
    parts = []
    at = start
    while at < end:
        height = (end - at).bit_length() - 1
        if at:
            height = min(height, (at & -at).bit_length() - 1)
        parts.append(subtree(height, at >> height))
        at += 1 << height
    root = parts.pop()
    while parts:
        root = node_hash(parts.pop(), root)
    return root


def _split(size: int) -> int:
    """Largest power of two below `size` (the k of RFC 6962 §2.1)."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(index: int, size: int, subtree: Subtree) -> tuple[bytes, ...]:
    """PATH(index, D[size]) (RFC 6962 §2.1.1), from the leaf's sibling up.

    Raises:
        ValueError: the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_root(middle, end, subtree))
            end = middle
        else:
            path.append(range_root(start, middle, subtree))
            start = middle
    return tuple(reversed(path))


def consistency_proof(old: int, new: int, subtree: Subtree) -> tuple[bytes, ...]:
    """PROOF(old, D[new]) (RFC 6962 §2.1.2); empty when `old` is 0 or equals `new`.

    Raises:
        ValueError: `old` is larger than `new`.
    """
    if not 0 <= old <= new:
        raise ValueError(f"no tree of {new} leaves extends one of {old}")
    if old in (0, new):
        return ()
    proof: list[bytes] = []
    start, end = 0, new
    whole = True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(range_root(middle, end, subtree))
            end = middle
        else:
            proof.append(range_root(start, middle, subtree))
            start = middle
            whole = False
    if not whole:
        proof.append(range_root(start, end, subtree))
    return tuple(reversed(proof))


def subtrees_of(leaves: Sequence[bytes]) -> Subtree:
    """The perfect subtrees of a small tree that is held in memory as leaf hashes."""

    def subtree(height: int, n: int) -> bytes:
        return fold(leaves[n << height : (n + 1) << height])

    return subtree


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that `leaf` stands at `index` of the tree with `size` leaves and this root (RFC 9162 §2.1.3.2).

    Raises:
        ProofFailed: it does not, or the proof has another shape.
    """
    if not 0 <= index < size:
        raise ProofFailed(f"a tree of {size} leaves has no leaf {index}")
    fn, sn = index, size - 1
    result = leaf
    for part in proof:
        if len(part) != HASH_BYTES or sn == 0:
            raise ProofFailed("the inclusion proof has the wrong shape")
        if fn & 1 or fn == sn:
            result = node_hash(part, result)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            result = node_hash(result, part)
        fn >>= 1
        sn >>= 1
    if sn:
        raise ProofFailed("the inclusion proof is too short")
    if result != root:
        raise ProofFailed("the inclusion proof leads to another root")


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree of `new` leaves extends the tree of `old` leaves (RFC 9162 §2.1.4.2).

    Raises:
        ProofFailed: it does not, or the proof has another shape.
    """
    if not 0 <= old <= new:
        raise ProofFailed(f"a tree of {new} leaves can't extend one of {old}")
    if old in (0, new):
        if proof:
            raise ProofFailed("this consistency proof must be empty")
        if old == new and old_root != new_root:
            raise ProofFailed("two trees of one size have different roots")
        if old == 0 and old_root != EMPTY_ROOT:
            raise ProofFailed("the empty tree has another root")
        return
    seed = (old_root,) if is_power_of_two(old) else ()
    if _roots(old, new, (*seed, *proof)) != (old_root, new_root):
        raise ProofFailed("the consistency proof leads to other roots")


def roots_of_proof(old: int, new: int, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Both roots as the consistency proof itself has them: of the first `old` leaves, and of all `new`.

    Where the second is the root that was signed, the first is bound to it: whoever made the proof has shown which tree of
    `old` leaves its own log has (RFC 9162 §2.1.4.2). A proof from a power of two leaves the first root out and shows nothing.

    Raises:
        ProofFailed: `old` is a power of two, or not between 0 and `new`, or the proof has another shape.
    """
    if not 0 < old < new or is_power_of_two(old):
        raise ProofFailed("a consistency proof of these sizes does not hold the old root")
    return _roots(old, new, proof)


def is_power_of_two(size: int) -> bool:
    """Whether a tree of so many leaves is one whole subtree."""
    return size > 0 and size & (size - 1) == 0


def _roots(old: int, new: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    if any(len(part) != HASH_BYTES for part in path):
        raise ProofFailed("the consistency proof has the wrong shape")
    if not path:
        raise ProofFailed("the consistency proof is too short")
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    first = second = path[0]
    for part in path[1:]:
        if sn == 0:
            raise ProofFailed("the consistency proof is too long")
        if fn & 1 or fn == sn:
            first = node_hash(part, first)
            second = node_hash(part, second)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            second = node_hash(second, part)
        fn >>= 1
        sn >>= 1
    if sn:
        raise ProofFailed("the consistency proof is too short")
    return first, second
