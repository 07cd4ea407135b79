"""Requests for somebody's own image whose picture was checked and of which nothing came, by who checked it (PIPL 45, S7)."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import Q

from custodes.access.models import OwnFound, OwnImageState, OwnOutcome, SessionKind, SupervisedSession

BACK = timedelta(days=30)


def fruitless(begins: datetime, ends: datetime) -> dict[int, tuple[str, ...]]:
    """For each person to whom it happened between these two (the end not in it): all of their numbers of the 30 days up to then."""
    withdrawn = Q(own_image__state=OwnImageState.CLOSED, own_image__outcome="", own_image__closed_at__lt=ends)
    not_found = Q(own_image__outcome=OwnOutcome.REFUSED, own_image__found=OwnFound.NO, own_image__answered_at__lt=ends)
    late = Q(own_image__closed_at__gte=begins - BACK, own_image__outcome="") | Q(
        own_image__answered_at__gte=begins - BACK
    )
    rows = SupervisedSession.objects.filter(withdrawn | not_found, late, kind=SessionKind.PREVIEW)
    numbers: dict[int, dict[str, None]] = defaultdict(dict)
    today: set[int] = set()
    for session in rows.select_related("own_image").order_by("begun_at", "pk"):
        assert session.own_image is not None
        row = session.own_image
        numbers[session.officer_id][row.number] = None
        over = row.answered_at or row.closed_at
        if over is not None and over >= begins:
            today.add(session.officer_id)
    return {person: tuple(numbers[person]) for person in today}
