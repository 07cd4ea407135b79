"""Reading the record book while the store writes it: entries for readers, grants for renewals."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from custodes.ledger.book import FILE_NAME
from custodes.ledger.records import Grant, RecordError, parse_record


@dataclass(frozen=True, slots=True)
class RecordedGrant:
    """A recorded grant.

    Attributes:
        index: of its record.
        record: the grant.
        revoked: whether a revocation of it is on record.
    """

    index: int
    record: Grant
    revoked: bool


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """An entry with its record and the salt that it was committed with."""

    index: int
    entry: bytes
    record: bytes
    salt: bytes


class EntryReader:
    """A reading connection of its own; every call sees what is durable at that moment. One thread at a time."""

    def __init__(self, folder: Path) -> None:
        self._db = sqlite3.connect(
            f"{(folder / FILE_NAME).absolute().as_uri()}?mode=ro",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    def entries(self, start: int, end: int) -> list[bytes]:
        """Leaf bytes of ``start ≤ index < end``."""
        rows = self._db.execute(
            "SELECT CAST(entry AS BLOB) FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx", (start, end)
        )
        return [row[0] for row in rows]

    def with_records(self, start: int, count: int) -> list[tuple[int, bytes, bytes | None]]:
        """``(index, entry, record)``; the record is None once deleted."""
        return self._db.execute(
            "SELECT idx, CAST(entry AS BLOB), CAST(record AS BLOB) FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx",
            (start, start + count),
        ).fetchall()

    def by_id(self, ids: Sequence[UUID]) -> dict[UUID, KeptEntry]:
        """The records of these ids that are here, with their salts."""
        marks = ",".join("?" * len(ids))
        rows = self._db.execute(
            "SELECT s.id, e.idx, CAST(e.entry AS BLOB), CAST(e.record AS BLOB), e.salt FROM seen s JOIN entry e ON e.idx = s.idx"  # noqa: S608
            f" WHERE s.id IN ({marks}) AND e.record IS NOT NULL AND e.salt IS NOT NULL",
            [one.bytes for one in ids],
        )
        return {UUID(bytes=row[0]): KeptEntry(*row[1:]) for row in rows}

    def granted(self, grant: UUID) -> RecordedGrant | None:
        """The recorded grant, or None when it has no record here (or that record has been deleted)."""
        row = self._db.execute(
            "SELECT g.idx, CAST(e.record AS BLOB), r.idx FROM granted g JOIN entry e ON e.idx = g.idx"
            " LEFT JOIN revoked r ON r.grant_id = g.grant_id WHERE g.grant_id = ?",
            (grant.bytes,),
        ).fetchone()
        if row is None or row[1] is None:
            return None
        try:
            record = parse_record(row[1])
        except RecordError:
            return None
        if not isinstance(record, Grant) or record.grant != grant:
            return None
        return RecordedGrant(row[0], record, row[2] is not None)
