"""Checkpoints (C2SP tlog-checkpoint): the signed statement of a log's size and root; cosignatures (C2SP tlog-cosignature, Ed25519
``cosignature/v1``), by which a witness states that it saw a log grow; and ``tlog-proof@v1`` (C2SP tlog-proof), one text that proves an
entry offline.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.ledger.merkle import HASH_BYTES, ProofFailed, verify_inclusion
from custodes.ledger.note import COSIGNATURE, Note, NoteError, Signature, Signer, VerifierKey, open_note

MAX_SIZE = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log states about itself.

    Attributes:
        origin: the log's identity.
        size: number of leaves.
        root: RFC 6962 root, 32 bytes.
        extensions: further lines; this project writes none.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """The note text."""
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions)
        return "\n".join(lines) + "\n"


def parse_size(text: str) -> int:
    """A decimal without leading zeroes.

    Raises:
        ValueError: any other spelling, or beyond 2⁶³ − 1.
    """
    if not (text.isascii() and text.isdigit()) or (len(text) > 1 and text[0] == "0") or len(text) > 19:
        raise ValueError("not a decimal without leading zeroes")
    value = int(text)
    if value > MAX_SIZE:
        raise ValueError("the number is too large")
    return value


def parse_hash(text: str) -> bytes:
    """A SHA-256 in standard base64.

    Raises:
        ValueError: not 32 bytes, or not in canonical base64.
    """
    data = base64.b64decode(text, validate=True)
    if len(data) != HASH_BYTES or base64.b64encode(data).decode() != text:
        raise ValueError("not 32 bytes in canonical base64")
    return data


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint's note text.

    Raises:
        NoteError: not in the form of C2SP tlog-checkpoint.
    """
    if not text.endswith("\n"):
        raise NoteError("the checkpoint does not end in a newline")
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 3 or not all(lines):
        raise NoteError("a checkpoint has at least three lines and no empty one")
    try:
        return Checkpoint(lines[0], parse_size(lines[1]), parse_hash(lines[2]), tuple(lines[3:]))
    except (ValueError, binascii.Error) as error:
        raise NoteError(f"the checkpoint is malformed: {error}") from error


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> Note:
    """The signed note over a checkpoint. Whether it is consistent with earlier ones is the caller's duty."""
    return signer.sign(checkpoint.text())


def open_checkpoint(
    data: bytes | str, keys: Iterable[VerifierKey], origin: str | None = None
) -> tuple[Checkpoint, Note]:
    """Verify a note and read the checkpoint in it.

    Args:
        keys: keys that may sign for this log.
        origin: the origin it must have; None takes the name of the key that signed.

    Raises:
        NoteError: malformed, not signed by one of `keys`, or of another origin.
    """
    trusted = tuple(keys)
    note = open_note(data, trusted)
    checkpoint = parse_checkpoint(note.text)
    names = {origin} if origin is not None else {key.name for key in trusted}
    if checkpoint.origin not in names:
        raise NoteError("the checkpoint is of another log (its origin differs)")
    return checkpoint, note


MAX_TIMESTAMP = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A verified cosignature.

    Attributes:
        witness: the witness's key name.
        timestamp: seconds since the Unix epoch at which it was made.
    """

    witness: str
    timestamp: int


def _message(timestamp: int, text: str) -> bytes:
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def verifier_of(name: str, key: Ed25519PrivateKey) -> VerifierKey:
    """The verifier key of a witness."""
    return VerifierKey(name, COSIGNATURE, key.public_key().public_bytes_raw())


def cosign(text: str, name: str, key: Ed25519PrivateKey, timestamp: int) -> Signature:
    """Cosign a checkpoint's note text. That the log grew consistently is the caller's duty (`witness`).

    Args:
        timestamp: seconds since the Unix epoch.
    """
    data = timestamp.to_bytes(8) + key.sign(_message(timestamp, text))
    return Signature(name, verifier_of(name, key).key_id, data)


def verify_cosignatures(note: Note, witnesses: Iterable[VerifierKey]) -> tuple[Cosignature, ...]:
    """The cosignatures of known witnesses on a note, each checked.

    Raises:
        NoteError: one that claims to be of a known witness does not verify.
    """
    found: dict[str, Cosignature] = {}
    known = [key for key in witnesses if key.kind == COSIGNATURE]
    for signature in note.signatures:
        for key in known:
            if not key.matches(signature):
                continue
            timestamp = int.from_bytes(signature.data[:8])
            if len(signature.data) != 72 or timestamp > MAX_TIMESTAMP:
                raise NoteError(f"the cosignature of {key.name} is malformed")
            key.check(_message(timestamp, note.text), signature.data[8:])
            found[str(key)] = Cosignature(key.name, timestamp)
    return tuple(found.values())


HEADER = "c2sp.org/tlog-proof@v1"
MAX_PROOF_BYTES = 131_072


@dataclass(frozen=True, slots=True)
class Proof:
    """A parsed proof; nothing in it is verified.

    Attributes:
        index: of the entry.
        path: inclusion proof, the leaf's sibling first.
        note: the checkpoint with all its signatures, verbatim.
        extra: opaque data that nothing vouches for, or None.
    """

    index: int
    path: tuple[bytes, ...]
    note: str
    extra: bytes | None = None

    def __str__(self) -> str:
        extra = () if self.extra is None else (f"extra {base64.b64encode(self.extra).decode()}",)
        path = (base64.b64encode(part).decode() for part in self.path)
        return "\n".join((HEADER, *extra, f"index {self.index}", *path, "", self.note))


def parse_proof(text: str) -> Proof:
    """Take a proof apart, strictly.

    Raises:
        ProofFailed: not in the form of C2SP tlog-proof.
    """
    if len(text) > MAX_PROOF_BYTES:
        raise ProofFailed("the proof is too large")
    head, blank, note = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or lines.pop(0) != HEADER or not lines:
        raise ProofFailed(f"the proof does not start with {HEADER}, or has no checkpoint")
    try:
        extra = None
        if lines[0].startswith("extra "):
            extra = base64.b64decode(lines.pop(0).removeprefix("extra "), validate=True)
        word, _, number = lines.pop(0).partition(" ")
        if word != "index":
            raise ValueError("the index line is missing")
        return Proof(parse_size(number), tuple(parse_hash(line) for line in lines), note, extra)
    except (ValueError, IndexError) as error:
        raise ProofFailed(f"the proof is malformed: {error}") from error


def verify_proof(text: str, leaf: bytes, keys: Iterable[VerifierKey], origin: str | None = None) -> Checkpoint:
    """Check that the log proves `leaf`.

    Args:
        text: a ``tlog-proof@v1``.
        leaf: leaf hash, `merkle.leaf_hash` of the entry's bytes.
        keys: log keys to trust.
        origin: the log's origin; None takes the keys' names.

    Raises:
        ProofFailed: malformed, not signed by a trusted key, or it proves another leaf.
    """
    proof = parse_proof(text)
    try:
        checkpoint, _ = open_checkpoint(proof.note, keys, origin)
    except NoteError as error:
        raise ProofFailed(f"the proof's checkpoint was refused: {error}") from error
    verify_inclusion(leaf, proof.index, checkpoint.size, proof.path, checkpoint.root)
    return checkpoint
