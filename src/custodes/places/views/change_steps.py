"""The steps of a change: decided, withdrawn, carried out, kept, restored; and its pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from custodes.people.papers.keeping import keep_paper
from custodes.people.papers.refusal import PaperRefused
from custodes.people.papers.serving import serve, serve_thumbnail
from custodes.people.papers.taking import takes_papers
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.changes import workflow
from custodes.places.changes.reach import asked_changes, decided_changes, visible_changes
from custodes.places.forms.change import DecideForm, DoneForm, PictureForm, WordsForm
from custodes.places.lifecycle.said import reason
from custodes.places.lifecycle.stepping import StepRefused, Taken
from custodes.places.models import ChangeCase, ChangePicture, Moment
from custodes.places.views.acting import INVALID
from custodes.places.views.change import page

Reach = Callable[[Any, Any], QuerySet[ChangeCase]]


@require_POST
@needs(Permission.APPROVE_CHANGES)
def change_decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Approve it, or refuse it with words."""
    viewer = Viewer.of(request)
    case, form = _of(decided_changes, viewer, pk), DecideForm(request.POST)
    event = "refuse" if "refuse" in request.POST else "approve"
    said = _("已不予批准。") if event == "refuse" else _("变更已批准。")
    if not form.is_valid():
        return _wrong(request, viewer, case, "decide", form)

    def act() -> ChangeCase:
        return workflow.decide(case, event, form.cleaned_data["revision"], _taken(viewer, form.cleaned_data["words"]))

    return _do(request, viewer, case, act, said, {"decide": form})


@require_POST
@needs(Permission.APPROVE_CHANGES)
def change_keep(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Decide that what was made without leave stays."""
    viewer = Viewer.of(request)
    case, form = _of(decided_changes, viewer, pk), WordsForm(request.POST, auto_id="id_keep_%s")
    if not form.is_valid():
        return _wrong(request, viewer, case, "keep", form)

    def act() -> ChangeCase:
        return workflow.keep(case, _taken(viewer, form.cleaned_data["words"]))

    return _do(request, viewer, case, act, _("已决定保留，请办理变更备案。"), {"keep": form})


@require_POST
@needs(Permission.MANAGE_PLACES)
def change_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It is not wanted any more."""
    viewer = Viewer.of(request)
    case, form = _of(asked_changes, viewer, pk), WordsForm(request.POST, auto_id="id_withdraw_%s")
    if not form.is_valid():
        return _wrong(request, viewer, case, "withdraw", form)

    def act() -> ChangeCase:
        return workflow.withdraw(case, _taken(viewer, form.cleaned_data["words"]))

    return _do(request, viewer, case, act, _("已撤回。"), {"withdraw": form})


@require_POST
@needs(Permission.MANAGE_PLACES)
def change_done(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It was made on that day; or, of what was found, it is again as it was."""
    viewer = Viewer.of(request)
    case, form = _of(asked_changes, viewer, pk), DoneForm(request.POST, auto_id="id_done_%s")
    if not form.is_valid():
        return _wrong(request, viewer, case, "done", form)
    taken = Taken(viewer.person, viewer.at, form.cleaned_data["on"], form.cleaned_data["words"])
    restoring = "restore" in request.POST

    def act() -> ChangeCase:
        return workflow.restore(case, taken) if restoring else workflow.carry_out(case, taken)

    told = _("已登记恢复原状。") if restoring else _("已登记实施，请及时办理变更备案。")
    return _do(request, viewer, case, act, told, {"done": form})


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
    return _wrong(request, viewer, case, "picture", form)


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


def _do(
    request: HttpRequest,
    viewer: Viewer,
    case: ChangeCase,
    act: Callable[[], ChangeCase],
    told: Any,
    forms: dict[str, Any],
) -> HttpResponse:
    try:
        done = act()
    except StepRefused as refusal:
        # Drawn from the row as it is now, with what was typed: another may have taken a step meanwhile.
        now = ChangeCase.objects.select_related("system__site__division", "system__unit", "asked_by__unit").get(
            pk=case.pk
        )
        if "decide" in forms:
            typed = forms["decide"].cleaned_data["words"]
            forms = {"decide": DecideForm(initial={"words": typed, "revision": now.revision})}
        reasons = [str(refusal), *(reason(one) for one in refusal.unmet)]
        return page(request, viewer, now, " ".join(reasons), INVALID, forms)
    messages.success(request, told)
    return redirect(done)


def _wrong(request: HttpRequest, viewer: Viewer, case: ChangeCase, name: str, form: Any) -> HttpResponse:
    errors = " ".join(str(error) for errors in form.errors.values() for error in errors)
    return page(request, viewer, case, errors, INVALID, {name: form})


def _taken(viewer: Viewer, words: str) -> Taken:
    return Taken(viewer.person, viewer.at, timezone.localdate(viewer.at), words)


def _of(reach: Reach, viewer: Viewer, pk: UUID) -> ChangeCase:
    rows = reach(viewer.person, viewer.at).select_related(
        "system__site__division", "system__unit", "asked_by__unit", "decided_by__unit", "filing"
    )
    return get_object_or_404(rows, pk=pk)


def _picture(viewer: Viewer, pk: UUID, picture: UUID) -> ChangePicture:
    rows = ChangePicture.objects.filter(case__in=visible_changes(viewer.person, viewer.at).values("pk"), case=pk)
    return get_object_or_404(rows.select_related("paper", "case"), pk=picture)


def _about(case: ChangeCase) -> str:
    return f"places.changecase:{case.pk}"
