"""Which letter a department is owed now, the first, one that urges, or none while its days run; and issuing it: a step of the directory that
lists the systems, with what the letter says in its record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.cases.step import StepInput
from custodes.cases.taking import take
from custodes.law.duties.finding import LegalTerms
from custodes.people.lawful import StepRefused
from custodes.people.models import Unit
from custodes.people.records import record_language
from custodes.places.models import System
from custodes.settings import get_settings
from custodes.sharing.directory.candidates import departments_of, managed_by
from custodes.sharing.directory.case import DIRECTORY
from custodes.sharing.directory.standing import DepartmentRow, standing
from custodes.sharing.letters.issued import EVENTS, NOTICE, URGE, IssuedLetter, issued_by, letter_of, of_office
from custodes.sharing.models import Directory, DirectoryState, LinkState

MOST = 200
"""Systems that one letter names; the others stand in the next."""


@dataclass(frozen=True, slots=True)
class OwedDepartment:
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
    overdue: tuple[tuple[System, IssuedLetter], ...]
    waiting: tuple[tuple[System, IssuedLetter], ...]
    letters: tuple[IssuedLetter, ...]

    def named(self, event: str) -> tuple[System, ...]:
        """What a letter of this kind would name now."""
        systems = self.unasked if event == NOTICE else tuple(one for one, _letter in self.overdue)
        return systems[:MOST]

    @property
    def events(self) -> tuple[str, ...]:
        """Which letters may be issued."""
        return tuple(one for one in (NOTICE, URGE) if self.named(one))


def owed(
    office: Unit, rows: Iterable[DepartmentRow], issued: Iterable[IssuedLetter], today: date
) -> dict[str, list[OwedDepartment]]:
    """By kind of department, as `standing` tells the systems. None where nothing is listed and nothing was sent.

    Only what the current directory lists is asked for: what to join two persons decided there (S25), and what must not be named is not in it.
    """
    last: dict[UUID, IssuedLetter] = {}
    by_unit: dict[UUID, list[IssuedLetter]] = {}
    for letter in issued:
        last |= dict.fromkeys(letter.systems, letter)
        by_unit.setdefault(letter.to, []).insert(0, letter)
    of_kind = {row.department.key: row for row in rows}
    found: dict[str, list[OwedDepartment]] = {}
    for unit in departments_of(office):
        row = of_kind[unit.kind]
        one = _owed(unit, _managed(unit, row, today), row, last, tuple(by_unit.get(unit.uuid, ())), today)
        if one.events or one.waiting or one.letters:
            found.setdefault(unit.kind, []).append(one)
    return found


def _managed(unit: Unit, row: DepartmentRow, today: date) -> list[System]:
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
    row: DepartmentRow,
    last: Mapping[UUID, IssuedLetter],
    letters: tuple[IssuedLetter, ...],
    today: date,
) -> OwedDepartment:
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
    return OwedDepartment(unit, tuple(unasked), tuple(overdue), tuple(waiting), letters)


def _state(row: DepartmentRow, system: System) -> str:
    link = row.links.get(system.pk)
    return "" if link is None else str(link.state)


_WORDS = {NOTICE: "联通", "urge": "联催"}


def term_from(day: date) -> date:
    """The last day that a letter's form suggests: S23 sets none, the days are this installation's."""
    return day + timedelta(days=get_settings().cooperation_days)


def owed_by(office: Unit, unit: Unit, today: date) -> OwedDepartment | None:
    """What may be sent to a department now."""
    found = owed(office, standing(office, today), of_office(office), today)
    return next((one for each in found.values() for one in each if one.unit.pk == unit.pk), None)


def current_of(office: Unit) -> Directory | None:
    """The version that lists what has to be joined."""
    return Directory.objects.filter(unit=office, state=DirectoryState.PUBLISHED).select_related("unit").first()


def issue(office: Unit, unit: Unit, event: str, due: date, step: StepInput, terms: LegalTerms) -> IssuedLetter:
    """Issue a letter to a department of the office's level about all that it is owed now.

    Raises:
        StepRefused: there is nothing that it could name, no day to come, no published directory, or somebody issued one meanwhile.
    """
    assert event in EVENTS
    if due <= step.on:
        raise StepRefused(_("期限：应当晚于今天。"))
    with transaction.atomic():
        Unit.objects.select_for_update().get(pk=office.pk)  # one at a time: numbers, and no system in two first letters
        current = current_of(office)
        if current is None:
            raise StepRefused(_("本级还没有公布目录。先编制并公布目录，再通知列入的部门（第二十五条）。"), clause="S25")
        Directory.objects.select_for_update().get(pk=current.pk)  # nothing is withdrawn from it meanwhile
        if step.data.get("version", str(current.pk)) != str(current.pk):
            raise StepRefused(_("您打开页面以后公布了新一版目录。请核对所列系统后再发出。"))
        one = owed_by(office, unit, step.on)
        systems = one.named(event) if one is not None else ()
        if not systems:
            raise StepRefused(
                _("没有需要通知的系统：已经通知、正在办理联网，或者已启用联网。")
                if event == NOTICE
                else _("没有逾期的系统：没有通知过，期限未到，或者已启用联网。")
            )
        number = _number(office, event, step.on)
        letter = {
            "number": number, "to": str(unit.uuid), "due": due.isoformat(), "systems": [str(one.pk) for one in systems],
        }  # fmt: skip
        with record_language():
            words = _("%(number)s，送%(unit)s，系统 %(count)d 个，期限 %(due)s") % {
                "number": number, "unit": unit.name, "count": len(systems), "due": due.isoformat(),
            }  # fmt: skip
        done = take(DIRECTORY, current, event, replace(step, words=words, data={"letter": letter}), terms)
        return letter_of(done.steps.get(seq=done.revision))


def _number(office: Unit, event: str, on: date) -> str:
    before = issued_by(office).filter(event=event, on__year=on.year).count()
    return f"{_WORDS[event]}〔{on.year}〕{before + 1:04d}号"
