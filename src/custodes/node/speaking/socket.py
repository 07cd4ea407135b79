"""Speaking on a browser's socket: the sound that it sends, and what it is told of who speaks (docs/design/wire.md §5)."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from custodes.node.speaking.floors import Floors
from custodes.node.standing.socket import StandingSocket
from custodes.video.wire.view import worker_message


@dataclass
class SpeechSocket(StandingSocket):
    """One socket's part in speaking."""

    desk: Floors

    def feed(self, camera: UUID, alaw: bytes) -> None:
        """Sound for the camera's loudspeaker. Returns at once."""
        self.desk.feed(camera, self.grant, alaw)

    def _told(self, channel: int, camera: UUID) -> Coroutine[Any, Any, None]:
        # What stands at this moment: by the time that it is said there may be a next.
        return self.say(worker_message("speech", channel=channel, **self._stands(camera)))

    def _stands(self, camera: UUID) -> dict[str, Any]:
        floor = self.desk.floor(camera)
        if floor is None:
            over = self.desk.over(camera, self.grant)
            ended, step = ("", "") if over is None else (over.reason, over.step)
            return {"speaker": None, "state": "", "ended": ended, "step": step}
        begun = floor.begun
        mine = begun.grant == self.grant
        speaker = {"name": begun.person_name, "unit": begun.unit, "mine": mine, "since_us": floor.since_us}
        return {"speaker": speaker, "state": floor.state, "ended": "", "step": ""}
