"""What the register says of a camera in use changes under a change, as a correction or as an incident; never by an edit alone."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.cases.models import CaseStep
from custodes.places.changes import editing
from custodes.places.changes.gate import COVERED, ChangeWanted, held_of, touched
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import (
    Camera,
    CameraState,
    ChangeCase,
    ChangeKind,
    ChangeState,
    RowEdit,
    System,
    SystemState,
)
from custodes.places.models.recorded import CAMERA_FIELDS
from custodes.places.register import save_recorded
from tests.places.changes.cases import approved, days, done, found, moved, requested
from tests.places.stage import Stage
from tests.places.test_fields_of_view import form_of

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]

FIELD = {"longitude": Decimal("91.1"), "latitude": Decimal("29.6"), "azimuth": Decimal(90), "angle": Decimal(60), "reach": 40}  # fmt: skip
BEFORE = {
    "view": "校门内外",
    "home_preset": "1",
    "maker": "训练厂家",
    "model": "MJ-1",
    "mount_height": Decimal(3),
    "tilt_low": Decimal(-30),
    "tilt_high": Decimal(0),
    "turns_pan": Decimal(350),
    "turns_low": Decimal(-90),
    "turns_high": Decimal(10),
    **FIELD,
}
OTHER = {
    "place": "门柱", "view": "人行道", "longitude": Decimal("91.2"), "latitude": Decimal("29.7"), "mount_height": Decimal(4),
    "azimuth": Decimal(180), "angle": Decimal(61), "reach": 41, "home_preset": "2", "maker": "别家", "model": "X",
    "tilt_low": Decimal(-31), "tilt_high": Decimal(1), "turns_pan": Decimal(180), "turns_low": Decimal(-80), "turns_high": Decimal(11),
}  # fmt: skip


def save(camera: Camera, stage: Stage, **values: Any) -> None:
    row = Camera.objects.select_related("system").get(pk=camera.pk)
    for name, value in values.items():
        setattr(row, name, value)
    save_recorded(row, CAMERA_FIELDS, stage.cast.caretaker.person, timezone.now())


@pytest.mark.parametrize("name", sorted(OTHER))
@pytest.mark.parametrize("state", [SystemState.ACCEPTED, SystemState.IN_USE, SystemState.LEGACY])
def test_place_direction_and_device_of_a_camera_in_use_are_not_changed_by_an_edit(
    stage: Stage, state: SystemState, name: str
) -> None:
    Camera.objects.filter(pk=stage.gate.pk).update(**BEFORE)
    System.objects.filter(pk=stage.school.pk).update(state=state)
    with pytest.raises(ChangeWanted) as refused:
        save(stage.gate, stage, **{name: OTHER[name]})
    assert refused.value.fields == (name,)
    assert not RowEdit.objects.exists()


@pytest.mark.parametrize("state", [SystemState.BUILDING, SystemState.COMPLETED, SystemState.TRIAL])
def test_before_acceptance_it_is_still_being_built(stage: Stage, state: SystemState) -> None:
    System.objects.filter(pk=stage.school.pk).update(state=state)
    save(stage.gate, stage, place="门柱")
    assert Camera.objects.get(pk=stage.gate.pk).place == "门柱"


def test_a_camera_that_is_not_connected_yet_is_free(stage: Stage) -> None:
    Camera.objects.filter(pk=stage.gate.pk).update(state=CameraState.DRAFT)
    save(stage.gate, stage, place="门柱")


def test_out_of_use_for_a_repair_it_still_stands_where_it_stood(stage: Stage) -> None:
    Camera.objects.filter(pk=stage.gate.pk).update(state=CameraState.RETIRED)
    with pytest.raises(ChangeWanted):
        save(stage.gate, stage, place="门柱")
    approved(stage)
    moved(stage, stage.gate)


def test_to_fill_in_what_was_empty_changes_nothing_that_stood_there(stage: Stage) -> None:
    save(stage.gate, stage, maker="训练厂家", view="校门内外", **FIELD)
    assert Camera.objects.get(pk=stage.gate.pk).maker == "训练厂家"


def test_to_empty_what_was_said_is_a_change(stage: Stage) -> None:
    Camera.objects.filter(pk=stage.gate.pk).update(**BEFORE)
    with pytest.raises(ChangeWanted):
        save(stage.gate, stage, maker="")


def test_the_same_number_written_otherwise_is_no_change(stage: Stage) -> None:
    Camera.objects.filter(pk=stage.gate.pk).update(**BEFORE)
    before, after = Camera.objects.get(pk=stage.gate.pk), Camera.objects.get(pk=stage.gate.pk)
    after.azimuth, after.longitude = Decimal("90.00"), Decimal("91.1")
    assert touched(before, after) == ()
    assert held_of(before) == held_of(after)


def test_name_and_grade_are_nobodys_leave_to_give(stage: Stage) -> None:
    save(stage.gate, stage, name="正门", grade=3)


@pytest.mark.parametrize("make", [requested, approved, found, done])
def test_an_approved_change_and_an_open_incident_let_the_truth_in(
    stage: Stage, make: Callable[[Stage], ChangeCase]
) -> None:
    case = make(stage)
    if case.state in (ChangeState.APPROVED, ChangeState.FOUND):
        moved(stage, stage.gate, "对面墙上")
    else:
        with pytest.raises(ChangeWanted):
            moved(stage, stage.gate, "对面墙上")


def test_leave_for_one_camera_is_none_for_another(stage: Stage) -> None:
    approved(stage)
    with pytest.raises(ChangeWanted):
        moved(stage, stage.yard)


def send(stage: Stage, browser: Client, **more: Any) -> Any:
    stage.gate.refresh_from_db()
    return browser.post(
        reverse("places:camera_edit", args=[stage.gate.pk]),
        form_of(stage.gate, place="门柱", **({"basis": "", "basis_words": ""} | more)),
    )


def test_the_form_refuses_and_says_what_to_do(stage: Stage, client_of: Clients) -> None:
    answer = send(stage, client_of("caretaker"))
    assert answer.status_code == 400
    assert "请先办理变更" in answer.content.decode()
    assert 'value="门柱"' in answer.content.decode()
    assert Camera.objects.get(pk=stage.gate.pk).place == "入口东侧，距地 3 米"


def test_a_correction_says_why_and_stands_in_the_story_without_the_place(stage: Stage, client_of: Clients) -> None:
    browser = client_of("caretaker")
    assert send(stage, browser, basis="correction").status_code == 400
    assert send(stage, browser, basis="correction", basis_words="登记时写错了门柱").status_code == 302
    step = CaseStep.objects.get(event="correct")
    assert step.case_id == stage.gate.pk
    assert "安装位置" in step.words
    assert "登记时写错了门柱" in step.words
    assert not ChangeCase.objects.exists()
    page = client_of("inspector").get(reverse("places:life", args=[stage.school.pk])).content.decode()
    assert "更正点位登记" in page


def test_what_was_changed_without_leave_goes_in_as_an_incident(stage: Stage, client_of: Clients) -> None:
    browser = client_of("caretaker")
    words = {"basis": "found", "basis_words": "保安上周自行移动"}
    assert send(stage, browser, **words).status_code == 400
    assert send(stage, browser, **words, found_on=days(1).isoformat()).status_code == 400
    assert send(stage, browser, **words, found_on=days(-7).isoformat()).status_code == 302
    case = ChangeCase.objects.get()
    assert (case.state, case.unauthorised, case.done_on, case.kind) == ("found", True, days(-7), "move")
    assert case.cameras.get().before["place"] == "入口东侧，距地 3 米"
    assert Camera.objects.get(pk=stage.gate.pk).place == "门柱"


def test_under_an_approved_change_the_form_asks_nothing(stage: Stage, client_of: Clients) -> None:
    approved(stage)
    assert send(stage, client_of("caretaker")).status_code == 302


def test_under_an_incident_everything_may_be_written(stage: Stage, client_of: Clients) -> None:
    found(stage)
    page = client_of("caretaker").get(reverse("places:camera_edit", args=[stage.gate.pk])).content.decode()
    assert 'name="basis"' not in page
    assert send(stage, client_of("caretaker")).status_code == 302


@pytest.mark.parametrize("kind", sorted(COVERED))
@pytest.mark.parametrize("name", sorted(OTHER))
def test_leave_for_one_thing_is_none_for_another(stage: Stage, kind: ChangeKind, name: str) -> None:
    Camera.objects.filter(pk=stage.gate.pk).update(**BEFORE)
    ChangeCase.objects.filter(pk=approved(stage).pk).update(kind=kind)
    if name in COVERED[kind]:
        save(stage.gate, stage, **{name: OTHER[name]})
    else:
        with pytest.raises(ChangeWanted):
            save(stage.gate, stage, **{name: OTHER[name]})
    assert ("place" in COVERED[kind]) == (kind == ChangeKind.MOVE)


def test_leave_to_turn_moves_nothing_on_the_form(stage: Stage, client_of: Clients) -> None:
    ChangeCase.objects.filter(pk=approved(stage).pk).update(kind=ChangeKind.TURN)
    assert send(stage, client_of("caretaker")).status_code == 400
    assert Camera.objects.get(pk=stage.gate.pk).place == "入口东侧，距地 3 米"


def test_another_device_in_the_same_place_is_a_repair(stage: Stage) -> None:
    """Taking over an address of another device forgets its presets; that is decision 0197's repair."""
    from custodes.places.models import Probe, TrialAddress
    from custodes.places.register import adopt_trial

    Camera.objects.filter(pk=stage.gate.pk).update(home_preset="1")
    gate, by, now = Camera.objects.get(pk=stage.gate.pk), stage.cast.caretaker.person, timezone.now()
    trial = TrialAddress.objects.create(camera=gate, main_url="rtsp://10.9.9.9/x", by=by, at=now)
    probe = Probe(camera=gate, codec="H264", width=1920, height=1080, frame_rate=25)
    adopt_trial(gate, trial, probe, by, now)
    assert Camera.objects.get(pk=stage.gate.pk).home_preset == ""


def test_a_camera_that_turns_gets_no_other_home_by_an_edit(stage: Stage) -> None:
    Camera.objects.filter(pk=stage.gate.pk).update(onvif_port=80, home_preset="")
    with pytest.raises(ChangeWanted):
        save(stage.gate, stage, home_preset="2")


def test_what_can_not_be_entered_is_said_on_the_form_and_loses_nothing(
    stage: Stage, client_of: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken_meanwhile(*_args: Any) -> None:
        raise StepRefused("点位“校门”已有正在办理的变更。")

    monkeypatch.setattr(editing, "begin_inside", taken_meanwhile)
    words = {"basis": "found", "basis_words": "已移动", "found_on": days(-1).isoformat()}
    answer = send(stage, client_of("caretaker"), **words)
    assert answer.status_code == 400
    assert "已有正在办理的变更" in answer.content.decode()
    assert 'value="门柱"' in answer.content.decode()
