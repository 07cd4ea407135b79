"""A log entry: what kind of record was made when, and a commitment to its content that says nothing about it.

``{"at": …, "c": …, "t": …, "v": 1}`` in canonical JSON; `c` is HMAC-SHA256(salt, canonical record) in hex. The record and
its 32-byte salt are kept beside the log and can be deleted lawfully without breaking a proof.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import datetime

from custodes.ledger import canonical

VERSION = 1
SALT_BYTES = 32
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_ENTRY = re.compile(
    rb'\{"at":"([0-9TZ:.-]{27})","c":"([0-9a-f]{64})","t":"([a-z]{1,40}(?:\.[a-z]{1,40}){0,3})","v":1\}'
)


class EntryError(ValueError):
    """The bytes are not an entry."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One leaf of the log.

    Attributes:
        type: the record's type.
        at: the record's time, RFC 3339 with microseconds and ``Z``.
        commitment: 64 hex digits.
    """

    type: str
    at: str
    commitment: str

    def encode(self) -> bytes:
        """The leaf's bytes."""
        return encode_entry(self.type, self.at, self.commitment)


def encode_entry(kind: str, at: str, commitment: str) -> bytes:
    """The leaf's bytes. The arguments must have been checked: a type of `records`, a time, 64 hex digits."""
    return f'{{"at":"{at}","c":"{commitment}","t":"{kind}","v":1}}'.encode()


def commit(salt: bytes, record: bytes) -> str:
    """Commitment to the canonical bytes of a record: HMAC-SHA256 under the salt, in hex.

    Raises:
        ValueError: the salt is not 32 bytes.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 32 bytes")
    return hmac.digest(salt, record, "sha256").hex()


def is_time(text: str) -> bool:
    """Whether `text` is a time as records write it: ``2026-11-24T15:05:11.000000Z``."""
    if _TIME.fullmatch(text) is None:
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def decode_entry(data: bytes) -> LedgerEntry:
    """Read a leaf's bytes, strictly: the pattern admits canonical bytes alone.

    Raises:
        EntryError: not canonical, another version, or fields that an entry does not have.
    """
    match = _ENTRY.fullmatch(data)
    if match is None:
        raise EntryError(_why_not(data))
    at, commitment, kind = (part.decode() for part in match.groups())
    if not is_time(at):
        raise EntryError("at is not a time")
    return LedgerEntry(kind, at, commitment)


def _why_not(data: bytes) -> str:
    """What is wrong with bytes that are no entry, for the person who reads the report."""
    try:
        value = canonical.decode(data)
    except canonical.NotCanonical as error:
        return f"not canonical: {error}"
    if not isinstance(value, dict) or value.keys() != {"v", "t", "at", "c"}:
        return "an entry has the fields v, t, at and c, and no other"
    if value["v"] is True or value["v"] != VERSION:
        return f"entry version {value['v']!r} is not known here"
    return "at, c or t has the wrong form"
