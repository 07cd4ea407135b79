"""What one person asks for and another decides: a camera taken out of use, its sound; words to the decision and to its end."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from custodes.law.building.sound import BY_KEY, REASONS, SoundReason
from custodes.people.forms import DayInput, PlainText, plausible
from custodes.people.lawful import in_english
from custodes.places.models import Retirement, SoundOrder


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


class RetirementForm(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """On what it rests, until when, why."""

    class Meta:
        model = Retirement
        fields = ["basis", "issuer", "order_number", "until", "words"]
        widgets = {"basis": forms.RadioSelect, "until": DayInput}
        help_texts = {
            "issuer": _("书面要求停用的填写，例如城关区人民法院。"),
            "order_number": _("书面要求停用的填写。"),
            "until": _("逾期没有恢复的，向本单位和公安机关告警。更换、送修一次最长九十日。"),
            "words": _("哪个部件、什么故障，谁来更换；或者书面要求的内容。写入存证日志。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].validators.append(plausible)
        basis = self.fields["basis"]
        assert isinstance(basis, forms.ChoiceField)
        basis.choices = Retirement._meta.get_field("basis").choices or []


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
