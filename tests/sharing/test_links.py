"""A link's life: each step from each state, each guard, each of two persons; what S20 closes is never joined."""

from __future__ import annotations

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from custodes.people.lawful import StepRefused
from custodes.people.models import UnitKind
from custodes.places.models import System
from custodes.sharing.links import passwords
from custodes.sharing.links.guards import HANDLED_IT, LinkFacts, level_fits, put_unmet
from custodes.sharing.links.platforms import office_of
from custodes.sharing.links.standing import Heard, heard, standing_of
from custodes.sharing.models import Link, LinkState, Platform
from tests.sharing import joining
from tests.sharing.stage import (
    FIVE,
    LOWER_ID,
    NEED,
    OWN_ID,
    department,
    examined,
    in_force,
    own,
    passed_test,
    platform,
    second,
    system,
    taken,
    upper,
)

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def passes(link, by, at=None):
    now = at or timezone.now()
    return joining.enter_test(link, FIVE, timezone.localdate(now), None, taken(by, at=now))


EVENTS = {
    "examine": lambda link, by, other: joining.examine(link, None, taken(by)),
    "test": lambda link, by, other: passes(link, by),
    "put_in_force": lambda link, by, other: joining.put_in_force(link, taken(other)),
    "suspend": lambda link, by, other: joining.suspend(link, taken(by, "对方网络改造")),
    "resume": lambda link, by, other: joining.resume(link, taken(other)),
    "end": lambda link, by, other: joining.end(link, taken(by, "平台合并")),
    "refuse": lambda link, by, other: joining.refuse(link, taken(by, "材料不全")),
}
#: state → the events that may happen in it, with the state behind.
MACHINE = {
    "asked": {"examine": "examined", "refuse": "refused"},
    "examined": {"test": "tested", "refuse": "refused"},
    "tested": {"test": "tested", "put_in_force": "in_force", "refuse": "refused"},
    "in_force": {"suspend": "suspended", "end": "ended"},
    "suspended": {"test": "suspended", "end": "ended"},
    "ended": {},
    "refused": {},
}


@pytest.mark.clause("S22")
@pytest.mark.parametrize("state", MACHINE)
def test_each_event_in_each_state(cast, by, other, state):
    own(cast)
    one = upper(cast)
    for event in EVENTS:
        link = joining.ask_platform(one, NEED, taken(by))
        for each in {
            "asked": (),
            "examined": ("examine",),
            "tested": ("examine", "test"),
            "in_force": ("examine", "test", "put_in_force"),
            "suspended": ("examine", "test", "put_in_force", "suspend"),
            "ended": ("examine", "test", "put_in_force", "end"),
            "refused": ("refuse",),
        }[state]:
            EVENTS[each](link, by, other)
        link.refresh_from_db()
        assert link.state == state
        if event in MACHINE[state]:
            EVENTS[event](link, by, other)
            link.refresh_from_db()
            assert link.state == MACHINE[state][event], event
        else:
            with pytest.raises(StepRefused):
                EVENTS[event](link, by, other)
            link.refresh_from_db()
            assert link.state == state, event
        if link.state in ("asked", "examined", "tested"):
            joining.refuse(link, taken(by, "重来"))
        elif link.state in ("in_force", "suspended"):
            joining.end(link, taken(by, "重来"))
        link.refresh_from_db()
        assert link.state in ("refused", "ended")


def test_two_persons_put_it_in_force_in_the_database_too(cast, by, other):
    link = passed_test(cast)
    with pytest.raises(StepRefused) as refused:
        joining.put_in_force(link, taken(by))
    assert [one.clause for one in refused.value.unmet] == ["S33.1"]
    assert joining.put_in_force(link, taken(other)).state == LinkState.IN_FORCE
    with pytest.raises(IntegrityError), transaction.atomic():
        Link.objects.filter(pk=link.pk).update(put_by=by)


def test_a_link_that_was_suspended_is_tested_again_before_it_goes_on(cast, by, other):
    now = timezone.now()
    link = in_force(cast, other)
    joining.suspend(link, taken(by, "对方改造", at=now + datetime.timedelta(minutes=1)))
    with pytest.raises(StepRefused) as refused:
        joining.resume(link, taken(other, at=now + datetime.timedelta(minutes=2)))
    assert "暂停以后没有通过" in refused.value.unmet[0].reason_zh
    passes(link, by, now + datetime.timedelta(minutes=3))
    assert joining.resume(link, taken(other, at=now + datetime.timedelta(minutes=4))).state == LinkState.IN_FORCE


def test_a_test_has_all_five_parts_and_a_failed_one_says_why(cast, by):
    link, today = examined(cast), timezone.localdate()
    for parts in ({}, FIVE | {"more": "passed"}, FIVE | {"live": "fine"}):
        with pytest.raises(StepRefused, match="五项"):
            joining.enter_test(link, parts, today, None, taken(by))
    with pytest.raises(StepRefused, match="晚于今天"):
        joining.enter_test(link, FIVE, today + datetime.timedelta(days=1), None, taken(by))
    bad = FIVE | {"refusal": "failed"}
    with pytest.raises(StepRefused, match="写明情况"):
        joining.enter_test(link, bad, today, None, taken(by))
    passes(link, by)
    assert not joining.enter_test(link, bad, today, 900, taken(by, "未授权的点位可以打开")).passed
    link.refresh_from_db()
    assert link.state == LinkState.EXAMINED, "a later test that fails takes it back"


def test_it_is_examined_only_beside_an_own_platform(cast, by):
    link = joining.ask_platform(upper(cast), NEED, taken(by))
    with pytest.raises(StepRefused) as refused:
        joining.examine(link, None, taken(by))
    assert [one.clause for one in refused.value.unmet] == ["S21"]
    with pytest.raises(StepRefused, match="本级平台不需要"):
        joining.ask_platform(own(cast), NEED, taken(by))


def test_one_open_link_of_a_platform_and_a_need_for_it(cast, by):
    one = upper(cast)
    with pytest.raises(StepRefused, match="联网事由"):
        joining.ask_platform(one, " 。", taken(by))
    joining.ask_platform(one, NEED, taken(by))
    with pytest.raises(StepRefused, match="已有正在办理"):
        joining.ask_platform(one, NEED, taken(by))


@pytest.mark.clause("S23")
def test_a_department_asks_for_its_system_and_the_platform_of_its_level_answers(cast, stage, by, other):
    bureau = department(UnitKind.EDUCATION, "城关区教育局")
    mine = system(bureau, "考务视频系统")
    with joining.whoever():
        link = joining.ask_system(mine, "依照第二十三条接入", taken(cast.caretaker.person))
    assert (link.office, link.unit, link.clauses) == (cast.units["county"], bureau, ("S23",))
    city = system(department(UnitKind.TRANSPORT, "拉萨市交通运输局", "540100"), "公交视频系统")
    assert office_of(city) == cast.units["city"]
    assert office_of(stage.school) == cast.units["county"], "another's: the police of the place (S24)"
    firm = department(UnitKind.ENTERPRISE, "某公司", "540103")
    System.objects.filter(pk=(away := system(firm, "仓库视频系统")).pk).update(site=mine.site)
    away = System.objects.get(pk=away.pk)
    assert office_of(away) == cast.units["county"], "of the place, not of where the firm is registered (S24)"
    link_of = Link(office=cast.units["county"], system=away, unit=firm)
    assert link_of.clauses == ("S24",)
    assert Link(office=cast.units["county"], system=away, unit=cast.units["court"]).clauses == ()
    court = system(cast.units["court"], "法庭视频系统")
    assert office_of(court) is None
    with joining.whoever(), pytest.raises(StepRefused, match="没有找到"):
        joining.ask_system(court, NEED, taken(cast.caretaker.person))
    own(cast)
    joining.examine(link, None, taken(by))
    passes(link, by)
    assert joining.put_in_force(link, taken(other)).state == LinkState.IN_FORCE


@pytest.mark.clause("S20")
def test_what_is_classified_is_joined_at_no_step(cast, by, other):
    own(cast)
    bureau = department(UnitKind.EDUCATION, "城关区教育局")
    mine = system(bureau, "考务视频系统")
    with joining.whoever():
        link = joining.ask_system(mine, NEED, taken(cast.caretaker.person))
    System.objects.filter(pk=mine.pk).update(classified=True)
    with pytest.raises(StepRefused) as refused:
        joining.examine(Link.objects.get(pk=link.pk), None, taken(by))
    assert "S20" in {one.clause for one in refused.value.unmet}
    System.objects.filter(pk=mine.pk).update(classified=False)
    joining.examine(link, None, taken(by))
    passes(link, by)
    System.objects.filter(pk=mine.pk).update(classified=True)
    with pytest.raises(StepRefused) as refused:
        joining.put_in_force(link, taken(other))
    assert refused.value.unmet[0].clause == "S20"
    joining.refuse(link, taken(by, "不得接入"))
    with pytest.raises(StepRefused):
        joining.ask_system(System.objects.get(pk=mine.pk), NEED, taken(cast.caretaker.person))


def test_a_step_counts_for_what_was_seen(cast, by):
    link = examined(cast)
    stale = link.revision
    joining.set_test_day(link, timezone.localdate(), taken(by))
    step = taken(by, "x")
    for act in (joining.refuse, joining.put_in_force):
        with pytest.raises(StepRefused, match="您打开页面以后"):
            act(link, joining.given(step.by, step.at, "原因", seen=stale))


def test_each_step_says_who_when_why_and_its_clause(cast, by, other):
    link = in_force(cast, other)
    told = [(one.event, one.by, one.clauses) for one in link.steps]
    assert [one[0] for one in told] == ["ask", "examine", "pass_test", "put_in_force"]
    assert told[-1][1:] == (other, ["S22"])
    record = link.steps.last().record
    assert record.record["kind"] == "link"
    assert record.record["number"] == link.number


@pytest.mark.parametrize(
    ("gb_id", "level", "role", "word"),
    [
        ("5401", "city", "upper", "20 位"),
        ("54010000001310000001", "city", "upper", "200"),
        ("54010000002000000009", "county", "upper", "平台级别"),
        ("54010000002000000009", "city", "lower", "平台级别"),
        ("54010000002000000009", "city", "own", "平台级别"),
    ],
)
def test_a_platform_that_can_not_be_is_refused_by_field(cast, by, gb_id, level, role, word):
    with pytest.raises(StepRefused, match=word):
        platform(cast.units["county"], role, gb_id, level, by)


def test_levels():
    assert level_fits("upper", "region", "city")
    assert level_fits("lower", "county", "city")
    assert not level_fits("upper", "city", "city")
    assert not level_fits("lower", "region", "city")
    assert not level_fits("upper", "region", "county"), "region, city, county: none is left out"
    assert not level_fits("lower", "county", "region")


def test_an_id_once_one_own_platform_and_no_other_id_while_it_is_joined(cast, by, other):
    link = in_force(cast, other)
    with pytest.raises(StepRefused, match="已登记"):
        platform(cast.units["county"], "own", "54010200002000000009", "county", by)
    with pytest.raises(StepRefused, match="已登记"):
        upper(cast)
    row = Platform.objects.get(pk=link.platform_id)
    row.gb_id = "54010000002000000077"
    with pytest.raises(StepRefused, match="不能更改平台编码"):
        joining.save(row, taken(by))
    row = Platform.objects.get(pk=link.platform_id)
    row.log_key = "not a key"
    with pytest.raises(StepRefused, match="验证公钥"):
        joining.save(row, taken(by))
    row.log_key, row.name = "", "拉萨市平台"
    joining.save(row, taken(by))
    assert [one.event for one in row.steps.all()] == ["enter", "change"]
    assert row.gb_id != OWN_ID


class TestPassword:
    @pytest.fixture
    def key(self, monkeypatch, stage):
        import base64

        public = base64.b64encode(stage.seal_key.public_key().public_bytes_raw()).decode()
        monkeypatch.setattr(passwords, "gateway_key", lambda: public)
        return stage.seal_key

    def test_without_a_gateway_it_says_why_none_can_be_entered(self, cast, by):
        assert passwords.gateway_key() is None
        with pytest.raises(StepRefused, match="还没有国标网关的密钥"):
            joining.set_password(examined(cast), "secret-1", taken(by))

    def test_a_given_one_is_sealed_and_stands_nowhere_else(self, cast, by, key):
        from custodes.video.wire.seal import unseal

        link = examined(cast)
        joining.set_password(link, "Lantern-44", taken(by))
        link.refresh_from_db()
        assert unseal(key, link.sealed_password) == "Lantern-44"
        step = link.steps.get(event="secret")
        assert "Lantern-44" not in str(step.record.record) + step.words
        assert link.sealed_password not in str(step.record.record)
        assert not passwords.outdated(link, link.sealed_to)
        assert passwords.outdated(link, "another")

    def test_a_platform_below_has_that_of_its_device(self, cast, key):
        own(cast)
        by = cast.system_admin.person
        row = joining.ask_platform(_lower(cast), NEED, taken(by))
        with pytest.raises(StepRefused, match="上级平台"):
            joining.set_password(row, "Lantern-44", taken(by))

    def test_it_goes_with_the_link(self, cast, by, other, key):
        link = passed_test(cast)
        joining.set_password(link, "Lantern-44", taken(other))
        passes(link, by)
        with pytest.raises(StepRefused):
            joining.put_in_force(link, taken(other))
        third = second(cast, "third").person
        joining.put_in_force(link, taken(third))
        assert joining.end(link, taken(by, "平台合并")).sealed_password == ""
        with pytest.raises(StepRefused, match="已终止"):
            joining.set_password(link, "Lantern-45", taken(by))


def _lower(cast):
    return platform(cast.units["city"], "lower", LOWER_ID, "county", cast.system_admin.person)


def test_what_was_not_measured_is_not_there(cast, by, other):
    link, now = passed_test(cast), timezone.now()
    heard(Heard(link.pk, True, now, 40), now)
    assert standing_of(link) is None, "it is not in force: nobody can have heard it"
    link = joining.put_in_force(link, taken(other))
    assert standing_of(link) is None
    heard(Heard(link.pk, False, now, None, "注册被拒绝", now), now)
    heard(Heard(link.pk, True, now, 40), now)
    told = standing_of(link)
    assert (told.up, told.latency_ms, told.fault) == (True, 40, "注册被拒绝"), "the last fault stays"


def test_guards_are_pure():
    now = timezone.now()
    assert put_unmet(LinkFacts(True, True, passed_at=now)) == ()
    told = put_unmet(LinkFacts(False, False, True, "", None, now))
    assert [one.clause for one in (*told, HANDLED_IT)] == ["S20", "S21", "S21", "S33.1"]
    assert [one.clause for one in put_unmet(LinkFacts(False, True, clause="S24"))] == ["S24"], "the link's own"
