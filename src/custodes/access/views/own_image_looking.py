"""Sessions of a request for one's own image: staff check the picture before the answer, the person looks after it. No file."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from custodes.access.individual.forms import ConsultForm
from custodes.access.missing.aloud import words_for_own_image
from custodes.access.models import SessionKind
from custodes.access.supervised.beginning import AtTheScreen, begin
from custodes.access.views import own_image
from custodes.access.views.missing_case import said_of
from custodes.access.views.session import crumbs_of
from custodes.access.views.wishes import HANDLE, INVALID
from custodes.people.viewer import Viewer, needs
from custodes.places.lifecycle.stepping import StepRefused


@require_POST
@needs(HANDLE)
def own_image_check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Staff look alone whether it shows the person, at the place and time that were stated."""
    viewer = Viewer.of(request)
    row = own_image.row_of(viewer, pk)
    try:
        session = begin(row, viewer.person, AtTheScreen(SessionKind.PREVIEW), viewer.at)
    except StepRefused as refusal:
        return own_image.page(request, viewer, row, said_of(refusal), INVALID)
    return redirect("access:session", session.pk)


@needs(HANDLE)
def own_image_session(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who looks, the words read aloud, the undertaking; then the picture."""
    viewer = Viewer.of(request)
    row = own_image.row_of(viewer, pk)
    initial = {"name": row.name, "document": row.document, "number": row.document_number}
    form = ConsultForm(request.POST or None, initial=initial)
    error = ""
    if request.method == "POST" and form.is_valid():
        screen = AtTheScreen(SessionKind.WITH_VIEWER, **form.cleaned_data)
        try:
            begun = begin(row, viewer.person, screen, viewer.at)
        except StepRefused as refusal:
            error = said_of(refusal)
        else:
            return redirect("access:session", begun.pk)
    context = {
        "case": row,
        "form": form,
        "error": error,
        "aloud": words_for_own_image(row),
        "clause": "PIPL45",
        "consults": True,
        "crumbs": [*crumbs_of(row), (_("告知和承诺"), "")],
    }
    invalid = bool(error or form.errors)
    return render(request, "access/supervised/begin.html", context, status=INVALID if invalid else 200)
