"""What would tell of a look that is kept back, beside the look: holds by name, and their marks on a timeline (decision 0287)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from django.db.models import Q

from custodes.access.holds.references import reference
from custodes.access.looks.reach import kept_from
from custodes.access.models import OPEN, Embargo, EmbargoState, Hold
from custodes.access.papers import microseconds
from custodes.people.models import Person
from custodes.places.models import Camera

Interval = tuple[int, int]


def references_kept_back(at: datetime) -> list[str]:
    """How holds name the requests whose looks are kept back from the units now, or that wait to be."""
    waits = Q(state=EmbargoState.ASKED, earlier__isnull=True)
    rows = Embargo.objects.filter(Q(state=EmbargoState.APPROVED) | waits, ends_at__gt=at)
    return [reference(pk) for pk in rows.values_list("request", flat=True).distinct()]


def references_kept_from(person: Person, at: datetime) -> list[str]:
    """How holds name the requests of which this person may learn nothing."""
    return [reference(pk) for pk in kept_from(person, at).values_list("pk", flat=True)]


def held_for(person: Person, at: datetime, camera: Camera, held: Sequence[Interval]) -> list[Interval]:
    """The held spans of a timeline without what is held for a request that is kept from this person alone, µs."""
    kept = references_kept_from(person, at)
    if not kept or not held:
        return list(held)
    holds = list(Hold.objects.filter(cameras=camera, state__in=[one.value for one in OPEN]))
    hidden = [_span(one) for one in holds if one.request in kept]
    if not hidden:
        return list(held)
    return without(held, hidden, [_span(one) for one in holds if one.request not in kept])


def without(held: Sequence[Interval], hidden: Sequence[Interval], told: Sequence[Interval]) -> list[Interval]:
    """`held` less `hidden`, except where something that may be told holds the same moments too. Pure."""
    edges = sorted({edge for one in (*held, *hidden, *told) for edge in one})
    found: list[Interval] = []
    for begin, end in pairwise(edges):
        if _in(begin, end, held) and (_in(begin, end, told) or not _in(begin, end, hidden)):
            if found and found[-1][1] == begin:
                begin = found.pop()[0]
            found.append((begin, end))
    return found


def _in(begin: int, end: int, spans: Iterable[Interval]) -> bool:
    return any(one[0] <= begin and end <= one[1] for one in spans)


def _span(row: Hold) -> Interval:
    return microseconds(row.span_from), microseconds(row.span_to)
