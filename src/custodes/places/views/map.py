"""The map of the register. The page holds no position; what a window holds is asked for apart, with who asks and what they may read."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from custodes.people.models import Division
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs, only_reads
from custodes.places.map.answer import answer
from custodes.places.map.asked import Conditions, Window, seats
from custodes.places.models import CameraState, SiteCategory, SystemState
from custodes.places.scope import exact_cameras, exact_sites, visible_cameras, visible_sites
from custodes.settings import get_settings

MOST_BYTES = 1024
"""Largest question: it has a window and six conditions."""
SHOWS = (("all", _("点位和应建未建的场所")), ("cameras", _("只看点位")), ("gaps", _("只看应建未建的场所")))
FILINGS = (("late", _("备案逾期")), ("due", _("待备案，未逾期")))


@needs(Permission.VIEW_PLACES)
def register_map(request: HttpRequest) -> HttpResponse:
    """The page: conditions, legend, the map's place and the list's."""
    now, person = timezone.now(), Viewer.of(request).person
    reads = exact_cameras(person, now)
    sees = reads.exists() or exact_sites(person, now).exists()
    context: dict[str, Any] = {
        "tab": "map",
        "sees": sees,
        "asked": Conditions.read(request.GET),
        "shows": SHOWS,
        "states": CameraState.choices,
        "lives": SystemState.choices,
        "categories": SiteCategory.choices,
        "filings": FILINGS,
        "crumbs": [(pgettext_lazy("列表", "点位"), "")],
    }
    if sees:
        used = Division.objects.filter(pk__in=visible_sites(person, now).values("division"))
        context["divisions"] = _divisions(used)
        context["unplaced"] = reads.filter(
            west__isnull=True, state__in=[CameraState.DRAFT, CameraState.CONNECTED]
        ).count()
        context["hidden"] = visible_cameras(person, now).count() - reads.count()
        settings = get_settings()
        context["config"] = {
            "tiles": settings.map_tiles,
            "attribution": settings.map_attribution,
            "seats": seats(),
        }
    return render(request, "places/map.html", context)


@only_reads
@needs(Permission.VIEW_PLACES)
@require_POST
@never_cache
def map_window(request: HttpRequest) -> HttpResponse:
    """What a window holds. It is asked by POST, so that where somebody looks stands in no address and no log of addresses."""
    try:
        said = json.loads(request.body) if len(request.body) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        return JsonResponse({"error": "bad_request"}, status=400)
    window = Window.read(said.get("box"))
    if window is None and said.get("box") is not None:
        return JsonResponse({"error": "bad_request"}, status=400)
    now = timezone.now()
    return JsonResponse(answer(Viewer.of(request).person, Conditions.read(said), window, now))


def _divisions(used: Any) -> list[Division]:
    """Divisions that have a place, and those above them that gather several."""
    paths = list(used.values_list("path", flat=True))
    codes = {code for path in paths for code in path.split("/") if code}
    return list(Division.objects.filter(code__in=codes))
