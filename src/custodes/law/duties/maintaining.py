"""Obligations of maintenance: who does it, under which contract, and that it is supervised (S31, N15.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from custodes.law.duties.finding import Finding, Status, Thing, not_applicable, present
from custodes.law.duties.recurring import Routine, interval, recurring, valid_until
from custodes.law.duties.registry import obligation
from custodes.law.duties.terms import Terms
from custodes.law.grounds.maintenance import TERMS
from custodes.law.grounds.stating import says_something


@dataclass(frozen=True, slots=True)
class MaintenanceFacts:
    """Who maintains a system, and the contract if somebody else does.

    Attributes:
        by: the unit that is named; empty for nobody.
        contract_terms: keys of the contract's terms; None when nothing is entrusted.
        contract_ends: its last day.
        last_supervised, every_days: the using unit's last check, and its own interval (None: as assumed).
        n9: the system is one of N9's places.
    """

    by: str
    contract_terms: frozenset[str] | None = None
    contract_ends: date | None = None
    last_supervised: date | None = None
    every_days: int | None = None
    n9: bool = False


_NAMED = ("已明确维护责任单位", "it is known who maintains it")


@obligation("S31.1")
def s31_1_maintainer(facts: MaintenanceFacts, conduct: date, today: date, terms: Terms) -> Finding:
    """Somebody maintains it."""
    wanted = (Thing("by", "维护责任单位", "the unit that maintains it"),)
    return present(("S31.1",), wanted, frozenset({"by"} if says_something(facts.by) else ()), conduct, met=_NAMED)


@obligation("S31.2a", "N15.2", "PIPL21")
def s31_2a_contract(facts: MaintenanceFacts, conduct: date, today: date, terms: Terms) -> Finding:
    """A contract has its terms and runs."""
    if facts.contract_terms is None:
        return not_applicable(("S31.2a",), "未委托维护", "nothing is entrusted")
    wanted = [Thing(key, zh, en, clause) for key, (clause, zh, en) in TERMS.items()]
    found = present(("S31.2a", "N15.2", "PIPL21"), wanted, facts.contract_terms, conduct, n9=facts.n9)
    if found.status is not Status.MET:
        return found
    return valid_until(
        ("S31.2a", "N15.2"),
        facts.contract_ends,
        today,
        terms.assumed.expiry_warn_days,
        "维护合同",
        "the maintenance contract",
        "维护合同未写明有效期",
    )


@obligation("S31.2b")
def s31_2b_supervision(facts: MaintenanceFacts, conduct: date, today: date, terms: Terms) -> Finding:
    """The using unit supervises entrusted maintenance."""
    if facts.contract_terms is None:
        return not_applicable(("S31.2b",), "未委托维护", "nothing is entrusted")
    return recurring(
        ("S31.2b",),
        facts.last_supervised,
        interval(facts.every_days, terms.assumed, "supervision_days"),
        today,
        Routine("维护工作监督检查", "supervision of maintenance"),
    )
