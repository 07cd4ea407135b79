"""The book of calls behind a thread of its own: the event loop never waits for the disk, and a call never fails because of it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from uuid import UUID

import structlog

from custodes.gateway.calls.book import Book, Kept

log = structlog.get_logger(__name__)


class Shelf:
    """Writes in the order that it is told; what can't be written is logged and counted.

    Attributes:
        unwritten: beginnings and ends that the disk did not take. A call whose beginning is missing leaks its stream if the gateway dies too.
    """

    def __init__(self, book: Book) -> None:
        self.unwritten = 0
        self._book = book
        self._closed = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="calls")

    def begun(self, row: Kept) -> asyncio.Future[None]:
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
