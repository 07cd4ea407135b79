"""Obligations of running a system: S26, S30 to S34, S36, N15 to N17, and what PIPL and the Cybersecurity Law add."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from custodes.law.calendar.terms import add_months
from custodes.law.clauses.norms import NATIONAL
from custodes.law.duties.finding import Finding, Status, Thing, forbidden, not_applicable, present
from custodes.law.duties.recurring import recurring, valid_until
from custodes.law.duties.registry import obligation
from custodes.law.grounds.maintenance import TERMS
from custodes.law.retention.keeping import Keeping


@dataclass(frozen=True, slots=True)
class UseFacts:
    """A new use of footage: the law that allows it, and the impact assessment."""

    basis: str
    assessed: bool


@obligation("S26", "N16.1", "PIPL26", "PIPL55")
def s26_new_use(facts: UseFacts, conduct: date, today: date) -> Finding:
    """A wider use needs a basis in law and an assessment before."""
    wanted = (Thing("basis", "法定依据", "a basis in law"), Thing("assessment", "影响评估", "an impact assessment"))
    held = {key for key, there in (("basis", bool(facts.basis.strip())), ("assessment", facts.assessed)) if there}
    return present(("S26", "PIPL26", "PIPL55"), wanted, frozenset(held))


@dataclass(frozen=True, slots=True)
class MaintenanceFacts:
    """Who maintains a system, and the contract if somebody else does.

    Attributes:
        by: the unit that is named; empty for nobody.
        contract_terms: keys of the contract's terms; None when nothing is entrusted.
        contract_ends: its last day.
        last_supervised, every_days: the using unit's last check, and its own interval.
    """

    by: str
    contract_terms: frozenset[str] | None = None
    contract_ends: date | None = None
    last_supervised: date | None = None
    every_days: int = 90


@obligation("S31.1")
def s31_1_maintainer(facts: MaintenanceFacts, conduct: date, today: date) -> Finding:
    """Somebody maintains it."""
    wanted = (Thing("by", "维护责任单位", "the unit that maintains it"),)
    return present(("S31.1",), wanted, frozenset({"by"} if facts.by.strip() else ()))


@obligation("S31.2a", "N15.2", "PIPL21")
def s31_2a_contract(facts: MaintenanceFacts, conduct: date, today: date) -> Finding:
    """A contract has its terms and runs."""
    if facts.contract_terms is None:
        return not_applicable(("S31.2a",), "未委托维护", "nothing is entrusted")
    wanted = [Thing(key, zh, en) for key, (_, zh, en) in TERMS.items()]
    found = present(("S31.2a", "N15.2", "PIPL21"), wanted, facts.contract_terms)
    if found.status is not Status.MET:
        return found
    return valid_until(("S31.2a", "N15.2"), facts.contract_ends, today, 30, "维护合同", "the maintenance contract")


@obligation("S31.2b")
def s31_2b_supervision(facts: MaintenanceFacts, conduct: date, today: date) -> Finding:
    """The using unit supervises entrusted maintenance."""
    if facts.contract_terms is None:
        return not_applicable(("S31.2b",), "未委托维护", "nothing is entrusted")
    return recurring(
        ("S31.2b",), facts.last_supervised, facts.every_days, today, "监督维护工作", "supervise maintenance"
    )


@dataclass(frozen=True, slots=True)
class RetentionFacts:
    """Footage of one local day of one camera.

    Attributes:
        keeping: how long it is kept (`retention.keeping`).
        there: it is still there.
        unexplained_seconds: owed seconds that are missing without a reason.
        purpose_met: nothing needs it any more.
    """

    keeping: Keeping
    there: bool
    unexplained_seconds: int = 0
    purpose_met: bool = True


@obligation("S32", "N17", "CTL32", "PIPL19", "PIPL47")
def s32_retention(facts: RetentionFacts, conduct: date, today: date) -> Finding:
    """Kept for its term, gone after it."""
    keeping = facts.keeping
    clauses = tuple(dict.fromkeys((*(rule.clause for rule in keeping.rules), "PIPL47")))
    over = keeping.keep_through is not None and today > keeping.keep_through
    if not over and not facts.there:
        return Finding(
            Status.BREACH,
            clauses,
            "期限届满前录像已不存在",
            "the footage is gone before its term",
            keeping.keep_through,
        )
    if not over and facts.unexplained_seconds:
        return Finding(
            Status.REVIEW,
            clauses,
            f"有{facts.unexplained_seconds}秒缺失且无原因",
            f"{facts.unexplained_seconds} s are missing without a reason",
            keeping.keep_through,
        )
    if over and facts.there and facts.purpose_met and keeping.keep_through is not None:
        late = (today - keeping.keep_through).days - 1
        return Finding(
            Status.LATE if late else Status.DUE,
            clauses,
            "期限届满且目的已达成，应当删除",
            "its term is over and its purpose met: it has to be deleted",
            keeping.keep_through + timedelta(days=1),
            late,
        )
    return Finding(Status.MET, clauses, "在留存期内", "it is kept as it should be", keeping.keep_through)


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """Footage marked as evidence: whether it is held and its digest is in the log."""

    marked: bool
    held: bool
    logged: bool


@obligation("S33.2a", "N15.1")
def s33_2a_evidence(facts: EvidenceFacts, conduct: date, today: date) -> Finding:
    """The original can be neither changed nor destroyed."""
    if not facts.marked:
        return not_applicable(("S33.2a",), "不涉及证据", "it is no evidence")
    wanted = (Thing("hold", "信息保全", "a hold"), Thing("log", "校验值存证", "its digest in the log"))
    held = {key for key, there in (("hold", facts.held), ("log", facts.logged)) if there}
    return present(("S33.2a", "N15.1"), wanted, frozenset(held))


@dataclass(frozen=True, slots=True)
class RulesFacts:
    """A unit's rules and plan: keys of `RULES`, the last review, and the unit's own interval."""

    held: frozenset[str]
    reviewed: date | None
    every_days: int = 365


RULES = (
    Thing("watching", "值班监看制度", "rules for watching on duty"),
    Thing("reporting", "重大情况报告制度", "rules for reporting"),
    Thing("operating", "操作维护制度", "rules for operating and maintaining"),
    Thing("emergency", "突发事件应急处置预案", "the emergency plan"),
)


@obligation("S34", "S34(1)", "CSL27")
def s34_1_rules(facts: RulesFacts, conduct: date, today: date) -> Finding:
    """Three sets of rules and a plan, looked at now and then."""
    found = present(("S34(1)",), RULES, facts.held)
    if found.status is not Status.MET:
        return found
    return recurring(("S34(1)",), facts.reviewed, facts.every_days, today, "制度和预案复审", "review of rules and plan")


@dataclass(frozen=True, slots=True)
class RoutineFacts:
    """Something that is done every so often: the last time, and the unit's own interval."""

    last: date | None
    every_days: int


@obligation("S34(2)")
def s34_2_assessment(facts: RoutineFacts, conduct: date, today: date) -> Finding:
    """How well and how safely it works is assessed."""
    return recurring(("S34(2)",), facts.last, facts.every_days, today, "效能和安全评估", "assessment")


@obligation("S34(3)")
def s34_3_upkeep(facts: RoutineFacts, conduct: date, today: date) -> Finding:
    """It is inspected and serviced."""
    return recurring(("S34(3)",), facts.last, facts.every_days, today, "检查和维护保养", "inspection and service")


@obligation("PIPL51")
def pipl51_audit(facts: RoutineFacts, conduct: date, today: date) -> Finding:
    """Compliance is audited."""
    return recurring(("PIPL51",), facts.last, facts.every_days, today, "合规审计", "compliance audit")


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


@dataclass(frozen=True, slots=True)
class StopFacts:
    """A stop of recording: seconds, its reason, and who approved it."""

    seconds: int
    reason: str = ""
    approved_by: str = ""


@obligation("S34(6)", "S35(4)")
def s34_6_stop(facts: StopFacts, conduct: date, today: date) -> Finding:
    """No stop without cause: one that nobody explained is an incident."""
    if not facts.seconds:
        return Finding(Status.MET, ("S34(6)",), "未中断", "it did not stop")
    if not facts.reason.strip():
        return Finding(
            Status.BREACH,
            ("S34(6)", "S35(4)"),
            f"中断{facts.seconds}秒，原因不明",
            f"stopped for {facts.seconds} s, nobody knows why",
        )
    if facts.reason == "operator" and not facts.approved_by.strip():
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


@obligation("S34(7)")
def s34_7_change(facts: ChangeFacts, conduct: date, today: date) -> Finding:
    """Nothing is moved, turned or changed without a case."""
    happened = facts.happened and not facts.case.strip()
    return forbidden(("S34(7)", "N23"), happened, "位置、功能或者指向擅自改变", "changed without a case")


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """Entries into the control room: by people without a part in it, and those of them that the log has not."""

    strangers: int
    unlogged: int


@obligation("S34(8)")
def s34_8_control_room(facts: RoomFacts, conduct: date, today: date) -> Finding:
    """Who has no part in watching stays out; who comes in by leave is in the log."""
    return forbidden(
        ("S34(8)",),
        facts.unlogged > 0,
        f"{facts.unlogged}人次进入监看场所未登记",
        f"{facts.unlogged} entries of {facts.strangers} strangers are not in the log",
    )


@dataclass(frozen=True, slots=True)
class SuspicionFacts:
    """Suspicious information: found and reported (UTC), and the unit's own limit, since the clause says 及时."""

    found: datetime
    reported: datetime | None
    limit: timedelta = timedelta(hours=1)


@obligation("S34(9)")
def s34_9_report(facts: SuspicionFacts, conduct: date, today: date) -> Finding:
    """Reported to the police promptly; how soon is the unit's own number."""
    if facts.reported is None:
        return Finding(Status.MISSING, ("S34(9)",), "尚未报告公安机关", "not reported", missing=("reported",))
    taken = facts.reported - facts.found
    minutes = round(taken.total_seconds() / 60)
    if taken > facts.limit:
        return Finding(
            Status.REVIEW,
            ("S34(9)",),
            f"{minutes}分钟后报告，超过本单位设定",
            f"reported after {minutes} minutes, more than the unit's own limit",
            internal=True,
        )
    return Finding(Status.MET, ("S34(9)",), f"{minutes}分钟内报告", f"reported within {minutes} minutes", internal=True)


@obligation("S36", "S36(1)", "S36(2)", "S36(3)", "S36(4)", "S36(5)", "N24")
def s36_inspection(facts: RoutineFacts, conduct: date, today: date) -> Finding:
    """The police inspect it regularly; the interval is theirs."""
    return recurring(("S36", "N24"), facts.last, facts.every_days, today, "监督检查", "inspection")


@dataclass(frozen=True, slots=True)
class RegisterFacts:
    """Looks of a period, and how many of them the register holds with 事由, 内容, unit and names."""

    looks: int
    registered: int


@obligation("N16.2(3)", "S28.1(3)", "S33.1", "N16.2(2)")
def n16_2_3_register(facts: RegisterFacts, conduct: date, today: date) -> Finding:
    """Every look is in the register before it happens."""
    missing = facts.looks - facts.registered
    return forbidden(
        ("N16.2(3)", "S33.1"), missing > 0, f"{missing}次查看没有登记", f"{missing} looks are not in the register"
    )


@dataclass(frozen=True, slots=True)
class LogFacts:
    """How many days back the system's own logs, and its access and release records, reach; since when it runs."""

    running_since: date
    logs_from: date
    records_from: date


LOG_DAYS = 183
RECORD_YEARS = 3


@obligation("CSL23")
def csl23_logs(facts: LogFacts, conduct: date, today: date) -> Finding:
    """System logs reach back at least six months."""
    wanted = max(facts.running_since, today - timedelta(days=LOG_DAYS))
    return forbidden(
        ("CSL23",),
        facts.logs_from > wanted,
        f"系统日志只保存到{facts.logs_from:%Y-%m-%d}，不足六个月",
        f"logs reach back to {facts.logs_from:%Y-%m-%d} only, less than six months",
    )


@obligation("PIPL55")
def pipl55_records(facts: LogFacts, conduct: date, today: date) -> Finding:
    """Access and release records reach back at least three years, although footage is kept for 30 days."""
    wanted = max(facts.running_since, add_months(today, -12 * RECORD_YEARS))
    return forbidden(
        ("PIPL55",),
        facts.records_from > wanted,
        f"访问和发布记录只保存到{facts.records_from:%Y-%m-%d}，不足三年",
        f"records reach back to {facts.records_from:%Y-%m-%d} only, less than three years",
    )
