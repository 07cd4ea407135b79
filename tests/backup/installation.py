"""An installation at rest, made without a process of its own: keys, a log, an index with a record that waits, a database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

from custodes.backup.making import BackupPlan
from custodes.backup.restoring import known_formats
from custodes.commands.installation import make_keys
from custodes.ledger.note import Signer
from custodes.notary.keys import load_signer
from custodes.notary.process import STATE_FILE
from custodes.notary.recovery import OpenLog, open_log
from custodes.settings import Settings
from custodes.video.archive.archive import Archive
from custodes.video.archive.volume import VolumeConfig
from custodes.video.clock import SystemClock
from tests.ledger.madelog import ORIGIN, gap, write

CAMERA = UUID(int=5)
PASSPHRASE = "correct horse battery"


class Installed:
    """The installation in ``FOLDER/data`` and a folder for its back-ups."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data=folder / "data", log_origin=ORIGIN)
        self.target = folder / "target"
        self.target.mkdir()
        make_keys(self.settings)
        with self.log() as log:
            write(log, [gap(number) for number in range(20)])
            log.publisher.publish("2026-11-24")
            write(log, [gap(number) for number in range(20, 23)])
        archive = Archive.open(
            self.index, [VolumeConfig(self.settings.volume_paths[0], reserve_bytes=0)],
            node="node-1", worker=0, clock=SystemClock(), threads=False,
        )  # fmt: skip
        archive.register(CAMERA)
        archive.close()
        with closing(sqlite3.connect(self.web)) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("CREATE TABLE pair (a INTEGER, b INTEGER)")

    @property
    def web(self) -> Path:
        """The web's database."""
        return self.settings.data / "web.sqlite3"

    @property
    def index(self) -> Path:
        """The node's."""
        return self.settings.node_folder / "worker-0.sqlite3"

    def log(self) -> closing[OpenLog]:
        """The log, opened as the notary opens it."""
        keys = self.settings.keys_folder / "notary"
        signer: Signer = load_signer(keys, ORIGIN)
        return closing(open_log(self.settings.ledger_folder, keys / STATE_FILE, signer))

    def plan(self, second: int = 0, *, keep: int = 0, passphrase: str | None = None) -> BackupPlan:
        """What is wanted; in the clear unless a test is about the passphrase, which costs a second each time."""
        at = f"2026-11-24T15:05:{second:02d}.000000Z"
        return BackupPlan(
            self.target, passphrase, "custodes-node-1", at, keep, "0.1.0", known_formats(), ("people.0001_initial",)
        )
