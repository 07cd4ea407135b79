"""The tree as each of several sources tells it: entry bundles, level-0 tiles, record book.

Any source whose tree leads to the signed root is the true one; the others are then compared with it, and a difference
names the entry. A source is read bundle by bundle, so that a log of any size is checked in little memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from .merkle import Frontier, fold
from .tiles import HEIGHT, WIDTH

Leaves = Callable[[int, int], "list[bytes] | None"]
"""``(bundle, width)`` → leaf hashes, or None where the source has nothing usable."""


class Source:
    """What one source says, reduced to a root for each full bundle and the leaves of the last one.

    Attributes:
        name: for the report.
        leaves: reads a bundle's leaf hashes again.
        roots: root of each bundle, None where it can't be read.
        at: roots of the trees of the sizes asked for.
    """

    def __init__(self, name: str, leaves: Leaves, wanted: Iterable[int]) -> None:
        self.name = name
        self.leaves = leaves
        self.roots: list[bytes | None] = []
        self.at: dict[int, bytes] = {}
        self._wanted = sorted(set(wanted), reverse=True)
        self._frontier: Frontier | None = Frontier()
        self._note_sizes()

    def add(self, leaves: Sequence[bytes] | None) -> bytes | None:
        """Add the next bundle's leaf hashes; returns its root."""
        root = None if leaves is None else bundle_root(leaves)
        self.roots.append(root)
        if leaves is None or root is None:
            self._frontier = None
        elif self._frontier is not None:
            self._grow(self._frontier, leaves, root)
        return root

    def _grow(self, frontier: Frontier, leaves: Sequence[bytes], root: bytes) -> None:
        if len(leaves) == WIDTH and not (self._wanted and self._wanted[-1] < frontier.size + WIDTH):
            frontier.append_subtree(HEIGHT, root)
            self._note_sizes()
            return
        for leaf in leaves:
            frontier.append(leaf)
            self._note_sizes()

    def _note_sizes(self) -> None:
        while self._frontier is not None and self._wanted and self._wanted[-1] == self._frontier.size:
            self.at[self._wanted.pop()] = self._frontier.root()

    def root(self) -> bytes | None:
        """Root of the whole tree, or None when a part of it could not be read."""
        return None if self._frontier is None else self._frontier.root()


def bundle_root(leaves: Sequence[bytes]) -> bytes:
    """Root over the leaves of one bundle, full or not."""
    if len(leaves) == WIDTH:
        return fold(leaves)
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def mixed(sources: Sequence[Source], expected: Sequence[bytes | None], wanted: Iterable[int]) -> Source:
    """A source that takes each bundle from the first source that agrees with the level above.

    It helps when two sources are damaged in different places.

    Args:
        expected: root of each bundle as level 1 has it; None where that can't be read.
        wanted: sizes whose roots are asked for.
    """

    def leaves(n: int, width: int) -> list[bytes] | None:
        want = expected[n] if n < len(expected) else None
        for source in sources:
            if source.roots[n] is not None and (want is None or source.roots[n] == want):
                return source.leaves(n, width)
        return None

    return Source("level 1", leaves, wanted)
