"""Cameras counted in the cells of a window. A camera counts where the middle of its field's box is: wherever cells are used they are far
larger than a field.

Wide windows are counted from numbers that are held in memory: how many cameras each system has in each cell of a few hundred metres.
Going over a hundred thousand cameras for each move of a map would take longer than whoever moves it waits. The numbers are held of all
systems, without names and for nobody in particular; whose they are, what is classified and what is late is asked of the register each
time (`rows.mapped_systems`). Narrow windows are counted from the rows themselves.

Numbers older than `HOLD` are read anew beside the question that finds them so, which is answered from what there is; those older than
`LONGEST` answer nothing, so that the question waits (decision 0215).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock, Thread
from typing import Any, Final
from uuid import UUID

import numpy as np
import structlog
from django.db import DatabaseError, connections
from django.db.models import Count, F, QuerySet, Sum
from numpy.typing import NDArray

from custodes.places.geometry import MICRO, MapBox
from custodes.places.map.asked import Window
from custodes.places.models import Camera, CameraState, System
from custodes.places.overlap import within_box

log = structlog.get_logger(__name__)

CELL = 1 << 12
"""Edge of a cell, micro-degrees: about four hundred metres. Windows whose own cells are smaller are not served from here."""
COARSE = 1 << 15
"""Edge of the cells for windows of a city or more: about three kilometres."""
HOLD = timedelta(seconds=30)
"""After so long the numbers are read again: a camera that was placed meanwhile appears then."""
LONGEST = timedelta(minutes=2)
"""No answer is counted from numbers older than this, whatever holds their reading up."""

_STATES: Final[Mapping[str, int]] = {state: number for number, state in enumerate(CameraState.values)}
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Tallies:
    """Cameras of one system, in one state, in one cell, a row of each array; n rows.

    Attributes:
        places: a system's ``UUID.int``, which is hashed many times faster than itself, to its number in ``system``.
        system, state: whose they are (n,), and their place among the states (n,).
        count: how many (n,).
        east, north: their middle, micro-degrees (n,).
    """

    places: Mapping[int, int]
    system: Whole
    state: Whole
    count: Whole
    east: Whole
    north: Whole

    def numbers(self, systems: Iterable[UUID]) -> Whole:
        """The systems' numbers in ``system``, one for each; -1 for one without a camera."""
        return np.fromiter((self.places.get(one.int, -1) for one in systems), dtype=np.int64)

    def rows(self, numbers: Whole, states: Iterable[str], box: MapBox | None = None) -> Whole:
        """Places in the arrays of what these systems have in these states, in the box where one is given."""
        wanted = np.zeros(len(self.places) + 1, dtype=bool)  # the last is where -1 leads
        wanted[numbers] = True
        wanted[-1] = False
        found = wanted[self.system] & np.isin(self.state, [_STATES[one] for one in states])
        if box is not None:
            found &= (self.east >= box.west) & (self.east <= box.east)
            found &= (self.north >= box.south) & (self.north <= box.north)
        return np.flatnonzero(found)


@dataclass(frozen=True)
class _Held:
    at: datetime
    fine: Tallies
    coarse: Tallies


_held: _Held | None = None
_lock = Lock()
_beside = Lock()
"""Held by whoever reads beside the questions: one at a time."""


def tallies(cell: int, at: datetime) -> Tallies:
    """The numbers of every system for cells of this edge (micro-degrees, `CELL` or more), not older than `LONGEST` at the time `at`.

    Those of a little later serve too: of two questions the one that was asked first may be answered last.
    """
    held = _held
    if held is None or not -HOLD <= at - held.at <= LONGEST:
        held = _awaited(at)
    elif at - held.at > HOLD and _beside.acquire(blocking=False):
        _begin(at)
    return held.coarse if cell >= COARSE else held.fine


def _awaited(at: datetime) -> _Held:
    global _held
    with _lock:
        # Whoever waited for another's reading needs none of their own.
        if _held is None or not -HOLD <= at - _held.at <= LONGEST:
            _held = _reading(at)
        return _held


def _begin(at: datetime) -> None:
    """Read beside the questions; `_beside` is held, and free when it is done."""
    try:
        Thread(target=_read_beside, args=(at,), name="map-tallies", daemon=True).start()
    except BaseException:
        _beside.release()
        raise


def _read_beside(at: datetime) -> None:
    global _held
    try:
        read = _reading(at)
        with _lock:
            if _held is None or _held.at < read.at:
                _held = read
    except DatabaseError:
        # The next question tries again, and after `LONGEST` one waits for it and says so.
        log.warning("map.tallies_unread", exc_info=True)
    finally:
        connections.close_all()  # this thread's own
        _beside.release()


def _reading(at: datetime) -> _Held:
    fine = _read()
    return _Held(at, fine, _coarsened(fine))


def sums(keys: Whole, weights: Iterable[Whole]) -> tuple[Whole, list[Whole]]:
    """Weights (n,) added up where the keys (n, k) are the same.

    Returns:
        The keys that there are (m, k), and for each weight its sums (m,).
    """
    if not len(keys):
        return keys, [np.zeros(0, dtype=np.int64) for _each in weights]
    # One number for each key: numpy sorts numbers many times faster than rows. A few columns of micro-degrees, cells and systems
    # come nowhere near the sixty-three bits that there are.
    low = keys.min(axis=0)
    wide = keys.max(axis=0) - low + 1
    code = np.zeros(len(keys), dtype=np.int64)
    for number in range(keys.shape[1]):
        code = code * wide[number] + (keys[:, number] - low[number])
    _codes, first, places = np.unique(code, return_index=True, return_inverse=True)
    return keys[first], [_added(places, each, len(first)) for each in weights]


def _added(places: Whole, each: Whole, count: int) -> Whole:
    # Not `bincount`, which adds in floating point: many cameras times millionths of a degree are large numbers.
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, places, each)
    return total


def _coarsened(fine: Tallies) -> Tallies:
    keys = np.column_stack((fine.system, fine.state, fine.east // COARSE, fine.north // COARSE))
    found, (count, east, north) = sums(keys, (fine.count, fine.count * fine.east, fine.count * fine.north))
    return Tallies(fine.places, found[:, 0], found[:, 1], count, east // count, north // count)


def _read() -> Tallies:
    rows: Any = (
        Camera.objects.filter(west__isnull=False)
        .annotate(across=(F("west") + F("east") + 360_000_000) / (2 * CELL))
        .annotate(along=(F("south") + F("north") + 180_000_000) / (2 * CELL))
        .order_by()
        .values_list("system_id", "state", "across", "along")
        .annotate(count=Count("pk"), easts=Sum(F("west") + F("east")), norths=Sum(F("south") + F("north")))
    )
    places: dict[int, int] = {}
    told = [
        (places.setdefault(system.int, len(places)), _STATES[state], count, easts // count // 2, norths // count // 2)
        for system, state, _across, _along, count, easts, norths in rows.iterator()
    ]
    columns = np.array(told, dtype=np.int64).reshape(-1, 5)
    return Tallies(places, *(np.ascontiguousarray(columns[:, number]) for number in range(5)))


MANY = 500
"""So many systems are named one by one to the database; of more it is asked for all, and the others' are passed over here."""

Told = Sequence[tuple[UUID, int, bool]]
"""Systems, each with the division in which it stands, and whether it is late."""


@dataclass(frozen=True, slots=True)
class MapCell:
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
class WindowCells:
    """A window's cells.

    Attributes:
        divisions: key of a division to how many cameras it has in the window, and how many of those are late.
        told, having: all systems that are counted by, and which of them have a camera in the window, by their place among them.
    """

    cells: tuple[MapCell, ...]
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
) -> WindowCells:
    """Count the cameras of these systems.

    Args:
        systems: as `mapped_systems` tells them.
        cameras: of all systems; counted from themselves where the window is narrow.
        states: of those cameras that are counted.
    """
    if window.cell >= CELL:
        return _from_tallies(told_of(systems), states, window, at)
    return _from_rows(systems, cameras, window)


def _from_tallies(told: Told, states: frozenset[str], window: Window, at: datetime) -> WindowCells:
    held = tallies(window.cell, at)
    numbers = held.numbers(system for system, _division, _late in told)
    rows = held.rows(numbers, states, window.box)
    # From a system's number back to what is told of it; nobody asks it of one that is not among `rows`.
    back = np.zeros(len(held.places) + 1, dtype=np.int64)
    back[numbers] = np.arange(len(told))
    whose = back[held.system[rows]]
    return _counted(told, whose, held.count[rows], held.east[rows], held.north[rows], window.cell)


def _from_rows(systems: QuerySet[System], cameras: QuerySet[Camera], window: Window) -> WindowCells:
    middles: Any = within_box(cameras, window.box).order_by()
    spots = list(middles.values_list("system_id", F("west") + F("east"), F("south") + F("north")))
    there = {system for system, _east, _north in spots}
    told = told_of(systems.filter(pk__in=there) if len(there) <= MANY else systems)
    numbers = {system.int: number for number, (system, _division, _late) in enumerate(told)}
    mapped = [(numbers[system.int], east // 2, north // 2) for system, east, north in spots if system.int in numbers]
    columns = np.array(mapped, dtype=np.int64).reshape(-1, 3)
    return _counted(told, columns[:, 0], np.ones(len(mapped), np.int64), columns[:, 1], columns[:, 2], window.cell)


def _counted(told: Told, whose: Whole, count: Whole, east: Whole, north: Whole, cell: int) -> WindowCells:
    """The cells of so many cameras (n,) of a system each, its number in `told` in `whose` (n,), around a middle (n,)."""
    division = np.fromiter((one[1] for one in told), dtype=np.int64, count=len(told))[whose]
    late = count * np.fromiter((one[2] for one in told), dtype=np.int64, count=len(told))[whose]
    weights = (count, late, count * east, count * north)
    _cells, of_cells = sums(np.column_stack((east // cell, north // cell)), weights)
    divisions, of_divisions = sums(division.reshape(-1, 1), weights[:2])
    return WindowCells(
        tuple(MapCell(easts / n / MICRO, norths / n / MICRO, n, some) for n, some, easts, norths in _listed(of_cells)),
        {key: (n, some) for key, (n, some) in zip(divisions[:, 0].tolist(), _listed(of_divisions), strict=True)},
        told,
        np.unique(whose).tolist(),
    )


def _listed(columns: Iterable[Whole]) -> list[Any]:
    """Python's own numbers, row by row."""
    return list(zip(*(each.tolist() for each in columns), strict=True))


def extent(systems: QuerySet[System], states: frozenset[str], at: datetime) -> MapBox | None:
    """The box that holds all of them, to about a cell; None without one."""
    held = tallies(CELL, at)
    rows = held.rows(held.numbers(systems.order_by().values_list("pk", flat=True)), states)
    if not len(rows):
        return None
    east, north, half = held.east[rows], held.north[rows], CELL // 2
    return MapBox(int(east.min()) - half, int(north.min()) - half, int(east.max()) + half, int(north.max()) + half)
