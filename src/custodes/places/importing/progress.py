"""How far running work has come, while its own transaction keeps it from saying so in the database."""

from __future__ import annotations

from threading import Lock
from uuid import UUID

_lock = Lock()
_done: dict[UUID, int] = {}


def note(table: UUID, rows: int) -> None:
    """So many rows are behind it."""
    with _lock:
        _done[table] = rows


def of(table: UUID) -> int:
    """Rows that the work of this process has behind it; 0 where it does none."""
    with _lock:
        return _done.get(table, 0)


def works(table: UUID) -> bool:
    """Whether this process is at work on it."""
    with _lock:
        return table in _done


def over(table: UUID) -> None:
    """The work has ended, one way or the other."""
    with _lock:
        _done.pop(table, None)
