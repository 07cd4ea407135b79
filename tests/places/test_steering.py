"""Whether a camera can be steered: asked of the device through the node, kept in the register, told to the node."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from custodes.people.models import RecordOutbox
from custodes.places.assignment import build_assignment
from custodes.places.models import Camera, Probe, TrialAddress
from custodes.places.register import adopt_trial, save_recorded
from custodes.video.wire.assignment import TurningRange

SHEET = {"turns_pan": 350, "turns_low": -90, "turns_high": 10}


@pytest.fixture
def heard(stage: Any) -> Any:
    Camera.objects.filter(pk=stage.gate.pk).update(onvif_port=8080)
    return stage


def ask(stage: Any, client_of: Any, member: str = "caretaker") -> Any:
    return client_of(member).post(f"/cameras/{stage.gate.pk}/steering/", follow=True)


def onvif_of(stage: Any) -> Any:
    cameras = {camera.id: camera for camera in build_assignment(stage.node).cameras}
    return cameras[stage.gate.pk].onvif


def test_what_the_device_can_do_is_kept_and_the_node_told(heard: Any, client_of: Any) -> None:
    before = onvif_of(heard)
    assert (before.turns, before.profile) == (False, "")
    generation = build_assignment(heard.node).generation
    page = ask(heard, client_of)
    assert "可以操控" in page.content.decode()
    [asked] = heard.worker.asked("/internal/onvif/steering")
    assert (asked["url"], asked["port"]) == (heard.gate.main_url, 8080)
    camera = Camera.objects.get(pk=heard.gate.pk)
    assert camera.steerable
    assert (onvif_of(heard).turns, onvif_of(heard).profile) == (True, "p1")
    assert build_assignment(heard.node).generation > generation
    changes = [row.record["changes"] for row in RecordOutbox.objects.filter(type="config.changed")]
    assert {"steering": [None, "move zoom presets home set_home"]} in changes


def test_the_declared_angle_goes_to_the_node_of_a_camera_that_turns_and_of_no_other(heard: Any, client_of: Any) -> None:
    Camera.objects.filter(pk=heard.gate.pk).update(angle="62.5")

    def spread() -> float | None:
        return next(one.spread for one in build_assignment(heard.node).cameras if one.id == heard.gate.pk)

    assert spread() is None
    ask(heard, client_of)
    assert spread() == 62.5


def test_elevation_and_range_go_to_the_node_and_so_does_each_change(heard: Any, client_of: Any) -> None:
    ask(heard, client_of)
    person, at = heard.cast.caretaker.person, timezone.now()
    values = {"tilt_low": Decimal(-30), "tilt_high": Decimal(5), "turns_pan": Decimal(350), "turns_low": Decimal(-90)}
    for name, value in (values | {"turns_high": Decimal(10), "presets_only": True, "angle": Decimal(60)}).items():
        generation = build_assignment(heard.node).generation
        camera = Camera.objects.select_related("system").get(pk=heard.gate.pk)
        setattr(camera, name, value)
        save_recorded(camera, [name], person, at)
        assert build_assignment(heard.node).generation > generation, name
    told = next(one for one in build_assignment(heard.node).cameras if one.id == heard.gate.pk)
    assert (told.rise, told.presets_only, told.spread) == ((-30.0, 5.0), True, 60.0)
    assert told.onvif is not None
    assert told.onvif.range == TurningRange(pan=350, low=-90, high=10)


def test_a_device_that_does_not_turn_is_fixed_and_its_profile_kept(heard: Any, client_of: Any) -> None:
    heard.worker.turns = {"ok": True, "profile": "p1"}
    assert "固定不动" in ask(heard, client_of).content.decode()
    camera = Camera.objects.get(pk=heard.gate.pk)
    assert (camera.steerable, camera.onvif_profile) == (False, "p1")
    assert not onvif_of(heard).turns


def test_a_failure_changes_nothing_and_says_what_to_do(heard: Any, client_of: Any) -> None:
    heard.worker.turns = {"ok": False, "failure": "password"}
    assert "登录名或者密码不正确" in ask(heard, client_of).content.decode()
    assert Camera.objects.get(pk=heard.gate.pk).steering is None


def test_a_camera_without_onvif_is_not_asked(stage: Any, client_of: Any) -> None:
    assert ask(stage, client_of).status_code == 404
    assert not stage.worker.asked("/internal/onvif/steering")


@pytest.mark.parametrize("member", ["operator", "lead", "outside_caretaker"])
def test_others_do_not_ask(heard: Any, client_of: Any, member: str) -> None:
    assert ask(heard, client_of, member).status_code in (403, 404)
    assert not heard.worker.asked("/internal/onvif/steering")


def test_the_declared_preset_is_in_the_register_and_reaches_the_node(heard: Any, client_of: Any) -> None:
    browser = client_of("caretaker")
    edit = f"/cameras/{heard.gate.pk}/edit/"
    assert "home_preset" not in browser.get(edit).content.decode()
    ask(heard, client_of)
    assert "home_preset" in browser.get(edit).content.decode()
    data = {
        "number": "0101", "name": "校门", "place": "入口东侧，距地 3 米", "view": "校门内外", "node": heard.node.pk,
        "home_preset": "3", "record": "on", "retention_days": 30, "grade": 2,
    }  # fmt: skip
    # Where it goes back to is its direction: of a camera in use that is a change, or says why it is none (S34(7)).
    assert browser.post(edit, data).status_code == 400
    data |= {"basis": "correction", "basis_words": "首次登记回归位，现场没有改变"}
    assert browser.post(edit, data).status_code == 302
    assert onvif_of(heard).home == "3"


def test_of_another_device_nothing_is_known(heard: Any, client_of: Any) -> None:
    ask(heard, client_of)
    Camera.objects.filter(pk=heard.gate.pk).update(**SHEET, tilt_low=-30, tilt_high=0, presets_only=True)
    camera = adopt(heard, "rtsp://10.1.2.9/other")
    assert (camera.steering, camera.onvif_profile, camera.steerable) == (None, "", False)
    assert (camera.turns_pan, camera.turns_low, camera.turns_high) == (None, None, None)
    assert (camera.tilt_low, camera.tilt_high, camera.presets_only) == (-30, 0, True), "of the place, not of the device"
    changes = [row.record["changes"] for row in RecordOutbox.objects.filter(type="config.changed")]
    assert any(one.get("turns_pan") == ["(restricted)", None] for one in changes)


def test_the_data_sheet_stays_with_the_device_that_it_was_entered_for(heard: Any) -> None:
    Camera.objects.filter(pk=heard.gate.pk).update(**SHEET)
    assert adopt(heard, heard.gate.main_url).turns_pan == 350, "the same device, with another password"
    Camera.objects.filter(pk=heard.gate.pk).update(main_url="")
    assert adopt(heard, "rtsp://10.1.2.9/first").turns_pan == 350, "entered before the device was there"


def adopt(stage: Any, url: str) -> Camera:
    camera, person, now = Camera.objects.get(pk=stage.gate.pk), stage.cast.caretaker.person, timezone.now()
    trial = TrialAddress.objects.create(camera=camera, main_url=url, by=person, at=now, onvif_port=8080)
    probe = Probe(camera=camera.pk, person=person, system=camera.system, at=now, address="x", ok=True, codec="H264")
    adopt_trial(camera, trial, probe, person, now)
    return Camera.objects.get(pk=camera.pk)


TURNS = ("tilt_low", "tilt_high", "turns_pan", "turns_low", "turns_high", "presets_only")


@pytest.mark.parametrize(
    ("able", "more", "shown", "folded"),
    [
        ({"move": True}, {}, True, False),
        (None, {}, True, True),
        ({"move": False, "zoom": True}, {}, False, False),
        ({"move": False}, {"tilt_low": -30, "tilt_high": 0}, True, False),
    ],
)
def test_what_holds_a_camera_that_turns_is_asked_where_it_turns_or_nobody_knows(
    heard: Any, client_of: Any, able: Any, more: dict[str, Any], shown: bool, folded: bool
) -> None:
    Camera.objects.filter(pk=heard.gate.pk).update(onvif_profile="p1", steering=able, **more)
    page = client_of("caretaker").get(f"/cameras/{heard.gate.pk}/edit/").content.decode()
    assert [f'name="{name}"' in page for name in TURNS] == [shown] * len(TURNS)
    assert ("<details" in page and "云台（能转动的点位）</span></summary>" in page) is folded
