"""Who compiles the directory: 市、县（区）公安机关 (S25), and no station that stands under one of them."""

from __future__ import annotations

import pytest
from django.utils import timezone

from custodes.people import posts
from custodes.people.lawful import StepRefused
from custodes.people.models import Division, Person, PostKind, Unit, UnitKind
from custodes.people.models.unit import leading_police
from custodes.places.cityplans.reach import drafting_units
from custodes.sharing.models import Link, Platform
from custodes.sharing.offices import joining_offices, offices, seeing_offices
from tests.cast import SINCE
from tests.sharing import joining

pytestmark = pytest.mark.django_db


def test_a_station_registered_in_the_county_compiles_no_directory_of_its_own(cast):
    county = cast.units["county"]
    squad = Unit.objects.create(name="治安大队", kind=UnitKind.PUBLIC_SECURITY, division=county.division, parent=county)
    station = Unit.objects.create(
        name="八廓街派出所", kind=UnitKind.PUBLIC_SECURITY, division=county.division, parent=squad
    )
    person, now = Person.objects.create(name="尼玛", unit=station), timezone.now()
    posts.assign(person, station, PostKind.INSPECTOR, by=None, at=SINCE)
    for reach in (offices, seeing_offices, drafting_units):
        assert list(reach(person, now)) == []
        assert list(reach(cast.inspector.person, now)) == [county], "it stands under the city's, of another division"
    assert leading_police(Unit.objects.all()) == [
        one for one in Unit.objects.all() if one in (cast.units["city"], county)
    ]


def test_the_regions_police_keep_their_platform_and_compile_no_directory(cast):
    region = Unit.objects.create(
        name="自治区公安厅", kind=UnitKind.PUBLIC_SECURITY, division=Division.objects.get(code="540000")
    )
    person, now = Person.objects.create(name="旦增", unit=region), timezone.now()
    posts.assign(person, region, PostKind.INSPECTOR, by=None, at=SINCE)
    assert list(joining_offices(person, now)) == [region]
    assert list(offices(person, now)) == list(seeing_offices(person, now)) == []
    told = {"level": "region", "gb_id": "54000000002000000001", "name": "自治区平台", "unit_name": region.name}
    own = joining.save(Platform(office=region, role="own", **told), joining.given(person, now))
    lower = {"level": "city", "gb_id": "54010000002000000001", "name": "市级平台", "unit_name": "拉萨市公安局"}
    below = joining.save(Platform(office=region, role="lower", **lower), joining.given(person, now))
    link = joining.ask_platform(below, "逐级联网", joining.given(person, now))
    for reach in (Platform.kept_by, Platform.visible_to):
        assert {one.pk for one in reach(person, now)} == {own.pk, below.pk}
        assert not reach(cast.inspector.person, now).exists()
    assert list(Link.handled_by(person, now)) == [link]
    assert not Link.handled_by(cast.inspector.person, now).exists()


@pytest.mark.parametrize(("role", "level"), [("own", "city"), ("upper", "region"), ("lower", "county")])
def test_a_platform_of_a_level_that_does_not_fit_the_region_is_refused(cast, role, level):
    region = Unit.objects.create(
        name="自治区公安厅", kind=UnitKind.PUBLIC_SECURITY, division=Division.objects.get(code="540000")
    )
    row = Platform(office=region, role=role, level=level, gb_id="54000000002000000001", name="平台", unit_name="公安厅")
    with pytest.raises(StepRefused):
        joining.save(row, joining.given(cast.inspector.person, timezone.now()))
