"""Obligations of linking: S21 to S25."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from custodes.law.building.connecting import Level, must_connect
from custodes.law.duties.finding import Finding, Status, Thing, not_applicable, present
from custodes.law.duties.recurring import Routine, interval, recurring
from custodes.law.duties.registry import obligation
from custodes.law.duties.terms import Terms


@dataclass(frozen=True, slots=True)
class PlatformFacts:
    """A level's platform: it is there, and its links above and below were tested."""

    level: Level
    running: bool
    tested: frozenset[str] = frozenset()


_PLATFORM = ("联网共享平台已建立并运行", "the sharing platform is there")
_CASCADE = ("与上级、下级平台的级联均已测试", "the links above and below were tested")


@obligation("S21")
def s21_platform(facts: PlatformFacts, conduct: date, today: date, terms: Terms) -> Finding:
    """One sharing platform for the level."""
    wanted = (Thing("platform", "联网共享平台", "the sharing platform"),)
    return present(("S21",), wanted, frozenset({"platform"} if facts.running else ()), conduct, met=_PLATFORM)


@obligation("S22")
def s22_cascade(facts: PlatformFacts, conduct: date, today: date, terms: Terms) -> Finding:
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
def s23_connected(facts: LinkFacts, conduct: date, today: date, terms: Terms) -> Finding:
    """Who has to connect has connected. The clause gives no term."""
    wanted = must_connect(
        department=facts.department,
        level=facts.level,
        requested=facts.requested,
        listed=facts.listed,
        classified=facts.classified,
    )
    if facts.classified and facts.connected:
        return Finding(Status.BREACH, wanted.clauses, f"{wanted.zh}，现已接入", f"{wanted.en}, and this one is")
    if not wanted.must:
        return not_applicable(wanted.clauses, wanted.zh, wanted.en)
    if facts.connected:
        return Finding(Status.MET, wanted.clauses, "已接入联网共享平台", "it is connected")
    return Finding(
        Status.MISSING, wanted.clauses, f"{wanted.zh}，尚未接入", f"{wanted.en}: not connected yet", missing=("link",)
    )


@dataclass(frozen=True, slots=True)
class DirectoryFacts:
    """The directory of what has to be connected: its last publication, and the unit's own interval of review."""

    published: date | None
    every_days: int | None = None


@obligation("S25")
def s25_directory(facts: DirectoryFacts, conduct: date, today: date, terms: Terms) -> Finding:
    """The directory is drawn up and published."""
    return recurring(
        ("S25",),
        facts.published,
        interval(facts.every_days, terms.assumed, "directory_days"),
        today,
        Routine("应当接入的系统目录", "publication of the directory", "公布"),
    )
