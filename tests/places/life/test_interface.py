"""The live try of a system's interface: each worker asked once, one deadline, one try at a time, on record (S12.1)."""

from __future__ import annotations

import datetime
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.people.models import RecordOutbox
from custodes.places.lifecycle import interface
from custodes.places.lifecycle.gathering import facts_of
from custodes.places.lifecycle.interface import try_interface
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Camera, CameraState, InterfaceTest, System, SystemState
from tests.patience import PATIENCE
from tests.places.stage import Stage

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def trial(stage: Stage) -> System:
    """On trial, with twelve cameras on both workers."""
    for number in range(10):
        Camera.objects.create(
            system=stage.school, number=f"02{number:02}", name=f"走廊 {number}", place="走廊", node=stage.node,
            state=CameraState.CONNECTED,
        )  # fmt: skip
    System.objects.filter(pk=stage.school.pk).update(state=SystemState.TRIAL)
    return System.objects.get(pk=stage.school.pk)


def tried(stage: Stage, system: System, at: datetime.datetime | None = None) -> InterfaceTest:
    return try_interface(system, stage.cast.caretaker.person, at or timezone.now())


def test_each_worker_is_asked_once_for_all_of_its_cameras(stage: Stage, trial: System) -> None:
    test = tried(stage, trial)
    assert test.passed
    assert test.asked == 12
    workers = Counter(worker for path, worker, _body in stage.worker.calls if path == "/internal/arrivals")
    assert set(workers) == {camera.worker_name for camera in trial.cameras.select_related("node")}
    assert set(workers.values()) == {1}
    asked = [camera for body in stage.worker.asked("/internal/arrivals") for camera in body["cameras"]]
    assert Counter(asked) == Counter(str(camera.pk) for camera in trial.cameras.all())
    assert facts_of(trial, timezone.localdate()).interface_tested == timezone.localdate()


def test_a_camera_of_which_nothing_came_in_the_last_minute_fails_the_try_by_name(stage: Stage, trial: System) -> None:
    others = [str(one.pk) for one in trial.cameras.exclude(pk__in=[stage.gate.pk, stage.yard.pk])]
    stage.worker.arrived = others
    stage.worker.arrived_at = {str(stage.gate.pk): stage.worker.now_us - 60_000_000}
    test = tried(stage, trial)
    assert not test.passed
    assert test.answered == 10
    assert test.failures == {str(stage.gate.pk): "silent", str(stage.yard.pk): "silent"}
    assert facts_of(trial, timezone.localdate()).interface_tested is None


@pytest.mark.parametrize("status", [429, 500, 404])
def test_a_worker_that_does_not_answer_fails_all_of_its_cameras(stage: Stage, trial: System, status: int) -> None:
    stage.worker.status = status
    assert set(tried(stage, trial).failures.values()) == {"node"}


def test_a_worker_that_hangs_holds_nobody_up_beyond_the_one_deadline(
    stage: Stage, trial: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    def hang(*_args: Any) -> dict[Any, str]:
        assert over.wait(PATIENCE)
        return {}

    monkeypatch.setattr(interface, "_of_worker", hang)
    monkeypatch.setattr(interface, "TOTAL_SECONDS", 0.05)
    test = tried(stage, trial)
    over.set()
    assert test.ended_at is not None
    assert len(test.failures) == 12


def test_a_second_try_is_told_of_the_first_and_asks_nobody(
    stage: Stage, trial: System, client_of: Callable[[str], Client]
) -> None:
    now = timezone.now()
    InterfaceTest.objects.create(system=trial, asked=12, by=stage.cast.caretaker.person, at=now)
    with pytest.raises(StepRefused, match="正在进行"):
        tried(stage, trial, now + datetime.timedelta(seconds=30))
    page = client_of("system_admin").post(reverse("places:interface", args=[trial.pk]), follow=True)
    assert "正在进行" in page.content.decode()
    assert stage.worker.asked("/internal/arrivals") == []
    assert InterfaceTest.objects.count() == 1


def test_two_at_the_same_moment_are_one_by_the_tables_own_rule(stage: Stage, trial: System) -> None:
    InterfaceTest.objects.create(system=trial, asked=1, by=stage.cast.caretaker.person, at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        InterfaceTest.objects.create(system=trial, asked=1, by=stage.cast.caretaker.person, at=timezone.now())


def test_one_that_broke_off_with_its_process_does_not_stop_the_next(stage: Stage, trial: System) -> None:
    now = timezone.now()
    old = InterfaceTest.objects.create(
        system=trial, asked=12, by=stage.cast.caretaker.person, at=now - datetime.timedelta(minutes=3)
    )
    assert tried(stage, trial, now).passed
    old.refresh_from_db()
    assert not old.passed


def test_one_that_fails_in_the_program_has_an_end_too(
    stage: Stage, trial: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any) -> dict[Any, str]:
        raise RuntimeError

    monkeypatch.setattr(interface, "_ask", broken)
    with pytest.raises(RuntimeError):
        tried(stage, trial)
    test = InterfaceTest.objects.get()
    assert test.ended_at is not None
    assert not test.passed


def test_it_is_on_record_and_the_page_says_what_came_of_it(
    stage: Stage, trial: System, client_of: Callable[[str], Client]
) -> None:
    address = reverse("places:interface", args=[trial.pk])
    assert client_of("outside_caretaker").post(address).status_code == 404
    page = client_of("caretaker").post(address, follow=True).content.decode()
    assert "12 个点位全部有画面到达" in page
    record = RecordOutbox.objects.filter(type="config.changed").latest("created_at").record
    assert record["changes"] == {"asked": [None, 12], "answered": [None, 12]}


@pytest.mark.parametrize(
    "state", [one for one in SystemState.values if one not in ("trial", "accepted", "in_use", "legacy_in_use")]
)
def test_nothing_is_asked_of_a_system_that_is_not_taken_in(stage: Stage, trial: System, state: str) -> None:
    System.objects.filter(pk=trial.pk).update(state=state)
    with pytest.raises(StepRefused):
        tried(stage, System.objects.get(pk=trial.pk))
