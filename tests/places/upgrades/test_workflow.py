"""Upgrade orders from the notice to the recheck; late is taken and shown; two people at one order."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone
from django_fsm import TransitionNotAllowed

from custodes.law.calendar.days import WorkCalendar
from custodes.law.duties.finding import Status
from custodes.law.duties.terms import Terms
from custodes.people.models import RecordOutbox
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import System, SystemState, UpgradeOrder, UpgradePaperKind, UpgradeState
from custodes.places.models.lifecycle import Cleared
from custodes.places.models.upgrade import OPEN, WITH_UNIT
from custodes.places.upgrades import workflow
from custodes.places.upgrades.clock import due_of, finding_of, late
from custodes.places.upgrades.workflow import Wanted
from tests.places.changes.cases import days, taken
from tests.places.stage import Stage
from tests.places.upgrades.orders import SHORT, ordered, reported, wanted, with_paper

pytestmark = pytest.mark.django_db

_U = UpgradeState
#: Event → states from which it leads on, and where to.
MACHINE = {
    "plan": ({_U.ORDERED, _U.FAILED, _U.REFERRED}, _U.PLANNED),
    "report": (set(WITH_UNIT), _U.REPORTED),
    "pass_recheck": (set(OPEN), _U.PASSED),
    "fail_recheck": (set(OPEN), _U.FAILED),
    "refer": (set(OPEN) - {_U.REFERRED}, _U.REFERRED),
    "revoke": (set(OPEN), _U.REVOKED),
}
TWO = ("边巴", "扎西顿珠")


@pytest.mark.parametrize("state", list(_U))
def test_from_each_state_its_own_events_lead_on_and_no_other(stage: Stage, state: UpgradeState) -> None:
    pk = ordered(stage).pk
    for event, (sources, target) in MACHINE.items():
        UpgradeOrder.objects.filter(pk=pk).update(state=state)
        order = UpgradeOrder.objects.get(pk=pk)
        if state in sources:
            getattr(order, event)(Cleared(event, pk))
            assert order.state == target
        else:
            with pytest.raises(TransitionNotAllowed):
                getattr(order, event)(Cleared(event, pk))


def test_an_order_goes_its_way_each_step_on_record(stage: Stage) -> None:
    order = with_paper(ordered(stage), stage, UpgradePaperKind.PLAN)
    order = workflow.answer(order, "plan", taken(stage.cast.caretaker.person, words="先换录像设备"), Terms())
    order = with_paper(order, stage, UpgradePaperKind.DONE)
    order = workflow.answer(order, "report", taken(stage.cast.caretaker.person), Terms())
    order = with_paper(order, stage, UpgradePaperKind.RECHECK)
    police = stage.cast.inspector.person
    order = workflow.recheck(order, passed=True, checkers=TWO, taken=taken(police), terms=Terms())
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
    assert due_of(order, Terms(calendar=WorkCalendar())) == datetime.date.fromisoformat(due)


@pytest.mark.parametrize(("after", "is_late"), [(-1, False), (0, False), (1, True)])
def test_the_last_day_is_in_time_and_the_next_is_late(stage: Stage, after: int, is_late: bool) -> None:
    order = ordered(stage, 10, 30)
    due = due_of(order, Terms())
    assert late(order, due + datetime.timedelta(days=after), Terms()) is is_late


@pytest.mark.parametrize(("after", "is_late"), [(0, False), (1, True)])
def test_what_was_said_in_time_is_in_time_however_late_the_recheck_is(stage: Stage, after: int, is_late: bool) -> None:
    order = reported(stage)
    due = due_of(order, Terms())
    for state in (UpgradeState.REPORTED, UpgradeState.PASSED):
        UpgradeOrder.objects.filter(pk=order.pk).update(
            state=state,
            reported_on=due + datetime.timedelta(days=after),
            rechecked_on=due + datetime.timedelta(days=90),
        )
        order = UpgradeOrder.objects.get(pk=order.pk)
        assert late(order, due + datetime.timedelta(days=100), Terms()) is is_late
    finding = finding_of(order, due + datetime.timedelta(days=100), Terms())
    assert finding is not None
    assert finding.status == (Status.LATE if is_late else Status.MET)


@pytest.mark.parametrize(("after", "said"), [(0, "按期报升级改造完成"), (1, "报升级改造完成，逾期1日")])
def test_the_day_of_the_report_and_the_day_of_the_recheck_are_both_said(stage: Stage, after: int, said: str) -> None:
    order = reported(stage)
    due = due_of(order, Terms())
    order.reported_on = due + datetime.timedelta(days=after)
    today = due + datetime.timedelta(days=100)
    waits = finding_of(order, today, Terms())
    assert waits is not None
    assert waits.zh == f"已于{order.reported_on:%Y-%m-%d}{said}，尚待复查"
    assert waits.status == (Status.LATE if after else Status.DUE)
    UpgradeOrder.objects.filter(pk=order.pk).update(
        state=UpgradeState.PASSED, reported_on=order.reported_on, rechecked_on=due + datetime.timedelta(days=90)
    )
    order = UpgradeOrder.objects.get(pk=order.pk)
    finding = finding_of(order, today, Terms())
    assert finding is not None
    assert finding.zh == f"已于{order.reported_on:%Y-%m-%d}{said}，于{order.rechecked_on:%Y-%m-%d}通过复查"
    assert f"passed the recheck on {order.rechecked_on:%Y-%m-%d}" in finding.en
    assert finding.days_late == after


def test_what_police_found_done_before_the_unit_said_so_was_done_on_their_day(stage: Stage) -> None:
    order = reported(stage)
    due = due_of(order, Terms())
    UpgradeOrder.objects.filter(pk=order.pk).update(
        state=UpgradeState.PASSED, reported_on=due + datetime.timedelta(days=1), rechecked_on=due
    )
    order, today = UpgradeOrder.objects.get(pk=order.pk), due + datetime.timedelta(days=5)
    finding = finding_of(order, today, Terms())
    assert finding is not None
    assert (finding.status, finding.zh) == (Status.MET, f"已于{due:%Y-%m-%d}按期完成升级改造并通过复查")
    assert not late(order, today, Terms())


def test_a_late_report_is_taken(stage: Stage) -> None:
    order = reported(stage, days_ago=90, term=30)
    assert order.state == UpgradeState.REPORTED
    assert late(order, days(0), Terms())


def test_after_a_recheck_that_failed_new_papers_are_wanted(stage: Stage) -> None:
    order = with_paper(reported(stage), stage, UpgradePaperKind.RECHECK)
    police = stage.cast.inspector.person
    with pytest.raises(StepRefused, match="仍不符合"):
        workflow.recheck(order, passed=False, checkers=TWO, taken=taken(police), terms=Terms())
    order = workflow.recheck(order, passed=False, checkers=TWO, taken=taken(police, words="检索仍失败"), terms=Terms())
    assert (order.state, order.reported_on) == (UpgradeState.FAILED, None)
    with pytest.raises(StepRefused):
        workflow.answer(order, "report", taken(stage.cast.caretaker.person), Terms())
    with pytest.raises(StepRefused):
        workflow.recheck(order, passed=True, checkers=TWO, taken=taken(police), terms=Terms())
    order = with_paper(order, stage, UpgradePaperKind.DONE)
    assert workflow.answer(order, "report", taken(stage.cast.caretaker.person), Terms()).state == UpgradeState.REPORTED


def test_it_is_referred_after_the_term_and_can_still_be_finished(stage: Stage) -> None:
    police = stage.cast.inspector.person
    with pytest.raises(StepRefused):
        workflow.refer(ordered(stage), taken(police), Terms())
    UpgradeOrder.objects.all().update(state=UpgradeState.REVOKED)
    order = workflow.refer(ordered(stage, 60, 30), taken(police), Terms())
    assert (order.state, order.referred_on) == (UpgradeState.REFERRED, days(0))
    order = with_paper(order, stage, UpgradePaperKind.DONE)
    assert workflow.answer(order, "report", taken(stage.cast.caretaker.person), Terms()).state == UpgradeState.REPORTED


def test_a_system_is_under_one_order_at_a_time(stage: Stage) -> None:
    order = ordered(stage)
    with pytest.raises(StepRefused, match="已有"):
        ordered(stage)
    with pytest.raises(StepRefused, match="理由"):
        workflow.revoke(order, taken(stage.cast.inspector.person), Terms())
    workflow.revoke(order, taken(stage.cast.inspector.person, words="标准引用有误"), Terms())
    ordered(stage)


def test_of_two_who_look_again_the_second_is_told(stage: Stage) -> None:
    order = with_paper(reported(stage), stage, UpgradePaperKind.RECHECK)
    stale, police = UpgradeOrder.objects.get(), stage.cast.inspector.person
    workflow.recheck(order, passed=True, checkers=TWO, taken=taken(police), terms=Terms())
    with pytest.raises(StepRefused, match="复查合格"):
        workflow.recheck(stale, passed=False, checkers=TWO, taken=taken(police, words="仍失败"), terms=Terms())
    with pytest.raises(StepRefused, match="办结"):
        with_paper(stale, stage, UpgradePaperKind.DONE)


@pytest.mark.parametrize(
    "spoiled",
    [
        Wanted((), days(0), days(0), 30, "公安局", "1"),
        Wanted(SHORT, days(1), days(1), 30, "公安局", "1"),
        Wanted(SHORT, days(0), days(-1), 30, "公安局", "1"),
        Wanted(SHORT, days(0), days(0), 0, "公安局", "1"),
        Wanted(SHORT, datetime.date(2024, 4, 30), datetime.date(2024, 4, 30), 30, "公安局", "1"),
    ],
)
def test_a_notice_says_what_falls_short_within_a_term_that_can_be_counted(stage: Stage, spoiled: Wanted) -> None:
    with pytest.raises(StepRefused):
        workflow.issue(stage.school, spoiled, taken(stage.cast.inspector.person), Terms())
    assert not UpgradeOrder.objects.exists()


@pytest.mark.parametrize("state", [SystemState.PROPOSED, SystemState.BUILDING, SystemState.TRIAL, SystemState.REMOVED])
def test_what_is_not_in_use_gets_no_order(stage: Stage, state: SystemState) -> None:
    System.objects.filter(pk=stage.school.pk).update(state=state)
    with pytest.raises(StepRefused):
        workflow.issue(stage.school, wanted(timezone.localdate()), taken(stage.cast.inspector.person), Terms())
