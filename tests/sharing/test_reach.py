"""Who compiles the directory: 市、县（区）公安机关 (S25), and no station that stands under one of them."""

from __future__ import annotations

import pytest
from django.utils import timezone

from custodes.people import posts
from custodes.people.leading import leading_police
from custodes.people.models import Person, PostKind, Unit, UnitKind
from custodes.places.cityplans.reach import drafting_units
from custodes.sharing.reach import offices, seeing_offices
from tests.cast import SINCE

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
