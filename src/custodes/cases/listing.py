"""The list of a kind: a page of it, and the whole as a file, with the same cases in the same order (S30.1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.cases.kind import CaseKind, ListColumn
from custodes.people.exporting import ExportedList, ExportField
from custodes.people.lawful import terms as terms_now
from custodes.people.table import Table, TableColumn
from custodes.people.viewer import Viewer

PER_PAGE = 50
MOST_SEARCHED = 80
"""Characters of what the list is searched for."""


@dataclass(frozen=True)
class CaseList:
    """The list of one kind.

    Attributes:
        listed: adds to the rows what the kind's columns read.
    """

    kind: CaseKind
    listed: Callable[[QuerySet[Any]], QuerySet[Any]]

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """What the page of the list is drawn with."""
        kind, today, terms = self.kind, timezone.localdate(Viewer.of(request).at), terms_now()
        table = self._table(request)
        page = Paginator(self._rows(request, table), PER_PAGE).get_page(request.GET.get("page"))
        return {
            "case_kind": kind,  # `kind` is a parameter of the parts that are included
            "export": f"{kind.url}_export",
            "table": table,
            "page": page,
            "rows": [
                {
                    "row": row,
                    "cells": [_cell(one, row) for one in kind.columns],
                    "badge": kind.badges[row.state],
                    "warning": kind.warning(row),
                    "standing": kind.clock.standing(row, today, terms) if kind.clock is not None else None,
                }
                for row in page
            ],
            "state": self._state(request),
            "states": [(one.name, one.label) for one in kind.groups] or [("", _("全部状态")), *kind.states.choices],
            "query": self._words(request),
        }

    def export(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """The file. The log is not told for which words was searched: they may be somebody's name."""
        kind = self.kind
        fields = [ExportField(one.label, _written(one)) for one in kind.columns]
        if kind.clock is not None:
            fields += [
                ExportField(_("期限届满"), lambda row: _of_standing(kind, row, "due")),
                ExportField(_("逾期"), lambda row: _of_standing(kind, row, "late")),
            ]
        fields.append(ExportField(_("状态"), lambda row: _in_one_cell(row.get_state_display(), kind.warning(row))))
        name, rows = kind.url.rpartition(":")[2], self._rows(request, self._table(request))
        return ExportedList(name, kind.name, (), lambda request: rows, tuple(fields), unsaid=("q",)).answer(
            request, form
        )

    def _rows(self, request: HttpRequest, table: Table) -> QuerySet[Any]:
        """Cases that the person may read, those that the address asks for, in its order."""
        kind, viewer, state = self.kind, Viewer.of(request), self._state(request)
        rows = kind.shown_to(viewer.person, viewer.at).select_related(*kind.related)
        rows = rows.filter(_found(kind, self._words(request)))
        for one in kind.groups:
            if one.name == state:
                rows = rows.filter(one.where(timezone.localdate(viewer.at)))
        if not kind.groups and state in kind.states.values:
            rows = rows.filter(state=state)
        return table.order(self.listed(rows))

    def _table(self, request: HttpRequest) -> Table:
        kind = self.kind
        due = [TableColumn(_("期限届满"))] if kind.clock is not None else []
        columns = [TableColumn(one.label, one.order) for one in kind.columns]
        return Table.of(request, *columns, *due, TableColumn(_("状态"), "state"), default=kind.order)

    def _state(self, request: HttpRequest) -> str:
        return request.GET.get("state", self.kind.groups[0].name if self.kind.groups else "")

    def _words(self, request: HttpRequest) -> str:
        return request.GET.get("q", "").replace("\x00", "").strip()[:MOST_SEARCHED] if self.kind.search else ""


def _found(kind: CaseKind, query: str) -> Q:
    """Of the list's rows those with these words in one of the fields in which it looks."""
    if not query:
        return Q()
    return reduce(or_, (Q(**{f"{name}__icontains": query}) for name in kind.search))


def _cell(column: ListColumn, row: Any) -> tuple[Any, Any]:
    value = column.cell(row) if column.cell is not None else getattr(row, column.order)
    return value, column.note(row) if column.note is not None else ""


def _written(column: ListColumn) -> Callable[[Any], Any]:
    """The cell in a file; what stands beside it in small on the page follows in the same cell."""
    if column.note is None:
        return lambda row: _cell(column, row)[0]
    return lambda row: _in_one_cell(*_cell(column, row))


def _in_one_cell(*values: Any) -> str:
    return " · ".join(str(one) for one in values if one not in ("", None))


def _of_standing(kind: CaseKind, row: Any, name: str) -> Any:
    """Of how the case's term stands: the last day, or whether it is passed; nothing where none runs."""
    assert kind.clock is not None
    standing = kind.clock.standing(row, timezone.localdate(), terms_now())
    return getattr(standing, name) if standing is not None else None
