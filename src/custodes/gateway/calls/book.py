"""Dialogs of calls on disk: what is left in it after a crash is a stream that a device sends to nobody (`farewells.py` ends it).

Written once when a call begins and once when its end was acknowledged. Blocks: one thread writes it (`DialogWriter`).
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import astuple, dataclass
from pathlib import Path
from uuid import UUID

import structlog

from custodes.gb28181.sip.dialog import Dialog, DialogState
from custodes.gb28181.sip.malformed import Malformed
from custodes.gb28181.sip.peer import Carrier, Peer
from custodes.gb28181.sip.uri import parse_address

log = structlog.get_logger(__name__)


FORMAT = 1
NAME = "calls.sqlite3"
_TABLE = """
CREATE TABLE dialogs (id TEXT PRIMARY KEY, device TEXT NOT NULL, y TEXT NOT NULL, call_id TEXT NOT NULL, local TEXT NOT NULL,
    remote TEXT NOT NULL, target TEXT NOT NULL, routes TEXT NOT NULL, number INTEGER NOT NULL, carrier TEXT NOT NULL, host TEXT NOT NULL,
    port INTEGER NOT NULL, began_us INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""


class BookRefused(Exception):
    """The file is of a newer format."""


@dataclass(frozen=True, slots=True)
class KeptDialog:
    """One dialog as it is kept.

    Attributes:
        y: ten digits of its stream.
        local, remote: From and To with their tags; target: Request-URI; routes: the route set, as JSON.
        number: CSeq of INVITE.
        carrier, host, port: where the device was.
        began_us: microseconds UTC.
    """

    id: str
    device: str
    y: str
    call_id: str
    local: str
    remote: str
    target: str
    routes: str
    number: int
    carrier: str
    host: str
    port: int
    began_us: int

    def dialog(self, now_us: int) -> Dialog:
        """The dialog, ready for BYE. Its numbers go on above any that can have been sent: one a second since it began.

        Raises:
            Malformed: it can't be read.
        """
        carrier: Carrier = "TCP" if self.carrier == "TCP" else "UDP"
        made = Dialog(
            self.call_id,
            parse_address(self.local),
            parse_address(self.remote),
            self.target,
            _routes(self.routes),
            Peer(carrier, self.host, self.port),
            DialogState.CONFIRMED,
        )
        made.local_number = self.number + min(max(0, now_us - self.began_us) // 1_000_000, 1 << 30)
        return made


def kept(id: UUID, device: str, y: str, dialog: Dialog, began_us: int) -> KeptDialog:
    """A dialog as it stands."""
    peer = dialog.peer
    return KeptDialog(
        str(id), device, y, dialog.call_id, str(dialog.local), str(dialog.remote), dialog.target,
        json.dumps(dialog.routes), dialog.local_number, peer.carrier, peer.host, peer.port, began_us,
    )  # fmt: skip


class DialogFile:
    """The file. One that can't be read is put aside and begun anew: calls have to be made whatever became of it."""

    def __init__(self, folder: Path) -> None:
        """Open or make it.

        Raises:
            BookRefused: a newer format.
            sqlite3.Error, OSError: the folder takes no file.
        """
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / NAME
        try:
            self._db = _opened(path)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
                raise
            log.error("calls.book_unreadable", why=type(error).__name__, put_aside=f"{NAME}.unreadable")
            path.replace(path.with_name(f"{NAME}.unreadable"))
            for rest in ("-wal", "-shm"):
                path.with_name(NAME + rest).unlink(missing_ok=True)
            self._db = _opened(path)

    def left(self) -> list[KeptDialog]:
        """What was begun and not ended; a row that can't be read is left out."""
        found: list[KeptDialog] = []
        for row in self._db.execute("SELECT * FROM dialogs ORDER BY began_us"):
            one = KeptDialog(*row)
            try:
                UUID(one.id)
                one.dialog(0)
            except (Malformed, ValueError) as error:
                log.error("calls.row_unreadable", why=type(error).__name__)
                continue
            found.append(one)
        return found

    def begin(self, row: KeptDialog) -> None:
        """A call stands. Durable when this returns.

        Raises:
            sqlite3.Error: the disk takes nothing.
        """
        self._db.execute("INSERT OR REPLACE INTO dialogs VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", astuple(row))

    def end(self, id: UUID) -> None:
        """Its end is known to the device, or nobody will ever know. Twice is once.

        Raises:
            sqlite3.Error: the disk takes nothing.
        """
        self._db.execute("DELETE FROM dialogs WHERE id = ?", (str(id),))

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _opened(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    try:
        with closing(db.execute("PRAGMA user_version")) as asked:
            (version,) = asked.fetchone()
        if version > FORMAT:
            raise BookRefused(f"{path} has format {version}, this program knows {FORMAT}: use the newer program")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        if version == 0:
            db.executescript(f"BEGIN; {_TABLE} PRAGMA user_version = {FORMAT}; COMMIT;")
        db.execute("SELECT count(*) FROM dialogs").fetchone()
    except BaseException:
        db.close()
        raise
    return db


def _routes(text: str) -> list[str]:
    found = json.loads(text)
    return [str(one) for one in found] if isinstance(found, list) else []


class DialogWriter:
    """Writes in the order that it is told; what can't be written is logged and counted.

    Attributes:
        unwritten: beginnings and ends that the disk did not take. A call whose beginning is missing leaks its stream if the gateway dies too.
    """

    def __init__(self, book: DialogFile) -> None:
        self.unwritten = 0
        self._book = book
        self._closed = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="calls")

    def begun(self, row: KeptDialog) -> asyncio.Future[None]:
        """A call stands: told when this returns; done when that is durable, or was not taken."""
        return asyncio.wrap_future(self._tell(lambda: self._book.begin(row)))

    def end(self, id: UUID) -> None:
        """A call is over. Returns at once."""
        self._tell(lambda: self._book.end(id))

    def close(self) -> None:
        """Write what was told, and close; what is told later is told to nobody, and found in the book by the next gateway. Blocks."""
        self._closed = True
        self._thread.shutdown(wait=True)
        self._book.close()

    def _tell(self, work: Callable[[], None]) -> Future[None]:
        def written() -> None:
            try:
                work()
            except sqlite3.Error as error:
                self.unwritten += 1
                log.error("calls.not_written", why=type(error).__name__)

        if self._closed:
            done: Future[None] = Future()
            done.set_result(None)
            return done
        return self._thread.submit(written)
