"""The web's line to the notary: its client, the outbox's delivery, oldest first, and which entry of the log stands behind a document.

The notary answers a record id that it has seen with the first index, so a crash between its answer and our note only
means asking again. A record that it refuses is kept with the reason and does not hold up the others.
"""

from __future__ import annotations

import base64
import datetime
import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol
from uuid import UUID

import structlog
from django.db.models import Q

from custodes.documents.provenance import PrintedCheckpoint, Provenance
from custodes.ledger.checkpoint import parse_checkpoint
from custodes.ledger.client import NotaryClient, NotaryRefused, NotaryUnavailable
from custodes.ledger.note import NoteError, parse_note
from custodes.ledger.records import Record, RecordError, record_of
from custodes.people.models import RecordOutbox
from custodes.settings import get_settings

log = structlog.get_logger("custodes.people.delivery")

BATCH = 500
#: Delivered rows on which nothing rests are kept this long, so that a page can still lead from a change to its entry.
KEEP = datetime.timedelta(days=30)
#: Types whose rows stay, with those that say about which row they are: a story names its entries for as long as it is told.
KEPT = (
    "register.step",
    "request.step",
    "case.step",
    "cases.step",
    "release.step",
    "sharing.step",
    "embargo.step",
    "finding.step",
    "evidence.listed",
    "evidence.made",
    "evidence.broken",
    "evidence.handed",
    "alarm.raised",
    "alarm.acknowledged",
    "alarm.cleared",
    "hold.placed",
    "hold.effective",
    "hold.reviewed",
    "hold.release.asked",
    "hold.release.declined",
    "hold.released",
    "witness.contradicted",
)


#: Types whose rows go in time although they say about which row they are: that somebody opened a paper is asked soon after.
PASSING = ("paper.read",)


class Appender(Protocol):
    """The part of the notary's client that delivery needs."""

    def append(self, records: Sequence[Record]) -> list[int]:
        """Append records; their indices once they are durable."""
        ...


def waiting() -> int:
    """Records that have not reached the notary yet."""
    return RecordOutbox.objects.filter(delivered_at__isnull=True).count()


def deliver(notary: Appender, at: datetime.datetime) -> int:
    """Deliver what waits; how many records arrived.

    Refused ones are tried again at the next call, after all others.

    Raises:
        NotaryUnavailable: nothing more can be delivered now; what has arrived is noted.
    """
    delivered = 0
    tried: set[UUID] = set()
    while True:
        rows = RecordOutbox.objects.filter(delivered_at__isnull=True).exclude(pk__in=tried)
        batch = list(rows.order_by("attempts", "created_at")[:BATCH])
        if not batch:
            return delivered
        tried |= {row.pk for row in batch if row.attempts}
        delivered += _deliver_batch(notary, batch, at)
        tried |= {row.pk for row in batch}


def prune(at: datetime.datetime) -> int:
    """Delete rows delivered long ago; the log has them. Those that a row of the register rests on stay with it."""
    passing = Q(about="") | Q(type__in=PASSING)
    return RecordOutbox.objects.filter(passing, delivered_at__lt=at - KEEP).exclude(type__in=KEPT).delete()[0]


def _deliver_batch(notary: Appender, batch: list[RecordOutbox], at: datetime.datetime) -> int:
    """Send a batch; when it is refused, send its halves, until the refused record stands alone."""
    try:
        indices = notary.append([record_of(row.record) for row in batch])
    except NotaryUnavailable:
        raise
    except (NotaryRefused, RecordError) as refusal:
        if len(batch) == 1:
            _keep(batch[0], str(refusal))
            return 0
        middle = len(batch) // 2
        return _deliver_batch(notary, batch[:middle], at) + _deliver_batch(notary, batch[middle:], at)
    for row, index in zip(batch, indices, strict=True):
        row.delivered_at, row.index, row.last_error = at, index, ""
    RecordOutbox.objects.bulk_update(batch, ["delivered_at", "index", "last_error"])
    return len(batch)


def _keep(row: RecordOutbox, reason: str) -> None:
    log.error("record.refused", id=str(row.pk), type=row.type, reason=reason)
    row.attempts += 1
    row.last_error = reason[:300]
    row.save(update_fields=["attempts", "last_error"])


_event = threading.Event()


def wake_delivery() -> None:
    """There is something to deliver."""
    _event.set()


def wait_for_records(seconds: float) -> bool:
    """Wait for the bell or the time, whichever is first; true when it rang."""
    rang = _event.wait(seconds)
    _event.clear()
    return rang


CALL_SECONDS = 5.0


@lru_cache(maxsize=1)
def notary() -> NotaryClient:
    """The client; calls are made outside database transactions."""
    return NotaryClient(get_settings().notary_socket_path, timeout=CALL_SECONDS)


class Recorded(Protocol):
    """A step of any room, with its record."""

    @property
    def record(self) -> RecordOutbox | None:
        """None where none was written."""


def provenance_of(step: Recorded | None) -> Provenance:
    """Which record stands behind it, and the log as it is signed now; without them while the notary is away."""
    index = step.record.index if step is not None and step.record is not None else None
    origin, checkpoint = "", None
    try:
        origin = notary().status().origin
        found = parse_checkpoint(parse_note(notary().checkpoint()).text)
        checkpoint = PrintedCheckpoint(found.size, base64.b64encode(found.root).decode())
    except (NotaryUnavailable, NotaryRefused, NoteError, ValueError):
        pass  # printed as not yet entered; the page of the row says when it is
    return Provenance(get_settings().installation_name, origin, index, checkpoint)
