"""Cameras counted in the cells of a window. A camera counts where the middle of its field's box is: wherever cells are used they are far
larger than a field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import F, QuerySet

from custodes.places.geometry.plane import MICRO, Box
from custodes.places.map.asked import Window
from custodes.places.map.tallies import CELL, Whole, sums, tallies
from custodes.places.models import Camera, System
from custodes.places.overlap import within_box

MANY = 500
"""So many systems are named one by one to the database; of more it is asked for all, and the others' are passed over here."""

Told = Sequence[tuple[UUID, int, bool]]
"""Systems, each with the division in which it stands, and whether it is late."""


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
    """A window's cells.

    Attributes:
        divisions: key of a division to how many cameras it has in the window, and how many of those are late.
        told, having: all systems that are counted by, and which of them have a camera in the window, by their place among them.
    """

    cells: tuple[Cell, ...]
    divisions: Mapping[int, tuple[int, int]]
    told: Told
    having: Sequence[int]

    @property
    def systems(self) -> list[UUID]:
        """Those that have a camera in the window."""
        return [self.told[number][0] for number in self.having]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(count for count, _late in self.divisions.values())


def told_of(systems: Any) -> Told:
    """What is counted by, of `mapped_systems`."""
    return list(systems.order_by().values_list("pk", "site__division", "late"))


def count_cameras(
    systems: QuerySet[System], cameras: QuerySet[Camera], states: frozenset[str], window: Window, at: datetime
) -> Counted:
    """Count the cameras of these systems.

    Args:
        systems: as `mapped_systems` tells them.
        cameras: of all systems; counted from themselves where the window is narrow.
        states: of those cameras that are counted.
    """
    if window.cell >= CELL:
        return _from_tallies(told_of(systems), states, window, at)
    return _from_rows(systems, cameras, window)


def _from_tallies(told: Told, states: frozenset[str], window: Window, at: datetime) -> Counted:
    held = tallies(window.cell, at)
    numbers = held.numbers(system for system, _division, _late in told)
    rows = held.rows(numbers, states, window.box)
    # From a system's number back to what is told of it; nobody asks it of one that is not among `rows`.
    back = np.zeros(len(held.places) + 1, dtype=np.int64)
    back[numbers] = np.arange(len(told))
    whose = back[held.system[rows]]
    return _counted(told, whose, held.count[rows], held.east[rows], held.north[rows], window.cell)


def _from_rows(systems: QuerySet[System], cameras: QuerySet[Camera], window: Window) -> Counted:
    middles: Any = within_box(cameras, window.box).order_by()
    spots = list(middles.values_list("system_id", F("west") + F("east"), F("south") + F("north")))
    there = {system for system, _east, _north in spots}
    told = told_of(systems.filter(pk__in=there) if len(there) <= MANY else systems)
    numbers = {system.int: number for number, (system, _division, _late) in enumerate(told)}
    mapped = [(numbers[system.int], east // 2, north // 2) for system, east, north in spots if system.int in numbers]
    columns = np.array(mapped, dtype=np.int64).reshape(-1, 3)
    return _counted(told, columns[:, 0], np.ones(len(mapped), np.int64), columns[:, 1], columns[:, 2], window.cell)


def _counted(told: Told, whose: Whole, count: Whole, east: Whole, north: Whole, cell: int) -> Counted:
    """The cells of so many cameras (n,) of a system each, its number in `told` in `whose` (n,), around a middle (n,)."""
    division = np.fromiter((one[1] for one in told), dtype=np.int64, count=len(told))[whose]
    late = count * np.fromiter((one[2] for one in told), dtype=np.int64, count=len(told))[whose]
    weights = (count, late, count * east, count * north)
    _cells, of_cells = sums(np.column_stack((east // cell, north // cell)), weights)
    divisions, of_divisions = sums(division.reshape(-1, 1), weights[:2])
    return Counted(
        tuple(Cell(easts / n / MICRO, norths / n / MICRO, n, some) for n, some, easts, norths in _listed(of_cells)),
        {key: (n, some) for key, (n, some) in zip(divisions[:, 0].tolist(), _listed(of_divisions), strict=True)},
        told,
        np.unique(whose).tolist(),
    )


def _listed(columns: Iterable[Whole]) -> list[Any]:
    """Python's own numbers, row by row."""
    return list(zip(*(each.tolist() for each in columns), strict=True))


def extent(systems: QuerySet[System], states: frozenset[str], at: datetime) -> Box | None:
    """The box that holds all of them, to about a cell; None without one."""
    held = tallies(CELL, at)
    rows = held.rows(held.numbers(systems.order_by().values_list("pk", flat=True)), states)
    if not len(rows):
        return None
    east, north, half = held.east[rows], held.north[rows], CELL // 2
    return Box(int(east.min()) - half, int(north.min()) - half, int(east.max()) + half, int(north.max()) + half)
