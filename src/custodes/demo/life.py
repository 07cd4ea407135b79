"""The lives of the story's systems: one filed, one that waits for its receipt, one sent back and half mended; a new one that is being
designed; a removal that is reported and has to wait, one that is half filled in, one that was found; a camera that shall go out for
repair; one whose receipt from elsewhere was taken over. Also what is late by both clocks (S16.2a, N14), and the papers of their files."""

from __future__ import annotations

import datetime
import io
from dataclasses import replace

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from custodes.cases import taking
from custodes.cases.taking import keep, take
from custodes.demo import story
from custodes.demo.people import DAY, letter, on, person
from custodes.people.lawful import terms
from custodes.people.models import Person, Unit
from custodes.people.papers.keeping import keep_paper
from custodes.places import retiring
from custodes.places.dossiers import Leaf, add
from custodes.places.drafts import keeping as drafts
from custodes.places.drafts.filing import FILING
from custodes.places.drafts.removal import REMOVAL
from custodes.places.filing.case import FILING as FILINGS
from custodes.places.filing.case import draw_up
from custodes.places.filing.fields import FIELDS, FilingAnswers, save
from custodes.places.lifecycle.case import LIFE, enter_system
from custodes.places.lifecycle.facts import KEYS
from custodes.places.models import (
    Acceptance,
    Camera,
    DossierItem,
    DraftKind,
    FirmStep,
    InterfaceTest,
    PaperKind,
    PaperSort,
    RemovalGround,
    Remover,
    Retirement,
    RetirementBasis,
    System,
    SystemFirm,
)
from custodes.places.models.recorded import CAMERA_FIELDS, SYSTEM_FIELDS
from custodes.places.register import save_recorded
from custodes.places.removal.case import REMOVAL as REMOVALS


def file_paper(system: System, kind: PaperKind, sort: PaperSort, by: Person, at: datetime.datetime) -> DossierItem:
    """One paper more, called by what it is."""
    paper = keep_paper(letter(), by=by, at=at, about=f"places.system:{system.pk}")
    return add(system, Leaf(kind, sort, f"{sort.label}（训练）", timezone.localdate(at)), paper, by, at)


def sign() -> SimpleUploadedFile:
    """A sign beside a camera as far as a training needs one (S15): a blue board with a camera on it, on a wall."""
    page = Image.new("RGB", (480, 360), "#b9ad9b")
    pen = ImageDraw.Draw(page)
    pen.rectangle((130, 60, 350, 280), fill="#1f4e9c", outline="#fff", width=6)
    pen.rectangle((180, 130, 270, 190), fill="#fff")
    pen.polygon([(270, 150), (310, 125), (310, 195), (270, 170)], fill="#fff")
    pen.text((186, 230), "TRAINING / SPECIMEN", fill="#fff")
    out = io.BytesIO()
    page.save(out, "PNG")
    return SimpleUploadedFile("标志照片.png", out.getvalue(), "image/png")


_OF_DESIGN = (PaperSort.STANDARDS, PaperSort.INTERFACE, PaperSort.NORM, PaperSort.MLPS)


def plant_lives(systems: dict[str, System], now: datetime.datetime) -> None:
    """Plant them, each step in the name of whoever would take it and at its own time."""
    police, caretaker = person(story.RECEIVER), person(story.CARETAKER)
    _file(systems["roads"], person(story.REGISTRAR), now - 40 * DAY)
    taking.take(FILINGS, systems["roads"].filings.get(), "receive", on(police, now - 37 * DAY), terms())
    _file(systems["park"], person(story.REGISTRAR), now - 2 * DAY)
    _file(systems["school"], caretaker, now - 9 * DAY)
    back = on(police, now - 6 * DAY, story.SENT_BACK)
    taking.take(FILINGS, systems["school"].filings.get(), "send_back", back, terms())
    _design(systems["school"], caretaker, now)
    _report_removal(systems["school"], caretaker, now - 5 * DAY)
    _take_over(systems["coach"], person("xitong"), now - 20 * DAY)
    _mend(systems["school"], caretaker, now - 2 * DAY)
    _begin_removal(systems["park"], person(story.REGISTRAR), now - 55 * DAY)
    _find_removal(systems["coach"], person(story.INSPECTOR), now - DAY)
    _ask_retirement(systems["roads"], person(story.TENDS_ROADS), now - DAY)


def _file(system: System, by: Person, at: datetime.datetime) -> None:
    """Hand in what the register knows; the rest is not known."""
    draft = draw_up(system, on(by, at), terms())
    content = draft.content | {"contact": by.name, "phone": story.PHONE}
    content["uscc"] = content["uscc"] or story.UNITS[0].uscc
    unclear = frozenset(field.key for field in FIELDS if not field.required and not content.get(field.key))
    taking.take(FILINGS, save(draft, FilingAnswers(content, unclear)), "submit", on(by, at), terms())


def _design(school: System, by: Person, now: datetime.datetime) -> None:
    """A new system that is screened and designed, and waits for a qualified firm."""
    wish = System(
        site=school.site, name=story.NEW_SYSTEM, unit=school.unit, network=school.network, mlps_level=2, created_by=by
    )
    begun = now - 30 * DAY
    design(enter_system(wish, SYSTEM_FIELDS, on(by, begun)), by, begun)


def design(row: System, by: Person, at: datetime.datetime) -> None:
    """Screening and design of a system that was entered at `at`: they take three weeks."""
    file_paper(row, PaperKind.OTHER, PaperSort.ASSESSMENT, by, at + 6 * DAY)
    row = taking.take(LIFE, row, "screen", on(by, at + 8 * DAY), terms())
    designer = Unit.objects.get(name=story.UNITS[5].name)
    SystemFirm.objects.create(
        system=row, step=FirmStep.DESIGN, unit=designer, since=timezone.localdate(at + 8 * DAY), by=by, at=at + 8 * DAY
    )
    for sort in _OF_DESIGN:
        file_paper(row, PaperKind.DESIGN, sort, by, at + 18 * DAY)
    taking.take(LIFE, row, "design_ok", on(by, at + 20 * DAY), terms())


def _take_over(coach: System, by: Person, at: datetime.datetime) -> None:
    """The coach station was filed on paper before it was entered here: the counter took its receipt over."""
    paper = keep_paper(letter(), by=by, at=at, about=f"places.system:{coach.pk}")
    receipt = replace(on(by, at), on=story.RECEIPT["on"], data=story.RECEIPT, papers=(paper,))
    taking.begin(FILINGS, "take_over", coach, receipt, terms())


def _report_removal(school: System, by: Person, at: datetime.datetime) -> None:
    """Reported five days ago, planned in twelve days: fifteen have to pass."""
    camera = Camera.objects.get(system=school, name=story.REMOVED_CAMERA)
    day = timezone.localdate(at) + 17 * DAY
    said = {"cameras": (camera,), "ground": RemovalGround.CITY_WORKS, "planned": day}
    row = taking.begin(REMOVALS, "plan", school, replace(on(by, at, story.REMOVAL_WHY), data=said), terms())
    taking.take(REMOVALS, row, "report", on(by, at), terms())


def _mend(school: System, by: Person, at: datetime.datetime) -> None:
    """What was sent back is being mended: two pages are done."""
    begun = drafts.begin(DraftKind.FILING, school, FILING.pages[0].key, FILING.begin(school), by, at)
    drafts.keep(begun, "unit", {"phone": story.PHONE}, seen=0, reached="place", by=by, at=at)
    drafts.keep(begun, "place", {"address": school.site.address}, seen=1, reached="spots", by=by, at=at)


def _begin_removal(park: System, by: Person, at: datetime.datetime) -> None:
    """Begun nearly two months ago and not gone on with: it lapses in a few days."""
    begun = drafts.begin(DraftKind.REMOVAL, park, REMOVAL.pages[0].key, REMOVAL.begin(park), by, at)
    drafts.keep(begun, "what", {"what": "whole", "cameras": []}, seen=0, reached="why", by=by, at=at)


def _find_removal(coach: System, by: Person, at: datetime.datetime) -> None:
    """Found gone at an inspection: who did it is known by hearsay alone, and its term to put it back is for the clerk to set."""
    camera = Camera.objects.get(system=coach, name=story.GONE_CAMERA)
    day = timezone.localdate(at)
    found = {
        "cameras": (camera,), "why": story.GONE_WHAT, "found_on": day, "found_by": by.name, "gone_on": day - 3 * DAY,
        "remover": Remover.OTHER_UNIT, "removed_by": story.GONE_BY,
    }  # fmt: skip
    taking.begin(REMOVALS, "find", coach, replace(on(by, at), on=day, data=found), terms())


def _ask_retirement(roads: System, by: Person, at: datetime.datetime) -> None:
    """The camera whose line is broken shall go out for repair until a day: it waits for an approver."""
    row = Retirement(
        camera=Camera.objects.get(system=roads, name=story.REPORTED),
        basis=RetirementBasis.REPLACEMENT,
        until=timezone.localdate(at) + 14 * DAY,
        words=story.REPAIR_WHY,
    )
    retiring.ask(row, by, at)


ENTERED, STARTED, COMPLETED, TRIED, ACCEPTED, USED = (days * DAY for days in (140, 115, 105, 100, 60, 55))
"""So long ago: the trial run was longer than thirty days, and both terms for filing are over by weeks, whichever days were free."""


def plant_late(row: System, firm: Unit, now: datetime.datetime) -> None:
    """Take it from the wish for it to its use, each step at its own time and with what its guard asks for.

    Args:
        firm: who built it.
    """
    by = person(story.COACH_CARETAKER)
    keep(LIFE, row, "enter", "", on(by, now - ENTERED), ("S8.3",), "", ())
    design(row, by, now - ENTERED)
    started = timezone.localdate(now - STARTED)
    SystemFirm.objects.create(system=row, step=FirmStep.CONSTRUCTION, unit=firm, since=started, by=by, at=now - STARTED)
    take(LIFE, row, "start", on(by, now - STARTED), terms())
    for camera in row.cameras.all():
        _show(camera, by, now - COMPLETED)
    for event, ago in (("complete", COMPLETED), ("begin_trial", TRIED)):
        take(LIFE, row, event, on(by, now - ago), terms())
    _pass(row, by, now - ACCEPTED)
    for event, ago in (("accept", ACCEPTED), ("put_in_use", USED)):
        take(LIFE, row, event, on(by, now - ago), terms())


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
