"""The two trees, and who sees which part of them."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.people import confirming, waiting_changes
from custodes.people.entrusting import EntrustmentRefused
from custodes.people.models import (
    NAMED_DEPARTMENTS,
    Division,
    Entrustment,
    Person,
    Post,
    RecordOutbox,
    Unit,
    UnitKind,
)
from custodes.people.scope import persons_in, scope_of, units_in
from custodes.people.viewer import Viewer
from custodes.upkeep.alarms.conditions import people
from custodes.upkeep.alarms.evaluating import SourceWatch
from custodes.upkeep.alarms.words import title, where_to_look
from custodes.upkeep.models import Alarm
from tests.cast import Cast

pytestmark = pytest.mark.postgresql

AT = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)


@pytest.mark.django_db
def test_the_eight_counties_of_lhasa_have_their_standard_codes() -> None:
    city = Division.objects.get(code="540100")
    counties = Division.objects.within(city).filter(kind="county").values_list("code", "name_zh")
    assert dict(counties) == {
        "540102": "城关区",
        "540103": "堆龙德庆区",
        "540104": "达孜区",
        "540121": "林周县",
        "540122": "当雄县",
        "540123": "尼木县",
        "540124": "曲水县",
        "540127": "墨竹工卡县",
    }


@pytest.mark.django_db
def test_a_park_never_carries_a_code_that_looks_like_the_standard() -> None:
    parks = Division.objects.filter(kind="park")
    assert parks.count() >= 3
    assert all(not park.is_standard and park.code.startswith("P") for park in parks)
    assert all(division.code.isdigit() for division in Division.objects.filter(is_standard=True))


@pytest.mark.django_db
def test_the_way_up_from_a_county_leads_through_city_and_region() -> None:
    county = Division.objects.get(code="540121")
    assert [division.code for division in Division.objects.above(county)] == ["540000", "540100", "540121"]


def test_seventeen_departments_are_named() -> None:
    assert len(NAMED_DEPARTMENTS) == len(set(NAMED_DEPARTMENTS)) == 17


def test_moving_a_unit_takes_its_sub_units_along(cast: Cast) -> None:
    division = cast.units["a"].division
    parent = Unit.objects.create(name="教育局", kind="education", division=division)
    middle = Unit.objects.create(name="甲校", kind="institution", division=division)
    leaf = Unit.objects.create(name="甲校分校", kind="institution", division=division, parent=middle)
    middle.parent = parent
    middle.save()
    leaf.refresh_from_db()
    assert leaf.path == f"{parent.pk}/{middle.pk}/{leaf.pk}/"
    assert set(Unit.objects.within(parent)) == {parent, middle, leaf}


def test_a_unit_never_stands_under_itself(cast: Cast) -> None:
    city, county = cast.units["city"], cast.units["county"]
    city.parent = county
    with pytest.raises(ValidationError):
        city.full_clean()


@pytest.mark.parametrize(
    ("member", "sees"),
    [
        ("operator", {"a"}),
        ("caretaker", {"a"}),
        ("outsider", {"b"}),
        ("officer", {"court"}),
        ("inspector", {"a", "court", "county"}),
        ("auditor", {"city", "county", "a", "b", "court"}),
        ("security_admin", {"city", "county", "a", "b", "court"}),
        ("bystander", set()),
    ],
)
@pytest.mark.clause("S5.2", "S6.1", "N5")
def test_each_sees_the_units_of_their_scope(cast: Cast, member: str, sees: set[str]) -> None:
    scope = scope_of(cast.members[member].person, AT)
    assert set(units_in(scope)) == {cast.units[key] for key in sees}


def test_an_officer_of_the_police_does_not_see_the_whole_division(cast: Cast) -> None:
    from custodes.people import posts

    person = Person.objects.create(name="侦查员", unit=cast.units["city"])
    posts.assign(person, cast.units["city"], "agency_officer", by=None, at=AT)
    assert set(units_in(scope_of(person, AT))) == {cast.units["city"], cast.units["county"]}


def test_a_person_is_seen_where_they_hold_a_post(cast: Cast) -> None:
    from custodes.people import posts

    guest = cast.outsider.person
    posts.assign(guest, cast.units["a"], "caretaker", by=cast.security_admin.person, at=AT)
    assert guest in persons_in(scope_of(cast.operator.person, AT))


def test_one_system_administrator_neither_makes_a_unit_police_nor_puts_it_under_another_while_posts_are_open(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    """A school's duty officer would see the whole county; a hotel's people the school's cameras."""
    school, hotel, attacker = cast.units["a"], cast.units["b"], client_of("system_admin")
    county = school.division
    page = reverse("people:unit_edit", args=[school.uuid])
    typed = {
        "name": "城关区一小",
        "kind": "public_security",
        "division": county.pk,
        "parent": hotel.pk,
        "phone": "6330001",
    }
    answer = attacker.post(page, typed, follow=True).content.decode()
    assert "须由审计管理员确认" in answer
    assert "单位类别由“事业单位”变更为“公安机关”；上级单位由“无”变更为“堆龙宾馆”" in answer
    school.refresh_from_db()
    assert (school.name, school.kind, school.parent, school.phone) == (
        "城关区一小",
        UnitKind.INSTITUTION,
        None,
        "6330001",
    )
    assert set(units_in(scope_of(cast.operator.person, AT))) == {school}
    assert "已有一项" in attacker.post(page, typed | {"name": "又名"}).content.decode()
    school.refresh_from_db()
    assert school.name == "城关区一小", "nothing is saved of what is refused"

    # Neither whoever asks nor the unit's own leader, who would see the county, confirms it; the audit does.
    row = Entrustment.objects.get(kind="unit")
    confirm = reverse("people:entrustment_confirm", args=[row.uuid])
    assert attacker.post(confirm).status_code == 403
    assert client_of("approver").post(confirm).status_code == 404
    watch = SourceWatch([people.ENTRUSTED])
    watch.round(timezone.now())
    alarm = Alarm.objects.get(kind="unit.changed")
    assert title(alarm).startswith("变更单位类别、隶属：旦增 · 城关区一小；单位类别由")
    assert where_to_look(alarm, Viewer(cast.auditor.account, timezone.now())) == (
        "打开授权事项",
        row.get_absolute_url(),
    )
    client_of("auditor").post(confirm)
    school.refresh_from_db()
    assert (school.kind, school.parent, school.path) == (UnitKind.PUBLIC_SECURITY, hotel, f"{hotel.pk}/{school.pk}/")
    assert RecordOutbox.objects.filter(
        record__object="people.unit", record__changes__kind__1="public_security"
    ).exists()

    # What lets nobody see further is saved at once; and a unit that has come to stand above meanwhile is refused.
    Post.objects.filter(unit__in=[school, hotel]).update(ended_at=timezone.now())
    attacker.post(page, typed | {"kind": "institution", "parent": ""})
    school.refresh_from_db()
    assert (school.kind, school.parent) == (UnitKind.INSTITUTION, None)
    waiting_changes.save_unit(_with(hotel, parent=cast.units["city"]), by=cast.system_admin.person, at=timezone.now())
    row = Entrustment.objects.get(kind="unit", state="waiting")
    city = cast.units["city"]
    city.parent = Unit.objects.get(pk=hotel.pk)
    city.save()
    with pytest.raises(EntrustmentRefused, match="上级单位不能是本单位或者其下级单位"):
        confirming.confirm(row, by=cast.auditor.person, at=timezone.now())


def _with(unit: Unit, **more: object) -> Unit:
    row = Unit.objects.get(pk=unit.pk)
    for name, value in more.items():
        setattr(row, name, value)
    return row
