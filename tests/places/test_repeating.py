"""Plans that repeat: when they fall, that each is asked for, decided and recorded by itself, and what is refused."""

from __future__ import annotations

import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from custodes.people.models import RecordOutbox
from custodes.places import deciding, planning
from custodes.places.assignment import build_assignment
from custodes.places.deciding import RequestRefused
from custodes.places.models import Decision, Plan, PlanCause, PlanKind, Repeat
from custodes.places.planning import MOST, ask_all, ask_change, may_change, occurrences, spread
from custodes.upkeep.plans import first_of_each
from tests.places.plans import HOUR, LONGEST, approve, end

pytestmark = pytest.mark.postgresql

LHASA = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime.datetime(2026, 1, 30, 8, tzinfo=LHASA)


def days(repeat, until, begins=AT + HOUR, zone=LHASA):
    spans = occurrences(begins, begins + HOUR, repeat, until, zone)
    return [f"{begin.astimezone(zone):%m-%d %H:%M}" for begin, _ in spans]


def test_weekly_ones_keep_day_and_hour_up_to_the_last_day():
    found = days(Repeat.WEEKLY, datetime.date(2026, 2, 20))
    assert found == ["01-30 09:00", "02-06 09:00", "02-13 09:00", "02-20 09:00"]


def test_monthly_ones_keep_the_days_number_or_have_the_months_last():
    found = days(Repeat.MONTHLY, datetime.date(2026, 4, 30))
    assert found == ["01-30 09:00", "02-28 09:00", "03-30 09:00", "04-30 09:00"]


def test_where_clocks_are_put_forward_the_hour_on_the_wall_stays():
    begins = datetime.datetime(2026, 3, 22, 9, tzinfo=BERLIN)
    assert days(Repeat.WEEKLY, datetime.date(2026, 3, 29), begins, BERLIN) == ["03-22 09:00", "03-29 09:00"]


@given(st.sampled_from([Repeat.WEEKLY, Repeat.MONTHLY]), st.integers(0, 800), st.integers(0, 60_000))
def test_they_are_in_order_never_too_many_and_none_begins_behind_the_last_day(repeat, ahead, hours):
    begins = (AT + hours * HOUR).astimezone(LHASA)
    until = begins.date() + datetime.timedelta(days=ahead)
    found = occurrences(begins, begins + HOUR, repeat, until, LHASA)
    assert 1 <= len(found) <= MOST + 1
    assert all(one < two for one, two in pairwise(found))
    assert all(begin.date() <= until for begin, _ in found)


def plan(**more):
    made = {
        "kind": PlanKind.WINDOW,
        "cause": PlanCause.MAINTENANCE,
        "words": "每周清洁护罩",
        "begins": AT + HOUR,
        "ends": AT + 2 * HOUR,
        "silences": ["camera.down"],
    }
    return Plan(**{**made, **more})


def ask(stage, repeat=Repeat.WEEKLY, until=datetime.date(2026, 2, 20), by="caretaker", **more):
    person = stage.cast.members[by].person
    return ask_all(spread(plan(**more), repeat, until, LHASA), [stage.gate], person, AT, LONGEST)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"until": None}, "重复到哪一天"),
        ({"until": datetime.date(2026, 1, 30)}, "重复到哪一天"),
        ({"until": datetime.date(2027, 3, 1)}, "不超过一年"),
        ({"until": datetime.date(2026, 2, 1)}, "只有一次"),
        ({"cause": PlanCause.VOTE, "kind": PlanKind.INTERRUPTION}, "逐次申请"),
        ({"ends": AT + 200 * HOUR}, "重叠"),
    ],
)
def test_what_can_not_repeat_is_refused_with_the_reason(bad, words):
    until = bad.pop("until", datetime.date(2026, 2, 20))
    with pytest.raises(RequestRefused, match=words):
        spread(plan(**bad), Repeat.WEEKLY, until, LHASA)


@pytest.mark.django_db
def test_each_occurrence_is_a_row_and_a_record_of_its_own(stage):
    ask(stage)
    rows = list(Plan.objects.order_by("begins"))
    assert [f"{row.begins.astimezone(LHASA):%m-%d}" for row in rows] == ["01-30", "02-06", "02-13", "02-20"]
    assert len({row.series for row in rows}) == 1
    records = [row.record for row in RecordOutbox.objects.all() if row.record.get("object") == "places.plan"]
    assert {record["object_id"] for record in records} == {str(row.pk) for row in rows}
    assert {record["changes"]["repeat"][1] for record in records} == {"weekly"}


@pytest.mark.django_db
def test_where_one_of_them_can_not_be_asked_for_none_is(stage):
    with pytest.raises(RequestRefused):
        ask(stage, ends=AT + 80 * HOUR)
    with pytest.raises(RequestRefused):
        ask(stage, by="outside_caretaker")
    assert not Plan.objects.exists()


@pytest.mark.django_db
def test_one_that_is_approved_or_ended_leaves_the_others(stage, monkeypatch):
    monkeypatch.setattr("custodes.places.assignment.timezone.now", lambda: AT)
    first = ask(stage, kind=PlanKind.INTERRUPTION)
    for row in [first, *first.decided_with(AT)][:3]:
        approve(row, stage.cast.lead.person, AT)
    second = Plan.objects.order_by("begins")[1]
    end(second, stage.cast.caretaker.person, AT + HOUR / 2)
    states = list(Plan.objects.order_by("begins").values_list("state", flat=True))
    assert states == [Decision.APPROVED, Decision.WITHDRAWN, Decision.APPROVED, Decision.WAITING]
    [gate] = [one for one in build_assignment(stage.node).cameras if one.id == stage.gate.pk]
    assert [stop.id for stop in gate.planned] == [first.pk, Plan.objects.order_by("begins")[2].pk]
    assert list(second.ended_with(AT)) == list(Plan.objects.order_by("begins")[2:])


@pytest.mark.django_db
def test_a_series_costs_the_assignment_no_question_more_than_one_plan(stage, monkeypatch):
    monkeypatch.setattr("custodes.places.assignment.timezone.now", lambda: AT)
    first = ask(stage, kind=PlanKind.INTERRUPTION)
    approve(first, stage.cast.lead.person, AT)
    with CaptureQueriesContext(connection) as one:
        build_assignment(stage.node)
    for row in first.decided_with(AT):
        approve(row, stage.cast.lead.person, AT)
    with CaptureQueriesContext(connection) as whole:
        assignment = build_assignment(stage.node)
    assert max(len(camera.planned) for camera in assignment.cameras) == 4
    assert len(whole) == len(one)


def test_in_a_list_a_series_stands_where_its_first_occurrence_does():
    [first, later], other = spread(plan(), Repeat.WEEKLY, datetime.date(2026, 2, 6), LHASA), plan(begins=AT + 3 * HOUR)
    assert first_of_each([first, other, later]) == [first, other]


def change(stage, number=2, by="caretaker", repeat=Repeat.WEEKLY, until=datetime.date(2026, 3, 6), **more):
    """Asked for from an occurrence on: an hour later."""
    first = Plan.objects.filter(replaces=None).order_by("begins")[number]
    hours = {"begins": first.begins + HOUR, "ends": first.ends + HOUR}
    rows = spread(plan(**{**hours, **more}), repeat, until, LHASA)
    return ask_change(first, rows, [stage.gate], stage.cast.members[by].person, AT, LONGEST)


def weekly_approved(stage):
    """Four weeks that hold."""
    for one in ask(stage).occurrences():
        approve(one, stage.cast.lead.person, AT)


def states(**of):
    return [
        f"{one.begins.astimezone(LHASA):%m-%d %H} {one.state}" for one in Plan.objects.filter(**of).order_by("begins")
    ]


def test_a_change_from_an_occurrence_on_ends_the_series_there_when_it_is_approved_and_not_before(stage):
    weekly_approved(stage)
    before = states()
    changed = change(stage)
    assert states(replaces=None) == before, "nothing of it changes before a second person has agreed"
    with transaction.atomic():
        for one in [changed, *changed.decided_with(AT)]:
            approve(one, stage.cast.lead.person, AT)
    assert states(replaces=None) == [
        "01-30 09 approved",
        "02-06 09 approved",
        "02-13 09 withdrawn",
        "02-20 09 withdrawn",
    ]
    assert states(replaces__isnull=False) == [
        "02-13 10 approved", "02-20 10 approved", "02-27 10 approved", "03-06 10 approved",
    ]  # fmt: skip
    said = [row.record["changes"] for row in RecordOutbox.objects.filter(type="config.changed")]
    assert [one["ended_words"] for one in said if "ended_words" in one] == [[None, "由修改后的计划代替"]] * 2
    assert sum("replaces" in one for one in said) == 4


def test_a_change_that_is_refused_leaves_everything_as_it_was(stage):
    weekly_approved(stage)
    before = states()
    for one in (changed := change(stage), *changed.decided_with(AT)):
        deciding.refuse(one, planning.RULES, stage.cast.lead.person, AT, "不必")
    assert states(replaces=None) == before


def test_who_asked_for_the_change_does_not_approve_it(stage):
    weekly_approved(stage)
    with pytest.raises(RequestRefused, match="申请人不能批准"):
        approve(change(stage, by="lead"), stage.cast.lead.person, AT)
    assert states(replaces=None)[-1] == "02-20 09 approved"


def test_one_change_waits_at_a_time_and_one_whose_series_is_gone_begins_nothing(stage):
    weekly_approved(stage)
    changed = change(stage)
    with pytest.raises(RequestRefused, match="正在等待批准"):
        change(stage, number=3)
    for one in Plan.objects.filter(replaces=None):
        end(one, stage.cast.lead.person, AT)
    with pytest.raises(RequestRefused, match="已经结束或者撤回"):
        approve(changed, stage.cast.lead.person, AT)
    assert states(state=Decision.APPROVED) == []


def test_what_has_begun_or_does_not_repeat_or_is_another_units_is_not_changed(stage):
    weekly_approved(stage)
    first = Plan.objects.order_by("begins").first()
    assert not may_change(first, stage.cast.caretaker.person, first.begins)
    assert may_change(first, stage.cast.caretaker.person, AT)
    assert not may_change(first, stage.cast.outside_caretaker.person, AT)
    with pytest.raises(RequestRefused, match="只能修改本单位"):
        change(stage, by="outside_caretaker")
    Plan.objects.update(series=None)
    assert not may_change(Plan.objects.order_by("begins").first(), stage.cast.caretaker.person, AT)


def test_a_change_to_a_single_time_is_one(stage):
    weekly_approved(stage)
    approve(change(stage, repeat=Repeat.ONCE, until=None), stage.cast.lead.person, AT)
    assert states(state=Decision.APPROVED) == ["01-30 09 approved", "02-06 09 approved", "02-13 10 approved"]
