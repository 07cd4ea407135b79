"""Speaking on a browser's socket: the sound that it sends, and what it is told of who speaks (docs/design/wire.md §5)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from custodes.node.speaking.floors import Floors
from custodes.video.wire.view import worker_message

Say = Callable[[str], Awaitable[None]]
"""Sends one text message; never raises for a browser that is gone."""


@dataclass
class SpeechSocket:
    """One socket's part in speaking.

    Attributes:
        grant: of the look under which the socket stands.
    """

    floors: Floors
    grant: UUID
    say: Say
    _said: set[asyncio.Task[None]] = field(default_factory=set)

    def watch(self, channel: int, camera: UUID) -> Callable[[], None]:
        """Tell on `channel` who speaks through the camera, now and with each change; call what is returned to end that."""

        def tell() -> None:
            # What stands at this moment: by the time that it is said there may be a next.
            self._spawn(self.say(worker_message("speech", channel=channel, **self._stands(camera))))

        tell()
        return self.floors.listen(camera, tell)

    def feed(self, camera: UUID, alaw: bytes) -> None:
        """Sound for the camera's loudspeaker. Returns at once."""
        self.floors.feed(camera, self.grant, alaw)

    def leave(self, reason: str, camera: UUID | None = None) -> None:
        """The look is over, or shows this camera no more. Returns at once."""
        self.floors.leave(self.grant, reason, camera)

    def _stands(self, camera: UUID) -> dict[str, Any]:
        floor = self.floors.floor(camera)
        if floor is None:
            over = self.floors.over(camera, self.grant)
            ended, step = ("", "") if over is None else (over.reason, over.step)
            return {"speaker": None, "state": "", "ended": ended, "step": step}
        begun = floor.begun
        mine = begun.grant == self.grant
        speaker = {"name": begun.person_name, "unit": begun.unit, "mine": mine, "since_us": floor.since_us}
        return {"speaker": speaker, "state": floor.state, "ended": "", "step": ""}

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._said.add(task)
        task.add_done_callback(self._said.discard)
