"""Where norms of different rank, or two clocks, speak of one matter. Data: nothing here decides, a person does.

A conflict is shown beside every answer that touches it. `outcome` says what an answer may be: both shown, the higher norm
with the lower named, or a `Conflict` that waits for a legal reviewer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_ORDER_799 = date(2025, 4, 1)
_PENALTIES_LAW = date(2021, 7, 15)


class ConflictOutcome(StrEnum):
    """What is done where two norms meet."""

    BOTH = "both"
    """Both hold beside each other; both are shown, the earlier governs reminders."""
    HIGHER = "higher"
    """The higher norm holds, the lower is named; who is fined under it needs no reviewer."""
    REVIEW = "review"
    """Nothing is computed as a decision: a legal reviewer decides."""


@dataclass(frozen=True, slots=True)
class Tension:
    """Two or more clauses that meet.

    Attributes:
        id: short name.
        clauses: the lower first.
        since: from when on they meet.
        zh, en: what the tension is and what is done.
    """

    id: str
    clauses: tuple[str, ...]
    since: date
    outcome: ConflictOutcome
    zh: str
    en: str


TENSIONS = (
    Tension(
        "filing-clock",
        ("S16.2a", "N14"),
        _ORDER_799,
        ConflictOutcome.BOTH,
        "备案有两个起算点和两个义务人：建设单位自验收合格之日起三十日，管理单位自投入使用之日起三十日。两者并列，提醒以较早者为准。",
        "Two clocks and two actors: the building unit from acceptance, the managing unit from use. Both are shown; the earlier"
        " governs reminders.",
    ),
    Tension(
        "legacy-filing-clock",
        ("S16.2b", "N14"),
        _ORDER_799,
        ConflictOutcome.BOTH,
        "施行前已建成系统的备案：本办法施行后六十日；条例施行后九十日。",
        "Systems built before: 60 days after the regulation, 90 days after Order 799.",
    ),
    Tension(
        "prohibited-places",
        ("S10", "N8.1"),
        _ORDER_799,
        ConflictOutcome.BOTH,
        "禁装部位取两者并集。",
        "The prohibited places are those of both.",
    ),
    Tension(
        "prohibited-place-fine",
        ("S38", "N27"),
        _ORDER_799,
        ConflictOutcome.HIGHER,
        "公共场所的N8.1(1)至(4)部位适用N27；S10(2)、S10(3)和非公共场所仍依S38，并须按行政处罚法第十四条审核。",
        "In public places N8.1(1) to (4) fall under N27; S10(2), S10(3) and non-public places stay with S38 and are reviewed"
        " under PL 14.",
    ),
    Tension(
        "removal-fine",
        ("S40", "N30"),
        _ORDER_799,
        ConflictOutcome.HIGHER,
        "擅自拆除：S40直接罚款一万至三万元；N30先责令改正、警告，位阶更高且较轻。N7系统适用N30。",
        "Unauthorised removal: S40 fines at once, N30 orders and warns first, is higher and lighter; it applies to N7 systems.",
    ),
    Tension(
        "not-built",
        ("S37", "N7.2"),
        _ORDER_799,
        ConflictOutcome.REVIEW,
        "条例对应建未建未设罚款，2025年4月1日以后的行为能否依S37处罚须法制审核。",
        "Order 799 sets no fine for not building: whether S37 still carries one for conduct since April 2025 is for a reviewer.",
    ),
    Tension(
        "acceptance-and-file",
        ("S39(1)", "S39(2)", "N11"),
        _ORDER_799,
        ConflictOutcome.REVIEW,
        "条例第十一条规定验收和档案而未设罚款，2025年4月1日以后的行为能否依S39(1)、(2)处罚须法制审核。",
        "Order 799 asks for acceptance and files without a fine: S39(1) and (2) for later conduct are for a reviewer.",
    ),
    Tension(
        "obstruction",
        ("S39(3)", "N23(2)"),
        _ORDER_799,
        ConflictOutcome.REVIEW,
        "条例第二十三条第二项已规范喷涂、遮挡等行为，2025年4月1日以后的行为能否依S39(3)处罚须法制审核。",
        "Order 799 speaks of spraying and blocking itself: S39(3) for later conduct is for a reviewer.",
    ),
    Tension(
        "retention-ceiling",
        ("S32", "N17"),
        _ORDER_799,
        ConflictOutcome.BOTH,
        "本办法只有下限，条例另有上限：达成目的后删除。",
        "The regulation has a floor, Order 799 a ceiling too: delete once the purpose is met.",
    ),
    Tension(
        "who-may-install",
        ("S11.3", "N7.3", "N9"),
        _ORDER_799,
        ConflictOutcome.HIGHER,
        "鼓励单位承担周边公共区域建设，但条例限定了可以安装的主体。",
        "Units are encouraged to cover the area around them, but Order 799 limits who may install.",
    ),
    Tension(
        "private-look",
        ("S29", "N21"),
        _ORDER_799,
        ConflictOutcome.BOTH,
        "走失人员查看（平台、只看）与个人查阅（经管理单位同意）是两个依据，分别办理。",
        "The look for a lost person (platform, look only) and the individual's look (with consent) are two grounds, kept apart.",
    ),
    Tension(
        "release-masks",
        ("S30.2", "N22"),
        _ORDER_799,
        ConflictOutcome.BOTH,
        "遮蔽范围取两者并集，含法人名称和营业执照。",
        "What is masked is what either names, organisations' names and licences included.",
    ),
    Tension(
        "publication-secrecy",
        ("S25", "S30.1", "PL41"),
        date(2024, 5, 1),
        ConflictOutcome.BOTH,
        "公布的是应当接入的目录，不是点位地址；用于处罚取证的点位另须公布位置。两份清单。",
        "What is published is the directory of what must connect, not addresses; cameras used to fine people are a list of"
        " their own.",
    ),
    Tension(
        "hearing-request-clock",
        ("PP133", "PL64"),
        _PENALTIES_LAW,
        ConflictOutcome.HIGHER,
        "要求听证的期限：程序规定三日，行政处罚法五个工作日，以法律为准。",
        "Asking for a hearing: three days by the police's rules, five working days by the law, which prevails.",
    ),
    Tension(
        "hearing-day-clock",
        ("PP137", "PL64"),
        _PENALTIES_LAW,
        ConflictOutcome.REVIEW,
        "听证须在申请后十日内举行，又须七个工作日前通知；遇长假两者不能兼顾时，法律的七个工作日不得缩短，举行日期由承办人和法制审核人员决定。",
        "A hearing is held within ten days of the request, and told seven working days before: where days off leave no room for"
        " both, the law's seven working days are not shortened and people decide on the day.",
    ),
    Tension(
        "spot-limits",
        ("PP37", "PL51"),
        _PENALTIES_LAW,
        ConflictOutcome.HIGHER,
        "当场处罚的限额：程序规定五十元、一千元，行政处罚法二百元、三千元，以法律为准。",
        "Fines on the spot: up to 50 and 1,000 yuan by the police's rules, 200 and 3,000 by the law, which prevails.",
    ),
    Tension(
        "own-image",
        ("S29", "PIPL45"),
        date(2024, 5, 1),
        ConflictOutcome.BOTH,
        "亲属查看不得复制；本人影像的查阅、复制权依个人信息保护法另行办理。",
        "Relatives may not copy; a person's own image is a matter of PIPL 45, handled apart.",
    ),
)


def tensions_of(clause: str, day: date | None = None) -> tuple[Tension, ...]:
    """The tensions that a clause, or one that it is part of, stands in (on `day`, when given)."""
    return tuple(
        tension
        for tension in TENSIONS
        if (day is None or tension.since <= day) and any(_within(clause, other) for other in tension.clauses)
    )


def _within(clause: str, other: str) -> bool:
    return clause == other or (clause.startswith(other) and not clause[len(other)].isdigit())
