"""A system of the story that was built under the regulation and is in use, and that nobody has filed: late by both clocks (S16.2a, N14)."""

from __future__ import annotations

import datetime

from django.utils import timezone

from custodes.people.lawful import terms
from custodes.people.models import Person, Unit
from custodes.people.papers.keeping import keep_paper
from custodes.places.lifecycle.parts import KEYS
from custodes.places.lifecycle.stepping import enter, take
from custodes.places.models import Acceptance, Camera, FirmStep, InterfaceTest, PaperKind, PaperSort, System, SystemFirm
from custodes.places.models.recorded import CAMERA_FIELDS
from custodes.places.register import save_recorded
from custodes.web.seed import story
from custodes.web.seed.acting import DAY, on, person
from custodes.web.seed.life import design
from custodes.web.seed.papers import file_paper, sign

ENTERED, STARTED, COMPLETED, TRIED, ACCEPTED, USED = (days * DAY for days in (140, 115, 105, 100, 60, 55))
"""So long ago: the trial run was longer than thirty days, and both terms for filing are over by weeks, whichever days were free."""


def plant_late(row: System, firm: Unit, now: datetime.datetime) -> None:
    """Take it from the wish for it to its use, each step at its own time and with what its guard asks for.

    Args:
        firm: who built it.
    """
    by = person(story.COACH_CARETAKER)
    enter(row, row, "enter", on(by, now - ENTERED), ("S8.3",))
    design(row, by, now - ENTERED)
    started = timezone.localdate(now - STARTED)
    SystemFirm.objects.create(system=row, step=FirmStep.CONSTRUCTION, unit=firm, since=started, by=by, at=now - STARTED)
    take(row, "start", on(by, now - STARTED), terms())
    for camera in row.cameras.all():
        _show(camera, by, now - COMPLETED)
    for event, ago in (("complete", COMPLETED), ("begin_trial", TRIED)):
        take(row, event, on(by, now - ago), terms())
    _pass(row, by, now - ACCEPTED)
    for event, ago in (("accept", ACCEPTED), ("put_in_use", USED)):
        take(row, event, on(by, now - ago), terms())


def _show(camera: Camera, by: Person, at: datetime.datetime) -> None:
    """Which model it is (S13.1), and its sign (S15)."""
    camera.maker, camera.model = story.MODEL
    camera.sign_paper = keep_paper(sign(), by=by, at=at, about=f"places.camera:{camera.pk}")
    save_recorded(camera, CAMERA_FIELDS, by, at)


def _pass(row: System, by: Person, at: datetime.datetime) -> None:
    """Its interface answered, and it was found good in all five parts (S12.1, S16.1, N11)."""
    count = row.cameras.count()
    InterfaceTest.objects.create(system=row, asked=count, answered=count, by=by, at=at, ended_at=at)
    Acceptance.objects.create(
        system=row,
        on=timezone.localdate(at),
        passed=True,
        parts=dict.fromkeys(KEYS, "符合要求（训练）"),
        members=story.ACCEPTORS,
        report=file_paper(row, PaperKind.ACCEPTANCE, PaperSort.REPORT, by, at),
        by=by,
        at=at,
    )
