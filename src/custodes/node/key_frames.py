"""Key frames for who looks: asked of a camera seldom, and in vain at most; looked up one at a time, so that recorders keep their disks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from custodes.node.camera import NodeCamera
from custodes.node.gb28181.place import is_channel
from custodes.video.clock import HostClock
from custodes.video.playback.pace import StillPace
from custodes.video.steering import SteerFailure
from custodes.video.wire.assignment import CameraAssignment

log = structlog.get_logger(__name__)

OLD_SECONDS = 2.0
"""A picture that begins at a key frame younger than this comes as quickly as any."""

APART_SECONDS = 5.0
"""Between two requests to one camera, however many come to look."""

REFUSED_SECONDS = 600.0
"""A camera that refused is not asked again for this long."""


@dataclass
class KeyFrames:
    """Asks cameras for key frames.

    Attributes:
        ask: sends the request; raises `SteerFailure`.
    """

    ask: Callable[[CameraAssignment], Awaitable[None]]
    clock: HostClock
    _not_before: dict[UUID, float] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def joined(self, camera: NodeCamera, stream: str) -> bool:
        """Somebody begins to look at a stream; whether the camera is asked. Returns at once."""
        if camera.stream_of(stream) != "main":
            return False
        key = camera.hub("main").key_frame
        if key is not None and self.clock.wall_us() - key.wall_us <= OLD_SECONDS * 1_000_000:
            return False
        return self.wanted(camera)

    def wanted(self, camera: NodeCamera) -> bool:
        """Somebody who looks at its main stream wants a new one, however old the last is; whether the camera is asked. Returns at once."""
        onvif = camera.assignment.onvif
        if not (is_channel(camera.assignment.main.url) or (onvif is not None and onvif.profile)):
            return False
        now = self.clock.monotonic()
        if now < self._not_before.get(camera.id, now):
            return False
        self._not_before[camera.id] = now + APART_SECONDS
        task = asyncio.get_running_loop().create_task(self._ask(camera.assignment))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def _ask(self, camera: CameraAssignment) -> None:
        try:
            await self.ask(camera)
        except SteerFailure as error:
            log.info("key_frame.refused", camera=str(camera.id), why=error.kind)
            self._not_before[camera.id] = self.clock.monotonic() + REFUSED_SECONDS
        except Exception:
            log.exception("key_frame.failed", camera=str(camera.id))
            self._not_before[camera.id] = self.clock.monotonic() + REFUSED_SECONDS


WORKER_STILLS_PER_SECOND = 12.0
"""Of all channels together: each is a seek of a disk that recorders write to."""


class StillDesk:
    """Serves channels in the order in which they came."""

    def __init__(self) -> None:
        self._one = asyncio.Lock()
        self._pace = StillPace(WORKER_STILLS_PER_SECOND)

    @asynccontextmanager
    async def turn(self, clock: HostClock) -> AsyncIterator[None]:
        """Wait until it is the caller's turn; the next one's comes when this one is over."""
        async with self._one:
            await come_up(self._pace, clock)
            yield


async def come_up(pace: StillPace, clock: HostClock) -> None:
    """Wait until `pace` allows one more, and take it."""
    while (left := pace.wait(clock.monotonic())) > 0:
        await asyncio.sleep(left)
    pace.take(clock.monotonic())
