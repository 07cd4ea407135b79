"""What the work list tells a person of the register, line by line as a page words it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Person
from custodes.upkeep.dates.lines import parts_of
from custodes.upkeep.dates.sorts import sort_of
from custodes.upkeep.dates.worklist import worklist_of

OF_REGISTER = frozenset({"take", "returned", "removed", "draft", "lapsed", "case", "term", "owed"})


@dataclass(frozen=True)
class Told:
    """One line."""

    group: str
    label: str
    hint: str
    href: str
    due: date | None
    late: bool


def told(person: Person, at: datetime, terms: LegalTerms, groups: frozenset[str] | None = None) -> list[Told]:
    """Lines about the lives of systems: of the groups asked for, or of all in which the person acts."""
    today = timezone.localdate(at)
    found = []
    for part in parts_of(worklist_of(person, at, terms), today):
        if part.key not in (groups or {"late", "due", "waiting", "expected"}):
            continue
        for line in part.lines:
            one = line.one
            if sort_of(one.what).of_unit:
                label = f"{line.name}：{one.name}"
                found.append(Told(part.key, label, one.note, one.href, one.day, one.late(today)))
        for waits in part.waiting:
            thing = waits.one
            if thing.what in OF_REGISTER:
                found.append(Told(part.key, thing.name, thing.note, thing.href, thing.due, thing.late))
    return found
