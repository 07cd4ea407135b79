"""The forms of plans and norms: the draft, a partner and its opinion, an answer, what goes with a step, a new version."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from custodes.cases.forms import StepForm
from custodes.law.grounds.stating import says_something
from custodes.people.forms import PlainText, something
from custodes.people.models import Unit
from custodes.people.papers.keeping import PaperField
from custodes.people.papers.kinds import SCANS
from custodes.places.cityplans.reach import city_plans_for
from custodes.places.forms.with_papers import WithPapers
from custodes.places.models import PlanningKind, PlanningPartner, PlanningText


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PlanningForm(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """A draft. `revision` is that of the row when the form was opened (R8)."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = PlanningText
        fields = ["title", "version", "number", "city_plan", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 18})}
        help_texts = {
            "version": _("例如 2026-1。同一级的版本不能重复。"),
            "text": _("保存后核对是否指定品牌、销售单位或者设计、施工、维护单位（第十三条第二款）。"),
        }

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        self.fields["revision"].initial = self.instance.revision
        if self.instance.kind != PlanningKind.COUNTY_PLAN:
            del self.fields["city_plan"]
            return
        field = self.fields["city_plan"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = city_plans_for(unit)
        field.empty_label = gettext("尚未选择")
        field.help_text = gettext("只能选择施行中的版本（第八条第二款）。")

    def clean(self) -> dict[str, Any]:
        """A version that is not there already."""
        data = super().clean() or {}
        same = PlanningText.objects.filter(
            kind=self.instance.kind, division=self.unit.division_id, version=data.get("version", "")
        ).exclude(pk=self.instance.pk)
        if same.exists():
            self.add_error("version", _("已有这个版本，请另写一个。"))
        return data


class PartnerForm(PlainText, forms.Form):
    """One more department."""

    name = forms.CharField(label=_("部门名称"), max_length=80, validators=[something])


class OpinionForm(WithPapers, PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """What a partner says, or why it is not asked; with the letter itself where there is one."""

    paper_upload = PaperField(label=_("意见原件"), kinds=SCANS, required=False)

    papers = {"paper_upload": "paper"}

    class Meta:
        model = PlanningPartner
        fields = ["waived", "answered_on", "words"]
        widgets = {"answered_on": _day(), "words": forms.Textarea(attrs={"rows": 4})}
        labels = {"words": _("意见，或者不征求意见的理由")}

    def __init__(self, *args: Any, consulting: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.consulting = consulting
        self.fields["words"].required = True
        if self.instance.paper is not None:
            name = self.instance.paper.name
            self.fields["paper_upload"].help_text = _("已有原件“%(name)s”；再次上传的取代原来的一份。") % {"name": name}
        self.fields["waived"].help_text = _("勾选的，下面写明理由，不填答复日期。")
        if not consulting:
            self.fields["waived"].help_text = _("尚未征求意见，现在只能登记不征求意见的理由。")

    def clean(self) -> dict[str, Any]:
        """A day with words, or a reason."""
        data = super().clean() or {}
        if data.get("words") and not says_something(data["words"]):
            self.add_error("words", _("请写明内容。"))
        if data.get("waived"):
            data["answered_on"] = None
        elif not self.consulting:
            self.add_error("waived", _("尚未征求意见；请先开始征求意见。"))
        elif data.get("answered_on") is None:
            self.add_error("answered_on", _("请填写答复日期。"))
        return data


class DesignationForm(PlainText, forms.Form):
    """Why a sentence prescribes nobody."""

    words = forms.CharField(label=_("为何不构成指定"), max_length=400, validators=[something])


class VersionForm(PlainText, forms.Form):
    """The name of the next version."""

    version = forms.CharField(label=_("新版本"), max_length=20, validators=[something])


class SaidForm(StepForm):
    """Words that go with a step of today."""

    on: Any = None
    words = forms.CharField(label=_("说明"), max_length=400, required=False)


class RedraftForm(SaidForm):
    """Why it is taken back."""

    words = forms.CharField(label=_("退回的原因"), max_length=400, validators=[something])


class ApprovalForm(SaidForm):
    """Number and day of the government's approval."""

    number = forms.CharField(label=_("批准文号"), max_length=80, validators=[something])
    day = forms.DateField(label=_("批准日期"), widget=_day())
    field_order = ("number", "day", "words")


class ForceForm(SaidForm):
    """A norm's day of force."""

    day = forms.DateField(label=_("施行日期"), widget=_day())
    field_order = ("day", "words")
