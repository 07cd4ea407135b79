"""The papers on which a place or a camera rests: its sign, its mask, a neighbour's consent; for who may read base data (S30.1, R10)."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from custodes.people.papers.serving import serve
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.scope import exact_cameras, exact_sites

#: Name in the address → the camera's column.
OF_CAMERAS = {"sign": "sign_paper", "mask": "mask_paper"}


@require_safe
@needs(Permission.VIEW_PLACES)
def camera_paper(request: HttpRequest, pk: UUID, name: str) -> HttpResponseBase:
    """The picture of a camera's sign (S15) or of its mask (S10(2)), as a file to keep; each reading is on record."""
    viewer, column = Viewer.of(request), OF_CAMERAS.get(name)
    if column is None:
        raise Http404
    row = get_object_or_404(exact_cameras(viewer.person, viewer.at).select_related(column), pk=pk)
    paper = getattr(row, column)
    if paper is None:
        raise Http404
    return serve(paper, by=viewer.person, at=viewer.at, about=f"places.camera:{row.pk}")


@require_safe
@needs(Permission.VIEW_PLACES)
def site_paper(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The consent of a secret or military unit nearby (N10)."""
    viewer = Viewer.of(request)
    row = get_object_or_404(exact_sites(viewer.person, viewer.at).select_related("consent_paper"), pk=pk)
    if row.consent_paper is None:
        raise Http404
    return serve(row.consent_paper, by=viewer.person, at=viewer.at, about=f"places.site:{row.pk}")
