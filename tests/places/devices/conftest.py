"""A gateway that stands in the register and answers inside the test."""

from __future__ import annotations

import httpx
import pytest

from custodes.places.devices import client
from custodes.places.keys import control_key
from tests.places.devices.rows import Gate, open_gate


@pytest.fixture
def gate(stage, monkeypatch) -> Gate:
    """It."""
    found = open_gate()
    found.web_key = control_key().public_key()
    monkeypatch.setattr(client, "TRANSPORT", httpx.MockTransport(found))
    return found
