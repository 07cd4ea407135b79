"""Who tried to register and may not: counted by address and by what it called itself, bounded, none of its words believed."""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass
from typing import Literal

from custodes.gateway.plain import ID, plain
from custodes.video.wire.devices import Unknown

Why = Literal["unknown", "password", "network"]
MOST = 1_000
"""Rows that are remembered: behind that the one that tried longest ago is forgotten."""

OF_ADDRESS = 20
"""Rows of one address; what calls itself otherwise still is counted as ``OTHERS``: who makes names up fills nothing."""

OTHERS = "..."

_Key = tuple[str, str]


@dataclass(slots=True)
class _Row:
    why: Why
    tries: int
    first_us: int
    last_us: int


class UnknownTable:
    """Tries by address and name.

    Attributes:
        tries: all of them; forgotten: rows that went because there were too many.
    """

    def __init__(self, most: int = MOST) -> None:
        self.tries = 0
        self.forgotten = 0
        self._most = most
        self._rows: OrderedDict[_Key, _Row] = OrderedDict()
        self._of_address: Counter[str] = Counter()
        self._changed: dict[_Key, None] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def tried(self, host: str, id: str, why: Why, now_us: int) -> None:
        """Somebody at `host` was refused, calling itself `id`."""
        self.tries += 1
        key = (host, plain(id, ID) or "-")
        if key not in self._rows and self._of_address[host] >= OF_ADDRESS:
            key = (host, OTHERS)
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = _Row(why, 0, now_us, now_us)
            self._of_address[host] += 1
        row.why, row.tries, row.last_us = why, row.tries + 1, now_us
        self._rows.move_to_end(key)
        self._changed[key] = None
        if len(self._rows) > self._most:
            self._forget(next(iter(self._rows)))

    def why(self, id: str, since_us: int) -> Why | None:
        """Why whoever calls itself `id` was refused last, since this moment; None where nobody was."""
        rows = [row for (_host, name), row in self._rows.items() if name == id and row.last_us >= since_us]
        return max(rows, key=lambda row: row.last_us).why if rows else None

    def changed(self, whole: bool) -> tuple[Unknown, ...]:
        """Rows that changed since `told`, or all."""
        keys = self._rows if whole else self._changed
        return tuple(_told(key, self._rows[key]) for key in keys)

    def told(self, rows: tuple[Unknown, ...]) -> None:
        """These arrived; one that changed since is told again."""
        for row in rows:
            key = (row.address, row.id)
            known = self._rows.get(key)
            if known is not None and known.tries == row.tries:
                self._changed.pop(key, None)

    def _forget(self, key: _Key) -> None:
        del self._rows[key]
        self._changed.pop(key, None)
        self.forgotten += 1
        self._of_address[key[0]] -= 1
        if not self._of_address[key[0]]:
            del self._of_address[key[0]]


def _told(key: _Key, row: _Row) -> Unknown:
    address, id = key
    return Unknown(address=address, id=id, why=row.why, tries=row.tries, first_us=row.first_us, last_us=row.last_us)
