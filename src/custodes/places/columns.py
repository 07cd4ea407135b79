"""The columns of the register's tables, and how the person has sorted them (``?sort=name``, ``?sort=-name``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

_M = TypeVar("_M", bound=Model)


@dataclass(frozen=True)
class Head:
    """A head cell as the table part draws it; `direction` is an ``aria-sort`` value."""

    label: Any
    numeric: bool
    direction: str
    url: str


@dataclass(frozen=True)
class Columns:
    """Columns as ``(label, field to order by or empty, numeric)`` and the request's order."""

    columns: tuple[tuple[Any, str, bool], ...]
    query: Any
    sort: str

    @classmethod
    def of(cls, request: HttpRequest, *columns: tuple[Any, str, bool], default: str = "") -> Columns:
        """The columns as `request` asks for them; an unknown order falls back to `default`."""
        known = {sort for _label, sort, _numeric in columns if sort}
        wanted = request.GET.get("sort", "")
        return cls(columns, request.GET, wanted if wanted.removeprefix("-") in known else default)

    def order(self, rows: QuerySet[_M]) -> QuerySet[_M]:
        """`rows` in the asked order, ties settled by the primary key so that pages never overlap."""
        return rows.order_by(self.sort, "pk") if self.sort else rows

    @property
    def heads(self) -> list[Head]:
        """The head cells."""
        return [self._head(*column) for column in self.columns]

    def _head(self, label: Any, sort: str, numeric: bool) -> Head:
        if not sort:
            return Head(label, numeric, "", "")
        direction = {sort: "ascending", f"-{sort}": "descending"}.get(self.sort, "none")
        query = self.query.copy()
        query.pop("page", None)
        query["sort"] = f"-{sort}" if direction == "ascending" else sort
        return Head(label, numeric, direction, f"?{query.urlencode()}")


def camera_table(request: HttpRequest) -> Columns:
    """The list of cameras."""
    return Columns.of(
        request,
        (_("编号"), "number", False),
        (_("点位"), "name", False),
        (_("系统"), "system__name", False),
        (_("责任单位"), "system__unit__name", False),
        (_("状态"), "state", False),
        default="number",
    )


def system_camera_table(request: HttpRequest) -> Columns:
    """The cameras of one system."""
    return Columns.of(
        request,
        (_("编号"), "number", False),
        (_("点位"), "name", False),
        (_("安装位置"), "", False),
        (_("状态"), "state", False),
        default="number",
    )


def system_table(request: HttpRequest) -> Columns:
    """The list of systems."""
    return Columns.of(
        request,
        (_("系统"), "name", False),
        (_("场所"), "site__name", False),
        (_("责任单位"), "unit__name", False),
        (_("点位数"), "number", True),
        default="name",
    )


def site_table(request: HttpRequest) -> Columns:
    """The list of sites."""
    return Columns.of(
        request,
        (_("场所"), "name", False),
        (_("类别"), "category", False),
        (_("行政区划"), "division__path", False),
        (_("登记单位"), "unit__name", False),
        (_("系统数"), "number", True),
        default="name",
    )
