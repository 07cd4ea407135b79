"""Our checkpoints and inclusion proofs under sigstore's verifier, which reads the same note and tree formats."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from custodes.ledger.merkle import leaf_hash
from custodes.ledger.tiles import TileFolder, TileTree
from tests.ledger.madelog import ORIGIN, SIGNER, make_log

checkpoint = pytest.importorskip("sigstore._internal.rekor.checkpoint")
merkle = pytest.importorskip("sigstore._internal.merkle")
errors = pytest.importorskip("sigstore.errors")

SIZE = 700

pytestmark = pytest.mark.interop


class Keyring:
    """What sigstore asks for a signature check, here with the log's own key."""

    def verify(self, *, key_id: bytes, signature: bytes, data: bytes) -> None:
        """Raise unless the log's key made the signature."""
        assert key_id == KEY_ID
        try:
            Ed25519PublicKey.from_public_bytes(SIGNER.verifier.public).verify(signature, data)
        except Exception as error:
            raise errors.VerificationError("bad signature") from error


KEY_ID = SIGNER.verifier.key_id.to_bytes(4)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A log and its last checkpoint."""
    folder = tmp_path_factory.mktemp("log")
    return folder / "ledger", make_log(folder, (300, SIZE))[-1]


def entry(log: tuple[Path, str], index: int, body: bytes) -> Any:
    """Our proof in the shape of sigstore's log entries."""
    tree = TileTree(TileFolder(log[0]), SIZE)
    proof = SimpleNamespace(
        log_index=index,
        tree_size=SIZE,
        hashes=list(tree.inclusion(index)),
        root_hash=tree.root(),
        checkpoint=SimpleNamespace(envelope=log[1]),
    )
    return SimpleNamespace(
        _inner=SimpleNamespace(inclusion_proof=proof, canonicalized_body=body, log_id=SimpleNamespace(key_id=KEY_ID))
    )


@pytest.mark.parametrize("index", [0, 1, 255, 256, 511, 512, 690, SIZE - 1])
def test_it_accepts_our_inclusion_proofs(log: tuple[Path, str], index: int) -> None:
    body = TileFolder(log[0]).bundle(index // 256, min(256, SIZE - index // 256 * 256))[index % 256]
    assert leaf_hash(body)
    merkle.verify_merkle_inclusion(entry(log, index, body))
    with pytest.raises(errors.VerificationError):
        merkle.verify_merkle_inclusion(entry(log, index, body + b" "))


def test_it_accepts_our_checkpoint_and_reads_the_same_in_it(log: tuple[Path, str]) -> None:
    checkpoint.verify_checkpoint(Keyring(), entry(log, 0, b""))
    read = checkpoint.SignedCheckpoint.from_text(log[1]).checkpoint
    assert (read.origin, read.log_size) == (ORIGIN, SIZE)
    assert read.log_hash == TileTree(TileFolder(log[0]), SIZE).root().hex()


def test_it_refuses_a_changed_checkpoint(log: tuple[Path, str]) -> None:
    with pytest.raises(errors.VerificationError):
        checkpoint.verify_checkpoint(Keyring(), entry((log[0], log[1].replace("\n700\n", "\n701\n")), 0, b""))
