"""The forms of the parts of a device that are set as a whole: text over its picture, streams, mask, its week's plan, what it does on an alarm.

Each starts from what the device said, offers what it said that it has and nothing else, and gives a `ConfigurationWish`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.people.forms import PlainText, plain_text
from custodes.places.devices.entering import REASON
from custodes.places.devices.settingrules import (
    CLOCKS,
    DAYS,
    FORMATS,
    MOST_BITS,
    MOST_RATE,
    OFF,
    ON,
    RATE_KINDS,
    RESOLUTIONS,
    SettingFacts,
    SettingRemark,
    span_words,
    stream_name,
    told_of,
)
from custodes.video.wire.configuration import (
    MOST_A_DAY,
    MOST_REGIONS,
    AlarmRecord,
    AlarmReports,
    ConfigurationWish,
    DeviceStream,
    MaskRegion,
    OsdLine,
    PlanSpan,
)

_SWITCH = [("on", ON), ("off", OFF)]


@dataclass(frozen=True)
class PartFields:
    """Fields that stand together, under a title."""

    title: Any
    fields: tuple[Any, ...]


class PartForm(PlainText, forms.Form):
    """One part.

    Args:
        ground: what the device said and what the register declares.
    """

    reason = forms.CharField(label=_("更改理由"), max_length=REASON, help_text=_("写明为何更改，写入存证日志。"))
    aware = forms.BooleanField(label=_("已知悉上述影响，仍要下发"), required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    names: tuple[str, ...] = ()
    """What it sets, by the names of `ConfigurationWish`; the first that the device told of is what it is about."""

    def __init__(self, *args: Any, ground: SettingFacts, **kwargs: Any) -> None:
        self.ground, self.told = ground, list[SettingRemark]()
        self._groups: list[tuple[Any, list[str]]] = []
        super().__init__(*args, **kwargs)
        own = {name: self.fields.pop(name) for name in ("reason", "aware", "seen")}
        self.build()
        self.fields |= own
        # The fields came after PlainText looked.
        for name, field in self.fields.items():
            if name not in own and isinstance(field, forms.CharField):
                field.validators = [*field.validators, plain_text]

    @classmethod
    def offered(cls, ground: SettingFacts) -> bool:
        """Whether the device told of any of it."""
        return any(getattr(ground.said, name) is not None for name in cls.names)

    @property
    def whole(self) -> bool:
        """Whether all of what the device told was understood."""
        return all(getattr(getattr(self.ground.said, name), "whole", True) for name in self.names)

    def build(self) -> None:
        """Make the fields out of what the device said."""
        raise NotImplementedError

    def wished(self, data: dict[str, Any]) -> dict[str, Any]:
        """What is wanted, by the names of `ConfigurationWish`, changed or not."""
        raise NotImplementedError

    def groups(self) -> list[PartFields]:
        """Fields for the page."""
        return [
            PartFields(title, tuple(self[name] for name in names if name in self.fields))
            for title, names in self._groups
        ]

    def clean(self) -> dict[str, Any]:
        """Something is changed, it may be, and the person knows what it means."""
        data = super().clean() or {}
        if self.errors.keys() - {"reason"}:
            return data
        wish = self.as_wish(data)
        if wish is None:
            raise forms.ValidationError(_("没有更改任何一项。请修改后再下发。"))
        self.told = told_of(self.ground, wish)
        for one in self.told:
            if one.refused:
                self.add_error(one.field if one.field in self.fields else None, one.words)
        if self.told and not any(one.refused for one in self.told) and not data.get("aware"):
            self.add_error("aware", _("请先看清上述影响（第三十四条第七项），确认后勾选此项再下发。"))
        data["wish"] = wish
        return data

    def as_wish(self, data: dict[str, Any]) -> ConfigurationWish | None:
        """What differs from what it said; None where nothing does."""
        wanted = {name: value for name, value in self.wished(data).items() if value != getattr(self.ground.said, name)}
        return ConfigurationWish(**wanted) if wanted else None

    def as_drawn(self) -> dict[str, Any]:
        """What would stand, as far as what was entered makes sense; else what stands."""
        if not self.is_bound:
            return {name: getattr(self.ground.said, name) for name in self.names}
        data = {name: self.get_initial_for_field(field, name) for name, field in self.fields.items()}
        data |= {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value is not None}
        return self.wished(data)

    def add(self, title: Any, fields: dict[str, tuple[forms.Field, Any]]) -> None:
        """A group; a field whose value the device did not tell is left out."""
        there = {name: (field, said) for name, (field, said) in fields.items() if said is not None}
        for name, (field, said) in there.items():
            field.initial = said
            self.fields[name] = field
        if there:
            self._groups.append((title, list(there)))


def switch(label: Any, hint: Any = "") -> forms.ChoiceField:
    """On or off."""
    return forms.ChoiceField(label=label, choices=_SWITCH, help_text=hint)


def on_off(on: bool | None) -> str | None:
    """As a switch has it; None where nobody told."""
    return None if on is None else "on" if on else "off"


TEXT_LENGTH = 64
MOST_PIXELS = 65_535


class OsdForm(PartForm):
    """The time and the lines of text over the picture."""

    names = ("osd",)

    def build(self) -> None:
        osd = self.ground.said.osd
        assert osd is not None
        clocks = dict(CLOCKS) | ({osd.time_type: osd.time_type} if osd.time_type not in (None, *CLOCKS) else {})
        self.add(_("时间"), {
            "time_on": (switch(_("时间显示")), on_off(osd.time_on)),
            "time_type": (forms.TypedChoiceField(label=_("时间格式"), choices=list(clocks.items()), coerce=int), osd.time_type),
            "time_x": (_pixels(_("时间距左边（像素）")), osd.time_x),
            "time_y": (_pixels(_("时间距上边（像素）")), osd.time_y),
        })  # fmt: skip
        hint = _("文字中应当有点位名称“%(name)s”。") % {"name": self.ground.name} if self.ground.name else ""
        self.add(_("文字"), {"text_on": (switch(_("文字显示"), hint), on_off(osd.text_on))})
        for at in range(osd.most):
            line = osd.lines[at] if at < len(osd.lines) else OsdLine(text="", x=0, y=0)
            text = forms.CharField(label=_("第 %(order)s 行文字") % {"order": at + 1}, max_length=max(TEXT_LENGTH, len(line.text)), required=False)  # fmt: skip
            text.told_later = True  # type: ignore[attr-defined]
            self.add(_("第 %(order)s 行") % {"order": at + 1}, {
                f"line{at}_text": (text, line.text),
                f"line{at}_x": (_pixels(_("距左边（像素）")), line.x),
                f"line{at}_y": (_pixels(_("距上边（像素）")), line.y),
            })  # fmt: skip

    def wished(self, data: dict[str, Any]) -> dict[str, Any]:
        osd = self.ground.said.osd
        assert osd is not None
        lines = []
        for at in range(osd.most):
            old = osd.lines[at] if at < len(osd.lines) else None
            text = str(data.get(f"line{at}_text") or "").strip()
            if text or old is not None:
                lines.append(OsdLine(text=text, x=data.get(f"line{at}_x"), y=data.get(f"line{at}_y")))
        changes: dict[str, Any] = {
            name: data[name]
            for name in ("time_type", "time_x", "time_y")
            if name in self.fields and data.get(name) is not None
        }
        changes |= {
            name: data[name] == "on" for name in ("time_on", "text_on") if name in self.fields and data.get(name)
        }
        return {"osd": osd.model_copy(update=changes | {"lines": tuple(lines)})}


class StreamsForm(PartForm):
    """How each stream is made."""

    names = ("streams",)

    def build(self) -> None:
        for at, one in enumerate(self.ground.said.streams or ()):
            self.add(stream_name(one.number, at), {
                f"s{at}_format": (_choice(_("编码格式"), FORMATS, one.format), one.format or None),
                f"s{at}_resolution": (self._resolution(one.resolution), one.resolution or None),
                f"s{at}_rate": (_number(_("帧率（帧／秒）"), one.rate, MOST_RATE), _told_number(one.rate)),
                f"s{at}_kind": (_choice(_("码率类型"), RATE_KINDS, one.kind), one.kind or None),
                f"s{at}_bits": (_number(_("码率（kbit/s）"), one.bits, MOST_BITS), _told_number(one.bits)),
            })  # fmt: skip

    def _resolution(self, said: str) -> forms.ChoiceField:
        told = self.ground.said.resolutions
        words = {one: RESOLUTIONS.get(one, one) for one in told} if told else RESOLUTIONS
        return _choice(_("分辨率"), words, said)

    def wished(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"streams": tuple(self._stream(at, one, data) for at, one in enumerate(self.ground.said.streams or ()))}

    def _stream(self, at: int, said: DeviceStream, data: dict[str, Any]) -> DeviceStream:
        changes = {}
        for name in ("format", "resolution", "rate", "kind", "bits"):
            value = data.get(f"s{at}_{name}")
            if f"s{at}_{name}" in self.fields and value is not None:
                old = getattr(said, name)
                changes[name] = old if name in ("rate", "bits") and _told_number(old) == value else str(value)
        return said.model_copy(update=changes)


class MaskForm(PartForm):
    """What is hidden besides; what is hidden stays so."""

    names = ("mask",)

    def build(self) -> None:
        mask = self.ground.said.mask
        assert mask is not None
        if not mask.on:
            self.add("", {"on": (switch(_("隐私遮挡")), "off")})
        taken = {one.number for one in mask.regions}
        for number in range(1, MOST_REGIONS + 1):
            if number in taken:
                continue
            names = [f"region{number}_{side}" for side in ("left", "top", "right", "bottom")]
            labels = (_("左边（像素）"), _("上边（像素）"), _("右边（像素）"), _("下边（像素）"))
            for name, label in zip(names, labels, strict=True):
                field = _pixels(label)
                field.required, field.told_later = False, True  # type: ignore[attr-defined]
                self.fields[name] = field
            self._groups.append((_("新增区域 %(number)s") % {"number": number}, names))

    def clean(self) -> dict[str, Any]:
        """A region is told with its four sides or not at all."""
        for number, sides in self._regions(self.cleaned_data):
            if None in sides and any(side is not None for side in sides):
                words = _("区域 %(number)s 的四边没有填全（GB/T 28181-2022 视频画面遮挡）。请填全，或者全部留空。")
                self.add_error(f"region{number}_left", words % {"number": number})
            left, top, right, bottom = (side if side is not None else 0 for side in sides)
            if None not in sides and (left >= right or top >= bottom):
                words = _(
                    "区域 %(number)s 没有面积：右边须大于左边，下边须大于上边（GB/T 28181-2022 视频画面遮挡）。请改正。"
                )
                self.add_error(f"region{number}_right", words % {"number": number})
        return super().clean()

    def wished(self, data: dict[str, Any]) -> dict[str, Any]:
        mask = self.ground.said.mask
        assert mask is not None
        new = tuple(
            MaskRegion(number=number, point=",".join(map(str, sides)))
            for number, sides in self._regions(data)
            if None not in sides
        )
        on = mask.on or data.get("on") == "on"
        return {"mask": mask.model_copy(update={"on": on, "regions": mask.regions + new})}

    def _regions(self, data: dict[str, Any]) -> Iterator[tuple[int, tuple[int | None, ...]]]:
        for number in range(1, MOST_REGIONS + 1):
            if f"region{number}_left" in self.fields:
                yield number, tuple(data.get(f"region{number}_{side}") for side in ("left", "top", "right", "bottom"))


def _pixels(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_PIXELS)


def _choice(label: Any, words: dict[str, Any], said: str) -> forms.ChoiceField:
    """What may be chosen; what stands may stay, whatever it is."""
    choices: Iterable[tuple[str, Any]] = words.items() if said in words else [*words.items(), (said, said)]
    return forms.ChoiceField(label=label, choices=list(choices))


def _number(label: Any, said: str, most: int) -> forms.IntegerField:
    """What stands may stay, also a nought."""
    now = _told_number(said)
    return forms.IntegerField(label=label, min_value=1 if now is None else min(1, now), max_value=max(most, now or 0))


def _told_number(text: str) -> int | None:
    return int(text) if text.isdecimal() and 0 < len(text) < 9 else None


MOST_ALARM = 3600
"""Seconds recorded before or after an alarm."""
_BETWEEN = re.compile(r"[\s、，,;；]+")
_SPAN = re.compile(
    r"([0-9]{1,2})[:：]([0-9]{2})(?:[:：]([0-9]{2}))?[-–—~～至到]([0-9]{1,2})[:：]([0-9]{2})(?:[:：]([0-9]{2}))?"
)
_DASHES = re.compile(r"(?<!\s)\s*([-–—~～至到])\s*")


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


FORMS: dict[str, type[PartForm]] = {
    "osd": OsdForm,
    "plan": PlanForm,
    "video": StreamsForm,
    "mask": MaskForm,
    "alarm": AlarmForm,
}
