"""The register of a division at a glance; every figure leads to the list of what it counts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from custodes.people.lawful import terms as terms_now
from custodes.people.permissions import Permission
from custodes.people.table import Column, Table
from custodes.people.viewer import Viewer, needs
from custodes.places.models import SiteCategory, SystemState
from custodes.places.overview.figures import offered, overview_of

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
        "table": Table.of(request, Column(_("行政区划")), *(Column(one[1], numeric=True) for one in COLUMNS)),
        "rows": [
            (row, [_figure(key, row.counts, division=row.division.code, linked=not row.own) for key, *_ in COLUMNS])
            for row in found.rows
        ],
        "total": [_figure(key, found.total, division=chosen.code) for key, *_ in COLUMNS],
        "states": [_state(state, found.total, chosen.code) for state in SystemState],
        "state_table": Table.of(request, Column(_("状态")), Column(pgettext_lazy("列表", "系统"), numeric=True)),
        "category_table": Table.of(
            request, Column(_("场所类别（第九条）")), *(Column(_BY_KEY[key][1], numeric=True) for key in OF_CATEGORY)
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
