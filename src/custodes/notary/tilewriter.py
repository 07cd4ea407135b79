"""Writes the log's static files (C2SP tlog-tiles) as it grows; they are durable before a checkpoint covers them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from custodes.ledger.merkle import Frontier, fold, leaf_hashes
from custodes.ledger.tiles import HEIGHT, WIDTH, TileFolder, bundle_path, pack_bundle, tile_path, tile_width

from .files import sync_folders, write_whole


class TileWriter:
    """The right edge of the tree: what is not yet a full tile stays in memory.

    Attributes:
        size: entries whose files are durable.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self.size = 0
        self._bundle: list[bytes] = []
        self._tails: list[list[bytes]] = [[]]
        self._full: list[Path] = []

    @classmethod
    def resume(cls, root: Path, size: int) -> TileWriter:
        """Go on from the files of a tree of `size` leaves.

        Raises:
            TileError: one of them is missing or malformed.
        """
        writer = cls(root)
        writer.size = size
        folder = TileFolder(root)
        writer._tails = []
        level = 0
        while size >> (HEIGHT * level) or not level:
            n = (size >> (HEIGHT * level)) // WIDTH
            width = tile_width(level, n, size)
            writer._tails.append(folder.tile(level, n, width) if width else [])
            level += 1
        if size % WIDTH:
            writer._bundle = folder.bundle(size // WIDTH, size % WIDTH)
        return writer

    def root_hash(self) -> bytes:
        """Root of the tree as written so far."""
        frontier = Frontier()
        for level in range(len(self._tails) - 1, -1, -1):
            for part in self._tails[level]:
                frontier.append_subtree(HEIGHT * level, part)
        return frontier.root()

    def extend(self, entries: Sequence[bytes]) -> None:
        """Write the files of the tree that these entries end.

        Raises:
            OSError: the disk refused; the writer stands where it stood and may be asked again.
        """
        edge = _Edge(self._root, self.size, self._bundle, self._tails)
        at = 0
        while at < len(entries):
            part = entries[at : at + WIDTH - len(edge.bundle)]
            edge.add(part)
            at += len(part)
        edge.write_partials()
        sync_folders(sorted(edge.folders, key=lambda folder: -len(folder.parts)))
        self.size, self._bundle, self._tails = edge.size, edge.bundle, edge.tails
        self._full += edge.full

    def prune(self) -> None:
        """Drop partial files whose full ones are there; call once a checkpoint covers those."""
        for path in self._full:
            shutil.rmtree(path.with_name(path.name + ".p"), ignore_errors=True)
        self._full.clear()


class _Edge:
    """One extension under way; taken over by the writer only when everything is durable."""

    def __init__(self, root: Path, size: int, bundle: list[bytes], tails: list[list[bytes]]) -> None:
        self._root = root
        self.size = size
        self.bundle = list(bundle)
        self.tails = [list(tail) for tail in tails]
        self._changed: set[int] = set()
        self.folders: set[Path] = set()
        self.full: list[Path] = []

    def add(self, entries: Sequence[bytes]) -> None:
        """Add entries that fit into the present bundle."""
        self.bundle += entries
        self.tails[0] += leaf_hashes(entries)
        self._changed.add(0)
        self.size += len(entries)
        if len(self.bundle) == WIDTH:
            self._write(bundle_path(self.size // WIDTH - 1), pack_bundle(self.bundle), full=True)
            self.bundle = []
            self._close(0)

    def _close(self, level: int) -> None:
        """Write a full tile and hash it into the level above."""
        tail = self.tails[level]
        n = (self.size >> (HEIGHT * level)) // WIDTH - 1
        self._write(tile_path(level, n), b"".join(tail), full=True)
        self.tails[level] = []
        self._changed.discard(level)
        if level + 1 == len(self.tails):
            self.tails.append([])
        self.tails[level + 1].append(fold(tail))
        self._changed.add(level + 1)
        if len(self.tails[level + 1]) == WIDTH:
            self._close(level + 1)

    def write_partials(self) -> None:
        """Write what the tree's right edge holds now."""
        if self.bundle and 0 in self._changed:
            self._write(bundle_path(self.size // WIDTH, len(self.bundle)), pack_bundle(self.bundle))
        for level in sorted(self._changed):
            tail = self.tails[level]
            if tail:
                n = (self.size >> (HEIGHT * level)) // WIDTH
                self._write(tile_path(level, n, len(tail)), b"".join(tail))

    def _write(self, path: str, data: bytes, full: bool = False) -> None:
        target = self._root / path
        if target.parent not in self.folders:
            self._make(target.parent)
        write_whole(target, data)
        if full:
            self.full.append(target)

    def _make(self, folder: Path) -> None:
        """Make a folder and remember to sync it; where it is new, its parent too."""
        self.folders.add(folder)
        if not folder.exists():
            self._make(folder.parent)
            folder.mkdir(exist_ok=True)
