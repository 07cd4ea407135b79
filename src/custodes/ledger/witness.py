"""What a witness must check before it cosigns (C2SP tlog-witness ``add-checkpoint``), without the HTTP around it."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .checkpoint import Checkpoint, parse_checkpoint, parse_hash, parse_size
from .merkle import EMPTY_ROOT, ProofFailed, verify_consistency
from .note import Note, NoteError, VerifierKey, open_note, parse_note

MAX_PROOF_LINES = 63


@dataclass(frozen=True, slots=True)
class Seen:
    """The last state of a log that a witness cosigned."""

    size: int = 0
    root: bytes = EMPTY_ROOT


@dataclass(frozen=True, slots=True)
class Accepted:
    """The checkpoint may be cosigned once `seen` is stored, in one step with the check of the state before it."""

    note: Note
    checkpoint: Checkpoint
    seen: Seen


@dataclass(frozen=True, slots=True)
class Refused:
    """What the witness answers instead: HTTP status, content type and body."""

    status: int
    body: str = ""
    content_type: str = "text/plain; charset=utf-8"


def format_request(old: int, proof: Sequence[bytes], note: Note) -> bytes:
    """Body of ``POST add-checkpoint``."""
    lines = "".join(base64.b64encode(part).decode() + "\n" for part in proof)
    return f"old {old}\n{lines}\n{note}".encode()


def _parse(body: bytes) -> tuple[int, tuple[bytes, ...], str]:
    head, blank, note = body.decode().partition("\n\n")
    first, *lines = head.split("\n")
    word, _, number = first.partition(" ")
    if not blank or word != "old" or len(lines) > MAX_PROOF_LINES:
        raise ValueError("the request has another form")
    return parse_size(number), tuple(parse_hash(line) for line in lines), note


def consider(body: bytes, logs: Mapping[str, Sequence[VerifierKey]], seen: Mapping[str, Seen]) -> Accepted | Refused:
    """Decide on one ``add-checkpoint`` request.

    Args:
        body: the request body.
        logs: keys that may sign for each known origin.
        seen: last cosigned state by origin; a missing one means never.
    """
    try:
        old, proof, text = _parse(body)
        checkpoint = parse_checkpoint(parse_note(text).text)
    except (ValueError, NoteError):
        return Refused(400)
    keys = logs.get(checkpoint.origin)
    if keys is None:
        return Refused(404)
    try:
        note = open_note(text, keys)
    except NoteError:
        return Refused(403)
    if old > checkpoint.size:
        return Refused(400)
    last = seen.get(checkpoint.origin, Seen())
    if old != last.size:
        return Refused(409, f"{last.size}\n", "text/x.tlog.size")
    if old == checkpoint.size and last.root != checkpoint.root:
        return Refused(409, f"{last.size}\n", "text/x.tlog.size")
    try:
        verify_consistency(old, last.root, checkpoint.size, checkpoint.root, proof)
    except ProofFailed:
        return Refused(422)
    return Accepted(note, checkpoint, Seen(checkpoint.size, checkpoint.root))
