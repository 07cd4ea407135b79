"""The story's changes and upgrade orders: one that waits for leave, one made and due to be filed, one refused, one found made
without leave; an order that runs and one that is late."""

from __future__ import annotations

import datetime
import io
from dataclasses import replace

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from custodes.cases.step import StepInput
from custodes.cases.taking import add_paper, begin, take
from custodes.demo import story
from custodes.demo.people import DAY, letter, on, person
from custodes.people.lawful import terms
from custodes.people.models import Person
from custodes.people.papers.keeping import keep_paper
from custodes.places.changes.case import CHANGE, Wanted
from custodes.places.models import Camera, ChangeCase, ChangeKind, Moment, System, UpgradePaperSort
from custodes.places.models.recorded import CAMERA_FIELDS
from custodes.places.register import save_recorded
from custodes.places.upgrades.case import UPGRADE


def plant_changes(systems: dict[str, System], now: datetime.datetime) -> None:
    """Plant them, each step in the name of whoever would take it and at its own time."""
    registrar, decider = person(story.REGISTRAR), person(story.DECIDER)
    _ask(systems["roads"], ChangeKind.TURN, story.CHANGE_WAITING, registrar, now - 2 * DAY)
    _carry_out(systems["roads"], registrar, decider, now)
    refused = _ask(systems["park"], ChangeKind.MOVE, story.CHANGE_REFUSED, registrar, now - 8 * DAY)
    _decide(refused, "refuse", on(decider, now - 6 * DAY, story.CHANGE_REFUSAL))
    _find(systems["coach"], person(story.INSPECTOR), now - 3 * DAY)
    _order(systems["school"], story.UPGRADE_RUNNING, 60, person(story.RECEIVER), now - 20 * DAY)
    _plan(systems["school"], person(story.CARETAKER), now - 11 * DAY)
    _order(systems["coach"], story.UPGRADE_LATE, 30, person(story.INSPECTOR), now - 50 * DAY)


def _ask(system: System, kind: ChangeKind, told: tuple[str, str, str], by: Person, at: datetime.datetime) -> ChangeCase:
    name, wanted, why = told
    camera = Camera.objects.get(system=system, name=name)
    planned = timezone.localdate(at) + 10 * DAY
    said = Wanted(kind, (camera,), wanted, why, planned=planned).said()
    case: ChangeCase = begin(CHANGE, "request", system, replace(on(by, at), data=said), terms())
    _picture(case, Moment.BEFORE, camera, by, at)
    return case


def _carry_out(system: System, by: Person, decider: Person, now: datetime.datetime) -> None:
    """Allowed, made, shown by a picture and entered in the register; its filing is due."""
    case = _ask(system, ChangeKind.MOVE, story.CHANGE_DONE, by, now - 20 * DAY)
    case = _decide(case, "approve", on(decider, now - 18 * DAY, story.CHANGE_APPROVAL))
    camera = Camera.objects.get(system=system, name=story.CHANGE_DONE[0])
    camera.place, camera.view = story.CHANGE_DONE[1], story.CHANGE_DONE_VIEW
    save_recorded(camera, CAMERA_FIELDS, by, now - 9 * DAY)
    _picture(case, Moment.AFTER, camera, by, now - 9 * DAY)
    take(CHANGE, case, "carry_out", on(by, now - 9 * DAY), terms())


def _decide(case: ChangeCase, event: str, given: StepInput) -> ChangeCase:
    done: ChangeCase = take(CHANGE, case, event, replace(given, data={"revision": case.revision}), terms())
    return done


def _find(system: System, by: Person, at: datetime.datetime) -> None:
    name, wanted, why = story.CHANGE_FOUND
    camera = Camera.objects.get(system=system, name=name)
    said = Wanted(ChangeKind.TURN, (camera,), wanted, why).said()
    begin(CHANGE, "find", system, replace(on(by, at, why), data=said), terms())


def _order(
    system: System, shortfalls: tuple[tuple[str, str, str], ...], days: int, by: Person, at: datetime.datetime
) -> None:
    day = timezone.localdate(at)
    names = ("standard", "found", "wanted")
    notice = {
        "checked": day - 3 * DAY, "delivered": day, "days": days, "guide": by.unit.name, "guide_phone": story.PHONE, "why": "",
        "shortfalls": [dict(zip(names, one, strict=True)) for one in shortfalls],
    }  # fmt: skip
    begin(UPGRADE, "issue", system, replace(on(by, at), data=notice), terms())


def _plan(system: System, by: Person, at: datetime.datetime) -> None:
    order = system.upgrades.get()
    plan = letter()
    plan.name = story.UPGRADE_PLAN_NAME
    paper = keep_paper(plan, by=by, at=at, about=f"places.upgradeorder:{order.pk}")
    add_paper(UPGRADE, order, UpgradePaperSort.PLAN, paper, on(by, at))
    take(UPGRADE, order, "plan", on(by, at, story.UPGRADE_PLAN), terms())


def _picture(case: ChangeCase, moment: Moment, camera: Camera, by: Person, at: datetime.datetime) -> None:
    paper = keep_paper(_view(camera.name, moment), by=by, at=at, about=f"places.changecase:{case.pk}")
    shown = {"moment": moment, "camera": camera}
    take(CHANGE, case, "picture", replace(on(by, at), data=shown, papers=(paper,)), terms())


def _view(name: str, moment: Moment) -> SimpleUploadedFile:
    """A picture as far as a training needs one: a street under a sky, from one side before and from the other after."""
    page = Image.new("RGB", (640, 360), "#9db7d5")
    pen = ImageDraw.Draw(page)
    pen.rectangle((0, 200, 640, 360), fill="#6d6f73")
    left = moment == Moment.BEFORE
    pen.polygon(
        [(250 if left else 350, 200), (290 if left else 390, 200), (560 if left else 120, 360), (0, 360)],
        fill="#87898d",
    )
    pen.rectangle((60, 90, 190, 200) if left else (430, 70, 600, 200), fill="#b98a6a")
    pen.text((16, 336), f"TRAINING / {moment.value.upper()}", fill="#fff")
    out = io.BytesIO()
    page.save(out, "PNG")
    return SimpleUploadedFile(f"{name}（{moment.label}）.png", out.getvalue(), "image/png")
