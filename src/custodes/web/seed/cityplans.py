"""The story's plans and norm: the city's in force, a county's that waits for two partners, and a sentence that names a brand."""

from __future__ import annotations

import datetime

from django.utils import timezone

from custodes.people.models import Person, Unit
from custodes.people.papers.keeping import keep_paper
from custodes.places.cityplans import writing
from custodes.places.cityplans.steps import Approval, step
from custodes.places.models import PlanningKind, PlanningPartner, PlanningText
from custodes.web.seed import story
from custodes.web.seed.acting import DAY, person
from custodes.web.seed.people import letter

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
    approval = Approval(story.CITY_PLAN_APPROVAL, timezone.localdate(approved))
    plan = _step(plan, "approve", city, approved, approval)

    norm = _enter(PlanningKind.NORM, story.NORM, "city", city, begun)
    _step(norm, "consult", city, begun + DAY)
    for one in partners(norm):
        _settle(one, "会同制定。", city, begun + 10 * DAY)
    _step(norm, "enact", city, approved, Approval(in_force_from=timezone.localdate(approved)))

    waiting = _enter(PlanningKind.COUNTY_PLAN, story.COUNTY_PLAN, "county", county, now - 9 * DAY, city_plan=plan)
    for name in story.COUNTY_PARTNERS:
        writing.add_partner(waiting, name, county, now - 9 * DAY)
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
    return writing.begin(row, Unit.objects.get(name=name), by, at, timezone.localdate(at))


def _step(
    row: PlanningText, event: str, by: Person, at: datetime.datetime, approval: Approval | None = None
) -> PlanningText:
    return step(row, event, by, at, timezone.localdate(at), approval=approval)


def _settle(one: PlanningPartner, words: str, by: Person, at: datetime.datetime, waived: bool = False) -> None:
    one.waived, one.words = waived, words
    one.answered_on = None if waived else timezone.localdate(at)
    writing.settle(one, by, at)
