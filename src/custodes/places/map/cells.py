"""Cameras counted in the cells of a window: one statement, over an index alone, whatever the number of cameras.

A camera counts where the middle of its field's box is. Wherever cells are used they are far larger than a field.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from custodes.places.geometry.plane import MICRO, Box
from custodes.places.map.asked import Window
from custodes.places.models import Camera, System
from custodes.places.overlap import within_box

#: The systems are worked out once and held; the cameras come from their index and are counted by whole numbers.
_COUNT = """
WITH shown (id, division, late) AS MATERIALIZED ({systems})
SELECT (east2 / 2 + 180000000) / %s AS across, (north2 / 2 + 90000000) / %s AS along, division,
       COUNT(*), SUM(late), SUM(CAST(east2 AS BIGINT)), SUM(CAST(north2 AS BIGINT))
FROM (SELECT system_id, west + east AS east2, south + north AS north2 FROM ({cameras}) AS boxes) AS twice
JOIN shown ON shown.id = twice.system_id
GROUP BY across, along, division
"""
_EXTENT = """
SELECT MIN(west), MIN(south), MAX(east), MAX(north) FROM ({cameras}) AS boxes WHERE system_id IN ({systems})
"""
_BOX = ("system_id", "west", "south", "east", "north")


@dataclass(frozen=True, slots=True)
class Cell:
    """Rows that are drawn as one.

    Attributes:
        longitude, latitude: the middle of its rows, degrees.
        late: how many of them belong to a system that is late with its filing.
    """

    longitude: float
    latitude: float
    count: int
    late: int


@dataclass(frozen=True, slots=True)
class Counted:
    """A window's cells, and how many cameras each division has in it."""

    cells: tuple[Cell, ...]
    divisions: dict[int, tuple[int, int]]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(count for count, _late in self.divisions.values())


def count_cameras(systems: QuerySet[System], cameras: QuerySet[Camera], window: Window) -> Counted:
    """Count those of `cameras` whose system is among `systems` (`rows.mapped_systems`)."""
    with suppress(EmptyResultSet):
        shown, told = systems.order_by().values_list("pk", "site__division", "late").query.sql_with_params()
        boxed, edges = within_box(cameras, window.box).order_by().values_list(*_BOX).query.sql_with_params()
        return _counted(_run(_COUNT.format(systems=shown, cameras=boxed), *told, window.cell, window.cell, *edges))
    return Counted((), {})


def extent(systems: QuerySet[System], cameras: QuerySet[Camera]) -> Box | None:
    """The box that holds all of them; None without one."""
    with suppress(EmptyResultSet):
        shown, told = systems.order_by().values_list("pk").query.sql_with_params()
        boxed, wanted = cameras.order_by().values_list(*_BOX).query.sql_with_params()
        west, south, east, north = _run(_EXTENT.format(systems=shown, cameras=boxed), *wanted, *told)[0]
        return None if west is None else Box(west, south, east, north)
    return None


def _run(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows of a statement whose parts are the ORM's own, with their values as parameters."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _counted(rows: Iterable[tuple[Any, ...]]) -> Counted:
    cells: dict[tuple[int, int], list[int]] = {}
    divisions: dict[int, tuple[int, int]] = {}
    for across, along, division, count, late, easts, norths in rows:
        sums = cells.setdefault((across, along), [0, 0, 0, 0])
        for at, value in enumerate((count, int(late), int(easts), int(norths))):
            sums[at] += value
        before = divisions.get(division, (0, 0))
        divisions[division] = (before[0] + count, before[1] + int(late))
    return Counted(
        tuple(
            Cell(easts / count / 2 / MICRO, norths / count / 2 / MICRO, count, late)
            for count, late, easts, norths in cells.values()
        ),
        divisions,
    )
