"""Forms of what a device records by itself: its week's plan, and what it does on an alarm."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.places.devices.settinglines import DAYS, span_words
from custodes.places.forms.devicepart import PartForm, on_off, switch
from custodes.video.wire.devicesettings import MOST_A_DAY, AlarmRecord, AlarmReports, PlanSpan

MOST_ALARM = 3600
"""Seconds recorded before or after an alarm."""
_BETWEEN = re.compile(r"[\s、，,;；]+")
_SPAN = re.compile(
    r"([0-9]{1,2})[:：]([0-9]{2})(?:[:：]([0-9]{2}))?[-–—~～至到]([0-9]{1,2})[:：]([0-9]{2})(?:[:：]([0-9]{2}))?"
)
_DASHES = re.compile(r"\s*([-–—~～至到])\s*")


class PlanForm(PartForm):
    """When the device records by itself: each day's times in one line."""

    names = ("record_plan",)

    def build(self) -> None:
        plan = self.ground.said.record_plan
        assert plan is not None
        self.add("", {"on": (switch(_("设备录像计划")), on_off(plan.on))})
        for day, label in DAYS.items():
            field = forms.CharField(label=label, max_length=300, required=False)
            field.told_later = True  # type: ignore[attr-defined]
            self.fields[f"day{day}"] = field
            field.initial = _("、").join(map(span_words, plan.of_day(day)))

    @property
    def days(self) -> list[Any]:
        """The fields of the week's table."""
        return [self[f"day{day}"] for day in DAYS]

    def clean(self) -> dict[str, Any]:
        """Each day's times, before what they come to."""
        for day in DAYS:
            text = self.cleaned_data.get(f"day{day}")
            if text is not None:
                try:
                    self.cleaned_data[f"day{day}"] = spans_of(day, text)
                except forms.ValidationError as error:
                    self.add_error(f"day{day}", error)
        return super().clean()

    def wished(self, data: dict[str, Any]) -> dict[str, Any]:
        plan = self.ground.said.record_plan
        assert plan is not None
        spans: list[PlanSpan] = []
        for day in DAYS:
            told = data.get(f"day{day}")
            spans += told if isinstance(told, list) else plan.of_day(day)
        ordered = tuple(sorted(spans, key=lambda one: (one.day, one.start)))
        on = data.get("on", on_off(plan.on)) == "on"
        same = {(one.day, *(one.seconds or ())) for one in ordered} == {
            (one.day, *(one.seconds or ())) for one in plan.spans
        }
        return {"record_plan": plan.model_copy(update={"on": on, "spans": plan.spans if same else ordered})}


def spans_of(day: int, text: str) -> list[PlanSpan]:
    """A day's times out of a line such as ``08:00-12:00、14:00-18:00``.

    Raises:
        ValidationError: what is wrong, the rule and the remedy.
    """
    spans = []
    for piece in filter(None, _BETWEEN.split(_DASHES.sub(r"\1", text.strip()))):
        found = _SPAN.fullmatch(piece)
        if found is None:
            raise forms.ValidationError(
                _("“%(piece)s”不是时段。请写成 08:00-12:00，几段之间用顿号隔开；整天写 00:00-24:00，不录像的留空。")
                % {"piece": piece[:40]}
            )
        start, stop = (
            f"{int(hour):02}:{minute}:{second or '00'}"
            for hour, minute, second in (found.groups()[:3], found.groups()[3:])
        )
        span = PlanSpan(day=day, start=start, stop=stop)
        if span.seconds is None:
            raise forms.ValidationError(
                _(
                    "“%(piece)s”的结束应当晚于开始，且不晚于 24:00（GB/T 28181-2022 录像计划）。跨过半夜的，请分写在两天。"
                )
                % {"piece": piece}
            )
        spans.append(span)
    spans.sort(key=lambda one: one.seconds or (0, 0))
    if len(spans) > MOST_A_DAY:
        raise forms.ValidationError(
            _("一天至多 %(most)s 段（GB/T 28181-2022 录像计划），这里有 %(count)s 段。请合并相邻的时段。")
            % {"most": MOST_A_DAY, "count": len(spans)}
        )
    for one, other in pairwise(spans):
        if (one.seconds or (0, 0))[1] > (other.seconds or (0, 0))[0]:
            raise forms.ValidationError(
                _("%(one)s 和 %(other)s 重叠（GB/T 28181-2022 录像计划）。请合并成一段。")
                % {"one": span_words(one), "other": span_words(other)}
            )
    return spans


class AlarmForm(PartForm):
    """What is recorded around an alarm, and what alarms are raised."""

    names = ("alarm_record", "alarm_report")

    def build(self) -> None:
        said = self.ground.said
        if (alarm := said.alarm_record) is not None:
            self.add(_("设备报警录像"), {
                "alarm_on": (switch(_("报警时录像")), on_off(alarm.on)),
                "before_s": (_seconds(_("报警前录像（秒）"), alarm.before_s), alarm.before_s),
                "after_s": (_seconds(_("报警后录像（秒）"), alarm.after_s), alarm.after_s),
            })  # fmt: skip
        if (report := said.alarm_report) is not None:
            self.add(_("报警上报"), {
                "motion": (switch(_("移动侦测报警上报")), on_off(report.motion)),
                "field": (switch(_("区域入侵报警上报")), on_off(report.field)),
            })  # fmt: skip

    def wished(self, data: dict[str, Any]) -> dict[str, Any]:
        said, wanted = self.ground.said, dict[str, Any]()
        if said.alarm_record is not None:
            wanted["alarm_record"] = AlarmRecord(
                on=data["alarm_on"] == "on", after_s=data.get("after_s"), before_s=data.get("before_s")
            )
        if said.alarm_report is not None:
            told = {name: data[name] == "on" if name in self.fields else None for name in ("motion", "field")}
            wanted["alarm_report"] = AlarmReports(**told)
        return wanted


def _seconds(label: Any, said: int | None) -> forms.IntegerField:
    """An hour at most; what stands may stay."""
    return forms.IntegerField(label=label, min_value=0, max_value=max(MOST_ALARM, said or 0))
