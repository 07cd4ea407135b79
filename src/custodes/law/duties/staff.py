"""Obligations towards those who watch, operate and maintain: files, vetting, training (S30.1, S34(4), S34(5), N16.2(1))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from custodes.law.duties.finding import Finding, Thing, present
from custodes.law.duties.recurring import valid_until
from custodes.law.duties.registry import obligation
from custodes.law.duties.terms import Terms


@dataclass(frozen=True, slots=True)
class StaffFacts:
    """Somebody who watches, operates or maintains.

    Attributes:
        file, vetted, undertaking: the personnel file, the vetting on entry, the undertaking on secrecy.
        skills_trained, secrecy_trained: days of the two trainings; the law names no validity, so that one is assumed.
        n9: the system is one of N9's places.
    """

    file: bool
    vetted: bool
    undertaking: bool
    skills_trained: date | None
    secrecy_trained: date | None
    n9: bool = False


@obligation("S34(4)", "N16.2(1)", "S30.1")
def s34_4_staff_file(facts: StaffFacts, conduct: date, today: date, terms: Terms) -> Finding:
    """A file, vetted on entry, bound to secrecy."""
    wanted = [
        Thing("file", "监看人员档案", "a personnel file"),
        Thing("undertaking", "保密承诺", "the undertaking on secrecy"),
        Thing("vetted", "入职审查", "vetting on entry", "N16.2(1)"),
    ]
    there = (("file", facts.file), ("vetted", facts.vetted), ("undertaking", facts.undertaking))
    return present(
        ("S34(4)", "N16.2(1)", "S30.1"), wanted, frozenset(key for key, held in there if held), conduct, n9=facts.n9
    )


@obligation("S34(5)", "N16.2(1)")
def s34_5_training(facts: StaffFacts, conduct: date, today: date, terms: Terms) -> Finding:
    """Trained in the work and in secrecy, and still so."""
    days = [day for day in (facts.skills_trained, facts.secrecy_trained) if day is not None]
    until = min(days) + timedelta(days=terms.assumed.training_days) if len(days) == 2 else None
    return valid_until(
        ("S34(5)", "N16.2(1)"),
        until,
        today,
        terms.assumed.expiry_warn_days,
        "岗位技能和保密培训",
        "training in work and secrecy",
        "岗位技能培训、保密知识培训没有全部完成",
    )
