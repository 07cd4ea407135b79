"""What can be done for a record before its place in the log is known: canonical bytes, salt, commitment, entry."""

from __future__ import annotations

import hmac
import os
from collections.abc import Sequence

from custodes.ledger.entry import SALT_BYTES, encode_entry
from custodes.ledger.records import TYPES, Record, encode_record

Prepared = tuple[bytes, bytes, bytes, bytes, Record]
"""``(id, entry, salt, canonical record, record)``. A plain tuple: there are 50,000 of them in a busy second."""

_KINDS = {kind: name for name, kind in TYPES.items()}


def prepare(records: Sequence[Record]) -> list[Prepared]:
    """Prepare records for `Store.commit`.

    Raises:
        RecordError: a string holds a lone surrogate.
    """
    salts = os.urandom(SALT_BYTES * len(records))
    prepared: list[Prepared] = []
    at = 0
    for record in records:
        data = encode_record(record)
        salt = salts[at : at + SALT_BYTES]
        at += SALT_BYTES
        commitment = hmac.digest(salt, data, "sha256").hex()
        entry = encode_entry(_KINDS[type(record)], record.at, commitment)
        prepared.append((record.id.bytes, entry, salt, data, record))
    return prepared
