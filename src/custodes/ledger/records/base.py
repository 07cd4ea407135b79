"""What every record of the log has, and the kinds of field that records are made of."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from custodes.ledger import canonical
from custodes.ledger.entry import is_time

_MAX = canonical.MAX_INTEGER
Int = Annotated[int, Meta(ge=-_MAX, le=_MAX)]
Count = Annotated[int, Meta(ge=0, le=_MAX)]
Text = Annotated[str, Meta(max_length=4000)]
Name = Annotated[str, Meta(min_length=1, max_length=400)]
Sha256 = Annotated[str, Meta(min_length=64, max_length=64)]
"""64 lower-case hex digits; which digits is checked by the records themselves, a pattern costs more than the rest."""
Interval = tuple[Int, Int]
"""``(from_us, to_us)``: microseconds UTC since the Unix epoch; the end is not part of it."""
Scalar = str | Int | bool | None
Value = Scalar | list[Scalar]
GapReason = Literal[
    "silent",
    "network",
    "refused",
    "operator",
    "restart",
    "disk",
    "schedule",
    "clock",
    "new",
    "codec",
    "certificate",
    "planned",
]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class RecordError(ValueError):
    """The record is not one of wire.md §7; the message names the field."""


def at_text(wall_us: int) -> str:
    """The `at` of a record: ``2026-11-24T15:05:11.000000Z``.

    Args:
        wall_us: microseconds UTC since the Unix epoch.
    """
    return (_EPOCH + timedelta(microseconds=wall_us)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def new_id() -> UUID:
    """A fresh record id (the idempotency key: keep it when a record is sent again)."""
    return uuid.uuid4()


def check_hex(text: str) -> None:
    """Raise ValueError unless `text` is of lower-case hex digits."""
    if text.strip("0123456789abcdef"):
        raise ValueError("a SHA-256 is written in lower-case hex digits")


class Record(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", gc=False):
    """What all records have.

    Attributes:
        id: the idempotency key.
        at: when it happened, as `at_text` writes it.
    """

    id: UUID
    at: str

    def __post_init__(self) -> None:
        if not is_time(self.at):
            raise ValueError("`at` must be RFC 3339 with microseconds and Z")

    @property
    def type(self) -> str:
        """The record's type, ``segment.sealed``."""
        return str(self.__struct_config__.tag)
