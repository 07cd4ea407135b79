"""Obligations of daily operation and maintenance: stops, changes, the control room, suspicious information (S34(6) to (9)); files, vetting and training of those who watch, operate and maintain (S30.1, S34(4), S34(5), N16.2(1)); who maintains, under which contract, and that it is supervised (S31, N15.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from custodes.law.bad_input import BadInput
from custodes.law.duties.finding import DutyFinding, DutyStatus, LegalTerms, Thing, forbidden, not_applicable, present
from custodes.law.duties.registry import counted, not_before, obligation
from custodes.law.duties.routines import Routine, interval, recurring, valid_until
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
def s31_1_maintainer(facts: MaintenanceFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Somebody maintains it."""
    wanted = (Thing("by", "维护责任单位", "the unit that maintains it"),)
    return present(("S31.1",), wanted, frozenset({"by"} if says_something(facts.by) else ()), conduct, met=_NAMED)


@obligation("S31.2a", "N15.2", "PIPL21")
def s31_2a_contract(facts: MaintenanceFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """A contract has its terms and runs."""
    if facts.contract_terms is None:
        return not_applicable(("S31.2a",), "未委托维护", "nothing is entrusted")
    wanted = [Thing(key, zh, en, clause) for key, (clause, zh, en) in TERMS.items()]
    found = present(("S31.2a", "N15.2", "PIPL21"), wanted, facts.contract_terms, conduct, n9=facts.n9)
    if found.status is not DutyStatus.MET:
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
def s31_2b_supervision(facts: MaintenanceFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
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
def s34_4_staff_file(facts: StaffFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
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
def s34_5_training(facts: StaffFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
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


REASONS = {
    "silent": "设备在线但无数据",
    "network": "网络中断",
    "refused": "设备拒绝连接",
    "operator": "人工停止",
    "restart": "媒体节点重启",
    "disk": "存储空间不足或者故障",
    "schedule": "计划内不录",
    "clock": "时钟跳变",
    "new": "刚接入",
    "codec": "编码变化",
    "thinned": "存储空间不足，只留关键帧",
    "certificate": "设备证书不符",
}
"""Reasons of the records (`gap.reason`) in Chinese; others are told as they are entered."""


@dataclass(frozen=True, slots=True)
class StopFacts:
    """A stop of recording: seconds, its reason (a key of `REASONS`, or words), and who approved it."""

    seconds: int
    reason: str = ""
    approved_by: str = ""


@obligation("S34(6)", "S35(4)")
def s34_6_stop(facts: StopFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """No stop without cause: one that nobody explained is an incident."""
    counted("seconds", facts.seconds)
    if not facts.seconds:
        return DutyFinding(DutyStatus.MET, ("S34(6)",), "未中断运行", "it did not stop")
    if not says_something(facts.reason):
        return DutyFinding(
            DutyStatus.BREACH,
            ("S34(6)", "S35(4)"),
            f"中断运行{facts.seconds}秒，原因不明",
            f"stopped for {facts.seconds} s, nobody knows why",
        )
    if facts.reason == "operator" and not says_something(facts.approved_by):
        return DutyFinding(
            DutyStatus.REVIEW,
            ("S34(6)",),
            "人工停止运行，没有审批记录",
            "somebody stopped it without approval",
            missing=("approved_by",),
        )
    return DutyFinding(
        DutyStatus.MET,
        ("S34(6)",),
        f"中断运行{facts.seconds}秒，原因：{REASONS.get(facts.reason, facts.reason)}",
        f"stopped for {facts.seconds} s with its reason ({facts.reason})",
    )


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """A change of place, function or direction: whether it happened, and the number of its approved case."""

    happened: bool
    case: str = ""


@obligation("S34(7)", "N23(2)")
def s34_7_change(facts: ChangeFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Nothing is moved, turned or changed without a case."""
    happened = facts.happened and not says_something(facts.case)
    return forbidden(
        ("S34(7)", "N23(2)"),
        happened,
        ("擅自改变设施、设备的位置、功能或者摄像头指向", "changed without a case"),
        ("未发现擅自改变位置、功能或者摄像头指向", "nothing was changed without a case"),
    )


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """Entries into the control room by people without a part in watching.

    Attributes:
        strangers: how many entries.
        unlogged: those of them that the log has not.
        entitled: those of them with a reason on record that lets them in all the same: an inspector with a plan, who repairs on a
            ticket, a family under S29 with an officer. The log alone entitles nobody.
    """

    strangers: int
    unlogged: int
    entitled: int = 0


@obligation("S34(8)")
def s34_8_control_room(facts: RoomFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Who has no part in watching stays out, in the log or not; who has a reason to come in is in the log."""
    counted("strangers", facts.strangers)
    for name, number in (("unlogged", facts.unlogged), ("entitled", facts.entitled)):
        counted(name, number)
        if number > facts.strangers:
            raise BadInput(name, "they are some of the strangers", "check both numbers")
    intruders = facts.strangers - facts.entitled
    found = []
    if intruders:
        found.append(
            (
                f"与监看工作无关的人员进入监看场所{intruders}人次，登记不能代替事由",
                f"{intruders} entries of people who have no business there: that they are in the log does not entitle them",
            )
        )
    if facts.unlogged:
        found.append((f"{facts.unlogged}人次进入监看场所未登记", f"{facts.unlogged} entries are not in the log"))
    return forbidden(
        ("S34(8)",),
        bool(found),
        ("；".join(zh for zh, _ in found), "; ".join(en for _, en in found)),
        ("未发现与监看工作无关的人员进入监看场所", "nobody came in who has no business there"),
    )


@dataclass(frozen=True, slots=True)
class SuspicionFacts:
    """Suspicious information: found and reported (UTC), and the unit's own limit (None: as assumed); the clause says 及时."""

    found: datetime
    reported: datetime | None
    limit: timedelta | None = None


@obligation("S34(9)")
def s34_9_report(facts: SuspicionFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Reported to the police promptly; how soon is the unit's own number."""
    if facts.reported is None:
        return DutyFinding(DutyStatus.MISSING, ("S34(9)",), "尚未报告公安机关", "not reported", missing=("reported",))
    not_before("reported", facts.reported, facts.found)
    taken = facts.reported - facts.found
    minutes = round(taken.total_seconds() / 60)
    limit = facts.limit if facts.limit is not None else timedelta(minutes=terms.assumed.suspicion_minutes)
    if taken > limit:
        return DutyFinding(
            DutyStatus.REVIEW,
            ("S34(9)",),
            f"发现{minutes}分钟后报告公安机关，超过本单位设定的{round(limit.total_seconds() / 60)}分钟",
            f"reported after {minutes} minutes, more than the unit's own limit",
            internal=True,
        )
    return DutyFinding(
        DutyStatus.MET,
        ("S34(9)",),
        f"发现{minutes}分钟后报告公安机关，在本单位设定的时限内",
        f"reported within {minutes} minutes",
        internal=True,
    )
