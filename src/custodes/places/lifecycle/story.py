"""Everything that happened to a system as one list, the newest first: what its page tells. A site's page tells it of all its systems
and of what else happened there (`telling.site`), in the same lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import override, pgettext_lazy

from custodes.people.models import Person
from custodes.places.lifecycle.events import BY_NAME
from custodes.places.models import (
    CameraState,
    ChangeState,
    FilingState,
    RemovalState,
    Step,
    System,
    SystemState,
    UpgradeState,
)

#: What happened, of the objects that are not the system itself.
_VERBS: dict[tuple[str, str], Any] = {
    ("places.system", "enter"): pgettext_lazy("经过", "登记系统"),
    ("places.filing", "draft"): pgettext_lazy("经过", "起草备案"),
    ("places.filing", "submit"): pgettext_lazy("经过", "提交备案"),
    ("places.filing", "send_back"): pgettext_lazy("经过", "备案退回补正"),
    ("places.filing", "receive"): pgettext_lazy("经过", "出具备案回执"),
    ("places.filing", "withdraw"): pgettext_lazy("经过", "撤回备案"),
    ("places.filing", "take_over"): pgettext_lazy("经过", "转入原备案回执"),
    ("places.filing", "revoke"): pgettext_lazy("经过", "撤销转入的回执"),
    ("places.filing", "national"): pgettext_lazy("经过", "登记全国平台回执号"),
    ("places.removal", "plan"): pgettext_lazy("经过", "拟拆除"),
    ("places.removal", "put_off"): pgettext_lazy("经过", "拆除改期"),
    ("places.removal", "report"): pgettext_lazy("经过", "报告拆除"),
    ("places.removal", "acknowledge"): pgettext_lazy("经过", "公安机关收悉拆除报告"),
    ("places.removal", "carry_out"): pgettext_lazy("经过", "登记已拆除"),
    ("places.removal", "cancel"): pgettext_lazy("经过", "不再拆除"),
    ("places.camera", "correct"): pgettext_lazy("经过", "更正点位登记"),
    ("places.changecase", "request"): pgettext_lazy("经过", "申请变更"),
    ("places.changecase", "amend"): pgettext_lazy("经过", "修改变更申请"),
    ("places.changecase", "picture"): pgettext_lazy("经过", "加入变更画面"),
    ("places.changecase", "approve"): pgettext_lazy("经过", "批准变更"),
    ("places.changecase", "refuse"): pgettext_lazy("经过", "不予批准变更"),
    ("places.changecase", "withdraw"): pgettext_lazy("经过", "撤回变更"),
    ("places.changecase", "carry_out"): pgettext_lazy("经过", "登记变更已实施"),
    ("places.changecase", "find"): pgettext_lazy("经过", "登记擅自改变"),
    ("places.changecase", "keep"): pgettext_lazy("经过", "决定保留擅自改变"),
    ("places.changecase", "restore"): pgettext_lazy("经过", "登记恢复原状"),
    ("places.changecase", "hand_in"): pgettext_lazy("经过", "提交变更备案"),
    ("places.changecase", "take_back"): pgettext_lazy("经过", "变更备案撤回"),
    ("places.changecase", "close"): pgettext_lazy("经过", "变更备案办结"),
    ("places.upgradeorder", "issue"): pgettext_lazy("经过", "通知限期升级改造"),
    ("places.upgradeorder", "paper"): pgettext_lazy("经过", "加入升级改造材料"),
    ("places.upgradeorder", "plan"): pgettext_lazy("经过", "报升级改造方案"),
    ("places.upgradeorder", "report"): pgettext_lazy("经过", "报升级改造完成"),
    ("places.upgradeorder", "pass_recheck"): pgettext_lazy("经过", "复查合格"),
    ("places.upgradeorder", "fail_recheck"): pgettext_lazy("经过", "复查不合格"),
    ("places.upgradeorder", "refer"): pgettext_lazy("经过", "逾期转监督检查"),
    ("places.upgradeorder", "revoke"): pgettext_lazy("经过", "撤销限期升级改造"),
    ("places.gbdevice", "enter"): pgettext_lazy("经过", "登记国标设备"),
    ("places.gbdevice", "change"): pgettext_lazy("经过", "修改国标设备"),
    ("places.gbdevice", "renew_password"): pgettext_lazy("经过", "更换国标设备密码"),
    ("places.gbdevice", "make_cameras"): pgettext_lazy("经过", "选取国标通道接入点位"),
    ("places.gbdevice", "settle"): pgettext_lazy("经过", "核对国标目录差异"),
    ("places.gbdevice", "ask_reboot"): pgettext_lazy("经过", "要求重启国标设备"),
    ("places.gbdevice", "reboot"): pgettext_lazy("经过", "下发重启的结果"),
    ("places.gbdevice", "ask_configuration"): pgettext_lazy("经过", "要求更改设备配置"),
    ("places.gbdevice", "configuration"): pgettext_lazy("经过", "更改设备配置的结果"),
    ("places.gbdevice", "enter_mobile"): pgettext_lazy("经过", "登记移动设备"),
    ("places.gbdevice", "end_mobile"): pgettext_lazy("经过", "取消移动设备"),
    ("places.gbdevice", "retire"): pgettext_lazy("经过", "停用国标设备"),
}
#: Of two steps of one moment that was entered first which had no state before.
NEWEST = ("-at", "-before")
#: Of a step's object, the kind of its lines; one whose object is not among them is told by nobody.
KINDS_OF = {
    "places.system": "life",
    "places.filing": "filing",
    "places.removal": "removal",
    "places.changecase": "change",
    "places.upgradeorder": "upgrade",
    "places.camera": "entry",
    "places.gbdevice": "entry",
}
#: Pages of objects that whoever is told of them may open; other lines lead to the page of their system.
_PAGES = {
    "places.filing": "places:filing",
    "places.changecase": "places:change",
    "places.upgradeorder": "places:upgrade",
    "places.camera": "places:camera",
    "places.gbdevice": "places:device",
}
_STATES = {
    "places.system": dict(SystemState.choices),
    "places.filing": dict(FilingState.choices),
    "places.removal": dict(RemovalState.choices),
    "places.changecase": dict(ChangeState.choices),
    "places.upgradeorder": dict(UpgradeState.choices),
    "places.camera": dict(CameraState.choices),
    "places.gbdevice": {
        "entered": pgettext_lazy("国标设备", "已登记"),
        "retired": pgettext_lazy("国标设备", "已停用"),
    },
}


@dataclass(frozen=True)
class Happening:
    """One line of the story.

    Attributes:
        by: None for what the system itself found.
        index: of its record in the log, None while it is on its way.
        kept: its record stays with it, so that it can name its entry; what else is on record is found in the log.
        kind: a key of `telling.kinds`.
        system: whose it is, where more than one is told of.
        href: where more is said; empty for whom it is not open.
        about: the row whose record of this moment is its entry (`telling.recorded`), where none stays with it.
    """

    what: Any
    state: Any
    on: date
    at: datetime
    by: Person | None
    words: Any
    clauses: tuple[str, ...]
    papers: int = 0
    index: int | None = None
    kept: bool = False
    kind: str = "life"
    system: System | None = None
    href: str = ""
    about: str = ""


def story_of(steps: QuerySet[Step], most: int = 200) -> list[Happening]:
    """These steps of a system and of its filings, removals, changes and orders, the newest first.

    Args:
        steps: as many as the reader may see (`telling.reach.visible_steps`).
        most: lines.
    """
    return list(told(steps.order_by(*NEWEST), most))


def story_of_object(row: Any, most: int = 100) -> list[Happening]:
    """The steps of one filing, removal, change or order, the oldest first."""
    return list(told(Step.objects.filter(object_id=row.pk).order_by("at", "before"), most))


def step_words(object: str, event: str) -> Any:
    """What happened, in words: of a step, or of its record in the log."""
    if object == "places.system" and event in BY_NAME:
        return BY_NAME[event].verb
    return _VERBS.get((object, event), event)


def told(steps: QuerySet[Step], most: int) -> Iterator[Happening]:
    """At most so many steps as lines."""
    for step in steps.select_related("by__unit", "record", "system").prefetch_related("papers")[:most]:
        yield Happening(
            what=step_words(step.object, step.event),
            state=_state_of(step),
            on=step.on,
            at=step.at,
            by=step.by,
            words=step.words,
            clauses=tuple(step.clauses),
            papers=len(step.papers.all()),
            index=step.record.index if step.record is not None else None,
            kept=True,
            kind=KINDS_OF.get(step.object, "life"),
            system=step.system,
            href=_page_of(step),
        )


def _state_of(step: Step) -> Any:
    """What it is since; empty where the step's own words say it (确认设计 and 设计完成), or where it was so before."""
    state = _STATES.get(step.object, {}).get(step.after, step.after)
    if step.after == step.before:
        return ""
    # Asked of the Chinese words in any language: two characters in a row that both have.
    with override("zh-hans"):
        verb, said = str(step_words(step.object, step.event)), str(state)
    return "" if any(said[at : at + 2] in verb for at in range(len(said) - 1)) else state


def _page_of(step: Step) -> str:
    page = _PAGES.get(step.object)
    return reverse(page, args=[step.object_id]) if page else reverse("places:life", args=[step.system_id])
