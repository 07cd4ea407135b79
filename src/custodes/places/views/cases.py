"""The lists of filings and of removals: both are cases of systems, with a state, a division and two days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from custodes.people.table import Table, TableColumn, long_page
from custodes.people.viewer import Viewer
from custodes.places.models import System
from custodes.places.narrowing import Narrowing

PER_PAGE = 50
#: What a row shows beside its own columns.
_SHOWN = ("system__site__division", "system__unit")
MOST_BEGUN = 20


@dataclass(frozen=True)
class Beginning:
    """What the viewer may begin from a list: of which of their systems.

    Attributes:
        systems: each with the address at which one begins; `MOST_BEGUN` at most.
        more: there are more than these.
    """

    label: Any
    systems: list[tuple[System, str]]
    more: bool

    @classmethod
    def of(cls, label: Any, rows: QuerySet[System], name: str) -> Beginning:
        """With the systems of `rows`, and `name`, the view that begins at one."""
        found = list(rows.select_related("unit").order_by("name")[: MOST_BEGUN + 1])
        systems = [(row, reverse(name, args=[row.pk])) for row in found[:MOST_BEGUN]]
        return cls(label, systems, len(found) > MOST_BEGUN)


@dataclass(frozen=True)
class CaseList:
    """One of the lists.

    Attributes:
        what: the method that says in words what it is, and the head of its column.
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
            TableColumn(_("系统"), "system__name"),
            TableColumn(self.what[1]),
            TableColumn(_("所在县（区）"), "system__site__division__path"),
            *(TableColumn(label, name) for name, label in self.days.items()),
            TableColumn(_("状态"), "state"),
            default=self.default,
        )

    def draw(self, request: HttpRequest, rows: QuerySet[Any], beginning: Beginning) -> HttpResponse:
        """The page of the rows that the viewer may see, and of what they may begin."""
        table, state = self.table(request), request.GET.get("state", "")
        narrowing = Narrowing.of(Viewer.of(request), request.GET)
        full = rows.model._default_manager.select_related(*_SHOWN).defer(*self.heavy).order_by()
        page = long_page(request, table.order(self._narrowed(request, rows, narrowing)), PER_PAGE, full.in_bulk)
        context = {
            "tab": self.tab,
            "title": self.title,
            "beginning": beginning,
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
            "what": getattr(row, self.what[0])(),
            "days": [getattr(row, name) for name in self.days],
            "badge": self.badges[row.state],
        }
