"""The steps of a change: decided, withdrawn, carried out, kept, restored; and its pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from custodes.people.forms.faults import faults_of
from custodes.people.papers.keeping import keep_paper
from custodes.people.papers.refusal import PaperRefused
from custodes.people.papers.serving import serve, serve_thumbnail
from custodes.people.papers.taking import takes_papers
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.changes import workflow
from custodes.places.changes.reach import asked_changes, decided_changes, visible_changes
from custodes.places.forms.change import DecideForm, DoneForm, PictureForm, WordsForm
from custodes.places.lifecycle.stepping import StepRefused, Taken
from custodes.places.models import ChangeCase, ChangePicture, Moment
from custodes.places.views.acting import INVALID, Draw, act_on
from custodes.places.views.change import page

Reach = Callable[[Any, Any], QuerySet[ChangeCase]]


@require_POST
@needs(Permission.APPROVE_CHANGES)
def change_decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Approve it, or refuse it with words."""
    event = "refuse" if "refuse" in request.POST else "approve"
    told = _("已不予批准。") if event == "refuse" else _("变更已批准。")
    form = DecideForm(request.POST)

    def act(case: ChangeCase, taken: Taken) -> ChangeCase:
        return workflow.decide(case, event, form.cleaned_data["revision"], taken)

    return _step(request, decided_changes, pk, act, told, "decide", form)


@require_POST
@needs(Permission.APPROVE_CHANGES)
def change_keep(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Decide that what was made without leave stays."""
    form = WordsForm(request.POST, auto_id="id_keep_%s")
    return _step(request, decided_changes, pk, workflow.keep, _("已决定保留，请办理变更备案。"), "keep", form)


@require_POST
@needs(Permission.MANAGE_PLACES)
def change_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It is not wanted any more."""
    form = WordsForm(request.POST, auto_id="id_withdraw_%s")
    return _step(request, asked_changes, pk, workflow.withdraw, _("已撤回。"), "withdraw", form)


@require_POST
@needs(Permission.MANAGE_PLACES)
def change_done(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It was made on that day; or, of what was found, it is again as it was."""
    restoring = "restore" in request.POST
    act = workflow.restore if restoring else workflow.carry_out
    told = _("已登记恢复原状。") if restoring else _("已登记实施，请及时办理变更备案。")
    return _step(request, asked_changes, pk, act, told, "done", DoneForm(request.POST, auto_id="id_done_%s"))


@require_POST
@takes_papers()
@needs(Permission.MANAGE_PLACES)
def change_picture_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a picture of how it was or is."""
    viewer = Viewer.of(request)
    case = _of(asked_changes, viewer, pk)
    moments = [moment for moment, states in workflow.PICTURES.items() if case.state in states]
    form = PictureForm(request.POST, request.FILES, case=case, moments=moments)
    if form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                paper = keep_paper(data["file"], by=viewer.person, at=viewer.at, kinds=form.kinds, about=_about(case))
                workflow.add_picture(case, Moment(data["moment"]), paper, data.get("camera"), viewer.person, viewer.at)
        except PaperRefused as refusal:
            form.add_error("file", str(refusal))
        except StepRefused as refusal:
            return page(request, viewer, case, str(refusal), INVALID)
        else:
            messages.success(request, _("已加入。"))
            return redirect(case)
    return page(request, viewer, case, faults_of(form), INVALID, {"picture": form})


@require_safe
@needs(Permission.VIEW_PLACES)
def change_picture(request: HttpRequest, pk: UUID, picture: UUID) -> HttpResponseBase:
    """One picture or paper, as a file to keep; each reading is on record."""
    viewer = Viewer.of(request)
    held = _picture(viewer, pk, picture)
    return serve(held.paper, by=viewer.person, at=viewer.at, about=_about(held.case))


@require_safe
@needs(Permission.VIEW_PLACES)
def change_thumbnail(request: HttpRequest, pk: UUID, picture: UUID) -> HttpResponseBase:
    """A small picture of it."""
    viewer = Viewer.of(request)
    held = _picture(viewer, pk, picture)
    return serve_thumbnail(held.paper, by=viewer.person, at=viewer.at, about=_about(held.case))


def _step(
    request: HttpRequest,
    reach: Reach,
    pk: UUID,
    act: Callable[[ChangeCase, Taken], ChangeCase],
    told: Any,
    name: str,
    form: BaseForm,
) -> HttpResponse:
    """One step by the form of this name on the change's page."""
    viewer = Viewer.of(request)
    case = _of(reach, viewer, pk)
    return act_on(request, viewer, case, act, told, _draw(name), form, again=_again)


def _draw(name: str) -> Draw[ChangeCase]:
    """The page with the form of this name as it was sent."""

    def draw(
        request: HttpRequest, viewer: Viewer, row: ChangeCase, error: Any, status: int, answer: BaseForm | None
    ) -> HttpResponse:
        if isinstance(answer, DecideForm) and answer.is_valid():
            # It was refused for what another did meanwhile: decided is about what the page shows now.
            answer = DecideForm(initial={"words": answer.cleaned_data["words"], "revision": row.revision})
        return page(request, viewer, row, error, status, {name: answer})

    return draw


def _again(case: ChangeCase) -> ChangeCase:
    return _with_system(ChangeCase.objects.all()).get(pk=case.pk)


def _of(reach: Reach, viewer: Viewer, pk: UUID) -> ChangeCase:
    return get_object_or_404(_with_system(reach(viewer.person, viewer.at)), pk=pk)


def _with_system(rows: QuerySet[ChangeCase]) -> QuerySet[ChangeCase]:
    return rows.select_related("system__site__division", "system__unit", "asked_by__unit", "decided_by__unit", "filing")


def _picture(viewer: Viewer, pk: UUID, picture: UUID) -> ChangePicture:
    rows = ChangePicture.objects.filter(case__in=visible_changes(viewer.person, viewer.at).values("pk"), case=pk)
    return get_object_or_404(rows.select_related("paper", "case"), pk=picture)


def _about(case: ChangeCase) -> str:
    return f"places.changecase:{case.pk}"
