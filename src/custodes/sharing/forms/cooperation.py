"""The forms of a cooperation request: asking, answering, asking again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from custodes.people.forms import LinesField, PlainText, something
from custodes.people.models import Unit
from custodes.people.papers.keeping import PaperField
from custodes.people.papers.kinds import SCANS
from custodes.places.models import System
from custodes.sharing.forms.links import SystemField, TodayForm, day


def _why(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=400, validators=[something])


class CooperationForm(PlainText, forms.Form):
    """Whom the police ask, why, for what, by when."""

    unit = forms.ModelChoiceField(label=_("被请求单位"), queryset=Unit.objects.none(), empty_label=_("请选择"))
    system = SystemField(
        label=_("系统"), queryset=System.objects.none(), required=False, empty_label=_("未登记或者不限于一个系统")
    )
    need = LinesField(
        label=_("公共安全需要"), max_length=1000, validators=[something],
        help_text=_("写明为了维护公共安全的何种需要；将告知被请求单位。"),
    )  # fmt: skip
    wanted = LinesField(
        label=_("请求配合的内容"), max_length=1000, validators=[something],
        help_text=_("例如接入哪些点位、提供哪些条件。"),
    )  # fmt: skip
    due = day(_("答复期限"), help_text=_("法规没有规定天数，由公安机关确定。"))
    file = PaperField(label=_("书面通知"), kinds=SCANS, required=False)

    def __init__(self, *args: Any, units: QuerySet[Unit], systems: QuerySet[System], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("unit", units), ("system", systems)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows


class RemindForm(TodayForm):
    """A step of today, with a paper for it."""

    file = PaperField(label=_("书面材料"), kinds=SCANS, required=False)


class AnswerForm(RemindForm):
    """The unit's answer, with the day on which it is going to be joined."""

    words = _why(_("答复"))
    promised_on = day(_("计划接入日期"), required=False)
    field_order = ("words", "promised_on", "file")


class DeclineForm(RemindForm):
    """The unit's answer, where it declines."""

    words = _why(_("不予配合的理由"))


class AgainForm(RemindForm):
    """Asked again, with another last day."""

    words = _why(_("再次请求的理由"))
    due = day(_("答复期限"))
    field_order = ("due", "words", "file")


class CloseForm(RemindForm):
    """What came of it."""

    words = _why(_("办理结果"))


class WithdrawForm(RemindForm):
    """Why it is not needed any more."""

    words = _why(_("撤回的原因"))
