"""The log as static files (C2SP tlog-tiles): where each file stands, and proofs read from them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path

from .merkle import HASH_BYTES, consistency_proof, inclusion_proof, node_hash, range_root

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
