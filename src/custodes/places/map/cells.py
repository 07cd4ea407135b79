"""Cameras counted in the cells of a window. A camera counts where the middle of its field's box is: wherever cells are used they are far
larger than a field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from custodes.places.geometry.plane import MICRO, Box
from custodes.places.map.asked import Window
from custodes.places.map.tallies import CELL, tallies
from custodes.places.models import Camera
from custodes.places.overlap import within_box

MANY = 500
"""So many systems are named one by one to the database; of more it is asked for all, and the others' are passed over here."""

Spot = tuple[UUID, int, int, int]
"""A system, so many of its cameras, and their middle, east and north in micro-degrees."""


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
        systems: those that have a camera in the window.
    """

    cells: tuple[Cell, ...]
    divisions: Mapping[int, tuple[int, int]]
    systems: frozenset[UUID]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(count for count, _late in self.divisions.values())


def count_cameras(
    systems: Mapping[UUID, tuple[int, int]],
    cameras: QuerySet[Camera],
    states: frozenset[str],
    window: Window,
    at: datetime,
) -> Counted:
    """Count the cameras of these systems.

    Args:
        systems: to the division in which each stands, and whether it is late (1 or 0).
        cameras: of all systems; counted from themselves where the window is narrow.
        states: of those cameras that are counted.
    """
    wide = window.cell >= CELL
    spots = _from_tallies(systems, states, window, at) if wide else _from_rows(systems, cameras, window.box)
    cell = window.cell
    sums: dict[tuple[int, int], list[int]] = {}
    divisions: dict[int, list[int]] = {}
    found = set()
    for system, count, east, north in spots:
        division, late = systems[system]
        found.add(system)
        here = sums.setdefault((east // cell, north // cell), [0, 0, 0, 0])
        there = divisions.setdefault(division, [0, 0])
        here[0] += count
        here[2] += count * east
        here[3] += count * north
        there[0] += count
        if late:
            here[1] += count
            there[1] += count
    return Counted(
        tuple(Cell(easts / n / MICRO, norths / n / MICRO, n, late) for n, late, easts, norths in sums.values()),
        {division: (count, late) for division, (count, late) in divisions.items()},
        frozenset(found),
    )


def _from_tallies(systems: Iterable[UUID], states: frozenset[str], window: Window, at: datetime) -> Iterator[Spot]:
    held, box = tallies(window.cell, at), window.box
    west, south, east, north = box.west, box.south, box.east, box.north
    for system in systems:
        for one in held.get(system, ()):
            if west <= one.east <= east and south <= one.north <= north and one.state in states:
                yield system, one.count, one.east, one.north


def _from_rows(systems: Mapping[UUID, Any], cameras: QuerySet[Camera], box: Box) -> Iterator[Spot]:
    rows = within_box(cameras, box)
    if len(systems) <= MANY:
        rows = rows.filter(system__in=list(systems))
    middles: Any = rows.order_by().values_list("system_id", F("west") + F("east"), F("south") + F("north"))
    for system, east, north in middles:
        if system in systems:
            yield system, 1, east // 2, north // 2


def extent(systems: Iterable[UUID], states: frozenset[str], at: datetime) -> Box | None:
    """The box that holds all of them, to about a cell; None without one."""
    held = tallies(CELL, at)
    spots = [(one.east, one.north) for system in systems for one in held.get(system, ()) if one.state in states]
    if not spots:
        return None
    easts, norths = zip(*spots, strict=True)
    half = CELL // 2
    return Box(min(easts) - half, min(norths) - half, max(easts) + half, max(norths) + half)
