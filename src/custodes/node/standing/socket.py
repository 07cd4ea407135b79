"""One browser's socket and one kind of leave: what it is told of who has a camera, and that the leave ends with it (docs/design/wire.md §5)."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from custodes.node.standing.desk import StandingDesk
from custodes.video.wire.assignment import CameraAssignment

Say = Callable[[str], Coroutine[Any, Any, None]]
"""Sends one text message; never raises for a browser that is gone."""


@dataclass
class StandingSocket(ABC):
    """One socket's part; each verb has a class of its own.

    Attributes:
        grant: of the look under which the socket stands.
    """

    desk: StandingDesk[Any, Any, Any]
    grant: UUID
    say: Say
    _said: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    def able(self, assignment: CameraAssignment) -> bool:
        """Whether there is anything to be told of this camera."""
        return self.desk.able(assignment)

    def watch(self, channel: int, camera: UUID) -> Callable[[], None]:
        """Tell on `channel` who has the camera, now and with each change; call what is returned to end that."""

        def tell() -> None:
            self._spawn(self._told(channel, camera))

        tell()
        return self.desk.listen(camera, tell)

    def leave(self, reason: str, camera: UUID | None = None) -> None:
        """The look is over, or shows this camera no more. Returns at once."""
        self.desk.leave(self.grant, reason, camera)

    @abstractmethod
    def _told(self, channel: int, camera: UUID) -> Coroutine[Any, Any, None]:
        """Say who has the camera."""

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._said.add(task)
        task.add_done_callback(self._said.discard)
