"""Checkpoints (C2SP tlog-checkpoint): the signed statement of a log's size and root."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass

from .merkle import HASH_BYTES
from .note import Note, NoteError, Signer, VerifierKey, open_note

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
