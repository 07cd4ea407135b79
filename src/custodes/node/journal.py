"""The worker's own account of views: durable before the first picture and the first sound, complete after a crash.

One SQLite file beside the index. A view that was open when the process died is ended by the next start, with what had
been noted until then; notes are taken every `NOTE_SECONDS`, so the account of a crashed view may lack that much.
What a viewer was in fact sent is kept as merged intervals of wall time.
"""

from __future__ import annotations

import json
import uuid
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from custodes.ledger.records import ViewBegun, ViewEnded, ViewHeard, at_text, encode_record, parse_record
from custodes.node.account_file import AccountFile
from custodes.video.clock import HostClock

JOIN_US = 500_000
"""Intervals this close are one: pictures arrive with jitter, and a lost one is no other look."""

MAX_INTERVALS = 500
"""Above this the closest neighbours are joined: a record never says less than what was shown."""


@dataclass(slots=True)
class ShownIntervals:
    """Intervals ``(from_us, to_us)`` in order, none touching another, and the bytes that were sent."""

    bytes: int = 0
    _starts: list[int] = field(default_factory=list)
    _ends: list[int] = field(default_factory=list)

    def add(self, from_us: int, to_us: int, size: int) -> None:
        """Media from `from_us` to `to_us` was sent, `size` bytes of it."""
        self.bytes += size
        ends, starts = self._ends, self._starts
        if ends and starts[-1] <= from_us <= ends[-1] + JOIN_US:  # the usual case: it goes on
            if to_us > ends[-1]:
                ends[-1] = to_us
            return
        first = bisect_left(ends, from_us - JOIN_US)
        last = bisect_right(starts, to_us + JOIN_US)
        if first < last:
            from_us, to_us = min(from_us, starts[first]), max(to_us, ends[last - 1])
        starts[first:last] = [from_us]
        ends[first:last] = [to_us]
        if len(starts) > MAX_INTERVALS:
            self._join_closest()

    @property
    def intervals(self) -> tuple[tuple[int, int], ...]:
        """What was shown so far."""
        return tuple(zip(self._starts, self._ends, strict=True))

    def _join_closest(self) -> None:
        at = min(range(1, len(self._starts)), key=lambda n: self._starts[n] - self._ends[n - 1])
        del self._starts[at]
        del self._ends[at - 1]


NOTE_SECONDS = 10

_TABLES = """
CREATE TABLE open_views (view TEXT PRIMARY KEY, begun TEXT NOT NULL, shown TEXT NOT NULL, bytes INTEGER NOT NULL)
    STRICT, WITHOUT ROWID;
CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""
_LATER = ("CREATE TABLE heard (view TEXT PRIMARY KEY, spans TEXT NOT NULL) STRICT, WITHOUT ROWID;",)
FORMAT = 1 + len(_LATER)


@dataclass(slots=True)
class Viewing:
    """One channel's view of one camera, from its first picture to its end.

    Attributes:
        begun: its first record; the record's id is the view's.
        shown: what was sent since.
        heard: what sound was sent.
        listens: that sound is sent is on record.
    """

    begun: ViewBegun
    shown: ShownIntervals = field(default_factory=ShownIntervals)
    heard: ShownIntervals = field(default_factory=ShownIntervals)
    listens: bool = False

    def ended(self, reason: str, now_us: int) -> ViewEnded:
        """Its last record. The id follows from the first's, so that ending it twice is one entry."""
        return _ended(self.begun, self.shown.intervals, self.heard.intervals, self.shown.bytes, reason, now_us)


class Journal(AccountFile):
    """Open views and their records until the notary has them. Every call blocks; any thread may make it."""

    def __init__(self, path: Path, clock: HostClock) -> None:
        """Open or make the journal, and end the views that a crash left open.

        Raises:
            AccountRefused: a newer format.
            sqlite3.Error: the file can't be opened.
        """
        super().__init__(path, _TABLES, _LATER)
        self._clock = clock
        self._end_crashed()

    def begin(self, begun: ViewBegun) -> Viewing:
        """A view begins; returns once that is durable."""
        record = encode_record(begun)
        with self._writing() as db:
            db.execute("INSERT INTO outbox (record) VALUES (?)", (record,))
            db.execute("INSERT INTO open_views VALUES (?, ?, '[]', 0)", (str(begun.id), record.decode()))
        return Viewing(begun)

    def hear(self, viewing: Viewing) -> None:
        """Whoever looks listens from now on; returns once that is durable. Of a view that has ended meanwhile nothing is kept."""
        begun = viewing.begun
        record = ViewHeard(
            id=uuid.uuid5(begun.id, "heard"),
            at=at_text(self._clock.wall_us()),
            view=begun.id,
            grant=begun.grant,
            index=begun.index,
            person=begun.person,
            camera=begun.camera,
            worker=begun.worker,
        )
        with self._writing() as db:
            opened = "SELECT view, '[]' FROM open_views WHERE view = ?"
            made = db.execute(f"INSERT OR IGNORE INTO heard {opened}", (str(begun.id),))
            if made.rowcount:
                self._put(db, record)
        viewing.listens = True

    def note(
        self,
        notes: Iterable[tuple[UUID, Sequence[tuple[int, int]], int]],
        heard: Iterable[tuple[UUID, Sequence[tuple[int, int]]]] = (),
    ) -> None:
        """Note what open views have shown until now (view, intervals, bytes), and what was heard (view, intervals)."""
        rows = [(json.dumps(shown), size, str(view)) for view, shown, size in notes]
        heard_rows = [(json.dumps(spans), str(view)) for view, spans in heard]
        if not rows:
            return
        with self._writing() as db:
            db.executemany("UPDATE open_views SET shown = ?, bytes = ? WHERE view = ?", rows)
            db.executemany("UPDATE heard SET spans = ? WHERE view = ?", heard_rows)

    def end(self, viewing: Viewing, reason: str) -> None:
        """A view has ended."""
        self._put_end(viewing.ended(reason, self._clock.wall_us()), str(viewing.begun.id))

    def fact(self, name: str) -> int | None:
        """A number that was remembered by name."""
        with self._lock:
            row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return None if row is None else int(row[0])

    def remember(self, name: str, value: int) -> None:
        """Remember a number by name."""
        self.remember_all({name: value})

    def remember_all(self, facts: Mapping[str, int]) -> None:
        """Remember numbers by name, all or none."""
        with self._writing() as db:
            db.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", facts.items())

    def _put_end(self, ended: ViewEnded, view: str) -> None:
        with self._writing() as db:
            self._put(db, ended)
            db.execute("DELETE FROM open_views WHERE view = ?", (view,))
            db.execute("DELETE FROM heard WHERE view = ?", (view,))

    def _end_crashed(self) -> None:
        heard = dict(self._db.execute("SELECT view, spans FROM heard").fetchall())
        for view, record, shown, size in self._db.execute("SELECT * FROM open_views").fetchall():
            begun = parse_record(record.encode())
            assert isinstance(begun, ViewBegun)
            sent, listened = _intervals(shown), _intervals(heard.get(view, "[]"))
            self._put_end(_ended(begun, sent, listened, size, "crash", self._clock.wall_us()), view)


Intervals = tuple[tuple[int, int], ...]


def _intervals(text: str) -> Intervals:
    return tuple((start, end) for start, end in json.loads(text))


def _ended(begun: ViewBegun, shown: Intervals, heard: Intervals, size: int, reason: str, now_us: int) -> ViewEnded:
    return ViewEnded(
        id=uuid.uuid5(begun.id, "ended"),
        at=at_text(now_us),
        grant=begun.grant,
        index=begun.index,
        person=begun.person,
        camera=begun.camera,
        shown=shown,
        bytes=size,
        reason=reason,
        worker=begun.worker,
        heard=heard,
        source=begun.source,
    )


def view_id() -> UUID:
    """A fresh id for a view."""
    return uuid.uuid4()
