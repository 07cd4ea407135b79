"""Filings of a register by how near their last day is: counted by the database, and of thousands only the most pressing read.

`law` counts forward from a day of acceptance or of use. It never turns back, so that "ends by this day" is the same as "began by that
day": the day is looked for once for each clock, and the rows of a whole city are then compared with it (decision 0219).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When, Window
from django.db.models.functions import RowNumber

from custodes.law.clauses.norms import LHASA
from custodes.law.duties.terms import Terms
from custodes.places.filing.clocks import Clock, Lived, clocks_from
from custodes.places.filing.due import LONGEST, unfiled
from custodes.places.models import Step, System, SystemState

#: Before anything that has a clock.
_NONE = date(1900, 1, 1)
#: What a row's clocks and its line are made of; a system and its place have fifty columns more.
_READ = ("state", "built_on", "name", "unit__path", "site__division__path")


@dataclass(frozen=True, slots=True)
class Begun:
    """The last days of acceptance and of use whose filing ends by some day, and whether that of what was there before does."""

    accepted: date
    used: date
    legacy: bool

    @property
    def rows(self) -> Q:
        """Which rows of `running` these are."""
        new = Q(pk__in=_since("accept", self.accepted)) | Q(pk__in=_since("put_in_use", self.used))
        return Q(state=SystemState.LEGACY) | new if self.legacy else ~Q(state=SystemState.LEGACY) & new


def running(systems: QuerySet[System]) -> QuerySet[System]:
    """Those that have to be filed, were not handed in, and whose clock runs; each with its days of acceptance and use.

    The days are told, not compared: a system is accepted once and put in use once, so that the steps are asked which systems
    they are about, all at once, and not each system for its steps.
    """
    begun = Q(state=SystemState.LEGACY) | Q(pk__in=_since("accept")) | Q(pk__in=_since("put_in_use"))
    return unfiled(systems).filter(begun).annotate(**_days())


def ending(systems: QuerySet[System], until: date, terms: Terms, after: date | None = None) -> QuerySet[System]:
    """`running` rows whose filing ends by the day `until`, and not by `after` already."""
    rows = unfiled(systems).filter(begun_by(until, terms).rows)
    if after is not None:
        rows = rows.filter(~begun_by(after, terms).rows)
    return rows.annotate(**_days())


def counts(systems: QuerySet[System], until: Mapping[str, date], terms: Terms) -> dict[str, int]:
    """How many of these systems have a filing that ends by each day, and not by the one before; by one question.

    Args:
        until: names of groups with their last days, the earliest first. Groups without a row are left out.
    """
    begun = {name: begun_by(day, terms).rows for name, day in until.items()}
    whens = [When(rows, then=Value(number)) for number, rows in enumerate(begun.values())]
    of_any = unfiled(systems).filter(list(begun.values())[-1])
    rows: Any = of_any.annotate(group=Case(*whens, output_field=IntegerField())).order_by().values("group")
    names = list(until)
    return {names[row["group"]]: row["count"] for row in rows.annotate(count=Count("pk"))}


def most_pressing(
    rows: QuerySet[System], most: int, today: date, terms: Terms
) -> tuple[list[tuple[System, Clock]], int]:
    """The first `most` of `ending` rows by their last day, each with the clock that ends first; and how many there are.

    Whichever clock makes a row one of the first, it is one of the first by that clock's own day, among those in its state: so each
    state's rows are numbered by both days, and no more than the first of each number are read.
    """
    state = [F("state")]
    numbered = rows.annotate(
        count=Window(Count("pk")),
        by_accepted=Window(RowNumber(), state, [F("accepted_day").asc(nulls_last=True), F("pk").asc()]),
        by_used=Window(RowNumber(), state, [F("used_day").asc(nulls_last=True), F("pk").asc()]),
    ).filter(Q(by_accepted__lte=most) | Q(by_used__lte=most))
    found: list[Any] = list(numbered.select_related("unit", "site__division").only(*_READ))
    pressing = [(row, clock) for row in found if (clock := first_clock(row, today, terms)) is not None]
    pressing.sort(key=lambda one: (one[1].finding.due or date.max, one[0].name))
    return pressing[:most], found[0].count if found else 0


def first_clock(row: System, today: date, terms: Terms) -> Clock | None:
    """The open clock of a `running` row that ends first."""
    return _first(Lived(row.state, row.built_on, row.accepted_day, row.used_day, None), today, terms)  # type: ignore[attr-defined]


@lru_cache(maxsize=4096)
def _first(lived: Lived, today: date, terms: Terms) -> Clock | None:
    clocks = [clock for clock in clocks_from(lived, today, terms) if clock.open and clock.finding.due]
    return min(clocks, key=lambda clock: clock.finding.due or date.max, default=None)


@lru_cache(maxsize=128)
def begun_by(day: date, terms: Terms) -> Begun:
    """The last days whose filing ends by `day`."""

    def ends(lived: Lived) -> bool:
        dues = [clock.finding.due for clock in clocks_from(lived, day, terms)]
        return any(due is not None and due <= day for due in dues)

    return Begun(
        _last(day, lambda start: ends(Lived(SystemState.ACCEPTED, None, start, None, None))),
        _last(day, lambda start: ends(Lived(SystemState.IN_USE, None, None, start, None))),
        ends(Lived(SystemState.LEGACY, None, None, None, None)),
    )


def _last(day: date, ends: Callable[[date], bool]) -> date:
    """The last day of which `ends` is true; long ago when of none."""
    low, high = max(day - LONGEST, LHASA.in_force), day
    if low > high or not ends(low):
        return _NONE
    while low < high:
        middle = low + (high - low + timedelta(days=1)) // 2
        if ends(middle):
            low = middle
        else:
            high = middle - timedelta(days=1)
    return low


def _since(event: str, until: date | None = None) -> QuerySet[Step, Any]:
    """Systems that took this step, by this day at the latest."""
    steps = Step.objects.filter(event=event)
    return (steps if until is None else steps.filter(on__lte=until)).values("object_id")


def _days() -> dict[str, Case]:
    """Days of acceptance and of use; of what was there before none is looked for, whose clock began with the law."""
    new = ~Q(state=SystemState.LEGACY)
    events = {"accepted_day": "accept", "used_day": "put_in_use"}
    return {name: Case(When(new, then=_day_of(event)), default=None) for name, event in events.items()}


def _day_of(event: str) -> Subquery:
    steps = Step.objects.filter(system=OuterRef("pk"), object_id=OuterRef("pk"), event=event)
    return Subquery(steps.order_by("-at").values("on")[:1])
