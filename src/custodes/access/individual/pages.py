"""The pages of individuals' requests (N21): the caretaker's list, a request with its one next step, the three questions on one page; and
turning a missing person's case to the units whose cameras are not on the platform.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.access.individual.case import INDIVIDUAL, turn
from custodes.access.individual.facts import choosable, desk_of
from custodes.access.individual.forms import AskForm, DecideForm, TurnForm
from custodes.access.missing.pages import HANDLE, crumbs
from custodes.access.missing.reach import at_the_platform, elsewhere, handled_cases
from custodes.access.models import IndividualRequest
from custodes.access.models.missing import RUNNING
from custodes.access.supervised.page import said_of, sessions_of
from custodes.cases.step import StepInput
from custodes.cases.taking import begin, take
from custodes.cases.views import INVALID, Around, CasePages
from custodes.law.duties.finding import LegalTerms
from custodes.people.lawful import StepRefused
from custodes.people.lawful import terms as terms_now
from custodes.people.models import Unit
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs

_LIST = [(INDIVIDUAL.name, reverse_lazy("access:individual_list"))]


def more(viewer: Viewer, row: IndividualRequest, today: date, terms: LegalTerms) -> dict[str, Any]:
    """Who looks, and who looked."""
    return {**sessions_of(viewer, row), "crumbs": [*_LIST, (str(row), "")]}


INDIVIDUALS = CasePages(
    INDIVIDUAL,
    Around(
        above_parent=lambda unit: _LIST,
        above=lambda row: _LIST,
        above_list=[],
        template="access/individual/request.html",
        more=more,
        list_template="access/individual/list.html",
        told=said_of,
    ),
)


@needs(Permission.HANDLE_INDIVIDUAL)
def individual_new(request: HttpRequest) -> HttpResponse:
    """The three questions: asked and answered at once, or later on the request's page."""
    viewer = Viewer.of(request)
    cameras = choosable(viewer.person, viewer.at).order_by("number")
    asked = AskForm(request.POST or None)
    answer = DecideForm(request.POST or None, cameras=cameras, later=True)
    error = ""
    if request.method == "POST" and asked.is_valid() and answer.is_valid():
        step = StepInput(viewer.person, viewer.at, timezone.localdate(viewer.at), data=asked.cleaned_data)
        outcome = answer.cleaned_data["answer"]
        try:
            with transaction.atomic():
                row = begin(INDIVIDUAL, "ask", desk_of(viewer.person, viewer.at), step, terms_now())
                if outcome != "later":
                    answered = StepInput(step.by, step.at, step.on, data=answer.cleaned_data)
                    row = take(INDIVIDUAL, row, "decide", answered, terms_now())
        except StepRefused as refusal:
            error = said_of(refusal)
        else:
            event = INDIVIDUAL.event("ask" if outcome == "later" else "decide")
            messages.success(request, event.done(outcome))
            return redirect(row)
    context = {"asked": asked, "answer": answer, "error": error, "crumbs": [*_LIST, (_("登记申请"), "")]}
    wrong = bool(error or asked.errors or answer.errors)
    return render(request, "access/individual/new.html", context, status=INVALID if wrong else 200)


@at_the_platform(HANDLE)
def missing_turn(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Choose the unit; its caretaker is asked with the same facts."""
    viewer = Viewer.of(request)
    row = get_object_or_404(handled_cases(viewer.person, viewer.at).filter(state__in=RUNNING), pk=pk)
    off = elsewhere(viewer.person, viewer.at)
    units = Unit.objects.filter(pk__in=off.values("system__unit")).order_by("name")
    form = TurnForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        try:
            step = StepInput(viewer.person, viewer.at, timezone.localdate(viewer.at))
            asked = turn(row, form.cleaned_data["unit"], step)
        except StepRefused as refusal:
            form.add_error(None, said_of(refusal))
        else:
            said = _("已向%(unit)s提出（%(number)s），由其决定是否同意查阅。")
            messages.success(request, said % {"unit": asked.unit.name, "number": asked.number})
            return redirect(row)
    context = {"case": row, "form": form, "crumbs": crumbs(row, _("转为个人查阅"))}
    return render(request, "access/missing/turn.html", context, status=INVALID if form.errors else 200)
