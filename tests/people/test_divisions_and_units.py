"""The two trees, and who sees which part of them."""

from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import ValidationError

from custodes.people.models import NAMED_DEPARTMENTS, Division, Person, Unit
from custodes.people.scope import persons_in, scope_of, units_in
from tests.cast import Cast

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
@pytest.mark.clause("S5.2", "S6.1")
def test_each_sees_the_units_of_their_scope(cast: Cast, member: str, sees: set[str]) -> None:
    scope = scope_of(cast.members[member].person, AT)
    assert set(units_in(scope)) == {cast.units[key] for key in sees}


def test_an_officer_of_the_police_does_not_see_the_whole_division(cast: Cast) -> None:
    from custodes.people import posts

    person = Person.objects.create(name="侦查员", unit=cast.units["city"])
    posts.assign(person, cast.units["city"], "agency_officer", by=cast.security_admin.person, at=AT)
    assert set(units_in(scope_of(person, AT))) == {cast.units["city"], cast.units["county"]}


def test_a_person_is_seen_where_they_hold_a_post(cast: Cast) -> None:
    from custodes.people import posts

    guest = cast.outsider.person
    posts.assign(guest, cast.units["a"], "caretaker", by=cast.security_admin.person, at=AT)
    assert guest in persons_in(scope_of(cast.operator.person, AT))
