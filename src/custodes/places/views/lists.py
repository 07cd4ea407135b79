"""The register's list: cameras, systems and sites, searched and filtered, at 10 rows or at 100,000."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Lower
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
from custodes.places.models import Camera, CameraState, Site, System, SystemState
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
SYSTEMS_OFFERED = 200
#: What a system's filing may be asked about.
FILING_ROWS = {"due": due, "late": late}
FILING = (("due", _("应备案，期限内")), ("late", _("逾期未备案")))


def _search(request: HttpRequest) -> str:
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
    query, state = _search(request), request.GET.get("state", "")
    rows = visible_cameras(viewer.person, now)
    if query:
        # Small letters as the database makes them: SQLite's are those of ASCII alone, Python's are more.
        rows = rows.filter(Q(sought__contains=Lower(Value(query))) | Q(system__in=_systems_named(query)))
    if state in CameraState.values:
        rows = rows.filter(state=state)
    system = chosen_system(request.GET.get("system", ""), visible_systems(viewer.person, now))
    if system is not None:
        rows = rows.filter(system=system)
    narrowing = Narrowing.of(viewer, request.GET)
    return CamerasAsked(query, state, system, narrowing, narrowing.at(rows, "system__site__"))


def _systems_named(query: str) -> QuerySet[System, Any]:
    """Few enough to be found first; a camera's own row says nothing of them."""
    return System.objects.filter(Q(name__icontains=query) | Q(site__name__icontains=query)).order_by().values("pk")


def chosen_system(key: str, systems: QuerySet[System]) -> System | None:
    """The system that an address names, if it is among these."""
    try:
        return systems.filter(pk=UUID(key)).first() if key else None
    except ValueError:
        return None


@needs(Permission.VIEW_PLACES)
def camera_list(request: HttpRequest) -> HttpResponse:
    """Every camera that the person may see."""
    now = timezone.now()
    person = Viewer.of(request).person
    asked = cameras_asked(request)
    table = camera_table(request)
    page = _page_of_cameras(request, table.order(asked.rows))
    systems = list(visible_systems(person, now).only("pk", "name").order_by("name")[:SYSTEMS_OFFERED])
    if asked.system is not None and asked.system not in systems:
        systems.insert(0, asked.system)
    context = {
        "tab": "cameras",
        "table": table,
        "page": page,
        "query": asked.query,
        "state": asked.state,
        "states": CameraState.choices,
        "systems": systems,
        "system": asked.system,
        "narrowing": asked.narrowing,
        "filtered": bool(asked),
        "may_add": editable_sites(person, now).exists(),
        "may_import": Viewer.of(request).may(Permission.MANAGE_CAMERAS),
        "crumbs": [(pgettext_lazy("列表", "点位"), "")],
    }
    return render(request, "places/camera_list.html", context)


def _page_of_cameras(request: HttpRequest, rows: QuerySet[Camera]) -> Page[Camera]:
    """A page of them: sorted by their keys alone, and only those of the page are read in full."""
    page: Page[Any] = Paginator(rows.values_list("pk", flat=True), PER_PAGE).get_page(request.GET.get("page"))
    keys = list(page.object_list)
    found = Camera.objects.select_related("system__site", "system__unit").in_bulk(keys)
    page.object_list = [found[key] for key in keys if key in found]
    return page


def systems_asked(request: HttpRequest) -> QuerySet[System]:
    """The systems that the person may see, narrowed down as the address says."""
    now, viewer = timezone.now(), Viewer.of(request)
    query, state, filing = _search(request), request.GET.get("state", ""), request.GET.get("filing", "")
    systems = Narrowing.of(viewer, request.GET).at(visible_systems(viewer.person, now), "site__")
    if states_of(state):
        systems = systems.filter(state__in=states_of(state))
    if filing in FILING_ROWS:
        systems = FILING_ROWS[filing](systems, timezone.localdate(now), terms_now())
    if query:
        systems = systems.filter(
            Q(name__icontains=query) | Q(site__name__icontains=query) | Q(unit__name__icontains=query)
        )
    rows: QuerySet[System] = systems.select_related("site__division", "unit")
    return rows.annotate(number=counted(Camera, "system"))


def counted(model: type[Model], path: str) -> Any:
    """How many rows of `model` refer to a row: counted for the rows of the page alone, not joined to all of them."""
    rows = model._default_manager.filter(**{path: OuterRef("pk")}).order_by().values(path)
    return Coalesce(Subquery(rows.annotate(many=Count("pk")).values("many")), 0)


@needs(Permission.VIEW_PLACES)
def system_list(request: HttpRequest) -> HttpResponse:
    """Every system that the person may see."""
    viewer, now = Viewer.of(request), timezone.now()
    table = system_table(request)
    page = Paginator(table.order(systems_asked(request)), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "tab": "systems",
        "table": table,
        "page": page,
        "rows": [(row, SYSTEM_BADGES.get(SystemState(row.state), "neutral")) for row in page],
        "query": _search(request),
        "narrowing": Narrowing.of(viewer, request.GET),
        "state": request.GET.get("state", ""),
        "states": STATES,
        "filing": request.GET.get("filing", ""),
        "filings": FILING,
        "may_add": editable_sites(viewer.person, now).exists(),
        "may_import": viewer.may(Permission.MANAGE_PLACES),
        "crumbs": [(pgettext_lazy("列表", "点位"), "")],
    }
    return render(request, "places/system_list.html", context)


def sites_asked(request: HttpRequest) -> QuerySet[Site]:
    """The sites that the person may see, narrowed down as the address says."""
    query, viewer = _search(request), Viewer.of(request)
    sites = Narrowing.of(viewer, request.GET).at(visible_sites(viewer.person, timezone.now()), "")
    if query:
        sites = sites.filter(Q(name__icontains=query) | Q(address__icontains=query) | Q(unit__name__icontains=query))
    rows: QuerySet[Site] = sites.select_related("division", "unit")
    return rows.annotate(number=counted(System, "site"))


@needs(Permission.VIEW_PLACES)
def site_list(request: HttpRequest) -> HttpResponse:
    """Every site that the person may see."""
    viewer, now = Viewer.of(request), timezone.now()
    table = site_table(request)
    page = Paginator(table.order(sites_asked(request)), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "tab": "sites",
        "table": table,
        "page": page,
        "query": _search(request),
        "narrowing": Narrowing.of(viewer, request.GET),
        "may_add": bool(manager_scope(viewer.person, now, Permission.MANAGE_PLACES)),
        "crumbs": [(pgettext_lazy("列表", "点位"), "")],
    }
    return render(request, "places/site_list.html", context)
