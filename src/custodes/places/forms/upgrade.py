"""The forms of an upgrade order: the notice with its shortfalls, and a recheck."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.cases.forms import StepForm
from custodes.people.forms import DayInput, not_after_today, plain_text
from custodes.places.models.cases import LONGEST

ROWS = 6
"""Shortfalls that one notice has room for; the printed form has as many lines."""
_PARTS = (
    ("standard", _("第 %(row)d 项：标准及条款"), 120),
    ("found", _("第 %(row)d 项：核查情况"), 300),
    ("wanted", _("第 %(row)d 项：改造要求"), 300),
)


class UpgradeForm(StepForm):
    """The notice."""

    on = None  # type: ignore[assignment]
    words = None  # type: ignore[assignment]
    checked = forms.DateField(label=_("核查日期"), widget=DayInput, validators=[not_after_today])
    delivered = forms.DateField(
        label=_("送达日期"),
        widget=DayInput,
        validators=[not_after_today],
        help_text=_("期限自送达的次日起算；最后一日是休息日的，顺延到下一个工作日。"),
    )
    days = forms.IntegerField(
        label=_("期限（日）"),
        min_value=1,
        max_value=LONGEST,
        help_text=_("条文没有规定天数，由公安机关根据改造的难易确定。"),
    )
    guide = forms.CharField(label=_("指导单位（人员）"), max_length=80)
    guide_phone = forms.CharField(label=_("联系电话"), max_length=40)
    why = forms.CharField(label=_("情况说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in range(1, ROWS + 1):
            for name, label, most in _PARTS:
                self.fields[f"{name}_{row}"] = forms.CharField(
                    label=label % {"row": row}, max_length=most, required=row == 1, validators=[plain_text]
                )
        self.fields["why"].validators = self.fields["why"].validators[:-1]  # several lines
        self.fields["delivered"].initial = timezone.localdate

    def clean(self) -> dict[str, Any]:
        """Each shortfall is whole; what was found lies before delivery."""
        data = super().clean() or {}
        for row in range(1, ROWS + 1):
            given = {name: data.get(f"{name}_{row}", "") for name, _label, _most in _PARTS}
            for name, text in given.items():
                if any(given.values()) and not text and f"{name}_{row}" not in self.errors:
                    self.add_error(f"{name}_{row}", _("标准及条款、核查情况、改造要求应当一并填写。"))
        rows = [{name: data.get(f"{name}_{row}", "") for name, _label, _most in _PARTS} for row in range(1, ROWS + 1)]
        data["shortfalls"] = [one for one in rows if any(one.values())]
        if data.get("checked") and data.get("delivered") and data["checked"] > data["delivered"]:
            self.add_error("checked", _("核查日期不能晚于送达日期。"))
        return data

    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The term first, then the shortfalls."""
        names = ("checked", "delivered", "days", "guide", "guide_phone", "why")
        lines = [f"{name}_{row}" for row in range(1, ROWS + 1) for name, _label, _most in _PARTS]
        return [
            (_("通知和期限"), [self[name] for name in names]),
            (_("不符合标准的情况"), [self[name] for name in lines]),
        ]


class RecheckForm(StepForm):
    """What came of the recheck, on which day, and who was there."""

    passed = forms.TypedChoiceField(
        label=_("复查结论"),
        choices=[("1", _("合格")), ("0", _("不合格"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    checkers = forms.CharField(
        label=_("复查人员"), max_length=120, help_text=_("到场的两名以上人员，姓名之间用顿号分开。")
    )

    field_order = ("on", "checkers", "passed", "words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = _("复查情况")

    def clean_checkers(self) -> tuple[str, ...]:
        """Who was there, name by name."""
        text = self.cleaned_data["checkers"].replace("，", "、").replace(",", "、")
        return tuple(name.strip() for name in text.split("、") if name.strip())
