"""Every deadline that the program counts, steps of a penalty case included: from which day, how long, by which clause. No number stands anywhere else."""

from __future__ import annotations

from datetime import date

from custodes.law.calendar.terms import Term, TermUnit
from custodes.law.clauses.clause import LegalActor
from custodes.law.deadlines.answer import POLICE_TERM, BackwardDeadline, Deadline, natural_days, working_days

_PL = date(2021, 7, 15)
_PP = date(2013, 1, 1)

_POLICE, _ANYONE = LegalActor.COUNTY_POLICE, LegalActor.ANYONE
_WORKING = {
    kind: Deadline(
        kind, *name, *begins, working_days(days, clause, "PL85"), actor, (clause, "PL85"), _PL, paper=actor is _ANYONE
    )
    for kind, clause, days, actor, name, begins in (
        (
            "evidence-decision",
            "PL56",
            7,
            _POLICE,
            ("先行登记保存证据的处理决定", "decision on evidence registered and kept"),
            ("先行登记保存之日", "the day of registration"),
        ),
        (
            "hearing-request",
            "PL64",
            5,
            _ANYONE,
            ("要求听证", "request of a hearing"),
            ("收到听证告知之日", "the day of the notice"),
        ),
        (
            "delivery",
            "PL61",
            7,
            _POLICE,
            ("送达处罚决定书", "delivery of the decision"),
            ("作出处罚决定之日", "the day of the decision"),
        ),
        (
            "publication-withdrawal",
            "PL48",
            3,
            _POLICE,
            ("撤回已公开的处罚决定", "withdrawal of a published decision"),
            (
                "处罚决定被变更、撤销、确认违法或者无效之日",
                "the day on which the decision was changed, set aside or held unlawful",
            ),
        ),
    )
}
"""Terms of working days (PL85): kind, clause, days, who acts, its name, and what starts it. Whoever is fined hands in papers."""

STEPS = (
    _WORKING["evidence-decision"],
    Deadline(
        "case-decision",
        "作出处罚决定",
        "decision of the case",
        "立案之日",
        "the day on which the case was opened",
        natural_days(90, "PL60", basis=POLICE_TERM),
        LegalActor.COUNTY_POLICE,
        ("PL60",),
        _PL,
    ),
    _WORKING["hearing-request"],
    Deadline(
        "hearing-acceptance",
        "决定是否受理听证",
        "decision whether to hold a hearing",
        "收到听证申请之日",
        "the day on which the request was received",
        natural_days(2, "PP135", basis=POLICE_TERM),
        LegalActor.COUNTY_POLICE,
        ("PP135",),
        _PP,
    ),
    Deadline(
        "hearing-day",
        "举行听证",
        "holding the hearing",
        "收到听证申请之日",
        "the day on which the request was received",
        natural_days(10, "PP137", basis=POLICE_TERM),
        LegalActor.COUNTY_POLICE,
        ("PP137",),
        _PP,
    ),
    Deadline(
        "spot-report",
        "当场处罚报备",
        "report of a decision on the spot",
        "当场作出处罚决定之时",
        "the hour of the decision",
        Term(24, TermUnit.HOUR, False, ("PP39",), POLICE_TERM),
        LegalActor.COUNTY_POLICE,
        ("PP39",),
        _PP,
    ),
    _WORKING["delivery"],
    Deadline(
        "public-notice",
        "公告送达",
        "delivery by public notice",
        "公告之日",
        "the day on which the notice was put up",
        Term(60, TermUnit.NATURAL_DAY, False, ("PP36",), POLICE_TERM),
        LegalActor.COUNTY_POLICE,
        ("PP36", "PL61"),
        _PP,
        least=True,
    ),
    Deadline(
        "payment",
        "缴纳罚款",
        "payment of the fine",
        "收到处罚决定书之日",
        "the day of receipt",
        natural_days(15, "PL67"),
        LegalActor.ANYONE,
        ("PL67",),
        _PL,
    ),
    Deadline(
        "review",
        "申请行政复议",
        "application for review",
        "知道处罚决定之日",
        "the day of knowing of the decision",
        natural_days(60, "ARL20"),
        LegalActor.ANYONE,
        ("ARL20",),
        date(2024, 1, 1),
        paper=True,
    ),
    Deadline(
        "review-decision",
        "作出复议决定",
        "decision on review",
        "受理复议申请之日",
        "the day on which the application was accepted",
        natural_days(60, "ARL62"),
        LegalActor.COUNTY_GOVERNMENT,
        ("ARL62", "ARL24"),
        date(2024, 1, 1),
    ),
    Deadline(
        "suit",
        "提起行政诉讼",
        "suit",
        "知道处罚决定之日",
        "the day of knowing of the decision",
        Term(6, TermUnit.MONTH, True, ("ALL46",)),
        LegalActor.ANYONE,
        ("ALL46",),
        date(2015, 5, 1),
        paper=True,
    ),
    Deadline(
        "suit-after-review",
        "对复议决定提起诉讼",
        "suit after review",
        "收到复议决定书之日",
        "the day on which the decision on review was received",
        natural_days(15, "ALL45"),
        LegalActor.ANYONE,
        ("ALL45",),
        date(2015, 5, 1),
        paper=True,
    ),
    Deadline(
        "demand",
        "催告履行",
        "demand before enforcement",
        "催告书送达之日",
        "the day on which the demand was delivered",
        working_days(10, "AEL54", "AEL69"),
        LegalActor.ANYONE,
        ("AEL54", "AEL69"),
        date(2012, 1, 1),
    ),
    Deadline(
        "court-enforcement",
        "申请法院强制执行",
        "application to the court for enforcement",
        "复议、诉讼期限届满之日",
        "the day on which review and suit lapsed",
        Term(3, TermUnit.MONTH, True, ("AEL53",)),
        LegalActor.COUNTY_POLICE,
        ("AEL53",),
        date(2012, 1, 1),
    ),
    _WORKING["publication-withdrawal"],
)

HEARING_NOTICE = BackwardDeadline(
    "hearing-notice",
    "听证前通知",
    "notice of the hearing",
    "举行听证之日",
    "the day of the hearing",
    7,
    TermUnit.WORKING_DAY,
    LegalActor.COUNTY_POLICE,
    ("PL64", "PL85"),
    _PL,
)


_S = date(2024, 5, 1)
_N = date(2025, 4, 1)

_SYSTEMS = (
    Deadline(
        "filing",
        "备案（建设单位）",
        "filing by the building unit",
        "验收合格之日",
        "the day of acceptance",
        natural_days(30, "S16.2a"),
        LegalActor.BUILDING_UNIT,
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
        LegalActor.MANAGING_UNIT,
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
        LegalActor.USING_UNIT,
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
        LegalActor.MANAGING_UNIT,
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
        LegalActor.USING_UNIT,
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
        LegalActor.ANYONE,
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
    TermUnit.NATURAL_DAY,
    LegalActor.USING_UNIT,
    ("S18b",),
    _S,
)
BACKWARD = (REMOVAL, HEARING_NOTICE)
BACKWARD_BY_KIND = {deadline.kind: deadline for deadline in BACKWARD}
EVERY = (*FORWARD, *BACKWARD)
"""All kinds, in the order of a choice."""
