"""本人影像 (PIPL 45): the caretaker's list, the three questions on one page, the request's page with its one next step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from custodes.access.individual.reach import desk_of
from custodes.access.models import OPEN, OwnImageRequest, OwnImageState, OwnOutcome
from custodes.access.ownimage import workflow
from custodes.access.ownimage.forms import LATER, AnswerForm, AskForm, CloseForm
from custodes.access.ownimage.keeping import holds_of
from custodes.access.ownimage.reach import handled_own_images
from custodes.access.supervised.stepping import Taken
from custodes.access.views import wishes
from custodes.access.views.missing_case import said_of
from custodes.access.views.wishes import HANDLE, INVALID
from custodes.law.grounds.own_image import WAYS
from custodes.people.forms.faults import faults_of
from custodes.people.said import in_english
from custodes.people.table import Column
from custodes.people.viewer import Viewer, needs
from custodes.places.lifecycle.stepping import StepRefused

BADGES = {
    OwnImageState.ASKED: "attention",
    OwnImageState.ANSWERED: "info",
    OwnImageState.CLOSED: "fine",
}


@require_safe
@needs(HANDLE)
def own_image_list(request: HttpRequest) -> HttpResponse:
    """Requests to the units at which the reader is the caretaker."""
    viewer = Viewer.of(request)
    today = timezone.localdate(viewer.at)
    listing = wishes.Listing(
        "access/ownimage/list.html",
        (
            Column(_("编号"), "number"),
            Column(_("申请人"), "name"),
            Column(_("申请事项"), "wish"),
            Column(_("申请时间"), "asked_at"),
            Column(_("答复期限"), "due"),
            Column(_("状态"), "state"),
        ),
        ("name", "number", "place"),
        OwnImageState.choices,
        lambda row: (row, badge_of(row), (row.due - today).days),
    )
    return wishes.listed(request, handled_own_images(viewer.person, viewer.at), listing)


def badge_of(row: OwnImageRequest) -> str:
    """A refusal looks like none given."""
    return "off" if row.refused else BADGES[OwnImageState(row.state)]


@needs(HANDLE)
def own_image_new(request: HttpRequest) -> HttpResponse:
    """The three questions."""
    viewer = Viewer.of(request)
    unit = desk_of(viewer.person, viewer.at)
    assert unit is not None
    cameras = wishes.cameras_of(viewer)
    asked = AskForm(request.POST or None, instance=OwnImageRequest())
    form = AnswerForm(request.POST or None, cameras=cameras)
    error = ""
    if request.method == "POST" and asked.is_valid() and form.is_valid():
        taken = Taken(viewer.person, viewer.at)
        try:
            with transaction.atomic():
                row = _answer(workflow.ask(asked.save(commit=False), unit, taken), form, taken)
        except StepRefused as refusal:
            error = said_of(refusal)
        else:
            return _answered(request, row)
    context = {"asked": asked, "answer": form, "error": error, "crumbs": _crumbs(_("登记申请"))}
    wrong = bool(error or asked.errors or form.errors)
    return render(request, "access/ownimage/new.html", context, status=INVALID if wrong else 200)


@require_safe
@needs(HANDLE)
def own_image(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One request."""
    viewer = Viewer.of(request)
    return page(request, viewer, row_of(viewer, pk))


@require_POST
@needs(HANDLE)
def own_image_answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer one that was taken in before, or enter what was found so far."""
    viewer = Viewer.of(request)
    row = row_of(viewer, pk)
    form = AnswerForm(request.POST, cameras=wishes.cameras_of(viewer))
    if not form.is_valid():
        return page(request, viewer, row, faults_of(form), INVALID, form)

    def take() -> OwnImageRequest:
        with transaction.atomic():
            return _answer(row, form, Taken(viewer.person, viewer.at))

    return wishes.stepped(take, lambda done: _answered(request, done), _again(request, viewer, pk, form))


@require_POST
@needs(HANDLE)
def own_image_close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It was looked at, handed over, or told."""
    viewer = Viewer.of(request)
    row, handed = row_of(viewer, pk), request.POST.get("handed", "").replace("\x00", "")
    return wishes.stepped(
        lambda: workflow.close(row, handed, Taken(viewer.person, viewer.at)),
        lambda done: wishes.told(request, done, _("已办结。")),
        _again(request, viewer, pk),
    )


@require_POST
@needs(HANDLE)
def own_image_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Whoever asked takes it back."""
    viewer = Viewer.of(request)
    row = row_of(viewer, pk)
    return wishes.stepped(
        lambda: workflow.withdraw(row, Taken(viewer.person, viewer.at)),
        lambda done: wishes.told(request, done, _("已登记申请人撤回。")),
        _again(request, viewer, pk),
    )


def _again(request: HttpRequest, viewer: Viewer, pk: UUID, form: AnswerForm | None = None) -> wishes.Page:
    """The page as it stands now, with what was refused and the form as it was sent."""
    return lambda said, status: page(request, viewer, row_of(viewer, pk), said, status, form)


def page(
    request: HttpRequest,
    viewer: Viewer,
    row: OwnImageRequest,
    error: Any = "",
    status: int = 200,
    form: AnswerForm | None = None,
) -> HttpResponse:
    """The request's page, with what went wrong and the form as it was sent."""
    names = ("span_from", "span_to", "found", "exception", "exception_law", "masked_by", "reviewed_by")
    initial: dict[str, Any] = {name: getattr(row, name) for name in names}
    initial["cameras"] = [camera.pk for camera in row.cameras.all()]
    english = in_english()
    context = wishes.page_of(viewer, row) | {
        "badge": badge_of(row),
        "error": error,
        "form": form or AnswerForm(cameras=wishes.cameras_of(viewer), initial=initial),
        "close_form": CloseForm(),
        "days": (row.due - timezone.localdate(viewer.at)).days,
        "held": holds_of(row).filter(state__in=[one.value for one in OPEN]).exists(),
        "corrections": workflow.corrections_left(row) if row.state == OwnImageState.ASKED else None,
        "may_check": row.state == OwnImageState.ASKED and bool(row.span and row.cameras.exists()),
        "unmet": [(one["clause"], one["en"] if english else one["zh"]) for one in row.unmet],
        "ways": [(way.clause, way.en if english else way.zh) for way in WAYS] if row.reason else [],
        "crumbs": _crumbs(str(row)),
    }
    return render(request, "access/ownimage/request.html", context, status=status)


def _answer(row: OwnImageRequest, form: AnswerForm, taken: Taken) -> OwnImageRequest:
    """What was chosen: an answer, or what was found so far; nothing where nothing was."""
    data = form.cleaned_data
    if data["answer"] != LATER:
        return workflow.answer(row, OwnOutcome(data["answer"]), form.looked(), data["reason"], taken)
    taken = replace(taken, words=data["reason"].strip())
    return workflow.look_up(row, form.looked(), taken) if form.looked() != workflow.Looked() else row


def _answered(request: HttpRequest, row: OwnImageRequest) -> HttpResponse:
    said = {
        "": _("已登记，等待答复。"),
        OwnOutcome.LOOK: _("已答复提供查阅。请打印答复书，请申请人到屏幕前查阅。"),
        OwnOutcome.COPY: _("已答复提供遮蔽后的复制件。请打印答复书，移交后登记。"),
        OwnOutcome.REFUSED: _("已答复不予提供。请打印答复书交申请人。"),
    }
    messages.success(request, said[OwnOutcome(row.outcome) if row.outcome else ""])
    return redirect(row)


def row_of(viewer: Viewer, pk: UUID) -> OwnImageRequest:
    """The request, where it is one of the reader's."""
    rows = handled_own_images(viewer.person, viewer.at).select_related("unit", "taken_by__unit", "answered_by__unit")
    return get_object_or_404(rows, pk=pk)


def _crumbs(here: Any) -> list[tuple[Any, str]]:
    return [(pgettext_lazy("本人影像", "本人影像"), reverse("access:own_image_list")), (here, "")]
