"""A node's archive, its calls and its filling, the gateway's rooms, and a device on real sockets that records what it films."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from custodes.gateway.calls.switchboard import Switchboard
from custodes.gateway.recordings import Recordings
from custodes.gb28181.device.calls import MediaOctets
from custodes.gb28181.device.device import SimulatedDevice
from custodes.gb28181.device.looped_film import LoopedFilm
from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.device.settings import SimulatedChannel, SimulatedDeviceSettings, SimulatedRecording
from custodes.gb28181.device.shell import Shell
from custodes.gb28181.media.frame import Coding, Frame
from custodes.gb28181.sip.digest import Secret
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.registering import RegistrarServer
from custodes.node.camera import CameraState, ShortageRecording
from custodes.node.disk import Disk
from custodes.node.gb28181.calls import CallDesk
from custodes.node.gb28181.filling.room import Filling, FillTerms
from custodes.node.gb28181.place import CallPlace, CameraSources, ChannelUrl
from custodes.video.archive.archive import Archive
from custodes.video.archive.retention import Retention
from custodes.video.archive.volume import VolumeConfig
from custodes.video.clock import SystemClock
from custodes.video.source.address import AddressPolicy
from custodes.video.wire.calls import (
    CallAnswer,
    CallAsk,
    CallsKept,
    CallsStanding,
    ReachableAsk,
    ReachableDevices,
    RecordingsAnswer,
    RecordingsAsk,
)
from tests.gateway.calls.house import CAMERAS, HOST, NODE, NVR, PASSWORD, SERVER, Gateway, gateway
from tests.gb28181.media.films import film
from tests.patience import until_async
from tests.ports import APART, free_port

URL = ChannelUrl(NVR, CAMERAS[0])
CHANNEL = f"gb28181://{URL.device}/{URL.channel}"
SECOND = 1_000_000
QUICK = FillTerms(least_s=2, rest_s=0.0, look_s=0.05, again_s=0.2, idle_s=30.0)


@dataclass
class Line:
    """The gateway as the node's client is it, without HTTP between."""

    board: Switchboard
    recordings: Recordings
    asks: list[CallAsk] = field(default_factory=list)
    questions: list[RecordingsAsk] = field(default_factory=list)

    async def call(self, ask: CallAsk) -> CallAnswer:
        self.asks.append(ask)
        return await self.board.place(NODE, ask)

    async def keep(self, worker: str, calls: Sequence[UUID]) -> CallsStanding:
        return self.board.keep(NODE, CallsKept(worker=worker, calls=tuple(calls)))

    async def end(self, call: UUID) -> None:
        self.board.end(NODE, call)

    async def key(self, call: UUID) -> None:
        self.board.key(NODE, call)

    async def reachable(self, ask: ReachableAsk) -> ReachableDevices:
        return await self.board.reachable.since(NODE, ask)

    async def records(self, ask: RecordingsAsk) -> RecordingsAnswer:
        self.questions.append(ask)
        return await self.recordings.ask(NODE, ask)


class Recorded(Shell):
    """A device whose link to the receivers can be cut: what it films it records all the same."""

    cut = False

    def work(self) -> None:
        send = self.outlets.send
        if self.cut:
            self.outlets.send = _nothing  # type: ignore[method-assign]
        try:
            super().work()
        finally:
            self.outlets.send = send  # type: ignore[method-assign]


def _nothing(parcels: Iterable[MediaOctets]) -> None:
    for _ in parcels:
        pass


@dataclass
class World:
    """All of it."""

    process: Gateway
    line: Line
    device: Recorded
    desk: CallDesk
    archive: Archive
    disk: Disk
    camera: UUID
    clock: SystemClock
    place: CallPlace
    held: bool = False
    """Whether ticks are held back."""

    async def tick(self) -> None:
        """Often, as with a thread."""
        while True:
            await asyncio.sleep(0.02)
            if not self.held:
                self.archive.tick()

    def filling(self, terms: FillTerms = QUICK, **more: Any) -> Filling:
        """The room, with one camera that has been recorded for long."""
        told: dict[str, Any] = {"transport": "udp", "state": "recording", "kept": ShortageRecording.WHOLE} | more
        main = SimpleNamespace(url=told.get("url", CHANNEL), transport=told["transport"])
        state = CameraState(told["state"], self.clock.wall_us() - 10 * SECOND, "")
        camera: Any = SimpleNamespace(
            id=self.camera,
            assignment=SimpleNamespace(main=main, planned=(), week=None),
            present_state=state,
            kept=told["kept"],
        )
        room = Filling(
            [camera], self.archive, self.disk, self.desk, lambda: self.line, self.place, Retention(), self.clock, terms
        )
        room._assigned[camera.id] = (camera, main.url, told.get("since_us", 0))
        return room

    def gap(self, ago: float, seconds: float, reason: str = "network") -> tuple[int, int]:
        """A gap that is over; whole seconds, so that it can be filled from end to end."""
        begin = self.clock.wall_us() // SECOND * SECOND - round(ago * SECOND)
        self.archive.book.gap_found(self.archive.stream(self.camera), begin, begin + round(seconds * SECOND), reason)
        self.archive.tick()
        return begin, begin + round(seconds * SECOND)

    def records(self, kind: str) -> list[dict[str, Any]]:
        """What goes to the log."""
        self.archive.tick()
        return [one.record for one in self.archive.outbox_pending(10_000) if one.record["type"] == kind]


def recording(begin_s: float, end_s: float) -> SimulatedRecording:
    """From so many seconds ago until so many ago."""
    now = datetime.now(UTC).replace(microsecond=0)
    return SimulatedRecording(now - timedelta(seconds=begin_s), now - timedelta(seconds=end_s))


def _device(
    process: Gateway, recordings: tuple[SimulatedRecording, ...], quirks: Iterable[Quirk], frames: Sequence[Frame]
) -> Recorded:
    words, port = itertools.count(1), free_port()
    upper = RegistrarServer(SERVER, NVR, Secret(PASSWORD), Peer("UDP", HOST, free_port()), interval=1.0)
    channels = tuple(SimulatedChannel(id, "gate", recordings=recordings) for id in CAMERAS)
    settings = SimulatedDeviceSettings(
        upper,
        Peer("UDP", HOST, process.transport.port),
        channels,
        HOST,
        ports=(port, port + APART - 1),
        quirks=frozenset(quirks),
    )
    reel = LoopedFilm(frames or film(Coding.H264))
    return Recorded(SimulatedDevice(settings, lambda _id: reel, lambda: f"d{next(words)}", Random(1).random), HOST)


@asynccontextmanager
async def world(
    folder: Path,
    recordings: tuple[SimulatedRecording, ...] | None = None,
    quirks: Iterable[Quirk] = (),
    frames: Sequence[Frame] = (),
) -> AsyncIterator[World]:
    """Registered, and nothing recorded yet."""
    clock, media = SystemClock(), free_port()
    async with gateway(folder) as process:
        board, room = Switchboard(process), Recordings(process)
        process.ears += [board.hear, room.hear]
        process.message_ears += [board.hear_message, room.hear_message]
        line = Line(board, room)
        desk = CallDesk(f"{NODE}/0", lambda: line)  # type: ignore[arg-type, return-value]
        device = _device(process, (recording(3_000, 0),) if recordings is None else recordings, quirks, frames)
        archive = Archive.open(
            folder / "worker-0.sqlite3",
            [VolumeConfig(folder / "volume", reserve_bytes=0)],
            node=NODE,
            worker=0,
            clock=clock,
            threads=False,
        )
        camera = process.assigned.camera(CAMERAS[0])
        archive.register(camera).first_us -= 7_200 * SECOND  # it has been known for a while
        archive.tick()
        sources = CameraSources(policy=AddressPolicy(allow_loopback=True))
        place = CallPlace(HOST, (media, media + APART - 1), sources)
        keeping, disk = asyncio.create_task(desk.run()), Disk()
        await device.open()
        try:
            await until_async(lambda: process.reach(NVR) is not None)
            all = World(process, line, device, desk, archive, disk, camera, clock, place)
            ticking = asyncio.create_task(all.tick())
            try:
                yield all
            finally:
                ticking.cancel()
        finally:
            await desk.stop()
            keeping.cancel()
            await device.close()
            await board.stop(0)
            disk.close()
            archive.close()
