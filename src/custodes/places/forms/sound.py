"""The form by which the sound of a camera is asked for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from custodes.law.building.sound import BY_KEY, REASONS, SoundReason
from custodes.people.forms.plain import PlainText
from custodes.people.said import in_english
from custodes.places.models import SoundOrder


def _words(reason: SoundReason) -> str:
    return reason.en if in_english() else reason.zh


class SoundForm(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """Why sound may be recorded, and by which law."""

    reason = forms.ChoiceField(label=_("采集声音的事由"), widget=forms.RadioSelect)

    class Meta:
        model = SoundOrder
        fields = ["reason", "statute", "why"]
        widgets = {"why": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "statute": _("事由由其他法律、行政法规规定的，写明名称和条款。"),
            "why": _("只有图像为何不够，声音用于什么。写入存证日志。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        assert isinstance(field, forms.ChoiceField)
        shown = lazy(_words, str)
        field.choices = [(reason.key, shown(reason)) for reason in REASONS]

    def clean(self) -> dict[str, Any]:
        """A law is named where the reason rests on one, and only there."""
        data = super().clean() or {}
        reason = BY_KEY.get(data.get("reason", ""))
        if reason is not None and not reason.by_statute:
            data["statute"] = ""
        return data
