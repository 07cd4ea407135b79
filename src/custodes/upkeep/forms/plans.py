"""The forms by which plans and recording hours are asked for and decided."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from custodes.people.forms import PlainText
from custodes.places.models import (
    Camera,
    HoursBasis,
    HoursCalendar,
    PlaceArticle,
    Plan,
    PlanCause,
    PlanKind,
    RecordingHours,
    Repeat,
    Site,
)
from custodes.upkeep.alarms.kinds.cameras import DOWN, SILENT
from custodes.upkeep.alarms.windows import SILENCEABLE
from custodes.upkeep.plans import WEEKDAYS, silences_of

ROWS = 3
"""Lines of hours on the form."""

_MOMENT = "%Y-%m-%dT%H:%M"


class SiteChoice(forms.Form):
    """Whose cameras."""

    site = forms.ModelChoiceField(Site.objects.none(), label=_("场所"), empty_label=None)

    def __init__(self, *args: Any, sites: QuerySet[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = sites  # type: ignore[attr-defined]


class _CamerasField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, camera: Camera) -> str:
        return f"{camera.name}（{camera.number}）"


def _moment(label: Any, **more: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT)
    return forms.DateTimeField(label=label, widget=widget, input_formats=[_MOMENT, f"{_MOMENT}:%S"], **more)


class PlanForm(PlainText, forms.Form):
    """An interruption or a window of cameras of one site."""

    kind = forms.ChoiceField(
        label=_("内容"), choices=PlanKind.choices, widget=forms.RadioSelect, initial="interruption"
    )
    cause = forms.ChoiceField(label=_("事由"), choices=PlanCause.choices)
    words = forms.CharField(
        label=_("说明"), max_length=200, help_text=_("谁来做、做什么；写入存证日志，例如：供电公司更换配电柜。")
    )
    begins = _moment(_("开始"))
    ends = _moment(_("结束"))
    repeat = forms.ChoiceField(label=_("重复"), choices=Repeat.choices, required=False)
    until = forms.DateField(
        label=_("重复到"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("含当天，不超过一年。每一次都单独登记，可以单独批准、单独结束。"),
    )
    cameras = _CamerasField(Camera.objects.none(), label=_("点位"), widget=forms.CheckboxSelectMultiple)
    silences = forms.MultipleChoiceField(
        label=_("暂缓的告警"),
        choices=[(kind.key, kind.label) for kind in SILENCEABLE],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        initial=[DOWN.key, SILENT.key],
        help_text=_("只限所选点位在这段时间内才出现的；结束时仍未恢复的立即告警。其余告警照常。"),
    )

    def __init__(self, *args: Any, cameras: QuerySet[Camera], at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cameras"].queryset = cameras  # type: ignore[attr-defined]
        hour = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        self.fields["begins"].initial = hour
        self.fields["ends"].initial = hour + timedelta(hours=2)

    def clean(self) -> dict[str, Any]:
        """The end is behind the beginning; a window keeps something back."""
        data = super().clean() or {}
        begins, ends = data.get("begins"), data.get("ends")
        if begins and ends and ends <= begins:
            self.add_error("ends", _("结束时间应当晚于开始时间。"))
        if data.get("kind") == PlanKind.WINDOW and not data.get("silences"):
            self.add_error("silences", _("维护窗口应当至少选择一类暂缓的告警。"))
        return data

    def plan(self) -> Plan:
        """What is asked for; `places.planning.ask` saves it."""
        data = self.cleaned_data
        return Plan(
            kind=data["kind"],
            cause=data["cause"],
            words=data["words"],
            begins=data["begins"],
            ends=data["ends"],
            silences=silences_of(data["kind"], data["silences"]),
        )

    def repeats(self) -> tuple[Repeat, date | None]:
        """How it repeats, and the last day on which an occurrence may begin."""
        return Repeat(self.cleaned_data["repeat"]), self.cleaned_data["until"]


class HoursForm(PlainText, forms.Form):
    """When a camera is recorded, on what basis. Up to three lines of days and hours."""

    basis = forms.ChoiceField(label=_("依据"), choices=HoursBasis.choices, widget=forms.RadioSelect)
    place = forms.ChoiceField(label=_("场所属于"), choices=PlaceArticle.choices)
    order_number = forms.CharField(
        label=_("文号"), max_length=80, required=False, help_text=_("依据书面要求的，填写文号。")
    )
    words = forms.CharField(label=_("理由"), max_length=200)
    calendar = forms.ChoiceField(
        label=_("节假日"),
        choices=HoursCalendar.choices,
        widget=forms.RadioSelect,
        initial=HoursCalendar.WEEK,
        help_text=_("依据法定节假日和政府放假通知，包括藏历新年、雪顿节；书面要求或者理由写明的才选第二项。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        time = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        for row in range(ROWS):
            number = {"number": row + 1}
            self.fields[f"days_{row}"] = forms.TypedMultipleChoiceField(
                label=gettext("时段 %(number)d：哪几天录像") % number,
                choices=[(day, words) for day, words in enumerate(WEEKDAYS, start=1)],
                coerce=int,
                widget=forms.CheckboxSelectMultiple({"class": "choices--row"}),
                required=row == 0,
            )
            self.fields[f"begin_{row}"] = forms.TimeField(
                label=gettext("时段 %(number)d：开始") % number, widget=time, required=row == 0
            )
            self.fields[f"end_{row}"] = forms.TimeField(
                label=gettext("时段 %(number)d：结束") % number,
                widget=time,
                required=row == 0,
                help_text=_("不晚于开始的，为次日。"),
            )

    def clean(self) -> dict[str, Any]:
        """A line is whole or empty."""
        data = super().clean() or {}
        for row in range(1, ROWS):
            given = [
                bool(data.get(f"days_{row}")),
                data.get(f"begin_{row}") is not None,
                data.get(f"end_{row}") is not None,
            ]
            if any(given) and not all(given):
                self.add_error(f"days_{row}", _("这一时段的日子、开始和结束要么都填，要么都不填。"))
        return data

    def hours(self, camera: Camera) -> RecordingHours:
        """What is asked for; `places.planning.ask_hours` saves it."""
        data = self.cleaned_data
        week = [
            {
                "days": sorted(data[f"days_{row}"]),
                "begin": data[f"begin_{row}"].hour * 60 + data[f"begin_{row}"].minute,
                "end": data[f"end_{row}"].hour * 60 + data[f"end_{row}"].minute,
            }
            for row in range(ROWS)
            if data.get(f"days_{row}")
        ]
        return RecordingHours(
            camera=camera,
            basis=data["basis"],
            place=data["place"],
            order_number=data["order_number"],
            words=data["words"],
            week=week,
            calendar=data["calendar"],
        )
