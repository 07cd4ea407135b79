"""Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint)."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from custodes.ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from custodes.ledger.merkle import EMPTY_ROOT
from custodes.ledger.note import KeyTextError, NoteError, Signer, open_note, parse_note, parse_vkey

# The examples of the specification and of golang.org/x/mod/sumdb/note.
SPEC_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
SIGNER = Signer("custodes.example/log", Ed25519PrivateKey.from_private_bytes(bytes(32)))


@pytest.mark.parametrize(("vkey", "note"), [(SPEC_VKEY, SPEC_NOTE), (GO_VKEY, GO_NOTE)])
def test_the_published_examples_verify(vkey: str, note: str) -> None:
    key = parse_vkey(vkey)
    assert str(key) == vkey
    assert str(open_note(note, [key])) == note
    with pytest.raises(NoteError, match="verify"):
        open_note(note.replace("crypt", "Crypt").replace("example message", "example Message"), [key])


def test_a_note_of_an_unknown_key_is_refused() -> None:
    with pytest.raises(NoteError, match="no trusted key"):
        open_note(SPEC_NOTE, [SIGNER.verifier])


def test_unknown_signatures_beside_a_known_one_are_ignored() -> None:
    note = SIGNER.sign("text\n").with_signatures(parse_note(SPEC_NOTE).signatures)
    assert open_note(str(note), [SIGNER.verifier]) == note


def test_a_bad_signature_of_a_known_key_beside_a_good_one_is_refused() -> None:
    good, other = SIGNER.sign("text\n"), SIGNER.sign("other\n")
    with pytest.raises(NoteError, match="verify"):
        open_note(str(good.with_signatures(other.signatures)), [SIGNER.verifier])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "x\n",
        "x\n\n",
        "x\n\n— a\n",
        "x\n\n— a b\n",
        "x\n\n- example.com/foo Uw2QOkn8\n",
        SPEC_NOTE[:-1],
        SPEC_NOTE + "\n",
        SPEC_NOTE + "x\n",
        SPEC_NOTE.replace("example message", "example\rmessage"),
        SPEC_NOTE.replace("aQM=", "aQN="),
        SPEC_NOTE.replace("foo ", "foo+ "),
        "x" * 70_000 + SPEC_NOTE,
        "x\n\n" + SPEC_NOTE.split("\n\n")[1] * 40,
    ],
)
def test_malformed_notes_are_refused(text: str) -> None:
    with pytest.raises(NoteError):
        open_note(text, [parse_vkey(SPEC_VKEY)])


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_a_note_error(data: bytes) -> None:
    with pytest.raises(NoteError):
        open_note(data, [SIGNER.verifier])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a+b",
        "a+00000000+AQ==",
        SPEC_VKEY.replace("530d903a", "530d903b"),
        SPEC_VKEY.replace("foo", "fop"),
        SPEC_VKEY.replace("+Ae", "+Be"),
        SPEC_VKEY[:-1],
        "a b" + SPEC_VKEY,
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    ],
)
def test_malformed_verifier_keys_are_refused(text: str) -> None:
    with pytest.raises(KeyTextError):
        parse_vkey(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\n", "a\u3000b"])
def test_a_signer_needs_a_usable_name(name: str) -> None:
    with pytest.raises(KeyTextError):
        Signer(name, SIGNER.key)


@pytest.mark.parametrize("text", ["no newline", "", "bell\a\n", "half \ud800\n"])
def test_text_that_cannot_stand_in_a_note_is_not_signed(text: str) -> None:
    with pytest.raises(NoteError):
        SIGNER.sign(text)


def test_a_checkpoint_survives_signing_and_opening() -> None:
    checkpoint = Checkpoint("custodes.example/log", 20852163, bytes(range(32)))
    note = sign_checkpoint(checkpoint, SIGNER)
    assert open_checkpoint(str(note), [SIGNER.verifier]) == (checkpoint, note)


def test_a_checkpoint_of_another_origin_is_refused() -> None:
    note = sign_checkpoint(Checkpoint("custodes.example/other", 1, EMPTY_ROOT), SIGNER)
    with pytest.raises(NoteError, match="origin"):
        open_checkpoint(str(note), [SIGNER.verifier])
    assert open_checkpoint(str(note), [SIGNER.verifier], "custodes.example/other")[0].size == 1


@pytest.mark.parametrize(
    "text",
    [
        "o\n1\n",
        "o\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "o\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "o\n١\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "o\n9223372036854775808\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n",
        "o\n1\nAAAA\n",
        "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\nx\n",
        "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
    ],
)
def test_malformed_checkpoints_are_refused(text: str) -> None:
    with pytest.raises(NoteError):
        parse_checkpoint(text)
