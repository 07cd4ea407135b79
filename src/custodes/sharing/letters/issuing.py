"""Issuing a letter: a step of the directory that lists the systems, with what the letter says in its record."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.people.models import Unit
from custodes.settings import get_settings
from custodes.sharing.directory.compiling import locked
from custodes.sharing.directory.standing import standing
from custodes.sharing.letters.issued import EVENTS, NOTICE, Letter, letter_of, of_office
from custodes.sharing.letters.owed import Owed, owed
from custodes.sharing.models import Directory, DirectoryState, SharingStep
from custodes.sharing.stepping import StepRefused, Taken, keep

CLAUSES = ("S23",)
_WORDS = {NOTICE: "联通", "urge": "联催"}


def term_from(day: date) -> date:
    """The last day that a letter's form suggests: S23 sets none, the days are this installation's."""
    return day + timedelta(days=get_settings().cooperation_days)


def owed_by(office: Unit, unit: Unit, today: date) -> Owed | None:
    """What may be sent to a department now."""
    found = owed(office, standing(office, today), of_office(office), today)
    return next((one for each in found.values() for one in each if one.unit.pk == unit.pk), None)


def current_of(office: Unit) -> Directory | None:
    """The version that lists what has to be joined."""
    return Directory.objects.filter(unit=office, state=DirectoryState.PUBLISHED).select_related("unit").first()


def issue(office: Unit, unit: Unit, event: str, due: date, taken: Taken) -> Letter:
    """Issue a letter to a department of the office's level about all that it is owed now.

    Raises:
        StepRefused: there is nothing that it could name, no day to come, no published directory, or somebody issued one meanwhile.
    """
    assert event in EVENTS
    if due <= taken.on:
        raise StepRefused(_("期限：应当晚于今天。"))
    with transaction.atomic():
        Unit.objects.select_for_update().get(pk=office.pk)  # one at a time: numbers, and no system in two first letters
        current = current_of(office)
        if current is None:
            raise StepRefused(_("本级还没有公布目录。先编制并公布目录，再通知列入的部门（第二十五条）。"), clause="S25")
        held = locked(current.pk, taken)
        if held.state != DirectoryState.PUBLISHED:
            raise StepRefused(_("目录已由新版取代，请刷新页面。"))
        one = owed_by(office, unit, taken.on)
        systems = one.named(event) if one is not None else ()
        if not systems:
            raise StepRefused(
                _("没有需要通知的系统：已经通知、正在办理联网，或者已启用联网。")
                if event == NOTICE
                else _("没有逾期的系统：没有通知过，期限未到，或者已启用联网。")
            )
        number = _number(office, event, taken.on)
        held.__dict__["_letter"] = {
            "number": number, "to": str(unit.uuid), "due": due.isoformat(), "systems": [str(one.pk) for one in systems],
        }  # fmt: skip
        words = _("%(number)s，送%(unit)s，系统 %(count)d 个，期限 %(due)s") % {
            "number": number, "unit": unit.name, "count": len(systems), "due": due.isoformat(),
        }  # fmt: skip
        return letter_of(keep(held, event, Taken(taken.by, taken.at, words), CLAUSES))


def _number(office: Unit, event: str, on: date) -> str:
    before = SharingStep.objects.filter(directory__unit=office, event=event, on__year=on.year).count()
    return f"{_WORDS[event]}〔{on.year}〕{before + 1:04d}号"
