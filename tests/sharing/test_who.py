"""Who has to connect (S23): the ten departments for the office, the own systems for a unit."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.people.models import Unit, UnitKind
from custodes.places.models import System
from custodes.sharing.directory.standing import standing
from tests.sharing import joining, versions
from tests.sharing.stage import CITY, FIVE, department, own, published, second, system, taken

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def bureau(cast):
    unit = department(UnitKind.EDUCATION, "城关区教育局")
    Unit.objects.filter(pk=cast.units["a"].pk).update(parent=unit, path=f"{unit.path}{cast.units['a'].pk}/")
    system(unit, "教育局考务视频系统")
    return unit


@pytest.mark.clause("S23")
def test_the_ten_departments_with_what_is_listed_left_out_and_missing(cast, stage, bureau):
    now, by, other = timezone.now(), cast.inspector.person, second(cast).person
    published(cast, other, at=now - 40 * DAY)
    row = versions.begin(cast.units["county"], taken(by, at=now - 5 * DAY))
    entry = row.entries.get(system=stage.school)
    versions.decide(row, entry.pk, listed=False, name=entry.name, reason="正在改造", taken=taken(by, at=now - 5 * DAY))
    versions.submit(row, taken(by, at=now - 5 * DAY))
    versions.publish(row, taken(other, at=now - 4 * DAY))
    new = system(department(UnitKind.HOUSING, "城关区住建局"), "工地视频系统")
    rows = standing(cast.units["county"], timezone.localdate(now))
    assert len(rows) == 10
    assert (rows[0].department.key, rows[0].missing, rows[0].days) == ("housing", (new,), None)
    assert (rows[1].department.key, rows[1].days) == ("education", 40), (
        "since it was first listed, in whichever version"
    )
    assert rows[1].left_out == ((stage.school, "正在改造"),)
    assert {one.managed for one in rows[2:]} == {0}


@pytest.mark.clause("S23")
def test_who_has_asked_who_is_linked_and_who_is_late(cast, stage, bureau):
    now, other = timezone.now(), second(cast).person
    exam = System.objects.get(name="教育局考务视频系统")
    published(cast, other, at=now - 120 * DAY)
    first = standing(cast.units["county"], timezone.localdate(now))[0]
    assert set(first.late) == {exam, stage.school}
    assert first.asked == first.linked == ()
    with joining.whoever():
        link = joining.ask_system(exam, "依照第二十三条接入", taken(cast.caretaker.person))
    first = standing(cast.units["county"], timezone.localdate(now))[0]
    assert (first.asked, set(first.late)) == ((exam,), {exam, stage.school}), "to have asked is not to be joined"
    own(cast)
    joining.examine(link, None, taken(cast.inspector.person))
    joining.enter_test(link, FIVE, timezone.localdate(now), None, taken(cast.inspector.person))
    joining.put_in_force(link, taken(other))
    first = standing(cast.units["county"], timezone.localdate(now))[0]
    assert (first.linked, first.asked, first.late) == ((exam,), (), (stage.school,))
    assert standing(cast.units["county"], timezone.localdate(now) - 60 * DAY)[0].late == (), "not that long yet"


def test_a_unit_sees_its_own_and_no_other(cast, stage, bureau, client_of):
    published(cast, second(cast).person)
    page = client_of("caretaker").get(reverse("sharing:who")).content.decode()
    assert stage.school.name in page
    assert "教育局考务视频系统" not in page
    assert "列入目录超过 90 天未接入" in client_of("inspector").get(reverse("sharing:who")).content.decode()
    assert "没有列入目录的系统" in client_of("outside_caretaker").get(reverse("sharing:who")).content.decode()
    assert client_of("officer").get(reverse("sharing:who")).status_code == 403


def test_each_office_sees_its_own_level(cast, bureau, client_of):
    system(department(UnitKind.TRANSPORT, "拉萨市交通运输局", CITY), "公交视频系统")
    county = client_of("inspector").get(reverse("sharing:who")).content.decode()
    city = client_of("system_admin").get(reverse("sharing:who")).content.decode()
    assert ("教育局考务视频系统" in county, "公交视频系统" in county) == (True, False)
    assert ("教育局考务视频系统" in city, "公交视频系统" in city) == (False, True)
    assert "显示在设备页面" in county, "where it is measured is told, not what"
