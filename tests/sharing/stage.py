"""Who connects to what: an education bureau of the county with the school under it, a housing bureau, a second inspector."""

from __future__ import annotations

import datetime

from django.utils import timezone

from custodes.people import posts
from custodes.people.models import Account, Division, Person, PostKind, Unit, UnitKind
from custodes.places.models import Site, SiteCategory, System, SystemState
from custodes.sharing.directory import compiling, publishing
from custodes.sharing.models import Directory
from custodes.sharing.stepping import Taken
from tests.cast import SINCE, Cast

COUNTY, CITY = "540102", "540100"


def department(kind: UnitKind, name: str, code: str = COUNTY) -> Unit:
    """A department of a level."""
    return Unit.objects.create(name=name, kind=kind, division=Division.objects.get(code=code))


def system(unit: Unit, name: str, **more: object) -> System:
    """A system in use of this unit, at a place of its own."""
    site = Site.objects.create(
        name=f"{name}所在", category=SiteCategory.GOVERNMENT, address="北京中路 7 号", division=unit.division, unit=unit,
        longitude="91.131200", latitude="29.651200",
    )  # fmt: skip
    told = {"state": SystemState.IN_USE} | more
    return System.objects.create(site=site, name=name, unit=unit, **told)


def second(cast: Cast, name: str = "second", unit: str = "county") -> Account:
    """Another inspector of the same police unit: somebody who can approve."""
    person = Person.objects.create(name="索朗", unit=cast.units[unit])
    account = Account.objects.create(username=name, person=person)
    posts.assign(person, cast.units[unit], PostKind.INSPECTOR, by=None, at=SINCE)
    return account


def taken(by: Person, words: str = "", at: datetime.datetime | None = None) -> Taken:
    """A step of theirs."""
    return Taken(by, at or timezone.now(), words)


def published(cast: Cast, approver: Person, at: datetime.datetime | None = None) -> Directory:
    """A version of the county's directory, compiled by the cast's inspector, approved by another."""
    by = cast.inspector.person
    row = compiling.begin(cast.units["county"], taken(by, at=at))
    publishing.submit(row, taken(by, at=at))
    return publishing.publish(row, taken(approver, at=at))
