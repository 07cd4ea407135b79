"""Holds in a worker's index (S33.2a): each keeps its own line; what is held of a camera is all that any open hold names.

A hold is taken with the transaction that writes it. The deleting statement asks the same tables in its own transaction
(`retention`), and SQLite lets one writer in at a time: of the two the one that commits first wins, and the other sees it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from uuid import UUID

Line = tuple[str, str, int, int, int, int]
"""hold, camera, from_us, to_us, version, released: a row of ``hold_orders``."""


def put_orders(cursor: sqlite3.Cursor, lines: Iterable[Line]) -> None:
    """Write lines of ``hold_orders``; a line with a lower version than the one that is there is passed over."""
    cursor.executemany(
        "INSERT INTO hold_orders VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (hold, camera) DO UPDATE SET"
        " from_us = excluded.from_us, to_us = excluded.to_us, version = excluded.version, released = excluded.released"
        " WHERE excluded.version > hold_orders.version",
        lines,
    )


def apply_to(cursor: sqlite3.Cursor, row: int, camera: UUID) -> tuple[tuple[int, int], ...]:
    """Let the spans of a stream, and the mark on each of its segments, be what the open holds come to; gives the spans."""
    spans: tuple[tuple[int, int], ...] = tuple(
        cursor.execute(
            "SELECT DISTINCT from_us, to_us FROM hold_orders WHERE camera = ? AND released = 0 ORDER BY from_us, to_us",
            (str(camera),),
        ).fetchall()
    )
    cursor.execute("DELETE FROM holds WHERE stream = ?", (row,))
    cursor.executemany("INSERT INTO holds VALUES (?, ?, ?)", [(row, start, end) for start, end in spans])
    cursor.execute("UPDATE segments SET held = 0 WHERE stream = ? AND held = 1", (row,))
    cursor.executemany(
        "UPDATE segments SET held = 1 WHERE stream = ? AND start_us < ? AND end_us > ?",
        [(row, end, start) for start, end in spans],
    )
    return spans
