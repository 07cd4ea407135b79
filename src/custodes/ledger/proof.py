"""``tlog-proof@v1`` (C2SP tlog-proof): one text that proves an entry offline."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass

from .checkpoint import Checkpoint, open_checkpoint, parse_hash, parse_size
from .merkle import ProofFailed, verify_inclusion
from .note import NoteError, VerifierKey

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
