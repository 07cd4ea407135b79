"""The forms of a filing: what it says, its receipt, what is missing, why it is taken back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from custodes.cases.forms import NoForm, StepForm
from custodes.people.forms import DayInput, PlainText, not_after_today, plain_text
from custodes.people.papers.keeping import PaperField
from custodes.people.papers.kinds import SCANS
from custodes.places.filing.fields import PAGES, FilingAnswers, FilingField, asked_on, kind_for, lacking_papers
from custodes.places.forms.page import DraftPage
from custodes.places.models import DossierItem, FilingKind, System


class _ItemsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        """Its kind, title and date."""
        return _item_words(obj)


def _item_words(item: Any) -> str:
    return f"{item.get_kind_display()} · {item.title}（{item.dated:%Y-%m-%d}）"


class FilingPage(DraftPage):
    """The questions of one page: what N14 asks for has to be answered, the rest may be 暂不清楚."""

    def __init__(self, *args: Any, page: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked_on(page)
        for field in self.asked:
            self.fields[field.key] = _input(field)
            self.fields[field.key].error_messages["required"] = (
                _("请填写。") if field.required else _("请填写；不知道的，选“暂不清楚”。")
            )
            if not field.required:
                self.fields[f"unclear_{field.key}"] = forms.BooleanField(label=_("暂不清楚"), required=False)

    def clean(self) -> dict[str, Any]:
        """What is 暂不清楚 needs no answer."""
        data = super().clean() or {}
        for field in self.asked:
            unclear = data.get(f"unclear_{field.key}") and not self.data.get(field.key, "").strip()
            if field.key in self.errors and unclear:
                del self.errors[field.key]
        return data

    def rows(self) -> list[tuple[Any, Any]]:
        """Its fields, each beside its 暂不清楚."""
        return [(self[field.key], None if field.required else self[f"unclear_{field.key}"]) for field in self.asked]

    def partly_unclear(self) -> bool:
        """Whether some of its questions may stay open and others not: then the page says so."""
        return len({field.required for field in self.asked}) > 1

    def told(self) -> list[tuple[Any, Any]]:
        """Labels and answers, for the check before handing in."""
        return [(field.label, self._told(field)) for field in self.asked]

    def _told(self, field: FilingField) -> Any:
        return self.data.get(field.key, "").strip() or (
            _("暂不清楚") if self.data.get(f"unclear_{field.key}") else _("未填写")
        )

    def content(self) -> dict[str, str]:
        """What was answered, by key."""
        return {field.key: str(self.cleaned_data.get(field.key, "")) for field in self.asked}

    def unclear(self) -> frozenset[str]:
        """Keys of what is 暂不清楚."""
        return frozenset(field.key for field in self.asked if self.cleaned_data.get(f"unclear_{field.key}"))


class PapersPage(DraftPage):
    """Which papers of its file go with it."""

    items = _ItemsField(
        DossierItem.objects.none(),
        label=_("随备案报送的材料"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("新建系统至少选择设计资料和验收资料各一份（第十六条）。材料在案卷中添加。"),
    )

    def __init__(self, *args: Any, system: System, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        items = self.fields["items"]
        assert isinstance(items, forms.ModelMultipleChoiceField)
        items.queryset = system.dossier.filter(replaced_by__isnull=True)
        self.initial_filing = kind_for(system) == FilingKind.INITIAL
        self._chosen: tuple[DossierItem, ...] = ()

    def clean(self) -> dict[str, Any]:
        """A new system's filing has papers of both kinds."""
        data = super().clean() or {}
        self._chosen = tuple(data.get("items") or ())
        lacking = lacking_papers(item.kind for item in self._chosen) if self.initial_filing else []
        for kind in lacking:
            self.add_error("items", _("没有选择%(kind)s（第十六条）。") % {"kind": kind.label})
        return data

    def told(self) -> list[tuple[Any, Any]]:
        """The papers that were chosen."""
        chosen = "\n".join(_item_words(one) for one in self._chosen)
        return [(_("随备案报送的材料"), chosen or _("没有选择材料。"))]

    def chosen(self) -> tuple[DossierItem, ...]:
        """The papers themselves, as far as they are still in the file."""
        return self._chosen


def said_at_once(data: QueryDict, system: System) -> tuple[FilingAnswers, dict[str, list[dict[str, str]]]]:
    """All answers together, as a program sends them: what they say, and what is wrong with them by field as `get_json_data` has it. What is
    missing is none of it: a draft may lack anything."""
    content: dict[str, str] = {}
    unclear: frozenset[str] = frozenset()
    wrong: dict[str, list[dict[str, str]]] = {}
    for page in PAGES:
        form = FilingPage(data, page=page)
        form.is_valid()
        content |= {field.key: str(form.cleaned_data.get(field.key, "")) for field in form.asked}
        unclear |= form.unclear()
        found = form.errors.get_json_data()
        wrong |= {
            name: kept for name, ones in found.items() if (kept := [one for one in ones if one["code"] != "required"])
        }
    papers = PapersPage(data, system=system)
    papers.is_valid()
    if papers.has_error("items", "invalid_choice") or papers.has_error("items", "invalid_pk_value"):
        wrong["items"] = papers.errors.get_json_data()["items"]
    return FilingAnswers(content, unclear, papers.chosen()), wrong


class NationalForm(NoForm):
    """The number of the national platform."""

    number = forms.CharField(label=_("全国备案平台回执号"), max_length=60)


def _input(field: FilingField) -> forms.Field:
    if field.key in ("accepted", "used"):
        return forms.RegexField(
            r"^\d{4}-\d{2}-\d{2}$",
            label=field.label,
            help_text=field.hint,
            widget=forms.DateInput(attrs={"type": "date"}),
            error_messages={"invalid": _("请按“年-月-日”填写，例如 2026-03-01。")},
        )
    if field.key == "retention":
        return forms.RegexField(
            r"^\d{1,4}$",
            label=field.label,
            help_text=field.hint,
            widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            error_messages={"invalid": _("请填写天数，例如 30。")},
        )
    long = field.most > 400
    widget = forms.Textarea(attrs={"rows": 6 if field.most > 2000 else 3}) if long else forms.TextInput()
    return forms.CharField(
        label=field.label,
        max_length=field.most,
        widget=widget,
        help_text=field.hint,
        validators=[] if long else [plain_text],
    )


class ReceiptForm(PlainText, forms.Form):
    """Number, authority, day, and the receipt itself."""

    number = forms.CharField(label=_("回执编号"), max_length=40)
    authority = forms.CharField(
        label=_("原备案机关"), max_length=80, help_text=_("出具回执的公安机关全称，例如：拉萨市公安局城关区分局。")
    )
    on = forms.DateField(label=_("回执日期"), widget=DayInput, validators=[not_after_today])
    paper = PaperField(label=_("回执原件扫描件"), kinds=SCANS)


class RevokeForm(NoForm):
    """Why it counts no more."""

    words = forms.CharField(label=_("撤销理由"), max_length=300, error_messages={"required": _("请写明撤销的理由。")})


class SendBackForm(StepForm):
    """What is missing."""

    words = forms.CharField(
        label=_("需要补正的内容"), max_length=300, error_messages={"required": _("请写明需要补正的内容。")}
    )


class WithdrawForm(NoForm):
    """It may be said why."""

    words = forms.CharField(label=_("说明"), max_length=300, required=False)
