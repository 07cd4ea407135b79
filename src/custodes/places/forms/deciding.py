"""Words to a decision about what another person asked for, and to its end."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.people.forms.plain import PlainText


class DecisionForm(PlainText, forms.Form):
    """Words to a decision; a refusal needs them."""

    words = forms.CharField(label=_("意见"), max_length=200, required=False)


class EndForm(PlainText, forms.Form):
    """Why it is taken back or ended."""

    words = forms.CharField(label=_("说明"), max_length=200, required=False)
