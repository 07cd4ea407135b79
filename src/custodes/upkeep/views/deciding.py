"""One view each for approving or refusing, and for ending, whatever was asked for: a plan or recording hours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, cast
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from custodes.people.models import Person
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places import planning, repeating
from custodes.places.models import Decision, Plan, RecordingHours
from custodes.places.planning import PlanRefused, Requested
from custodes.upkeep.forms.plans import DecisionForm, EndForm
from custodes.upkeep.plans import standing

INVALID = 422


@dataclass(frozen=True)
class RequestedPage(Generic[Requested]):
    """The page of one kind of request.

    Attributes:
        seen: the row as the viewer may see it; raises `Http404` where they may not.
        draw: the page, with what went wrong and the status of the answer.
    """

    seen: Callable[[Viewer, UUID], Requested]
    draw: Callable[[HttpRequest, Viewer, Requested, str, int], HttpResponse]


@require_POST
@needs(Permission.APPROVE_PLANS)
def decide(request: HttpRequest, pk: UUID, of: RequestedPage[Requested]) -> HttpResponse:
    """Approve or refuse, by the button that was pressed."""
    return _done(request, pk, of, DecisionForm, _approve if "approve" in request.POST else _refuse)


@require_POST
@needs(Permission.ASK_PLANS, Permission.APPROVE_PLANS)
def end(request: HttpRequest, pk: UUID, of: RequestedPage[Requested]) -> HttpResponse:
    """Take back what waits, call off what has not begun, end what runs."""
    return _done(request, pk, of, EndForm, _end)


def _done(
    request: HttpRequest,
    pk: UUID,
    of: RequestedPage[Requested],
    form_class: type[DecisionForm | EndForm],
    act: Callable[[Requested, Person, datetime, str], str],
) -> HttpResponse:
    """Do it, to all of a plan that repeats where that is wanted, and say so; or draw the row's page with what went wrong.

    All or none: where one occurrence is refused none is changed.
    """
    viewer = Viewer.of(request)
    row = of.seen(viewer, pk)
    rows = _open(row, viewer.at, repeating.to_end if form_class is EndForm else repeating.to_decide)
    form = form_class(request.POST, others=len(rows) - 1)
    if not form.is_valid():
        return of.draw(request, viewer, row, _said(form), INVALID)
    chosen = rows if form.cleaned_data.get("whole") else rows[:1]
    try:
        with transaction.atomic():
            said = [act(one, viewer.person, viewer.at, form.cleaned_data["words"]) for one in chosen]
    except PlanRefused as refusal:
        return of.draw(request, viewer, row, refused_words(refusal), INVALID)
    messages.success(request, said[0])
    return redirect(row)


def _open(row: Requested, at: datetime, among: Callable[[Plan, datetime], QuerySet[Plan]]) -> list[Requested]:
    """The row, and what would be done with it."""
    others = [one for one in among(row, at) if one.pk != row.pk] if isinstance(row, Plan) and row.series else []
    return [row, *cast(list[Requested], others)]


def _approve(row: Requested, by: Person, at: datetime, words: str) -> str:
    planning.approve(row, by, at, words)
    return _("已批准，媒体节点按此执行。")


def _refuse(row: Requested, by: Person, at: datetime, words: str) -> str:
    planning.refuse(row, by, at, words)
    return _("已答复不批准。")


def _end(row: Requested, by: Person, at: datetime, words: str) -> str:
    done = planning.end(row, by, at, words)
    return _("已结束。") if done.state == Decision.ENDED else _("已撤回。")


def refused_words(refusal: PlanRefused) -> str:
    """A refusal with its clauses, as a form shows it."""
    return str(refusal) + "".join(f"（{clause}）" for clause in refusal.clauses)


def _said(form: Form) -> str:
    return " ".join(str(error) for error in form.errors.get("words", ()))


def decision_context(row: Plan | RecordingHours, viewer: Viewer, error: str) -> dict[str, Any]:
    """What both pages need for their buttons and the story of the request."""
    return {
        "row": row,
        "standing": standing(row, viewer.at),
        "error": error,
        "may_decide": planning.may_decide(row, viewer.person, viewer.at),
        "may_end": planning.may_end(row, viewer.person, viewer.at),
        "own": row.asked_by_id == viewer.person.pk and row.state == Decision.WAITING,
        "form": DecisionForm(others=len(_open(row, viewer.at, repeating.to_decide)) - 1),
        "end_form": EndForm(others=len(_open(row, viewer.at, repeating.to_end)) - 1),
    }
