"""The two clocks of filing, and what became of them: S16.2a for who builds, N14 for who manages, S16.2b for what was there before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from custodes.law.clauses.norms import LHASA
from custodes.law.duties.filing import FilingFacts, n14_filing, s16_2a_filing, s16_2b_legacy_filing
from custodes.law.duties.finding import Finding, Status
from custodes.law.duties.terms import Terms
from custodes.places.lifecycle.gathering import day_of
from custodes.places.models import FilingKind, FilingState, System, SystemState


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock of a system: the clause, who has to file, and how it stands."""

    clause: str
    actor: str
    finding: Finding
    filed: bool

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


def clocks_of(system: System, today: date, terms: Terms) -> tuple[Clock, ...]:
    """Both clocks as far as they run, the earlier first; late is late, and never more than shown (R6)."""
    filed = handed_in(system)
    done = filed is not None
    found: list[Clock] = []
    if system.state == SystemState.LEGACY:
        facts = FilingFacts(min(system.built_on or LHASA.in_force, LHASA.in_force), filed)
        found.append(Clock("S16.2b", "user", s16_2b_legacy_filing(facts, today, today, terms), done))
        found.append(Clock("N14", "manager", n14_filing(facts, today, today, terms), done))
        return tuple(found)
    accepted, used = day_of(system, "accept"), day_of(system, "put_in_use")
    if accepted is not None:
        found.append(
            Clock("S16.2a", "builder", s16_2a_filing(FilingFacts(accepted, filed), accepted, today, terms), done)
        )
    if used is not None:
        found.append(Clock("N14", "manager", n14_filing(FilingFacts(used, filed), used, today, terms), done))
    return tuple(sorted(found, key=lambda clock: clock.finding.due or date.max))
