"""Which systems are late with their filing, and which still have time (S16.2, N14): the clocks of `places.filing.clocks`, asked of
thousands of systems at once.

A clock depends on the day alone on which it began. The law is asked once a day about each such day, and the database does the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.db.models import Q

from custodes.law.assumptions.model import Assumptions
from custodes.law.clauses.norms import LHASA
from custodes.law.duties.filing import FilingFacts, n14_filing, s16_2a_filing, s16_2b_legacy_filing
from custodes.law.duties.finding import Status
from custodes.law.duties.terms import Terms
from custodes.places.models import Filing, FilingKind, FilingState, Step, SystemState

_HANDED_IN = (FilingState.SUBMITTED, FilingState.FILED, FilingState.RETURNED)
_BEGUN = (SystemState.ACCEPTED, SystemState.IN_USE)
_DAY = timedelta(days=1)

Spans = tuple[tuple[date, date], ...]


@dataclass(frozen=True)
class Standing:
    """Filters for systems whose filing is not handed in.

    Attributes:
        late: at least one of their clocks has run out.
        due: at least one clock runs, and none has run out.
    """

    late: Q
    due: Q


def standing(today: date, assumed: Assumptions) -> Standing:
    """How filings stand on the day `today`, with the installation's open values of the law."""
    handed_in = Filing.objects.exclude(kind=FilingKind.CHANGE).filter(state__in=_HANDED_IN, submitted_on__isnull=False)
    unfiled = ~Q(pk__in=handed_in.values("system"))
    late, due = (_with_a_clock(status, today, assumed) for status in (Status.LATE, Status.DUE))
    return Standing(unfiled & late, unfiled & due & ~late)


def _with_a_clock(status: Status, today: date, assumed: Assumptions) -> Q:
    """Systems one of whose clocks stands so, filed or not."""
    found = Q(state=SystemState.LEGACY) if status in _of_legacy(today, assumed) else Q(pk__in=[])
    for event in ("accept", "put_in_use"):
        for first, last in _spans(event, status, today, assumed):
            reached = Step.objects.filter(event=event, on__range=(first, last)).values("object_id")
            found |= Q(state__in=_BEGUN, pk__in=reached)
    return found


@lru_cache(maxsize=64)
def _of_legacy(today: date, assumed: Assumptions) -> frozenset[Status]:
    """How the clocks of what was there before stand: they run from the law's days, whenever it was built."""
    facts, terms = FilingFacts(LHASA.in_force, None), Terms(assumed=assumed)
    found = (s16_2b_legacy_filing(facts, today, today, terms), n14_filing(facts, today, today, terms))
    return frozenset(one.status for one in found)


@lru_cache(maxsize=64)
def _spans(event: str, status: Status, today: date, assumed: Assumptions) -> Spans:
    """The days on which a clock began that stands so today, as spans; since the regulation: earlier ones start no clock."""
    days = (LHASA.in_force + ago * _DAY for ago in range((today - LHASA.in_force).days + 1))
    return tuple(_together(day for day in days if _status(event, day, today, assumed) is status))


def _together(days: Iterable[date]) -> list[tuple[date, date]]:
    """Days that follow one another as spans."""
    spans: list[tuple[date, date]] = []
    for day in days:
        if spans and day - spans[-1][1] == _DAY:
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return spans


def _status(event: str, day: date, today: date, assumed: Assumptions) -> Status:
    check = s16_2a_filing if event == "accept" else n14_filing
    return check(FilingFacts(day, None), day, today, Terms(assumed=assumed)).status
