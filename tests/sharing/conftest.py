"""A link in force with an upper that states who asks and why, and a gateway that asks for it."""

from __future__ import annotations

import uuid

import pytest

from custodes.places.models import Camera, CameraState
from custodes.sharing.models import Link
from custodes.sharing.serving import uppers
from custodes.sharing.tree import changing
from tests.places.devices.rows import NAME, open_gate
from tests.sharing.said import speaks
from tests.sharing.stage import in_force, organisation, second, taken


@pytest.fixture
def by(cast):
    return cast.inspector.person


@pytest.fixture
def other(cast):
    return second(cast).person


@pytest.fixture
def gate(stage):
    return open_gate()


@pytest.fixture
def link(cast, stage, by, other, gate):
    """A link in force that shows the gate's camera, and no other."""
    Camera.objects.update(state=CameraState.CONNECTED)
    row = in_force(cast, other)
    changing.put(row, [stage.gate.pk], organisation(row, by), taken(by))
    return Link.objects.get(pk=row.pk)


@pytest.fixture
def stating(link, monkeypatch):
    """The link states; its only channel is the gate's."""
    uppers._tags.clear()
    monkeypatch.setattr(uppers, "_source", [])
    speaks(link)
    return link


@pytest.fixture
def wants(gate, stating, notary):
    """Ask for its channel as the gateway does."""

    def asked(verb="history", *, status=200, **more):
        body = {
            "gateway": NAME, "link": str(stating.pk), "call": str(uuid.uuid4()), "verb": verb,
            "channel": stating.shared.get().channel, "address": "" if verb == "steer" else "192.0.2.10",
        } | more  # fmt: skip
        answer = gate.send("POST", "/internal/gateway/wanted", body)
        assert answer.status_code == status, answer.content
        return answer.json()

    return asked
