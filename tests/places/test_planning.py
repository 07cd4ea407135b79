"""Interruptions, windows and recording hours: who may ask, who may approve, what the law lets, and what a node is told."""

from __future__ import annotations

import datetime

import pytest
from django.db import IntegrityError, transaction

from custodes.people.models import RecordOutbox
from custodes.places import deciding
from custodes.places.assignment import build_assignment
from custodes.places.deciding import RequestRefused
from custodes.places.models import Decision, Plan, SiteCategory, SystemRole, SystemRoleKind
from custodes.places.planned import week_of
from custodes.places.planning import RULES, in_force, may_decide, tell_calendar
from tests.places.plans import HOUR, approve, approved, end, hours, make, refuse

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
#: 23:30 UTC on the second is 07:30 on the third here: windows cross the UTC midnight and no local one.
AT = datetime.datetime(2026, 3, 2, 23, 30, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr("custodes.places.assignment.timezone.now", lambda: AT)


def person(stage, name):
    return stage.cast.members[name].person


def told(stage, camera=None):
    wanted = (camera or stage.gate).pk
    [found] = [one for one in build_assignment(stage.node).cameras if one.id == wanted]
    return found


def special(stage, row, at):
    return {one.day: one.as_day for one in week_of(row, at).special}


def us(moment):
    return round(moment.timestamp() * 1_000_000)


def test_a_plan_is_told_to_the_node_only_when_another_person_has_approved_it(stage):
    plan = make(stage, at=AT)
    before = build_assignment(stage.node).generation
    assert told(stage).planned == ()
    approve(plan, person(stage, "lead"), AT)
    assert build_assignment(stage.node).generation > before
    [stop] = told(stage).planned
    assert (stop.id, stop.from_us, stop.until_us, stop.dark) == (plan.pk, us(AT + HOUR), us(AT + 2 * HOUR), False)
    assert told(stage, stage.yard).planned == ()


def test_every_step_is_in_the_log(stage):
    plan = approved(stage, at=AT)
    end(plan, person(stage, "caretaker"), AT + 90 * HOUR / 60, "提前送电")
    changes = [row.record["changes"] for row in RecordOutbox.objects.all() if row.record.get("object") == "places.plan"]
    assert changes[0]["cause"] == [None, "power"]
    assert changes[0]["cameras"] == [None, [str(stage.gate.pk)]]
    assert [each["state"] for each in changes[1:]] == [["waiting", "approved"], ["approved", "ended"]]
    assert changes[2]["ended_words"] == [None, "提前送电"]


def test_who_asked_does_not_approve_and_the_database_knows_it_too(stage):
    plan = make(stage, at=AT, by="lead")
    with pytest.raises(RequestRefused, match="申请人"):
        approve(plan, person(stage, "lead"), AT)
    assert not may_decide(plan, person(stage, "lead"), AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(decided_by=person(stage, "lead"))
    assert approve(plan, person(stage, "approver"), AT).state == Decision.APPROVED


@pytest.mark.parametrize("member", ["operator", "caretaker", "outside_caretaker", "inspector", "auditor", "outsider"])
def test_who_has_not_the_post_approves_nothing(stage, member):
    plan = make(stage, at=AT, by="lead")
    with pytest.raises(RequestRefused):
        approve(plan, person(stage, member), AT)
    assert told(stage).planned == ()


def test_nobody_asks_for_cameras_of_others_nor_approves_a_plan_that_holds_one(stage):
    with pytest.raises(RequestRefused, match="不由您单位"):
        make(stage, stage.gate, stage.lobby, at=AT)
    plan = make(stage, stage.gate, stage.lobby, at=AT, by="system_admin")
    with pytest.raises(RequestRefused, match="其他单位"):
        approve(plan, person(stage, "lead"), AT)


def test_a_contractor_asks_and_does_not_approve(stage):
    SystemRole.objects.create(
        system=stage.school, unit=stage.cast.units["b"], role=SystemRoleKind.MAINTAINER, since=AT.date()
    )
    plan = make(stage, at=AT, by="outside_caretaker")
    assert not may_decide(plan, person(stage, "outside_caretaker"), AT)
    assert approve(plan, person(stage, "lead"), AT).state == Decision.APPROVED


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"length": -HOUR}, "晚于"),
        ({"after": -3 * HOUR}, "晚于"),
        ({"length": 73 * HOUR}, "72"),
        ({"kind": "window", "cause": "vote"}, "停止采集"),
    ],
)
def test_what_makes_no_plan_is_refused_with_the_reason(stage, bad, words):
    with pytest.raises(RequestRefused, match=words):
        make(stage, at=AT, **bad)
    assert not Plan.objects.exists()


def test_nothing_is_planned_afterwards(stage):
    """Approved half an hour into its time: the first half hour is not excused."""
    plan = make(stage, at=AT, after=datetime.timedelta(0))
    approve(plan, person(stage, "lead"), AT + HOUR / 2)
    [stop] = told(stage).planned
    assert (stop.from_us, stop.until_us) == (us(AT + HOUR / 2), us(AT + HOUR))
    late = make(stage, at=AT, after=datetime.timedelta(0))
    with pytest.raises(RequestRefused, match="已经过去"):
        approve(late, person(stage, "lead"), AT + 2 * HOUR)


def test_one_that_is_ended_early_ends_then_and_one_that_is_called_off_before_never_was(stage):
    plan = approved(stage, at=AT)
    end(plan, person(stage, "lead"), AT + HOUR * 1.5)
    [stop] = told(stage).planned
    assert stop.until_us == us(AT + HOUR * 1.5)
    other = approved(stage, at=AT)
    other = end(other, person(stage, "caretaker"), AT)
    assert other.state == Decision.WITHDRAWN
    assert [one.id for one in told(stage).planned] == [plan.pk]
    assert not deciding.may_end(other, RULES, person(stage, "lead"), AT)
    with pytest.raises(RequestRefused, match="已经办结"):
        end(other, person(stage, "caretaker"), AT)


def test_somebody_else_ends_nothing(stage):
    plan = approved(stage, at=AT)
    for member in ("operator", "outsider", "inspector"):
        with pytest.raises(RequestRefused):
            end(plan, person(stage, member), AT)
    assert list(in_force(AT + HOUR * 1.5)) == [plan]


def test_a_refusal_has_words_and_stands(stage):
    plan = make(stage, at=AT)
    with pytest.raises(RequestRefused, match="理由"):
        refuse(plan, person(stage, "lead"), AT, "")
    refuse(plan, person(stage, "lead"), AT, "开学当天不能停")
    with pytest.raises(RequestRefused, match="已经办理"):
        approve(plan, person(stage, "approver"), AT)


def test_a_vote_is_dark_and_a_maintenance_window_is_no_interruption(stage):
    approved(stage, at=AT, cause="vote")
    assert told(stage).planned[0].dark
    approved(stage, stage.yard, at=AT, kind="window", cause="maintenance")
    assert told(stage, stage.yard).planned == ()


def test_a_node_is_told_of_what_is_over_for_a_week(stage, monkeypatch):
    approved(stage, at=AT)
    for days, known in ((6, 1), (8, 0)):
        monkeypatch.setattr(
            "custodes.places.assignment.timezone.now", lambda days=days: AT + datetime.timedelta(days=days)
        )
        assert len(told(stage).planned) == known


def test_a_window_over_the_utc_midnight_is_one_window(stage):
    plan = approved(stage, at=AT, after=datetime.timedelta(0), length=HOUR)
    midnight = datetime.datetime(2026, 3, 3, tzinfo=datetime.UTC)
    for moment, running in ((AT, True), (midnight, True), (AT + HOUR, False)):
        assert plan.running(moment) is running
        assert list(in_force(moment)) == ([plan] if running else [])


class TestRecordingHours:
    def test_by_a_courts_order_they_reach_the_node_once_approved(self, stage):
        row = hours(stage, AT)
        assert told(stage).week is None
        approve(row, person(stage, "lead"), AT)
        week = told(stage).week
        assert (week.id, week.zone) == (row.pk, "Asia/Shanghai")
        assert (week.hours[0].begin, week.hours[0].end) == (1320, 360)

    @pytest.mark.parametrize(
        ("facts", "clause"),
        [
            ({"basis": "free_place", "place": "n7_1"}, "N7.1"),
            ({"basis": "free_place", "place": "n7_2"}, "N7.2"),
            ({"basis": "free_place", "place": "other_public"}, "S9(9)"),
            ({"basis": "free_place", "place": "not_public"}, "S9(9)"),
            ({"basis": "order", "order_number": ""}, "S34(6)"),
        ],
    )
    def test_where_the_law_wants_recording_without_a_break_they_are_refused_with_the_clause(self, stage, facts, clause):
        with pytest.raises(RequestRefused) as refused:
            hours(stage, AT, **facts)
        assert clause in refused.value.clauses

    def test_a_place_that_neither_list_names_decides_itself(self, stage):
        site = stage.school.site
        site.category = SiteCategory.OTHER
        site.save()
        row = hours(stage, AT, basis="free_place", place="other_public", order_number="")
        assert approve(row, person(stage, "lead"), AT).state == Decision.APPROVED

    def test_the_law_is_asked_again_when_they_are_approved(self, stage):
        site = stage.school.site
        site.category = SiteCategory.OTHER
        site.save()
        row = hours(stage, AT, basis="free_place", place="other_public", order_number="")
        site.category = SiteCategory.EDUCATION_HEALTH
        site.save()
        with pytest.raises(RequestRefused):
            approve(row, person(stage, "lead"), AT)

    def test_new_ones_take_the_place_of_the_old(self, stage):
        first = approve(hours(stage, AT), person(stage, "lead"), AT)
        second = approve(hours(stage, AT), person(stage, "lead"), AT + HOUR)
        first.refresh_from_db()
        assert first.state == Decision.ENDED
        assert told(stage).week.id == second.pk

    def test_the_order_says_whether_holidays_count(self, stage):
        """Losar of 2026 falls on working days (24 to 26 February); 28 February is a Saturday that is worked."""
        at = datetime.datetime(2026, 2, 20, 4, tzinfo=datetime.UTC)
        assert special(stage, approve(hours(stage, at), person(stage, "lead"), at), at) == {}
        by_law = approve(hours(stage, at, calendar="law"), person(stage, "lead"), at)
        days = special(stage, by_law, at)
        assert {days[datetime.date(2026, 2, day)] for day in (24, 25, 26)} == {7}
        assert days[datetime.date(2026, 2, 28)] == 1
        assert datetime.date(2026, 2, 27) not in days
        assert datetime.date(2026, 3, 1) not in days, "a Sunday is one already"
        assert days[datetime.date(2026, 10, 3)] == 7, "a holiday that falls on a Saturday"
        assert days[datetime.date(2027, 1, 1)] == 7, "statutory, before any notice"

    def test_at_each_start_the_nodes_get_the_calendar_anew_where_somebody_goes_by_it(self, stage):
        approve(hours(stage, AT), person(stage, "lead"), AT)
        before = build_assignment(stage.node).generation
        tell_calendar()
        assert build_assignment(stage.node).generation == before
        approve(hours(stage, AT, calendar="law"), person(stage, "lead"), AT)
        between = build_assignment(stage.node).generation
        tell_calendar()
        assert build_assignment(stage.node).generation == between + 1

    def test_ended_they_are_over(self, stage):
        row = approve(hours(stage, AT), person(stage, "lead"), AT)
        assert end(row, person(stage, "lead"), AT + HOUR).state == Decision.ENDED
        assert told(stage).week is None
