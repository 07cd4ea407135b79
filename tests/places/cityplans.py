"""Plans and norms of the stage: texts that the city's and a county's police draw up, taken as far as a test wants."""

from __future__ import annotations

import datetime

from django.db.models import QuerySet
from django.utils import timezone

from custodes.cases.models import CaseStep
from custodes.cases.step import StepInput
from custodes.cases.taking import take as taken
from custodes.law.duties.finding import LegalTerms
from custodes.people import posts
from custodes.people.models import Account, Division, Person, PostKind, Unit, UnitKind
from custodes.places.cityplans import case
from custodes.places.cityplans.case import PLANNING
from custodes.places.models import PlanningKind, PlanningPartner, PlanningText
from tests.cast import SINCE, Cast

DAY = datetime.date(2026, 6, 1)
PLAIN = "一、建设原则：统筹规划，避免重复建设。\n二、接口应当符合国家标准。"


def draft(cast: Cast, kind: PlanningKind, version: str = "2026-1", text: str = PLAIN, **fields: object) -> PlanningText:
    """A draft of the city's police, or of the county's for a county's plan."""
    unit, member = ("county", cast.inspector) if kind == PlanningKind.COUNTY_PLAN else ("city", cast.system_admin)
    row = PlanningText(kind=kind, title=f"{kind.label}（测试）", version=version, text=text, **fields)
    return case.begin(row, cast.units[unit], member.person, timezone.now(), DAY)


def settle_all(row: PlanningText, by: Person) -> None:
    """Every partner of this round answers."""
    for one in PlanningPartner.objects.filter(text=row, round=row.round):
        one.answered_on, one.words = DAY, "同意。"
        case.settle(one, by, timezone.now())


def take(
    row: PlanningText, event: str, by: Person, words: str = "", on: datetime.date = DAY, **said: object
) -> PlanningText:
    """One event, on `DAY`; `said` is what its form asks for."""
    done: PlanningText = taken(PLANNING, row, event, StepInput(by, timezone.now(), on, words, data=said), LegalTerms())
    return done


def steps_of(row: PlanningText) -> QuerySet[CaseStep]:
    """What was done with it."""
    return CaseStep.objects.filter(kind="places.planningtext", case_id=row.pk).order_by("seq")


def in_force(cast: Cast, kind: PlanningKind, version: str = "2026-1", **fields: object) -> PlanningText:
    """A text that has gone the whole way."""
    row = draft(cast, kind, version, **fields)  # type: ignore[arg-type]
    by = row.changed_by
    if kind == PlanningKind.COUNTY_PLAN:
        case.add_partner(row, "城关区住房城乡建设局", by, timezone.now())
    row = take(row, "consult", by)
    settle_all(row, by)
    if kind == PlanningKind.NORM:
        return take(row, "enact", by, day=DAY)
    row = take(row, "submit", by)
    return take(row, "approve", by, number="测政函〔2026〕1 号", day=DAY)


def another_county() -> Account:
    """The inspector of another county's police, with an account."""
    unit = Unit.objects.create(
        name="堆龙德庆区公安分局", kind=UnitKind.PUBLIC_SECURITY, division=Division.objects.get(code="540103")
    )
    person = Person.objects.create(name="多吉", unit=unit)
    account = Account.objects.create(username="another_county", person=person)
    posts.assign(person, unit, PostKind.INSPECTOR, by=None, at=SINCE)
    return account
