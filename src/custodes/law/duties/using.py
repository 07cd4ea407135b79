"""Obligations of using footage: wider uses, the register of looks, the speed of S29 (S26, S28.1, S29, S33.1, N16, PIPL26)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from custodes.law.duties.finding import Finding, Status, Thing, forbidden, present
from custodes.law.duties.order import counted, not_before
from custodes.law.duties.registry import obligation
from custodes.law.duties.terms import Terms
from custodes.law.grounds.stating import says_something


@dataclass(frozen=True, slots=True)
class UseFacts:
    """A new use of footage: the law that allows it, and the impact assessment."""

    basis: str
    assessed: bool


@obligation("S26", "N16.1", "PIPL26", "PIPL55")
def s26_new_use(facts: UseFacts, conduct: date, today: date, terms: Terms) -> Finding:
    """A wider use needs a basis in law and an assessment before."""
    wanted = (Thing("basis", "法定依据", "a basis in law"), Thing("assessment", "影响评估", "an impact assessment"))
    held = {key for key, there in (("basis", says_something(facts.basis)), ("assessment", facts.assessed)) if there}
    return present(("S26", "PIPL26", "PIPL55"), wanted, frozenset(held), conduct)


@dataclass(frozen=True, slots=True)
class RegisterFacts:
    """Looks of a period, and how many of them the register holds with 事由, 内容, unit and names.

    Attributes:
        n9: the system is one of N9's places: its register rests on the city's regulation alone.
    """

    looks: int
    registered: int
    n9: bool = False


@obligation("N16.2(3)", "S28.1(3)", "S33.1", "N16.2(2)")
def n16_2_3_register(facts: RegisterFacts, conduct: date, today: date, terms: Terms) -> Finding:
    """Every look is in the register before it happens."""
    counted("looks", facts.looks)
    counted("registered", facts.registered)
    missing = facts.looks - facts.registered
    return forbidden(
        ("N16.2(3)", "S28.1(3)", "S33.1"),
        missing > 0,
        (f"有{missing}次查看未登记", f"{missing} looks are not in the register"),
        ("查看均已登记", "every look is in the register"),
    )


@dataclass(frozen=True, slots=True)
class LostPersonFacts:
    """An application of S29: when it was made, when the first look began (UTC; None before it)."""

    applied: datetime
    looked: datetime | None


@obligation("S29")
def s29_speed(facts: LostPersonFacts, conduct: date, today: date, terms: Terms) -> Finding:
    """Somebody is lost and hours matter: the clause gives no time limit, so that the target is the installation's own."""
    if facts.looked is None:
        return Finding(
            Status.DUE,
            ("S29",),
            "申请已受理，尚未开始查看，请优先办理",
            "the application waits: it comes first",
            internal=True,
        )
    not_before("looked", facts.looked, facts.applied)
    taken = facts.looked - facts.applied
    target = timedelta(minutes=terms.assumed.missing_person_minutes)
    minutes = round(taken.total_seconds() / 60)
    zh, en = f"受理{minutes}分钟后开始查看", f"looked at after {minutes} minutes"
    if taken > target:
        zh, en = (
            f"{zh}，超过内部目标（{terms.assumed.missing_person_minutes}分钟）",
            f"{en}, more than the installation's own target",
        )
        return Finding(Status.REVIEW, ("S29",), zh, en, internal=True)
    return Finding(Status.MET, ("S29",), zh, en, internal=True)
