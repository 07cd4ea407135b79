"""Forms of a system's life: a step, an acceptance, a firm, the main works."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.cases.forms import StepForm
from custodes.people.forms import DayInput, PlainText, not_after_today, plausible
from custodes.people.lawful import bilingual
from custodes.people.models import Person, Unit
from custodes.places.forms.revised import Revised
from custodes.places.lifecycle.facts import PARTS
from custodes.places.lifecycle.gathering import day_of
from custodes.places.models import Acceptance, DossierItem, MainWorks, PaperKind, System, SystemFirm


class LifeForm(StepForm):
    """The day that counts, and what there is to say."""

    words = forms.CharField(label=_("说明"), max_length=500, required=False)


class ReasonForm(StepForm):
    """The day that counts, and why."""

    words = forms.CharField(label=_("说明"), max_length=500)


class AcceptanceForm(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """One acceptance: its conclusion, and what was found in each of its five parts."""

    passed = forms.TypedChoiceField(
        label=_("验收结论"),
        choices=[("1", _("合格")), ("0", _("不合格"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Acceptance
        fields = ["on", "passed", "members", "words", "report"]
        widgets = {"on": DayInput}
        help_texts = {
            "members": _("参加验收的人员及其单位。"),
            "report": _("先将验收报告加入案卷（验收资料），再在此选择。"),
        }

    def __init__(self, *args: Any, system: System, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.system = system
        self.fields["on"].validators = [not_after_today]
        report = self.fields["report"]
        assert isinstance(report, forms.ModelChoiceField)
        report.queryset = DossierItem.objects.filter(system=system, kind=PaperKind.ACCEPTANCE, replaced_by__isnull=True)
        report.required = False
        for part in PARTS:
            self.fields[f"part_{part.key}"] = forms.CharField(
                label=bilingual(f"{part.zh}：{part.look_zh}", f"{part.en.capitalize()}: {part.look_en}"),
                max_length=200,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        """A pass says something of each part; a failure says why."""
        data = super().clean() or {}
        began = day_of(self.instance.system, "begin_trial")
        if began is not None and data.get("on") is not None and data["on"] < began:
            self.add_error("on", _("验收日期不能早于本次试运行开始之日（%(day)s）。") % {"day": began})
        parts = {part.key: data.get(f"part_{part.key}", "").strip() for part in PARTS}
        self.instance.parts = {key: words for key, words in parts.items() if words}
        if data.get("passed"):
            for key, words in parts.items():
                if not words:
                    self.add_error(f"part_{key}", _("结论为合格的，五个部分都应写明意见（条例第十一条）。"))
        elif not data.get("words"):
            self.add_error("words", _("结论为不合格的，请写明原因。"))
        return data


class FirmForm(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """A firm and its technicians, by name as they are registered."""

    technicians = forms.CharField(
        label=_("专业技术人员"),
        help_text=_("每行一人，写姓名；应当是该单位已登记的人员。"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=1000,
    )

    class Meta:
        model = SystemFirm
        fields = ["step", "unit", "since"]
        widgets = {"since": DayInput}

    field_order = ("step", "unit", "technicians", "since")

    def __init__(self, *args: Any, system: System, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.system = system
        self.fields["since"].initial = timezone.localdate
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ModelChoiceField)
        unit.queryset = Unit.objects.order_by("name")
        self.fields["technicians"].validators = []  # lines; each name is looked up below

    def clean(self) -> dict[str, Any]:
        """Every technician is one of the firm's people."""
        data = super().clean() or {}
        unit, found = data.get("unit"), []
        for name in filter(None, (line.strip() for line in data.get("technicians", "").splitlines())):
            person = Person.objects.filter(unit=unit, name=name).first() if unit else None
            if person is None:
                self.add_error(
                    "technicians", _("“%(name)s”不是该单位已登记的人员。请先在人员页面登记。") % {"name": name}
                )
            else:
                found.append(person)
        data["found"] = found
        return data


class WorksForm(Revised, PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """The main works beside which the system is built (S14)."""

    class Meta:
        model = MainWorks
        fields = ["name", "design", "build", "accept", "use"]
        widgets = dict.fromkeys(("design", "build", "accept", "use"), DayInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in self.Meta.widgets:
            self.fields[key].validators = [plausible]
