"""The lists of filings and of removals: both are cases of systems, with a state, a division and two days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from custodes.people.paging import long_page
from custodes.people.table import Column, Table
from custodes.people.viewer import Viewer
from custodes.places.models import FilingState, RemovalState, SystemState
from custodes.places.narrowing import Narrowing

PER_PAGE = 50
#: What a row shows beside its own columns.
_SHOWN = ("system__site__division", "system__unit")
SYSTEM_BADGES = {
    SystemState.TRIAL: "attention",
    SystemState.ACCEPTED: "info",
    SystemState.IN_USE: "fine",
    SystemState.LEGACY: "fine",
    SystemState.REMOVED: "off",
    SystemState.ABANDONED: "off",
}
FILING_BADGES = {
    FilingState.DRAFT: "neutral",
    FilingState.SUBMITTED: "attention",
    FilingState.RETURNED: "danger",
    FilingState.FILED: "fine",
    FilingState.WITHDRAWN: "off",
}
REMOVAL_BADGES = {
    RemovalState.PLANNED: "neutral",
    RemovalState.REPORTED: "attention",
    RemovalState.ACKNOWLEDGED: "info",
    RemovalState.REMOVED: "fine",
    RemovalState.CANCELLED: "off",
}


@dataclass(frozen=True)
class CaseList:
    """One of the lists.

    Attributes:
        what: head of the column that says what it is: a field with choices.
        days: field of each day to its head.
        states: to choose from.
        groups: further choices that mean several states: key to label and states.
        heavy: fields that no line shows and that are read on the case's own page alone.
    """

    tab: str
    title: Any
    what: tuple[str, Any]
    days: Mapping[str, Any]
    default: str
    states: list[tuple[str, Any]]
    badges: Mapping[Any, str]
    empty: Any
    hint: Any
    groups: Mapping[str, tuple[Any, tuple[str, ...]]] = field(default_factory=dict)
    heavy: tuple[str, ...] = ()

    def asked(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that the viewer may see, narrowed as the address says."""
        return self._narrowed(request, rows.select_related(*_SHOWN), Narrowing.of(Viewer.of(request), request.GET))

    def _narrowed(self, request: HttpRequest, rows: QuerySet[Any], narrowing: Narrowing) -> QuerySet[Any]:
        rows = narrowing.at(rows, "system__site__")
        wanted = self._known().get(request.GET.get("state", ""))
        return rows if wanted is None else rows.filter(state__in=wanted)

    def table(self, request: HttpRequest) -> Table:
        """Its columns."""
        return Table.of(
            request,
            Column(_("系统"), "system__name"),
            Column(self.what[1]),
            Column(_("所在县（区）"), "system__site__division__path"),
            *(Column(label, name) for name, label in self.days.items()),
            Column(_("状态"), "state"),
            default=self.default,
        )

    def draw(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse:
        """The page of the rows that the viewer may see."""
        table, state = self.table(request), request.GET.get("state", "")
        narrowing = Narrowing.of(Viewer.of(request), request.GET)
        full = rows.model._default_manager.select_related(*_SHOWN).defer(*self.heavy).order_by()
        page = long_page(request, table.order(self._narrowed(request, rows, narrowing)), PER_PAGE, full.in_bulk)
        context = {
            "tab": self.tab,
            "title": self.title,
            "table": table,
            "page": page,
            "rows": [self._row(row) for row in page],
            "state": state if state in self._known() else "",
            "states": [*((key, label) for key, (label, _states) in self.groups.items()), *self.states],
            "narrowing": narrowing,
            "export": f"places:export_{self.tab}",
            "empty": self.empty,
            "hint": self.hint,
        }
        return render(request, "places/case_list.html", context)

    def _known(self) -> dict[str, tuple[str, ...]]:
        groups = {key: states for key, (_label, states) in self.groups.items()}
        return {**groups, **{key: (key,) for key, _label in self.states}}

    def _row(self, row: Any) -> dict[str, Any]:
        return {
            "case": row,
            "what": getattr(row, f"get_{self.what[0]}_display")(),
            "days": [getattr(row, name) for name in self.days],
            "badge": self.badges[row.state],
        }
