"""The pages of requests for one's own image (PIPL 45): the list, the three questions on one page, a request with its one next step."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from custodes.access.individual.facts import choosable, desk_of
from custodes.access.models import OPEN, OwnFound, OwnImageRequest, OwnImageState, OwnOutcome, ReleaseState
from custodes.access.ownimage import copies, facts
from custodes.access.ownimage.case import OWN_IMAGE, corrections_left, holds_of
from custodes.access.ownimage.checked import Looked, checked
from custodes.access.ownimage.facts import handled_own_images
from custodes.access.ownimage.forms import LATER, AnswerForm, AskForm, CopyForm, FirstAnswerForm, ReopenForm
from custodes.access.release.case import BADGES as RELEASE_BADGES
from custodes.access.supervised.page import said_of, sessions_of
from custodes.access.views.release.common import TROUBLES, troubled
from custodes.cases.step import StepInput
from custodes.cases.taking import begin, take
from custodes.cases.views import INVALID, UNAVAILABLE, Around, CasePages
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds.own_image import WAYS
from custodes.people.forms import faults_of
from custodes.people.lawful import StepRefused, in_english
from custodes.people.lawful import terms as terms_now
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.models import Camera

HANDLE = Permission.HANDLE_INDIVIDUAL
_LIST = [(OWN_IMAGE.name, reverse_lazy("access:own_image_list"))]


def cameras_for(viewer: Viewer, row: OwnImageRequest | None = None) -> QuerySet[Camera]:
    """Those that the person may choose from; with those that the request names already, whatever became of them since."""
    allowed = Q(pk__in=choosable(viewer.person, viewer.at).values("pk"))
    named = Q(pk__in=row.cameras.values("pk")) if row else Q(pk__in=[])
    return Camera.objects.filter(allowed | named).order_by("number")


def more(viewer: Viewer, row: OwnImageRequest, today: date, terms: LegalTerms) -> dict[str, Any]:
    """Who looks and looked, what of the picture was checked, the copies, and the form of the answer."""
    names = ("span_from", "span_to", "found", "exception", "exception_law")
    initial: dict[str, Any] = {name: getattr(row, name) for name in names}
    initial["cameras"] = [camera.pk for camera in row.cameras.all()]
    english, waits = in_english(), row.state == OwnImageState.ASKED
    made = row.copies.select_related("camera", "reviewed_by__unit", "approved_by__unit").defer("times", "leaks")
    shown = {"badge": "off"} if row.refused else {}
    return {
        **sessions_of(viewer, row),
        **shown,
        "form": AnswerForm(cameras=cameras_for(viewer, row), initial=initial) if waits else None,
        "reopen_form": ReopenForm(),
        "days": (row.due - today).days,
        "held": holds_of(row).filter(state__in=[one.value for one in OPEN]).exists(),
        "corrections": corrections_left(row) if waits else None,
        "may_check": waits and bool(row.span and row.cameras.exists()),
        "checked": checked(row, list(row.cameras.order_by("number"))) if waits else (),
        "copies": [(one, RELEASE_BADGES[ReleaseState(one.state)]) for one in made.order_by("number")],
        "copy_form": CopyForm(row=row) if waits and row.found == OwnFound.YES else None,
        "unmet": [(one["clause"], one["en"] if english else one["zh"]) for one in row.unmet],
        "ways": [(way.clause, way.en if english else way.zh) for way in WAYS] if row.reason else [],
        "crumbs": [*_LIST, (str(row), "")],
    }


OWN_IMAGES = CasePages(
    OWN_IMAGE,
    Around(
        above_parent=lambda unit: _LIST,
        above=lambda row: _LIST,
        above_list=[],
        template="access/ownimage/request.html",
        more=more,
        list_template="access/ownimage/list.html",
        told=said_of,
    ),
)


@needs(HANDLE)
def own_image_new(request: HttpRequest) -> HttpResponse:
    """The three questions."""
    viewer = Viewer.of(request)
    asked = AskForm(request.POST or None)
    form = FirstAnswerForm(request.POST or None, cameras=cameras_for(viewer))
    error = ""
    if request.method == "POST" and asked.is_valid() and form.is_valid():
        try:
            with transaction.atomic():
                asking = _step(viewer, **asked.cleaned_data)
                row = begin(OWN_IMAGE, "ask", desk_of(viewer.person, viewer.at), asking, terms_now())
                row = _answer(row, form, viewer)
        except StepRefused as refusal:
            error = said_of(refusal)
        else:
            return _answered(request, row)
    context = {"asked": asked, "answer": form, "error": error, "crumbs": [*_LIST, (_("登记申请"), "")]}
    wrong = bool(error or asked.errors or form.errors)
    return render(request, "access/ownimage/new.html", context, status=INVALID if wrong else 200)


@require_POST
@needs(HANDLE)
def own_image_answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer one that was taken in before, or enter what was found so far."""
    viewer = Viewer.of(request)
    row = row_of(viewer, pk)
    form = AnswerForm(request.POST, cameras=cameras_for(viewer, row))
    if not form.is_valid():
        return OWN_IMAGES.page(request, viewer, pk, faults_of(form), form=form)
    try:
        return _answered(request, _answer(row, form, viewer))
    except StepRefused as refusal:
        return OWN_IMAGES.page(request, viewer, pk, said_of(refusal), form=form)
    except TROUBLES as error:
        return _unavailable(OWN_IMAGES.page(request, viewer, pk, troubled(error), form=form))


@require_POST
@needs(HANDLE)
def own_image_copy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Have a masked copy of a piece made; its own page goes on from there."""
    viewer = Viewer.of(request)
    row = row_of(viewer, pk)
    form = CopyForm(request.POST, row=row)
    if not form.is_valid():
        return OWN_IMAGES.page(request, viewer, pk, faults_of(form))
    told = form.cleaned_data
    try:
        made = copies.prepare(row, told["camera"], told["piece_from"], told["piece_to"], _step(viewer))
    except StepRefused as refusal:
        return OWN_IMAGES.page(request, viewer, pk, said_of(refusal))
    messages.success(request, _("已提出制作复制件，等待另一人评估。"))
    return redirect(made)


@require_POST
@needs(HANDLE)
def own_image_reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The node has lost a copy that the answer gave."""
    viewer = Viewer.of(request)
    row, form = row_of(viewer, pk), ReopenForm(request.POST)
    if not form.is_valid():
        return OWN_IMAGES.page(request, viewer, pk, faults_of(form))
    try:
        at_node = copies.there(facts.given(row), viewer.person)
        step = _step(viewer, words=form.cleaned_data["why"].strip(), at_node=at_node)
        done = _taken(row, "reopen", step)
    except StepRefused as refusal:
        return OWN_IMAGES.page(request, viewer, pk, said_of(refusal))
    except TROUBLES as error:
        return _unavailable(OWN_IMAGES.page(request, viewer, pk, troubled(error)))
    messages.success(request, OWN_IMAGE.event("reopen").said)
    return redirect(done)


def _answer(row: OwnImageRequest, form: AnswerForm, viewer: Viewer) -> OwnImageRequest:
    """What was chosen: an answer, or what was found so far; nothing where nothing was.

    Raises:
        StepRefused: as `case.answer`, `case.look_up`.
        Errors of `Desk`, where a copy is given.
    """
    data, looked = form.cleaned_data, form.looked()
    if data["answer"] == LATER:
        if looked == Looked():
            return row
        looking = _step(viewer, words=data["reason"].strip(), looked=looked)
        return _taken(row, "look_up", looking)
    gives = data["answer"] == OwnOutcome.COPY
    at_node = copies.there(facts.ready(row), viewer.person) if gives else frozenset()
    answering = _step(viewer, words=data["reason"], looked=looked, outcome=data["answer"], at_node=at_node)
    return _taken(row, "answer", answering)


def _taken(row: OwnImageRequest, event: str, step: StepInput) -> OwnImageRequest:
    done: OwnImageRequest = take(OWN_IMAGE, row, event, step, terms_now())
    return done


def _answered(request: HttpRequest, row: OwnImageRequest) -> HttpResponse:
    said = OWN_IMAGE.event("answer").said[row.outcome] if row.outcome else OWN_IMAGE.event("ask").said
    messages.success(request, said)
    return redirect(row)


def _step(viewer: Viewer, words: str = "", **data: Any) -> StepInput:
    return StepInput(viewer.person, viewer.at, timezone.localdate(viewer.at), words, data=data)


def _unavailable(page: HttpResponse) -> HttpResponse:
    page.status_code = UNAVAILABLE
    return page


def row_of(viewer: Viewer, pk: UUID) -> OwnImageRequest:
    """The request, where it is one of the reader's."""
    return get_object_or_404(handled_own_images(viewer.person, viewer.at).select_related(*OWN_IMAGE.related), pk=pk)
