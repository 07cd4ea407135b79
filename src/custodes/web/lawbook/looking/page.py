"""依据核对: may it be seen, and what is missing? It computes and shows; it decides nothing, opens nothing and keeps nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from custodes.law.assumptions import Assumptions, Caveat, caveats, items
from custodes.law.calendar.days import day_of
from custodes.law.grounds.ground import GroundEntry, Never, OtherWay, Unmet
from custodes.law.grounds.in_time import of_n9
from custodes.law.grounds.registry import GROUNDS
from custodes.law.grounds.stating import StatedScope
from custodes.web.lawbook.asking import assumed, english
from custodes.web.lawbook.looking import official, own, public
from custodes.web.lawbook.looking.questions import QuestionStep, facts_of, form_field, kinds_of

Own = Callable[[Mapping[str, Any], datetime], dict[str, Any]]


@dataclass(frozen=True)
class GroundSheet:
    """The questions of one ground.

    Attributes:
        about: when somebody would use it, in a sentence.
        steps: what is asked, one thing at a time.
        own: the fields of the facts that take more than one answer.
    """

    entry: GroundEntry
    about: Any
    steps: tuple[QuestionStep, ...]
    own: Own

    def facts(self, answers: Mapping[str, Any], at: datetime, values: Assumptions) -> Any:
        """The facts at the moment `at`, with what the installation has set."""
        told = {**self.own(answers, at), **_assumed(self.entry, values)}
        if ("scope.longest", "request_hours") in self.entry.filled:
            longest = timedelta(hours=values.request_hours)
            told["scope"] = StatedScope(answers.get("cameras") or 0, answers.get("begin"), answers.get("end"), longest)
        return facts_of(self.entry.facts, self.steps, answers, told)


def _assumed(entry: GroundEntry, values: Assumptions) -> dict[str, Any]:
    found = {}
    for field, name in entry.filled:
        if "." not in field:
            value = getattr(values, name)
            found[field] = timedelta(minutes=value) if items()[name].unit == "minutes" else value
    return found


SHEETS = {
    name: GroundSheet(GROUNDS[name], about, steps, make)
    for name, about, steps, make in (*own.SHEETS, *official.SHEETS, *public.SHEETS)
}


class GroundForm(forms.Form):
    """All questions of a ground; a page shows one step of them and carries the others along."""

    def __init__(self, sheet: GroundSheet, asked: Mapping[str, Any]) -> None:
        kinds = kinds_of(sheet.entry.facts)
        fields = {
            one.name: form_field(one, one.kind or kinds[one.name]) for step in sheet.steps for one in step.questions
        }
        data = asked.copy() if isinstance(asked, QueryDict) else MultiValueDict({k: [v] for k, v in asked.items()})
        for name, field in fields.items():
            if name not in data and field.initial is not None:
                value = field.initial() if callable(field.initial) else field.initial
                data.setlist(name, [field.widget.format_value(value) if isinstance(value, datetime) else str(value)])
        super().__init__(data)
        self.fields = fields


@dataclass(frozen=True)
class GroundAnswer:
    """What the ground says of the answers, as of a moment."""

    unmet: tuple[Unmet, ...]
    awaiting: tuple[Unmet, ...]
    never: tuple[Never, ...]
    ways: tuple[OtherWay, ...]
    clauses: tuple[str, ...]
    caveats: tuple[Caveat, ...]


@dataclass(frozen=True)
class AnsweredStep:
    """One step as it was answered, with the address at which it is changed."""

    label: Any
    answers: list[tuple[Any, Any]]
    href: str


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The grounds to choose from."""
    return render(request, "lawbook/looking.html", {"sheets": SHEETS.values(), "crumbs": _crumbs()})


@require_safe
def ground(request: HttpRequest, name: str) -> HttpResponse:
    """The questions of a ground, one step after the other, and the answer once the last one is passed."""
    sheet = SHEETS.get(name)
    if sheet is None:
        raise Http404(name)
    form = GroundForm(sheet, request.GET)
    last = len(sheet.steps) + 1
    step = min(_number(request.GET.get("step", "1")), last)
    wrong = next((number for number in range(1, step) if _has_errors(form, sheet, number)), None)
    step = wrong or step
    context: dict[str, Any] = {
        "sheet": sheet,
        "name": sheet.entry.en if english() else sheet.entry.zh,
        "crumbs": _crumbs(sheet),
        "form": form,
        "wrong": bool(wrong),
        "forms": [form],
        "stepper": [{"label": one.label, "state": _state(number, step)} for number, one in enumerate(sheet.steps, 1)],
    }
    if step == last:
        context |= {"look": look(sheet, form, timezone.now()), "said": _said(request.GET, form, sheet), "step": None}
        return render(request, "lawbook/ground.html", context)
    shown = sheet.steps[step - 1]
    names = {one.name for one in shown.questions}
    context |= {
        "step": shown,
        "fields": [form[one] for one in form.fields if one in names],
        # Only what was answered is carried along: a later step still has its own beginning.
        "carried": [form[one] for one in form.fields if one not in names and one in request.GET],
        "next": step + 1,
        "previous": step - 1,
        "is_last": step == last - 1,
    }
    return render(request, "lawbook/ground.html", context)


def look(sheet: GroundSheet, form: GroundForm, at: datetime) -> GroundAnswer:
    """What the ground says at the moment `at` (UTC, aware).

    Args:
        form: answers without errors.
    """
    values = assumed()
    form.full_clean()
    known = sheet.facts(form.cleaned_data, at, values)
    entry, day = sheet.entry, day_of(at)
    return GroundAnswer(
        entry.unmet(known, at),
        entry.awaiting(known),
        entry.never_on(day),
        entry.ways_on(day),
        entry.clauses_on(day, of_n9(known)),
        caveats(values, *entry.rests_on(known)),
    )


def last_step(sheet: GroundSheet) -> int:
    """The number of the step that answers."""
    return len(sheet.steps) + 1


def _number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 3 else 1


def _has_errors(form: GroundForm, sheet: GroundSheet, number: int) -> bool:
    return any(form.errors.get(one.name) for one in sheet.steps[number - 1].questions)


def _state(number: int, step: int) -> str:
    if number == step:
        return "current"
    return "done" if number < step else "todo"


def _crumbs(sheet: GroundSheet | None = None) -> list[tuple[Any, str]]:
    book = [(_("法规"), reverse("lawbook:book"))]
    if sheet is None:
        return [*book, (_("依据核对"), "")]
    name = sheet.entry.en if english() else sheet.entry.zh
    return [*book, (_("依据核对"), reverse("lawbook:looking")), (name, "")]


def _said(asked: QueryDict, form: GroundForm, sheet: GroundSheet) -> list[AnsweredStep]:
    found = []
    for number, step in enumerate(sheet.steps, 1):
        address = asked.copy()
        address["step"] = str(number)
        answers = [(form.fields[one.name].label, _answer(form, one.name)) for one in step.questions]
        href = f"{reverse('lawbook:ground', args=[sheet.entry.name])}?{address.urlencode()}#ask"
        found.append(AnsweredStep(step.label, answers, href))
    return found


def _answer(form: GroundForm, name: str) -> Any:
    """An answer in words."""
    field, value = form.fields[name], form.cleaned_data[name]
    if isinstance(field, forms.BooleanField):
        return _("是") if value else _("否")
    if isinstance(field, forms.MultipleChoiceField):
        words = dict(field.choices)  # type: ignore[arg-type]
        return _("、").join(str(words[one]) for one in value) or _("无")
    if isinstance(field, forms.ChoiceField):
        return dict(field.choices)[value]  # type: ignore[arg-type]
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "Y-m-d H:i")
    return _("未填写") if value is None else value
