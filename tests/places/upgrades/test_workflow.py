"""Upgrade orders from the notice to the recheck; late is taken and shown; two people at one order."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from custodes.cases.clocks import recount
from custodes.law.calendar.days import WorkCalendar
from custodes.law.duties.finding import DutyStatus, LegalTerms
from custodes.people.models import RecordOutbox
from custodes.people.permissions import Permission
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import System, SystemState, UpgradeOrder, UpgradePaperSort, UpgradeState
from custodes.places.models.cases import OPEN_UPGRADES, WITH_UNIT
from custodes.places.upgrades.case import UPGRADE, due_of, finding_of, late
from tests.places.changes.cases import days, taken
from tests.places.stage import Stage
from tests.places.upgrades.orders import issue, notice, ordered, rechecked, reported, step, with_paper

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

_U = UpgradeState
#: Event → states from which it leads on, and where to.
MACHINE = {
    "plan": ({_U.ORDERED, _U.FAILED, _U.REFERRED}, _U.PLANNED),
    "report": (set(WITH_UNIT), _U.REPORTED),
    "pass_recheck": (set(OPEN_UPGRADES), _U.PASSED),
    "fail_recheck": (set(OPEN_UPGRADES), _U.FAILED),
    "refer": (set(OPEN_UPGRADES) - {_U.REFERRED}, _U.REFERRED),
    "revoke": (set(OPEN_UPGRADES), _U.REVOKED),
}


@pytest.mark.parametrize("state", list(_U))
def test_from_each_state_its_own_events_lead_on_and_no_other(stage: Stage, state: UpgradeState) -> None:
    offered = {name: event for event in UPGRADE.open_events(state) for name in event.names}
    assert set(offered) == {event for event, (sources, _target) in MACHINE.items() if state in sources}
    for name, event in offered.items():
        assert event.outcomes.get(name, event.target) == MACHINE[name][1]
    order = ordered(stage)
    UpgradeOrder.objects.filter(pk=order.pk).update(state=state)
    given = rechecked(taken(stage.cast.caretaker.person, words="因故"), passed=True)
    for event in UPGRADE.events:
        if not event.begins and event.name not in {one.name for one in offered.values()}:
            by = stage.cast.inspector if Permission.HANDLE_FILINGS in event.actor.permissions else stage.cast.caretaker
            with pytest.raises(StepRefused, match="不能办理"):
                step(order, event.name, replace(given, by=by.person))


def test_an_order_goes_its_way_each_step_on_record(stage: Stage) -> None:
    order = with_paper(ordered(stage), stage, UpgradePaperSort.PLAN)
    order = step(order, "plan", taken(stage.cast.caretaker.person, words="先换录像设备"))
    order = with_paper(order, stage, UpgradePaperSort.DONE)
    order = step(order, "report", taken(stage.cast.caretaker.person))
    order = with_paper(order, stage, UpgradePaperSort.RECHECK)
    police = stage.cast.inspector.person
    order = step(order, "recheck", rechecked(taken(police), passed=True))
    assert order.state == UpgradeState.PASSED
    told = [one.record for one in RecordOutbox.objects.filter(type="register.step").order_by("created_at")]
    assert [one["event"] for one in told] == [
        "issue", "paper", "plan", "paper", "report", "paper", "pass_recheck",
    ]  # fmt: skip
    assert "边巴、扎西顿珠" in told[-1]["words"]
    assert told[-1]["papers"]
    assert System.objects.get(pk=stage.school.pk).state == SystemState.LEGACY  # nothing is stopped by it


@pytest.mark.parametrize(("delivered", "term", "due"), [
    ("2026-11-02", 18, "2026-11-20"),  # Friday
    ("2026-11-02", 19, "2026-11-23"),  # Saturday rolls to Monday
    ("2026-11-02", 20, "2026-11-23"),  # Sunday too
    ("2026-11-02", 1, "2026-11-03"),
])  # fmt: skip
def test_the_day_of_delivery_is_not_counted_and_a_rest_day_rolls_on(delivered: str, term: int, due: str) -> None:
    order = UpgradeOrder(delivered=datetime.date.fromisoformat(delivered), days=term)
    assert due_of(order, LegalTerms(calendar=WorkCalendar())) == datetime.date.fromisoformat(due)


@pytest.mark.parametrize(("after", "is_late"), [(-1, False), (0, False), (1, True)])
def test_the_last_day_is_in_time_and_the_next_is_late(stage: Stage, after: int, is_late: bool) -> None:
    order = ordered(stage, 10, 30)
    due = due_of(order, LegalTerms())
    assert late(order, due + datetime.timedelta(days=after)) is is_late


@pytest.mark.parametrize(("after", "is_late"), [(0, False), (1, True)])
def test_what_was_said_in_time_is_in_time_however_late_the_recheck_is(stage: Stage, after: int, is_late: bool) -> None:
    order = reported(stage)
    due = due_of(order, LegalTerms())
    for state in (UpgradeState.REPORTED, UpgradeState.PASSED):
        UpgradeOrder.objects.filter(pk=order.pk).update(
            state=state,
            reported_on=due + datetime.timedelta(days=after),
            rechecked_on=due + datetime.timedelta(days=90),
        )
        order = UpgradeOrder.objects.get(pk=order.pk)
        assert late(order, due + datetime.timedelta(days=100)) is is_late
    finding = finding_of(order, due + datetime.timedelta(days=100), LegalTerms())
    assert finding is not None
    assert finding.status == (DutyStatus.LATE if is_late else DutyStatus.MET)


@pytest.mark.parametrize(("after", "said"), [(0, "按期报升级改造完成"), (1, "报升级改造完成，逾期1日")])
def test_the_day_of_the_report_and_the_day_of_the_recheck_are_both_said(stage: Stage, after: int, said: str) -> None:
    order = reported(stage)
    due = due_of(order, LegalTerms())
    order.reported_on = due + datetime.timedelta(days=after)
    today = due + datetime.timedelta(days=100)
    waits = finding_of(order, today, LegalTerms())
    assert waits is not None
    assert waits.zh == f"已于{order.reported_on:%Y-%m-%d}{said}，尚待复查"
    assert waits.status == (DutyStatus.LATE if after else DutyStatus.DUE)
    UpgradeOrder.objects.filter(pk=order.pk).update(
        state=UpgradeState.PASSED, reported_on=order.reported_on, rechecked_on=due + datetime.timedelta(days=90)
    )
    order = UpgradeOrder.objects.get(pk=order.pk)
    finding = finding_of(order, today, LegalTerms())
    assert finding is not None
    assert finding.zh == f"已于{order.reported_on:%Y-%m-%d}{said}，于{order.rechecked_on:%Y-%m-%d}通过复查"
    assert f"passed the recheck on {order.rechecked_on:%Y-%m-%d}" in finding.en
    assert finding.days_late == after


def test_what_police_found_done_before_the_unit_said_so_was_done_on_their_day(stage: Stage) -> None:
    order = reported(stage)
    due = due_of(order, LegalTerms())
    UpgradeOrder.objects.filter(pk=order.pk).update(
        state=UpgradeState.PASSED, reported_on=due + datetime.timedelta(days=1), rechecked_on=due
    )
    order, today = UpgradeOrder.objects.get(pk=order.pk), due + datetime.timedelta(days=5)
    finding = finding_of(order, today, LegalTerms())
    assert finding is not None
    assert (finding.status, finding.zh) == (DutyStatus.MET, f"已于{due:%Y-%m-%d}按期完成升级改造并通过复查")
    assert not late(order, today)


def test_a_late_report_is_taken(stage: Stage) -> None:
    order = reported(stage, days_ago=90, term=30)
    assert order.state == UpgradeState.REPORTED
    assert late(order, days(0))


def test_after_a_recheck_that_failed_new_papers_are_wanted(stage: Stage) -> None:
    order = with_paper(reported(stage), stage, UpgradePaperSort.RECHECK)
    police = stage.cast.inspector.person
    with pytest.raises(StepRefused, match="仍不符合"):
        step(order, "recheck", rechecked(taken(police), passed=False))
    order = step(order, "recheck", rechecked(taken(police, words="检索仍失败"), passed=False))
    assert (order.state, order.reported_on) == (UpgradeState.FAILED, None)
    with pytest.raises(StepRefused):
        step(order, "report", taken(stage.cast.caretaker.person))
    with pytest.raises(StepRefused):
        step(order, "recheck", rechecked(taken(police), passed=True))
    order = with_paper(order, stage, UpgradePaperSort.DONE)
    assert step(order, "report", taken(stage.cast.caretaker.person)).state == UpgradeState.REPORTED


def test_it_is_referred_after_the_term_and_can_still_be_finished(stage: Stage) -> None:
    police = stage.cast.inspector.person
    with pytest.raises(StepRefused):
        step(ordered(stage), "refer", taken(police))
    UpgradeOrder.objects.all().update(state=UpgradeState.REVOKED)
    order = step(ordered(stage, 60, 30), "refer", taken(police))
    assert (order.state, order.referred_on) == (UpgradeState.REFERRED, days(0))
    order = with_paper(order, stage, UpgradePaperSort.DONE)
    assert step(order, "report", taken(stage.cast.caretaker.person)).state == UpgradeState.REPORTED


def test_a_system_is_under_one_order_at_a_time(stage: Stage) -> None:
    order = ordered(stage)
    with pytest.raises(StepRefused, match="已有"):
        ordered(stage)
    with pytest.raises(StepRefused, match="理由"):
        step(order, "revoke", taken(stage.cast.inspector.person))
    step(order, "revoke", taken(stage.cast.inspector.person, words="标准引用有误"))
    ordered(stage)


def test_of_two_who_look_again_the_second_is_told(stage: Stage) -> None:
    order = with_paper(reported(stage), stage, UpgradePaperSort.RECHECK)
    stale, police = UpgradeOrder.objects.get(), stage.cast.inspector.person
    step(order, "recheck", rechecked(taken(police), passed=True))
    with pytest.raises(StepRefused, match="复查合格"):
        step(stale, "recheck", rechecked(taken(police, words="仍失败"), passed=False))
    with pytest.raises(StepRefused, match="办结"):
        with_paper(stale, stage, UpgradePaperSort.DONE)


@pytest.mark.parametrize(
    ("delivered", "spoiled"),
    [
        (days(0), {"shortfalls": ()}),
        (days(1), {}),
        (days(-1), {"checked": days(0)}),
        (days(0), {"days": 0}),
        (datetime.date(2024, 4, 30), {}),
    ],
)
def test_a_notice_says_what_falls_short_within_a_term_that_can_be_counted(
    stage: Stage, delivered: datetime.date, spoiled: dict[str, Any]
) -> None:
    with pytest.raises(StepRefused):
        issue(stage, notice(stage.cast.inspector.person, delivered, 30, **spoiled))
    assert not UpgradeOrder.objects.exists()


@pytest.mark.parametrize("state", [SystemState.PROPOSED, SystemState.BUILDING, SystemState.TRIAL, SystemState.REMOVED])
def test_what_is_not_in_use_gets_no_order(stage: Stage, state: SystemState) -> None:
    System.objects.filter(pk=stage.school.pk).update(state=state)
    with pytest.raises(StepRefused):
        issue(stage, notice(stage.cast.inspector.person, timezone.localdate()))


def test_the_last_day_that_stands_in_the_row_is_counted_anew(stage: Stage) -> None:
    order = ordered(stage, 10, 30)
    due = due_of(order, LegalTerms())
    assert order.due_on == due
    assert recount(LegalTerms()) == 0
    UpgradeOrder.objects.update(due_on=due - datetime.timedelta(days=3))
    assert recount(LegalTerms()) == 1
    assert UpgradeOrder.objects.get().due_on == due
