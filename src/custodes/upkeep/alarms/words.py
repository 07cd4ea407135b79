"""An alarm in words: its title, what to do, and its facts, in the language that is active."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custodes.upkeep.alarms.kinds import KINDS, Reach
from custodes.upkeep.alarms.steps import count_of
from custodes.upkeep.models import Alarm, PictureFaultKind, Severity, SourceState
from custodes.upkeep.picture_words import value_words
from custodes.upkeep.templatetags.upkeep import bytes_words, days_words, seconds_words

#: A severity as a state of the design system's badges.
BADGES = {Severity.NOTICE: "info", Severity.SERIOUS: "attention", Severity.CRITICAL: "danger"}

_STATES: dict[str, Promise] = {
    "unreported": gettext_lazy("无上报"),
    "mixed": gettext_lazy("各不相同"),
    **{str(state): state.label for state in SourceState},
}

#: What quick words for acknowledging are offered; each fits every kind.
QUICK_WORDS = (
    gettext_lazy("已知悉，正在核实"),
    gettext_lazy("已通知维护单位"),
    gettext_lazy("已派人到现场"),
    gettext_lazy("计划内施工，稍后恢复"),
)


_FAULTS = dict(PictureFaultKind.choices)


def title(alarm: Alarm) -> str:
    """One line: what it is about, and what is wrong."""
    kind = KINDS[alarm.kind]
    count = count_of(alarm)
    template = kind.title_many if kind.title_many is not None and count > 1 else kind.title
    said = str(template) % {"name": alarm.name, "count": count}
    fault = _FAULTS.get(str(alarm.facts.get("fault", "")))
    return _("%(said)s：%(fault)s") % {"said": said, "fault": fault} if fault else said


def kind_label(key: str) -> str:
    """A kind in a few words."""
    return str(KINDS[key].label)


def _moment(value: object) -> str:
    return timezone.localtime(datetime.fromisoformat(str(value))).strftime("%Y-%m-%d %H:%M")


def _days(value: object) -> str:
    days = float(str(value))
    return days_words(days) if days >= 0 else _("已过期")


_FACTS: dict[str, tuple[Promise, Callable[[object], str]]] = {
    "count": (gettext_lazy("点位数"), str),
    "path": (gettext_lazy("路径"), str),
    "error": (gettext_lazy("系统报错"), str),
    "failing_since": (gettext_lazy("开始出错"), _moment),
    "state": (gettext_lazy("状态"), lambda value: str(_STATES.get(str(value), value))),
    "hour": (gettext_lazy("小时"), str),
    "missing_s": (gettext_lazy("缺少"), lambda value: seconds_words(float(str(value)))),
    "days_left": (gettext_lazy("还剩"), _days),
    "days_held": (gettext_lazy("总共可存储"), _days),
    "floor_days": (gettext_lazy("应当容下"), _days),
    "hours_left": (gettext_lazy("写满前还剩"), lambda value: seconds_words(float(str(value)) * 3600)),
    "waiting": (gettext_lazy("降级录像"), lambda value: _("待批准") if value else _("无待批准事项")),
    "free": (gettext_lazy("可用"), lambda value: bytes_words(float(str(value)))),
    "used": (gettext_lazy("已用"), lambda value: bytes_words(float(str(value)))),
    "offset_us": (gettext_lazy("偏差（微秒）"), str),
    "records": (gettext_lazy("记录数"), str),
    "missing": (gettext_lazy("缺少联署"), str),
    "seen_size": (gettext_lazy("见证时的条数"), str),
    "shown_size": (gettext_lazy("另一份的条数"), str),
    "last_at": (gettext_lazy("最近一次联署"), _moment),
    "expires": (gettext_lazy("到期时间"), _moment),
    "days": (gettext_lazy("已用天数"), str),
    "last": (gettext_lazy("最近一次备份"), _moment),
    "limit_days": (gettext_lazy("应当每隔（日）"), str),
    "fault": (gettext_lazy("异常"), lambda value: str(_FAULTS.get(str(value), value))),
    "measure": (gettext_lazy("测得"), str),
    "threshold": (gettext_lazy("界限"), str),
    "event": (gettext_lazy("设备报告"), str),
    "places": (gettext_lazy("涉及"), str),
    "attempts": (gettext_lazy("已试次数"), str),
    "detail": (gettext_lazy("程序说明"), str),
}
"""Facts by key: label, and how the value reads. A key that is not here is not shown."""


def facts(alarm: Alarm) -> Iterator[tuple[str, str]]:
    """The alarm's facts in words; what is not known is left out."""
    for key, (label, shown) in _FACTS.items():
        value = alarm.facts.get(key)
        if value is None or value == "" or (key == "count" and value == 1):
            continue
        if key in ("measure", "threshold"):
            yield str(label), value_words(float(str(value)), str(alarm.facts.get("unit", "")))
        else:
            yield str(label), shown(value)


def where_to_look(alarm: Alarm) -> tuple[str, str] | None:
    """The page on which the cause is handled, and its name; None where there is none. Cameras have links of their own."""
    kind = KINDS[alarm.kind]
    if alarm.kind == "gap.unexplained":
        return _("打开完整率"), reverse("upkeep:completeness")
    if alarm.kind.startswith("reconciliation."):
        return _("打开查看核对"), reverse("oversight:reconciliation")
    if alarm.kind.startswith("notice."):
        return _("打开告警接收"), reverse("upkeep:alarm_recipients")
    if alarm.kind.startswith("checkpoint"):
        return _("打开检查点"), reverse("oversight:checkpoint")
    if alarm.kind.startswith(("lower.", "witness.", "cosignature")):
        return _("打开下级日志见证"), reverse("oversight:witnessed")
    if alarm.kind.startswith(("volume.", "clock.", "store.")):
        return _("打开存储预测"), reverse("upkeep:forecast")
    if kind.reach == Reach.NODE:
        return _("打开没有录像的点位"), reverse("upkeep:down")
    return None
