"""Releases of footage that wait: to be completed, assessed, masked, reviewed, approved, published (S30.2, N22), late once
the house's own term for a step is over; and those that are over, and whose working files the node has not deleted yet."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Q

from custodes.access.models import Release
from custodes.access.models.release import OVER
from custodes.access.release.awaiting import awaiting, name_of
from custodes.access.release.reach import WORKS, worked_on
from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.some import Some, first_of
from custodes.upkeep.dates.waits.waits import Waits


def gather(asking: Asking) -> list[Some[Waits]]:
    """All of them by one question, as far as a post has a part; who had a part in it does not wait for themselves to decide it."""
    person, at, may = asking.person, asking.at, asking.may
    if not may & {*WORKS}:
        return []
    over = worked_on(person, at, *WORKS).filter(state__in=OVER, begun_at__isnull=False, forgotten_at__isnull=True)
    rows = Release.objects.filter(Q(pk__in=over.values("pk")) | Q(pk__in=awaiting(person, at, may).values("pk")))
    rows = rows.only("number", "title", "state", "due", "proposed_at").order_by(
        F("due").asc(nulls_last=True), "proposed_at", "pk"
    )
    return [first_of(rows, asking.most, lambda row: _waits(row, asking.today))]


def _waits(row: Release, today: date) -> Waits:
    late = row.due is not None and row.due < today
    return Waits("release", name_of(row), row.number, row.get_absolute_url(), row.due, late)
