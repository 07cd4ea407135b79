"""RFC 6962 trees: reference vectors, and proofs of every shape."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    ProofFailed,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    segment_root,
    subtrees_of,
    tree_root,
    verify_consistency,
    verify_inclusion,
)

# The inputs and roots that Certificate Transparency's implementations share (RFC 6962 reference tree).
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
HASHES = [leaf_hash(leaf) for leaf in LEAVES]


def naive_root(hashes: list[bytes]) -> bytes:
    """RFC 6962 §2.1 word for word, as a second opinion."""
    import hashlib

    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(hashes[:k]) + naive_root(hashes[k:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_reference_tree(size: int) -> None:
    assert tree_root(HASHES[:size]).hex() == ROOTS[size]


def test_reference_inclusion_paths() -> None:
    subtree = subtrees_of(HASHES)
    assert [part.hex() for part in inclusion_proof(0, 8, subtree)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [part.hex() for part in inclusion_proof(2, 3, subtree)] == [
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    ]


def test_reference_consistency_proofs() -> None:
    subtree = subtrees_of(HASHES)
    assert consistency_proof(1, 1, subtree) == ()
    assert [part.hex() for part in consistency_proof(6, 8, subtree)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_every_proof_of_every_small_tree_verifies() -> None:
    hashes = [leaf_hash(bytes([n])) for n in range(40)]
    subtree = subtrees_of(hashes)
    for size in range(1, 41):
        root = naive_root(hashes[:size])
        for index in range(size):
            verify_inclusion(hashes[index], index, size, inclusion_proof(index, size, subtree), root)
        for old in range(size + 1):
            proof = consistency_proof(old, size, subtree)
            verify_consistency(old, naive_root(hashes[:old]), size, root, proof)


@given(st.integers(1, 300), st.data())
def test_a_proof_proves_nothing_else(size: int, data: st.DataObject) -> None:
    hashes = [leaf_hash(n.to_bytes(2)) for n in range(size)]
    root = tree_root(hashes)
    index = data.draw(st.integers(0, size - 1))
    proof = list(inclusion_proof(index, size, subtrees_of(hashes)))
    verify_inclusion(hashes[index], index, size, proof, root)
    other = data.draw(st.integers(0, size + 1).filter(lambda n: n != index))
    with pytest.raises(ProofFailed):
        verify_inclusion(hashes[index], other, size, proof, root)
    with pytest.raises(ProofFailed):
        verify_inclusion(hashes[index], index, size, [*proof, root], root)
    if proof:
        with pytest.raises(ProofFailed):
            verify_inclusion(hashes[index], index, size, proof[:-1], root)
        place = data.draw(st.integers(0, len(proof) - 1))
        proof[place] = bytes([proof[place][0] ^ 1]) + proof[place][1:]
        with pytest.raises(ProofFailed):
            verify_inclusion(hashes[index], index, size, proof, root)


@given(st.integers(2, 300), st.data())
def test_a_changed_history_has_no_consistency_proof(size: int, data: st.DataObject) -> None:
    hashes = [leaf_hash(n.to_bytes(2)) for n in range(size)]
    old = data.draw(st.integers(1, size - 1))
    changed = list(hashes)
    changed[data.draw(st.integers(0, old - 1))] = leaf_hash(b"another")
    proof = consistency_proof(old, size, subtrees_of(hashes))
    verify_consistency(old, tree_root(hashes[:old]), size, tree_root(hashes), proof)
    with pytest.raises(ProofFailed):
        verify_consistency(
            old, tree_root(hashes[:old]), size, tree_root(changed), consistency_proof(old, size, subtrees_of(changed))
        )
    with pytest.raises(ProofFailed):
        verify_consistency(old, tree_root(hashes[:old]), size, tree_root(hashes), [*proof, EMPTY_ROOT])
    with pytest.raises(ProofFailed):
        verify_consistency(old, tree_root(hashes[:old]), size, tree_root(hashes), proof[:-1])


@given(st.integers(0, 200), st.integers(0, 6))
def test_appending_subtrees_gives_the_same_tree(count: int, height: int) -> None:
    hashes = [leaf_hash(n.to_bytes(2)) for n in range(count)]
    one_by_one, by_parts = Frontier(), Frontier()
    width = 1 << height
    for leaf in hashes:
        one_by_one.append(leaf)
    for at in range(0, count, width):
        part = hashes[at : at + width]
        if len(part) == width:
            by_parts.append_subtree(height, tree_root(part))
        else:
            for leaf in part:
                by_parts.append(leaf)
    assert one_by_one.root() == by_parts.root() == naive_root(hashes)
    assert by_parts.size == count


def test_a_subtree_that_is_not_aligned_is_refused() -> None:
    tree = Frontier()
    tree.append(HASHES[0])
    with pytest.raises(ValueError, match="aligned"):
        tree.append_subtree(1, HASHES[1])


def test_a_segment_root_is_the_tree_over_init_and_fragments() -> None:
    assert segment_root(LEAVES[0], LEAVES[1:5]).hex() == ROOTS[5]
    assert segment_root(LEAVES[0], []).hex() == ROOTS[1]


def test_an_inner_node_does_not_pass_for_a_leaf() -> None:
    root = tree_root(HASHES)
    path = inclusion_proof(0, 8, subtrees_of(HASHES))
    inner = tree_root(HASHES[:2])
    with pytest.raises(ProofFailed, match="too short"):
        verify_inclusion(inner, 0, 8, path[1:], root)
