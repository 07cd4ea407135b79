"""Whether a channel turns: found at a person's word, by its device's catalogue; kept, and told to node and gateway."""

from __future__ import annotations

from typing import Any

import pytest

from custodes.people.models import RecordOutbox
from custodes.places.assignment import build_assignment
from custodes.places.devices.assignment import build_gateway_assignment
from custodes.places.models import Camera, Gateway, GbChannel
from tests.places.devices.rows import CHANNELS, RECORDER, recorder, with_channels


@pytest.fixture
def channel(stage, gate):
    """The gate's camera is the recorder's first channel."""
    device, _password = recorder(stage)
    with_channels(device)
    Camera.objects.filter(pk=stage.gate.pk).update(main_url=f"gb28181://{RECORDER}/{CHANNELS[0]}", transport="udp")
    return GbChannel.objects.get(device=device, channel_id=CHANNELS[0])


def ask(stage: Any, client_of: Any, kind: int | None, channel: GbChannel, member: str = "caretaker") -> str:
    channel.ptz = kind
    channel.save()
    return client_of(member).post(f"/cameras/{stage.gate.pk}/steering/", follow=True).content.decode()


def told(stage: Any, gate: Any) -> tuple[bool, bool]:
    """What the node is told, and the gateway."""
    cameras = {camera.id: camera for camera in build_assignment(stage.node).cameras}
    (one,) = build_gateway_assignment(gate.row).channels
    return cameras[stage.gate.pk].turns, one.turns


@pytest.mark.parametrize("kind", [1, 4, 5])
def test_a_channel_that_turns_is_steered_by_node_and_gateway(stage, gate, client_of, channel, kind):
    generations = build_assignment(stage.node).generation, Gateway.objects.get().generation
    assert told(stage, gate) == (False, False)
    assert "检测云台" in client_of("caretaker").get(f"/cameras/{stage.gate.pk}/").content.decode()
    assert "可以操控" in ask(stage, client_of, kind, channel)
    assert told(stage, gate) == (True, True)
    after = build_assignment(stage.node).generation, Gateway.objects.get().generation
    assert all(new > old for new, old in zip(after, generations, strict=True))
    changes = [row.record["changes"] for row in RecordOutbox.objects.filter(type="config.changed")]
    assert {"steering": [None, "move zoom focus iris presets"]} in changes
    Camera.objects.filter(pk=stage.gate.pk).update(home_preset="3", angle="62.5")
    (camera,) = [one for one in build_assignment(stage.node).cameras if one.id == stage.gate.pk]
    assert (camera.home_preset, camera.steerable, camera.onvif) == ("3", True, None)
    assert camera.spread == 62.5
    Camera.objects.filter(pk=stage.gate.pk).update(angle=None)
    assert {one.id: one.spread for one in build_assignment(stage.node).cameras}[stage.gate.pk] is None
    assert not stage.worker.asked("/internal/onvif/steering")


@pytest.mark.parametrize("kind", [2, 3, 6, 99])
def test_a_channel_that_does_not_turn_is_fixed(stage, gate, client_of, channel, kind):
    assert "固定不动" in ask(stage, client_of, kind, channel)
    assert told(stage, gate) == (False, False)


def test_a_catalogue_that_does_not_say_changes_nothing(stage, gate, client_of, channel):
    assert "云台类型" in ask(stage, client_of, None, channel)
    assert Camera.objects.get(pk=stage.gate.pk).steering is None


@pytest.mark.parametrize("member", ["operator", "outside_caretaker"])
def test_others_do_not_ask(stage, gate, client_of, channel, member):
    ask(stage, client_of, 1, channel, member)
    assert Camera.objects.get(pk=stage.gate.pk).steering is None
