"""Obligations that come again and the rules behind them: S34(1) to (3), S36, PIPL54."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from custodes.law.duties.finding import Finding, Status, Thing, present
from custodes.law.duties.recurring import Routine, interval, recurring
from custodes.law.duties.registry import obligation
from custodes.law.duties.terms import Terms
from custodes.law.grounds.stating import says_something


@dataclass(frozen=True, slots=True)
class RulesFacts:
    """A unit's rules and plan: keys of `RULES`, the last review, and the unit's own interval (None: as assumed)."""

    held: frozenset[str]
    reviewed: date | None
    every_days: int | None = None


RULES = (
    Thing("watching", "值班监看制度", "rules for watching on duty"),
    Thing("reporting", "重大情况报告制度", "rules for reporting"),
    Thing("operating", "操作维护制度", "rules for operating and maintaining"),
    Thing("emergency", "突发事件应急处置预案", "the emergency plan"),
)


@obligation("S34", "S34(1)", "CSL27")
def s34_1_rules(facts: RulesFacts, conduct: date, today: date, terms: Terms) -> Finding:
    """Three sets of rules and a plan, looked at now and then."""
    found = present(("S34(1)",), RULES, facts.held, conduct)
    if found.status is not Status.MET:
        return found
    return recurring(
        ("S34(1)",),
        facts.reviewed,
        interval(facts.every_days, terms.assumed, "rules_review_days"),
        today,
        Routine("制度和预案复审", "review of rules and plan"),
    )


@dataclass(frozen=True, slots=True)
class RoutineFacts:
    """Something that is done every so often: the last time, and the unit's own interval (None: as assumed)."""

    last: date | None
    every_days: int | None = None


@obligation("S34(2)")
def s34_2_assessment(facts: RoutineFacts, conduct: date, today: date, terms: Terms) -> Finding:
    """How well and how safely it works is assessed."""
    return recurring(
        ("S34(2)",),
        facts.last,
        interval(facts.every_days, terms.assumed, "assessment_days"),
        today,
        Routine("系统效能和安全性能评估", "assessment"),
    )


@obligation("S34(3)")
def s34_3_upkeep(facts: RoutineFacts, conduct: date, today: date, terms: Terms) -> Finding:
    """It is inspected and serviced."""
    return recurring(
        ("S34(3)",),
        facts.last,
        interval(facts.every_days, terms.assumed, "upkeep_days"),
        today,
        Routine("检查和维护保养", "inspection and service"),
    )


@obligation("PIPL54", "PIPL51")
def pipl54_audit(facts: RoutineFacts, conduct: date, today: date, terms: Terms) -> Finding:
    """Compliance is audited."""
    return recurring(
        ("PIPL54",),
        facts.last,
        interval(facts.every_days, terms.assumed, "audit_days"),
        today,
        Routine("个人信息保护合规审计", "compliance audit"),
    )


@obligation("S36", "N24")
def s36_inspection(facts: RoutineFacts, conduct: date, today: date, terms: Terms) -> Finding:
    """The police inspect it regularly; the interval is theirs."""
    return recurring(
        ("S36", "N24"),
        facts.last,
        interval(facts.every_days, terms.assumed, "inspection_days"),
        today,
        Routine("监督检查", "inspection"),
    )


PARTS = (
    Thing("building", "建设、验收、整改情况", "building, acceptance, putting right", "S36(1)"),
    Thing("protection", "网络安全等级保护措施以及落实情况", "network protection", "S36(2)"),
    Thing("upgrade", "升级改造情况", "upgrading", "S36(3)"),
    Thing("operation", "日常运行、维护以及信息资料的管理和使用情况", "operation, upkeep, use of data", "S36(4)"),
)
"""What an inspection looks at."""


@dataclass(frozen=True, slots=True)
class InspectedFacts:
    """What the record of an inspection (检查笔录) holds.

    Attributes:
        parts: keys of `PARTS` that were looked at.
        others: further items, each with the law by which it is looked at (S36(5)).
    """

    parts: frozenset[str]
    others: Mapping[str, str] = field(default_factory=dict)


@obligation("S36(1)", "S36(2)", "S36(3)", "S36(4)", "S36(5)")
def s36_parts(facts: InspectedFacts, conduct: date, today: date, terms: Terms) -> Finding:
    """An inspection looks at all four parts, and at nothing else without a basis."""
    bare = [name for name, basis in facts.others.items() if not says_something(basis)]
    wanted = [*PARTS, *(Thing(name, f"“{name}”的检查依据", f"the basis of {name}", "S36(5)") for name in bare)]
    return present(tuple(f"S36({number})" for number in range(1, 6)), wanted, facts.parts - {*bare}, conduct)
