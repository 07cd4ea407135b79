"""The sendings of one worker with a camera that a test plays, and uppers that receive: no worker, no source, no clock."""

from __future__ import annotations

import asyncio
import socket
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.gb28181.media.frame import Frame
from custodes.gb28181.media.receiver import Receiver
from custodes.ledger.records import Record
from custodes.node.channel import WorkerServices
from custodes.node.disk import Disk
from custodes.node.gate import Gate
from custodes.node.gb28181.sending.desk import SendDesk
from custodes.node.journal import Journal
from custodes.video.clock import FakeClock
from custodes.video.hub import StreamHub
from custodes.video.unit import AccessUnit, Codec
from custodes.video.wire.sending import SendAsk, SendReady
from custodes.video.wire.token import GrantClaims, sign_token
from tests.patience import until_async
from tests.ports import HOST, free_port
from tests.video.footage import units

WORKER = "node-1/0"
CAMERA = UUID(int=1)
SSRC = 200_000_777


@dataclass
class Room:
    """One worker's."""

    folder: Path
    most: int = 100
    codec: Codec = Codec.H264
    clock: FakeClock = field(default_factory=FakeClock)
    played: list[AccessUnit] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.key = Ed25519PrivateKey.generate()
        self.hub = StreamHub("camera/main", 1 << 20)
        self.journal = Journal(self.folder / "views.sqlite3", self.clock)
        self.disk = Disk()
        self.gate = Gate(WORKER, self.key.public_key(), self.now - 100)
        self.camera = SimpleNamespace(
            id=CAMERA, dark=False, present_state=SimpleNamespace(state="recording"), hub=lambda _: self.hub
        )
        cameras: Any = {CAMERA: self.camera}
        archive: Any = SimpleNamespace(being_written=lambda _: ())
        self.studio = WorkerServices(WORKER, self.clock, archive, self.journal, self.disk)
        first = free_port()
        self.desk = SendDesk(cameras, self.gate, self.studio, (first, first + 9), self.most, allow_loopback=True)
        self._units = units(100_000, codec=self.codec, gop=5)

    @property
    def now(self) -> float:
        """Seconds since the Unix epoch."""
        return self.clock.wall_us() / 1_000_000

    def play(self, count: int) -> None:
        """The camera sends so many pictures, a key picture at every fifth."""
        for _ in range(count):
            unit = next(self._units)
            self.clock.advance(0.04)
            unit.wall_us = self.clock.wall_us()
            self.played.append(unit)
            self.hub.on_unit(unit)

    async def play_slowly(self, count: int) -> None:
        """The same, and whoever has something to do with them does it meanwhile."""
        for _ in range(count):
            self.play(1)
            await asyncio.sleep(0)

    def token(self, what: str = "history", **changes: Any) -> str:
        """A signed token for the camera's live picture, or for `what` of the span that is given; a person's where it opens what no upper has."""
        at = int(self.now)
        claims = GrantClaims.model_validate(
            {
                "upper": upper_of(what, changes),
                "aud": WORKER,
                "jti": uuid.uuid4(),
                "grant": uuid.uuid4(),
                "sub": "link-7",
                "index": 9,
                "cameras": (CAMERA,),
                "live": True,
                "watermark": "w",
                "iat": at,
                "exp": at + 60,
            }
            | changes
        )
        return sign_token(claims, self.key)

    def records(self, kind: str) -> list[Any]:
        """What is durable for the log, of one type."""
        return [record for _, record in self.journal.outbox_pending(1000) if _type(record) == kind]

    async def close(self) -> None:
        """End all."""
        await self.desk.stop()
        self.disk.close()
        self.journal.close()


def upper_of(what: str, opens: dict[str, Any]) -> str:
    """Of a token that opens this."""
    if any(opens.get(name) for name in ("still", "handover", "masking", "burnt", "back_seconds")):
        return ""
    return "live" if opens.get("live", True) else what if opens.get("span") else ""


def _type(record: Record) -> str:
    return record.type


@asynccontextmanager
async def room(folder: Path, **how: Any) -> AsyncIterator[Room]:
    """One, closed at its end."""
    made = Room(folder, **how)
    try:
        yield made
    finally:
        await made.close()


class Upper:
    """The receiver at an upper platform; a context.

    Attributes:
        frames: what was read of the program stream; packets: of datagrams.
    """

    def __init__(self, way: str) -> None:
        self.way = way
        self.call = uuid.uuid4()
        self.frames: list[Frame] = []
        self.packets: list[bytes] = []
        self.octets = 0
        self.receiver = Receiver(self.frames.append, 0.0, tcp=way != "udp")
        self.sock: socket.socket | None = None
        self.door: socket.socket | None = None
        self.port = 9
        if way != "tcp-passive":
            kind = socket.SOCK_DGRAM if way == "udp" else socket.SOCK_STREAM
            found = socket.socket(socket.AF_INET, kind)
            found.setblocking(False)
            self.port = free_port()
            found.bind((HOST, self.port))
            if way == "udp":
                self.sock = found
            else:
                found.listen()
                self.door = found

    def __enter__(self) -> Upper:
        return self

    def __exit__(self, *_: object) -> None:
        for each in (self.sock, self.door):
            if each is not None:
                each.close()

    def ask(self, token: str, **changes: Any) -> SendAsk:
        """To send to it."""
        return SendAsk.model_validate(
            {"call": self.call, "token": token, "way": self.way, "address": HOST, "port": self.port, "ssrc": SSRC}
            | changes
        )

    async def connect(self, ready: SendReady) -> None:
        """Connect where that is its part."""
        if self.way == "tcp-passive":
            self.sock = socket.socket()
            self.sock.setblocking(False)
            await asyncio.get_running_loop().sock_connect(self.sock, (ready.address, ready.port))

    def read(self) -> bool:
        """Read what has come; whether there was something."""
        if self.door is not None and self.sock is None:
            try:
                self.sock, _ = self.door.accept()
            except BlockingIOError:
                return False
            self.sock.setblocking(False)
        found = False
        for octets in self._chunks():
            found = True
            self.octets += len(octets)
            self.receiver.begin(0, 0.0)
            if self.way == "udp":
                self.packets.append(octets)
                self.receiver.push(octets)
            else:
                self.receiver.feed(octets)
            self.receiver.after(0.0)
        return found

    async def until_frames(self, count: int) -> list[Frame]:
        """Read until so many pictures are whole."""
        await until_async(lambda: (self.read() and False) or len(self.frames) >= count)
        return self.frames

    def _chunks(self) -> Iterator[bytes]:
        while self.sock is not None:
            try:
                octets = self.sock.recv(65_536)
            except BlockingIOError:
                return
            if not octets:
                return
            yield octets


async def begun(room: Room, upper: Upper, *, comes: bool = True, **changes: Any) -> SendReady:
    """Ask and start, and wait until something comes where it does; the answer."""
    if not room.played:
        room.play(1)
    ready = await room.desk.make_ready(upper.ask(room.token(**changes)))
    assert not ready.step, ready
    await upper.connect(ready)
    assert room.desk.start(upper.call)
    if comes:
        await until_async(upper.read)
    return ready


def viewing_of(record: Any) -> tuple[object, ...]:
    """Who looked at what, under which grant."""
    return cast("tuple[object, ...]", (record.person, record.index, record.camera, record.worker))
