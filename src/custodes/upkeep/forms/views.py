"""Declaring a view, and taking one back."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.people.forms.plain import PlainText
from custodes.upkeep.models import ViewLabel

LONGEST = 200


class DeclareForm(PlainText, forms.Form):
    """Which light the shown picture stands for, why it is the right one, and which picture it was."""

    label = forms.ChoiceField(
        label=_("光照条件"),
        choices=ViewLabel.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "每种条件保留一个标准视场，同一条件的新声明取代旧声明。夜间、红外夜视的画面与日间差别很大，请分别声明。"
        ),
    )
    reason = forms.CharField(
        label=_("声明理由"),
        max_length=LONGEST,
        help_text=_("例如：验收时确定的采集范围；变更备案的文号。写入存证日志。"),
    )
    picture_us = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)


class WithdrawForm(PlainText, forms.Form):
    """Why a view does not hold any more."""

    reason = forms.CharField(label=_("撤销理由"), max_length=LONGEST)
