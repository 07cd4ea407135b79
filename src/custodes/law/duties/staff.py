"""Obligations towards those who watch, operate and maintain: files, vetting, training (S30.1, S34(4), S34(5), N16.2(1))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from custodes.law.clauses.norms import NATIONAL
from custodes.law.duties.finding import Finding, Thing, present
from custodes.law.duties.recurring import valid_until
from custodes.law.duties.registry import obligation


@dataclass(frozen=True, slots=True)
class StaffFacts:
    """Somebody who watches, operates or maintains.

    Attributes:
        file, vetted, undertaking: the personnel file, the vetting on entry, the undertaking on secrecy.
        skills_until, secrecy_until: last days of the two trainings.
    """

    file: bool
    vetted: bool
    undertaking: bool
    skills_until: date | None
    secrecy_until: date | None


@obligation("S34(4)", "N16.2(1)", "S30.1")
def s34_4_staff_file(facts: StaffFacts, conduct: date, today: date) -> Finding:
    """A file, vetted on entry, bound to secrecy."""
    wanted = [
        Thing("file", "监看人员档案", "a personnel file"),
        Thing("undertaking", "保密承诺", "the undertaking on secrecy"),
    ]
    if conduct >= NATIONAL.in_force:
        wanted.append(Thing("vetted", "入职审查", "vetting on entry"))
    there = (("file", facts.file), ("vetted", facts.vetted), ("undertaking", facts.undertaking))
    return present(("S34(4)", "N16.2(1)", "S30.1"), wanted, frozenset(key for key, held in there if held))


@obligation("S34(5)")
def s34_5_training(facts: StaffFacts, conduct: date, today: date) -> Finding:
    """Trained in the work and in secrecy, and still so."""
    days = [day for day in (facts.skills_until, facts.secrecy_until) if day is not None]
    until = min(days) if len(days) == 2 else None
    return valid_until(("S34(5)", "N16.2(1)"), until, today, 30, "岗位技能和保密培训", "training in work and secrecy")
