"""Obligations of keeping footage, evidence, logs and records (S32, S33.2a, N15.1, N17, CSL23, PIPL55), and recording at certain hours only (S9, S34(6), N7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from custodes.law.building.categories import PlaceKind, category
from custodes.law.calendar.terms import add_months
from custodes.law.duties.finding import DutyFinding, DutyStatus, LegalTerms, Thing, forbidden, not_applicable, present
from custodes.law.duties.registry import counted, obligation
from custodes.law.grounds.stating import says_something
from custodes.law.retention import RetentionTerm


@dataclass(frozen=True, slots=True)
class RetentionFacts:
    """Footage of one local day of one camera.

    Attributes:
        keeping: how long it is kept (`retention`).
        there: it is still there.
        unexplained_seconds: owed seconds that are missing without a reason.
        purpose_met: nothing needs it any more.
        n9: the system is one of N9's places; `keeping` is then counted without N17.
    """

    keeping: RetentionTerm
    there: bool
    unexplained_seconds: int = 0
    purpose_met: bool = True
    n9: bool = False


@obligation("S32", "N17", "CTL32", "PIPL19", "PIPL47")
def s32_retention(facts: RetentionFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Kept for its term, gone after it."""
    counted("unexplained_seconds", facts.unexplained_seconds)
    keeping = facts.keeping
    clauses = tuple(dict.fromkeys((*(rule.clause for rule in keeping.rules), "PIPL47")))
    over = keeping.keep_through is not None and today > keeping.keep_through
    if not over and not facts.there:
        return DutyFinding(
            DutyStatus.BREACH,
            clauses,
            "留存期限届满前，录像已不存在",
            "the footage is gone before its term",
            keeping.keep_through,
        )
    if not over and facts.unexplained_seconds:
        return DutyFinding(
            DutyStatus.REVIEW,
            clauses,
            f"录像缺失{facts.unexplained_seconds}秒，原因未查明",
            f"{facts.unexplained_seconds} s are missing without a reason",
            keeping.keep_through,
        )
    if over and facts.there and facts.purpose_met and keeping.keep_through is not None:
        late = (today - keeping.keep_through).days - 1
        return DutyFinding(
            DutyStatus.LATE if late else DutyStatus.DUE,
            clauses,
            "留存期限届满，目的已经达成，应当删除",
            "its term is over and its purpose met: it has to be deleted",
            keeping.keep_through + timedelta(days=1),
            late,
        )
    if over and not facts.there:
        return DutyFinding(DutyStatus.MET, clauses, "留存期限届满，已经删除", "its term is over and it is gone")
    if over:
        return DutyFinding(
            DutyStatus.MET,
            clauses,
            "留存期限届满，目的尚未达成，可以继续保存",
            "its term is over; its purpose is not met, so that it may be kept",
        )
    return DutyFinding(
        DutyStatus.MET, clauses, "在留存期限内，录像完整", "it is kept as it should be", keeping.keep_through
    )


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """Footage marked as evidence: whether it is held and its digest is in the log; `n9` for a system of N9's places."""

    marked: bool
    held: bool
    logged: bool
    n9: bool = False


@obligation("S33.2a", "N15.1")
def s33_2a_evidence(facts: EvidenceFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """The original can be neither changed nor destroyed."""
    if not facts.marked:
        return not_applicable(("S33.2a",), "不涉及证据", "it is no evidence")
    wanted = (Thing("hold", "信息保全", "a hold"), Thing("log", "校验值的存证记录", "its digest in the log"))
    held = {key for key, there in (("hold", facts.held), ("log", facts.logged)) if there}
    return present(("S33.2a", "N15.1"), wanted, frozenset(held), conduct)


@dataclass(frozen=True, slots=True)
class LogFacts:
    """How many days back the system's own logs, and its access and release records, reach; since when it runs."""

    running_since: date
    logs_from: date
    records_from: date


LOG_DAYS = 183
RECORD_YEARS = 3


@obligation("CSL23")
def csl23_logs(facts: LogFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """System logs reach back at least six months."""
    wanted = max(facts.running_since, today - timedelta(days=LOG_DAYS))
    return forbidden(
        ("CSL23",),
        facts.logs_from > wanted,
        (
            f"系统日志只能追溯到{facts.logs_from:%Y-%m-%d}，不足六个月",
            f"logs reach back to {facts.logs_from:%Y-%m-%d} only, less than six months",
        ),
        ("系统日志的留存期限符合规定", "logs are kept long enough"),
    )


@obligation("PIPL55")
def pipl55_records(facts: LogFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Access and release records reach back at least three years, although footage is kept for 30 days."""
    wanted = max(facts.running_since, add_months(today, -12 * RECORD_YEARS))
    return forbidden(
        ("PIPL55",),
        facts.records_from > wanted,
        (
            f"查看和公共传播记录只能追溯到{facts.records_from:%Y-%m-%d}，不足三年",
            f"records reach back to {facts.records_from:%Y-%m-%d} only, less than three years",
        ),
        ("查看和公共传播记录的留存期限符合规定", "records are kept long enough"),
    )


OTHER_CATEGORY = 14
"""S9(14): not on the list, unless a decision has put it there."""


class HoursBasis(StrEnum):
    """On what recording at certain hours only rests."""

    FREE_PLACE = "free_place"
    """A place that neither S9 nor N7 names: whoever runs it decides when it needs the system (N9)."""
    ORDER = "order"
    """A court or an authority demands it in writing."""


@dataclass(frozen=True, slots=True)
class HoursFacts:
    """A camera that would be recorded at certain hours only.

    Attributes:
        basis: what that rests on.
        place: which article of Order 799 the place falls under.
        category: its item of S9, 1 to 14; 14 is the catch-all.
        listed_by: the decision that put a place of item 14 on the list; empty for none.
        reason: why these hours.
        order: number of the written demand.
    """

    basis: HoursBasis
    place: PlaceKind
    category: int
    listed_by: str = ""
    reason: str = ""
    order: str = ""


@obligation("S34(6)", "S32", "N17")
def s34_6_hours(facts: HoursFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Hours without recording are a stop of the system wherever it has to run; then only a written demand gives cause."""
    if facts.basis is HoursBasis.ORDER:
        wanted = (Thing("order", "书面要求的文号", "number of the written demand"), _REASON)
        return present(("S34(6)",), wanted, _there(order=facts.order, reason=facts.reason), conduct)
    if facts.place in (PlaceKind.N7_1, PlaceKind.N7_2):
        return DutyFinding(
            DutyStatus.BREACH,
            ("N7.1" if facts.place is PlaceKind.N7_1 else "N7.2", "N17", "S34(6)"),
            "条例第七条的场所应当持续录像，不得分时段停录",
            "a place of N7 is recorded without a break",
        )
    if facts.category != OTHER_CATEGORY or says_something(facts.listed_by):
        clause = category(facts.category).clause
        return DutyFinding(
            DutyStatus.BREACH,
            (clause, "S32", "S34(6)"),
            "属于第九条应当建设系统的场所，应当持续录像，不得分时段停录",
            "S9 wants a system there: it is recorded without a break",
        )
    return present(("N9", "S34(6)"), (_REASON,), _there(reason=facts.reason), conduct)


_REASON = Thing("reason", "分时段录像的理由", "why it is recorded at these hours only")


def _there(**words: str) -> frozenset[str]:
    return frozenset(name for name, text in words.items() if says_something(text))
