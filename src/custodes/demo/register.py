"""The story's register: what places rest on, a key target, two places without a system, an overlap with its reason, a doubt;
tables of which rows wait, and the city's plans and norm."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Sequence

from django.utils import timezone

from custodes.cases.step import StepInput
from custodes.cases.taking import take
from custodes.demo import story
from custodes.demo.people import DAY, letter, person
from custodes.people.lawful import terms
from custodes.people.models import Division, Person, Unit
from custodes.people.papers.keeping import keep_paper
from custodes.places.cityplans import case
from custodes.places.cityplans.case import PLANNING
from custodes.places.importing import running
from custodes.places.importing.kinds import KINDS
from custodes.places.importing.tasks import take_table
from custodes.places.models import (
    Camera,
    ImportState,
    Node,
    PlaceRole,
    PlaceRoleKind,
    PlanningKind,
    PlanningPartner,
    PlanningText,
    Site,
    System,
    TableImport,
)
from custodes.places.models.recorded import CAMERA_FIELDS, SITE_FIELDS
from custodes.places.register import save_recorded

WAITING = 2
"""Partners of the county's plan that have not answered."""


def plant_cityplans(now: datetime.datetime) -> bool:
    """Plant them.

    Returns:
        Whether it was done now: once for an installation.
    """
    if PlanningText.objects.exists():
        return False
    begun = now - 60 * DAY
    city, county = person("xitong"), person("guihua")
    plan = _enter(PlanningKind.CITY_PLAN, story.CITY_PLAN, "city", city, begun)
    _step(plan, "consult", city, begun + DAY)
    for one in partners(plan):
        waived = one.key == story.CITY_PLAN_WAIVED[0]
        _settle(one, story.CITY_PLAN_WAIVED[1] if waived else "同意。", city, begun + 12 * DAY, waived=waived)
    _step(plan, "submit", city, begun + 14 * DAY)
    approved = begun + 30 * DAY
    plan = _step(plan, "approve", city, approved, number=story.CITY_PLAN_APPROVAL, day=timezone.localdate(approved))

    norm = _enter(PlanningKind.NORM, story.NORM, "city", city, begun)
    _step(norm, "consult", city, begun + DAY)
    for one in partners(norm):
        _settle(one, "会同制定。", city, begun + 10 * DAY)
    _step(norm, "enact", city, approved, day=timezone.localdate(approved))

    waiting = _enter(PlanningKind.COUNTY_PLAN, story.COUNTY_PLAN, "county", county, now - 9 * DAY, city_plan=plan)
    for name in story.COUNTY_PARTNERS:
        case.add_partner(waiting, name, county, now - 9 * DAY)
    _step(waiting, "consult", county, now - 8 * DAY)
    for one in partners(waiting)[:-WAITING]:
        one.paper = keep_paper(letter(), by=county, at=now - 3 * DAY, about=f"places.planningpartner:{one.pk}")
        _settle(one, "无意见。", county, now - 3 * DAY)

    _enter(PlanningKind.NORM, story.NORM_DRAFT, "city", city, now - DAY)
    return True


def partners(row: PlanningText) -> list[PlanningPartner]:
    """Those of a text, in order."""
    return list(PlanningPartner.objects.filter(text=row))


def _enter(
    kind: PlanningKind,
    told: tuple[str, str, str],
    unit: str,
    by: Person,
    at: datetime.datetime,
    city_plan: PlanningText | None = None,
) -> PlanningText:
    title, version, text = told
    name = next(one.name for one in story.UNITS if one.key == unit)
    row = PlanningText(kind=kind, title=title, version=version, text=text, city_plan=city_plan)
    return case.begin(row, Unit.objects.get(name=name), by, at, timezone.localdate(at))


def _step(row: PlanningText, event: str, by: Person, at: datetime.datetime, **said: object) -> PlanningText:
    done: PlanningText = take(PLANNING, row, event, StepInput(by, at, timezone.localdate(at), data=said), terms())
    return done


def _settle(one: PlanningPartner, words: str, by: Person, at: datetime.datetime, waived: bool = False) -> None:
    one.waived, one.words = waived, words
    one.answered_on = None if waived else timezone.localdate(at)
    case.settle(one, by, at)


def plant_imports(now: datetime.datetime) -> None:
    """Plant them: entered by the city's administrator, and handed in by the school's caretaker."""
    places = _taken("sites", "示范场所清单（训练）.csv", story.IMPORTED_PLACES, story.REGISTRAR, now)
    places.state, places.whole = ImportState.ENTERING, False
    running.enter(places, now)
    _taken("cameras", "示范小学新增点位（训练）.csv", story.IMPORTED_CAMERAS, story.CARETAKER, now)


def _taken(kind: str, name: str, rows: Sequence[Sequence[str]], username: str, now: datetime.datetime) -> TableImport:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    table = take_table(io.BytesIO(text.getvalue().encode()), name, KINDS[kind], person(username), now)
    running.check(table, now)
    return table


def plant_register(units: dict[str, Unit], systems: dict[str, System], node: Node, now: datetime.datetime) -> None:
    """Plant it; each row in the name of whoever would enter it."""
    by = person(story.REGISTRAR)
    for key, told in story.PLACES.items():
        site = Site.objects.get(pk=systems[key].site_id)
        for name, value in told.items():
            setattr(site, name, value)
        save_recorded(site, SITE_FIELDS, by, now)
        if not site.state_owned:
            PlaceRole.objects.create(site=site, unit=site.unit, role=PlaceRoleKind.OWNER, since=now.date() - story.HELD)
    for gap in story.GAPS:
        unit = units[gap.unit]
        site = Site(
            name=gap.name,
            category=gap.category,
            address=gap.address,
            division=Division.objects.get(code=gap.division),
            unit=unit,
            created_by=by,
            **gap.more,
        )
        save_recorded(site, SITE_FIELDS, by, now)
        PlaceRole.objects.create(site=site, unit=unit, role=PlaceRoleKind.OWNER, since=now.date() - story.HELD)
    for camera in Camera.objects.all():
        camera.place_reason = story.WHY_THERE
        for key, value in story.FIELDS_OF_VIEW.get(camera.name, {}).items():
            setattr(camera, key, value)
        save_recorded(camera, CAMERA_FIELDS, by, now)
    caretaker = person(story.CARETAKER)
    name, place, view, note = story.DOUBTED
    doubted = Camera(
        system=systems["school"], node=node, number="SCHOOL-09", name=name, place=place, view=view,
        screening_note=note, created_by=caretaker,
    )  # fmt: skip
    save_recorded(doubted, CAMERA_FIELDS, caretaker, now)
