"""A gateway that stands in the register and answers inside the test; a recorder that it reads, and its channel as a camera."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from custodes.places.devices import gateways
from custodes.places.devices.configured import camera_of
from custodes.places.keys import control_key
from custodes.places.models import Camera, CameraState, GbDevice
from tests.places.devices.parts import CHANNEL, OF_CHANNEL
from tests.places.devices.rows import Gate, open_gate, recorder, with_channels
from tests.places.devices.test_configuration import READ as READ_PATH
from tests.places.devices.test_configuration import SET, answer, read


@pytest.fixture
def gate(stage, monkeypatch) -> Gate:
    """It."""
    found = open_gate()
    found.web_key = control_key().public_key()
    monkeypatch.setattr(gateways, "TRANSPORT", httpx.MockTransport(found))
    return found


@pytest.fixture
def device(stage, gate, notary) -> GbDevice:
    """The school's recorder, whose channel says all that a device of 2022 may say."""
    gate.answers = {READ_PATH: answer(OF_CHANNEL), SET: {"after": {}}}
    row = recorder(stage)[0]
    with_channels(row)
    return row


@pytest.fixture
def browser(client_of, device) -> Any:
    """The school's caretaker, who read the channel just now."""
    found = client_of("caretaker")
    read(found, device, CHANNEL)
    return found


@pytest.fixture
def recorded(stage, device, monkeypatch) -> Camera:
    """The channel as a camera in use, connected with 1080 lines and 25 pictures a second."""
    camera = Camera.objects.filter(system=device.system).first() or stage.camera(device.system)
    Camera.objects.filter(pk=camera.pk).update(
        main_url=f"gb28181://{device.gb_id}/{CHANNEL}", state=CameraState.CONNECTED, width=1920, height=1080,
        frame_rate=25.0, name="通道 0", record=True,
    )  # fmt: skip
    monkeypatch.setattr(type(camera.system), "recorded", True)
    camera.refresh_from_db()
    assert camera_of(device, CHANNEL) == camera
    return camera
