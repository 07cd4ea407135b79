"""Two checkpoints that one log can't have signed honestly, with what shows it: kept by a witness, checked by anybody."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import msgspec

from .checkpoint import Checkpoint, open_checkpoint
from .note import NoteError, VerifierKey
from .witness import Doubt, RequestError, Seen, leads_elsewhere, parse_request

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
    doubt: Doubt
    seen: str
    request: str
    keys: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Names it: SHA-256 over both notes as they were signed, hex; the same two are one contradiction however often they come."""
        texts = (self.seen.partition("\n\n")[0], self.request.partition("\n\n")[2].partition("\n\n")[0])
        return hashlib.sha256("\n\n".join(texts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Shown:
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


def check(one: Contradiction, keys: tuple[VerifierKey, ...]) -> Shown:
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
        return Shown(seen, shown, proven=True)
    if shown.size < seen.size:
        raise ContradictionError("a smaller tree contradicts nothing by itself")
    return Shown(seen, shown, proven=leads_elsewhere(Seen(seen.size, seen.root), shown, request.proof))


def as_json(one: Contradiction) -> dict[str, Any]:
    """Plain values."""
    value: dict[str, Any] = msgspec.to_builtins(one)
    return value
