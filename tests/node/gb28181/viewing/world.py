"""A view of a device's recordings: the world of filling, and on top of it a channel on a line that remembers what it was sent."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from custodes.gateway.calls.player import Player
from custodes.ledger.records import ViewBegun, ViewEnded
from custodes.node.channel import Channel, WorkerServices
from custodes.node.channels import ChannelRun
from custodes.node.gate import FootageBounds
from custodes.node.gb28181.filling.room import Filling
from custodes.node.gb28181.viewing.desk import DeviceDesk, Since
from custodes.node.journal import Journal
from custodes.video.archive.retention import Retention
from custodes.video.playback.pace import StillPace
from custodes.video.wire.calls import CallStep, StepTaken
from custodes.video.wire.token import GrantClaims
from custodes.video.wire.view import KIND_FRAGMENT, OpenMessage, parse_binary
from tests.gateway.calls.house import NODE
from tests.node.gb28181.filling import world as filling_world
from tests.node.gb28181.filling.world import CHANNEL, SECOND, Line, World
from tests.patience import until_async

CODECS = ("avc1.640028",)


class SteppedLine(Line):
    """With the steps of a recording that plays."""

    steps: list[CallStep]
    refuses: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()

    async def step(self, step: CallStep) -> StepTaken:
        self.steps.append(step)
        if step.step in self.refuses:
            return StepTaken(failure="refused", status=551)
        if step.step in self.silent:
            return StepTaken(failure="no_answer")
        return await self.board.step(NODE, step)


@dataclass
class Sent:
    """A browser's side of the line."""

    claims: GrantClaims
    texts: list[dict[str, Any]] = field(default_factory=list)
    walls: list[int] = field(default_factory=list)
    epochs: list[int] = field(default_factory=list)
    still_pace: StillPace = field(default_factory=lambda: StillPace(4))

    @property
    def bounds(self) -> FootageBounds:
        return FootageBounds.of(self.claims)

    async def send_text(self, text: str) -> None:
        self.texts.append(json.loads(text))

    async def send_bytes(self, data: bytes) -> None:
        kind, epoch, _channel, _sequence, wall_us, _payload = parse_binary(data)
        if kind == KIND_FRAGMENT:
            self.walls.append(wall_us)
            self.epochs.append(epoch)

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [text for text in self.texts if text["type"] == kind]


@dataclass
class Look:
    """One channel that shows the device's recording."""

    line: Sent
    channel: Channel
    run: ChannelRun
    task: asyncio.Task[None]

    async def leave(self, reason: str = "closed") -> None:
        self.run.reason = reason
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


@dataclass
class Gallery:
    """All of it.

    Attributes:
        world: of filling: gateway, device, archive, calls.
    """

    world: World
    line: SteppedLine
    desk: DeviceDesk
    studio: WorkerServices
    camera: Any
    journal: Journal
    looks: list[Look] = field(default_factory=list)

    @property
    def now_us(self) -> int:
        return self.world.clock.wall_us()

    def claims(self, **changes: Any) -> GrantClaims:
        now = int(time.time())
        plain: dict[str, Any] = {
            "aud": f"{NODE}/0",
            "jti": uuid.uuid4(),
            "grant": uuid.uuid4(),
            "sub": f"person-{uuid.uuid4()}",
            "index": 42,
            "cameras": (self.camera.id,),
            "live": True,
            "back_seconds": 3600,
            "watermark": "卓玛 · 城关分局",
            "iat": now,
            "exp": now + 60,
        }
        return GrantClaims(**{**plain, **changes})

    def look(self, at_us: int, rate: float = 1.0, claims: GrantClaims | None = None) -> Look:
        """Begin to play."""
        line = Sent(claims or self.claims())
        opened = OpenMessage(
            type="open", channel=1, camera=self.camera.id, at=at_us, rate=rate, codecs=CODECS, source="device"
        )
        channel = Channel(opened, line, self.camera, self.studio)
        run = ChannelRun(channel)
        look = Look(line, channel, run, asyncio.create_task(run.run()))
        self.looks.append(look)
        return look

    def records(self, kind: type[ViewBegun] | type[ViewEnded]) -> list[Any]:
        """What goes to the log, in order."""
        return [record for _row, record in self.journal.outbox_pending(1000) if isinstance(record, kind)]

    async def hung_up(self) -> None:
        """Wait until the device sends nothing any more."""
        await until_async(lambda: not self.world.device.outlets)


@asynccontextmanager
async def gallery(
    folder: Path, *args: Any, transport: str = "udp", since_us: int | None = 0, **more: Any
) -> AsyncIterator[Gallery]:
    """One camera that has been recorded for two hours, whose device recorded the last fifty minutes."""
    async with filling_world.world(folder, *args, **more) as all:
        line = SteppedLine(all.line.board, all.line.recordings)
        line.steps = []
        all.line = line
        all.desk._gateway = lambda: line  # type: ignore[assignment, return-value]
        main = SimpleNamespace(url=CHANNEL, transport=transport)
        assignment = SimpleNamespace(main=main, planned=(), week=None, record=True, audio=False, steerable=False)
        camera: Any = SimpleNamespace(has_sub=False, id=all.camera, assignment=assignment, dark=False, on_state=set())
        journal = Journal(folder / "views.sqlite3", all.clock)
        since = Since(journal, all.clock)
        since.follow({all.camera: CHANNEL})
        if since_us is not None:
            journal.remember(f"channel-since:{all.camera}", since_us)
        desk = DeviceDesk(
            *(all.archive, all.disk, all.desk, lambda: line, all.place, Retention(), since, all.clock),
            lambda id: camera if id == camera.id else None,
        )
        studio = WorkerServices(f"{NODE}/0", all.clock, all.archive, journal, all.disk, devices=desk)
        made = Gallery(all, line, desk, studio, camera, journal)
        try:
            yield made
        finally:
            for look in made.looks:
                await look.leave()
            journal.close()


__all__ = ["SECOND", "UUID", "Filling", "Gallery", "Look", "Player", "gallery"]
