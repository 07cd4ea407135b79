"""The worker's own account of speeches: each on disk before its device is called, ended on record also after a crash.

One SQLite file beside the journal of views, in its manner. It has who spoke, through which camera, for how long and why it
ended; of what was said there is nothing (decision 0411).
"""

from __future__ import annotations

import sqlite3
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from custodes.ledger.records import Record, SpeechEnded, at_text, encode_record, parse_record
from custodes.video.clock import Clock

FORMAT = 1

_TABLES = """
CREATE TABLE speeches (speech TEXT PRIMARY KEY, log_index INTEGER NOT NULL, person TEXT NOT NULL, camera TEXT NOT NULL,
    begun_us INTEGER, spoken_us INTEGER NOT NULL DEFAULT 0, noted_us INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, record BLOB NOT NULL) STRICT;
"""


class SpeechBookRefused(Exception):
    """The file is of a newer format."""


class SpeechBook:
    """Speeches, and their ends until the notary has them. Blocks; any thread may call."""

    def __init__(self, path: Path, worker: str, clock: Clock) -> None:
        """Open or make the book, and end the speeches that a crash left open.

        Raises:
            SpeechBookRefused: a newer format.
            sqlite3.Error: the file can't be opened.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self._worker, self._clock = worker, clock
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > FORMAT:
            raise SpeechBookRefused(f"{path} has format {version}, this program knows {FORMAT}: use the newer program")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        if version == 0:
            self._db.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {FORMAT}; COMMIT;")
        for speech, spoken, noted in self._db.execute("SELECT speech, spoken_us, noted_us FROM speeches").fetchall():
            self.end(UUID(speech), "crash", spoken_us=spoken, ended_us=noted)

    def begin(self, speech: UUID, index: int, person: str, camera: UUID) -> None:
        """Leave is here, and the device is about to be called. Durable when this returns."""
        with self._writing() as db:
            db.execute(
                "INSERT INTO speeches (speech, log_index, person, camera, noted_us) VALUES (?, ?, ?, ?, ?)",
                (str(speech), index, person, str(camera), self._clock.wall_us()),
            )

    def take(self, speech: UUID, begun_us: int) -> None:
        """The device took the call: sound may go from now on."""
        with self._writing() as db:
            db.execute(
                "UPDATE speeches SET begun_us = ?, noted_us = ? WHERE speech = ?", (begun_us, begun_us, str(speech))
            )

    def note(self, speech: UUID, spoken_us: int) -> None:
        """So much sound went to the device until now."""
        with self._writing() as db:
            db.execute(
                "UPDATE speeches SET spoken_us = ?, noted_us = ? WHERE speech = ?",
                (spoken_us, self._clock.wall_us(), str(speech)),
            )

    def end(
        self, speech: UUID, reason: str, step: str = "", *, spoken_us: int = 0, ended_us: int | None = None
    ) -> None:
        """The speech is over: that goes to the notary. Twice is once."""
        with self._writing() as db:
            found = db.execute(
                "SELECT log_index, person, camera, begun_us FROM speeches WHERE speech = ?", (str(speech),)
            ).fetchone()
            if found is None:
                return
            index, person, camera, begun_us = found
            now = self._clock.wall_us()
            record = SpeechEnded(
                id=uuid.uuid5(speech, "ended"),
                at=at_text(now),
                speech=speech,
                index=index,
                person=person,
                camera=UUID(camera),
                begun_us=begun_us,
                ended_us=now if ended_us is None else ended_us,
                spoken_us=spoken_us,
                reason=reason,
                step=step,
                worker=self._worker,
            )
            db.execute("INSERT INTO outbox (record) VALUES (?)", (encode_record(record),))
            db.execute("DELETE FROM speeches WHERE speech = ?", (str(speech),))

    def refuse(self, speech: UUID, index: int, person: str, camera: UUID, reason: str) -> None:
        """Leave was on record, and came to nothing."""
        self.begin(speech, index, person, camera)
        self.end(speech, reason)

    def outbox_pending(self, limit: int) -> list[tuple[int, Record]]:
        """Records that the notary doesn't have yet, oldest first, by row."""
        with self._lock:
            rows = self._db.execute("SELECT id, record FROM outbox ORDER BY id LIMIT ?", (limit,)).fetchall()
        return [(row, parse_record(record)) for row, record in rows]

    def outbox_done(self, rows: Sequence[int]) -> None:
        """The notary has these."""
        with self._writing() as db:
            db.executemany("DELETE FROM outbox WHERE id = ?", [(row,) for row in rows])

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            yield self._db
