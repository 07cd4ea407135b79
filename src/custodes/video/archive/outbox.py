"""Records on their way to the notary: written with the fact they state, removed when the notary has them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from custodes.video.archive import faults
from custodes.video.archive.index import Index


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One record that waits.

    Attributes:
        id: the outbox row, for `done`.
        record: the record; ``record["id"]`` is the same before and after a crash.
    """

    id: int
    record: dict[str, Any]


class Outbox:
    """Delivery is at least once; the notary gives a known id its first index again, so that each stands once."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def pending(self, limit: int = 256) -> list[OutboxEntry]:
        """The oldest records that wait."""
        rows = self._index.rows("SELECT id, record FROM outbox ORDER BY id LIMIT ?", (limit,))
        return [OutboxEntry(row, json.loads(text)) for row, text in rows]

    def done(self, ids: Iterable[int]) -> None:
        """The notary has these durably."""
        faults.point("delivered")
        with self._index.transaction() as cursor:
            cursor.executemany("DELETE FROM outbox WHERE id = ?", [(row,) for row in ids])

    def size(self) -> int:
        """How many wait."""
        return int(self._index.row("SELECT count(*) FROM outbox")[0])
