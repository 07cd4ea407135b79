"""在场查看: beginning a session, its page for two people at one screen, its end, and a find. No address here gives a file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from custodes.access.individual.forms import ConsultForm
from custodes.access.individual.reach import handled_requests
from custodes.access.missing import workflow
from custodes.access.missing.aloud import words_for_individual, words_of
from custodes.access.missing.clock import provisional_until
from custodes.access.missing.forms import ScreenForm
from custodes.access.missing.reach import at_the_platform, handled_cases
from custodes.access.models import (
    DocumentKind,
    IndividualRequest,
    MissingCase,
    OwnImageRequest,
    SessionKind,
    SupervisedSession,
)
from custodes.access.supervised import pictured
from custodes.access.supervised.beginning import AtTheScreen, begin
from custodes.access.supervised.ending import OWN_END, end
from custodes.access.supervised.reach import own_session
from custodes.access.supervised.stepping import Taken
from custodes.access.views import missing_case
from custodes.access.views.missing import HANDLE, INVALID, is_uuid
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.lifecycle.stepping import StepRefused

INDIVIDUAL = Permission.HANDLE_INDIVIDUAL


@require_POST
@at_the_platform(HANDLE)
def session_alone(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """The officer looks first, or police look alone."""
    if kind not in (SessionKind.PREVIEW, SessionKind.POLICE):
        raise Http404
    viewer = Viewer.of(request)
    row = _case(viewer, pk)
    try:
        session = begin(row, viewer.person, AtTheScreen(SessionKind(kind)), viewer.at)
    except StepRefused as refusal:
        return missing_case.page(request, viewer, row, missing_case.said_of(refusal), INVALID)
    return redirect("access:session", session.pk)


@at_the_platform(HANDLE)
def session_begin(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who looks, how they are known, the words read aloud, the undertaking; then the picture."""
    viewer = Viewer.of(request)
    row = _case(viewer, pk)
    initial = {
        "name": row.applicant,
        "document": row.document or DocumentKind.ID_CARD,
        "number": row.document_number,
    }
    form = ScreenForm(request.POST or None, initial=initial)
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            session = begin(row, viewer.person, AtTheScreen(SessionKind.WITH_VIEWER, **form.cleaned_data), viewer.at)
        except StepRefused as refusal:
            error = missing_case.said_of(refusal)
        else:
            return redirect("access:session", session.pk)
    context = {
        "case": row,
        "form": form,
        "error": error,
        "aloud": words_of(row),
        "clause": "S29",
        "consults": False,
        "pledge": reverse("print:missing_pledge", args=[row.pk]),
        "crumbs": [*crumbs_of(row), (_("告知和承诺"), "")],
    }
    return render(request, "access/supervised/begin.html", context, status=INVALID if error or form.errors else 200)


@needs(INDIVIDUAL)
def individual_session(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same for an individual, at the managing unit (N21)."""
    viewer = Viewer.of(request)
    rows = handled_requests(viewer.person, viewer.at).select_related("unit", "decided_by")
    row: IndividualRequest = get_object_or_404(rows, pk=pk)
    initial = {"name": row.name, "document": row.document, "number": row.document_number}
    form = ConsultForm(request.POST or None, initial=initial)
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            begun = begin(row, viewer.person, AtTheScreen(SessionKind.WITH_VIEWER, **form.cleaned_data), viewer.at)
        except StepRefused as refusal:
            error = missing_case.said_of(refusal)
        else:
            return redirect("access:session", begun.pk)
    context = {
        "case": row,
        "form": form,
        "error": error,
        "aloud": words_for_individual(row),
        "clause": "N21",
        "consults": True,
        "crumbs": [*crumbs_of(row), (_("告知和承诺"), "")],
    }
    return render(request, "access/supervised/begin.html", context, status=INVALID if error or form.errors else 200)


@never_cache
@needs(HANDLE, INDIVIDUAL)
def session(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The picture, for the officer whose session it is."""
    viewer = Viewer.of(request)
    row = _session(viewer, pk)
    case = row.case
    cameras = list(row.cameras.order_by("number"))
    wanted = request.GET.get("camera", "")
    first_look = bool(row.missing_id) and row.kind == SessionKind.PREVIEW
    camera = next((one for one in cameras if str(one.pk) == wanted), cameras[0] if cameras else None)
    return render(
        request,
        "access/supervised/session.html",
        {
            "session": row,
            "case": case,
            "camera": camera,
            "cameras": cameras,
            "until": provisional_until(case) if row.missing and not row.alone else None,
            "preview": first_look,
            "left": pictured.left_of(row) if row.is_open and first_look else [],
            "crumbs": [*crumbs_of(case), (row.title, "")],
        },
    )


@require_POST
@needs(HANDLE, INDIVIDUAL)
def session_pictured(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page's word that a picture of the camera that it names stands on its screen."""
    viewer = Viewer.of(request)
    row, wanted = _session(viewer, pk), request.GET.get("camera", "")
    camera = row.cameras.filter(pk=wanted).first() if is_uuid(wanted) else None
    if camera is not None:
        pictured.tell(row, camera, viewer.at)
    return HttpResponse(status=204)


@require_POST
@needs(HANDLE, INDIVIDUAL)
def session_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The officer ends it; a first look counts where a picture was shown."""
    viewer = Viewer.of(request)
    row = _session(viewer, pk)
    case = row.case
    if row.missing_id and row.is_open and row.kind == SessionKind.PREVIEW and request.POST.get("previewed"):
        try:
            workflow.previewed(row, Taken(viewer.person, viewer.at, session=row.pk))
        except StepRefused as refusal:
            messages.error(request, missing_case.said_of(refusal))
            return redirect("access:session", row.pk)
        messages.success(request, _("已登记先行查看。可以请申请人查看。"))
        return redirect(case)
    if end(row, viewer.person, viewer.at, str(OWN_END)):
        messages.success(request, _("已结束查看，画面停止。") if row.missing_id else _("已结束查阅，画面停止。"))
    return redirect(case)


@require_POST
@at_the_platform(HANDLE)
def session_find(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who is lost was seen: the picture stops, police that search are told first."""
    viewer = Viewer.of(request)
    row = _session(viewer, pk)
    if row.missing is None:
        raise Http404
    camera = request.POST.get("camera", "")
    seen = row.cameras.filter(pk=camera).first() if is_uuid(camera) else None
    moment = _moment(request.POST.get("moment", ""))
    if moment is not None and not row.span_from <= moment <= row.span_to:
        moment = None
    try:
        case = workflow.find(row, seen, moment, Taken(viewer.person, viewer.at, session=row.pk))
    except StepRefused as refusal:
        messages.error(request, missing_case.said_of(refusal))
        return redirect(row.missing)
    messages.warning(request, _("已登记发现，画面停止。请先通知处警民警，再告知家属。"))
    return redirect(case)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None


def _case(viewer: Viewer, pk: UUID) -> MissingCase:
    return get_object_or_404(handled_cases(viewer.person, viewer.at).select_related("unit", "opened_by__unit"), pk=pk)


def _session(viewer: Viewer, pk: UUID) -> SupervisedSession:
    row = own_session(viewer.person, pk)
    if row is None:
        raise Http404
    return row


def crumbs_of(row: MissingCase | IndividualRequest | OwnImageRequest) -> list[tuple[Any, str]]:
    """The way to the case, of a page of its session."""
    if isinstance(row, IndividualRequest):
        listed = (pgettext_lazy("个人查阅", "个人查阅"), reverse("access:individual_list"))
        return [listed, (str(row), row.get_absolute_url())]
    if isinstance(row, OwnImageRequest):
        listed = (pgettext_lazy("本人影像", "本人影像"), reverse("access:own_image_list"))
        return [listed, (str(row), row.get_absolute_url())]
    return [
        (pgettext_lazy("走失人员", "走失查看"), reverse("access:missing_list")),
        (str(row), row.get_absolute_url()),
    ]
