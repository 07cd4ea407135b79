"""``tlog-proof@v1``, cosignatures, and what a witness checks."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.ledger.checkpoint import (
    Checkpoint,
    Proof,
    cosign,
    parse_proof,
    sign_checkpoint,
    verifier_of,
    verify_cosignatures,
    verify_proof,
)
from custodes.ledger.merkle import (
    EMPTY_ROOT,
    ProofFailed,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    subtrees_of,
    tree_root,
)
from custodes.ledger.note import NoteError, Signature, parse_note, parse_vkey
from custodes.ledger.witness import (
    CheckpointAccepted,
    CheckpointDoubt,
    RequestError,
    WitnessedState,
    WitnessRefusal,
    consider,
    format_request,
    parse_request,
)
from tests.ledger.madelog import ORIGIN, SIGNER

HASHES = [leaf_hash(bytes([n])) for n in range(20)]
WITNESS = Ed25519PrivateKey.from_private_bytes(b"w" * 32)


def note_of(size: int, hashes: list[bytes] = HASHES, origin: str = ORIGIN) -> str:
    """A signed checkpoint over the first `size` leaves."""
    return str(sign_checkpoint(Checkpoint(origin, size, tree_root(hashes[:size])), SIGNER))


def proof_of(index: int, size: int, extra: bytes | None = None) -> str:
    """The proof text of a leaf."""
    return str(Proof(index, inclusion_proof(index, size, subtrees_of(HASHES[:size])), note_of(size), extra))


def test_a_proof_text_proves_its_leaf_and_no_other() -> None:
    text = proof_of(3, 20)
    assert text.startswith("c2sp.org/tlog-proof@v1\nindex 3\n")
    assert verify_proof(text, HASHES[3], [SIGNER.verifier]).size == 20
    with pytest.raises(ProofFailed):
        verify_proof(text, HASHES[4], [SIGNER.verifier])


def test_extra_data_is_carried_and_the_text_reads_back() -> None:
    text = proof_of(0, 1, b"salt")
    assert parse_proof(text).extra == b"salt"
    assert str(parse_proof(text)) == text
    assert verify_proof(text, HASHES[0], [SIGNER.verifier]).size == 1


def test_a_proof_of_another_key_is_refused() -> None:
    other = parse_vkey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    with pytest.raises(ProofFailed, match="refused"):
        verify_proof(proof_of(0, 1), HASHES[0], [other])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tlog-proof@v1", "tlog-proof@v2"),
        ("index 3", "index 03"),
        ("index 3", "index -3"),
        ("index 3", "leaf 3"),
        ("index 3\n", ""),
        ("index 3\n", "index 3\nAAAA\n"),
        ("index 3", "extra !\nindex 3"),
    ],
)
def test_malformed_proofs_are_refused(old: str, new: str) -> None:
    with pytest.raises(ProofFailed):
        verify_proof(proof_of(3, 20).replace(old, new), HASHES[3], [SIGNER.verifier])


@pytest.mark.parametrize("text", ["", "c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v1\n\nx", "x" * 200_000])
def test_texts_that_are_no_proof_are_refused(text: str) -> None:
    with pytest.raises(ProofFailed):
        parse_proof(text)


def test_a_cosignature_is_found_and_says_when() -> None:
    note = parse_note(note_of(20))
    key = verifier_of("witness.example/w1", WITNESS)
    cosigned = note.with_signatures([cosign(note.text, key.name, WITNESS, 1_679_315_147)])
    (found,) = verify_cosignatures(parse_note(str(cosigned)), [key])
    assert (found.witness, found.timestamp) == ("witness.example/w1", 1_679_315_147)
    assert parse_vkey(str(key)) == key
    assert verify_cosignatures(note, [key]) == ()


def test_the_signed_message_is_that_of_the_specification() -> None:
    note = parse_note(note_of(20))
    signature = cosign(note.text, "w", WITNESS, 7)
    WITNESS.public_key().verify(signature.data[8:], f"cosignature/v1\ntime 7\n{note.text}".encode())
    assert signature.data[:8] == bytes(7) + b"\x07"


@pytest.mark.parametrize("position", [3, 20])
def test_a_changed_cosignature_is_refused(position: int) -> None:
    note = parse_note(note_of(20))
    key = verifier_of("w", WITNESS)
    data = bytearray(cosign(note.text, "w", WITNESS, 7).data)
    data[position] ^= 1
    with pytest.raises(NoteError):
        verify_cosignatures(note.with_signatures([Signature("w", key.key_id, bytes(data))]), [key])
    with pytest.raises(NoteError):
        verify_cosignatures(note.with_signatures([Signature("w", key.key_id, bytes(data[:70]))]), [key])


LOGS = {ORIGIN: [SIGNER.verifier]}
SEEN = WitnessedState(7, tree_root(HASHES[:7]))


def ask(old: int, new: int, note: str | None = None, proof: tuple[bytes, ...] | None = None) -> bytes:
    """An add-checkpoint request."""
    parts = consistency_proof(old, new, subtrees_of(HASHES[:new])) if proof is None else proof
    return format_request(old, parts, parse_note(note or note_of(new)))


def decide(body: bytes, seen: WitnessedState = SEEN) -> CheckpointAccepted | WitnessRefusal:
    """What a witness of the test's log, that saw seven entries, says to a request."""
    try:
        request = parse_request(body)
    except RequestError:
        return WitnessRefusal(400)
    return consider(request, LOGS.get(request.origin), seen)


def test_a_witness_cosigns_what_extends_what_it_saw() -> None:
    answer = decide(ask(7, 20))
    assert isinstance(answer, CheckpointAccepted)
    assert answer.seen == WitnessedState(20, tree_root(HASHES))
    again = decide(ask(7, 7))
    assert isinstance(again, CheckpointAccepted)
    first = decide(ask(0, 20), WitnessedState())
    assert isinstance(first, CheckpointAccepted)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"\xff", 400),
        (b"old 7\n", 400),
        (ask(7, 20).replace(b"old 7", b"old 07"), 400),
        (ask(7, 20).replace(b"old 7", b"old 21"), 400),
        (ask(7, 20, note_of(20, origin="unknown.example/log")), 404),
        (ask(7, 20).replace(b"\n20\n", b"\n19\n"), 403),
        (ask(6, 20), 409),
        (ask(7, 7, note_of(7, HASHES[1:])), 409),
        (ask(7, 20, proof=()), 422),
        (ask(7, 20, note_of(20, [*HASHES[:3], EMPTY_ROOT, *HASHES[4:]])), 422),
        (ask(7, 20, proof=(EMPTY_ROOT,) * 64), 400),
    ],
)
def test_a_witness_refuses_everything_else_with_the_status_of_the_specification(body: bytes, status: int) -> None:
    answer = decide(body)
    assert isinstance(answer, WitnessRefusal)
    assert answer.status == status


def test_a_conflict_tells_the_size_that_the_witness_has() -> None:
    answer = decide(ask(0, 20, proof=()))
    assert isinstance(answer, WitnessRefusal)
    assert (answer.status, answer.body, answer.content_type, answer.doubt) == (409, "7\n", "text/x.tlog.size", None)


REWRITTEN = [*HASHES[:3], EMPTY_ROOT, *HASHES[4:]]


def rewritten(old: int, new: int) -> bytes:
    """A request of a log whose fourth entry is another, with the proof that this log can give."""
    proof = consistency_proof(old, new, subtrees_of(REWRITTEN[:new]))
    return format_request(old, proof, parse_note(note_of(new, REWRITTEN)))


@pytest.mark.parametrize(
    ("body", "seen", "doubt"),
    [
        (rewritten(7, 20), SEEN, CheckpointDoubt.FORKED),
        (rewritten(7, 7), SEEN, CheckpointDoubt.FORKED),
        (rewritten(8, 20), WitnessedState(8, tree_root(HASHES[:8])), CheckpointDoubt.UNPROVEN),
        (ask(7, 20, proof=(EMPTY_ROOT,) * 4), SEEN, CheckpointDoubt.UNPROVEN),
        (ask(7, 20, proof=()), SEEN, CheckpointDoubt.UNPROVEN),
        (ask(0, 6), SEEN, CheckpointDoubt.BEHIND),
        (ask(0, 20, proof=(EMPTY_ROOT,)), WitnessedState(), None),
        (rewritten(7, 20).replace(b"\n20\n", b"\n21\n"), SEEN, None),
    ],
)
def test_what_a_refused_checkpoint_says_about_its_log(
    body: bytes, seen: WitnessedState, doubt: CheckpointDoubt | None
) -> None:
    answer = decide(body, seen)
    assert isinstance(answer, WitnessRefusal)
    assert answer.doubt == doubt
