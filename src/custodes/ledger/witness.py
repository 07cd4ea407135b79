"""What a witness must check before it cosigns (C2SP tlog-witness ``add-checkpoint``), without the HTTP around it; and contradictions: two
checkpoints that one log can't have signed honestly, with what shows it, kept by a witness, checked by anybody.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import msgspec

from custodes.ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint, parse_hash, parse_size
from custodes.ledger.merkle import EMPTY_ROOT, ProofFailed, roots_of_proof, verify_consistency
from custodes.ledger.note import Note, NoteError, VerifierKey, open_note, parse_note

MAX_PROOF_LINES = 63


@dataclass(frozen=True, slots=True)
class WitnessedState:
    """The last state of a log that a witness cosigned."""

    size: int = 0
    root: bytes = EMPTY_ROOT


@dataclass(frozen=True, slots=True)
class CheckpointAccepted:
    """The checkpoint may be cosigned once `seen` is stored, in one step with the check of the state before it."""

    note: Note
    checkpoint: Checkpoint
    seen: WitnessedState


@dataclass(frozen=True, slots=True)
class WitnessRefusal:
    """What the witness answers instead: HTTP status, content type and body.

    Attributes:
        shown: the checkpoint, where one of the log's keys signed it: what is refused then says something about the log.
        doubt: what it says, where it does.
    """

    status: int
    body: str = ""
    content_type: str = "text/plain; charset=utf-8"
    shown: Checkpoint | None = None
    doubt: CheckpointDoubt | None = None


class CheckpointDoubt(StrEnum):
    """What a signed checkpoint that is not cosigned says about its log."""

    FORKED = "forked"
    """The log signed two histories: the two notes, and for different sizes the proof between them, show it to anybody."""
    UNPROVEN = "unproven"
    """The log signed a larger tree, and what was sent does not prove that it extends the one that was cosigned."""
    BEHIND = "behind"
    """The log signed, or signs again, a smaller tree: an old checkpoint, or a log that was taken back."""


@dataclass(frozen=True, slots=True)
class AddCheckpointRequest:
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


def parse_request(body: bytes) -> AddCheckpointRequest:
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
        return AddCheckpointRequest(parse_size(number), proof, note, parse_checkpoint(parse_note(note).text))
    except (ValueError, NoteError) as error:
        raise RequestError(str(error)) from error


def consider(
    request: AddCheckpointRequest, keys: Sequence[VerifierKey] | None, last: WitnessedState
) -> CheckpointAccepted | WitnessRefusal:
    """Decide on one ``add-checkpoint`` request, in the order of C2SP tlog-witness.

    Args:
        keys: that may sign for the request's origin; None where the log is not known.
        last: the state that was cosigned last; `WitnessedState()` for never.
    """
    if keys is None:
        return WitnessRefusal(404)
    try:
        note = open_note(request.note, keys)
    except NoteError:
        return WitnessRefusal(403)
    shown, old = request.checkpoint, request.old
    if old > shown.size:
        return WitnessRefusal(400)
    conflict = WitnessRefusal(409, f"{last.size}\n", "text/x.tlog.size", shown)
    if shown.size == last.size > 0 and shown.root != last.root:
        return replace(conflict, doubt=CheckpointDoubt.FORKED)
    if shown.size < last.size:
        return replace(conflict, doubt=CheckpointDoubt.BEHIND)
    if old != last.size:
        return conflict
    try:
        verify_consistency(old, last.root, shown.size, shown.root, request.proof)
    except ProofFailed:
        if not last.size:
            return WitnessRefusal(422, shown=shown)
        forked = leads_elsewhere(last, shown, request.proof)
        return WitnessRefusal(422, shown=shown, doubt=CheckpointDoubt.FORKED if forked else CheckpointDoubt.UNPROVEN)
    # Lines of others may be anything and as long as a note can be: what is kept and shown is what the log signed.
    own = tuple(one for one in note.signatures if any(key.matches(one) for key in keys))
    return CheckpointAccepted(Note(note.text, own), shown, WitnessedState(shown.size, shown.root))


def leads_elsewhere(last: WitnessedState, shown: Checkpoint, proof: Sequence[bytes]) -> bool:
    """Whether a proof that was refused shows a second history: it leads to the root that was signed, and from there to another
    root of the first `last.size` entries than the one that was cosigned."""
    try:
        before, after = roots_of_proof(last.size, shown.size, proof)
    except ProofFailed:
        return False
    return after == shown.root and before != last.root


MAX_BYTES = 262_144


class ContradictionError(ValueError):
    """The file is no contradiction, or does not show one; the message says why."""


class Contradiction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a witness keeps of a request that it refused for what it says about the log.

    Attributes:
        origin: of the log.
        at: when it came, seconds since the Unix epoch, by the witness's clock.
        doubt: ``forked`` or ``unproven``.
        seen: the note that the witness had cosigned.
        request: body of the ``add-checkpoint`` request, verbatim: old size, proof, and the other note.
        keys: verifier keys that the log had then; none in a file of before they were kept. The witness's word: whoever checks
            elsewhere holds both notes against keys that they have themselves.
    """

    origin: str
    at: int
    doubt: CheckpointDoubt
    seen: str
    request: str
    keys: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Names it: SHA-256 over both notes as they were signed, hex; the same two are one contradiction however often they come."""
        texts = (self.seen.partition("\n\n")[0], self.request.partition("\n\n")[2].partition("\n\n")[0])
        return hashlib.sha256("\n\n".join(texts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ShownContradiction:
    """What a contradiction shows once both notes' signatures are checked.

    Attributes:
        seen, shown: the two checkpoints.
        proven: whether it convinces a stranger; else the log owes a proof that it did not give.
    """

    seen: Checkpoint
    shown: Checkpoint
    proven: bool


def encode(one: Contradiction) -> bytes:
    """As it is kept, one JSON document."""
    return msgspec.json.format(msgspec.json.encode(one), indent=1) + b"\n"


def read(data: bytes) -> Contradiction:
    """
    Raises:
        ContradictionError: not in this form, or too large.
    """
    if len(data) > MAX_BYTES:
        raise ContradictionError("the file is too large")
    try:
        return msgspec.json.decode(data, type=Contradiction)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ContradictionError(f"the file is no contradiction: {error}") from error


def check(one: Contradiction, keys: tuple[VerifierKey, ...]) -> ShownContradiction:
    """Check both signatures and what they show together; nothing that the witness says is believed.

    Args:
        keys: that may sign for the log.

    Raises:
        ContradictionError: a note was not signed by the log, or the two may well be of one history.
    """
    try:
        request = parse_request(one.request.encode())
        seen, _ = open_checkpoint(one.seen, keys, one.origin)
        shown, _ = open_checkpoint(request.note, keys, one.origin)
    except (RequestError, NoteError, UnicodeEncodeError) as error:
        raise ContradictionError(str(error)) from error
    if seen.size == shown.size:
        if seen.root == shown.root:
            raise ContradictionError("both notes are over the same tree")
        return ShownContradiction(seen, shown, proven=True)
    if shown.size < seen.size:
        raise ContradictionError("a smaller tree contradicts nothing by itself")
    return ShownContradiction(
        seen, shown, proven=leads_elsewhere(WitnessedState(seen.size, seen.root), shown, request.proof)
    )


def as_json(one: Contradiction) -> dict[str, Any]:
    """Plain values."""
    value: dict[str, Any] = msgspec.to_builtins(one)
    return value
