"""Plans and norms of the stage: texts that the city's and a county's police draw up, taken as far as a test wants."""

from __future__ import annotations

import datetime

from django.utils import timezone

from custodes.people import posts
from custodes.people.models import Account, Division, Person, PostKind, Unit, UnitKind
from custodes.places.cityplans import writing
from custodes.places.cityplans.steps import Approval, step
from custodes.places.models import PlanningKind, PlanningPartner, PlanningText
from tests.cast import SINCE, Cast

DAY = datetime.date(2026, 6, 1)
PLAIN = "一、建设原则：统筹规划，避免重复建设。\n二、接口应当符合国家标准。"


def draft(cast: Cast, kind: PlanningKind, version: str = "2026-1", text: str = PLAIN, **fields: object) -> PlanningText:
    """A draft of the city's police, or of the county's for a county's plan."""
    unit, member = ("county", cast.inspector) if kind == PlanningKind.COUNTY_PLAN else ("city", cast.system_admin)
    row = PlanningText(kind=kind, title=f"{kind.label}（测试）", version=version, text=text, **fields)
    return writing.begin(row, cast.units[unit], member.person, timezone.now(), DAY)


def settle_all(row: PlanningText, by: Person) -> None:
    """Every partner of this round answers."""
    for one in PlanningPartner.objects.filter(text=row, round=row.round):
        one.answered_on, one.words = DAY, "同意。"
        writing.settle(one, by, timezone.now())


def take(row: PlanningText, event: str, by: Person, **more: object) -> PlanningText:
    """One event, on `DAY`."""
    return step(row, event, by, timezone.now(), DAY, **more)  # type: ignore[arg-type]


def in_force(cast: Cast, kind: PlanningKind, version: str = "2026-1", **fields: object) -> PlanningText:
    """A text that has gone the whole way."""
    row = draft(cast, kind, version, **fields)  # type: ignore[arg-type]
    by = row.changed_by
    if kind == PlanningKind.COUNTY_PLAN:
        writing.add_partner(row, "城关区住房城乡建设局", by, timezone.now())
    row = take(row, "consult", by)
    settle_all(row, by)
    if kind == PlanningKind.NORM:
        return take(row, "enact", by, approval=Approval(in_force_from=DAY))
    row = take(row, "submit", by)
    return take(row, "approve", by, approval=Approval(number="测政函〔2026〕1 号", approved_on=DAY))


def another_county() -> Account:
    """The inspector of another county's police, with an account."""
    unit = Unit.objects.create(
        name="堆龙德庆区公安分局", kind=UnitKind.PUBLIC_SECURITY, division=Division.objects.get(code="540103")
    )
    person = Person.objects.create(name="多吉", unit=unit)
    account = Account.objects.create(username="another_county", person=person)
    posts.assign(person, unit, PostKind.INSPECTOR, by=None, at=SINCE)
    return account
