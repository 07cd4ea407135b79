"""Footage that is being read out stays until it is read: a pin is a hold of minutes, and nobody's decision.

Who lists segments and then streams them (an evidence package) pins the span first. A pin is a row of the index with an end:
it outlives a crash of the reader by that much and no more. A reader that takes longer says so again (`Pin.renew`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from custodes.video.archive.index import Index
from custodes.video.archive.streams import Stream

LONGEST_SECONDS = 3600.0
"""A pin that was not renewed for so long is nobody's any more."""


@dataclass(frozen=True)
class Pin:
    """A pin that is set; see `pinned`."""

    row: int
    index: Index
    now_us: Callable[[], int]

    def renew(self, seconds: float) -> bool:
        """Let it last for `seconds` from now; whether it still stood, so that nothing of it can be gone.

        Raises:
            ValueError: longer than `LONGEST_SECONDS`.
        """
        until = self.now_us() + _us(seconds)
        with self.index.transaction() as cursor:
            cursor.execute(
                "UPDATE pins SET until_us = ? WHERE id = ? AND until_us > ?", (until, self.row, self.now_us())
            )
            return cursor.rowcount == 1


@contextmanager
def pinned(
    index: Index, stream: Stream, from_us: int, to_us: int, now_us: Callable[[], int], seconds: float
) -> Iterator[Pin]:
    """Nothing that overlaps ``[from_us, to_us)`` and is there when the block begins is deleted inside it.

    Raises:
        ValueError: longer than `LONGEST_SECONDS`.
    """
    now, until = now_us(), now_us() + _us(seconds)
    with index.transaction() as cursor:
        cursor.execute("DELETE FROM pins WHERE until_us <= ?", (now,))
        cursor.execute(
            "INSERT INTO pins (stream, from_us, to_us, until_us) VALUES (?, ?, ?, ?)",
            (stream.row, from_us, to_us, until),
        )
        row = cursor.lastrowid
        assert row is not None
    try:
        yield Pin(row, index, now_us)
    finally:
        with index.transaction() as cursor:
            cursor.execute("DELETE FROM pins WHERE id = ?", (row,))


def _us(seconds: float) -> int:
    if not 0 < seconds <= LONGEST_SECONDS:
        raise ValueError(f"a pin lasts at most {LONGEST_SECONDS:.0f} s; renew it")
    return round(seconds * 1_000_000)
