"""What plans and recording hours have in common: approving or refusing one, and ending one, with words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from custodes.people.viewer import Viewer
from custodes.places import planning
from custodes.places.models import Decision, Plan, RecordingHours
from custodes.places.planning import PlanRefused
from custodes.upkeep.forms.plans import DecisionForm, EndForm
from custodes.upkeep.plans import standing

Page = Callable[[str], HttpResponse]
"""Draws the row's page again with what went wrong."""


def refused_words(refusal: PlanRefused) -> str:
    """A refusal with its clauses, as a form shows it."""
    return str(refusal) + "".join(f"（{clause}）" for clause in refusal.clauses)


def _said(form: Form) -> str:
    return " ".join(str(error) for error in form.errors.get("words", ()))


def decide_row(request: HttpRequest, viewer: Viewer, row: Plan | RecordingHours, page: Page) -> HttpResponse:
    """Approve or refuse, by the button that was pressed."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return page(_said(form))
    act, said = (
        (planning.approve, _("已批准，媒体节点按此执行。"))
        if "approve" in request.POST
        else (planning.refuse, _("已答复不批准。"))
    )
    try:
        act(row, viewer.person, viewer.at, form.cleaned_data["words"])
    except PlanRefused as refusal:
        return page(refused_words(refusal))
    messages.success(request, said)
    return redirect(row)


def end_row(request: HttpRequest, viewer: Viewer, row: Plan | RecordingHours, page: Page) -> HttpResponse:
    """Take back what waits, call off what has not begun, end what runs."""
    form = EndForm(request.POST)
    if not form.is_valid():
        return page(_said(form))
    try:
        done = planning.end(row, viewer.person, viewer.at, form.cleaned_data["words"])
    except PlanRefused as refusal:
        return page(refused_words(refusal))
    messages.success(request, _("已结束。") if done.state == Decision.ENDED else _("已撤回。"))
    return redirect(row)


def decision_context(row: Plan | RecordingHours, viewer: Viewer, error: str) -> dict[str, Any]:
    """What both pages need for their buttons and the story of the request."""
    return {
        "row": row,
        "standing": standing(row, viewer.at),
        "error": error,
        "may_decide": planning.may_decide(row, viewer.person, viewer.at),
        "may_end": planning.may_end(row, viewer.person, viewer.at),
        "own": row.asked_by_id == viewer.person.pk and row.state == Decision.WAITING,
        "form": DecisionForm(),
        "end_form": EndForm(),
    }
