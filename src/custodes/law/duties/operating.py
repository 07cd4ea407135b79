"""Obligations of daily operation: stops, changes, the control room, suspicious information (S34(6) to (9))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from custodes.law.duties.finding import Finding, Status, forbidden
from custodes.law.duties.order import counted, not_before
from custodes.law.duties.registry import obligation
from custodes.law.duties.terms import Terms
from custodes.law.grounds.stating import says_something


@dataclass(frozen=True, slots=True)
class StopFacts:
    """A stop of recording: seconds, its reason, and who approved it."""

    seconds: int
    reason: str = ""
    approved_by: str = ""


@obligation("S34(6)", "S35(4)")
def s34_6_stop(facts: StopFacts, conduct: date, today: date, terms: Terms) -> Finding:
    """No stop without cause: one that nobody explained is an incident."""
    counted("seconds", facts.seconds)
    if not facts.seconds:
        return Finding(Status.MET, ("S34(6)",), "未中断", "it did not stop")
    if not says_something(facts.reason):
        return Finding(
            Status.BREACH,
            ("S34(6)", "S35(4)"),
            f"中断{facts.seconds}秒，原因不明",
            f"stopped for {facts.seconds} s, nobody knows why",
        )
    if facts.reason == "operator" and not says_something(facts.approved_by):
        return Finding(
            Status.REVIEW,
            ("S34(6)",),
            "人为停止未见审批",
            "somebody stopped it without approval",
            missing=("approved_by",),
        )
    return Finding(
        Status.MET, ("S34(6)",), f"中断已说明原因（{facts.reason}）", f"the stop has its reason ({facts.reason})"
    )


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """A change of place, function or direction: whether it happened, and the number of its approved case."""

    happened: bool
    case: str = ""


@obligation("S34(7)", "N23(2)")
def s34_7_change(facts: ChangeFacts, conduct: date, today: date, terms: Terms) -> Finding:
    """Nothing is moved, turned or changed without a case."""
    happened = facts.happened and not says_something(facts.case)
    return forbidden(("S34(7)", "N23(2)"), happened, "位置、功能或者指向擅自改变", "changed without a case")


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """Entries into the control room: by people without a part in it, and those of them that the log has not."""

    strangers: int
    unlogged: int


@obligation("S34(8)")
def s34_8_control_room(facts: RoomFacts, conduct: date, today: date, terms: Terms) -> Finding:
    """Who has no part in watching stays out; who comes in by leave is in the log."""
    counted("strangers", facts.strangers)
    counted("unlogged", facts.unlogged)
    return forbidden(
        ("S34(8)",),
        facts.unlogged > 0,
        f"{facts.unlogged}人次进入监看场所未登记",
        f"{facts.unlogged} entries of {facts.strangers} strangers are not in the log",
    )


@dataclass(frozen=True, slots=True)
class SuspicionFacts:
    """Suspicious information: found and reported (UTC), and the unit's own limit (None: as assumed); the clause says 及时."""

    found: datetime
    reported: datetime | None
    limit: timedelta | None = None


@obligation("S34(9)")
def s34_9_report(facts: SuspicionFacts, conduct: date, today: date, terms: Terms) -> Finding:
    """Reported to the police promptly; how soon is the unit's own number."""
    if facts.reported is None:
        return Finding(Status.MISSING, ("S34(9)",), "尚未报告公安机关", "not reported", missing=("reported",))
    not_before("reported", facts.reported, facts.found)
    taken = facts.reported - facts.found
    minutes = round(taken.total_seconds() / 60)
    limit = facts.limit if facts.limit is not None else timedelta(minutes=terms.assumed.suspicion_minutes)
    if taken > limit:
        return Finding(
            Status.REVIEW,
            ("S34(9)",),
            f"{minutes}分钟后报告，超过本单位设定",
            f"reported after {minutes} minutes, more than the unit's own limit",
            internal=True,
        )
    return Finding(Status.MET, ("S34(9)",), f"{minutes}分钟内报告", f"reported within {minutes} minutes", internal=True)
