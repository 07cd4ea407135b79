"""The page of publication: what goes out and its hash, then where it is, and whom to turn to; that it was taken down is entered here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custodes.access.models import ReleaseState
from custodes.access.release.reach import ANY
from custodes.access.views.release import common
from custodes.access.views.release.steps import forms_of
from custodes.people.viewer import Viewer, needs

_OUT = (ReleaseState.APPROVED, ReleaseState.PUBLISHED, ReleaseState.WITHDRAWN)


@require_safe
@needs(*ANY)
def publication(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page, from the approval on."""
    viewer = Viewer.of(request)
    row = common.opened(viewer, pk)
    if row.state not in _OUT:
        raise Http404
    part = common.part_of(viewer, row)
    context: dict[str, Any] = {
        "row": row,
        "part": part,
        "badge": common.BADGES[ReleaseState(row.state)],
        "forms": forms_of(row, part, {}),
        "places": row.published_where.splitlines(),
        "step": row.steps.filter(event="publish").select_related("record").last(),
        "crumbs": common.crumbs(row, _("公开")),
    }
    return render(request, "access/release/publication.html", context)
