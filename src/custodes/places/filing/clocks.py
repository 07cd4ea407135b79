"""The two clocks of filing, and what became of them: S16.2a for who builds, N14 for who manages, S16.2b for what was there before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from custodes.law.clauses.norms import LHASA
from custodes.law.deadlines.counting import due
from custodes.law.duties.filing import FilingFacts, n14_filing, n14_kind, s16_2a_filing, s16_2b_legacy_filing
from custodes.law.duties.finding import Finding, Status
from custodes.law.duties.terms import Terms
from custodes.places.lifecycle.gathering import day_of
from custodes.places.models import FilingKind, FilingState, System, SystemState


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock of a system: the clause, who has to file, how it stands, and on which days they are reminded."""

    clause: str
    actor: str
    finding: Finding
    filed: bool
    reminders: tuple[date, ...] = ()

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something."""
        return not self.filed and self.finding.status in (Status.DUE, Status.LATE)


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


def clocks_of(system: System, today: date, terms: Terms) -> tuple[Clock, ...]:
    """Both clocks as far as they run, the earlier first; late is late, and never more than shown (R6)."""
    lived = Lived(
        system.state, system.built_on, day_of(system, "accept"), day_of(system, "put_in_use"), handed_in(system)
    )
    return clocks_from(lived, today, terms)


def clocks_from(lived: Lived, today: date, terms: Terms) -> tuple[Clock, ...]:
    """The same from the days alone: for lists, which gather the days of many systems at once."""
    filed = lived.filed
    done = filed is not None
    found: list[Clock] = []
    if lived.state == SystemState.LEGACY:
        facts = FilingFacts(min(lived.built or LHASA.in_force, LHASA.in_force), filed)
        legacy = s16_2b_legacy_filing(facts, today, today, terms)
        found.append(Clock("S16.2b", "user", legacy, done, _days("legacy-filing", facts, terms)))
        national = n14_filing(facts, today, today, terms)
        found.append(Clock("N14", "manager", national, done, _days(n14_kind(facts.event), facts, terms)))
        return tuple(found)
    if lived.accepted is not None:
        facts = FilingFacts(lived.accepted, filed)
        first = s16_2a_filing(facts, lived.accepted, today, terms)
        found.append(Clock("S16.2a", "builder", first, done, _days("filing", facts, terms)))
    if lived.used is not None:
        facts = FilingFacts(lived.used, filed)
        second = n14_filing(facts, lived.used, today, terms)
        found.append(Clock("N14", "manager", second, done, _days(n14_kind(facts.event), facts, terms)))
    return tuple(sorted(found, key=lambda clock: clock.finding.due or date.max))


def _days(kind: str, facts: FilingFacts, terms: Terms) -> tuple[date, ...]:
    """On which days its actor is reminded, by the law's own plan."""
    assert facts.event is not None
    return due(kind, facts.event, terms.calendar, terms.assumed).reminders()
