"""Words to a decision about what another person asked for, and to its end."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from custodes.people.forms.plain import PlainText


class DecisionForm(PlainText, forms.Form):
    """Words to a decision; a refusal needs them.

    Args:
        others: how many others can be decided with it: occurrences of a plan that repeats.
    """

    words = forms.CharField(label=_("意见"), max_length=200, required=False)
    whole = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args: Any, others: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_whole(self, others, gettext("连同待批准的另外 %(others)d 次一起办理"))


class EndForm(PlainText, forms.Form):
    """Why it is taken back or ended; arguments as of `DecisionForm`, of later occurrences."""

    words = forms.CharField(label=_("说明"), max_length=200, required=False)
    whole = forms.BooleanField(required=False)

    def __init__(self, *args: Any, others: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_whole(self, others, gettext("连同以后的另外 %(others)d 次一起结束"))


def _offer_whole(form: forms.Form, others: int, label: str) -> None:
    if others:
        form.fields["whole"].label = label % {"others": others}
    else:
        del form.fields["whole"]
