"""What the pages of a GB/T device and of a camera's corrections offer and refuse."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.places.changes.editing import save_camera
from custodes.places.changes.gate import GateBasis, Why
from custodes.places.devices import gateways
from custodes.places.devices.catalogue import compare, open_findings
from custodes.places.devices.entering import change_device, password_mark, retire_device
from custodes.places.keys import control_key
from custodes.places.models import Camera, GbDevice, MobileKind, System
from custodes.places.models.recorded import CAMERA_FIELDS
from tests.access.notary import FakeNotary
from tests.golden.asked import Act, apart, to
from tests.golden.conftest import AskedOf
from tests.golden.keys import counted_keys
from tests.places.devices.rows import CHANNELS, RECORDER, moving, open_gate, recorder, with_channels
from tests.places.stage import Stage
from tests.places.test_fields_of_view import form_of

__all__ = ["counted_keys"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]


def _entered(_system: System) -> dict[str, Any]:
    told = {"gb_id": RECORDER, "name": "北楼录像机", "edition": "", "charset": ""}
    return told | {"media": "udp", "speech": "auto", "keepalive_s": 60, "misses": 3}


def _changed(device: GbDevice) -> dict[str, Any]:
    return {**_entered(device.system), "name": "北楼 1 号录像机", "revision": device.revision}


def _moving(_device: GbDevice) -> dict[str, Any]:
    return {"channel_id": CHANNELS[3], "kind": MobileKind.VEHICLE, "interval_s": 30, "reason": "巡逻调度需要"}


def _finding(device: GbDevice) -> str:
    return reverse("places:device_finding", args=[device.pk, getattr(open_findings(device).first(), "pk", 0)])


def _mobile(device: GbDevice) -> str:
    return reverse("places:device_mobile_end", args=[device.pk, getattr(device.mobiles.first(), "pk", 0)])


def test_of_a_device(stage: Stage, notary: FakeNotary, monkeypatch: pytest.MonkeyPatch, asked: AskedOf) -> None:
    gateway = open_gate()
    gateway.web_key = control_key().public_key()
    gateway.answers, gateway.taken = {}, {"failure": ""}
    monkeypatch.setattr(gateways, "TRANSPORT", httpx.MockTransport(gateway))

    def picked(device: GbDevice) -> dict[str, Any]:
        channel = device.channels.filter(channel_id=CHANNELS[2]).first()
        return {"channel": channel.pk if channel else "", "node": stage.node.pk}

    enter = {"enter": Act("caretaker", to("places:device_add"), _entered)}
    acts = {
        "change": Act("caretaker", to("places:device_edit"), _changed),
        "renew the password": Act("caretaker", to("places:device_password"), lambda row: {"seen": password_mark(row)}),
        "settle a finding": Act("caretaker", _finding, lambda _row: {"words": "厂家调整过目录"}),
        "make cameras": Act("caretaker", to("places:device_cameras"), picked),
        "enter what moves": Act("caretaker", to("places:device_mobile_add"), _moving),
        "end what moves": Act("caretaker", _mobile),
        "reboot": Act("caretaker", to("places:device_reboot"), lambda _row: {"reason": "画面卡死，维护单 1124"}),
        "retire": Act("caretaker", to("places:device_retire"), lambda _row: {"reason": "报废"}),
    }
    with asked("device", stage.cast, acts) as one:
        one.at(stage.school, "none", acts=enter, page=enter["enter"].address)
        one.guard(stage.school, "enter", "an identity of too few digits", acts=enter, gb_id="1234")
        one.guard(stage.school, "enter", "no name", acts=enter, name="")
        device = recorder(stage)[0]
        one.at(device, "entered")
        one.guard(stage.school, "enter", "it is entered already", acts=enter)
        with_channels(device)
        Camera.objects.filter(pk=stage.gate.pk).update(main_url=f"gb28181://{RECORDER}/{CHANNELS[0]}")
        compare(device, {CHANNELS[0]: "通道 0"}, {CHANNELS[0]: "大门"}, one.clock.later())
        moving(device)
        one.at(device, "a camera hangs on it, and its catalogue differs")
        with apart():
            row = GbDevice.objects.get(pk=device.pk)
            row.name = "南楼录像机"
            change_device(row, stage.cast.system_admin.person, one.clock.at)
            one.guard(device, "change", "another revision was read", revision=device.revision)
        one.guard(device, "renew the password", "it was renewed meanwhile", seen="")
        one.guard(device, "settle a finding", "no words", words="")
        one.guard(device, "make cameras", "no channel", channel="")
        one.guard(device, "enter what moves", "no reason", reason="")
        one.guard(device, "reboot", "no reason", reason="")
        one.guard(device, "retire", "no reason", reason="")
        Camera.objects.filter(pk=stage.gate.pk).update(main_url=stage.gate.main_url)
        retire_device(GbDevice.objects.get(pk=device.pk), "报废", stage.cast.caretaker.person, timezone.now())
        one.at(device, "retired")


def test_of_a_cameras_corrections(stage: Stage, asked: AskedOf) -> None:
    def edited(**said: Any) -> Act:
        return Act(
            "caretaker", to("places:camera_edit"), lambda camera: form_of(camera, place="入口西侧，距地 3 米", **said)
        )

    acts = {
        "correct": edited(),
        "enter what was found": edited(basis="found", basis_words="大风后移位", found_on="2026-11-19"),
    }
    with asked("camera", stage.cast, acts) as one:
        one.at(stage.gate, "in use")
        one.guard(stage.gate, "correct", "on no basis", basis="")
        one.guard(stage.gate, "correct", "no words", basis_words="")
        one.guard(stage.gate, "enter what was found", "a day to come", found_on="2026-11-30")
        with apart():
            row = Camera.objects.select_related("system").get(pk=stage.gate.pk)
            row.place = "入口东墙"
            told = GateBasis(Why.CORRECTION, "登记有误", timezone.localdate())
            save_camera(row, CAMERA_FIELDS, stage.cast.system_admin.person, one.clock.at, told)
            one.guard(stage.gate, "correct", "another revision was read", revision=stage.gate.revision)
