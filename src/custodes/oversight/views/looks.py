"""One look with its story: who, on which ground, what was shown, and where it stands in the log (N16.2(3), N20, N25)."""

from __future__ import annotations

import contextlib
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custodes.access.looks.matters import matters_of
from custodes.access.looks.reach import known, readable_looks, served_by
from custodes.access.models import Embargo
from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.oversight.looks_story import story_of
from custodes.oversight.mirror import catch_up
from custodes.oversight.readers import readable_entries
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer


@require_safe
def look(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page, for whoever may read the look; one's own always."""
    viewer = Viewer.of(request)
    rows = readable_looks(viewer.person, viewer.at).select_related(
        "person__unit", "unit", "post", "request__holder", "session__unit"
    )
    grant = get_object_or_404(rows, pk=pk)
    named = known(grant, viewer.person, viewer.at)
    context: dict[str, Any] = {
        "grant": grant,
        "named": named,
        "server": served_by(grant),
        "own": grant.person_id == viewer.person.pk,
        # Numbers of work cards, letters and the names of a family stand in no such page (decision 0287).
        "beside": grant.beside,
        "matter": matters_of([grant.matter]).get(grant.matter) if named.served else None,
        "kept": None,
        "crumbs": [(_("查看记录"), _list_url(viewer)), (f"#{grant.index}", "")],
    }
    if named.served and grant.request is not None and named.disclosed is None:
        context["kept"] = Embargo.objects.running(viewer.at).filter(request=grant.request).order_by("-ends_at").first()
    try:
        with contextlib.suppress(NotaryRefused):
            catch_up()
        story = story_of(grant, {str(camera.pk) for camera in named.cameras})
    except (NotaryUnavailable, NotaryRefused):
        context["down"] = True
        return render(request, "oversight/look.html", context)
    indices = [leaf.index for leaf in story.leaves]
    readable = set(readable_entries(viewer.person, viewer.at).filter(pk__in=indices).values_list("pk", flat=True))
    context["story"] = story
    context["leaves"] = [(leaf, leaf.index in readable) for leaf in story.leaves]
    return render(request, "oversight/look.html", context)


def _list_url(viewer: Viewer) -> str:
    return reverse("access:viewings_all" if viewer.may(Permission.VIEW_GRANTS) else "access:viewings")
