"""A device that only remembers what it was fed, floors around it, and a clock that stands still."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from custodes.node.disk import Disk
from custodes.node.speaking import Floors, SpeechBook
from custodes.video.clock import FakeClock
from custodes.video.wire.assignment import CameraAssignment, SourceAssignment
from custodes.video.wire.control_leases import Form, SpeechBegin
from tests.patience import PATIENCE

CAMERA, QUIET = UUID(int=7), UUID(int=8)
GRANT, OTHER = UUID(int=70), UUID(int=71)
OUTPUT = "54010200021378000001"


@dataclass
class FakeSpeech:
    """A device that listens.

    Attributes:
        waiting: octets that were fed and not sent yet.
        slow: hanging up takes until this is set.
    """

    hung_up: Callable[[str], None]
    ended: str | None = None
    form: Form = "broadcast"
    heard: list[bytes] = field(default_factory=list)
    waiting: int = 0
    closed: bool = False
    slow: asyncio.Event | None = None

    @property
    def octets(self) -> int:
        return len(b"".join(self.heard)) - self.waiting

    def feed(self, alaw: bytes) -> None:
        assert not self.closed, "fed behind its end"
        self.heard.append(alaw)

    async def end(self) -> None:
        self.closed = True
        if self.slow is not None:
            await self.slow.wait()


@dataclass
class FakeDevices:
    """Calls a device that answers at once, when it is told to, or not at all.

    Attributes:
        fails: how the next call comes to nothing.
        waits: calls are answered once this is set; late: also where they were given up meanwhile, since the device had taken them already.
    """

    fails: BaseException | None = None
    waits: asyncio.Event | None = None
    late: bool = False
    calls: list[tuple[UUID, UUID]] = field(default_factory=list)
    speeches: list[FakeSpeech] = field(default_factory=list)
    given_up: int = 0
    before: Callable[[], None] = lambda: None

    async def begin(self, camera: UUID, grant: UUID, ended: Callable[[str], None]) -> FakeSpeech:
        self.before()
        self.calls.append((camera, grant))
        try:
            if self.waits is not None:
                await self.waits.wait()
        except asyncio.CancelledError:
            self.given_up += 1
            if not self.late:
                raise
        if self.fails is not None:
            raise self.fails
        speech = FakeSpeech(ended)
        self.speeches.append(speech)
        return speech

    @property
    def heard(self) -> bytes:
        return b"".join(self.speeches[-1].heard)


@dataclass
class Room:
    """Floors with one camera that speaks and one that does not."""

    folder: Path
    clock: FakeClock = field(default_factory=FakeClock)
    devices: FakeDevices = field(default_factory=FakeDevices)
    open_looks: set[tuple[UUID, UUID]] = field(default_factory=lambda: {(GRANT, CAMERA), (OTHER, CAMERA)})

    def __post_init__(self) -> None:
        self.cameras: dict[UUID, Any] = {
            id: SimpleNamespace(id=id, assignment=assignment(id, targets))
            for id, targets in ((CAMERA, (OUTPUT,)), (QUIET, ()))
        }
        self.disk = Disk()
        self.changes = asyncio.Event()
        self.open()

    def open(self) -> None:
        """The floors as a worker's start makes them."""
        self.book = SpeechBook(self.folder / "speaking.sqlite3", "node-1/0", self.clock)
        self.floors = Floors(
            self.cameras,  # type: ignore[arg-type]
            self.book,
            self.disk,
            self.clock,
            self.devices,
            lambda grant, camera: (grant, camera) in self.open_looks,
            idle_seconds=30,
            longest_seconds=300,
        )
        self.floors.listen(CAMERA, self.changes.set)

    async def until(self, what: Callable[[], Any]) -> None:
        """Wait for changes at the floor until `what` is so."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not what():
                    self.changes.clear()
                    await self.changes.wait()
        except TimeoutError:
            said = f"waited {PATIENCE:g} s in vain for a change; at the floor: {self.floors.floor(CAMERA)!r}"
            raise AssertionError(said) from None

    async def speaking(self, **changes: Any) -> SpeechBegin:
        """Somebody's speech that the device takes."""
        begun = begin(**changes)
        assert (await self.floors.begin(begun)).ok
        await self.until(lambda: (floor := self.floors.floor(CAMERA)) is not None and floor.state == "speaking")
        return begun

    async def over(self) -> None:
        """Until nobody speaks."""
        await self.until(lambda: self.floors.floor(CAMERA) is None)

    def records(self) -> list[Any]:
        """What waits for the notary."""
        return [record for _, record in self.book.outbox_pending(1000)]


def assignment(id: UUID, targets: tuple[str, ...]) -> CameraAssignment:
    url = "gb28181://54010200021188000001/54010200021318000001"
    return CameraAssignment(id=id, name="校门", main=SourceAssignment(url=url), speaker=targets)


def begin(person: str = "p1", grant: UUID = GRANT, **changes: Any) -> SpeechBegin:
    said = {
        "speech": uuid.uuid4(),
        "index": 5,
        "grant": grant,
        "camera": CAMERA,
        "person": person,
        "person_name": f"name of {person}",
        "unit": "城关分局",
        "output": OUTPUT,
    }
    return SpeechBegin(**(said | changes))
