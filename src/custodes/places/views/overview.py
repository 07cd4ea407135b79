"""The register of a division at a glance; every figure leads to the list of what it counts.

Figures come from one grouped question to the database each, never row by row. What is counted is what the person may see (R9), by the
same conditions as the lists to which the figures lead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from custodes.law.duties.finding import LegalTerms
from custodes.people.lawful import terms as terms_now
from custodes.people.models import Division, Person
from custodes.people.permissions import Permission
from custodes.people.scope import scope_of
from custodes.people.table import Table, TableColumn
from custodes.people.viewer import Viewer, needs
from custodes.places.filing import clocks
from custodes.places.filing.case import visible_filings
from custodes.places.models import CameraState, FilingState, SiteCategory, SystemState
from custodes.places.models.cases import OPEN_REMOVALS
from custodes.places.narrowing import GROUPS
from custodes.places.removal.rules import visible_removals
from custodes.places.scope import kinds_with, visible_sites, visible_systems
from custodes.places.siteduties import gap_sites

#: What is counted: key → lookup path from the row to its site.
COUNTED = {
    "sites": "",
    "gaps": "",
    "systems": "site__",
    "due": "site__",
    "late": "site__",
    "waiting": "system__site__",
    "returned": "system__site__",
    "removals": "system__site__",
}


@dataclass(frozen=True)
class OverviewRow:
    """One division with all that lies under it, or what lies in it directly (`own`)."""

    division: Division
    own: bool
    counts: Counter[str]


@dataclass(frozen=True)
class Overview:
    """A division's figures.

    Attributes:
        over: the divisions above it that the person sees as a whole or in part, from the top.
        total: of it and those under it, by key of `COUNTED`, and ``state:…`` by state or group of states.
        rows: those directly under it that have anything, and its own.
        categories: category → counts.
    """

    division: Division
    over: tuple[Division, ...]
    total: Counter[str]
    rows: tuple[OverviewRow, ...]
    categories: dict[int, Counter[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class OfferedDivisions:
    """Divisions of which a person may see figures, from the top; `first` is where they begin, None without any."""

    divisions: tuple[Division, ...]
    first: Division | None

    def named(self, code: str) -> Division | None:
        """The one with this code."""
        return next((row for row in self.divisions if row.code == code), None)


def offered(person: Person, at: datetime) -> OfferedDivisions:
    """Those of the person's posts with those under them; whoever has a unit's post alone sees the own rows, county by county."""
    rows = list(Division.objects.order_by("path"))
    wide = scope_of(person, at, kinds=kinds_with(Permission.VIEW_PLACES)).division_paths
    held = {*visible_sites(person, at).order_by().values_list("division__path", flat=True).distinct()}
    if wide:
        # Nothing above a county is its police's; a place that they answer for elsewhere has its own line there.
        seen = [row for row in rows if any(row.path.startswith(path) for path in wide) or row.path in held]
        return OfferedDivisions(tuple(seen), next(row for row in seen if row.path in wide))
    seen = [row for row in rows if any(path.startswith(row.path) for path in held)]
    # The lowest that holds all: the county of a school says more of it than the region.
    first = [row for row in seen if all(path.startswith(row.path) for path in held)]
    return OfferedDivisions(tuple(seen), first[-1] if first else None)


def overview_of(
    person: Person, at: datetime, terms: LegalTerms, division: Division, among: OfferedDivisions
) -> Overview:
    """The figures of `division`, which is one of those that are `offered`."""
    counted = _counted(person, at, terms, division)
    paths = {row.pk: row.path for row in Division.objects.filter(path__startswith=division.path)}
    known = {row.path: row for row in among.divisions}
    total: Counter[str] = Counter()
    by_child: dict[str, Counter[str]] = {}
    categories: dict[int, Counter[str]] = {}
    for key, pk, category, count in counted:
        path = paths[pk]
        total[key] += count
        by_child.setdefault(_child(division.path, path), Counter())[key] += count
        categories.setdefault(category, Counter())[key] += count
    rows = [
        OverviewRow(known[path] if path != division.path else division, path == division.path, counts)
        for path, counts in sorted(by_child.items())
        if path == division.path or path in known
    ]
    over = tuple(row for row in among.divisions if division.path.startswith(row.path) and row.path != division.path)
    return Overview(division, over, total, tuple(rows), categories)


def _child(top: str, path: str) -> str:
    """The division directly under `top` in which `path` lies; `top` itself for what lies in it directly."""
    rest = path[len(top) :]
    return top + rest.split("/", 1)[0] + "/" if rest else top


def _counted(
    person: Person, at: datetime, terms: LegalTerms, division: Division
) -> Iterable[tuple[str, int, int, int]]:
    """Key, division, category, count."""
    today = timezone.localdate(at)
    systems = visible_systems(person, at).filter(site__division__path__startswith=division.path)
    asked: dict[str, QuerySet[Any]] = {
        "sites": visible_sites(person, at),
        "gaps": gap_sites(person, at),
        "due": clocks.due(systems, today, terms),
        "late": clocks.late(systems, today, terms),
        "waiting": visible_filings(person, at).filter(state=FilingState.SUBMITTED),
        "returned": visible_filings(person, at).filter(state=FilingState.RETURNED),
        "removals": visible_removals(person, at).filter(state__in=[one.value for one in OPEN_REMOVALS]),
    }
    for key, rows in asked.items():
        yield from ((key, pk, category, count) for pk, category, count in _grouped(rows, COUNTED[key], division))
    # From the systems' side: whether a row is seen is asked 5,000 times then, not 100,000 times.
    connected = Count("cameras", filter=Q(cameras__state=CameraState.CONNECTED))
    for pk, category, count in _grouped(systems, "site__", division, counted=connected):
        yield "cameras", pk, category, count
    for pk, category, state, count in _grouped(systems, "site__", division, "state"):
        yield "systems", pk, category, count
        yield f"state:{state}", pk, category, count
        for group, (_label, states) in GROUPS.items():
            if SystemState(state) in states:
                yield f"state:{group}", pk, category, count


def _grouped(
    rows: QuerySet[Any], site: str, division: Division, *more: str, counted: Count | None = None
) -> Iterable[tuple[Any, ...]]:
    rows = rows.filter(**{f"{site}division__path__startswith": division.path})
    keys = (f"{site}division", f"{site}category", *more)
    found: Iterable[tuple[Any, ...]] = rows.order_by().values_list(*keys).annotate(count=counted or Count("pk"))
    return found


_LIST = pgettext_lazy("列表", "场所")
#: What stands in the columns: key of the figure, its head, the list with its condition, and the state of its badge when it is not 0.
COLUMNS: tuple[tuple[str, Any, str, dict[str, str]], ...] = (
    ("sites", _LIST, "places:site_list", {}),
    ("gaps", _("应建未建"), "places:gaps", {}),
    ("systems", pgettext_lazy("列表", "系统"), "places:system_list", {}),
    ("state:on_the_way", pgettext_lazy("系统的状态", "筹建、在建"), "places:system_list", {"state": "on_the_way"}),
    ("state:trial", pgettext_lazy("系统的状态", "试运行"), "places:system_list", {"state": "trial"}),
    ("state:used", pgettext_lazy("系统的状态", "在用"), "places:system_list", {"state": "used"}),
    ("cameras", _("已接入点位"), "places:camera_list", {"state": "connected"}),
    ("due", _("应备案"), "places:system_list", {"filing": "due"}),
    ("late", _("逾期未备案"), "places:system_list", {"filing": "late"}),
    ("waiting", _("待接收"), "places:filing_list", {"state": "submitted"}),
    ("returned", _("待补正"), "places:filing_list", {"state": "returned"}),
    ("removals", _("拆除办理中"), "places:removal_list", {"state": "ahead"}),
)
#: Figures of the first row, with the state that one of them has when it is not 0.
HEADLINES = (
    ("systems", "neutral"),
    ("late", "danger"),
    ("due", "attention"),
    ("waiting", "attention"),
    ("removals", "info"),
    ("gaps", "attention"),
)
OF_CATEGORY = ("sites", "gaps", "systems", "state:used", "due", "late", "waiting", "removals")
_BY_KEY = {column[0]: column for column in COLUMNS}


@require_safe
@needs(Permission.VIEW_PLACES)
def overview(request: HttpRequest) -> HttpResponse:
    """The division of the address, or the first that one sees."""
    viewer = Viewer.of(request)
    among = offered(viewer.person, viewer.at)
    code = request.GET.get("division", "")
    chosen = among.named(code) if code else among.first
    if chosen is None and code:
        raise Http404
    if chosen is None:
        return render(request, "places/overview.html", {"tab": "overview"})
    found = overview_of(viewer.person, viewer.at, terms_now(), chosen, among)
    context = {
        "tab": "overview",
        "division": chosen,
        "among": among.divisions,
        "over": found.over,
        "now": viewer.at,
        "day": timezone.localdate(viewer.at),
        "headlines": [
            {**_figure(key, found.total, division=chosen.code), "label": _BY_KEY[key][1], "state": state}
            for key, state in HEADLINES
        ],
        "table": Table.of(request, TableColumn(_("行政区划")), *(TableColumn(one[1], numeric=True) for one in COLUMNS)),
        "rows": [
            (row, [_figure(key, row.counts, division=row.division.code, linked=not row.own) for key, *_ in COLUMNS])
            for row in found.rows
        ],
        "total": [_figure(key, found.total, division=chosen.code) for key, *_ in COLUMNS],
        "states": [_state(state, found.total, chosen.code) for state in SystemState],
        "state_table": Table.of(
            request, TableColumn(_("状态")), TableColumn(pgettext_lazy("列表", "系统"), numeric=True)
        ),
        "category_table": Table.of(
            request,
            TableColumn(_("场所类别（第九条）")),
            *(TableColumn(_BY_KEY[key][1], numeric=True) for key in OF_CATEGORY),
        ),
        "categories": [
            (
                category,
                [
                    _figure(
                        key, found.categories.get(category.value, {}), division=chosen.code, category=category.value
                    )
                    for key in OF_CATEGORY
                ],
            )
            for category in SiteCategory
        ],
    }
    return render(request, "places/overview.html", context)


def _figure(key: str, counts: Any, *, linked: bool = True, **narrowed: Any) -> dict[str, Any]:
    _key, label, name, condition = _BY_KEY[key]
    value = counts.get(key, 0)
    href = f"{reverse(name)}?{urlencode({**condition, **narrowed})}" if value and linked else ""
    return {"value": value, "href": href, "label": label, "bad": key == "late" and value > 0}


def _state(state: SystemState, counts: Any, division: str) -> dict[str, Any]:
    value = counts.get(f"state:{state.value}", 0)
    href = f"{reverse('places:system_list')}?{urlencode({'state': state.value, 'division': division})}"
    return {"label": state.label, "value": value, "href": href if value else ""}
