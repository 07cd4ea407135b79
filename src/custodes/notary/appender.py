"""Group commit: what many producers send meanwhile is made durable in one transaction."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Executor

import structlog

from custodes.ledger.records import Record, RecordError

from .prepare import Prepared, prepare
from .protocol import NotaryRefused
from .store import RecordStore

GROUP_RECORDS = 16_384
"""Records that one transaction takes; what is beyond waits for the next."""

_log = structlog.get_logger("notary")
_Waiting = tuple[Sequence[Prepared], "asyncio.Future[list[int]]"]


class GroupAppender:
    """Takes appends from the event loop, gives them to the store in groups, and answers when they are durable."""

    def __init__(self, store: RecordStore, thread: Executor, appended: Callable[[Sequence[bytes]], None]) -> None:
        """
        Args:
            thread: the one thread in which the store is used.
            appended: told the new entries of each group, in order.
        """
        self._store = store
        self._thread = thread
        self._appended = appended
        self._waiting: list[_Waiting] = []
        self._wake = asyncio.Event()
        self.failures = 0
        self._closed = False

    async def append(self, records: Sequence[Record]) -> list[int]:
        """Indices of the records once they are durable.

        Raises:
            Refused: ``unavailable`` when the disk refuses or the notary is stopping; ``bad_request`` for a second
                record of one grant.
        """
        if self._closed:
            raise NotaryRefused("unavailable", "the notary is stopping")
        try:
            # Here, not in the writing thread: it is the other half of the work, and the two go on side by side.
            prepared = prepare(records)
        except RecordError as error:
            raise NotaryRefused("bad_request", str(error)) from error
        answer: asyncio.Future[list[int]] = asyncio.get_running_loop().create_future()
        self._waiting.append((prepared, answer))
        self._wake.set()
        return await answer

    async def run(self) -> None:
        """Commit groups until `close`, then what still waits."""
        while self._waiting or not self._closed:
            if not self._waiting:
                self._wake.clear()
                await self._wake.wait()
                continue
            await self._commit(self._take())

    @property
    def waiting(self) -> int:
        """Requests that wait for the disk."""
        return len(self._waiting)

    def close(self) -> None:
        """Take no more; `run` returns once everything that waits is answered."""
        self._closed = True
        self._wake.set()

    def _take(self) -> list[_Waiting]:
        records = taken = 0
        for waiting in self._waiting:
            records += len(waiting[0])
            if taken and records > GROUP_RECORDS:
                break
            taken += 1
        group, self._waiting = self._waiting[:taken], self._waiting[taken:]
        return group

    async def _commit(self, group: list[_Waiting]) -> None:
        loop = asyncio.get_running_loop()
        try:
            outcomes, entries = await loop.run_in_executor(
                self._thread, self._store.commit, [prepared for prepared, _ in group]
            )
        except Exception as error:
            # Whatever it was, nothing is durable and every producer must hear so. A full disk ends up here.
            self.failures += 1
            _log.error("append.failed", error=type(error).__name__, detail=_plain(error), requests=len(group))
            for _, answer in group:
                if not answer.done():
                    answer.set_exception(
                        NotaryRefused("unavailable", f"the record book could not be written{_cause(error)}")
                    )
            return
        self._appended(entries)
        for (_, answer), outcome in zip(group, outcomes, strict=True):
            if answer.done():
                continue
            if isinstance(outcome, NotaryRefused):
                answer.set_exception(outcome)
            else:
                answer.set_result(outcome)


def _cause(error: Exception) -> str:
    """What the person who reads the producer's log can do something about."""
    if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return ": its disk is full; nothing is lost, make room"
    return ""


def _plain(error: Exception) -> str:
    """SQLite's own words name no content; anything else might."""
    return str(error) if isinstance(error, sqlite3.Error) else ""
