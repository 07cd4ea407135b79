"""Holds in a worker's index (S33.2a): each keeps its own line; what is held of a camera is all that any open hold names.

A hold is taken with the transaction that writes it. The deleting statement asks the same tables in its own transaction
(`retention`), and SQLite lets one writer in at a time: of the two the one that commits first wins, and the other sees it.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

from custodes.video.archive import faults
from custodes.video.archive.index import Index
from custodes.video.archive.streams import RecordedStream
from custodes.video.archive.timeline import Span, clip, merge, runs, subtract
from custodes.video.wire.archive import MOST_SPANS, HeldCamera, HoldAnswer, HoldOrder

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


class HoldDesk:
    """The holds of one running archive.

    Args:
        index: of the worker.
        streams: gives the cameras as they are now.
        now_us: the wall clock.
    """

    def __init__(
        self, index: Index, streams: Callable[[], Mapping[UUID, RecordedStream]], now_us: Callable[[], int]
    ) -> None:
        self._index = index
        self._streams = streams
        self._now_us = now_us
        self._one_at_a_time = threading.Lock()

    def take(self, orders: Iterable[HoldOrder]) -> int:
        """Write down what is newer than what the index has, in one durable transaction; how many lines were.

        An order with a lower version, and one that was taken already, changes nothing.

        Raises:
            sqlite3.Error: nothing was taken.
        """
        with self._one_at_a_time:
            known = {
                (hold, camera): version
                for hold, camera, version in self._index.rows("SELECT hold, camera, version FROM hold_orders")
            }
            fresh = [
                (str(order.id), str(camera), order.from_us, order.to_us, order.version, int(order.released))
                for order in orders
                for camera in order.cameras
                if known.get((str(order.id), str(camera)), 0) < order.version
            ]
            if fresh:
                self._write(fresh)
            return len(fresh)

    def _write(self, fresh: Sequence[Line]) -> None:
        with self._index.transaction() as cursor:
            put_orders(cursor, fresh)
            held = {}
            for camera in {line[1] for line in fresh}:
                # Asked here and not of memory: a camera may become known at this very moment.
                for (row,) in cursor.execute("SELECT id FROM streams WHERE camera = ?", (camera,)).fetchall():
                    held[UUID(camera)] = apply_to(cursor, row, UUID(camera))
            faults.point("hold")
        faults.point("held")
        streams = self._streams()
        for known, spans in held.items():
            if known in streams:
                streams[known].held = spans

    def spans(self, stream: RecordedStream) -> tuple[Span, ...]:
        """What is held of a camera."""
        return tuple(
            self._index.rows("SELECT from_us, to_us FROM holds WHERE stream = ? ORDER BY from_us, to_us", (stream.row,))
        )

    def answer(self, order: HoldOrder) -> HoldAnswer:
        """What the index says of a hold that was taken, and what of its span is there.

        What is there by now stays: the hold is in the index before this is asked.
        """
        row = self._index.row(
            "SELECT min(version), max(released) FROM hold_orders WHERE hold = ?"  # noqa: S608 - question marks
            f" AND camera IN ({','.join('?' * len(order.cameras))})",
            (str(order.id), *map(str, order.cameras)),
        )
        now_us, streams = self._now_us(), self._streams()
        cameras = [
            account_for(self._index, camera, streams.get(camera), order.from_us, order.to_us, now_us)
            for camera in order.cameras
        ]
        return HoldAnswer(id=order.id, version=row[0] or 0, released=bool(row[1]), cameras=cameras, now_us=now_us)


def account_for(
    index: Index, camera: UUID, stream: RecordedStream | None, from_us: int, to_us: int, now_us: int
) -> HeldCamera:
    """What of a span is there of a camera, what was deleted, and what never was."""
    passed_us = max(from_us, min(to_us, now_us))
    ahead_us = to_us - passed_us
    if stream is None:
        never = [(from_us, passed_us)] if passed_us > from_us else []
        return HeldCamera(camera=camera, known=False, never_us=passed_us - from_us, never=never, ahead_us=ahead_us)
    there = runs(index, stream, from_us, passed_us)
    past = index.rows(
        "SELECT from_us, to_us FROM purged_runs WHERE stream = ? AND to_us > ? AND from_us < ?",
        (stream.row, from_us, passed_us),
    )
    deleted = subtract(merge(clip(past, from_us, passed_us)), there)
    never = subtract([(from_us, passed_us)], merge([*there, *deleted], 0)) if passed_us > from_us else []
    return HeldCamera(
        camera=camera,
        known=True,
        there_us=_measure(there),
        deleted_us=_measure(deleted),
        never_us=_measure(never),
        ahead_us=ahead_us,
        there=there[:MOST_SPANS],
        deleted=deleted[:MOST_SPANS],
        never=never[:MOST_SPANS],
    )


def _measure(spans: Iterable[Span]) -> int:
    return sum(end - start for start, end in spans)
