"""What every step asks for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.people.forms import DayInput, PlainText, not_after_today
from custodes.people.papers.keeping import PaperField


class StepForm(PlainText, forms.Form):
    """The legal day, and words. A form without ``on`` is of a step that is taken today, or says its day in another field."""

    on = forms.DateField(label=_("日期"), widget=DayInput, validators=[not_after_today])
    words = forms.CharField(label=_("意见"), max_length=300, required=False)
    seen = forms.IntegerField(required=False, min_value=0, max_value=1 << 31, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "on" in self.fields:
            self.fields["on"].initial = timezone.localdate


class NoForm(StepForm):
    """Of a step that asks for nothing: it is taken today."""

    on: Any = None
    words: Any = None


class CasePaperForm(forms.Form):
    """A paper of a case."""

    sort = forms.ChoiceField(label=_("类别"))
    file = PaperField(label=_("文件"))

    def __init__(self, *args: Any, sorts: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["sort"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = sorts
