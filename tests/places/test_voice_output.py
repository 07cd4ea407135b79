"""Through which loudspeaker one speaks: entered in each way that a camera's fields are, for channels of devices alone, told to the node."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.people.models import RecordOutbox
from custodes.places.assignment import build_assignment
from custodes.places.importing.cameras import CameraWork
from custodes.places.models import Batch, BatchRow, Camera, Probe, RowState, TrialAddress
from custodes.places.register import adopt_trial
from custodes.places.together import WORDS
from custodes.places.voice_output import targets_of, voice_unfit
from tests.places.devices.rows import CHANNELS, open_gate, recorder
from tests.places.importing import CAMERA, checked, confirm

pytestmark = pytest.mark.django_db

DEVICE, CHANNEL = "54010200021188000001", "54010200021318000001"
CHANNEL_URL, RTSP = f"gb28181://{DEVICE}/{CHANNEL}", "rtsp://10.1.2.3/main"
BELOW = "gb28181://54010200022008000001/54010200021318000001"
OUTPUT = "54010200021378000001"


@pytest.mark.parametrize(
    ("code", "address", "wrong"),
    [
        ("", RTSP, ""),
        (OUTPUT, CHANNEL_URL, ""),
        (OUTPUT, "", ""),
        (CHANNEL, CHANNEL_URL, ""),
        (DEVICE, CHANNEL_URL, ""),
        (OUTPUT, RTSP, "voice_channel"),
        (OUTPUT, BELOW, "voice_below"),
        (CHANNEL, "", "voice_type"),
        ("54010200021318000002", CHANNEL_URL, "voice_type"),
        ("5401020002137800001", CHANNEL_URL, "voice_digits"),
        ("5401020002137800000x", CHANNEL_URL, "voice_digits"),
        ("٥٤٠١٠٢٠٠٠٢١٣٧٨٠٠٠٠٠١", CHANNEL_URL, "voice_digits"),
    ],
)
def test_a_code_fits_its_camera_or_is_refused_with_rule_and_remedy(code: str, address: str, wrong: str) -> None:
    found = list(voice_unfit({"voice_output": code}, address))
    assert found == ([("voice_output", wrong)] if wrong else [])
    assert all(code in WORDS for _field, code in found)


def test_the_node_is_told_the_entered_code_and_no_other() -> None:
    assert targets_of(OUTPUT, CHANNEL_URL) == (OUTPUT,)
    assert targets_of("", CHANNEL_URL) == targets_of(OUTPUT, RTSP) == targets_of(OUTPUT, "") == ()


@pytest.mark.parametrize("address", [BELOW, RTSP])
def test_nobody_is_given_leave_where_the_address_leads_to_no_output(gate: Camera, address: str) -> None:
    Camera.objects.filter(pk=gate.pk).update(voice_output=OUTPUT)
    gate.refresh_from_db()
    assert gate.speaks
    Camera.objects.filter(pk=gate.pk).update(main_url=address)  # by no form: those refuse it
    gate.refresh_from_db()
    assert not gate.speaks


@pytest.fixture
def gate(stage: Any) -> Camera:
    """A camera that is a channel."""
    Camera.objects.filter(pk=stage.gate.pk).update(main_url=CHANNEL_URL, onvif_port=None)
    return Camera.objects.get(pk=stage.gate.pk)


def edit(browser: Any, camera: Camera, code: str) -> Any:
    data = {
        "number": camera.number, "name": camera.name, "place": camera.place, "view": camera.view,
        "node": camera.node.pk, "record": "on", "retention_days": 30, "grade": 2, "voice_output": code,
    }  # fmt: skip
    return browser.post(f"/cameras/{camera.pk}/edit/", data)


def speaker(stage: Any) -> tuple[str, ...]:
    return next(one.speaker for one in build_assignment(stage.node).cameras if one.id == stage.gate.pk)


def test_it_is_entered_in_the_form_with_its_history_and_reaches_the_node(
    stage: Any, gate: Camera, client_of: Any
) -> None:
    browser = client_of("caretaker")
    assert 'name="voice_output"' in browser.get(f"/cameras/{gate.pk}/edit/").content.decode()
    generation = build_assignment(stage.node).generation
    answer = edit(browser, gate, OUTPUT)
    assert answer.status_code == 302, answer.context["form"].errors
    assert speaker(stage) == (OUTPUT,)
    assert build_assignment(stage.node).generation > generation
    [record] = [row.record for row in RecordOutbox.objects.filter(type="config.changed")][-1:]
    assert record["changes"]["voice_output"] == [None, "(restricted)"], (
        "base data: its content stays in the register (S33.1)"
    )
    assert OUTPUT in browser.get(gate.get_absolute_url()).content.decode()
    assert OUTPUT not in client_of("operator").get(gate.get_absolute_url()).content.decode()


def test_of_another_kind_of_camera_it_is_not_asked_and_is_refused(stage: Any, client_of: Any) -> None:
    browser = client_of("caretaker")
    assert 'name="voice_output"' not in browser.get(f"/cameras/{stage.gate.pk}/edit/").content.decode()
    answer = edit(browser, stage.gate, OUTPUT)
    assert answer.status_code == 400
    assert "只有国标设备的通道可以登记语音输出" in answer.content.decode()
    assert Camera.objects.get(pk=stage.gate.pk).voice_output == ""


@pytest.mark.parametrize("member", ["operator", "lead", "outside_caretaker"])
def test_others_do_not_enter_it(stage: Any, gate: Camera, client_of: Any, member: str) -> None:
    assert edit(client_of(member), gate, OUTPUT).status_code in (403, 404)
    assert speaker(stage) == ()


def adopt(stage: Any, url: str) -> Camera:
    camera, person, now = Camera.objects.get(pk=stage.gate.pk), stage.cast.caretaker.person, timezone.now()
    trial = TrialAddress.objects.create(camera=camera, main_url=url, by=person, at=now)
    probe = Probe(camera=camera.pk, person=person, system=camera.system, at=now, address="x", ok=True, codec="H264")
    adopt_trial(camera, trial, probe, person, now)
    return Camera.objects.get(pk=camera.pk)


def test_it_stays_with_the_device_that_it_was_entered_for(stage: Any, gate: Camera) -> None:
    Camera.objects.filter(pk=gate.pk).update(voice_output=OUTPUT)
    assert adopt(stage, CHANNEL_URL).voice_output == OUTPUT, "the same channel"
    assert adopt(stage, RTSP).voice_output == ""
    Camera.objects.filter(pk=gate.pk).update(main_url="", voice_output=OUTPUT)
    assert adopt(stage, CHANNEL_URL).voice_output == OUTPUT, "entered before the device was there"
    Camera.objects.filter(pk=gate.pk).update(main_url="", voice_output=OUTPUT)
    assert adopt(stage, RTSP).voice_output == "", "nobody is heard at a device that is no such one"


def test_it_comes_with_a_table_of_the_register(stage: Any, client_of: Any) -> None:
    browser = client_of("caretaker")
    rows = [{**CAMERA, "语音输出编码": OUTPUT}, {**CAMERA, "点位编号": "0302", "语音输出编码": CHANNEL}]
    table = checked(browser, "cameras", rows)
    assert (table.ready, table.faulty) == (1, 1)
    confirm(browser, table, "right")
    assert Camera.objects.get(system=stage.school, number=CAMERA["点位编号"]).voice_output == OUTPUT
    assert "voice_output" in CameraWork(stage.cast.caretaker.person, timezone.now()).cells


def test_it_comes_with_a_batch_and_is_held_against_the_rows_own_address(stage: Any, client_of: Any) -> None:
    browser = client_of("caretaker")
    head = "编号\t点位名称\t安装位置\t主码流地址\t语音输出编码"
    rows = (("0801", RTSP, OUTPUT), ("0802", "rtsp://10.1.2.8/b", ""))
    text = "\n".join([head, *(f"{number}\t北门 {number}\t北门立柱\t{url}\t{code}" for number, url, code in rows)])
    url = reverse("places:bulk_add", args=[stage.school.pk])
    assert browser.post(url, {"table": text, "node": stage.node.pk}).status_code == 302
    batch = Batch.objects.get()
    one, other = batch.rows.order_by("number")
    assert (one.voice_output, one.state, other.state) == (OUTPUT, RowState.FAULTY, RowState.READY)
    assert "只有国标设备的通道可以登记语音输出" in browser.get(batch.get_absolute_url()).content.decode()
    open_gate()
    device, _password = recorder(stage)
    BatchRow.objects.filter(pk=one.pk).update(main_url=f"gb28181://{device.gb_id}/{CHANNELS[0]}")
    browser.post(reverse("places:batch_register", args=[batch.pk]))
    assert Camera.objects.get(number="0801").voice_output == OUTPUT
    assert Camera.objects.get(number="0802").voice_output == ""
