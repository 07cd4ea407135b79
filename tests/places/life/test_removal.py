"""Removal: reported fifteen days before or it waits; nobody permits it; footage stays."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.law.duties.finding import DutyStatus, LegalTerms
from custodes.people.models import RecordOutbox
from custodes.places.lifecycle.stepping import StepRefused, Taken
from custodes.places.models import (
    Camera,
    CameraState,
    Removal,
    RemovalGround,
    RemovalState,
    System,
    SystemState,
)
from tests.places.life import removals as workflow
from tests.places.life.removals import Wanted
from tests.places.stage import Stage

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
DAY = datetime.timedelta(days=1)


def days(number: int) -> datetime.date:
    """So many days from today."""
    return timezone.localdate() + number * DAY


def taken(stage: Stage, on: datetime.date | None = None, words: str = "") -> Taken:
    now = timezone.now()
    return Taken(stage.cast.caretaker.person, now, on or timezone.localdate(now), words)


def planned(stage: Stage, in_days: int, *cameras: Camera) -> Removal:
    """A removal that is planned in so many days."""
    wanted = Wanted(cameras, RemovalGround.CITY_WORKS, "道路拓宽，灯杆拆除", days(in_days))
    return workflow.plan(stage.school, wanted, stage.cast.caretaker.person, timezone.now())


def reported(removal: Removal, days_ago: int) -> Removal:
    """Reported so many days ago."""
    removal = workflow.report(removal, Taken(removal.drafted_by, timezone.now(), days(0)))
    Removal.objects.filter(pk=removal.pk).update(reported_on=days(-days_ago))
    return Removal.objects.get(pk=removal.pk)


def test_fourteen_days_ahead_it_is_taken_and_the_first_day_is_named(stage: Stage) -> None:
    removal = workflow.report(planned(stage, 14, stage.gate), taken(stage))
    assert removal.state == RemovalState.REPORTED
    assert workflow.first_day(removal, LegalTerms()) == days(15)
    finding = workflow.finding_of(removal, days(0), LegalTerms())
    assert (finding.status, finding.days_late) == (DutyStatus.LATE, 1)


@pytest.mark.parametrize("days_ago", [0, 1, 14])
def test_before_the_fifteenth_day_it_is_refused_with_the_day(stage: Stage, days_ago: int) -> None:
    removal = reported(planned(stage, 20, stage.gate), days_ago)
    with pytest.raises(StepRefused) as refused:
        workflow.carry_out(removal, taken(stage), LegalTerms())
    assert str(days(15 - days_ago)) in str(refused.value)
    assert Camera.objects.get(pk=stage.gate.pk).state == CameraState.CONNECTED


@pytest.mark.parametrize("days_ago", [15, 16, 200])
def test_from_the_fifteenth_day_on_it_is_carried_out(stage: Stage, days_ago: int) -> None:
    removal = workflow.carry_out(reported(planned(stage, 0, stage.gate), days_ago), taken(stage), LegalTerms())
    assert removal.state == RemovalState.REMOVED
    assert Camera.objects.get(pk=stage.gate.pk).state == CameraState.RETIRED
    assert Camera.objects.get(pk=stage.yard.pk).state == CameraState.CONNECTED
    assert System.objects.get(pk=stage.school.pk).state == SystemState.LEGACY


def test_a_report_has_the_day_on_which_it_is_made_whatever_day_is_named(stage: Stage) -> None:
    removal = workflow.report(planned(stage, 20, stage.gate), taken(stage, days(-40)))
    assert removal.reported_on == days(0)
    with pytest.raises(StepRefused, match="不足十五日"):
        workflow.carry_out(removal, taken(stage), LegalTerms())


def test_unreported_it_is_refused(stage: Stage) -> None:
    with pytest.raises(StepRefused, match="尚未"):
        workflow.carry_out(planned(stage, 0, stage.gate), taken(stage), LegalTerms())


def test_nobody_has_to_permit_it(stage: Stage) -> None:
    """Police may say that they have read it; without that it goes on all the same."""
    removal = reported(planned(stage, 0, stage.gate), 15)
    assert removal.state == RemovalState.REPORTED
    workflow.carry_out(removal, taken(stage), LegalTerms())
    other = reported(planned(stage, 0, stage.yard), 15)
    other = workflow.acknowledge(other, replace(taken(stage), by=stage.cast.inspector.person))
    assert workflow.carry_out(other, taken(stage), LegalTerms()).state == RemovalState.REMOVED


def test_the_whole_system_goes_with_all_its_cameras(stage: Stage) -> None:
    workflow.carry_out(reported(planned(stage, 0), 15), taken(stage, words="学校迁址"), LegalTerms())
    assert System.objects.get(pk=stage.school.pk).state == SystemState.REMOVED
    assert set(stage.school.cameras.values_list("state", flat=True)) == {CameraState.RETIRED}
    events = [row.record["event"] for row in RecordOutbox.objects.filter(type="register.step").order_by("created_at")]
    assert events == ["plan", "report", "remove", "carry_out"]


def test_a_camera_is_in_one_removal_at_a_time(stage: Stage) -> None:
    planned(stage, 20, stage.gate)
    with pytest.raises(StepRefused):
        planned(stage, 30, stage.gate)
    with pytest.raises(StepRefused):
        planned(stage, 30)
    planned(stage, 30, stage.yard)


def test_another_systems_camera_is_not_ones_own_to_remove(stage: Stage) -> None:
    with pytest.raises(StepRefused):
        planned(stage, 20, stage.lobby)


def test_what_lies_behind_is_not_planned(stage: Stage) -> None:
    with pytest.raises(StepRefused, match="早于今天"):
        planned(stage, -1, stage.gate)


@pytest.mark.parametrize("state", [SystemState.PROPOSED, SystemState.TRIAL, SystemState.REMOVED, SystemState.ABANDONED])
def test_what_is_not_in_use_is_not_reported(stage: Stage, state: SystemState) -> None:
    System.objects.filter(pk=stage.school.pk).update(state=state)
    with pytest.raises(StepRefused):
        planned(stage, 20, stage.gate)


def test_put_off_keeps_the_day_of_the_report(stage: Stage) -> None:
    removal = workflow.report(planned(stage, 14, stage.gate), taken(stage))
    removal = workflow.put_off(removal, days(15), stage.cast.caretaker.person, timezone.now())
    assert workflow.finding_of(removal, days(0), LegalTerms()).status == DutyStatus.MET


def test_it_can_be_called_off_with_a_reason(stage: Stage) -> None:
    removal = workflow.report(planned(stage, 20, stage.gate), taken(stage))
    with pytest.raises(StepRefused, match="理由"):
        workflow.cancel(removal, taken(stage))
    assert workflow.cancel(removal, taken(stage, words="道路方案调整")).state == RemovalState.CANCELLED
    planned(stage, 30, stage.gate)


@pytest.mark.parametrize(
    ("action", "sent", "kept"),
    [
        pytest.param("removal_cancel", {"words": "道路改线，" * 80}, "道路改线，道路改线，", id="理由太长"),
        pytest.param("removal_put_off", {"planned": "2026-13-45"}, 'value="2026-13-45"', id="没有的日期"),
        pytest.param("removal_put_off", {"planned": "3026-01-01"}, 'value="3026-01-01"', id="无法计算的日期"),
        pytest.param("removal_put_off", {"planned": days(-3).isoformat()}, f'value="{days(-3)}"', id="已经过去的日期"),
    ],
)
def test_what_is_refused_on_the_page_stands_there_as_it_was_sent(
    stage: Stage, client_of: Callable[[str], Client], action: str, sent: dict[str, str], kept: str
) -> None:
    removal = workflow.report(planned(stage, 20, stage.gate), taken(stage))
    answer = client_of("caretaker").post(reverse(f"places:{action}", args=[removal.pk]), sent)
    assert answer.status_code == 422
    assert kept in answer.content.decode()
    row = Removal.objects.get()
    assert (row.state, row.planned) == (RemovalState.REPORTED, days(20))


def test_a_reason_that_fits_is_taken_and_stands_in_the_story(stage: Stage, client_of: Callable[[str], Client]) -> None:
    removal = workflow.report(planned(stage, 20, stage.gate), taken(stage))
    address = reverse("places:removal_cancel", args=[removal.pk])
    assert client_of("outside_caretaker").post(address, {"words": "道路改线"}).status_code == 404
    assert client_of("caretaker").post(address, {"words": ""}).status_code == 422
    page = client_of("caretaker").post(address, {"words": "道路改线"}, follow=True).content.decode()
    assert "道路改线" in page
    assert Removal.objects.get().state == RemovalState.CANCELLED
