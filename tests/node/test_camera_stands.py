"""What a browser is told of a camera of which nothing is kept: never recorded here, or only not at this hour."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from custodes.node.camera import CameraState
from custodes.node.channel import Channel
from custodes.video.wire.view import OpenMessage

CAMERA = UUID(int=1)


class Line:
    """A browser's line that keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    async def send_text(self, text: str) -> None:
        """Keep it."""
        self.sent.append(json.loads(text))


@pytest.mark.parametrize(
    ("record", "state", "reason", "told"),
    [
        (False, "off", "schedule", "unrecorded"),
        (True, "off", "schedule", "schedule"),
        (False, "off", "planned", "planned"),
        (False, "refused", "refused", "refused"),
    ],
)
async def test_a_camera_that_is_never_recorded_here_is_told_from_one_that_rests(
    record: bool, state: str, reason: str, told: str
) -> None:
    line = Line()
    camera = SimpleNamespace(id=CAMERA, assignment=SimpleNamespace(record=record))
    opened = OpenMessage(type="open", channel=3, camera=CAMERA, at=None)
    channel = Channel(opened, line, camera, None)  # type: ignore[arg-type]
    await channel.say_state(CameraState(state, 1_750_000_000_000_000, reason))
    [said] = line.sent
    assert said == {
        "type": "state", "channel": 3, "state": state, "since_us": 1_750_000_000_000_000, "reason": told
    }  # fmt: skip
