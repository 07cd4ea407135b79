"""How many cameras each system has in each cell of a few hundred metres: what wide windows are counted from.

Going over a hundred thousand cameras for each move of a map would take longer than whoever moves it waits. The numbers of all systems
are therefore held in memory, without names and for nobody in particular; whose they are, what is classified and what is late is
asked of the register each time (`rows.mapped_systems`). Narrow windows are counted from the rows themselves.

Numbers older than `HOLD` are read anew beside the question that finds them so, which is answered from what there is; those older than
`LONGEST` answer nothing, so that the question waits (decision 0231).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock, Thread
from typing import Any, Final
from uuid import UUID

import numpy as np
import structlog
from django.db import DatabaseError, connections
from django.db.models import Count, F, Sum
from numpy.typing import NDArray

from custodes.places.geometry.plane import Box
from custodes.places.models import Camera, CameraState

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
