"""Cosignatures (C2SP tlog-cosignature, Ed25519 ``cosignature/v1``): a witness states that it saw a log grow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .note import COSIGNATURE, Note, NoteError, Signature, VerifierKey

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
