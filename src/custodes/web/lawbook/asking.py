"""What the calculators share: questions come in the address, answers are computed and not kept, complaints stand at the field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.law.assumptions import Assumptions
from custodes.law.bad_input import BadInput, Implausible
from custodes.law.calendar.days import day_of
from custodes.people.lawful import in_english
from custodes.settings import get_settings

UNSAID = ("", _("未说明"))
YES_NO = (UNSAID, ("yes", _("是")), ("no", _("否")))
_OUT_OF_RANGE = _("超出可以计算的范围，请核对年份或者天数。")
_WRONG = _("填写的内容不符合要求，请核对后重新填写。")

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Complaints:
    """How the library's complaints are said on a page.

    Attributes:
        fields: the form's field of an argument, where the names differ.
        rules: what is said of an argument.
        instead: the field at which it is said where a form does not ask for the argument itself.
    """

    fields: Mapping[str, str]
    rules: Mapping[str, Any]
    instead: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FieldGroup:
    """Fields that are asked together."""

    legend: Any
    fields: list[forms.BoundField]


def english() -> bool:
    """Whether the page is in English."""
    return in_english()


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


def ask(
    form: forms.Form,
    answer: Callable[[dict[str, Any]], Answer],
    complaints: Complaints,
    others: Sequence[forms.Form] = (),
) -> Answer | None:
    """What the library answers to a form that was filled in; None, and an error at the field, when it can't be right.

    Args:
        others: the forms of an act's other clauses, in their order: what is wrong there is said there.
    """
    # Every form is looked at, so that all that is wrong is said at once.
    if not all([one.is_bound and one.is_valid() for one in (form, *others)]):  # noqa: C419
        return None
    try:
        return answer(form.cleaned_data)
    except BadInput as error:
        name = error.field.removeprefix("also.")
        at = complaints.fields.get(name, name)
        said = _OUT_OF_RANGE if isinstance(error, Implausible) else complaints.rules.get(name, _unsaid(error))
        wrong = (form, *others)[error.part]
        at = at if at in wrong.fields else complaints.instead.get(at, "")
        wrong.add_error(at if at in wrong.fields else None, said)
        return None


def _unsaid(error: BadInput) -> Any:
    """What is said of an argument for which a page has no words: the library's own are English, and stand on no Chinese page."""
    return str(error) if english() else _WRONG


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


def assumed() -> Assumptions:
    """What the law leaves open, as this installation has set it."""
    return Assumptions(**get_settings().law_values)


def back_to_question(request: HttpRequest, page: str) -> str:
    """Where a question that has no answer is said to be wrong."""
    return f"{reverse(page)}?{request.GET.urlencode()}"
