"""What the calculators share: questions come in the address, answers are computed and not kept, complaints stand at the field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from custodes.law.bad_input import BadInput, Implausible
from custodes.law.calendar.days import day_of
from custodes.law.clauses.clause import Clause
from custodes.law.clauses.registry import UnknownClause, find

UNSAID = ("", _("未说明"))
YES_NO = (UNSAID, ("yes", _("是")), ("no", _("否")))
_OUT_OF_RANGE = _("超出可以计算的范围，请核对年份或者天数。")

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Complaints:
    """How the library's complaints are said on a page.

    Attributes:
        fields: the form's field of an argument, where the names differ.
        rules: what is said of an argument.
    """

    fields: Mapping[str, str]
    rules: Mapping[str, Any]


@dataclass(frozen=True)
class Group:
    """Fields that are asked together."""

    legend: Any
    fields: list[forms.BoundField]


def english() -> bool:
    """Whether the page is in English."""
    return (get_language() or "zh").startswith("en")


def today() -> date:
    """The day that it is in Lhasa now."""
    return day_of(timezone.now())


def crumbs(name: Any) -> list[tuple[Any, str]]:
    """The way to a calculator's page."""
    return [(_("法规"), reverse("lawbook:book")), (name, "")]


def date_field(label: Any, hint: Any = "", *, required: bool = False, initial: Any = None) -> forms.DateField:
    """A day, picked or typed."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    errors = {"required": _("请填写日期。"), "invalid": _("请按年、月、日填写，例如 2026-03-01。")}
    return forms.DateField(
        label=label, help_text=hint, required=required, widget=widget, initial=initial, error_messages=errors
    )


def yes_no(label: Any, hint: Any = "") -> forms.ChoiceField:
    """A question that may be left open."""
    return forms.ChoiceField(label=label, help_text=hint, choices=YES_NO, required=False)


def answered(value: str | None) -> bool | None:
    """The answer to a question that may be left open."""
    return {"yes": True, "no": False}.get(value or "")


def ask(form: forms.Form, answer: Callable[[dict[str, Any]], Answer], complaints: Complaints) -> Answer | None:
    """What the library answers to a form that was filled in; None, and an error at the field, when it can't be right."""
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return answer(form.cleaned_data)
    except BadInput as error:
        field = complaints.fields.get(error.field, error.field)
        said = _OUT_OF_RANGE if isinstance(error, Implausible) else complaints.rules.get(error.field, str(error))
        form.add_error(field if field in form.fields else None, said)
        return None


def facts(form: forms.Form) -> list[tuple[Any, Any]]:
    """What was stated, label and value, as a memo repeats it; what was left open is left out."""
    found = []
    for bound in form.visible_fields():
        value = form.cleaned_data.get(bound.name)
        if value in (None, "", False):
            continue
        if isinstance(bound.field, forms.ChoiceField):
            value = dict(bound.field.choices)[bound.data]  # type: ignore[arg-type]
        found.append((bound.label, _("是") if value is True else value))
    return found


def doubts(names: Iterable[str]) -> list[Clause]:
    """Of the clauses that an answer rests on, those of which something could not be checked in the source."""
    found: dict[str, Clause] = {}
    for name in names:
        try:
            clause = find(name)
        except UnknownClause:
            continue  # the name of a standard or a decision, stated by whoever asked
        if clause.unconfirmed:
            found[clause.id] = clause
    return list(found.values())


def back_to_question(request: HttpRequest, page: str) -> str:
    """Where a question that has no answer is said to be wrong."""
    return f"{reverse(page)}?{request.GET.urlencode()}"
