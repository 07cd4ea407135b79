"""The register's list: cameras, systems and sites, searched and filtered, at 10 rows or at 100,000."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.people.lawful import terms as terms_now
from custodes.people.permissions import Permission
from custodes.people.table import long_page
from custodes.people.viewer import Viewer, needs
from custodes.places.columns import camera_table, site_table, system_table
from custodes.places.filing.clocks import due, late
from custodes.places.lifecycle.case import BADGES
from custodes.places.models import Camera, CameraState, Site, System
from custodes.places.narrowing import STATES, Narrowing, sought, states_of
from custodes.places.scope import (
    editable_sites,
    exact_systems,
    listed_cameras,
    manager_scope,
    visible_cameras,
    visible_sites,
    visible_systems,
)

PER_PAGE = 50
QUERY_LENGTH = 80
SYSTEMS_OFFERED = 50
CAMERA_BADGES = {CameraState.CONNECTED: "fine", CameraState.DRAFT: "attention", CameraState.FORBIDDEN: "danger"}
#: What a system's filing may be asked about.
FILING_ROWS = {"due": due, "late": late}
FILING = (("due", _("应备案，期限内")), ("late", _("逾期未备案")))


def search_of(request: HttpRequest) -> str:
    """What is searched for."""
    return request.GET.get("q", "").replace("\x00", "").strip()[:QUERY_LENGTH]


@dataclass(frozen=True)
class CamerasAsked:
    """What of the cameras a page asks for: the words, state, system and place as far as they are known, and the rows themselves."""

    query: str
    state: str
    system: System | None
    narrowing: Narrowing
    rows: QuerySet[Camera]

    def __bool__(self) -> bool:
        return bool(self.query or self.state or self.system or self.narrowing)


def cameras_asked(request: HttpRequest) -> CamerasAsked:
    """The cameras that the person may see, narrowed down as the address says."""
    now, viewer = timezone.now(), Viewer.of(request)
    query, state = search_of(request), request.GET.get("state", "")
    system = chosen_system(viewer, request.GET.get("system", ""))
    rows = visible_cameras(viewer.person, now)
    if system is not None:
        rows = rows.filter(system=system)
    elif not camera_table(request).joins:
        rows = listed_cameras(viewer.person, now)
    if query:
        rows = sought(rows, query, exact_systems(viewer.person, now))
    if state in CameraState.values:
        rows = rows.filter(state=state)
    narrowing = Narrowing.of(viewer, request.GET)
    return CamerasAsked(query, state, system, narrowing, narrowing.at(rows, "system__site__"))


def chosen_system(viewer: Viewer, key: str) -> System | None:
    """The system that an address names, if the viewer may see it."""
    try:
        return visible_systems(viewer.person, viewer.at).filter(pk=UUID(key)).first() if key else None
    except ValueError:
        return None


def offered_systems(viewer: Viewer, chosen: System | None) -> list[System]:
    """To choose from: all that the viewer sees where a list of them can be read, otherwise the chosen one; the search finds the rest."""
    rows = visible_systems(viewer.person, viewer.at).only("pk", "name", "state").order_by()
    few = list(rows[: SYSTEMS_OFFERED + 1])
    if len(few) <= SYSTEMS_OFFERED:
        return sorted(few, key=lambda row: (row.name, row.pk))
    return [] if chosen is None else [chosen]


@needs(Permission.VIEW_PLACES)
def camera_list(request: HttpRequest) -> HttpResponse:
    """Every camera that the person may see."""
    now = timezone.now()
    person = Viewer.of(request).person
    asked = cameras_asked(request)
    table = camera_table(request)
    page = long_page(request, table.order(asked.rows), PER_PAGE, _cameras)
    context = {
        "tab": "cameras",
        "table": table,
        "page": page,
        "rows": [(row, CAMERA_BADGES.get(CameraState(row.state), "off")) for row in page],
        "query": asked.query,
        "state": asked.state,
        "states": CameraState.choices,
        "systems": offered_systems(Viewer.of(request), asked.system),
        "system": asked.system,
        "narrowing": asked.narrowing,
        "filtered": bool(asked),
        "may_add": editable_sites(person, now).exists(),
        "may_import": Viewer.of(request).may(Permission.MANAGE_CAMERAS),
        "crumbs": [(pgettext_lazy("列表", "点位"), "")],
    }
    return render(request, "places/camera_list.html", context)


def _cameras(keys: Sequence[UUID]) -> dict[UUID, Camera]:
    """The rows of a page, with no more than it shows."""
    rows = Camera.objects.select_related("system__site", "system__unit")
    shown = rows.only("number", "name", "state", "system__name", "system__site__name", "system__unit__name")
    return shown.order_by().in_bulk(keys)


def systems_asked(request: HttpRequest, narrowing: Narrowing | None = None) -> QuerySet[System]:
    """The systems that the person may see, narrowed down as the address says."""
    now, viewer = timezone.now(), Viewer.of(request)
    query, state, filing = search_of(request), request.GET.get("state", ""), request.GET.get("filing", "")
    systems = (narrowing or Narrowing.of(viewer, request.GET)).at(visible_systems(viewer.person, now), "site__")
    if states_of(state):
        systems = systems.filter(state__in=states_of(state))
    if filing in FILING_ROWS:
        systems = FILING_ROWS[filing](systems, timezone.localdate(now), terms_now())
    if query:
        systems = systems.filter(
            Q(name__icontains=query) | Q(site__name__icontains=query) | Q(unit__name__icontains=query)
        )
    return _with_cameras(systems)


def _with_cameras(systems: QuerySet[System]) -> QuerySet[System]:
    rows: QuerySet[System] = systems.select_related("site__division", "unit")
    return rows.annotate(number=counted(Camera, "system"))


def _systems(keys: Sequence[UUID]) -> dict[UUID, System]:
    return _with_cameras(System.objects.order_by()).in_bulk(keys)


def counted(model: type[Model], path: str) -> Any:
    """How many rows of `model` refer to a row: counted for the rows of the page alone, not joined to all of them."""
    rows = model._default_manager.filter(**{path: OuterRef("pk")}).order_by().values(path)
    return Coalesce(Subquery(rows.annotate(many=Count("pk")).values("many")), 0)


@needs(Permission.VIEW_PLACES)
def system_list(request: HttpRequest) -> HttpResponse:
    """Every system that the person may see."""
    viewer, now = Viewer.of(request), timezone.now()
    table = system_table(request)
    narrowing = Narrowing.of(viewer, request.GET)
    page = long_page(request, table.order(systems_asked(request, narrowing)), PER_PAGE, _systems)
    context = {
        "tab": "systems",
        "table": table,
        "page": page,
        "rows": [(row, BADGES[row.state]) for row in page],
        "query": search_of(request),
        "narrowing": narrowing,
        "state": request.GET.get("state", ""),
        "states": STATES,
        "filing": request.GET.get("filing", ""),
        "filings": FILING,
        "may_add": editable_sites(viewer.person, now).exists(),
        "may_import": viewer.may(Permission.MANAGE_PLACES),
        "crumbs": [(pgettext_lazy("列表", "点位"), "")],
    }
    return render(request, "places/system_list.html", context)


def sites_asked(request: HttpRequest, narrowing: Narrowing | None = None) -> QuerySet[Site]:
    """The sites that the person may see, narrowed down as the address says."""
    query, viewer = search_of(request), Viewer.of(request)
    sites = (narrowing or Narrowing.of(viewer, request.GET)).at(visible_sites(viewer.person, timezone.now()), "")
    if query:
        sites = sites.filter(Q(name__icontains=query) | Q(address__icontains=query) | Q(unit__name__icontains=query))
    return _with_systems(sites)


def _with_systems(sites: QuerySet[Site]) -> QuerySet[Site]:
    rows: QuerySet[Site] = sites.select_related("division", "unit")
    return rows.annotate(number=counted(System, "site"))


def _sites(keys: Sequence[UUID]) -> dict[UUID, Site]:
    return _with_systems(Site.objects.order_by()).in_bulk(keys)


@needs(Permission.VIEW_PLACES)
def site_list(request: HttpRequest) -> HttpResponse:
    """Every site that the person may see."""
    viewer, now = Viewer.of(request), timezone.now()
    table = site_table(request)
    narrowing = Narrowing.of(viewer, request.GET)
    page = long_page(request, table.order(sites_asked(request, narrowing)), PER_PAGE, _sites)
    context = {
        "tab": "sites",
        "table": table,
        "page": page,
        "query": search_of(request),
        "narrowing": narrowing,
        "may_add": bool(manager_scope(viewer.person, now, Permission.MANAGE_PLACES)),
        "crumbs": [(pgettext_lazy("列表", "点位"), "")],
    }
    return render(request, "places/site_list.html", context)
