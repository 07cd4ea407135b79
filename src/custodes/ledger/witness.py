"""What a witness must check before it cosigns (C2SP tlog-witness ``add-checkpoint``), without the HTTP around it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from .checkpoint import Checkpoint, parse_checkpoint, parse_hash, parse_size
from .merkle import EMPTY_ROOT, ProofFailed, roots_of_proof, verify_consistency
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
    """What the witness answers instead: HTTP status, content type and body.

    Attributes:
        shown: the checkpoint, where one of the log's keys signed it: what is refused then says something about the log.
        doubt: what it says, where it does.
    """

    status: int
    body: str = ""
    content_type: str = "text/plain; charset=utf-8"
    shown: Checkpoint | None = None
    doubt: Doubt | None = None


class Doubt(StrEnum):
    """What a signed checkpoint that is not cosigned says about its log."""

    FORKED = "forked"
    """The log signed two histories: the two notes, and for different sizes the proof between them, show it to anybody."""
    UNPROVEN = "unproven"
    """The log signed a larger tree, and what was sent does not prove that it extends the one that was cosigned."""
    BEHIND = "behind"
    """The log signed, or signs again, a smaller tree: an old checkpoint, or a log that was taken back."""


@dataclass(frozen=True, slots=True)
class Request:
    """An ``add-checkpoint`` request taken apart; nothing in it is verified.

    Attributes:
        old: size that the proof starts from.
        proof: consistency proof.
        note: the checkpoint's note, verbatim.
        checkpoint: what stands in it.
    """

    old: int
    proof: tuple[bytes, ...]
    note: str
    checkpoint: Checkpoint

    @property
    def origin(self) -> str:
        """The log that it is of."""
        return self.checkpoint.origin


def format_request(old: int, proof: Sequence[bytes], note: Note) -> bytes:
    """Body of ``POST add-checkpoint``."""
    lines = "".join(base64.b64encode(part).decode() + "\n" for part in proof)
    return f"old {old}\n{lines}\n{note}".encode()


class RequestError(ValueError):
    """The body is not an ``add-checkpoint`` request."""


def parse_request(body: bytes) -> Request:
    """Take a request's body apart, strictly.

    Raises:
        RequestError: not in the form of C2SP tlog-witness.
    """
    try:
        head, blank, note = body.decode().partition("\n\n")
        first, *lines = head.split("\n")
        word, _, number = first.partition(" ")
        if not blank or word != "old" or len(lines) > MAX_PROOF_LINES:
            raise ValueError("the request has another form")
        proof = tuple(parse_hash(line) for line in lines)
        return Request(parse_size(number), proof, note, parse_checkpoint(parse_note(note).text))
    except (ValueError, NoteError) as error:
        raise RequestError(str(error)) from error


def consider(request: Request, keys: Sequence[VerifierKey] | None, last: Seen) -> Accepted | Refused:
    """Decide on one ``add-checkpoint`` request, in the order of C2SP tlog-witness.

    Args:
        keys: that may sign for the request's origin; None where the log is not known.
        last: the state that was cosigned last; `Seen()` for never.
    """
    if keys is None:
        return Refused(404)
    try:
        note = open_note(request.note, keys)
    except NoteError:
        return Refused(403)
    shown, old = request.checkpoint, request.old
    if old > shown.size:
        return Refused(400)
    conflict = Refused(409, f"{last.size}\n", "text/x.tlog.size", shown)
    if shown.size == last.size > 0 and shown.root != last.root:
        return replace(conflict, doubt=Doubt.FORKED)
    if shown.size < last.size:
        return replace(conflict, doubt=Doubt.BEHIND)
    if old != last.size:
        return conflict
    try:
        verify_consistency(old, last.root, shown.size, shown.root, request.proof)
    except ProofFailed:
        if not last.size:
            return Refused(422, shown=shown)
        forked = leads_elsewhere(last, shown, request.proof)
        return Refused(422, shown=shown, doubt=Doubt.FORKED if forked else Doubt.UNPROVEN)
    # Lines of others may be anything and as long as a note can be: what is kept and shown is what the log signed.
    own = tuple(one for one in note.signatures if any(key.matches(one) for key in keys))
    return Accepted(Note(note.text, own), shown, Seen(shown.size, shown.root))


def leads_elsewhere(last: Seen, shown: Checkpoint, proof: Sequence[bytes]) -> bool:
    """Whether a proof that was refused shows a second history: it leads to the root that was signed, and from there to another
    root of the first `last.size` entries than the one that was cosigned."""
    try:
        before, after = roots_of_proof(last.size, shown.size, proof)
    except ProofFailed:
        return False
    return after == shown.root and before != last.root
