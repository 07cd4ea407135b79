"""Acknowledging an alarm, choosing sounds, and the search over what is over."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.people.forms.plain import PlainText
from custodes.upkeep.alarms.acknowledging import LONGEST
from custodes.upkeep.alarms.kinds import KINDS
from custodes.upkeep.alarms.words import QUICK_WORDS
from custodes.upkeep.models import Severity, Sound


class WordsForm(PlainText, forms.Form):
    """What one says about an alarm: a quick choice, own words, or both."""

    quick = forms.ChoiceField(label=_("采取的措施"), required=False, widget=forms.RadioSelect)
    words = forms.CharField(label=_("补充说明"), required=False, max_length=LONGEST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quick"].choices = [(str(words), words) for words in QUICK_WORDS]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One of the two must be there."""
        data = super().clean() or {}
        if not data.get("quick") and not data.get("words") and not self.errors:
            self.add_error("words", _("请选择一项措施，或者写明情况。"))
        return data

    @property
    def said(self) -> str:
        """Both together."""
        parts = [self.cleaned_data.get("quick", ""), self.cleaned_data.get("words", "")]
        return "；".join(part for part in parts if part)[:LONGEST]


class CloseForm(PlainText, forms.Form):
    """What was found: with it an alarm is closed that a person must close."""

    words = forms.CharField(label=_("查明的情况"), max_length=LONGEST)


class PreferenceForm(forms.Form):
    """Which sound one's own pages make."""

    sound = forms.ChoiceField(label=_("提示音"), choices=Sound.choices)
    sound_from = forms.TypedChoiceField(label=_("响铃级别"), choices=Severity.choices, coerce=int)


class HistorySearch(forms.Form):
    """By kind, severity and days back."""

    kind = forms.ChoiceField(label=_("类别"), required=False)
    severity = forms.ChoiceField(label=_("级别"), required=False, choices=[("", _("全部")), *Severity.choices])
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("全部")), ("open", _("未消除")), ("cleared", _("已消除"))],
    )
    days = forms.ChoiceField(
        label=_("时间"),
        required=False,
        choices=[("", _("最近 7 天")), ("1", _("最近 1 天")), ("30", _("最近 30 天")), ("all", _("全部"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = sorted(((kind.key, kind.label) for kind in KINDS.values()), key=lambda each: str(each[1]))
        self.fields["kind"].choices = [("", _("全部")), *kinds]  # type: ignore[attr-defined]
