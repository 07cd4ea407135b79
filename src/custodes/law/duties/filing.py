"""Obligations of filing, upgrading and removing: S16.2, S18, N14, N23."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from custodes.law.bad_input import BadInput
from custodes.law.calendar.terms import Term, TermUnit, count
from custodes.law.deadlines.answer import Beforehand, Due
from custodes.law.deadlines.counting import due, removal_report, set_term
from custodes.law.deadlines.table import BY_KIND
from custodes.law.duties.finding import DutyFinding, DutyStatus, LegalTerms, not_applicable, resting_on
from custodes.law.duties.registry import done_by, obligation
from custodes.law.grounds.stating import says_something


@dataclass(frozen=True, slots=True)
class FilingFacts:
    """One filing: the day that starts its clock, and the day on which it was filed; `n9` for a system of N9's places."""

    event: date | None
    filed: date | None
    n9: bool = False


@obligation("S16.2a")
def s16_2a_filing(facts: FilingFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Filed within 30 days of acceptance by the building unit."""
    done_by("filed", facts.filed, today, facts.event)
    return _filing("filing", facts, today, terms, "尚未验收合格", "it has not passed acceptance")


@obligation("S16.2b")
def s16_2b_legacy_filing(facts: FilingFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Systems built before the regulation: filed by the using unit within 60 days after it."""
    done_by("filed", facts.filed, today, facts.event)
    return _filing("legacy-filing", facts, today, terms, "不属于施行前已建成系统", "it was not there before")


@obligation("N14")
def n14_filing(facts: FilingFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Filed within 30 days of use, or 90 days after Order 799, by the managing unit."""
    # A filing may be made between acceptance and use: one form serves both clocks.
    done_by("filed", facts.filed, today)
    return _filing(n14_kind(facts.event), facts, today, terms, "尚未投入使用", "it is not in use")


def n14_kind(event: date | None) -> str:
    """Which deadline of N14 begins with this day of use."""
    since = BY_KIND["filing-national"].since
    return "filing-national" if event is None or event >= since else "legacy-filing-national"


@dataclass(frozen=True, slots=True)
class ChangeFilingFacts:
    """A change of what was filed (unit, place, number and kind of devices, term of storage): when it happened, when it was filed.

    Attributes:
        n9: the system is one of N9's places.
    """

    changed: date | None
    filed: date | None = None
    n9: bool = False


@obligation("N14")
def n14_change(facts: ChangeFilingFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """A change is filed promptly (及时); how soon is the unit's own number, so that a person judges what came later."""
    if facts.changed is None:
        return not_applicable(("N14",), "备案事项没有变更", "nothing that was filed has changed")
    done_by("filed", facts.filed, today, facts.changed)
    own = Term(terms.assumed.change_working_days, TermUnit.WORKING_DAY, False, ("N14",))
    limit = count(own, facts.changed, terms.calendar)
    late = max(0, ((facts.filed or today) - limit.due).days)
    if facts.filed is not None:
        status = DutyStatus.REVIEW if late else DutyStatus.MET
        zh, en = f"变更已于{facts.filed:%Y-%m-%d}备案", f"filed on {facts.filed:%Y-%m-%d} after the change"
    else:
        status = DutyStatus.LATE if late else DutyStatus.DUE
        zh, en = "变更尚未备案", "the change is not filed"
    zh += f"（本单位设定的时限为{limit.due:%Y-%m-%d}）"
    en += f" (own limit {limit.due:%Y-%m-%d})"
    days = late if status is DutyStatus.LATE else 0
    return DutyFinding(status, ("N14",), zh, en, limit.due, days, provisional=limit.provisional, internal=True)


def _filing(kind: str, facts: FilingFacts, today: date, terms: LegalTerms, zh: str, en: str) -> DutyFinding:
    clauses = BY_KIND[kind].clauses
    if facts.event is None:
        return not_applicable(clauses, zh, en)
    return _by(due(kind, facts.event, terms.calendar, terms.assumed), facts.filed, today, "备案")


def _by(clock: Due, done: date | None, today: date, deed: str) -> DutyFinding:
    late = clock.days_late(today, done)
    if done is not None:
        status = DutyStatus.LATE if late else DutyStatus.MET
        zh = f"已于{done:%Y-%m-%d}{deed}，逾期{late}日" if late else f"已于{done:%Y-%m-%d}按期{deed}"
        en = f"done, {late} days late" if late else "done in time"
    elif late:
        status = DutyStatus.LATE
        zh, en = (
            f"应当不迟于{clock.due:%Y-%m-%d}{deed}，已逾期{late}日",
            f"due by {clock.due:%Y-%m-%d}, {late} days late",
        )
    else:
        status, zh, en = DutyStatus.DUE, f"应当不迟于{clock.due:%Y-%m-%d}{deed}", f"due by {clock.due:%Y-%m-%d}"
    return DutyFinding(status, clock.clauses, zh, en, clock.due, late, provisional=clock.provisional)


@dataclass(frozen=True, slots=True)
class UpgradeFacts:
    """An upgrade that police have ordered: delivery of the notice, days that it gives, and the passed recheck.

    Attributes:
        reported: the day on which the unit said that it is done; None where it said nothing.
    """

    ordered: date | None
    days: int
    rechecked: date | None = None
    reported: date | None = None


@obligation("S16.2c")
def s16_2c_upgrade(facts: UpgradeFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Upgraded within the term that the county's police set.

    A report that a recheck bore out is judged by its own day: the day of the recheck is the police's choice, not the unit's.
    """
    if facts.ordered is None and facts.rechecked is not None:
        raise BadInput("rechecked", "a recheck comes after an order", "give the day of the order as well")
    if facts.ordered is None and facts.reported is not None:
        raise BadInput("reported", "a report comes after an order", "give the day of the order as well")
    if facts.ordered is None:
        return not_applicable(("S16.2c",), "公安机关未要求升级改造", "no upgrade was asked for")
    done_by("reported", facts.reported, today, facts.ordered)
    done_by("rechecked", facts.rechecked, today, facts.reported or facts.ordered)
    clock = set_term("upgrade", facts.ordered, facts.days, terms.calendar, terms.assumed)
    if facts.reported is None:
        return _by(clock, facts.rechecked, today, "完成升级改造并通过复查")
    return _reported(clock, facts.reported, facts.rechecked, today)


def _reported(clock: Due, reported: date, rechecked: date | None, today: date) -> DutyFinding:
    late = clock.days_late(today, reported)
    zh, en = f"已于{reported:%Y-%m-%d}", f"reported as done on {reported:%Y-%m-%d}"
    zh += f"报升级改造完成，逾期{late}日" if late else "按期报升级改造完成"
    en += f", {late} days late" if late else ", in time"
    if rechecked is None:
        zh, en = f"{zh}，尚待复查", f"{en}; not rechecked yet"
    else:
        zh, en = f"{zh}，于{rechecked:%Y-%m-%d}通过复查", f"{en}; passed the recheck on {rechecked:%Y-%m-%d}"
    status = DutyStatus.LATE if late else DutyStatus.DUE if rechecked is None else DutyStatus.MET
    return DutyFinding(status, clock.clauses, zh, en, clock.due, late, provisional=clock.provisional)


@dataclass(frozen=True, slots=True)
class RemovalFacts:
    """A removal: planned and done days, the report, and its ground.

    Attributes:
        planned: the planned day, None when nobody planned it.
        reported: when county police were told.
        removed: when it was done, None while it is there.
        ground: 城市建设, 改变用途, or what else makes it necessary.
    """

    planned: date | None
    reported: date | None
    removed: date | None
    ground: str = ""


@obligation("S18a", "N23(2)")
def s18a_removal(facts: RemovalFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Nothing is removed without a report before."""
    done_by("reported", facts.reported, today)
    done_by("removed", facts.removed, today)
    if facts.removed is None:
        return not_applicable(("S18a",), "设备未拆除", "it is there")
    if facts.reported is None:
        return DutyFinding(DutyStatus.BREACH, ("S18a", "S40", "N30"), "未报告即拆除", "removed without a report")
    wanted = removal_report(facts.removed, terms.calendar, assumed=terms.assumed)
    found = DutyFinding(DutyStatus.MET, ("S18a", "S18b"), "按期报告后拆除", "removed after a report in time")
    if facts.reported > wanted.latest:
        found = DutyFinding(
            DutyStatus.REVIEW,
            ("S18a", "S18b"),
            "报告后不足十五日即拆除，是否构成擅自拆除须由人判断",
            "removed less than 15 days after the report: whether that is unauthorised is a person's to judge",
        )
    return resting_on(found, terms.assumed, "removal_clear_days")


@obligation("S18b")
def s18b_report(facts: RemovalFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Reported at least 15 days before the planned day, with its ground."""
    done_by("reported", facts.reported, today)
    if facts.planned is None:
        return not_applicable(("S18b",), "没有拆除计划", "no removal is planned")
    wanted = removal_report(facts.planned, terms.calendar, assumed=terms.assumed)
    return resting_on(_report(facts, wanted, today), terms.assumed, "removal_clear_days")


def _report(facts: RemovalFacts, wanted: Beforehand, today: date) -> DutyFinding:
    if facts.reported is None:
        late = max(0, (today - wanted.latest).days)
        over = (f"；已逾期{late}日，请推迟拆除", f"; {late} days late: put the removal off") if late else ("", "")
        return DutyFinding(
            DutyStatus.LATE if late else DutyStatus.DUE,
            ("S18b",),
            f"应当不迟于{wanted.latest:%Y-%m-%d}报告，建议不晚于{wanted.advised:%Y-%m-%d}{over[0]}",
            f"report by {wanted.latest:%Y-%m-%d} at the latest, {wanted.advised:%Y-%m-%d} is advised{over[1]}",
            wanted.latest,
            late,
            ("reported",),
            wanted.provisional,
        )
    late = max(0, (facts.reported - wanted.latest).days)
    if late:
        return DutyFinding(
            DutyStatus.LATE,
            ("S18b",),
            f"报告逾期{late}日，请推迟拆除",
            f"{late} days late: put the removal off",
            wanted.latest,
            late,
        )
    if not says_something(facts.ground):
        return DutyFinding(
            DutyStatus.MISSING, ("S18b",), "未写明拆除理由", "the ground is missing", missing=("ground",)
        )
    return DutyFinding(DutyStatus.MET, ("S18b",), "按期报告", "reported in time", wanted.latest)
