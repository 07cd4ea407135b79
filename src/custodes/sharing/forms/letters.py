"""The form by which a letter is issued."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.sharing.forms.links import day


class LetterForm(forms.Form):
    """Until when; the systems follow from the register."""

    due = day(_("期限"), help_text=_("法规没有规定天数，由公安机关确定。"))
