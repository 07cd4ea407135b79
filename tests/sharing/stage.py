"""Who connects to what: an education bureau of the county with the school under it, a housing bureau, a second inspector; platforms,
links and a tree."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from custodes.cases.step import StepInput
from custodes.people import posts
from custodes.people.models import Account, Division, Person, PostKind, Unit, UnitKind
from custodes.places.models import Site, SiteCategory, System, SystemState
from custodes.sharing.models import Directory, Link, LinkGrant, Outcome, Platform, SharedNode, TestPart, Verb
from custodes.sharing.tree import changing
from tests.cast import SINCE, Cast
from tests.sharing import grants as granting
from tests.sharing import joining, versions

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


def taken(by: Person, words: str = "", at: datetime.datetime | None = None) -> StepInput:
    """A step of theirs."""
    return joining.given(by, at or timezone.now(), words)


def published(cast: Cast, approver: Person, at: datetime.datetime | None = None) -> Directory:
    """A version of the county's directory, compiled by the cast's inspector, approved by another."""
    by = cast.inspector.person
    row = versions.begin(cast.units["county"], taken(by, at=at))
    versions.submit(row, taken(by, at=at))
    return versions.publish(row, taken(approver, at=at))


OWN_ID, UPPER_ID, LOWER_ID = "54010200002000000001", "54010000002000000001", "54010300002000000001"
NEED = "大型活动安全保卫"
FIVE = dict.fromkeys(TestPart.values, Outcome.PASSED.value)


def platform(office: Unit, role: str, gb_id: str, level: str, by: Person, **more: object) -> Platform:
    """A platform as an office enters it."""
    told = {"name": f"{level} 平台 {gb_id[-1]}", "unit_name": "某公安机关", "host": "192.0.2.10"} | more
    return joining.save(Platform(office=office, role=role, gb_id=gb_id, level=level, **told), taken(by))


def own(cast: Cast) -> Platform:
    """The county's own platform."""
    return platform(cast.units["county"], "own", OWN_ID, "county", cast.inspector.person)


def upper(cast: Cast, **more: object) -> Platform:
    """The city's, above it."""
    return platform(cast.units["county"], "upper", UPPER_ID, "city", cast.inspector.person, **more)


def examined(cast: Cast, one: Platform | None = None) -> Link:
    """A link of the county with a platform, by default the one above, that waits for its test."""
    if not Platform.objects.filter(office=cast.units["county"], role="own").exists():
        own(cast)
    one = one or upper(cast)
    by = _handles(cast, one)
    return joining.examine(joining.ask_platform(one, NEED, taken(by)), None, taken(by))


def _handles(cast: Cast, one: Platform | None) -> Person:
    of_city = one is not None and one.office == cast.units["city"]
    return cast.system_admin.person if of_city else cast.inspector.person


def passed_test(cast: Cast, one: Platform | None = None) -> Link:
    """And that passed it."""
    link, now = examined(cast, one), timezone.now()
    joining.enter_test(link, FIVE, timezone.localdate(now), 320, taken(_handles(cast, one), at=now))
    link.refresh_from_db()
    return link


def in_force(cast: Cast, other: Person, one: Platform | None = None) -> Link:
    """And that another person put in force."""
    return joining.put_in_force(passed_test(cast, one), taken(other))


def organisation(link: Link, by: Person, group: str = "城关区", name: str = "校园") -> SharedNode:
    """A group with an organisation in it."""
    above = changing.add_node(link, None, group, taken(by))
    return changing.add_node(link, above, name, taken(by))


def granted(link: Link, verb: Verb, by: Person, other: Person, days: int = 30, **more: Any) -> LinkGrant:
    """A grant from today on, approved by another."""
    today = timezone.localdate()
    row = granting.propose(
        link, verb, taken(by, NEED), from_on=today, until_on=today + datetime.timedelta(days=days), **more
    )
    return granting.approve(row, taken(other))
