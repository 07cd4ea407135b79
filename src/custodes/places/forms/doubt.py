"""The form by which a person settles a doubtful spot."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.people.forms.plain import PlainText


class FindingForm(PlainText, forms.Form):
    """What was found, in words; the button says to what it comes."""

    finding = forms.CharField(
        label=_("核对情况"),
        max_length=300,
        help_text=_("写明怎样核对、看到什么，例如：现场查看，摄像机朝向走廊，门内不可见。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
