"""The worker's own account of speeches: each on disk before its device is called, ended on record also after a crash.

One SQLite file beside the journal of views, in its manner. It has who spoke, through which camera, for how long and why it
ended; of what was said there is nothing (decision 0411).
"""

from __future__ import annotations

import uuid
from pathlib import Path
from uuid import UUID

from custodes.ledger.records import SpeechEnded, at_text
from custodes.node.account_file import AccountFile
from custodes.video.clock import Clock
from custodes.video.wire.speaking import Form

_TABLES = """
CREATE TABLE speeches (speech TEXT PRIMARY KEY, log_index INTEGER NOT NULL, person TEXT NOT NULL, camera TEXT NOT NULL,
    begun_us INTEGER, spoken_us INTEGER NOT NULL DEFAULT 0, noted_us INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""

_LATER = ("ALTER TABLE speeches ADD COLUMN form TEXT NOT NULL DEFAULT '';",)
FORMAT = 1 + len(_LATER)


class SpeechBook(AccountFile):
    """Speeches, and their ends until the notary has them. Blocks; any thread may call."""

    def __init__(self, path: Path, worker: str, clock: Clock) -> None:
        """Open or make the book, and end the speeches that a crash left open.

        Raises:
            AccountRefused: a newer format.
            sqlite3.Error: the file can't be opened.
        """
        super().__init__(path, _TABLES, _LATER)
        self._worker, self._clock = worker, clock
        left = self._db.execute("SELECT speech, spoken_us, noted_us, form FROM speeches").fetchall()
        for speech, spoken, noted, form in left:
            self.end(UUID(speech), "crash", spoken_us=spoken, ended_us=noted, form=form)

    def begin(self, speech: UUID, index: int, person: str, camera: UUID) -> None:
        """Leave is here, and the device is about to be called. Durable when this returns."""
        with self._writing() as db:
            db.execute(
                "INSERT INTO speeches (speech, log_index, person, camera, noted_us) VALUES (?, ?, ?, ?, ?)",
                (str(speech), index, person, str(camera), self._clock.wall_us()),
            )

    def take(self, speech: UUID, begun_us: int, form: Form) -> None:
        """The call to the device stands, in this form: sound may go from now on."""
        with self._writing() as db:
            db.execute(
                "UPDATE speeches SET begun_us = ?, noted_us = ?, form = ? WHERE speech = ?",
                (begun_us, begun_us, form, str(speech)),
            )

    def note(self, speech: UUID, spoken_us: int) -> None:
        """So much sound went to the device until now."""
        with self._writing() as db:
            db.execute(
                "UPDATE speeches SET spoken_us = ?, noted_us = ? WHERE speech = ?",
                (spoken_us, self._clock.wall_us(), str(speech)),
            )

    def end(
        self,
        speech: UUID,
        reason: str,
        step: str = "",
        *,
        spoken_us: int = 0,
        ended_us: int | None = None,
        form: Form = "",
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
                form=form,
            )
            self._put(db, record)
            db.execute("DELETE FROM speeches WHERE speech = ?", (str(speech),))

    def refuse(self, speech: UUID, index: int, person: str, camera: UUID, reason: str) -> None:
        """Leave was on record, and came to nothing."""
        self.begin(speech, index, person, camera)
        self.end(speech, reason)
