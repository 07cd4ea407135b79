"""What an upper may not have: a leaf for each kind of refusal, and one for all that are alike within a minute.

An upper that repeats itself must not fill the log, nor may anything of it be left out. Refusals of the same link, channel, verb and reasons
within a minute of the first are counted in its row; the next leaf of that kind says how many (`counted`). All channels that are not shown,
and everything beyond `LEAVES` leaves of a link in a minute, are of one kind each, whichever channels they name. Of those that were stated each statement's are of a kind of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from custodes.law.grounds.ground import Unmet
from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.ledger.records import Refusal
from custodes.people import delivery
from custodes.people import delivery as line
from custodes.people.models import RecordOutbox
from custodes.places.models import Camera
from custodes.sharing.models import Link, Served, Stated, Verb
from custodes.sharing.serving.recording import refusal_record, unmet_rows

ALIKE = timedelta(minutes=1)
LEAVES = 60
"""Of one link in a minute."""


@dataclass(frozen=True, slots=True)
class UpperWish:
    """What is asked for.

    Attributes:
        address: to where pictures are to be sent, empty where none are.
        stated: what the upper's officer stated about it, where that was found.
    """

    call: UUID
    channel: str
    verb: Verb
    span: tuple[datetime, datetime] | None
    address: str
    at: datetime
    stated: Stated | None = None

    @property
    def media(self) -> bool:
        """Whether pictures are to be sent."""
        return bool(self.address)

    def fields(self) -> dict[str, Any]:
        """As a row keeps it."""
        begin, end = self.span or (None, None)
        return {
            "call": self.call, "channel": self.channel, "verb": self.verb, "span_from": begin, "span_to": end,
            "media": self.media, "address": self.address, "asked_at": self.at, "last_at": self.at, "kept_at": self.at,
            "stated": self.stated,
        }  # fmt: skip


def refuse(link: Link, wish: UpperWish, camera: Camera | None, unmet: Iterable[Unmet], status: int) -> Served:
    """Refuse it. Without an unmet condition (no picture comes) nothing was decided, and the log says nothing of it."""
    lacking = tuple(unmet)
    with transaction.atomic():
        Link.objects.select_for_update().get(pk=link.pk)
        alike, folded = _alike(link, wish, camera, lacking, status)
        last = alike.order_by("-asked_at").first()
        if last is not None and wish.at - last.asked_at < ALIKE:
            alike.filter(pk=last.pk).update(times=F("times") + 1, last_at=wish.at)
            return last
        row = Served.objects.create(
            **wish.fields(), link=link, camera=camera, status=status, unmet=unmet_rows(lacking), folded=folded
        )
        leaf = refusal_record(row, link, lacking, 0 if last is None else last.times - 1) if lacking else None
        if leaf is not None:  # a crash from here on loses no leaf: what waits is delivered
            document = msgspec.to_builtins(leaf)
            RecordOutbox.objects.create(id=leaf.id, type=leaf.type, record=document, created_at=row.asked_at)
    if leaf is not None:
        _write(row, leaf)
    return row


def _alike(
    link: Link, wish: UpperWish, camera: Camera | None, unmet: tuple[Unmet, ...], status: int
) -> tuple[QuerySet[Served], bool]:
    """Rows of the same kind, and whether they are of many channels."""
    rows = Served.objects.filter(link=link, verb=wish.verb, status=status)
    alike = {"channel": wish.channel, "camera": camera, "unmet": unmet_rows(unmet), "stated": wish.stated}
    mine = rows.filter(**alike, folded=False)
    lately = Served.objects.filter(link=link, status__gt=0, asked_at__gt=wish.at - ALIKE)
    if camera is not None and (mine.filter(asked_at__gt=wish.at - ALIKE).exists() or lately.count() < LEAVES):
        return mine, False
    return rows.filter(folded=True), True


def _write(row: Served, leaf: Refusal) -> None:
    """Its leaf, at once; while the notary is down it waits in the outbox, and it is a refusal all the same.

    The notary takes an id once: if it was delivered from the outbox meanwhile, this is the same leaf.
    """
    try:
        [index] = line.notary().append([leaf])
    except (NotaryUnavailable, NotaryRefused):
        delivery.wake_delivery()
        return
    waiting = RecordOutbox.objects.filter(pk=leaf.id, delivered_at__isnull=True)
    waiting.update(delivered_at=timezone.now(), index=index)
    Served.objects.filter(pk=row.pk).update(index=index)
