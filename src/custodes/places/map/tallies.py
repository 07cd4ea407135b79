"""How many cameras each system has in each cell of a few hundred metres: what wide windows are counted from.

Going over a hundred thousand cameras for each move of a map would take longer than whoever moves it waits. The numbers of all systems
are therefore held in memory for half a minute, without names and for nobody in particular; whose they are, what is classified and what
is late is asked of the register each time (`rows.mapped_systems`). Narrow windows are counted from the rows themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Sum

from custodes.places.models import Camera

CELL = 1 << 12
"""Edge of a cell, micro-degrees: about four hundred metres. Windows whose own cells are smaller are not served from here."""
COARSE = 1 << 15
"""Edge of the cells for windows of a city or more: about three kilometres."""
HOLD = timedelta(seconds=30)
"""After so long the numbers are read again: a camera that was placed meanwhile appears then."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Cameras of one system, in one state, in one cell.

    Attributes:
        east, north: their middle, micro-degrees.
    """

    state: str
    count: int
    east: int
    north: int


Tallies = Mapping[UUID, Sequence[Tally]]


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
            _held = _Held(at, fine, {system: _coarsened(some) for system, some in fine.items()})
        return _held.coarse if cell >= COARSE else _held.fine


def _coarsened(fine: Sequence[Tally]) -> Sequence[Tally]:
    sums: dict[tuple[str, int, int], list[int]] = {}
    for one in fine:
        found = sums.setdefault((one.state, one.east // COARSE, one.north // COARSE), [0, 0, 0])
        found[0] += one.count
        found[1] += one.count * one.east
        found[2] += one.count * one.north
    return [
        Tally(state, count, east // count, north // count) for (state, _x, _y), (count, east, north) in sums.items()
    ]


def _read() -> Tallies:
    rows: Any = (
        Camera.objects.filter(west__isnull=False)
        .annotate(across=(F("west") + F("east") + 360_000_000) / (2 * CELL))
        .annotate(along=(F("south") + F("north") + 180_000_000) / (2 * CELL))
        .order_by()
        .values_list("system_id", "state", "across", "along")
        .annotate(count=Count("pk"), easts=Sum(F("west") + F("east")), norths=Sum(F("south") + F("north")))
    )
    found: dict[UUID, list[Tally]] = defaultdict(list)
    for system, state, _across, _along, count, easts, norths in rows.iterator():
        found[system].append(Tally(state, count, easts // count // 2, norths // count // 2))
    return found
