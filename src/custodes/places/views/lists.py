"""The register's list: cameras, systems and sites, searched and filtered, at 10 rows or at 100,000."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.columns import camera_table, site_table, system_table
from custodes.places.models import CameraState
from custodes.places.scope import (
    editable_sites,
    manager_scope,
    visible_cameras,
    visible_sites,
    visible_systems,
)

PER_PAGE = 50
QUERY_LENGTH = 80


def _search(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:QUERY_LENGTH]


@needs(Permission.VIEW_PLACES)
def camera_list(request: HttpRequest) -> HttpResponse:
    """Every camera that the person may see."""
    now = timezone.now()
    person = Viewer.of(request).person
    query, state, system = _search(request), request.GET.get("state", ""), request.GET.get("system", "")
    cameras = visible_cameras(person, now).select_related("system__site", "system__unit")
    total = cameras.count()
    if query:
        cameras = cameras.filter(
            Q(name__icontains=query)
            | Q(number__istartswith=query)
            | Q(place__icontains=query)
            | Q(system__name__icontains=query)
            | Q(system__site__name__icontains=query)
        )
    if state in CameraState.values:
        cameras = cameras.filter(state=state)
    systems = visible_systems(person, now).only("pk", "name").order_by("name")[:200]
    chosen = next((row for row in systems if str(row.pk) == system), None)
    if chosen is not None:
        cameras = cameras.filter(system=chosen)
    table = camera_table(request)
    page = Paginator(table.order(cameras), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "places/camera_list.html",
        {
            "tab": "cameras",
            "table": table,
            "page": page,
            "total": total,
            "query": query,
            "state": state,
            "states": CameraState.choices,
            "systems": systems,
            "system": chosen,
            "filtered": bool(query or state or chosen),
            "may_add": editable_sites(person, now).exists(),
            "crumbs": [(pgettext_lazy("列表", "点位"), "")],
        },
    )


@needs(Permission.VIEW_PLACES)
def system_list(request: HttpRequest) -> HttpResponse:
    """Every system that the person may see."""
    now = timezone.now()
    person = Viewer.of(request).person
    query = _search(request)
    systems = visible_systems(person, now).select_related("site__division", "unit").annotate(number=Count("cameras"))
    if query:
        systems = systems.filter(
            Q(name__icontains=query) | Q(site__name__icontains=query) | Q(unit__name__icontains=query)
        )
    table = system_table(request)
    page = Paginator(table.order(systems), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "tab": "systems",
        "table": table,
        "page": page,
        "query": query,
        "crumbs": [(pgettext_lazy("列表", "点位"), "")],
    }
    return render(request, "places/system_list.html", context | {"may_add": editable_sites(person, now).exists()})


@needs(Permission.VIEW_PLACES)
def site_list(request: HttpRequest) -> HttpResponse:
    """Every site that the person may see."""
    now = timezone.now()
    person = Viewer.of(request).person
    query = _search(request)
    sites = visible_sites(person, now).select_related("division", "unit").annotate(number=Count("systems"))
    if query:
        sites = sites.filter(Q(name__icontains=query) | Q(address__icontains=query) | Q(unit__name__icontains=query))
    table = site_table(request)
    page = Paginator(table.order(sites), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "places/site_list.html",
        {
            "tab": "sites",
            "table": table,
            "page": page,
            "query": query,
            "may_add": bool(manager_scope(person, now, Permission.MANAGE_PLACES)),
            "crumbs": [(pgettext_lazy("列表", "点位"), "")],
        },
    )
