"""What is said with an embargo, and with a finding about looks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.people.forms.plain import PlainText


class EmbargoForm(PlainText, forms.Form):
    """Why the units may not know yet, and until when."""

    reason = forms.CharField(
        label=_("暂缓理由"),
        max_length=300,
        help_text=_("为什么现在告知点位单位会妨碍办案，不写案情细节。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    until = forms.DateField(label=_("暂缓至"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].help_text = _(
            "含当日，自今日起不超过 %(most)d 日；次日零时起点位单位看到全部查看记录。"
        ) % {"most": most}


class SaidForm(PlainText, forms.Form):
    """A word with a step."""

    words = forms.CharField(label=_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class IncidentForm(SaidForm):
    """What was not kept."""

    clause = forms.CharField(
        label=_("违反的条款"), max_length=20, initial="S7", help_text=_("例如 S7、S35(2)、N16.2(3)。")
    )
