"""Every deadline that the program counts: from which day, how long, by which clause. No number stands anywhere else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from custodes.law.calendar.terms import Term, Unit
from custodes.law.clauses.clause import Actor


@dataclass(frozen=True, slots=True)
class Deadline:
    """One kind of deadline.

    Attributes:
        kind: its name in commands and data.
        zh, en: its name for people.
        from_zh, from_en: the event whose day starts the term.
        term: None where an officer sets it (`counting.set_term`).
        actor: who has to act.
        since: no such deadline arises from an event before this day.
        starts: the term starts on this very day, whatever the event; the event has to lie before it.
        paper: it is met by handing something in, so that with papers the office's close ends the day (CC203).
    """

    kind: str
    zh: str
    en: str
    from_zh: str
    from_en: str
    term: Term | None
    actor: Actor
    clauses: tuple[str, ...]
    since: date
    starts: date | None = None
    paper: bool = False


_S = date(2024, 5, 1)
_N = date(2025, 4, 1)
_PL = date(2021, 7, 15)
_ANALOGY = ("CC201", "CC203")
_POLICE_TERM = ("PP35",)


def _days(amount: int, *clauses: str, basis: tuple[str, ...] = _ANALOGY) -> Term:
    return Term(amount, Unit.NATURAL_DAY, True, clauses, basis)


def _working(amount: int, *clauses: str) -> Term:
    return Term(amount, Unit.WORKING_DAY, False, clauses, _POLICE_TERM)


FORWARD = (
    Deadline(
        "filing",
        "备案（建设单位）",
        "filing by the building unit",
        "验收合格之日",
        "the day of acceptance",
        _days(30, "S16.2a"),
        Actor.BUILDING_UNIT,
        ("S16.2a", "S16.1"),
        _S,
        paper=True,
    ),
    Deadline(
        "filing-national",
        "备案（管理单位）",
        "filing by the managing unit",
        "系统投入使用之日",
        "the day on which the system is put to use",
        _days(30, "N14"),
        Actor.MANAGING_UNIT,
        ("N14",),
        _N,
        paper=True,
    ),
    Deadline(
        "legacy-filing",
        "本办法施行前已建成系统的备案",
        "filing of systems built before the regulation",
        "本办法施行之日",
        "the day on which the regulation came into force",
        _days(60, "S16.2b"),
        Actor.USING_UNIT,
        ("S16.2b", "S42"),
        date.min,
        starts=_S,
        paper=True,
    ),
    Deadline(
        "legacy-filing-national",
        "条例施行前已投入使用系统的备案",
        "filing of systems in use before Order 799",
        "条例施行之日",
        "the day on which Order 799 came into force",
        _days(90, "N14"),
        Actor.MANAGING_UNIT,
        ("N14", "N34"),
        date.min,
        starts=_N,
        paper=True,
    ),
    Deadline(
        "upgrade",
        "限期升级改造",
        "upgrade within a set term",
        "公安机关通知送达之日",
        "the day on which the police's notice was delivered",
        None,
        Actor.USING_UNIT,
        ("S16.2c",),
        _S,
    ),
    Deadline(
        "order",
        "责令限期改正",
        "correction within a set term",
        "责令改正通知书送达之日",
        "the day on which the order was delivered",
        None,
        Actor.ANYONE,
        ("PL28",),
        _PL,
    ),
    Deadline(
        "evidence-decision",
        "先行登记保存证据的处理决定",
        "decision on evidence registered and kept",
        "先行登记保存之日",
        "the day of registration",
        _working(7, "PL56", "PL85"),
        Actor.COUNTY_POLICE,
        ("PL56", "PL85"),
        _PL,
    ),
    Deadline(
        "case-decision",
        "作出处罚决定",
        "decision of the case",
        "立案之日",
        "the day on which the case was opened",
        _days(90, "PL60", basis=_POLICE_TERM),
        Actor.COUNTY_POLICE,
        ("PL60",),
        _PL,
    ),
    Deadline(
        "hearing-request",
        "要求听证",
        "request of a hearing",
        "收到听证告知之日",
        "the day of the notice",
        _working(5, "PL64", "PL85"),
        Actor.ANYONE,
        ("PL64", "PL85"),
        _PL,
        paper=True,
    ),
    Deadline(
        "delivery",
        "送达处罚决定书",
        "delivery of the decision",
        "作出处罚决定之日",
        "the day of the decision",
        _working(7, "PL61", "PL85"),
        Actor.COUNTY_POLICE,
        ("PL61", "PL85"),
        _PL,
    ),
    Deadline(
        "payment",
        "缴纳罚款",
        "payment of the fine",
        "收到处罚决定书之日",
        "the day of receipt",
        _days(15, "PL67"),
        Actor.ANYONE,
        ("PL67",),
        _PL,
    ),
    Deadline(
        "review",
        "申请行政复议",
        "application for review",
        "知道处罚决定之日",
        "the day of knowing of the decision",
        _days(60, "ARL20"),
        Actor.ANYONE,
        ("ARL20",),
        date(2024, 1, 1),
        paper=True,
    ),
    Deadline(
        "suit",
        "提起行政诉讼",
        "suit",
        "知道处罚决定之日",
        "the day of knowing of the decision",
        Term(6, Unit.MONTH, True, ("ALL46",)),
        Actor.ANYONE,
        ("ALL46",),
        date(2015, 5, 1),
        paper=True,
    ),
    Deadline(
        "demand",
        "催告履行",
        "demand before enforcement",
        "催告书送达之日",
        "the day on which the demand was delivered",
        _working(10, "AEL53", "AEL69"),
        Actor.ANYONE,
        ("AEL53", "AEL69"),
        date(2012, 1, 1),
    ),
    Deadline(
        "court-enforcement",
        "申请法院强制执行",
        "application to the court for enforcement",
        "复议、诉讼期限届满之日",
        "the day on which review and suit lapsed",
        Term(3, Unit.MONTH, True, ("AEL53",)),
        Actor.COUNTY_POLICE,
        ("AEL53",),
        date(2012, 1, 1),
    ),
)
BY_KIND = {deadline.kind: deadline for deadline in FORWARD}


@dataclass(frozen=True, slots=True)
class BackwardDeadline:
    """Something that has to be told so many natural days before an event.

    Attributes:
        days: at the least.
    """

    kind: str
    zh: str
    en: str
    days: int
    actor: Actor
    clauses: tuple[str, ...]
    since: date


REMOVAL = BackwardDeadline(
    "removal",
    "拆除前报告",
    "report before removal",
    15,
    Actor.USING_UNIT,
    ("S18b",),
    _S,
)
