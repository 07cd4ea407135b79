"""What the calculators ask. They compute for whoever is signed in and keep nothing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.law.fines.table import ROWS
from custodes.web.lawbook.words import RESPONDENTS, deadline_kinds

_UNSAID = ("", _("未说明"))
_YES_NO = (_UNSAID, ("yes", _("是")), ("no", _("否")))


def _date(label: Any, hint: Any = "", required: bool = False) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=hint, required=required, widget=widget)


def answered(value: str) -> bool | None:
    """The answer to a question that may be left open."""
    return {"yes": True, "no": False}.get(value)


class DeadlineForm(forms.Form):
    """A kind and a day."""

    kind = forms.ChoiceField(label=_("期限种类"))
    start = _date(_("起算事件之日"), _("验收合格、投入使用、送达等；当日不计。拆除填写计划拆除之日。"))
    days = forms.IntegerField(
        label=_("责令或者通知载明的天数"),
        min_value=1,
        max_value=3650,
        required=False,
        help_text=_("仅限期升级改造、责令改正填写。"),
    )

    def __init__(self, *args: Any, english: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = deadline_kinds(english)


class FineForm(forms.Form):
    """The facts of a breach."""

    clause = forms.ChoiceField(label=_("条款"))
    respondent = forms.ChoiceField(label=_("处罚对象"), choices=RESPONDENTS)
    conduct_from = _date(_("行为开始之日"), required=True)
    conduct_to = _date(_("行为终了之日"), _("一次完成的，与开始之日相同。"), required=True)
    decided = _date(_("拟作出决定之日"), required=True)
    item = forms.TypedChoiceField(
        label=_("第十条的项（第三十八条）"),
        choices=(_UNSAID, *((str(n), f"S10({n})") for n in range(1, 5))),
        required=False,
        coerce=int,
        empty_value=None,
    )
    place_public = forms.ChoiceField(label=_("是否公共场所（第三十八条）"), choices=_YES_NO, required=False)
    n7_system = forms.ChoiceField(label=_("是否条例第七条的系统（第四十条）"), choices=_YES_NO, required=False)
    ordered = _date(_("责令送达之日"))
    term_ends = _date(_("责令期限届满之日"))
    complied = forms.ChoiceField(label=_("期满复查是否已改正"), choices=_YES_NO, required=False)
    grave = forms.BooleanField(label=_("造成严重后果"), required=False)
    fined_before = forms.BooleanField(label=_("同一行为已经罚款"), required=False)

    def __init__(self, *args: Any, english: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clause = self.fields["clause"]
        assert isinstance(clause, forms.ChoiceField)
        clause.choices = [(row.clause, f"{row.clause} · {row.en if english else row.zh}") for row in ROWS]
