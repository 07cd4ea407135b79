"""The form of a receipt that was given elsewhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.people.forms.plain import PlainText
from custodes.people.papers.field import PaperField
from custodes.people.papers.kinds import SCANS
from custodes.places.filing.taking_over import Receipt
from custodes.places.forms.life import DayInput, not_after_today


class ReceiptForm(PlainText, forms.Form):
    """Number, authority, day, and the receipt itself."""

    number = forms.CharField(label=_("回执编号"), max_length=40)
    authority = forms.CharField(
        label=_("原备案机关"), max_length=80, help_text=_("出具回执的公安机关全称，例如：拉萨市公安局城关区分局。")
    )
    on = forms.DateField(label=_("回执日期"), widget=DayInput, validators=[not_after_today])
    paper = PaperField(label=_("回执原件扫描件"), kinds=SCANS)

    def receipt(self) -> Receipt:
        """What was entered."""
        data: dict[str, Any] = self.cleaned_data
        return Receipt(data["number"], data["authority"], data["on"])


class RevokeForm(PlainText, forms.Form):
    """Why it counts no more."""

    words = forms.CharField(label=_("撤销理由"), max_length=300, error_messages={"required": _("请写明撤销的理由。")})
