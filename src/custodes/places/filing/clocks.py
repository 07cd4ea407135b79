"""The two clocks of filing, and what became of them: S16.2a for who builds, N14 for who manages, S16.2b for what was there before.

Of many systems the database is asked once: which wait, which are late, and which come next, of thousands only the most pressing read.
`clocks_of` says it of one system, with its reasons; both count by `law.duties.filing`, which counts forward from a day of acceptance or
of use. What a day comes to depends on the day alone and never turns back, so that "ends by this day" is the same as "began by that day":
one last day is found for each clock, and the rows of a whole city are compared with it (decision 0215).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber

from custodes.cases.models import CaseStep
from custodes.law.clauses.norms import LHASA
from custodes.law.deadlines.counting import due as law_due
from custodes.law.duties.filing import FilingFacts, n14_filing, n14_kind, s16_2a_filing, s16_2b_legacy_filing
from custodes.law.duties.finding import DutyFinding, DutyStatus, LegalTerms
from custodes.places.filing.fields import FILEABLE
from custodes.places.lifecycle.gathering import day_of
from custodes.places.models import Filing, FilingKind, FilingState, System, SystemState

#: Longer than any clock of a filing runs, working days and Order 799's ninety days included.
LONGEST = timedelta(days=400)


def unfiled(systems: QuerySet[System]) -> QuerySet[System]:
    """Those that have to be filed and were not handed in."""
    handed_in = Filing.objects.exclude(kind=FilingKind.CHANGE).filter(
        system=OuterRef("pk"),
        submitted_on__isnull=False,
        state__in=[FilingState.SUBMITTED, FilingState.FILED, FilingState.RETURNED],
    )
    return systems.filter(~Exists(handed_in), state__in=FILEABLE)


def late(systems: QuerySet[System], today: date, terms: LegalTerms) -> QuerySet[System]:
    """Those of `unfiled` of which a clock has run out."""
    rows = unfiled(systems).annotate(accepted_day=_day_of("accept"), used_day=_day_of("put_in_use"))
    new = Q(accepted_day__lte=_last_late("S16.2a", today, terms)) | Q(used_day__lte=_last_late("N14", today, terms))
    query = Q(pk__in=[]) | (~Q(state=SystemState.LEGACY) & new)
    if _legacy_late(today, terms):
        query |= Q(state=SystemState.LEGACY)
    return rows.filter(query)


def due(systems: QuerySet[System], today: date, terms: LegalTerms) -> QuerySet[System]:
    """Those of `unfiled` whose clock runs and has not run out."""
    rows = unfiled(systems).annotate(begun=Coalesce(_day_of("accept"), _day_of("put_in_use")))
    running = Q(state=SystemState.LEGACY) | Q(begun__isnull=False)
    return rows.filter(running).exclude(pk__in=late(systems, today, terms).values("pk"))


def _day_of(event: str) -> Subquery:
    steps = CaseStep.objects.filter(case_id=OuterRef("pk"), event=event)
    return Subquery(steps.order_by("-at").values("on")[:1])


def _last_late(clause: str, today: date, terms: LegalTerms) -> date:
    """The last day of acceptance, or of use, whose filing is late today."""
    count = s16_2a_filing if clause == "S16.2a" else n14_filing
    low, high = today - LONGEST, today
    while low < high:
        middle = low + (high - low + timedelta(days=1)) // 2
        found = count(FilingFacts(middle, None), middle, today, terms)
        if found.status is DutyStatus.LATE:
            low = middle
        else:
            high = middle - timedelta(days=1)
    return low


def _legacy_late(today: date, terms: LegalTerms) -> bool:
    facts = FilingFacts(LHASA.in_force, None)
    found: tuple[DutyFinding, ...] = (
        s16_2b_legacy_filing(facts, today, today, terms),
        n14_filing(facts, today, today, terms),
    )
    return any(one.status is DutyStatus.LATE for one in found)


@dataclass(frozen=True, slots=True)
class FilingClock:
    """One clock of a system: the clause, who has to file, how it stands, and on which days they are reminded."""

    clause: str
    actor: str
    finding: DutyFinding
    filed: bool
    reminders: tuple[date, ...] = ()

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something."""
        return not self.filed and self.finding.status in (DutyStatus.DUE, DutyStatus.LATE)


def handed_in(system: System) -> date | None:
    """The day on which the first filing of the system was handed in, as far as it was not taken back; None before."""
    rows = system.filings.exclude(kind=FilingKind.CHANGE).filter(
        state__in=[FilingState.SUBMITTED, FilingState.FILED, FilingState.RETURNED], submitted_on__isnull=False
    )
    return rows.order_by("submitted_on").values_list("submitted_on", flat=True).first()


@dataclass(frozen=True, slots=True)
class Lived:
    """What of a system's life its clocks go by.

    Attributes:
        built: the day on which it was built, as far as it is known.
        accepted, used: days of acceptance and of use; None before.
        filed: the day on which it was handed in; None before.
    """

    state: str
    built: date | None
    accepted: date | None
    used: date | None
    filed: date | None


def clocks_of(system: System, today: date, terms: LegalTerms) -> tuple[FilingClock, ...]:
    """Both clocks as far as they run, the earlier first; late is late, and never more than shown (R6)."""
    lived = Lived(
        system.state, system.built_on, day_of(system, "accept"), day_of(system, "put_in_use"), handed_in(system)
    )
    return clocks_from(lived, today, terms)


def clocks_from(lived: Lived, today: date, terms: LegalTerms) -> tuple[FilingClock, ...]:
    """The same from the days alone: for lists, which gather the days of many systems at once."""
    filed = lived.filed
    done = filed is not None
    found: list[FilingClock] = []
    if lived.state == SystemState.LEGACY:
        facts = FilingFacts(min(lived.built or LHASA.in_force, LHASA.in_force), filed)
        legacy = s16_2b_legacy_filing(facts, today, today, terms)
        found.append(FilingClock("S16.2b", "user", legacy, done, _days_of("legacy-filing", facts, terms)))
        national = n14_filing(facts, today, today, terms)
        found.append(FilingClock("N14", "manager", national, done, _days_of(n14_kind(facts.event), facts, terms)))
        return tuple(found)
    if lived.accepted is not None:
        facts = FilingFacts(lived.accepted, filed)
        first = s16_2a_filing(facts, lived.accepted, today, terms)
        found.append(FilingClock("S16.2a", "builder", first, done, _days_of("filing", facts, terms)))
    if lived.used is not None:
        facts = FilingFacts(lived.used, filed)
        second = n14_filing(facts, lived.used, today, terms)
        found.append(FilingClock("N14", "manager", second, done, _days_of(n14_kind(facts.event), facts, terms)))
    return tuple(sorted(found, key=lambda clock: clock.finding.due or date.max))


def _days_of(kind: str, facts: FilingFacts, terms: LegalTerms) -> tuple[date, ...]:
    """On which days its actor is reminded, by the law's own plan."""
    assert facts.event is not None
    return law_due(kind, facts.event, terms.calendar, terms.assumed).reminders()


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


def ending(systems: QuerySet[System], until: date, terms: LegalTerms, after: date | None = None) -> QuerySet[System]:
    """`running` rows whose filing ends by the day `until`, and not by `after` already."""
    rows = unfiled(systems).filter(begun_by(until, terms).rows)
    if after is not None:
        rows = rows.filter(~begun_by(after, terms).rows)
    return rows.annotate(**_days())


def counts(systems: QuerySet[System], until: Mapping[str, date], terms: LegalTerms) -> dict[str, int]:
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
    rows: QuerySet[System], most: int, today: date, terms: LegalTerms
) -> tuple[list[tuple[System, FilingClock]], int]:
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


def first_clock(row: System, today: date, terms: LegalTerms) -> FilingClock | None:
    """The open clock of a `running` row that ends first."""
    return _first(Lived(row.state, row.built_on, row.accepted_day, row.used_day, None), today, terms)  # type: ignore[attr-defined]


@lru_cache(maxsize=4096)
def _first(lived: Lived, today: date, terms: LegalTerms) -> FilingClock | None:
    clocks = [clock for clock in clocks_from(lived, today, terms) if clock.open and clock.finding.due]
    return min(clocks, key=lambda clock: clock.finding.due or date.max, default=None)


@lru_cache(maxsize=128)
def begun_by(day: date, terms: LegalTerms) -> Begun:
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


def _since(event: str, until: date | None = None) -> QuerySet[CaseStep, Any]:
    """Systems that took this step, by this day at the latest."""
    steps = CaseStep.objects.filter(event=event)
    return (steps if until is None else steps.filter(on__lte=until)).values("case_id")


def _days() -> dict[str, Case]:
    """Days of acceptance and of use; of what was there before none is looked for, whose clock began with the law."""
    new = ~Q(state=SystemState.LEGACY)
    events = {"accepted_day": "accept", "used_day": "put_in_use"}
    return {name: Case(When(new, then=_day_of(event)), default=None) for name, event in events.items()}
