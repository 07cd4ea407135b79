"""How a device is set, in words: on its page in the reader's language, in records in Chinese."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from custodes.video.wire.configuration import Mask, PlanSpan, Settings

LABELS: dict[str, Any] = {
    "name": pgettext_lazy("设备配置", "名称"),
    "expiration_s": _("注册有效期（秒）"),
    "heartbeat_s": _("心跳间隔（秒）"),
    "heartbeat_count": _("允许缺失的心跳数"),
    "mirror": _("画面镜像"),
    "mask": _("隐私遮挡"),
}
"""Of what can be set, by the names of `Wish`."""

MIRRORS = {0: _("不镜像"), 1: _("左右镜像"), 2: _("上下镜像"), 3: _("左右、上下都镜像")}
_POSITIONS = {0: _("不定位"), 1: _("GPS 定位"), 2: _("北斗定位")}
_DAYS = [_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")]

TYPES: dict[str, Any] = {
    "BasicParam": _("基本参数"),
    "VideoParamOpt": _("视频参数范围"),
    "VideoParamAttribute": _("视频参数属性"),
    "VideoRecordPlan": _("录像计划"),
    "VideoAlarmRecord": _("报警录像"),
    "PictureMask": _("视频画面遮挡"),
    "FrameMirror": _("画面翻转"),
    "AlarmReport": _("报警上报开关"),
    "OSDConfig": _("前端 OSD"),
}
"""Of a configuration, as the standard calls them."""


def value_of(name: str, value: Any) -> Any:
    """One value."""
    if value is None:
        return _("未报告")
    if isinstance(value, Mask):
        return _mask(value)
    if name == "mirror":
        return MIRRORS.get(value, value)
    return value


def value_in_chinese(name: str, value: Any) -> str:
    """The same for a record."""
    with override("zh-hans"):
        return str(value_of(name, value))


def in_chinese(name: str, value: Any) -> str:
    """With its name: ``心跳间隔（秒） 30``."""
    with override("zh-hans"):
        return f"{LABELS[name]} {value_of(name, value)}"


def facts_of(said: Settings) -> list[tuple[Any, Any]]:
    """All that it said, as lines of a page."""
    facts = [(label, value_of(name, getattr(said, name))) for name, label in LABELS.items()
             if getattr(said, name) is not None]  # fmt: skip
    if said.position is not None:
        facts.append((_("定位能力"), _POSITIONS.get(said.position, said.position)))
    if said.longitude is not None and said.latitude is not None:
        facts.append((_("设备所报经纬度"), f"{said.longitude:.6f}, {said.latitude:.6f}"))
    if said.speeds is not None:
        facts.append((_("下载倍速"), " / ".join(said.speeds) or _("未报告")))
    if said.resolutions is not None:
        facts.append((_("分辨率（附录 F 编号）"), " / ".join(said.resolutions) or _("未报告")))
    if said.plan_on is not None:
        facts.append((_("设备录像计划"), _plan(said.plan) if said.plan_on else _("关闭")))
    if said.alarm_on is not None:
        facts.append((_("设备报警录像"), _alarm(said) if said.alarm_on else _("关闭")))
    for label, on in ((_("移动侦测报警上报"), said.motion), (_("区域入侵报警上报"), said.field)):
        if on is not None:
            facts.append((label, _("开启") if on else _("关闭")))
    return facts


def _mask(mask: Mask) -> Any:
    words = _("开启，%(count)s 个区域") if mask.on else _("关闭，设有 %(count)s 个区域")
    return words % {"count": len(mask.regions)}


def _plan(spans: tuple[PlanSpan, ...]) -> Any:
    days: dict[int, list[str]] = {}
    for span in spans:
        days.setdefault(span.day, []).append(f"{span.start[:5]}–{span.stop[:5]}")
    return "；".join(f"{_DAYS[day - 1]} {'、'.join(told)}" for day, told in sorted(days.items())) or _("开启，没有时段")


def _alarm(said: Settings) -> Any:
    return _("报警前 %(before)s 秒，报警后 %(after)s 秒") % {
        "before": said.before_alarm_s if said.before_alarm_s is not None else "–",
        "after": said.after_alarm_s if said.after_alarm_s is not None else "–",
    }
