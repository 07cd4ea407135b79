"""Tiles: names, bundles, and proofs read from them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.ledger.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    subtrees_of,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from custodes.ledger.tiles import (
    TileError,
    TileFolder,
    TileTree,
    bundle_path,
    pack_bundle,
    tile_path,
    tile_width,
    tiles_of,
    unpack_bundle,
)
from custodes.notary.tilewriter import TileWriter

SIZE = 66_000
ENTRIES = [n.to_bytes(4) for n in range(SIZE)]
HASHES = [leaf_hash(entry) for entry in ENTRIES]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of three levels."""
    path = tmp_path_factory.mktemp("tiles")
    writer = TileWriter(path)
    writer.extend(ENTRIES[:65_000])
    writer.extend(ENTRIES[65_000:])
    assert writer.root_hash() == tree_root(HASHES)
    return path


def test_names_are_those_of_the_specification() -> None:
    assert tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert tile_path(1, 0, 17) == "tile/1/000.p/17"
    assert bundle_path(273, 112) == "tile/entries/273.p/112"
    assert bundle_path(1000) == "tile/entries/x001/000"


def test_a_tree_of_70000_has_the_tiles_that_the_specification_counts() -> None:
    tiles = list(tiles_of(70_000))
    assert sum(1 for level, _, width in tiles if level == 0 and width == 256) == 273
    assert (0, 273, 112) in tiles
    assert [(level, n, width) for level, n, width in tiles if level] == [(1, 0, 256), (1, 1, 17), (2, 0, 1)]
    assert list(tiles_of(256)) == [(0, 0, 256), (1, 0, 1)]
    assert list(tiles_of(257, 256)) == [(0, 1, 1)]


def test_bundles_hold_what_was_put_in() -> None:
    entries = [b"", b"a", b"x" * 65_535]
    assert unpack_bundle(pack_bundle(entries), 3) == entries
    with pytest.raises(TileError):
        pack_bundle([b"x" * 65_536])


@given(st.binary(max_size=40), st.integers(0, 5))
def test_no_bundle_raises_anything_else(data: bytes, width: int) -> None:
    try:
        entries = unpack_bundle(data, width)
    except TileError:
        return
    assert pack_bundle(entries) == data


@given(st.integers(0, SIZE - 1), st.integers(1, SIZE))
def test_proofs_from_tiles_prove_what_the_tree_says(folder: Path, index: int, old: int) -> None:
    tree = TileTree(TileFolder(folder), SIZE)
    root = tree.root()
    proof = tree.inclusion(index)
    verify_inclusion(HASHES[index], index, SIZE, proof, root)
    verify_consistency(old, tree.root(old), SIZE, root, tree.consistency(old))


def test_proofs_from_tiles_are_those_from_memory(folder: Path) -> None:
    tree = TileTree(TileFolder(folder), SIZE)
    for index in (0, 255, 256, 65_535, 65_536, SIZE - 1):
        assert tree.inclusion(index) == inclusion_proof(index, SIZE, subtrees_of(HASHES))
    for old in (1, 256, 300, 65_536, SIZE - 1):
        assert tree.consistency(old) == consistency_proof(old, SIZE, subtrees_of(HASHES))


def test_a_full_tile_serves_where_the_partial_one_has_been_dropped(folder: Path) -> None:
    assert not (folder / tile_path(0, 0, 100)).exists()
    assert TileFolder(folder).tile(0, 0, 100) == HASHES[:100]
    assert TileFolder(folder).bundle(0, 100) == ENTRIES[:100]


def test_missing_and_short_tiles_are_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(TileError, match="missing"):
        TileTree(TileFolder(tmp_path), 1).root()
    target = tmp_path / tile_path(0, 0, 1)
    target.parent.mkdir(parents=True)
    target.write_bytes(b"short")
    with pytest.raises(TileError, match="5 bytes"):
        TileTree(TileFolder(tmp_path), 1).root()
    with pytest.raises(ValueError, match="no leaf"):
        TileTree(TileFolder(tmp_path), 0).inclusion(0)


@given(st.lists(st.integers(0, 700), min_size=1, max_size=4))
def test_writing_in_any_portions_gives_the_same_files(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int]
) -> None:
    one, many = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("many")
    total = sum(steps)
    TileWriter(one).extend(ENTRIES[:total])
    size = 0
    for step in steps:
        writer = TileWriter.resume(many, size)
        writer.extend(ENTRIES[size : size + step])
        size += step
        writer.prune()
        assert writer.root_hash() == tree_root(HASHES[:size])
    for level, n, width in tiles_of(total):
        path = tile_path(level, n, width)
        assert (one / path).read_bytes() == (many / path).read_bytes()
    for n in range(-(-total // 256)):
        path = bundle_path(n, tile_width(0, n, total))
        assert (one / path).read_bytes() == (many / path).read_bytes()
