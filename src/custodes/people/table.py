"""What a table part needs to know: its columns, and how the person has sorted it; and pages of lists that may be long: counted up to a
bound, and read in full for the rows of the page alone (decision 0215).

Sorting happens on the server and lives in the address (``?sort=name`` or ``?sort=-name``), so that it works without
JavaScript, can be sent to a colleague and survives paging.

A list of a hundred thousand rows is drawn from fifty. What costs is to count all of them, and to carry all of their columns through
the sort. So the rows are counted up to `COUNTED` and then called "more than"; a page is found by its keys, which an index holds; and
only the rows of these keys are read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

_M = TypeVar("_M", bound=Model)


@dataclass(frozen=True)
class TableColumn:
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
class ColumnHead:
    """A column as the template draws it; `direction` is an ``aria-sort`` value."""

    label: Any
    numeric: bool
    direction: str
    url: str


@dataclass(frozen=True)
class Table:
    """The columns of one table together with the request that sorts it."""

    columns: tuple[TableColumn, ...]
    query: Any
    sort: str

    @classmethod
    def of(cls, request: HttpRequest, *columns: TableColumn, default: str = "") -> Table:
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
    def heads(self) -> list[ColumnHead]:
        """The head cells."""
        return [self._head(column) for column in self.columns]

    def _head(self, column: TableColumn) -> ColumnHead:
        if not column.sort:
            return ColumnHead(column.label, column.numeric, "", "")
        descending = self.sort == f"-{column.sort}"
        ascending = self.sort == column.sort
        query = self.query.copy()
        query.pop("page", None)
        query["sort"] = f"-{column.sort}" if ascending else column.sort
        direction = "ascending" if ascending else "descending" if descending else "none"
        return ColumnHead(column.label, column.numeric, direction, f"?{query.urlencode()}")


#: Rows that are counted one by one; beyond, a list says that there are more.
COUNTED = 10_000

#: From keys to the rows in full, as a mapping of key to row.
Reader = Callable[[Sequence[Any]], dict[Any, Any]]


class LongPage(Page):  # type: ignore[type-arg]
    """A page that knows from its own rows whether another follows."""

    follows: bool

    def has_next(self) -> bool:
        """Whether there is a page after it."""
        return self.follows


class LongPaginator(Paginator):  # type: ignore[type-arg]
    """Pages of a query's keys. While there are more rows than are counted, `more` is true and `count` is where counting stopped."""

    def __init__(self, rows: QuerySet[Any], per_page: int, counted: int) -> None:
        self.keys = rows.values_list("pk", flat=True)
        super().__init__(self.keys, per_page)
        self.counted = counted

    @cached_property
    def _seen(self) -> int:
        # One more than is counted: it tells "exactly so many" from "more".
        return int(self.keys.order_by()[: self.counted + 1].count())

    @property
    def more(self) -> bool:
        """Whether there are more rows than were counted."""
        return self._seen > self.counted

    @cached_property
    def count(self) -> int:
        """So many rows, or the bound of counting."""
        return min(self._seen, self.counted)

    def get_page(self, number: Any) -> LongPage:
        """The page of this number; the first for what is no number, the last for one beyond it."""
        try:
            wanted = max(1, int(number))
        except (TypeError, ValueError, OverflowError):
            wanted = 1
        if (wanted - 1) * self.per_page >= self.counted and not self.more:
            # So far on, it is cheaper to have counted than to have walked to where nothing is.
            wanted = min(wanted, self.num_pages)
        page = self._read(wanted)
        if page.object_list and not page.follows:
            # The last page says how many there are: nothing is left to count.
            self.__dict__["_seen"] = (wanted - 1) * self.per_page + len(page.object_list)
        if page.object_list or wanted == 1:
            return page
        if not self.more:
            return self._read(self.num_pages)
        # Beyond the end of a list that was not counted to its end: now it has to be.
        all_of_them = int(self.keys.order_by().count())
        return self._read(max(1, -(-all_of_them // self.per_page)))

    def _read(self, number: int) -> LongPage:
        first = (number - 1) * self.per_page
        # A number that no database could skip to is beyond the end in any case.
        keys = list(self.keys[first : first + self.per_page + 1]) if first < 2**31 else []
        page = LongPage(keys[: self.per_page], number, self)
        page.follows = len(keys) > self.per_page
        return page

    def validate_number(self, number: Any) -> int:
        """Neighbours of a page are asked for by templates; whether there are any says the page."""
        return int(number)


def long_page(request: HttpRequest, rows: QuerySet[Any], per_page: int, read: Reader) -> LongPage:
    """The page that the address asks for of `rows`, which are in their order, with its rows in full.

    `read` gets the keys of the page. A row that went meanwhile is left out.
    """
    page = LongPaginator(rows, per_page, COUNTED).get_page(request.GET.get("page"))
    keys = list(page.object_list)
    found = read(keys)
    page.object_list = [found[key] for key in keys if key in found]
    return page
