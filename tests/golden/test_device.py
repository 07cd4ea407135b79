"""Records of the steps of a GB/T device, and of a camera's corrections."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import httpx
import pytest
from django.utils import timezone

from custodes.places.changes.editing import save_camera
from custodes.places.changes.gate import GateBasis, Why
from custodes.places.devices import gateways
from custodes.places.devices.catalogue import compare, open_findings, settle
from custodes.places.devices.configured import mark_of, read_configuration
from custodes.places.devices.configuring import configure_device
from custodes.places.devices.entering import (
    begin_cameras,
    change_device,
    enter_device,
    password_mark,
    renew_password,
    retire_device,
)
from custodes.places.devices.moving import end_mobile, enter_mobile
from custodes.places.devices.rebooting import reboot_device
from custodes.places.keys import control_key
from custodes.places.models import Camera, GbDevice, GbMobile, MobileKind
from custodes.places.models.recorded import CAMERA_FIELDS
from custodes.video.wire.configuration import AlarmReports, ConfigurationWish
from tests.access.notary import FakeNotary
from tests.golden.conftest import Golden
from tests.golden.places import by_program
from tests.places.devices.parts import OF_CHANNEL
from tests.places.devices.rows import CHANNELS, RECORDER, open_gate, with_channels
from tests.places.devices.test_configuration import READ, SAID, SET, answer
from tests.places.stage import Stage

pytestmark = pytest.mark.django_db


def test_each_step_of_a_device(
    stage: Stage, notary: FakeNotary, monkeypatch: pytest.MonkeyPatch, golden: Golden
) -> None:
    by, gateway = stage.cast.caretaker.person, open_gate()
    gateway.web_key = control_key().public_key()
    monkeypatch.setattr(gateways, "TRANSPORT", httpx.MockTransport(gateway))
    with golden("device") as clock:

        def a_minute_passes() -> None:
            clock.later()

        def stands() -> GbDevice:
            return GbDevice.objects.get(gb_id=RECORDER)

        def set_so(wish: ConfigurationWish, comes_to: dict[str, Any], channel: str = RECORDER, **more: Any) -> None:
            said = SAID if channel == RECORDER else OF_CHANNEL
            gateway.answers = {READ: answer(said), SET: comes_to}
            reading = read_configuration(stands(), channel, by, clock.later(minutes=2))
            reason = "按维护单 1123 调整"
            configure_device(stands(), channel, wish, reason, mark_of(reading), by, clock.later(), **more)

        def rebooted(failure: str = "") -> None:
            gateway.answers, gateway.taken = {}, {"failure": failure}
            reboot_device(stands(), "画面卡死，维护单 1124", by, clock.later(minutes=3))

        notary.before_answer = a_minute_passes  # between an order and what comes of it
        enter_device(GbDevice(gb_id=RECORDER, name="北楼录像机", system=stage.school), by, clock.later())
        device = stands()
        device.name, device.edition, device.charset, device.media = "北楼 1 号录像机", "2022", "utf-8", "tcp"
        device.speech, device.keepalive_s, device.misses, device.follow_port = "auto", 30, 5, True
        change_device(device, by, clock.later())
        renew_password(stands(), by, clock.later(), seen=password_mark(stands()))
        # its catalogue, and cameras of it
        with_channels(device)
        Camera.objects.filter(pk=stage.gate.pk).update(main_url=f"gb28181://{RECORDER}/{CHANNELS[0]}")
        was = {CHANNELS[0]: "通道 0", CHANNELS[1]: "通道 1"}
        compare(device, was, {CHANNELS[0]: "大门", CHANNELS[2]: "通道 2"}, clock.later())
        for finding in open_findings(device).order_by("sort"):
            settle(finding, by, "厂家调整过目录", clock.later())
        begin_cameras(device, device.channels.filter(channel_id__in=CHANNELS[1:3]), stage.node, by, clock.later())
        # what of it moves
        for channel, kind in ((CHANNELS[3], MobileKind.VEHICLE), (RECORDER, MobileKind.PORTABLE)):
            mobile = GbMobile(device=device, channel_id=channel, kind=kind, interval_s=30, reason="巡逻调度需要")
            enter_mobile(mobile, by, clock.later())
            end_mobile(device, mobile.pk, by, clock.later())
        # started again
        rebooted()
        rebooted("no_answer")
        notary.down = True
        rebooted()
        notary.down = False
        # set: longer silence, refused, otherwise than it was to be, a channel, with a caution, without the log
        set_so(ConfigurationWish(heartbeat_s=300), {"after": {"heartbeat_s": 300}})
        set_so(ConfigurationWish(heartbeat_s=600), {"failure": "refused", "status": 403})
        set_so(ConfigurationWish(heartbeat_s=90), {"after": {"heartbeat_s": 120}, "differs": ["heartbeat_s"]})
        set_so(ConfigurationWish(name="北门"), {"after": {"name": "北门"}}, CHANNELS[0])
        quiet = ConfigurationWish(alarm_report=AlarmReports(motion=False, field=False))
        set_so(quiet, {"after": {"alarm_report": {"motion": False, "field": False}}}, CHANNELS[0], aware=True)
        notary.down = True
        set_so(ConfigurationWish(name="录像机"), {})
        # out of use, when none of its channels is a camera any more
        Camera.objects.filter(pk=stage.gate.pk).update(main_url=stage.gate.main_url)
        retire_device(stands(), "报废", by, clock.later())


def test_each_correction_of_a_camera(stage: Stage, golden: Golden) -> None:
    by = stage.cast.caretaker.person
    Camera.objects.filter(pk=stage.gate.pk).update(view="校门内", azimuth=Decimal("45.5"), maker="某厂", model="X1")
    with golden("camera") as clock:

        def corrected(words: str, via: str = "", **fields: Any) -> None:
            row = Camera.objects.select_related("system").get(pk=stage.gate.pk)
            for name, value in fields.items():
                setattr(row, name, value)
            at = clock.later()
            save_camera(row, CAMERA_FIELDS, by, at, GateBasis(Why.CORRECTION, words, timezone.localdate(at)), via)

        corrected("登记时写反了方向", place="入口西侧，距地 3 米", view="校门外", azimuth=Decimal("225.5"))
        corrected("铭牌抄错", by_program(), maker="另一厂", model="Y2")
