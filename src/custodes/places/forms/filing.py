"""The forms of a filing: what it says, and what police answer."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.people.forms.plain import PlainText, plain_text
from custodes.places.filing.fields import BY_KEY, FIELDS, SECTIONS, Field
from custodes.places.filing.workflow import Said, answers_of
from custodes.places.forms.life import DayInput, not_after_today
from custodes.places.forms.revised import Reconciled
from custodes.places.models import DossierItem, Filing


class _ItemsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        """Its kind, title and date."""
        return f"{obj.get_kind_display()} · {obj.title}（{obj.dated:%Y-%m-%d}）"


class FilingForm(Reconciled, forms.Form):
    """Everything a filing says, section by section. A draft is kept however little is filled in.

    Args:
        complete: everything has to be answered or said to be unclear; a draft that is put aside is not asked for that.
    """

    items = _ItemsField(
        DossierItem.objects.none(),
        label=_("随备案报送的材料"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("新建系统至少选择设计资料和验收资料各一份（第十六条）。材料在案卷中添加。"),
    )

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    use_required_attribute = False

    def __init__(self, *args: Any, filing: Filing, complete: bool = True, **kwargs: Any) -> None:
        unclear = {f"unclear_{key}": True for key in filing.unclear}
        kwargs["initial"] = {**filing.content, **unclear, "items": filing.items.all(), "revision": filing.revision}
        super().__init__(*args, **kwargs)
        self.filing, self.foreign = filing, []
        for field in FIELDS:
            self.fields[field.key] = _input(field, complete)
            if not field.required:
                self.fields[f"unclear_{field.key}"] = forms.BooleanField(label=_("暂不清楚"), required=False)
        items = self.fields["items"]
        assert isinstance(items, forms.ModelMultipleChoiceField)
        items.queryset = filing.system.dossier.filter(replaced_by__isnull=True)
        self.order_fields([*(name for field in FIELDS for name in (field.key, f"unclear_{field.key}")), "items"])
        if self.is_bound:
            self._reconcile()

    def clean(self) -> dict[str, Any]:
        """What is 暂不清楚 needs no answer."""
        data = super().clean() or {}
        for field in FIELDS:
            if (
                field.key in self.errors
                and data.get(f"unclear_{field.key}")
                and not self.data.get(field.key, "").strip()
            ):
                del self.errors[field.key]
        return data

    def sections(self) -> list[tuple[Any, list[tuple[Any, Any]]]]:
        """Sections with their fields, each beside its 暂不清楚."""
        return [
            (
                title,
                [
                    (self[field.key], None if field.required else self[f"unclear_{field.key}"])
                    for field in FIELDS
                    if field.section == key
                ],
            )
            for key, title in SECTIONS
        ]

    def said(self) -> Said:
        """What was answered; of a field that is wrong what was typed, so that nothing is lost."""
        data = self.cleaned_data
        return Said(
            content={field.key: str(data.get(field.key, self.data.get(field.key, ""))) for field in FIELDS},
            unclear=frozenset(field.key for field in FIELDS if data.get(f"unclear_{field.key}")),
            items=tuple(data.get("items") or ()),
        )

    def _row(self) -> Filing:
        return self.filing

    def _names(self) -> Collection[str]:
        return [name for name in self.fields if name != "revision"]

    def _current(self, name: str) -> Any:
        return answers_of(self.filing)[name]

    def _value(self, name: str, kept: Any) -> Any:
        return kept

    def _in_words(self, name: str, value: Any) -> str:
        if isinstance(value, list):
            rows = DossierItem.objects.filter(pk__in=value)
            return "；".join(row.title for row in rows) or str(_("没有选择材料"))
        if isinstance(value, bool):
            return str(_("是") if value else _("否"))
        return str(value or _("未填写"))

    def _label(self, name: str) -> Any:
        key = name.removeprefix("unclear_")
        return self.fields[name].label if key == name else f"{BY_KEY[key].label} · {self.fields[name].label}"


class AnswerForm(PlainText, forms.Form):
    """Words of the police to a filing or a report, and the day."""

    on = forms.DateField(label=_("日期"), widget=DayInput, validators=[not_after_today])
    words = forms.CharField(label=_("意见"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate


class NationalForm(PlainText, forms.Form):
    """The number of the national platform."""

    number = forms.CharField(label=_("全国备案平台回执号"), max_length=60)


def _input(field: Field, required: bool) -> forms.Field:
    if field.key in ("accepted", "used"):
        return forms.RegexField(
            r"^\d{4}-\d{2}-\d{2}$",
            label=field.label,
            required=required,
            widget=forms.DateInput(attrs={"type": "date"}),
            error_messages={"invalid": _("请按“年-月-日”填写，例如 2026-03-01。")},
        )
    if field.key == "retention":
        return forms.RegexField(
            r"^\d{1,4}$",
            label=field.label,
            required=required,
            widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            error_messages={"invalid": _("请填写天数，例如 30。")},
        )
    long = field.most > 400
    widget = forms.Textarea(attrs={"rows": 6 if field.most > 2000 else 3}) if long else forms.TextInput()
    return forms.CharField(
        label=field.label,
        required=required,
        max_length=field.most,
        widget=widget,
        help_text=field.hint,
        validators=[] if long else [plain_text],
    )
