"""Which rows of the register may stand on a person's map (R9): those whose position the person reads, nothing classified.

Which of them are late with their filing, and which still have time (S16.2, N14), is asked of thousands of systems at once: a clock
depends on the day alone on which it began, so the law is asked once a day about each such day, and the database does the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from django.db.models import BooleanField, Case, Exists, Model, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from custodes.cases.models import CaseStep
from custodes.law.assumptions import Assumptions
from custodes.law.clauses.norms import LHASA
from custodes.law.duties.filing import FilingFacts, n14_filing, s16_2a_filing, s16_2b_legacy_filing
from custodes.law.duties.finding import DutyStatus, LegalTerms
from custodes.people.lawful import terms
from custodes.people.models import Division, Person
from custodes.places.map.asked import Conditions
from custodes.places.models import (
    RECORDED,
    Camera,
    CameraState,
    Filing,
    FilingKind,
    FilingState,
    Site,
    System,
    SystemState,
)
from custodes.places.scope import exact_sites, exact_systems

_HANDED_IN = (FilingState.SUBMITTED, FilingState.FILED, FilingState.RETURNED)
_BEGUN = (SystemState.ACCEPTED, SystemState.IN_USE)
_DAY = timedelta(days=1)

Spans = tuple[tuple[date, date], ...]


@dataclass(frozen=True)
class FilingFilter:
    """Filters for systems whose filing is not handed in.

    Attributes:
        late: at least one of their clocks has run out.
        due: at least one clock runs, and none has run out.
    """

    late: Q
    due: Q


def standing(today: date, assumed: Assumptions) -> FilingFilter:
    """How filings stand on the day `today`, with the installation's open values of the law."""
    handed_in = Filing.objects.exclude(kind=FilingKind.CHANGE).filter(state__in=_HANDED_IN, submitted_on__isnull=False)
    unfiled = ~Q(pk__in=handed_in.values("system"))
    late, due = (_with_a_clock(status, today, assumed) for status in (DutyStatus.LATE, DutyStatus.DUE))
    return FilingFilter(unfiled & late, unfiled & due & ~late)


def _with_a_clock(status: DutyStatus, today: date, assumed: Assumptions) -> Q:
    """Systems one of whose clocks stands so, filed or not."""
    found = Q(state=SystemState.LEGACY) if status in _of_legacy(today, assumed) else Q(pk__in=[])
    for event in ("accept", "put_in_use"):
        for first, last in _spans(event, status, today, assumed):
            reached = CaseStep.objects.filter(event=event, on__range=(first, last)).values("case_id")
            found |= Q(state__in=_BEGUN, pk__in=reached)
    return found


@lru_cache(maxsize=64)
def _of_legacy(today: date, assumed: Assumptions) -> frozenset[DutyStatus]:
    """How the clocks of what was there before stand: they run from the law's days, whenever it was built."""
    facts, terms = FilingFacts(LHASA.in_force, None), LegalTerms(assumed=assumed)
    found = (s16_2b_legacy_filing(facts, today, today, terms), n14_filing(facts, today, today, terms))
    return frozenset(one.status for one in found)


@lru_cache(maxsize=64)
def _spans(event: str, status: DutyStatus, today: date, assumed: Assumptions) -> Spans:
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


def _status(event: str, day: date, today: date, assumed: Assumptions) -> DutyStatus:
    check = s16_2a_filing if event == "accept" else n14_filing
    return check(FilingFacts(day, None), day, today, LegalTerms(assumed=assumed)).status


Row = TypeVar("Row", bound=Model)
_SHOWN = frozenset({CameraState.DRAFT.value, CameraState.CONNECTED.value})


def mapped_systems(person: Person, asked: Conditions, at: datetime) -> QuerySet[System]:
    """Systems whose cameras are drawn, with ``late`` and ``due`` for their filing. Classified ones never are (S20)."""
    rows = exact_systems(person, at).filter(classified=False)
    if asked.life:
        rows = rows.filter(state=asked.life)
    rows = _placed(rows, "site__", asked)
    stands = standing(timezone.localdate(at), terms().assumed)
    if asked.filing:
        rows = rows.filter(getattr(stands, asked.filing))
    return rows.annotate(late=_flag(stands.late), due=_flag(stands.due))


def mapped_states(asked: Conditions) -> frozenset[str]:
    """States of the cameras that are drawn; none where cameras are not asked for."""
    if asked.show == "gaps":
        return frozenset()
    return frozenset({asked.state}) if asked.state else _SHOWN


def mapped_cameras(asked: Conditions) -> QuerySet[Camera]:
    """Cameras of any system, by what is asked of cameras alone: to be held against `mapped_systems`."""
    return Camera.objects.filter(west__isnull=False, state__in=mapped_states(asked))


def mapped_gaps(person: Person, asked: Conditions, at: datetime) -> QuerySet[Site]:
    """Places of S9 without a system, with their position. One at which a classified system stands or is built is none of them."""
    if asked.show == "cameras" or asked.of_cameras:
        return Site.objects.none()
    rows = exact_sites(person, at).filter(longitude__isnull=False, latitude__isnull=False)
    # Asked of each place, not as two lists of sites: those are read whole, however few places somebody has.
    standing_there = System.objects.filter(Q(state__in=RECORDED) | Q(classified=True), site=OuterRef("pk"))
    return _placed(rows.filter(~Exists(standing_there)), "", asked)


def _placed(rows: QuerySet[Row], site: str, asked: Conditions) -> QuerySet[Row]:
    if asked.category:
        rows = rows.filter(**{f"{site}category": asked.category})
    if asked.division:
        path = Division.objects.filter(pk=asked.division).values_list("path", flat=True).first()
        rows = rows.filter(**{f"{site}division__path__startswith": path}) if path else rows.none()
    return rows


def _flag(rows: Any) -> Case:
    return Case(When(rows, then=Value(True)), default=Value(False), output_field=BooleanField())
