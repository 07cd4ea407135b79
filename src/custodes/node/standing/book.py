"""A worker's own account of what is done under one kind of leave: on disk before the device is asked, ended on record also after a crash.

The tables are each verb's own, and so are the sentences that read them: what is kept of a command and of a minute of sound is not alike.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from custodes.node.account_file import AccountFile
from custodes.video.clock import Clock


class StandingBook(AccountFile, ABC):
    """Leaves that this worker was told of, and their ends until the notary has them. Blocks; any thread may call."""

    def __init__(self, path: Path, tables: str, worker: str, clock: Clock, later: Sequence[str] = ()) -> None:
        """Open or make the book, and end what a crash left open.

        Args:
            tables, later: as of `AccountFile`.

        Raises:
            AccountRefused: a newer format.
            sqlite3.Error: the file can't be opened.
        """
        super().__init__(path, tables, later)
        self._worker, self._clock = worker, clock
        self._end_left_open()

    @abstractmethod
    def begin(self, leave: UUID, index: int, person: str, camera: UUID) -> None:
        """Leave is here. Durable when this returns."""

    @abstractmethod
    def end(self, leave: UUID, reason: str) -> None:
        """It is over: that goes to the notary. Twice is once."""

    @abstractmethod
    def _end_left_open(self) -> None:
        """End each that is in the book, as of a ``crash``."""

    def refuse(self, leave: UUID, index: int, person: str, camera: UUID, reason: str) -> None:
        """Leave was on record, and came to nothing."""
        self.begin(leave, index, person, camera)
        self.end(leave, reason)
