"""The worker's own account of speeches: each on disk before its device is called, ended on record also after a crash.

One SQLite file beside the journal of views, in its manner. It has who spoke, through which camera, for how long and why it
ended; of what was said there is nothing (decision 0411).
"""

from __future__ import annotations

import uuid
from pathlib import Path
from uuid import UUID

from custodes.ledger.records import SpeechEnded, at_text
from custodes.node.standing.book import StandingBook
from custodes.video.clock import Clock
from custodes.video.wire.speaking import Form

_TABLES = """
CREATE TABLE speeches (speech TEXT PRIMARY KEY, log_index INTEGER NOT NULL, person TEXT NOT NULL, camera TEXT NOT NULL,
    begun_us INTEGER, spoken_us INTEGER NOT NULL DEFAULT 0, noted_us INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""

_LATER = ("ALTER TABLE speeches ADD COLUMN form TEXT NOT NULL DEFAULT '';",)
FORMAT = 1 + len(_LATER)


class SpeechBook(StandingBook):
    """Speeches, and their ends until the notary has them. Blocks; any thread may call."""

    def __init__(self, path: Path, worker: str, clock: Clock) -> None:
        """Open or make the book. Raises as `StandingBook`."""
        super().__init__(path, _TABLES, worker, clock, _LATER)

    def begin(self, speech: UUID, index: int, person: str, camera: UUID) -> None:
        """As the base's: the device is about to be called."""
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

    def _end_left_open(self) -> None:
        left = self._db.execute("SELECT speech, spoken_us, noted_us, form FROM speeches").fetchall()
        for speech, spoken, noted, form in left:
            self.end(UUID(speech), "crash", spoken_us=spoken, ended_us=noted, form=form)
