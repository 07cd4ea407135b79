"""What the gateway is told, what nodes are told of it, and that each change raises the generation."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.utils import timezone

from custodes.places.assignment import build_assignment, bump
from custodes.places.devices import internal
from custodes.places.devices.assignment import build_gateway_assignment
from custodes.places.devices.entering import password_mark, renew_password, retire_device
from custodes.places.models import Camera, CameraState, Gateway, GbDevice, SpeechForm, System, SystemState, TrialAddress
from custodes.places.register import save_recorded
from custodes.video.wire.gateway_assignment import GatewayAssignment
from custodes.video.wire.seal import unseal
from tests.places.devices.rows import CHANNELS, NAME, RECORDER, open_gate, recorder
from tests.places.stage import public


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(internal, "WAIT_SECONDS", 0.05)
    monkeypatch.setattr(internal, "LOOK_SECONDS", 0.01)


def channels_told(gate) -> set[tuple[str, str]]:
    return {(one.device, one.channel) for one in build_gateway_assignment(gate.row).channels}


def generation() -> int:
    return Gateway.objects.get().generation


def as_channel(camera: Camera, channel: str = CHANNELS[0], device: str = RECORDER) -> None:
    Camera.objects.filter(pk=camera.pk).update(main_url=f"gb28181://{device}/{channel}", transport="tcp-active")


def test_a_device_is_told_with_its_password_sealed_to_the_gateway(stage, gate):
    _device, password = recorder(stage, keepalive_s=30, follow_port=True, edition="2022", charset="utf-8")
    told = build_gateway_assignment(gate.row)
    (one,) = told.devices
    assert unseal(gate.seal_key, one.sealed_password) == password
    assert (one.id, one.keepalive_s, one.follow_port, one.edition, one.charset) == (RECORDER, 30, True, "2022", "utf-8")
    assert [(node.name, node.key) for node in told.nodes] == [("node-1", public(stage.node_key))]
    assert told.gateway == NAME


def test_a_retired_device_and_one_of_a_classified_system_are_not_told(stage, gate):
    device, _password = recorder(stage)
    stage.school.classified = True
    stage.school.save()
    assert build_gateway_assignment(gate.row).devices == ()
    stage.school.classified = False
    stage.school.save()
    retire_device(device, "已拆除", stage.cast.caretaker.person, timezone.now())
    assert build_gateway_assignment(gate.row).devices == ()


def test_a_channel_is_told_where_its_camera_is_taken_in(stage, gate):
    recorder(stage)
    as_channel(stage.gate)
    (one,) = build_gateway_assignment(gate.row).channels
    assert (one.camera, one.device, one.channel, one.node) == (stage.gate.pk, RECORDER, CHANNELS[0], "node-1")
    System.objects.filter(pk=stage.school.pk).update(state=SystemState.BUILDING)  # nothing is recorded yet
    assert channels_told(gate) == set()
    System.objects.filter(pk=stage.school.pk).update(state=SystemState.LEGACY)
    Camera.objects.filter(pk=stage.gate.pk).update(state=CameraState.RETIRED)
    assert channels_told(gate) == set()


def test_a_channel_is_told_with_the_voice_output_that_the_register_has_for_it(stage, gate):
    recorder(stage)
    as_channel(stage.gate)
    (one,) = build_gateway_assignment(gate.row).channels
    assert one.speaker == ()
    Camera.objects.filter(pk=stage.gate.pk).update(voice_output=CHANNELS[0])
    (one,) = build_gateway_assignment(gate.row).channels
    assert one.speaker == (CHANNELS[0],)
    assert one.speech == "broadcast"
    GbDevice.objects.update(speech=SpeechForm.AUTO)
    (one,) = build_gateway_assignment(gate.row).channels
    assert one.speech == "auto"
    # The camera has another channel's address now, and its code would be that of a stranger.
    as_channel(stage.gate, CHANNELS[1])
    (one,) = build_gateway_assignment(gate.row).channels
    assert one.speaker == ()


def test_no_camera_of_another_system_reaches_the_device(stage, gate):
    recorder(stage)
    as_channel(stage.lobby)
    assert channels_told(gate) == set()


def test_a_channel_on_trial_is_told_so_that_the_node_can_probe_it(stage, gate):
    recorder(stage)
    trial = TrialAddress.objects.create(
        camera=stage.yard, main_url=f"gb28181://{RECORDER}/{CHANNELS[1]}", by=stage.cast.caretaker.person,
        at=timezone.now(),
    )  # fmt: skip
    assert channels_told(gate) == {(RECORDER, CHANNELS[1])}
    Camera.objects.filter(pk=stage.yard.pk).update(state=CameraState.FORBIDDEN)
    assert channels_told(gate) == set()
    trial.delete()


def test_a_node_is_told_the_channels_address_and_way_and_where_the_gateway_is(stage, gate):
    recorder(stage)
    as_channel(stage.gate)
    told = build_assignment(stage.node)
    assert told.gateway is not None
    assert (told.gateway.name, told.gateway.url) == (NAME, "http://127.0.0.1:26060")
    camera = next(one for one in told.cameras if one.id == stage.gate.pk)
    assert (camera.main.url, camera.main.transport) == (f"gb28181://{RECORDER}/{CHANNELS[0]}", "tcp-active")


def test_every_change_raises_the_generation(stage, gate):
    caretaker, now = stage.cast.caretaker.person, timezone.now()
    seen = [generation()]

    def changed() -> bool:
        seen.append(generation())
        return seen[-1] > seen[-2]

    device, _password = recorder(stage)
    assert changed()
    renew_password(device, caretaker, now, password_mark(device))
    assert changed()
    with transaction.atomic():
        bump(stage.node)  # as every change of a camera does
    assert changed()
    stage.school.classified = True
    save = stage.school
    with pytest.raises(Exception, match="S20"):
        save_recorded(save, ("classified",), caretaker, now)
    assert not changed()
    retire_device(device, "已拆除", caretaker, now)
    assert changed()


def test_a_start_enters_the_gateway_once_and_lets_the_nodes_know_of_a_new_address(stage, gate):
    before = stage.node.generation
    again = open_gate()
    assert Gateway.objects.count() == 1
    assert Gateway.objects.get().public_key == public(again.key)
    stage.node.refresh_from_db()
    assert stage.node.generation > before


def test_the_gateway_polls_with_its_signature(stage, gate):
    recorder(stage)
    answer = gate.send("GET", "/internal/gateway/assignment?after=0")
    assert answer.status_code == 200
    told = GatewayAssignment.model_validate_json(answer.content)
    assert [one.id for one in told.devices] == [RECORDER]
    assert gate.send("GET", f"/internal/gateway/assignment?after={told.generation}").status_code == 204
    assert gate.send("GET", "/internal/gateway/assignment?after=x").status_code == 400
    assert gate.send("POST", "/internal/gateway/assignment?after=0").status_code == 405
    assert Gateway.objects.get().last_seen is not None


@pytest.mark.parametrize("path", ["assignment?after=0", "states", "catalogue", "alarms"])
def test_nobody_else_speaks_as_the_gateway(stage, gate, path):
    path = f"/internal/gateway/{path}"
    assert gate.send("POST", path, {}, key=Ed25519PrivateKey.generate()).status_code == 401
    assert gate.send("POST", path, {}, key=stage.node_key, issuer="node-1").status_code == 401
    assert gate.send("POST", path, {}, issuer="gateway-2").status_code == 401
    answer = gate.send("POST", path, {}, key=Ed25519PrivateKey.generate())
    assert json.loads(answer.content)["error"] == "unauthorized"


def test_the_gateway_does_not_speak_as_a_node(stage, gate):
    assert gate.send("GET", "/internal/assignment?after=0").status_code == 401
