"""Places that must have a system and have none (S9), with who has to build it and why (S11)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.law.building.builder import responsible_builder
from custodes.law.duties.finding import DutyStatus
from custodes.law.duties.planning import GapFacts, s9_gap
from custodes.people.lawful import terms
from custodes.people.models import Division
from custodes.people.permissions import Permission
from custodes.people.table import Table, TableColumn
from custodes.people.viewer import Viewer, needs
from custodes.places.models import PlaceRole, Site, SiteCategory
from custodes.places.models.site import holding_on
from custodes.places.narrowing import Narrowing
from custodes.places.scope import manager_scope
from custodes.places.siteduties import county_of, gap_sites, place_of
from custodes.places.views.lists import PER_PAGE, search_of
from custodes.places.views.site import told_builder


def gaps_asked(request: HttpRequest) -> QuerySet[Site]:
    """The places that the person may see and where nothing is recorded, narrowed down as the address says, with the roles that decide who
    builds."""
    now, viewer, query = timezone.now(), Viewer.of(request), search_of(request)
    rows = gap_sites(viewer.person, now)
    if query:
        rows = rows.filter(Q(name__icontains=query) | Q(address__icontains=query) | Q(unit__name__icontains=query))
    held = PlaceRole.objects.filter(holding_on(timezone.localdate(now))).select_related("unit")
    rows = Narrowing.of(viewer, request.GET).at(rows, "").select_related("division", "unit", "agreed_builder")
    return rows.prefetch_related(Prefetch("roles", held, to_attr="held_now"))


def gap_table(request: HttpRequest) -> Table:
    """The columns of the gap list."""
    return Table.of(
        request,
        TableColumn(_("场所"), "name"),
        TableColumn(_("类别"), "category"),
        TableColumn(_("行政区划"), "division__path"),
        TableColumn(_("建设主体（第十一条）")),
        TableColumn(_("状态")),
        default="category",
    )


@needs(Permission.VIEW_PLACES)
def gaps(request: HttpRequest) -> HttpResponse:
    """The gap list, by category and division."""
    now, viewer = timezone.now(), Viewer.of(request)
    rows = gap_sites(viewer.person, now)
    categories = _counted(rows, "category")
    table = gap_table(request)
    page = Paginator(table.order(gaps_asked(request)), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "tab": "gaps",
        "table": table,
        "page": page,
        "told": _told(list(page), timezone.localdate(now)),
        "query": search_of(request),
        "narrowing": Narrowing.of(viewer, request.GET),
        "categories": [(key, SiteCategory(key).label, count) for key, count in sorted(categories.items())],
        "divisions": _divisions(rows),
        "total": sum(categories.values()),
        "may_add": bool(manager_scope(viewer.person, now, Permission.MANAGE_PLACES)),
        "crumbs": [(pgettext_lazy("列表", "点位"), "")],
    }
    return render(request, "places/gaps.html", context)


def _counted(rows: Any, key: str) -> dict[Any, int]:
    return dict(rows.order_by().values_list(key).annotate(count=Count("pk")))


def _divisions(rows: Any) -> list[tuple[Division, int]]:
    """Divisions that have gaps, in themselves or under them, with their number."""
    held = _counted(rows, "division__path")
    found = []
    for division in Division.objects.order_by("path"):
        count = sum(number for path, number in held.items() if path.startswith(division.path))
        if count:
            found.append((division, count))
    return found


def _told(sites: list[Any], day: Any) -> list[tuple[Site, Any, Any]]:
    """Each site of the page with who builds there, and whether the duty is plain or waits for a decision."""
    counties: dict[int, str] = defaultdict(str)
    told = []
    for site in sites:
        if site.division_id not in counties:
            counties[site.division_id] = county_of(site.division)
        builder = responsible_builder(place_of(site, site.held_now, counties[site.division_id]))
        finding = s9_gap(GapFacts(site.category, covered=False, decision=site.decision), day, day, terms())
        told.append((site, told_builder(builder), finding.status is DutyStatus.REVIEW))
    return told
