"""Two calculators that explain themselves: deadlines and fines. Questions come in the address: an answer can be kept as a link."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custodes.law.bad_input import BadInput, Implausible
from custodes.law.calendar.days import WorkCalendar, day_of
from custodes.law.deadlines.counting import Due, RemovalReport, due, removal_report, set_term
from custodes.law.deadlines.table import BY_KIND, REMOVAL
from custodes.law.fines.assess import assess
from custodes.law.fines.case import Case
from custodes.law.fines.table import Respondent
from custodes.web.lawbook.forms import DeadlineForm, FineForm, answered
from custodes.web.lawbook.texts import english
from custodes.web.lawbook.words import OUTCOMES

_FIELDS = {
    "from": "start",
    "removal": "start",
    "conduct": "conduct_to",
    "conduct-to": "conduct_to",
    "term-ends": "term_ends",
}
_RULES = {
    "from": _("该条款在这一天尚未施行，或者不适用于这一天的事件。"),
    "removal": _("计划拆除之日须晚于今天，且在本办法施行之后。"),
    "days": _("这一种类须填写、或者不需填写载明的天数。"),
    "kind": _("请选择期限种类。"),
    "conduct": _("行为在本办法施行（2024-05-01）之前已经终了，不在适用范围内。"),
    "conduct-to": _("终了之日不能早于开始之日。"),
    "decided": _("决定之日不能早于行为终了之日。"),
    "ordered": _("责令须在行为开始之后、决定之前。"),
    "term-ends": _("期限须在责令之后届满，请同时填写责令送达之日。"),
}
"""The library's errors, as the page says them."""
_OUT_OF_RANGE = _("超出可以计算的范围，请核对年份或者天数。")


@require_safe
def deadline(request: HttpRequest) -> HttpResponse:
    """When something is due."""
    form = DeadlineForm(request.GET if "kind" in request.GET else None, english=english())
    found = _asked(form, _count) if form.is_bound else None
    context = {
        "form": form,
        "due": found if isinstance(found, Due) else None,
        "removal": found if isinstance(found, RemovalReport) else None,
        "today": _today(),
        "english": english(),
        "crumbs": [(_("法规"), reverse("lawbook:book")), (_("期限计算"), "")],
    }
    return render(request, "lawbook/deadline.html", context)


@require_safe
def fine(request: HttpRequest) -> HttpResponse:
    """What may be done about a breach."""
    form = FineForm(request.GET if "clause" in request.GET else None, english=english())
    answer = _asked(form, _assess) if form.is_bound else None
    context = {
        "form": form,
        "answer": answer,
        "outcome": OUTCOMES[answer.outcome] if answer else None,
        "amount": (f"{answer.range.least:,}", f"{answer.range.most:,}") if answer and answer.range else None,
        "english": english(),
        "crumbs": [(_("法规"), reverse("lawbook:book")), (_("罚款计算"), "")],
    }
    return render(request, "lawbook/fine.html", context)


def _asked(form: forms.Form, ask: Any) -> Any:
    """What the library answers; its complaint becomes the field's."""
    if not form.is_valid():
        return None
    try:
        return ask(form.cleaned_data)
    except BadInput as error:
        field = _FIELDS.get(error.field, error.field)
        said = _OUT_OF_RANGE if isinstance(error, Implausible) else _RULES.get(error.field, str(error))
        form.add_error(field if field in form.fields else None, said)
        return None


def _today() -> Any:
    return day_of(timezone.now())


def _count(asked: dict[str, Any]) -> Due | RemovalReport:
    kind, start, days = asked["kind"], asked["start"], asked["days"]
    calendar = WorkCalendar()
    if kind == REMOVAL.kind:
        if start is None:
            raise BadInput("removal", "a day is needed", "give it")
        return removal_report(start, calendar, _today())
    known = BY_KIND[kind]
    if start is None and known.starts is None:
        raise BadInput("from", "a day is needed", "give it")
    if known.term is None:
        if days is None:
            raise BadInput("days", "a length is needed", "give it")
        return set_term(kind, start, days, calendar)
    if days is not None:
        raise BadInput("days", "the length is fixed", "leave it out")
    event = start or known.starts
    assert event is not None
    return due(kind, event, calendar)


def _assess(asked: dict[str, Any]) -> Any:
    case = Case(
        asked["clause"],
        Respondent(asked["respondent"]),
        asked["conduct_from"],
        asked["conduct_to"],
        asked["decided"],
        item=asked["item"],
        place_public=answered(asked["place_public"]),
        n7_system=answered(asked["n7_system"]),
        ordered=asked["ordered"],
        term_ends=asked["term_ends"],
        complied=answered(asked["complied"]),
        grave=asked["grave"],
        fined_before=asked["fined_before"],
    )
    return assess(case)
