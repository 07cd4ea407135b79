"""Obligations that come again (the law says 定期 and names no interval, so that it is a setting), and the rules behind them: S34(1) to (3), S36, PIPL54."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from custodes.law.assumptions import Assumptions
from custodes.law.bad_input import BadInput
from custodes.law.duties.finding import DutyFinding, DutyStatus, LegalTerms, Thing, present, resting_on
from custodes.law.duties.registry import obligation
from custodes.law.grounds.stating import says_something


@dataclass(frozen=True, slots=True)
class Interval:
    """How often something is done.

    Attributes:
        days: natural days.
        assumed, name: the assumptions and the name of the one that it was taken from; empty when the unit has set its own.
    """

    days: int
    assumed: Assumptions
    name: str = ""


def interval(own: int | None, assumed: Assumptions, name: str) -> Interval:
    """The unit's own interval, or else the assumption `name`."""
    if own is not None:
        return Interval(own, assumed)
    return Interval(getattr(assumed, name), assumed, name)


@dataclass(frozen=True, slots=True)
class Routine:
    """What is done every so often, in words.

    Attributes:
        zh: a noun, as in ``从未进行监督检查``.
        en: a noun, as in ``inspection: next by ...``.
        verb: what one does with the noun in Chinese.
    """

    zh: str
    en: str
    verb: str = "进行"


def recurring(
    clauses: tuple[str, ...], last: date | None, every: Interval, today: date, routine: Routine
) -> DutyFinding:
    """Whether something that is done every so often was done in time.

    Args:
        last: when it was done last, None for never.
        every: how often.
        routine: what it is.

    Raises:
        BadInput: an interval of no days, or a last time that lies in the future.
    """
    found = _recurring(clauses, last, every.days, today, routine)
    return resting_on(found, every.assumed, every.name) if every.name else found


def _recurring(
    clauses: tuple[str, ...], last: date | None, every_days: int, today: date, routine: Routine
) -> DutyFinding:
    if every_days < 1:
        raise BadInput("every_days", "an interval has at least one day", "set the interval in days")
    zh, en, verb = routine.zh, routine.en, routine.verb
    if last is None:
        return DutyFinding(
            DutyStatus.MISSING, clauses, f"从未{verb}{zh}", f"never done: {en}", missing=("last",), internal=True
        )
    if last > today:
        raise BadInput("last", "what was done lies in the past", "check the day")
    due = last + timedelta(days=every_days)
    late = max(0, (today - due).days)
    if late:
        return DutyFinding(
            DutyStatus.LATE,
            clauses,
            f"上次{verb}{zh}为{last:%Y-%m-%d}，应当不迟于{due:%Y-%m-%d}再次{verb}，已逾期{late}日（间隔{every_days}日由本单位设定）",
            f"{en}: last on {last:%Y-%m-%d}, {late} days late (an interval of {every_days} days is the unit's own)",
            due,
            late,
            internal=True,
        )
    return DutyFinding(
        DutyStatus.MET,
        clauses,
        f"应当不迟于{due:%Y-%m-%d}再次{verb}{zh}（间隔{every_days}日由本单位设定）",
        f"{en}: next by {due:%Y-%m-%d} (an interval of {every_days} days is the unit's own)",
        due,
        internal=True,
    )


def valid_until(
    clauses: tuple[str, ...], until: date | None, today: date, warn_days: int, zh: str, en: str, lacking_zh: str
) -> DutyFinding:
    """Whether something that expires is there and valid; `until` is its last day, `lacking_zh` what is said where there is none."""
    if until is None:
        return DutyFinding(DutyStatus.MISSING, clauses, lacking_zh, f"there is none: {en}", missing=("until",))
    late = max(0, (today - until).days)
    if late:
        return DutyFinding(
            DutyStatus.LATE,
            clauses,
            f"{zh}有效期至{until:%Y-%m-%d}，已过期{late}日",
            f"{en}: valid until {until:%Y-%m-%d}, {late} days ago",
            until,
            late,
        )
    if (until - today).days <= warn_days:
        return DutyFinding(
            DutyStatus.DUE,
            clauses,
            f"{zh}有效期至{until:%Y-%m-%d}，即将届满",
            f"{en}: expires on {until:%Y-%m-%d}",
            until,
            internal=True,
        )
    return DutyFinding(
        DutyStatus.MET, clauses, f"{zh}有效期至{until:%Y-%m-%d}", f"{en}: valid until {until:%Y-%m-%d}", until
    )


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
def s34_1_rules(facts: RulesFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Three sets of rules and a plan, looked at now and then."""
    found = present(("S34(1)",), RULES, facts.held, conduct)
    if found.status is not DutyStatus.MET:
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
def s34_2_assessment(facts: RoutineFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """How well and how safely it works is assessed."""
    return recurring(
        ("S34(2)",),
        facts.last,
        interval(facts.every_days, terms.assumed, "assessment_days"),
        today,
        Routine("系统效能和安全性能评估", "assessment"),
    )


@obligation("S34(3)")
def s34_3_upkeep(facts: RoutineFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """It is inspected and serviced."""
    return recurring(
        ("S34(3)",),
        facts.last,
        interval(facts.every_days, terms.assumed, "upkeep_days"),
        today,
        Routine("检查和维护保养", "inspection and service"),
    )


@obligation("PIPL54", "PIPL51")
def pipl54_audit(facts: RoutineFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Compliance is audited."""
    return recurring(
        ("PIPL54",),
        facts.last,
        interval(facts.every_days, terms.assumed, "audit_days"),
        today,
        Routine("个人信息保护合规审计", "compliance audit"),
    )


@obligation("S36", "N24")
def s36_inspection(facts: RoutineFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
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
def s36_parts(facts: InspectedFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """An inspection looks at all four parts, and at nothing else without a basis."""
    bare = [name for name, basis in facts.others.items() if not says_something(basis)]
    wanted = [*PARTS, *(Thing(name, f"“{name}”的检查依据", f"the basis of {name}", "S36(5)") for name in bare)]
    return present(tuple(f"S36({number})" for number in range(1, 6)), wanted, facts.parts - {*bare}, conduct)
