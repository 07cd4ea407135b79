"""How many cameras each system has in each cell of a few hundred metres: what wide windows are counted from.

Going over a hundred thousand cameras for each move of a map would take longer than whoever moves it waits. The numbers of all systems
are therefore held in memory for half a minute, without names and for nobody in particular; whose they are, what is classified and what
is late is asked of the register each time (`rows.mapped_systems`). Narrow windows are counted from the rows themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.db.models import Count, F, Sum
from numpy.typing import NDArray

from custodes.places.geometry.plane import Box
from custodes.places.models import Camera, CameraState

CELL = 1 << 12
"""Edge of a cell, micro-degrees: about four hundred metres. Windows whose own cells are smaller are not served from here."""
COARSE = 1 << 15
"""Edge of the cells for windows of a city or more: about three kilometres."""
HOLD = timedelta(seconds=30)
"""After so long the numbers are read again: a camera that was placed meanwhile appears then."""

_STATES: Final[Mapping[str, int]] = {state: number for number, state in enumerate(CameraState.values)}
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Tallies:
    """Cameras of one system, in one state, in one cell, a row of each array; n rows.

    Attributes:
        places: a system to its number in ``system``.
        system, state: whose they are (n,), and their place among the states (n,).
        count: how many (n,).
        east, north: their middle, micro-degrees (n,).
    """

    places: Mapping[UUID, int]
    system: Whole
    state: Whole
    count: Whole
    east: Whole
    north: Whole

    def numbers(self, systems: Iterable[UUID]) -> Whole:
        """The systems' numbers in ``system``, one for each; -1 for one without a camera."""
        return np.fromiter((self.places.get(one, -1) for one in systems), dtype=np.int64)

    def rows(self, numbers: Whole, states: Iterable[str], box: Box | None = None) -> Whole:
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


def tallies(cell: int, at: datetime) -> Tallies:
    """The numbers of every system for cells of this edge (micro-degrees, `CELL` or more), not older than `HOLD` at the time `at`."""
    global _held
    with _lock:
        if _held is None or not _held.at <= at <= _held.at + HOLD:
            fine = _read()
            _held = _Held(at, fine, _coarsened(fine))
        return _held.coarse if cell >= COARSE else _held.fine


def sums(keys: Whole, weights: Iterable[Whole]) -> tuple[Whole, list[Whole]]:
    """Weights (n,) added up where the keys (n, k) are the same.

    Returns:
        The keys that there are (m, k), and for each weight its sums (m,).
    """
    found, places = np.unique(keys, axis=0, return_inverse=True)
    return found, [_added(places.reshape(-1), each, len(found)) for each in weights]


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
    places: dict[UUID, int] = {}
    told = [
        (places.setdefault(system, len(places)), _STATES[state], count, easts // count // 2, norths // count // 2)
        for system, state, _across, _along, count, easts, norths in rows.iterator()
    ]
    columns = np.array(told, dtype=np.int64).reshape(-1, 5)
    return Tallies(places, *(np.ascontiguousarray(columns[:, number]) for number in range(5)))
