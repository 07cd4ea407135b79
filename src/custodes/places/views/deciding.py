"""What the pages of requests have in common: approving or refusing one, and ending one, with words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from custodes.people.viewer import Viewer
from custodes.places import deciding
from custodes.places.deciding import RequestRefused, Rules, Standing
from custodes.places.forms.deciding import DecisionForm, EndForm
from custodes.places.models import Decided, Decision

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Page = Callable[[str], HttpResponse]
"""Draws the row's page again with what went wrong."""


def refused_words(refusal: RequestRefused) -> str:
    """A refusal with its clauses, as a form shows it."""
    return str(refusal) + "".join(f"（{clause}）" for clause in refusal.clauses)


def _said(form: Form) -> str:
    return " ".join(str(error) for error in form.errors.get("words", ()))


def decide_row(
    request: HttpRequest, viewer: Viewer, row: Decided, rules: Rules, page: Page, approved: StrPromise | str
) -> HttpResponse:
    """Approve or refuse, by the button that was pressed; `approved` is what is said then."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return page(_said(form))
    act, said = (deciding.approve, approved) if "approve" in request.POST else (deciding.refuse, _("已答复不批准。"))
    try:
        done = act(row, rules, viewer.person, viewer.at, form.cleaned_data["words"])
    except RequestRefused as refusal:
        return page(refused_words(refusal))
    messages.success(request, said)
    return redirect(done)


def end_row(request: HttpRequest, viewer: Viewer, row: Decided, rules: Rules, page: Page) -> HttpResponse:
    """Take back what waits, call off what has not begun, end what runs."""
    form = EndForm(request.POST)
    if not form.is_valid():
        return page(_said(form))
    try:
        done = deciding.end(row, rules, viewer.person, viewer.at, form.cleaned_data["words"])
    except RequestRefused as refusal:
        return page(refused_words(refusal))
    messages.success(request, _("已结束。") if done.state == Decision.ENDED else _("已撤回。"))
    return redirect(done)


def decision_context(row: Decided, rules: Rules, viewer: Viewer, standing: Standing, error: str) -> dict[str, Any]:
    """What the pages need for their buttons and the story of the request."""
    return {
        "row": row,
        "standing": standing,
        "error": error,
        "deciding_clause": rules.clause,
        "may_decide": deciding.may_decide(row, rules, viewer.person, viewer.at),
        "may_end": deciding.may_end(row, rules, viewer.person, viewer.at),
        "own": row.asked_by_id == viewer.person.pk and row.state == Decision.WAITING,
        "form": DecisionForm(),
        "end_form": EndForm(),
    }
