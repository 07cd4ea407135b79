"""One call for a device's recording, for somebody who looks: what came waits here until it is shown."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable
from typing import Literal
from uuid import UUID

import structlog

from custodes.node.gb28181.attempt import ENDED, Attempt, AttemptOver, StreamWish
from custodes.node.gb28181.gateway_client import GatewayUnavailable
from custodes.node.gb28181.place import ChannelUrl
from custodes.node.gb28181.source import setup_of
from custodes.node.gb28181.viewing.desk import DeviceDesk
from custodes.node.gb28181.viewing.opened import Stretch
from custodes.video.source.defaults import ConnectionOptions
from custodes.video.source.tick import Reader
from custodes.video.unit import AccessUnit, SoundFrame
from custodes.video.wire.assignment import SourceAssignment
from custodes.video.wire.calls import CallStep

log = structlog.get_logger(__name__)

SILENT_SECONDS = 10.0
"""Without a packet while it is to play: it has no more, and says nothing of it."""
ANSWER_SECONDS = 30.0
DRAIN_SECONDS = 0.5
"""What a device sent before it said that it is through may still be on its way."""
MOST_BYTES = 24 << 20
"""What may wait to be shown: a device that sends faster than it was asked is hung up on."""
HELD_BYTES = 4 << 20
"""What waits of a recording that is passed on: beyond it nothing more is read of a connection, so that the device waits for the receiver."""
MOST_SOUNDS = 512
"""Pieces of sound between two pictures, ten seconds and more; past that the oldest go."""
_UNIT_BYTES = 512
"""What one picture costs beside its octets: many small ones count too."""
FINISHED = "finished"
_TICK_MS = 10

Step = Literal["play", "pause", "scale"]


class DeviceCall:
    """Under way from `open` until `close`; runs in a task of its own on the worker's loop.

    Args:
        main: how the camera is taken in: its recordings come the same way.
        grant: of the look.
        wake: called when something came, or it is over.
        speed: of a download, times the pace of watching; None for a playback.
        waits: over a connection it is no faster than what comes is taken.
        hears: its sound is taken too (`heard`). To whoever looks here it is not given: whether a camera may be heard was decided for what
            comes, not for what a device kept by itself.

    Attributes:
        tcp: it comes over a connection.
        waiting: octets that wait to be taken.
        over: why it is over, empty while it is not: ``finished``, ``silent``, ``fast``, a step of `AttemptOver` or ``refused:STATUS``.
        paused: the device was asked to stand still: silence is no end.
    """

    def __init__(
        self,
        camera: UUID,
        url: ChannelUrl,
        main: SourceAssignment,
        stretch: Stretch,
        grant: UUID,
        desk: DeviceDesk,
        wake: Callable[[], None],
        *,
        speed: Literal[1, 2, 4, 8] | None = None,
        waits: bool = False,
        hears: bool = False,
    ) -> None:
        self.over = ""
        self.paused = False
        self.tcp = main.transport != "udp"
        self.waiting = 0
        self._waits = waits and self.tcp
        self._desk, self._wake = desk, wake
        self._units: deque[AccessUnit | SoundFrame] = deque()
        self._heard: deque[SoundFrame] = deque(maxlen=MOST_SOUNDS)
        self._reader = Reader(desk.clock, _TICK_MS)
        self._ended: list[AttemptOver] = []
        # `Transport` of an assignment: ``tcp-active`` is a connection that we make.
        way = ConnectionOptions(
            transport="udp" if main.transport == "udp" else "tcp",
            active=main.transport == "tcp-active",
        )
        wish = StreamWish(
            camera,
            url,
            "main",
            setup_of(way),
            SILENT_SECONDS,
            session="Playback" if speed is None else "Download",
            start=stretch.start,
            end=stretch.end,
            speed=speed or 1,
            grant=grant,
        )
        self._attempt = Attempt(
            wish,
            desk.place,
            desk.calls,
            self._reader,
            rng=random.Random(),  # noqa: S311 ports need no secrecy
            on_unit=self._take,
            on_sound=self._take if hears else None,
            on_over=self._ended.append,
        )
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Call."""
        self._attempt.open()
        self._task = asyncio.create_task(self._run())

    def close(self) -> None:
        """Hang up and forget what waits; twice is once."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self._attempt.close()
            self._reader.close()
        self.over = self.over or "closed"
        self._units.clear()
        self._heard.clear()
        self.waiting = 0

    def next(self) -> AccessUnit | None:
        """The next picture, None while there is none."""
        while self._units:
            one = self._units.popleft()
            self.waiting -= len(one.data) + _UNIT_BYTES
            if isinstance(one, AccessUnit):
                return one
            self._heard.append(one)
        return None

    def heard(self) -> list[SoundFrame]:
        """The sound that came before the picture that was given last, and was not taken yet."""
        found = list(self._heard)
        self._heard.clear()
        return found

    async def step(self, step: Step, scale: float = 1.0) -> str:
        """Have the device do something; why it does not, empty where it does."""
        call, gateway = self._attempt.call, self._desk.gateway()
        if call is None:
            return "unknown"
        if gateway is None:
            return "gateway"
        try:
            taken = await gateway.step(CallStep(call=call, step=step, scale=scale))
        except GatewayUnavailable:
            return "gateway"
        return f"{taken.failure}:{taken.status}" if taken.status else taken.failure

    def _take(self, unit: AccessUnit | SoundFrame) -> None:
        if self.over:
            return
        self._units.append(unit)
        self.waiting += len(unit.data) + _UNIT_BYTES
        if self.waiting > MOST_BYTES:
            self._end("fast")
        self._wake()

    def _end(self, why: str) -> None:
        if not self.over:
            self.over = why
            self._wake()

    async def _run(self) -> None:
        try:
            await self._receive()
        except Exception:
            log.exception("view.device_call_failed")
            self._end("error")
        self._attempt.close()  # what came waits still; nothing more is sent meanwhile

    async def _receive(self) -> None:
        attempt, reader = self._attempt, self._reader
        begun = second = moved_at = reader.clock.monotonic()
        packets = 0
        while not self.over:
            await asyncio.sleep(reader.tick_seconds)
            held = self._waits and self.waiting >= HELD_BYTES
            if not held:
                reader.tick()
            now = reader.clock.monotonic()
            if attempt.receiver.tally.packets != packets or self.paused or held:
                packets, moved_at = attempt.receiver.tally.packets, now
            if now - second >= 1.0:
                second = now
                attempt.each_second()
                if attempt.answered_at is not None and now - moved_at > DRAIN_SECONDS:
                    self._desk.calls.doubt()  # a device that is through has said so to the gateway
            if self._ended and (attempt.answered_at is None or now - moved_at > DRAIN_SECONDS):
                self._end(_why(self._ended[0]))
            elif attempt.answered_at is None:
                if now - begun > ANSWER_SECONDS:
                    self._end("no_answer")
            elif now - max(moved_at, attempt.answered_at) > SILENT_SECONDS:
                self._end("silent")


def _why(over: AttemptOver) -> str:
    if over.step == ENDED:
        return FINISHED if over.through else ENDED
    return "busy" if over.step == "full" else over.step
