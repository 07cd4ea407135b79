"""What cameras say of themselves by ONVIF, gathered for the next report: one row a camera and kind, however often it is said."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog

from custodes.video.clock import HostClock
from custodes.video.onvif.client import OnvifClient, OnvifFailure
from custodes.video.onvif.device import clock_of
from custodes.video.onvif.events import WAIT_SECONDS, OnvifNotice, PullPoint
from custodes.video.source.address import AddressPolicy, BadUrl, NotAllowed, UnknownName, parse_camera_url
from custodes.video.wire.assignment import CameraAssignment
from custodes.video.wire.seal import Unsealable

log = structlog.get_logger(__name__)

BACK_OFF = (5.0, 15.0, 60.0, 300.0)
MAX_TEXT = 100


@dataclass
class CameraHappening:
    """Something that goes on at a camera, or has ended and waits to be reported once more."""

    since_us: int
    last_us: int
    count: int
    text: str
    over: bool = False


@dataclass
class EventBoard:
    """What goes on, by camera and kind. It can't grow beyond cameras × kinds: a storm raises a count."""

    _rows: dict[tuple[UUID, str], CameraHappening] = field(default_factory=dict)

    def note(self, camera: UUID, notice: OnvifNotice, now_us: int) -> None:
        """Take one notice in. That something is over is of interest only if it had begun."""
        key = (camera, notice.kind)
        known = self._rows.get(key)
        if notice.on:
            if known is None or known.over:
                self._rows[key] = CameraHappening(now_us, now_us, 1, notice.topic[:MAX_TEXT])
            else:
                known.last_us, known.count = now_us, known.count + 1
        elif known is not None and not known.over:
            known.last_us, known.over = now_us, True

    def forget(self, camera: UUID) -> None:
        """The camera is not this worker's any more, or nobody listens to it."""
        self._rows = {key: row for key, row in self._rows.items() if key[0] != camera}

    def rows(self) -> list[tuple[UUID, str, CameraHappening]]:
        """Everything that the next report says, as it stands now."""
        return [(camera, kind, replace(row)) for (camera, kind), row in self._rows.items()]

    def reported(self, rows: Iterable[tuple[UUID, str, CameraHappening]]) -> None:
        """These have arrived: what was over is done with."""
        for camera, kind, row in rows:
            if row.over and self._rows.get((camera, kind)) == row:
                del self._rows[camera, kind]


@dataclass
class EventWatch:
    """Listens to each camera that has ONVIF, in a task of its own; recording does not depend on it.

    Attributes:
        pause: waits between tries; the tests have their own.
    """

    board: EventBoard
    policy: AddressPolicy
    clock: HostClock
    unseal: Callable[[str], str]
    pause: Callable[[float], Any] = asyncio.sleep
    _tasks: dict[UUID, tuple[tuple[object, ...], asyncio.Task[None]]] = field(default_factory=dict)
    _ending: set[asyncio.Task[None]] = field(default_factory=set)
    """Told to end; a connection that is being opened takes a turn of the loop or two."""

    def apply(self, cameras: Iterable[CameraAssignment]) -> None:
        """Listen to these; a camera whose address, login or wish for motion is the same goes on undisturbed."""
        wanted = {camera.id: camera for camera in cameras if camera.onvif is not None}
        for known in [known for known in self._tasks if known not in wanted]:
            self._stop(known)
        for camera in wanted.values():
            how = (camera.main.url, camera.username, camera.sealed_password, camera.onvif)
            if camera.id in self._tasks and self._tasks[camera.id][0] == how:
                continue
            if camera.id in self._tasks:
                self._stop(camera.id)
            task = asyncio.get_running_loop().create_task(self._listen(camera), name=f"events-{camera.id}")
            self._tasks[camera.id] = (how, task)

    async def stop(self) -> None:
        """End all; subscriptions end by themselves."""
        for camera in list(self._tasks):
            self._stop(camera)
        await asyncio.gather(*self._ending, return_exceptions=True)

    def _stop(self, camera: UUID) -> None:
        _how, task = self._tasks.pop(camera)
        task.cancel()
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
        self.board.forget(camera)

    async def _listen(self, camera: CameraAssignment) -> None:
        failures = 0
        while True:
            try:
                point = PullPoint(await self._client(camera))
                await point.open()
                if failures:
                    log.info("events.heard_again", camera=str(camera.id))
                failures = 0
                while True:
                    self._take(camera, await point.pull())
            except (OnvifFailure, NotAllowed, UnknownName, BadUrl, Unsealable) as error:
                kind = error.kind if isinstance(error, OnvifFailure) else type(error).__name__
                if failures == 0:
                    log.info("events.not_heard", camera=str(camera.id), why=kind)
            except asyncio.CancelledError:
                raise
            except Exception:
                log.exception("events.failed", camera=str(camera.id))
            wait = BACK_OFF[min(failures, len(BACK_OFF) - 1)]
            failures += 1
            await self.pause(wait * random.uniform(0.8, 1.2))  # noqa: S311 - spreads retries

    async def _client(self, camera: CameraAssignment) -> OnvifClient:
        assert camera.onvif is not None
        host = parse_camera_url(camera.main.url).host
        password = self.unseal(camera.sealed_password) if camera.sealed_password else ""
        target = await asyncio.to_thread(self.policy.target, host, camera.onvif.port)
        client = OnvifClient(target, host, camera.username, password, seconds=WAIT_SECONDS + 10)
        client.clock_offset = await clock_of(client) or timedelta(0)
        return client

    def _take(self, camera: CameraAssignment, notices: list[OnvifNotice]) -> None:
        assert camera.onvif is not None
        for notice in notices:
            # Motion is noisy: only where somebody asked for it.
            if notice.kind != "motion" or camera.onvif.motion:
                self.board.note(camera.id, notice, self.clock.wall_us())
