"""Which systems are late with their filing, and which still have time (S16.2, N14): the clocks of `places.filing.clocks`, asked of
thousands of systems at once.

A clock depends on one day alone. The register has few such days, so that the law is asked once for each, and the database does the
rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import Q

from custodes.law.assumptions.model import Assumptions
from custodes.law.clauses.norms import LHASA
from custodes.law.duties.filing import FilingFacts, n14_filing, s16_2a_filing, s16_2b_legacy_filing
from custodes.law.duties.finding import Status
from custodes.law.duties.terms import Terms
from custodes.places.models import Filing, FilingKind, FilingState, Step, System, SystemState

_HANDED_IN = (FilingState.SUBMITTED, FilingState.FILED, FilingState.RETURNED)
_BEGUN = (SystemState.ACCEPTED, SystemState.IN_USE)


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
    steps = Step.objects.filter(event__in=["accept", "put_in_use"], system__state__in=_BEGUN)
    days = {
        "legacy": set(System.objects.filter(state=SystemState.LEGACY).order_by().values_list("built_on", flat=True)),
        "accept": set(steps.filter(event="accept").order_by().values_list("on", flat=True)),
        "put_in_use": set(steps.filter(event="put_in_use").order_by().values_list("on", flat=True)),
    }
    handed_in = Filing.objects.exclude(kind=FilingKind.CHANGE).filter(
        state__in=_HANDED_IN, submitted_on__isnull=False
    )
    unfiled = ~Q(pk__in=handed_in.values("system"))
    late, due = (_with_a_clock(status, days, today, assumed) for status in (Status.LATE, Status.DUE))
    return Standing(unfiled & late, unfiled & due & ~late)


def _with_a_clock(status: Status, days: dict[str, set[date | None]], today: date, assumed: Assumptions) -> Q:
    """Systems one of whose clocks stands so, filed or not."""
    found = Q(pk__in=[])
    for event, there in days.items():
        known = sorted(day for day in there if day is not None)
        on = [day for day in known if status in _clocks(event, day, today, assumed)]
        if event == "legacy":
            if None in there and status in _clocks(event, None, today, assumed):
                found |= Q(state=SystemState.LEGACY, built_on__isnull=True)
            for first, last in _spans(known, on):
                found |= Q(state=SystemState.LEGACY, built_on__range=(first, last))
            continue
        for first, last in _spans(known, on):
            reached = Step.objects.filter(event=event, on__range=(first, last)).values("object_id")
            found |= Q(state__in=_BEGUN, pk__in=reached)
    return found


def _spans(known: list[date], chosen: list[date]) -> list[tuple[date, date]]:
    """`chosen` as spans in which no other of the `known` days lies: hundreds of days in a row come to one or two."""
    wanted, spans, last = set(chosen), [], None
    for day in known:
        if day in wanted and last is None:
            spans.append((day, day))
        elif day in wanted:
            spans[-1] = (spans[-1][0], day)
        last = day if day in wanted else None
    return spans


@lru_cache(maxsize=8192)
def _clocks(event: str, day: date | None, today: date, assumed: Assumptions) -> frozenset[Status]:
    """How the clocks stand that this day starts; as `places.filing.clocks.clocks_of` has them."""
    terms = Terms(assumed=assumed)
    if event == "legacy":
        facts = FilingFacts(min(day or LHASA.in_force, LHASA.in_force), None)
        found = (s16_2b_legacy_filing(facts, today, today, terms), n14_filing(facts, today, today, terms))
        return frozenset(one.status for one in found)
    assert day is not None
    check = s16_2a_filing if event == "accept" else n14_filing
    return frozenset({check(FilingFacts(day, None), day, today, terms).status})
