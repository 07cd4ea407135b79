"""Which letter a department is owed now: the first, one that urges, or none while its days run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from custodes.people.models import Unit
from custodes.places.models import System
from custodes.sharing.directory.candidates import departments_of, managed_by
from custodes.sharing.directory.standing import Row
from custodes.sharing.letters.issued import NOTICE, URGE, Letter
from custodes.sharing.models import LinkState

MOST = 200
"""Systems that one letter names; the others stand in the next."""


@dataclass(frozen=True, slots=True)
class Owed:
    """One department of an office's level.

    Attributes:
        unasked: systems that a first letter would name: listed, without a link in force, never named by a letter, and not asked for by the
            department itself, unless it is late with them.
        overdue: those that one that urges would name, each with the letter whose days are over.
        waiting: those whose last letter still runs.
        letters: to this department, the newest first.
    """

    unit: Unit
    unasked: tuple[System, ...]
    overdue: tuple[tuple[System, Letter], ...]
    waiting: tuple[tuple[System, Letter], ...]
    letters: tuple[Letter, ...]

    def named(self, event: str) -> tuple[System, ...]:
        """What a letter of this kind would name now."""
        systems = self.unasked if event == NOTICE else tuple(one for one, _letter in self.overdue)
        return systems[:MOST]

    @property
    def events(self) -> tuple[str, ...]:
        """Which letters may be issued."""
        return tuple(one for one in (NOTICE, URGE) if self.named(one))


def owed(office: Unit, rows: Iterable[Row], issued: Iterable[Letter], today: date) -> dict[str, list[Owed]]:
    """By kind of department, as `standing` tells the systems. None where nothing is listed and nothing was sent.

    Only what the current directory lists is asked for: what to join two persons decided there (S25), and what must not be named is not in it.
    """
    last: dict[UUID, Letter] = {}
    by_unit: dict[UUID, list[Letter]] = {}
    for letter in issued:
        last |= dict.fromkeys(letter.systems, letter)
        by_unit.setdefault(letter.to, []).insert(0, letter)
    of_kind = {row.department.key: row for row in rows}
    found: dict[str, list[Owed]] = {}
    for unit in departments_of(office):
        row = of_kind[unit.kind]
        one = _owed(unit, _managed(unit, row, today), row, last, tuple(by_unit.get(unit.uuid, ())), today)
        if one.events or one.waiting or one.letters:
            found.setdefault(unit.kind, []).append(one)
    return found


def _managed(unit: Unit, row: Row, today: date) -> list[System]:
    """Listed systems of the row that this department manages and that are not joined."""
    open_ones = [one for one, _days in row.listed if _state(row, one) != LinkState.IN_FORCE]
    if not open_ones:
        return []
    mine = System.objects.filter(managed_by(unit, today), pk__in=[one.pk for one in open_ones])
    keys = set(mine.values_list("pk", flat=True))
    return [one for one in open_ones if one.pk in keys]


def _owed(
    unit: Unit,
    systems: list[System],
    row: Row,
    last: Mapping[UUID, Letter],
    letters: tuple[Letter, ...],
    today: date,
) -> Owed:
    late = {one.pk for one in row.late}
    unasked, overdue, waiting = [], [], []
    for one in systems:
        letter = last.get(one.pk)
        if letter is None and (not _state(row, one) or one.pk in late):
            unasked.append(one)
        elif letter is not None and letter.days_late(today):
            overdue.append((one, letter))
        elif letter is not None:
            waiting.append((one, letter))
    return Owed(unit, tuple(unasked), tuple(overdue), tuple(waiting), letters)


def _state(row: Row, system: System) -> str:
    link = row.links.get(system.pk)
    return "" if link is None else str(link.state)
