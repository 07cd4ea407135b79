"""What a table part needs to know: its columns, and how the person has sorted it.

Sorting happens on the server and lives in the address (``?sort=name`` or ``?sort=-name``), so that it works without
JavaScript, can be sent to a colleague and survives paging.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

_M = TypeVar("_M", bound=Model)


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        label: its head.
        sort: the field to order by, ``unit__name``; empty means that it can't be sorted.
        numeric: numbers are set flush right.
        then: fields that settle ties before the primary key does; they run the same way as `sort`, so that one index serves both ways.
    """

    label: Any
    sort: str = ""
    numeric: bool = False
    then: tuple[str, ...] = ()


@dataclass(frozen=True)
class Head:
    """A column as the template draws it; `direction` is an ``aria-sort`` value."""

    label: Any
    numeric: bool
    direction: str
    url: str


@dataclass(frozen=True)
class Table:
    """The columns of one table together with the request that sorts it."""

    columns: tuple[Column, ...]
    query: Any
    sort: str

    @classmethod
    def of(cls, request: HttpRequest, *columns: Column, default: str = "") -> Table:
        """The table as `request` asks for it; an unknown ``sort`` falls back to `default`."""
        known = {column.sort for column in columns if column.sort}
        wanted = request.GET.get("sort", "")
        return cls(columns, request.GET, wanted if wanted.removeprefix("-") in known else default)

    def order(self, rows: QuerySet[_M]) -> QuerySet[_M]:
        """`rows` in the asked order, with the primary key to settle ties."""
        if not self.sort:
            return rows
        field = self.sort.removeprefix("-")
        way = "-" if field != self.sort else ""
        then = next((column.then for column in self.columns if column.sort == field), ())
        return rows.order_by(*(f"{way}{name}" for name in (field, *then, "pk")))

    @property
    def joins(self) -> bool:
        """Whether the order is that of a column of another table."""
        return "__" in self.sort

    @property
    def heads(self) -> list[Head]:
        """The head cells."""
        return [self._head(column) for column in self.columns]

    def _head(self, column: Column) -> Head:
        if not column.sort:
            return Head(column.label, column.numeric, "", "")
        descending = self.sort == f"-{column.sort}"
        ascending = self.sort == column.sort
        query = self.query.copy()
        query.pop("page", None)
        query["sort"] = f"-{column.sort}" if ascending else column.sort
        direction = "ascending" if ascending else "descending" if descending else "none"
        return Head(column.label, column.numeric, direction, f"?{query.urlencode()}")
