"""Worked examples of the law, as data: invented cases that fill a calculator and are computed whenever somebody looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Example:
    """One case.

    Attributes:
        calculator: deadline, fine, late_fee, retention, builder or ground.
        name: in a few words.
        story: what happened.
        clause: on which it turns.
        asked: the calculator's fields. A number is the day so many days from today, a function gives a day for today, so that
            the case never grows old.
        ground: which, of a case of a ground.
    """

    calculator: str
    name: Any
    story: Any
    clause: str
    asked: dict[str, str | int | Callable[[date], date | str]]
    ground: str = ""


def _next_january(now: date) -> date:
    return date(now.year + 1, 1, 25)


def _yesterday(hour: int) -> Callable[[date], str]:
    return lambda now: f"{now - timedelta(days=1)}T{hour:02}:00"


_SPAN: dict[str, str | int | Callable[[date], date | str]] = {
    "cameras": "2",
    "begin": _yesterday(9),
    "end": _yesterday(11),
    "purpose": "on",
    "content": "on",
}

EXAMPLES = (
    Example(
        "deadline",
        _("学校超期未备案"),
        _("某小学的校园视频系统四十五天前验收合格，建设单位至今没有备案。"),
        "S16.2a",
        {"kind": "filing", "start": -45},
    ),
    Example(
        "deadline",
        _("客运站备案将到期"),
        _("某客运站的系统二十二天前投入使用，管理单位尚未备案。"),
        "N14",
        {"kind": "filing-national", "start": -22},
    ),
    Example(
        "deadline",
        _("藏历新年期间到期"),
        _("2026 年 1 月 25 日验收合格，第三十日在藏历新年放假期间，2 月 27 日办理备案。"),
        "S16.2a",
        {"kind": "filing", "start": "2026-01-25", "done": "2026-02-27"},
    ),
    Example(
        "deadline",
        _("放假安排未公布"),
        _("计划明年 1 月 25 日验收，届满之日落在藏历新年前后，放假通知尚未录入。"),
        "S16.2a",
        {"kind": "filing", "start": _next_january},
    ),
    Example(
        "deadline",
        _("因修路拆除灯杆，报告已迟"),
        _("道路改造须拆除灯杆和点位，施工定在十天以后，使用单位还没有报告。"),
        "S18b",
        {"kind": "removal", "start": 10},
    ),
    Example(
        "deadline",
        _("因修路拆除灯杆，尚可报告"),
        _("同一工程推迟到四十天以后施工。"),
        "S18b",
        {"kind": "removal", "start": 40},
    ),
    Example(
        "deadline",
        _("限期升级改造"),
        _("已备案系统不符合标准，五天前送达通知，限六十日内升级改造。"),
        "S16.2c",
        {"kind": "upgrade", "start": -5, "days": "60"},
    ),
    Example(
        "fine",
        _("未备案，期限未满"),
        _("十天前责令某旅馆限期备案，期限还有五天届满，尚不能罚款。"),
        "N29",
        {"clause": "N29", "respondent": "unit", "conduct_from": -100, "conduct_to": -1, "decided": 0, "ordered": -10, "term_ends": 5},
    ),
    Example(
        "fine",
        _("未备案，拒不改正"),
        _("责令限期备案，十天前届满，复查仍未备案。"),
        "N29",
        {"clause": "N29", "respondent": "unit", "conduct_from": -100, "conduct_to": -1, "decided": 0, "ordered": -40, "term_ends": -10, "complied": "no"},
    ),
    Example(
        "fine",
        _("商场试衣间内安装摄像机"),
        _("检查发现商场试衣间内装有摄像机，属于公共场所的更衣室。"),
        "N27",
        {"clause": "S38", "respondent": "unit", "conduct_from": -60, "conduct_to": -1, "decided": 0, "item": "1", "place_public": "yes"},
    ),
    Example(
        "fine",
        _("商场试衣间外摄像机"),
        _("摄像机装在试衣间外，朝向帘口，属于禁止安装的哪一项尚未认定。"),
        "S38",
        {"clause": "S38", "respondent": "unit", "conduct_from": -60, "conduct_to": -1, "decided": 0},
    ),
    Example(
        "fine",
        _("未报告即拆除点位"),
        _("使用单位因装修自行拆除点位，是否属于条例第七条的系统还没有查明。"),
        "S40",
        {"clause": "S40", "respondent": "unit", "conduct_from": -30, "conduct_to": -30, "decided": 0},
    ),
    Example(
        "fine",
        _("同一行为已经罚款"),
        _("擅自迁移点位，上月已经罚款，又有人举报同一行为。"),
        "PL29",
        {"clause": "N30", "respondent": "unit", "conduct_from": -50, "conduct_to": -50, "decided": 0, "fined_before": "on"},
    ),
    Example(
        "fine",
        _("客房内安装又未备案"),
        _("某宾馆在客房内安装摄像机，该系统也没有备案；一个行为违反两条规定，只罚一次。"),
        "PL29",
        {"clause": "N27", "respondent": "unit", "conduct_from": -60, "conduct_to": -1, "decided": 0, "also1-clause": "N29", "also1-asked": "N29"},
    ),
    Example(
        "fine",
        _("竣工后未经验收即使用"),
        _("2024 年 11 月至 2025 年 2 月未经验收投入使用，尚未责令改正。"),
        "S39(1)",
        {"clause": "S39(1)", "respondent": "unit", "conduct_from": "2024-11-01", "conduct_to": "2025-02-20", "discovered": "2025-02-20", "decided": "2025-03-10"},
    ),
    Example(
        "late_fee",
        _("逾期未缴，其间申请过复议"),
        _("罚款一万元，四十天前收到决定书，二十天前申请复议，五天前收到复议决定，仍未缴纳。"),
        "PL72",
        {"fine": "10000", "delivered": -40, "review_from": -20, "review_to": -5},
    ),
    Example(
        "late_fee",
        _("逾期两个月未缴"),
        _("罚款五千元，八十天前收到决定书，没有申请复议，也没有缴纳。"),
        "PL72",
        {"fine": "5000", "delivered": -80},
    ),
    Example(
        "deadline",
        _("国庆前要求听证"),
        _("当事人在国庆放假的前一天要求听证，十日内举行和七个工作日前通知能不能兼顾。"),
        "PL64",
        {"kind": "hearing-day", "start": "2026-09-30", "done": "2026-10-10"},
    ),
    Example(
        "retention",
        _("单位自定一百八十天"),
        _("某银行网点的内部规定要求保存一百八十天，没有写明目的。"),
        "N17",
        {"captured": -10, "days": "180", "source": "本单位安全保卫规定", "rank": "0"},
    ),
    Example(
        "retention",
        _("重点目标四十天前的录像"),
        _("公安机关确定的重点目标，四十天前的录像能不能删除。"),
        "CTL32",
        {"captured": -40, "key_target": "on"},
    ),
    Example(
        "retention",
        _("已到期但在保全中"),
        _("四十天前的录像因盗窃案侦查依法保全，尚未解除。"),
        "S33.2a",
        {"captured": -40, "hold_reason": "盗窃案侦查"},
    ),
    Example(
        "builder",
        _("所有者与使用者没有约定"),
        _("临街商铺出租，产权人与承租人没有约定由谁建设。"),
        "S11.2",
        {"category": "8", "owner": "某商贸公司", "user": "某超市"},
    ),
    Example(
        "builder",
        _("国有场所还没有登记管理者"),
        _("国有广场旁的公共停车场，管理者尚未登记。"),
        "S11.2",
        {"category": "2", "state_owned": "on"},
    ),
    Example(
        "ground",
        _("一名民警来调取录像"),
        _("为侦查盗窃案，一名民警持工作证件来调取，没有带介绍信函。"),
        "S28.1(1)",
        {
            **_SPAN, "requester": "organ", "basis": "judicial", "officers_asking": "1", "cards": "on", "present": "on",
            "unit": "on", "verb": "retrieve", "registered": "on", "undertaking": "on", "approved": "2", "step": "5",
        },
        "agency",
    ),
    Example(
        "ground",
        _("两名检察人员查阅，等待审批"),
        _("两名检察人员证件、信函、登记、承诺齐备，本单位只有一人审批。"),
        "S28.1(2)",
        {
            **_SPAN, "requester": "organ", "basis": "judicial", "officers_asking": "2", "cards": "on", "present": "on", "letter": "on",
            "unit": "on", "verb": "consult", "registered": "on", "undertaking": "on", "approved": "1", "step": "5",
        },
        "agency",
    ),
    Example(
        "ground",
        _("老人走失，女儿在民警陪同下查看"),
        _("七十二岁的老人走失，女儿已报警，暂无证明先作声明，民警已先行查看。"),
        "S29",
        {
            **_SPAN, "missing": "elderly", "age": "72", "relation": "child", "proof": "provisional", "on_platform": "on",
            "police_report": "on", "protected": "no", "supervisor": "on", "previewed": "on", "undertaking": "on", "step": "4",
        },
        "missing_person",
    ),
    Example(
        "ground",
        _("丢了自行车，想复制录像"),
        _("个人为财产安全来查阅，管理单位已经同意，但要求复制。"),
        "N21",
        {
            **_SPAN, "claim": "self", "identity_shown": "on", "interest": "property", "copy": "on", "consent": "on",
            "undertaking": "on", "supervised": "on", "step": "4",
        },
        "individual",
    ),
)  # fmt: skip
