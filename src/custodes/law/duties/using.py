"""Obligations of linking (S21 to S25) and of using footage (S26, S28.1, S29, S33.1, N16, PIPL26)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from custodes.law.building.departments import Level, must_connect
from custodes.law.duties.finding import DutyFinding, DutyStatus, LegalTerms, Thing, forbidden, not_applicable, present
from custodes.law.duties.registry import counted, not_before, obligation
from custodes.law.duties.routines import Routine, interval, recurring
from custodes.law.grounds.stating import says_something


@dataclass(frozen=True, slots=True)
class PlatformFacts:
    """A level's platform: it is there, and its links above and below were tested."""

    level: Level
    running: bool
    tested: frozenset[str] = frozenset()


_PLATFORM = ("联网共享平台已建立并运行", "the sharing platform is there")
_CASCADE = ("与上级、下级平台的级联均已测试", "the links above and below were tested")


@obligation("S21")
def s21_platform(facts: PlatformFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """One sharing platform for the level."""
    wanted = (Thing("platform", "联网共享平台", "the sharing platform"),)
    return present(("S21",), wanted, frozenset({"platform"} if facts.running else ()), conduct, met=_PLATFORM)


@obligation("S22")
def s22_cascade(facts: PlatformFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """The city's platform is joined with the region's above and the counties' below."""
    if facts.level is not Level.CITY:
        return not_applicable(("S22",), "级联由市公安机关负责", "the city police do this")
    wanted = (
        Thing("up", "与自治区级平台的级联", "the link to the region"),
        Thing("down", "与县（区）级平台的级联", "the links to the counties"),
    )
    return present(("S22",), wanted, facts.tested, conduct, met=_CASCADE)


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """A system and whether it is connected."""

    connected: bool
    department: str = ""
    level: Level = Level.COUNTY
    requested: bool = False
    listed: bool = False
    classified: bool = False


@obligation("S23", "S24")
def s23_connected(facts: LinkFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Who has to connect has connected. The clause gives no term."""
    wanted = must_connect(
        department=facts.department,
        level=facts.level,
        requested=facts.requested,
        listed=facts.listed,
        classified=facts.classified,
    )
    if facts.classified and facts.connected:
        return DutyFinding(DutyStatus.BREACH, wanted.clauses, f"{wanted.zh}，现已接入", f"{wanted.en}, and this one is")
    if not wanted.must:
        return not_applicable(wanted.clauses, wanted.zh, wanted.en)
    if facts.connected:
        return DutyFinding(DutyStatus.MET, wanted.clauses, "已接入联网共享平台", "it is connected")
    return DutyFinding(
        DutyStatus.MISSING,
        wanted.clauses,
        f"{wanted.zh}，尚未接入",
        f"{wanted.en}: not connected yet",
        missing=("link",),
    )


@dataclass(frozen=True, slots=True)
class DirectoryFacts:
    """The directory of what has to be connected: its last publication, and the unit's own interval of review."""

    published: date | None
    every_days: int | None = None


@obligation("S25")
def s25_directory(facts: DirectoryFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """The directory is drawn up and published."""
    return recurring(
        ("S25",),
        facts.published,
        interval(facts.every_days, terms.assumed, "directory_days"),
        today,
        Routine("应当接入的系统目录", "publication of the directory", "公布"),
    )


@dataclass(frozen=True, slots=True)
class UseFacts:
    """A new use of footage: the law that allows it, and the impact assessment."""

    basis: str
    assessed: bool


@obligation("S26", "N16.1", "PIPL26", "PIPL55")
def s26_new_use(facts: UseFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
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
def n16_2_3_register(facts: RegisterFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
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
def s29_speed(facts: LostPersonFacts, conduct: date, today: date, terms: LegalTerms) -> DutyFinding:
    """Somebody is lost and hours matter: the clause gives no time limit, so that the target is the installation's own."""
    if facts.looked is None:
        return DutyFinding(
            DutyStatus.DUE,
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
        return DutyFinding(DutyStatus.REVIEW, ("S29",), zh, en, internal=True)
    return DutyFinding(DutyStatus.MET, ("S29",), zh, en, internal=True)
