"""The worker's own account of steering: each command durable before it is sent, complete after a crash.

One SQLite file beside the journal of views, in its manner. It remembers too which cameras were turned away from their
declared view, so that they are turned back after a restart.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from custodes.ledger.records import (
    ControlCommand,
    ControlCommands,
    ControlEnded,
    ControlReturned,
    at_text,
)
from custodes.node.leases.desk import LeaseBook
from custodes.video.clock import HostClock

BATCH = 200
"""Commands of one record."""

_TABLES = """
CREATE TABLE steerings (steering TEXT PRIMARY KEY, log_index INTEGER NOT NULL, person TEXT NOT NULL, camera TEXT NOT NULL,
    sent INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
CREATE TABLE commands (id INTEGER PRIMARY KEY AUTOINCREMENT, steering TEXT NOT NULL, command TEXT NOT NULL) STRICT;
CREATE TABLE away (camera TEXT PRIMARY KEY, steering TEXT NOT NULL, since_us INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""

_LATER = ("ALTER TABLE away ADD COLUMN preset TEXT;",)
"""2: which preset a camera that is away was sent to."""
FORMAT = 1 + len(_LATER)

UNSETTLING = frozenset({"stop", "watchdog", "home", "edge"})
"""Commands after which a camera may have left a preset, or never come to it, though they turn it away from nothing."""


@dataclass(frozen=True, slots=True)
class Away:
    """A camera that looks elsewhere than declared, since its last command at `since_us`.

    Attributes:
        preset: where it was sent by that command, and took it; None for anywhere.
    """

    camera: UUID
    steering: UUID
    since_us: int
    preset: str | None = None


class SteeringBook(LeaseBook):
    """Steerings, their commands, and their records until the notary has them. Blocks; any thread may call."""

    def __init__(self, path: Path, worker: str, clock: HostClock) -> None:
        """Open or make the book. Raises as `LeaseBook`."""
        super().__init__(path, _TABLES, worker, clock, _LATER)

    def begin(self, steering: UUID, index: int, person: str, camera: UUID) -> None:
        """Somebody steers from now on."""
        with self._writing() as db:
            db.execute(
                "INSERT INTO steerings (steering, log_index, person, camera) VALUES (?, ?, ?, ?)",
                (str(steering), index, person, str(camera)),
            )

    def note(self, steering: UUID, command: ControlCommand, turns: bool) -> int:
        """A command is about to be sent; its row. Durable when this returns.

        Args:
            turns: the camera does not show its declared view any more.
        """
        with self._writing() as db:
            row = db.execute("SELECT camera FROM steerings WHERE steering = ?", (str(steering),)).fetchone()
            if row is None:
                raise KeyError(steering)
            if turns:
                away = (row[0], str(steering), command.at_us)
                db.execute("INSERT OR REPLACE INTO away VALUES (?, ?, ?, NULL)", away)
            elif command.what in UNSETTLING:
                db.execute("UPDATE away SET preset = NULL WHERE camera = ?", (row[0],))
            text = msgspec.json.encode(command).decode()
            made = db.execute("INSERT INTO commands (steering, command) VALUES (?, ?)", (str(steering), text))
            return int(made.lastrowid or 0)

    def outcome(self, row: int, outcome: str) -> None:
        """What became of a command."""
        with self._writing() as db:
            found = db.execute("SELECT steering, command FROM commands WHERE id = ?", (row,)).fetchone()
            if found is None:
                return
            command = json.loads(found[1]) | {"outcome": outcome}
            db.execute("UPDATE commands SET command = ? WHERE id = ?", (json.dumps(command), row))
            if (command["what"], outcome) == ("goto", "taken"):
                there = (command["preset"], found[0], command["at_us"])
                db.execute("UPDATE away SET preset = ? WHERE steering = ? AND since_us = ?", there)
            (count,) = db.execute("SELECT count(*) FROM commands WHERE steering = ?", (found[0],)).fetchone()
            if count >= BATCH:
                self._put_commands(db, found[0])

    def end(self, steering: UUID, reason: str) -> None:
        """The steering is over: its commands and its end go to the notary. Twice is once."""
        with self._writing() as db:
            self._put_commands(db, str(steering))
            row = db.execute("SELECT * FROM steerings WHERE steering = ?", (str(steering),)).fetchone()
            if row is None:
                return
            _id, index, person, camera, sent = row
            ended = ControlEnded(
                id=uuid.uuid5(steering, "ended"),
                at=at_text(self._clock.wall_us()),
                steering=steering,
                index=index,
                person=person,
                camera=UUID(camera),
                commands=sent,
                reason=reason,
                worker=self._worker,
            )
            self._put(db, ended)
            db.execute("DELETE FROM steerings WHERE steering = ?", (str(steering),))

    def away(self) -> list[Away]:
        """Cameras that look elsewhere than declared."""
        with self._lock:
            rows = self._db.execute("SELECT camera, steering, since_us, preset FROM away").fetchall()
        return [Away(UUID(camera), UUID(steering), since, preset) for camera, steering, since, preset in rows]

    def returned(self, away: Away, preset: str, outcome: str) -> None:
        """The system turned a camera back, or could not and will not try again."""
        with self._writing() as db:
            record = ControlReturned(
                id=uuid.uuid4(),
                at=at_text(self._clock.wall_us()),
                steering=away.steering,
                camera=away.camera,
                preset=preset,
                outcome=outcome,
                worker=self._worker,
            )
            self._put(db, record)
            db.execute("DELETE FROM away WHERE camera = ?", (str(away.camera),))

    def at_home(self, camera: UUID) -> None:
        """The camera shows its declared view again: a person turned it back, or it is not ours any more."""
        with self._writing() as db:
            db.execute("DELETE FROM away WHERE camera = ?", (str(camera),))

    def _end_left_open(self) -> None:
        for (steering,) in self._db.execute("SELECT steering FROM steerings").fetchall():
            self.end(UUID(steering), "crash")

    def _put_commands(self, db: sqlite3.Connection, steering: str) -> None:
        rows = db.execute("SELECT id, command FROM commands WHERE steering = ? ORDER BY id", (steering,)).fetchall()
        head = db.execute("SELECT log_index, person, camera, sent FROM steerings WHERE steering = ?", (steering,))
        index, person, camera, sent = head.fetchone() or (0, "", "", 0)
        if not rows or not camera:
            return
        commands = tuple(msgspec.json.decode(text, type=ControlCommand) for _id, text in rows)
        record = ControlCommands(
            id=uuid.uuid5(UUID(steering), f"commands {sent}"),
            at=at_text(self._clock.wall_us()),
            steering=UUID(steering),
            index=index,
            person=person,
            camera=UUID(camera),
            commands=commands,
            worker=self._worker,
        )
        self._put(db, record)
        db.execute("UPDATE steerings SET sent = sent + ? WHERE steering = ?", (len(rows), steering))
        db.execute("DELETE FROM commands WHERE steering = ?", (steering,))


def command(
    at_us: int,
    what: str,
    motion: Sequence[int] = (0, 0, 0, 0, 0),
    preset: str = "",
    name: str = "",
    where: str = "",
) -> Any:
    """A command as the book keeps it, before it is sent."""
    said = {"at_us": at_us, "what": what, "motion": list(motion), "preset": preset, "name": name, "where": where}
    return msgspec.convert(said | {"outcome": ""}, ControlCommand)
