"""Carries records from the worker's outboxes to the notary. Recording and showing never wait for it."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import structlog

from custodes.ledger.client import NotaryClient, NotaryRefused, NotaryUnavailable
from custodes.ledger.records import Record, RecordError

log = structlog.get_logger(__name__)

BATCH = 500
IDLE_SECONDS = 1.0
_BACK_OFF = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0)


class Outbox(Protocol):
    """Where records wait until the notary has them; each record's `id` makes sending it twice harmless."""

    def outbox_pending(self, limit: int) -> Sequence[tuple[int, Record]]:
        """The oldest records, by row."""
        ...

    def outbox_done(self, rows: Sequence[int]) -> None:
        """The notary has these."""
        ...


class Delivery:
    """A thread that empties outboxes into the notary, oldest first, with back-off while the notary is down.

    A record that the notary refuses stays in its outbox, is logged once for each start, and holds up no other.

    Attributes:
        delivered: records that the notary took since the start.
        refused: records that it refused since the start.
    """

    def __init__(self, client: NotaryClient, outboxes: Sequence[Outbox], idle: float = IDLE_SECONDS) -> None:
        """
        Args:
            idle: seconds between looks at empty outboxes.
        """
        self._client = client
        self._outboxes = tuple(outboxes)
        self._idle = idle
        self._stuck: dict[int, set[int]] = {number: set() for number in range(len(outboxes))}
        self._failures = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="delivery", daemon=True)
        self.delivered = 0
        self.refused = 0

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, seconds: float = 3.0) -> None:
        """End after the present batch; what is left waits for the next start."""
        self._stop.set()
        self._thread.join(seconds)
        self._client.close()

    def deliver_once(self) -> int:
        """One pass over all outboxes; returns how many records were taken.

        Raises:
            NotaryUnavailable: try again later.
        """
        return sum(self._deliver(number, outbox) for number, outbox in enumerate(self._outboxes))

    def _run(self) -> None:
        while not self._stop.is_set():
            self._stop.wait(self._pause())

    def _pause(self) -> float:
        """Do one pass and say how long to wait before the next."""
        try:
            taken = self.deliver_once()
        except NotaryUnavailable as error:
            wait = _BACK_OFF[min(self._failures, len(_BACK_OFF) - 1)]
            if self._failures == 0:
                log.warning("delivery.notary_down", detail=str(error))
            self._failures += 1
            return wait * random.uniform(0.8, 1.2)  # noqa: S311 - spreads retries
        except Exception:
            log.exception("delivery.failed")
            return 5.0
        if self._failures:
            log.info("delivery.notary_back", delivered=taken)
            self._failures = 0
        return 0.0 if taken >= BATCH else self._idle

    def _deliver(self, number: int, outbox: Outbox) -> int:
        stuck = self._stuck[number]
        entries = [entry for entry in outbox.outbox_pending(BATCH + len(stuck)) if entry[0] not in stuck][:BATCH]
        if not entries:
            return 0
        try:
            self._client.append([record for _, record in entries])
        except NotaryRefused as error:
            if error.code == "forbidden":
                raise NotaryUnavailable(f"the notary takes nothing from this process: {error.detail}") from error
            return self._one_by_one(entries, outbox, stuck)
        outbox.outbox_done([row for row, _ in entries])
        self.delivered += len(entries)
        return len(entries)

    def _one_by_one(self, entries: Sequence[tuple[int, Record]], outbox: Outbox, stuck: set[int]) -> int:
        taken = 0
        for row, record in entries:
            try:
                self._client.append([record])
            except NotaryRefused as error:
                stuck.add(row)
                self.refused += 1
                log.error("delivery.refused", record=str(record.id), type=record.type, detail=error.detail)
            else:
                outbox.outbox_done([row])
                taken += 1
        self.delivered += taken
        return taken


class ArchiveOutbox:
    """The archive's outbox as this module wants it: its records are plain JSON values.

    One that is no record of the log stays where it is and holds up no other; it is logged once for each start.
    """

    def __init__(self, archive: _ArchiveOutbox, read: Callable[[dict[str, Any]], Record]) -> None:
        """
        Args:
            archive: the archive.
            read: `custodes.ledger.records.record_of`.
        """
        self._archive = archive
        self._read = read
        self._unreadable: set[int] = set()

    def outbox_pending(self, limit: int) -> list[tuple[int, Record]]:
        """The oldest records, by row."""
        found = []
        for entry in self._archive.outbox_pending(limit + len(self._unreadable)):
            if entry.id in self._unreadable:
                continue
            try:
                found.append((entry.id, self._read(entry.record)))
            except RecordError as error:
                self._unreadable.add(entry.id)
                log.error("delivery.unreadable", row=entry.id, type=entry.record.get("type"), detail=str(error))
        return found

    def outbox_done(self, rows: Sequence[int]) -> None:
        """The notary has these."""
        self._archive.outbox_done(rows)


class _Entry(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def record(self) -> dict[str, Any]: ...


class _ArchiveOutbox(Protocol):
    def outbox_pending(self, limit: int) -> Sequence[_Entry]: ...
    def outbox_done(self, ids: Sequence[int]) -> None: ...
