"""The notary's requests, typed (wire.md §6): decoded and checked in one pass."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from custodes.ledger.client import MAX_PROVEN, MAX_RECORDS
from custodes.ledger.records import AnyRecord, Count, Grant, Interval, Name, Text
from custodes.video.wire.token import Upper

MAX_TOKENS = 256
MAX_ENTRIES = 1000
MAX_LINES = 8


class TokenClaims(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Claims of a grant token as its caller states them; the notary adds ``index``, ``iat`` and ``exp``.

    Attributes: those of `custodes.video.wire.token.GrantClaims`.
    """

    aud: Name
    jti: UUID
    grant: UUID
    sub: Name
    cameras: Annotated[tuple[UUID, ...], Meta(min_length=1)]
    live: bool = False
    back_seconds: Count = 0
    span: Interval | None = None
    still: bool = False
    sound: tuple[UUID, ...] = ()
    watermark: Name
    burnt: Text = ""
    handover: bool = False
    masking: bool = False
    upper: Upper = ""


Tokens = Annotated[tuple[TokenClaims, ...], Meta(min_length=1, max_length=MAX_TOKENS)]


class NotaryRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="op", gc=False):
    """Any request."""


class AppendRequest(NotaryRequest, frozen=True, kw_only=True, gc=False, tag="append"):
    """Append records; answered once they are durable."""

    records: Annotated[list[AnyRecord], Meta(max_length=MAX_RECORDS)]


class GrantRequest(NotaryRequest, frozen=True, kw_only=True, gc=False, tag="grant"):
    """Append a grant's record, then sign tokens under it."""

    record: Grant
    tokens: Tokens


class RenewRequest(NotaryRequest, frozen=True, kw_only=True, gc=False, tag="renew"):
    """Sign fresh tokens under a recorded grant."""

    grant: UUID
    tokens: Tokens


class StatusRequest(NotaryRequest, frozen=True, kw_only=True, gc=False, tag="status"):
    """How the log stands."""


class EntriesRequest(NotaryRequest, frozen=True, kw_only=True, gc=False, tag="entries"):
    """Entries with their records."""

    start: Count
    count: Annotated[int, Meta(ge=0, le=MAX_ENTRIES)]


class CheckpointRequest(NotaryRequest, frozen=True, kw_only=True, gc=False, tag="checkpoint"):
    """The last signed checkpoint."""


class ProofRequest(NotaryRequest, frozen=True, kw_only=True, gc=False, tag="proof"):
    """Inclusion proof of one entry."""

    index: Count


class ProvenRequest(NotaryRequest, frozen=True, kw_only=True, gc=False, tag="proven"):
    """Records with all that proves them to a stranger."""

    ids: Annotated[list[UUID], Meta(max_length=MAX_PROVEN)]


class ConsistencyRequest(NotaryRequest, frozen=True, kw_only=True, gc=False, tag="consistency"):
    """The last signed checkpoint with the proof that it extends the tree of the first `old` entries; it is offered to witnesses."""

    old: Count


class CosignedRequest(NotaryRequest, frozen=True, kw_only=True, gc=False, tag="cosigned"):
    """Cosignatures that witnesses gave to a checkpoint that was offered to them."""

    text: Text
    lines: Annotated[list[Text], Meta(max_length=MAX_LINES)]


AnyRequest = (
    AppendRequest
    | GrantRequest
    | RenewRequest
    | StatusRequest
    | EntriesRequest
    | CheckpointRequest
    | ProofRequest
    | ProvenRequest
    | ConsistencyRequest
    | CosignedRequest
)


class NotaryRefused(Exception):
    """The request is answered with an error.

    Attributes:
        code: ``forbidden``, ``bad_request``, ``unproven`` or ``unavailable``.
        detail: for a log line; holds no secret and no value of a record.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


_decoder: msgspec.json.Decoder[AnyRequest] = msgspec.json.Decoder(AnyRequest)


def parse_request(body: bytes) -> AnyRequest:
    """Decode one request.

    Raises:
        Refused: not JSON, an unknown op, record type or field, or a field of the wrong kind.
    """
    try:
        return _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise NotaryRefused("bad_request", str(error)) from error


def error_answer(refused: NotaryRefused) -> bytes:
    """The answer that carries a refusal."""
    return msgspec.json.encode({"error": refused.code, "detail": refused.detail})
