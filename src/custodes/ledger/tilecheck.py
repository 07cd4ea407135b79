"""Checks the files that proofs are served from: tiles above level 0, and partial files of earlier checkpoints."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from .merkle import fold, leaf_hash
from .report import Findings, Kind
from .sources import Source
from .tiles import HEIGHT, WIDTH, TileError, TileFolder, bundle_path, tile_path, tile_width


class TileCheck:
    """Compares files with what the signed entries lead to; each difference is a finding."""

    def __init__(self, folder: Path, findings: Findings) -> None:
        self._folder = folder
        self._tiles = TileFolder(folder)
        self._findings = findings

    def check(self, true: Source, size: int) -> None:
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

    def _check_old_leaves(self, true: Source, size: int) -> None:
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
        self._findings.add(Kind.TILE, n << (HEIGHT * (level + 1)), detail, code, path=path)

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
