"""Where a post may be held: the table, at each place where posts are given, and what stands already."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.demo import story
from custodes.demo.levels import story as levels
from custodes.demo.logins import FORMER, PEOPLE
from custodes.people import posts
from custodes.people.models import Division, Person, Post, PostKind, Unit, UnitKind
from custodes.people.models.unit import DivisionKind
from custodes.people.permissions import Permission
from custodes.people.posts import POST_UNITS, may_be_held
from custodes.people.scope import scope_for
from custodes.people.viewer import Viewer
from custodes.upkeep.alarms.conditions import people
from custodes.upkeep.alarms.evaluating import SourceWatch
from custodes.upkeep.alarms.visible import visible_alarms
from custodes.upkeep.alarms.words import title, where_to_look
from custodes.upkeep.models import Alarm, AlarmState
from tests.cast import SINCE, Cast

POLICE_ALONE = (PostKind.CLERK, PostKind.INSPECTOR)
ASKS_NOBODY = (UnitKind.ENTERPRISE, UnitKind.INSTITUTION, UnitKind.SOCIAL, UnitKind.SECTOR_POWER, UnitKind.OTHER)


def _bureau() -> tuple[Unit, Person]:
    division = Division.objects.get(code="540102")
    unit = Unit.objects.create(name="城关区教育局", kind=UnitKind.EDUCATION, division=division)
    return unit, Person.objects.create(name="普布", unit=unit)


def test_the_table_names_every_post_and_binds_what_the_law_gives_to_some_alone():
    assert set(POST_UNITS) == set(PostKind)
    for kind in UnitKind:
        for level in DivisionKind:
            police = kind == UnitKind.PUBLIC_SECURITY
            assert may_be_held(PostKind.INSPECTOR, kind, level) is police
            assert may_be_held(PostKind.CLERK, kind, level) is (police and level != DivisionKind.REGION)
            assert may_be_held(PostKind.AGENCY_OFFICER, kind, level) or kind not in (UnitKind.JUDICIAL, UnitKind.MARKET)
            assert may_be_held(PostKind.CARETAKER, kind, level)
    assert not any(may_be_held(PostKind.AGENCY_OFFICER, kind, DivisionKind.COUNTY) for kind in ASKS_NOBODY)
    assert not may_be_held("superuser", UnitKind.PUBLIC_SECURITY, DivisionKind.CITY)


def test_the_stories_people_hold_their_posts_where_they_may():
    units = {told.key: told for told in story.UNITS}
    levels_of = {"540000": DivisionKind.REGION, "540100": DivisionKind.CITY}
    for told in (*PEOPLE, FORMER):
        unit = units[told.unit]
        assert may_be_held(told.kind, unit.kind, levels_of.get(unit.division, DivisionKind.COUNTY)), told.username
    assert all(
        may_be_held(kind, UnitKind.PUBLIC_SECURITY, level) for _, kind in levels.PEOPLE for level in DivisionKind
    )


@pytest.mark.django_db
@pytest.mark.parametrize("kind", POLICE_ALONE)
def test_a_clerk_of_the_bureau_of_education_is_made_no_inspector_of_the_police(cast: Cast, kind: str):
    """The attack: the city's security administrator gave the post, and its holder saw every camera of the county's police."""
    unit, person = _bureau()
    browser = Client()
    browser.force_login(cast.security_admin.account)
    form = {"kind": kind, "unit": unit.pk, "note": ""}
    answer = browser.post(reverse("people:post_assign", args=[person.uuid]), form)
    assert answer.status_code == 200
    words = "".join(answer.context["form"].errors["kind"])
    assert "只设在公安机关" in words
    assert "城关区教育局" in words
    assert POST_UNITS[PostKind(kind)].clause in words
    with pytest.raises(posts.PostRefused, match="只设在公安机关"):
        posts.assign(person, unit, kind, by=None, at=timezone.now())
    assert not Post.objects.filter(person=person).exists()


@pytest.mark.django_db
def test_the_regions_police_take_no_filings_and_a_firm_asks_for_no_footage(cast: Cast):
    region = Division.objects.get(code="540000")
    unit = Unit.objects.create(name="自治区公安厅", kind=UnitKind.PUBLIC_SECURITY, division=region)
    person = Person.objects.create(name="旦增", unit=unit)
    for refused, where, why in (
        (PostKind.CLERK, unit, "市、县（区）公安机关受理"),
        (PostKind.AGENCY_OFFICER, cast.units["b"], "侦查、检察、审判机关"),
    ):
        with pytest.raises(posts.PostRefused, match=why):
            posts.assign(person, where, refused, by=None, at=timezone.now())


@pytest.mark.django_db
def test_a_post_that_stands_already_sees_its_own_unit_alone_and_is_told_until_it_ends(cast: Cast):
    unit, person = _bureau()
    now = timezone.now()
    post = Post.objects.create(person=person, unit=unit, kind=PostKind.INSPECTOR, valid_from=SINCE)
    scope = scope_for(person, Permission.VIEW_PLACES, now)
    assert not scope.division_paths
    assert scope.unit_paths == {unit.path}
    watch = SourceWatch([people.SOURCE])
    watch.round(now)
    [alarm] = Alarm.objects.filter(state=AlarmState.OPEN)
    assert (alarm.kind, title(alarm)) == ("post.misplaced", "岗位与单位类别不符：普布 · 监督检查员 · 城关区教育局")
    assert where_to_look(alarm, Viewer(cast.auditor.account, now)) == ("打开岗位", reverse("people:post_list"))
    told = {name for name, one in cast.members.items() if visible_alarms(one.person, now).filter(pk=alarm.pk)}
    assert "auditor" in told
    assert not told & {"operator", "caretaker", "security_admin", "outsider"}
    posts.end(post, by=cast.security_admin.person, at=now)
    for minutes in (2, 5):
        watch.round(now + datetime.timedelta(minutes=minutes))
    assert not Alarm.objects.filter(state=AlarmState.OPEN).exists()
