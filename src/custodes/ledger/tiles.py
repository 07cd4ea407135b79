"""The log as static files (C2SP tlog-tiles): where each stands, proofs read from them, and the check of those that proofs are served from.

The tree is told by several sources: entry bundles, level-0 tiles, record book. Any source whose tree leads to the signed root is the true
one; the others are then compared with it, and a difference names the entry. A source is read bundle by bundle, so that a log of any size
is checked in little memory.
"""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from custodes.ledger.merkle import (
    HASH_BYTES,
    Frontier,
    consistency_proof,
    fold,
    inclusion_proof,
    leaf_hash,
    node_hash,
    range_root,
)
from custodes.ledger.report import FindingKind, Findings

WIDTH = 256
HEIGHT = 8
TILE_BYTES = WIDTH * HASH_BYTES
MAX_ENTRY_BYTES = 0xFFFF


class TileError(Exception):
    """A tile or bundle is missing, cut off or malformed."""


def _numbered(n: int) -> str:
    """``x001/x234/067`` for 1234067: three digits an element, all but the last behind an x."""
    parts = [f"{n % 1000:03d}"]
    while n >= 1000:
        n //= 1000
        parts.append(f"x{n % 1000:03d}")
    return "/".join(reversed(parts))


def _with_width(path: str, width: int) -> str:
    if not 1 <= width <= WIDTH:
        raise ValueError(f"a tile is 1 to {WIDTH} wide")
    return path if width == WIDTH else f"{path}.p/{width}"


def tile_path(level: int, n: int, width: int = WIDTH) -> str:
    """``tile/<L>/<N>[.p/<W>]`` of a tree tile."""
    return _with_width(f"tile/{level}/{_numbered(n)}", width)


def bundle_path(n: int, width: int = WIDTH) -> str:
    """``tile/entries/<N>[.p/<W>]`` of an entry bundle."""
    return _with_width(f"tile/entries/{_numbered(n)}", width)


def tile_width(level: int, n: int, size: int) -> int:
    """How wide tile `n` of `level` is in a tree of `size` leaves; 0 when it has none."""
    return max(0, min(WIDTH, (size >> (HEIGHT * level)) - n * WIDTH))


def tiles_of(size: int, since: int = 0) -> Iterator[tuple[int, int, int]]:
    """``(level, n, width)`` of every tree tile that a tree of `size` leaves has and one of `since` had not."""
    level = 0
    while size >> (HEIGHT * level):
        hashes, before = size >> (HEIGHT * level), since >> (HEIGHT * level)
        if hashes != before:
            for n in range(before // WIDTH, -(-hashes // WIDTH)):
                yield level, n, tile_width(level, n, size)
        level += 1


def pack_bundle(entries: Sequence[bytes]) -> bytes:
    """An entry bundle: each entry behind its big-endian uint16 length.

    Raises:
        TileError: an entry is longer than 65,535 bytes.
    """
    try:
        return b"".join([len(entry).to_bytes(2) + entry for entry in entries])
    except OverflowError as error:
        raise TileError("an entry is too long for a bundle") from error


def unpack_bundle(data: bytes, width: int) -> list[bytes]:
    """The entries of a bundle.

    Raises:
        TileError: it does not hold exactly `width` entries.
    """
    entries = []
    at = 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2])
        if at + 2 > len(data) or end > len(data):
            raise TileError("the bundle is cut off")
        entries.append(data[at + 2 : end])
        at = end
    if len(entries) != width:
        raise TileError(f"the bundle holds {len(entries)} entries instead of {width}")
    return entries


def split_tile(data: bytes, width: int) -> list[bytes]:
    """The hashes of a tile.

    Raises:
        TileError: it is not exactly `width` hashes long.
    """
    if len(data) != width * HASH_BYTES:
        raise TileError(f"the tile is {len(data)} bytes long instead of {width * HASH_BYTES}")
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


class TileFolder:
    """Reads a log's static files for one tree size.

    A partial file may have been replaced by the full one since; the full one then serves, cut to the width asked for.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def _read(self, partial: str, full: str) -> tuple[bytes, bool]:
        for path in (partial, full):
            try:
                return (self.root / path).read_bytes(), path == full
            except FileNotFoundError:
                continue
            except OSError as error:
                raise TileError(f"{path} can't be read: {error.strerror}") from error
        raise TileError(f"{partial} is missing")

    def tile(self, level: int, n: int, width: int) -> list[bytes]:
        """The first `width` hashes of a tile.

        Raises:
            TileError: missing, unreadable or of the wrong length.
        """
        data, full = self._read(tile_path(level, n, width), tile_path(level, n))
        return split_tile(data, WIDTH if full else width)[:width]

    def bundle(self, n: int, width: int) -> list[bytes]:
        """The first `width` entries of a bundle.

        Raises:
            TileError: missing, unreadable or with another number of entries.
        """
        data, full = self._read(bundle_path(n, width), bundle_path(n))
        return unpack_bundle(data, WIDTH if full else width)[:width]


class TileTree:
    """Roots and proofs of the tree with `size` leaves, read from its tiles; recent tiles stay in memory.

    Attributes:
        size: number of leaves; may be raised as the log grows.
    """

    def __init__(self, folder: TileFolder, size: int, cached_tiles: int = 512) -> None:
        self.size = size
        self._folder = folder
        self._cached_tiles = cached_tiles
        self._cache: OrderedDict[tuple[int, int, int], list[list[bytes]]] = OrderedDict()

    def _layers(self, level: int, n: int) -> list[list[bytes]]:
        """The tile's own tree: its hashes, then each layer of perfect subtrees over them."""
        width = tile_width(level, n, self.size)
        key = (level, n, width)
        found = self._cache.get(key)
        if found is not None:
            self._cache.move_to_end(key)
            return found
        if not width:
            raise TileError(f"a tree of {self.size} leaves has no tile {n} on level {level}")
        layers = [self._folder.tile(level, n, width)]
        while len(layers[-1]) > 1:
            below = layers[-1]
            layers.append([node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])
        self._cache[key] = layers
        if len(self._cache) > self._cached_tiles:
            self._cache.popitem(last=False)
        return layers

    def subtree(self, height: int, n: int) -> bytes:
        """Hash of the n-th perfect subtree of 2**height leaves.

        Raises:
            TileError: the tree has no such subtree, or its tile can't be read.
        """
        level, inner = divmod(height, HEIGHT)
        tile, at = divmod(n, WIDTH >> inner)
        layers = self._layers(level, tile)
        try:
            return layers[inner][at]
        except IndexError as error:
            raise TileError(f"the tree has no subtree {n} of height {height}") from error

    def root(self, size: int | None = None) -> bytes:
        """Root of the tree, or of its first `size` leaves."""
        return range_root(0, self.size if size is None else size, self.subtree)

    def inclusion(self, index: int) -> tuple[bytes, ...]:
        """Inclusion proof of one leaf.

        Raises:
            ValueError: the tree has no such leaf.
            TileError: a tile can't be read.
        """
        return inclusion_proof(index, self.size, self.subtree)

    def consistency(self, old: int) -> tuple[bytes, ...]:
        """Consistency proof from the tree of the first `old` leaves to this one.

        Raises:
            ValueError: `old` is larger than the tree.
            TileError: a tile can't be read.
        """
        return consistency_proof(old, self.size, self.subtree)


Leaves = Callable[[int, int], "list[bytes] | None"]
"""``(bundle, width)`` → leaf hashes, or None where the source has nothing usable."""


class LogSource:
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


def mixed(sources: Sequence[LogSource], expected: Sequence[bytes | None], wanted: Iterable[int]) -> LogSource:
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

    return LogSource("level 1", leaves, wanted)


class TileCheck:
    """Compares files with what the signed entries lead to; each difference is a finding."""

    def __init__(self, folder: Path, findings: Findings) -> None:
        self._folder = folder
        self._tiles = TileFolder(folder)
        self._findings = findings

    def check(self, true: LogSource, size: int) -> None:
        """
        Args:
            true: the source whose tree is the signed one.
            size: of the checkpoint.
        """
        self._check_old_leaves(true, size)
        hashes = [root for root in true.roots[: size // WIDTH] if root is not None]
        level = 1
        while hashes:
            for n in range(-(-len(hashes) // WIDTH)):
                part = hashes[n * WIDTH : (n + 1) * WIDTH]
                self._check_tile(level, n, part)
                self._check_old_tiles(level, n, part)
            hashes = [fold(hashes[at : at + WIDTH]) for at in range(0, len(hashes) // WIDTH * WIDTH, WIDTH)]
            level += 1

    def _check_tile(self, level: int, n: int, hashes: Sequence[bytes]) -> None:
        path = tile_path(level, n, len(hashes))
        try:
            if self._tiles.tile(level, n, len(hashes)) != list(hashes):
                self._add(level, n, f"{path} is not what was signed", "tile_changed", path=path)
        except TileError as error:
            self._add(level, n, str(error), "tile_unreadable", path=path)

    def _check_old_tiles(self, level: int, n: int, hashes: Sequence[bytes]) -> None:
        for width, data in self._partials(tile_path(level, n), len(hashes)):
            if data != b"".join(hashes[:width]):
                self._add_old(level, n, tile_path(level, n, width))

    def _check_old_leaves(self, true: LogSource, size: int) -> None:
        for n in range(-(-size // WIDTH)):
            width = tile_width(0, n, size)
            tiles = self._partials(tile_path(0, n), width)
            bundles = self._partials(bundle_path(n), width)
            leaves = true.leaves(n, width) if tiles or bundles else None
            if leaves is None:
                continue
            for old, data in tiles:
                if data != b"".join(leaves[:old]):
                    self._add_old(0, n, tile_path(0, n, old))
            for old, data in bundles:
                if not holds(data, leaves[:old]):
                    self._add_old(0, n, bundle_path(n, old))

    def _add_old(self, level: int, n: int, path: str) -> None:
        self._add(level, n, f"{path}, of an earlier checkpoint, is not what was signed", "tile_old", path=path)

    def _add(self, level: int, n: int, detail: str, code: str, path: str) -> None:
        self._findings.add(FindingKind.TILE, n << (HEIGHT * (level + 1)), detail, code, path=path)

    def _partials(self, path: str, up_to: int) -> list[tuple[int, bytes]]:
        """Width and content of each partial file of a tile; what is wider than `up_to` no checkpoint covers yet."""
        folder = self._folder / (path + ".p")
        if not folder.is_dir():
            return []
        widths = sorted(int(file.name) for file in folder.iterdir() if file.name.isdecimal() and file.is_file())
        found = []
        for width in widths:
            # The notary may drop partial files of a running log meanwhile: the full one is there by then.
            with contextlib.suppress(FileNotFoundError):
                if 1 <= width <= up_to:
                    found.append((width, (folder / str(width)).read_bytes()))
        return found


def holds(bundle: bytes, leaves: Sequence[bytes]) -> bool:
    """Whether a bundle holds exactly the entries with these leaf hashes."""
    at = 0
    for leaf in leaves:
        end = at + 2 + int.from_bytes(bundle[at : at + 2])
        if at + 2 > len(bundle) or end > len(bundle) or leaf_hash(bundle[at + 2 : end]) != leaf:
            return False
        at = end
    return at == len(bundle)
