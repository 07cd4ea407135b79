"""Every deadline that the program counts: from which day, how long, by which clause. No number stands anywhere else."""

from __future__ import annotations

from datetime import date

from custodes.law.calendar.terms import Unit
from custodes.law.clauses.clause import Actor
from custodes.law.deadlines.kind import BackwardDeadline, Deadline, natural_days
from custodes.law.deadlines.procedure import HEARING_NOTICE, STEPS

_S = date(2024, 5, 1)
_N = date(2025, 4, 1)
_PL = date(2021, 7, 15)

_SYSTEMS = (
    Deadline(
        "filing",
        "备案（建设单位）",
        "filing by the building unit",
        "验收合格之日",
        "the day of acceptance",
        natural_days(30, "S16.2a"),
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
        natural_days(30, "N14"),
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
        natural_days(60, "S16.2b"),
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
        natural_days(90, "N14"),
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
)
FORWARD = (*_SYSTEMS, *STEPS)
BY_KIND = {deadline.kind: deadline for deadline in FORWARD}
HEARING_DAY = "hearing-day"

REMOVAL = BackwardDeadline(
    "removal",
    "拆除前报告",
    "report before removal",
    "计划拆除之日",
    "the planned day of the removal",
    15,
    Unit.NATURAL_DAY,
    Actor.USING_UNIT,
    ("S18b",),
    _S,
)
BACKWARD = (REMOVAL, HEARING_NOTICE)
BACKWARD_BY_KIND = {deadline.kind: deadline for deadline in BACKWARD}
EVERY = (*FORWARD, *BACKWARD)
"""All kinds, in the order of a choice."""
