"""The test vectors that docs/design/ledger.md prints are those that the code makes."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.ledger.checkpoint import Checkpoint, Proof, cosign, sign_checkpoint, verifier_of
from custodes.ledger.entry import LedgerEntry, commit
from custodes.ledger.merkle import inclusion_proof, leaf_hash, segment_root, subtrees_of, tree_root
from custodes.ledger.records import encode_record
from tests.ledger.madelog import SIGNER, gap

NOTE = Path(__file__).parents[2] / "docs" / "design" / "ledger.md"


def test_the_printed_vectors_are_what_the_code_makes() -> None:
    page = NOTE.read_text(encoding="utf-8")
    lines = {line.strip() for line in page.splitlines() if line.startswith("    ")}
    records = [encode_record(gap(number)) for number in range(3)]
    entries = [
        LedgerEntry("gap", gap(number).at, commit(bytes(range(32)), record)).encode()
        for number, record in enumerate(records)
    ]
    leaves = [leaf_hash(entry) for entry in entries]
    note = sign_checkpoint(Checkpoint(SIGNER.name, 3, tree_root(leaves)), SIGNER)
    proof = str(Proof(1, inclusion_proof(1, 3, subtrees_of(leaves)), str(note)))
    witness = Ed25519PrivateKey.from_private_bytes(b"w" * 32)
    for line in (
        str(SIGNER.verifier),
        records[0].decode(),
        entries[0].decode(),
        *(leaf.hex() for leaf in leaves),
        *filter(None, proof.splitlines()),
        str(verifier_of("witness.example/w1", witness)),
        cosign(note.text, "witness.example/w1", witness, 1_795_000_000).line().strip(),
        segment_root(b"init", [b"fragment 0", b"fragment 1"]).hex(),
    ):
        assert line in lines
