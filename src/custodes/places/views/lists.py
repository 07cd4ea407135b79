"""The register's list: cameras, systems and sites, searched and filtered, at 10 rows or at 100,000."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.people.lawful import terms as terms_now
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.columns import camera_table, site_table, system_table
from custodes.places.filing.due import due, late
from custodes.places.models import CameraState, SystemState
from custodes.places.narrowing import STATES, Narrowing, states_of
from custodes.places.scope import (
    editable_sites,
    manager_scope,
    visible_cameras,
    visible_sites,
    visible_systems,
)
from custodes.places.views.cases import SYSTEM_BADGES

PER_PAGE = 50
QUERY_LENGTH = 80
#: What a system's filing may be asked about.
FILING_ROWS = {"due": due, "late": late}
FILING = (("due", _("应备案，期限内")), ("late", _("逾期未备案")))


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
    narrowing = Narrowing.of(Viewer.of(request), request.GET)
    cameras = narrowing.at(cameras, "system__site__")
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
            "narrowing": narrowing,
            "filtered": bool(query or state or chosen or narrowing),
            "may_add": editable_sites(person, now).exists(),
            "crumbs": [(pgettext_lazy("列表", "点位"), "")],
        },
    )


@needs(Permission.VIEW_PLACES)
def system_list(request: HttpRequest) -> HttpResponse:
    """Every system that the person may see."""
    now = timezone.now()
    person = Viewer.of(request).person
    query, state, filing = _search(request), request.GET.get("state", ""), request.GET.get("filing", "")
    narrowing = Narrowing.of(Viewer.of(request), request.GET)
    systems = narrowing.at(visible_systems(person, now), "site__")
    if states_of(state):
        systems = systems.filter(state__in=states_of(state))
    if filing in FILING_ROWS:
        systems = FILING_ROWS[filing](systems, timezone.localdate(now), terms_now())
    systems = systems.select_related("site__division", "unit").annotate(number=Count("cameras"))
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
        "rows": [(row, SYSTEM_BADGES.get(SystemState(row.state), "neutral")) for row in page],
        "query": query,
        "narrowing": narrowing,
        "state": state,
        "states": STATES,
        "filing": filing,
        "filings": FILING,
        "crumbs": [(pgettext_lazy("列表", "点位"), "")],
    }
    return render(request, "places/system_list.html", context | {"may_add": editable_sites(person, now).exists()})


@needs(Permission.VIEW_PLACES)
def site_list(request: HttpRequest) -> HttpResponse:
    """Every site that the person may see."""
    now = timezone.now()
    person = Viewer.of(request).person
    query = _search(request)
    narrowing = Narrowing.of(Viewer.of(request), request.GET)
    sites = narrowing.at(visible_sites(person, now), "").select_related("division", "unit")
    sites = sites.annotate(number=Count("systems"))
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
            "narrowing": narrowing,
            "may_add": bool(manager_scope(person, now, Permission.MANAGE_PLACES)),
            "crumbs": [(pgettext_lazy("列表", "点位"), "")],
        },
    )
