"""An alarm in words: its title, what to do, and its facts, in the language that is active."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custodes.people.entrusting import READERS, visible
from custodes.people.models import Entrustment
from custodes.people.permissions import Permission
from custodes.people.scope import persons_in
from custodes.people.viewer import Viewer
from custodes.upkeep.alarms.kinds import KINDS, AlarmReach
from custodes.upkeep.alarms.kinds.people import ALONE_STEP, ENTRUSTMENT
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
    said = str(template) % {"name": alarm.name, "count": count, "left": _left(alarm)}
    fault = _FAULTS.get(str(alarm.facts.get("fault", "")))
    return _("%(said)s：%(fault)s") % {"said": said, "fault": fault} if fault else said


def _left(alarm: Alarm) -> str:
    """How long it lasts, as the forecast that the alarm rests on said it last."""
    days = alarm.facts.get("days_left")
    return _days(days) if isinstance(days, int | float) else _("两日")


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
    "fault": (gettext_lazy("异常"), lambda value: str(_FAULTS.get(str(value), value))),
    "measure": (gettext_lazy("测得"), str),
    "threshold": (gettext_lazy("界限"), str),
    "event": (gettext_lazy("设备报告"), str),
    "places": (gettext_lazy("涉及"), str),
    "attempts": (gettext_lazy("已试次数"), str),
    "detail": (gettext_lazy("程序说明"), str),
    "made_by": (gettext_lazy("提出人"), str),
}
"""Facts by key: label, and how the value reads; a kind brings what is its own (`AlarmKind.facts`). A key that is in neither is not shown."""


def facts(alarm: Alarm) -> Iterator[tuple[str, str]]:
    """The alarm's facts in words; what is not known is left out."""
    for key, (label, shown) in {**_FACTS, **KINDS[alarm.kind].facts}.items():
        value = alarm.facts.get(key)
        if value is None or value == "" or (key == "count" and value == 1):
            continue
        if key in ("measure", "threshold"):
            yield str(label), value_words(float(str(value)), str(alarm.facts.get("unit", "")))
        else:
            yield str(label), shown(value)


def where_to_look(alarm: Alarm, viewer: Viewer) -> tuple[str, str] | None:
    """The page on which the cause is handled, and its name; None where the viewer may open none.

    Cameras have links of their own.
    """
    if alarm.subject.startswith((ENTRUSTMENT, ALONE_STEP)):
        return _entrusted(alarm, viewer)
    kind = KINDS[alarm.kind]
    if kind.page is not None and viewer.may(kind.page.opened_by):
        return str(kind.page.label), reverse(kind.page.name)
    if kind.reach == AlarmReach.NODE and viewer.may(Permission.VIEW_COMPLETENESS):
        return _("打开没有录像的点位"), reverse("upkeep:down")
    return None


def _entrusted(alarm: Alarm, viewer: Viewer) -> tuple[str, str] | None:
    """What was entrusted or declared, for those who decide about such; the person, for others within whose reach they are."""
    row = Entrustment.objects.filter(uuid=alarm.subject.split(":")[1]).select_related("person").first()
    if row is None:
        return None
    if any(map(viewer.may, READERS)) and visible(viewer.person, viewer.at).filter(pk=row.pk).exists():
        return _("打开授权事项"), reverse("people:entrustment", args=[row.uuid])
    if (
        viewer.may(Permission.VIEW_PEOPLE)
        and persons_in(viewer.scope(Permission.VIEW_PEOPLE)).filter(pk=row.person_id).exists()
    ):
        return _("打开该人员"), reverse("people:person_detail", args=[row.person.uuid])
    return None
