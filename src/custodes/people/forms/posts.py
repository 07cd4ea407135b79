"""Assigning a post, and the search over posts."""

from __future__ import annotations

import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.people.forms.plain import PlainText
from custodes.people.models import PostKind, Unit
from custodes.people.scope import Scope, sees_its_division, units_in


class PostForm(PlainText, forms.Form):
    """Kind, unit, and from which day to which; days are local, the last one is included."""

    kind = forms.ChoiceField(label=_("岗位"), choices=PostKind.choices)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("任职单位"))
    first_day = forms.DateField(
        label=_("生效日期"),
        required=False,
        help_text=_("不填写即现在生效。"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    last_day = forms.DateField(
        label=_("最后一日"),
        required=False,
        help_text=_("不填写即长期有效，直至终止。"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    note = forms.CharField(
        label=_("任职依据"), required=False, max_length=200, help_text=_("例如任职文件的名称和文号。")
    )

    def __init__(self, *args: object, scope: Scope, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        self.fields["unit"].queryset = units_in(scope).select_related("division")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        """Days in their order, and no post that sees more than whoever gives it."""
        data = super().clean() or {}
        first, last = data.get("first_day"), data.get("last_day")
        begin = first or timezone.localdate()
        if last is not None and last < begin:
            self.add_error("last_day", _("最后一日不能早于生效日期或者今天。"))
        kind, unit = str(data.get("kind", "")), data.get("unit")
        if isinstance(unit, Unit) and sees_its_division(kind, unit) and not self.scope.sees_division(unit.division):
            self.add_error("kind", _("该岗位可见整个行政区划，应当由公安机关的安全管理员任命。"))
        return data

    def valid_from(self, at: datetime.datetime) -> datetime.datetime:
        """The beginning of the first day, or now when the day is today or empty."""
        day = self.cleaned_data["first_day"]
        return at if day is None or day == timezone.localdate(at) else _midnight(day)

    def valid_until(self) -> datetime.datetime | None:
        """The end of the last day."""
        day = self.cleaned_data["last_day"]
        return None if day is None else _midnight(day + datetime.timedelta(days=1))


class PostSearch(forms.Form):
    """By kind and state."""

    kind = forms.ChoiceField(label=_("岗位"), required=False, choices=[("", _("全部")), *PostKind.choices])
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("有效")), ("ended", _("已终止或者到期")), ("future", _("尚未生效")), ("all", _("全部"))],
    )


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))
