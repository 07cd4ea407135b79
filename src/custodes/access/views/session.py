"""在场查看: beginning a session, its page for two people at one screen, its end, and a find. No address here gives a file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from custodes.access.individual.facts import handled_requests
from custodes.access.individual.forms import ConsultForm
from custodes.access.missing.case import MISSING
from custodes.access.missing.clock import provisional_until
from custodes.access.missing.forms import ScreenForm
from custodes.access.missing.pages import HANDLE, MISSINGS, is_uuid
from custodes.access.missing.reach import at_the_platform, handled_cases
from custodes.access.models import (
    DocumentKind,
    IndividualRequest,
    MissingCase,
    OwnImageRequest,
    SessionKind,
    SupervisedSession,
)
from custodes.access.ownimage.pages import OWN_IMAGES, row_of
from custodes.access.supervised import sessions
from custodes.access.supervised.page import said_of, words_for_individual, words_for_own_image, words_of
from custodes.access.supervised.sessions import OWN_END, AtTheScreen, begin, end, own_session
from custodes.cases.registry import registry
from custodes.cases.step import StepInput
from custodes.cases.taking import take
from custodes.cases.views import INVALID
from custodes.people.lawful import terms
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
        return MISSINGS.page(request, viewer, pk, said_of(refusal))
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
    more = {"aloud": words_of(row), "clause": "S29", "pledge": reverse("access:missing_print_pledge", args=[row.pk])}
    return begin_beside(request, viewer, row, ScreenForm(request.POST or None, initial=initial), more)


@needs(INDIVIDUAL)
def individual_session(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same for an individual, at the managing unit (N21)."""
    viewer = Viewer.of(request)
    rows = handled_requests(viewer.person, viewer.at).select_related("unit", "decided_by")
    row: IndividualRequest = get_object_or_404(rows, pk=pk)
    return consult(request, viewer, row, {"aloud": words_for_individual(row), "clause": "N21"})


@needs(INDIVIDUAL)
def own_image_session(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same for who is in the picture (PIPL 45)."""
    viewer = Viewer.of(request)
    row = row_of(viewer, pk)
    return consult(request, viewer, row, {"aloud": words_for_own_image(row), "clause": "PIPL45"})


@require_POST
@needs(INDIVIDUAL)
def own_image_check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Staff look alone whether it shows the person, at the place and time that were stated."""
    viewer = Viewer.of(request)
    try:
        session = begin(row_of(viewer, pk), viewer.person, AtTheScreen(SessionKind.PREVIEW), viewer.at)
    except StepRefused as refusal:
        return OWN_IMAGES.page(request, viewer, pk, said_of(refusal))
    return redirect("access:session", session.pk)


def consult(request: HttpRequest, viewer: Viewer, row: Any, more: dict[str, Any]) -> HttpResponse:
    """A session of a request at the managing unit, begun with who asked."""
    initial = {"name": row.name, "document": row.document, "number": row.document_number}
    form = ConsultForm(request.POST or None, initial=initial)
    return begin_beside(request, viewer, row, form, more | {"consults": True})


def begin_beside(request: HttpRequest, viewer: Viewer, row: Any, form: Any, more: dict[str, Any]) -> HttpResponse:
    """A session in which somebody looks beside the viewer."""
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            begun = begin(row, viewer.person, AtTheScreen(SessionKind.WITH_VIEWER, **form.cleaned_data), viewer.at)
        except StepRefused as refusal:
            error = said_of(refusal)
        else:
            return redirect("access:session", begun.pk)
    crumbs = [*crumbs_of(row), (_("告知和承诺"), "")]
    context = {"case": row, "form": form, "error": error, "consults": False, "crumbs": crumbs, **more}
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
            "left": sessions.left_of(row) if row.is_open and first_look else [],
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
        sessions.tell(row, camera, viewer.at)
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
            take(MISSING, case, "preview", _step(viewer, row), terms())
        except StepRefused as refusal:
            messages.error(request, said_of(refusal))
            return redirect("access:session", row.pk)
        messages.success(request, MISSING.event("preview").said)
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
        case = take(MISSING, row.missing, "find", _step(viewer, row, camera=seen, moment=moment), terms())
    except StepRefused as refusal:
        messages.error(request, said_of(refusal))
        return redirect(row.missing)
    messages.warning(request, MISSING.event("find").said)
    return redirect(case)


def _step(viewer: Viewer, session: SupervisedSession, **data: Any) -> StepInput:
    today = timezone.localdate(viewer.at)
    return StepInput(viewer.person, viewer.at, today, data=data, session=session.pk)


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
    kind = registry.of(row)
    name = pgettext_lazy("走失人员", "走失查看") if isinstance(row, MissingCase) else kind.name
    return [(name, reverse(f"{kind.url}_list")), (str(row), row.get_absolute_url())]
