"""Everything that the law leaves open, or that could not be checked, in one typed model: an argument, never a constant.

A value that was looked up in its source is entered, and its name added to `confirmed`; until then every answer that rests on it
says so. Processes build the model from settings (`custodes.settings`); the library itself reads none.

What an assumption says of itself: its unit, its clause, and why it could not be checked.
"""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields
from datetime import time
from typing import Any

from custodes.law.bad_input import BadInput

_KEY = "item"


@dataclass(frozen=True, slots=True)
class Item:
    """One number or word that the law leaves open, or that could not be checked in its source.

    Attributes:
        unit: of its value; ``-`` for none.
        clause: the rule that is filled by it.
        zh, en: what it is.
        why: why it is unconfirmed, Chinese and English; None where the law names no number and the value is the unit's own.
    """

    unit: str
    clause: str
    zh: str
    en: str
    why: tuple[str, str] | None = None


def own(default: Any, unit: str, clause: str, zh: str, en: str) -> Any:
    """A field whose value the law leaves to whoever runs the system."""
    return field(default=default, metadata={_KEY: Item(unit, clause, zh, en)})


def unconfirmed(default: Any, unit: str, clause: str, zh: str, en: str, why_zh: str, why_en: str) -> Any:
    """A field whose value stands somewhere in the law, or in how it is read, and could not be checked."""
    return field(default=default, metadata={_KEY: Item(unit, clause, zh, en, (why_zh, why_en))})


def item_of(one: Field[Any]) -> Item | None:
    """What the field says of itself; None for a field that is no assumption."""
    return one.metadata.get(_KEY)


_CLOSE = time(18, 0)
_LOCAL = ("地方规章罚款的听证标准由地方规定，西藏的标准未见原文", "set locally for local rules; Tibet's was not seen")
_STANDARD = ("标准原文未见", "the standard itself was not seen")
_SUPERVISION = (
    "公通字〔2025〕11号第二条以下未见原文",
    "the Ministry's rules on supervision (2025, no. 11) were not seen beyond article 1",
)

BOUNDS: dict[str, tuple[int, int]] = {
    "elderly_from": (60, 130),
    "child_below": (1, 18),
    "provisional_minutes": (1, 60),
    "request_hours": (1, 30 * 24),
    "repair_back_minutes": (1, 30),
    "playback_test_minutes": (1, 2),
}
"""Least and most that an installation may set where a wider value would open more than the law does.

A person is old from 60 (Law on the Rights of the Elderly 2) and a minor below 18 (Law on the Protection of Minors 2); footage is kept
for 30 days (S32); a playback test shows that a recording plays and a look back that a repair worked, which takes minutes.
"""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The open values. Each field says its unit, clause and why it is unconfirmed in its metadata (`items`)."""

    # Penalties
    local_rule_cap: int | None = unconfirmed(
        None,
        "yuan",
        "PL14",
        "自治区人大常委会规定的规章罚款限额",
        "cap of fines under a local government's rules, set by the region's congress",
        "西藏自治区规章罚款限额未见原文",
        "the cap of the Tibet Autonomous Region was not seen",
    )
    local_hearing_person: int | None = unconfirmed(
        None, "yuan", "PP123", "地方规章罚款的听证标准（个人）", "hearing line for a person under local rules", *_LOCAL
    )
    local_hearing_unit: int | None = unconfirmed(
        None, "yuan", "PP123", "地方规章罚款的听证标准（单位）", "hearing line for a unit under local rules", *_LOCAL
    )
    order_build_days: int = own(90, "days", "S37", "责令限期建设的建议期限", "term suggested for an order to build")
    order_remove_days: int = own(15, "days", "S38", "责令限期拆除的建议期限", "term suggested for an order to remove")
    order_correct_days: int = own(30, "days", "S39", "责令限期改正的建议期限", "term suggested for an order to correct")

    # Deadlines
    office_close: time = unconfirmed(  # noqa: RUF009  # `time` can't be changed
        _CLOSE,
        "HH:MM",
        "CC203",
        "纸质材料的受理截止时间",
        "hour at which the counter for papers closes",
        "各县（区）公安机关办公时间未核实",
        "office hours of the counties' police were not checked",
    )
    removal_clear_days: bool = unconfirmed(
        False,
        "yes/no",
        "S18b",
        "拆除前十五日须为十五个整日",
        "the fifteen days before a removal are clear days",
        "第十八条是否要求十五个整日，未见权威解释",
        "whether article 18 wants fifteen clear days has no authority that was seen",
    )
    hearing_clear_days: bool = unconfirmed(
        False,
        "yes/no",
        "PL64",
        "听证七日前通知须为七个整工作日",
        "the seven working days before a hearing are clear days",
        "第六十四条是否要求七个整工作日，未见权威解释",
        "whether article 64 wants seven clear working days has no authority that was seen",
    )
    late_fee_on_unpaid: bool = unconfirmed(
        True,
        "yes/no",
        "PL72",
        "分次缴纳后加处罚款按尚未缴纳的数额计算",
        "after a part was paid the late fee is taken of what is unpaid",
        "第七十二条写“按罚款数额”，分次缴纳后如何计算未见权威解释",
        "article 72 says 'of the fine'; how it is taken once a part was paid has no authority that was seen",
    )
    removal_warn_days: int = own(20, "days", "S18b", "拆除前开始提示的天数", "days before a removal from which to warn")
    reminder_days: tuple[int, ...] = own(
        (15, 7, 3, 0), "days", "S16.2a", "期限届满前提醒的天数", "days before the end of a term on which to remind"
    )
    short_reminder_days: tuple[int, ...] = own(
        (3, 1, 0), "days", "PL85", "工作日期限届满前提醒的天数", "the same for terms of working days"
    )
    change_working_days: int = own(
        10, "working days", "N14", "备案事项变更“及时”的内部时限", "own limit for filing a change promptly"
    )
    own_image_working_days: int = own(
        10,
        "working days",
        "PIPL45",
        "答复本人影像申请“及时”的内部时限",
        "own limit for answering a request for one's own image promptly",
    )
    suspicion_minutes: int = own(
        60, "minutes", "S34(9)", "可疑信息“及时”报告的内部时限", "own limit for reporting suspicions promptly"
    )
    expiry_warn_days: int = own(
        30, "days", "S13.1", "资质、合同、培训到期前的预警天数", "days before an expiry from which to warn"
    )

    # Intervals
    inspection_days: int = unconfirmed(
        365, "days", "S36", "监督检查间隔", "interval of inspections by the police", *_SUPERVISION
    )
    self_check_days: int = own(30, "days", "N8.2", "禁装部位日常检查间隔", "interval of the look for forbidden devices")
    rules_review_days: int = own(365, "days", "S34(1)", "制度和预案复审间隔", "interval of reviewing rules and plan")
    assessment_days: int = own(365, "days", "S34(2)", "效能和安全评估间隔", "interval of assessments")
    upkeep_days: int = own(90, "days", "S34(3)", "检查和维护保养间隔", "interval of inspection and service")
    training_days: int = own(365, "days", "S34(5)", "岗位技能和保密培训的有效期", "how long a training is valid")
    supervision_days: int = own(90, "days", "S31.2b", "监督维护工作间隔", "interval of supervising maintenance")
    directory_days: int = own(365, "days", "S25", "接入目录复核间隔", "interval of reviewing the directory")
    audit_days: int = own(365, "days", "PIPL54", "合规审计间隔", "interval of compliance audits")
    mlps_test_days: int = unconfirmed(
        365, "days", "GB22239", "网络安全等级测评间隔", "interval of tests of the protection level", *_STANDARD
    )
    trial_days: int = unconfirmed(
        30,
        "days",
        "GB55029",
        "验收前试运行天数",
        "days of trial run before acceptance",
        "GB 55029第4.0.7条仅据二手资料",
        "GB 55029 clause 4.0.7 is known at second hand",
    )

    # Access
    elderly_from: int = own(
        60,
        "years",
        "S29",
        "老人的起算年龄",
        "age from which a person counts as old, by the Law on the Rights of the Elderly",
    )
    child_below: int = unconfirmed(
        18,
        "years",
        "S29",
        "儿童的年龄上限",
        "age below which a person counts as a child",
        "第二十九条未定义儿童，按较宽的不满十八周岁",
        "article 29 does not define a child: the wider reading is taken",
    )
    missing_person_minutes: int = own(
        30, "minutes", "S29", "走失人员查看的办理目标", "target from an application to the first look"
    )
    provisional_minutes: int = own(
        60, "minutes", "S29", "临时证明的有效时间", "how long a provisional proof of a relation is enough"
    )
    holder_approvals: int = own(2, "persons", "S33.1", "本单位审批人数", "approvals of the holder's own staff")
    request_hours: int = own(24, "hours", "S33.1", "一次申请的最长时段", "longest span that one request opens")
    repair_back_minutes: int = own(2, "minutes", "S33.1", "检修回看的最长时间", "how far back a repair may look")
    playback_test_minutes: int = own(2, "minutes", "S36", "回放测试的最长时间", "longest playback test of a camera")
    overlap_share: float = own(
        0.5, "share", "S8.3", "须说明理由的重叠比例", "share of a field from which an overlap needs a reason"
    )

    # Where to look in texts that were not seen whole
    gb22239_clauses: str = unconfirmed(
        "", "text", "GB22239", "GB/T 22239适用条款", "clauses of GB/T 22239 that apply", *_STANDARD
    )
    gb25724_clauses: str = unconfirmed(
        "", "text", "GB25724", "GB/T 25724适用条款", "clauses of GB/T 25724 that apply", *_STANDARD
    )
    gb35114_clauses: str = unconfirmed(
        "6.8, 6.9, 6.12", "text", "GB35114", "GB 35114适用条款", "clauses of GB 35114 that apply", *_STANDARD
    )
    gb37300_clauses: str = unconfirmed(
        "", "text", "GB37300", "GB 37300适用条款", "clauses of GB 37300 that apply", *_STANDARD
    )
    gb50348_clauses: str = unconfirmed(
        "11.1.5, 11.1.6, 11.2.7", "text", "GB50348", "GB 50348适用条款", "clauses of GB 50348 that apply", *_STANDARD
    )
    gb50395_clauses: str = unconfirmed(
        "", "text", "GB50395", "GB 50395适用条款", "clauses of GB 50395 that apply", *_STANDARD
    )
    gb55029_clauses: str = unconfirmed(
        "3.5.2(5), 4.0.7, 5.0.1–5.0.5",
        "text",
        "GB55029",
        "GB 55029适用条款",
        "clauses of GB 55029 that apply",
        *_STANDARD,
    )
    supervision_articles: str = unconfirmed(
        "",
        "text",
        "SVR1",
        "监督管理工作规定的适用条款",
        "articles of the Ministry's rules on supervision",
        *_SUPERVISION,
    )
    filing_fields: str = unconfirmed(
        "单位基本情况、建设位置、设备数量及类型、存储期限",
        "text",
        "N14",
        "备案表栏目",
        "fields of the filing form",
        "条例第十四条所列以外的栏目未见原件",
        "fields beyond those that article 14 lists were not seen",
    )

    police_forms: str = unconfirmed(
        "",
        "text",
        "PP264",
        "公安文书所依据的式样",
        "the official forms that prints of a police case follow",
        "公安部制定的文书式样未见原件，打印件为草稿",
        "the Ministry's forms were not seen: prints are drafts",
    )

    confirmed: frozenset[str] = frozenset()
    """Names of fields whose value was looked up in its source."""

    def __post_init__(self) -> None:
        """Refuse what can't be right.

        Raises:
            BadInput: a length below one or outside of `BOUNDS`, a share outside of 0 to 1, reminders that are not days, or a name in `confirmed` that
                is no unconfirmed field.
        """
        for name, item in items().items():
            value = getattr(self, name)
            if isinstance(value, bool) or value is None:
                continue
            if isinstance(value, int) and value < 1:
                raise BadInput(name, "it is at least 1", f"give it in {item.unit}")
            least, most = BOUNDS.get(name, (1, None))
            if isinstance(value, int) and not (least <= value and (most is None or value <= most)):
                raise BadInput(name, f"it lies from {least} to {most} ({item.clause})", f"give it in {item.unit}")
            if isinstance(value, float) and not 0 < value <= 1:
                raise BadInput(name, "a share lies above 0 and up to 1", "give it as 0.5 for a half")
            if isinstance(value, tuple) and any(day < 0 for day in value):
                raise BadInput(name, "a reminder lies before the end", "give days, for example 15,7,3,0")
        for name in self.confirmed:
            known = items().get(name)
            if known is None or known.why is None:
                open_names = ", ".join(one for one, item in items().items() if item.why)
                raise BadInput("confirmed", f"{name!r} is nothing that waits for confirmation", f"one of {open_names}")

    def open(self, *names: str) -> tuple[str, ...]:
        """Those of `names` that are unconfirmed still."""
        return tuple(name for name in names if items()[name].why is not None and name not in self.confirmed)


_ITEMS = {one.name: item for one in fields(Assumptions) if (item := item_of(one)) is not None}


def items() -> dict[str, Item]:
    """Every assumption by name, with what it says of itself."""
    return dict(_ITEMS)


AS_SHIPPED = Assumptions()
"""What is assumed where an installation has set nothing."""


@dataclass(frozen=True, slots=True)
class Caveat:
    """One unconfirmed value on which an answer rests.

    Attributes:
        name: of the assumption.
        clause: the rule that it fills.
        zh, en: in one sentence each, with 「未核实」 and "unconfirmed" in them.
    """

    name: str
    clause: str
    zh: str
    en: str


def caveats(assumed: Assumptions, *names: str) -> tuple[Caveat, ...]:
    """What has to be said of an answer that rests on these values: one caveat for each that is unconfirmed."""
    return tuple(_caveat(assumed, name) for name in dict.fromkeys(assumed.open(*names)))


def of_clause(assumed: Assumptions, clause: str) -> tuple[Caveat, ...]:
    """The unconfirmed values that fill `clause`, or a part of it."""
    return caveats(assumed, *(name for name, item in items().items() if _within(item.clause, clause)))


def _within(part: str, whole: str) -> bool:
    return part == whole or (part.startswith(whole) and not part[len(whole)].isdigit())


def _caveat(assumed: Assumptions, name: str) -> Caveat:
    item = items()[name]
    assert item.why is not None
    value = shown(getattr(assumed, name), item.unit)
    zh = f"未核实：{item.zh}（{value[0]}）；{item.why[0]}"
    en = f"unconfirmed: {item.en} ({value[1]}); {item.why[1]}"
    return Caveat(name, item.clause, zh, en)


_UNITS = {"days": "日", "working days": "个工作日", "years": "周岁", "yuan": "元", "minutes": "分钟", "hours": "小时"}


def shown(value: Any, unit: str) -> tuple[str, str]:
    """A value for people, Chinese and English."""
    if value is None or value == "":
        return "未填写", "not entered"
    if isinstance(value, bool):
        return ("是", "yes") if value else ("否", "no")
    if isinstance(value, time):
        return f"{value:%H:%M}", f"{value:%H:%M}"
    if isinstance(value, int):
        return f"{value:,}{_UNITS.get(unit, '')}", f"{value:,} {unit}"
    return str(value), str(value)
