"""A camera that only remembers what it was told, a desk around it, and a clock that stands still."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from custodes.node.disk import Disk
from custodes.node.steering.book import SteeringBook
from custodes.node.steering.desk import SteeringDesk
from custodes.video.clock import FakeClock
from custodes.video.steering import Abilities, Bearing, PtzBox, PtzMotion, PtzPosition, SteerFailure, ViewPreset
from custodes.video.wire.assignment import CameraAssignment, OnvifAssignment, SourceAssignment
from custodes.video.wire.control_leases import SteerBegin

CAMERA = UUID(int=7)
GRANT = UUID(int=70)


@dataclass
class FakeCamera:
    """Takes commands, in order, and refuses what it is told to refuse.

    Attributes:
        book: what the book says is looked at with each command.
    """

    told: list[tuple[str, Any]] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    views: dict[str, str] = field(default_factory=lambda: {"1": "大门"})
    before: Any = None
    here: Bearing | None = None
    turning: float = 0.0
    offers: Abilities = field(
        default_factory=lambda: Abilities(move=True, zoom=True, presets=8, home=True, set_home=True)
    )
    climbing: float = 0.0

    def _take(self, what: str, value: Any = None) -> None:
        if self.before is not None:
            self.before(what)
        self.told.append((what, value))
        if what in self.refuses:
            raise SteerFailure(self.refuses[what], f"{what} is refused")

    def names(self) -> list[str]:
        return [what for what, _ in self.told]

    async def abilities(self) -> Abilities:
        return self.offers

    async def move(self, motion: PtzMotion, seconds: float) -> None:
        self._take("move", motion)

    async def stop(self) -> None:
        self._take("stop")
        self.turning = self.climbing = 0.0

    async def presets(self) -> list[ViewPreset]:
        return [ViewPreset(token, name) for token, name in self.views.items()]

    async def goto(self, token: str) -> None:
        self._take("goto", token)

    async def set_preset(self, name: str, token: str = "") -> str:
        self._take("set", name)
        self.views[token or "9"] = name
        return token or "9"

    async def remove_preset(self, token: str) -> None:
        self._take("remove", token)
        del self.views[token]

    async def goto_home(self) -> None:
        self._take("home")

    async def set_home(self) -> None:
        self._take("set_home")

    async def where(self) -> PtzPosition:
        return PtzPosition(None, None, None, None)

    async def bearing(self) -> Bearing | None:
        """Each look finds it further on, as long as it turns."""
        if "bearing" in self.refuses:
            raise SteerFailure(self.refuses["bearing"], "away")
        if self.here is not None:
            tilt = None if self.here.tilt is None else self.here.tilt + self.climbing
            self.here = Bearing((self.here.pan + self.turning) % 360, tilt, self.here.zoom)
        return self.here

    async def precise(self, there: Bearing) -> None:
        self._take("precise", there)
        self.here, self.turning, self.climbing = there, 0.0, 0.0

    async def drag(self, box: PtzBox, nearer: bool) -> None:
        self._take("drag_in" if nearer else "drag_out", box)

    async def cruise(self, number: int, seconds: float) -> None:
        self._take("cruise", number)


def assignment(home: str = "", turns: bool = True, **declared: Any) -> CameraAssignment:
    return CameraAssignment(
        **declared,
        id=CAMERA,
        name="校门",
        main=SourceAssignment(url="rtsp://127.0.0.1/x"),
        onvif=OnvifAssignment(port=80, profile="p1", turns=turns, home=home),
    )


@dataclass
class Room:
    """A desk with one camera."""

    folder: Path
    home: str = ""
    spread: float | None = None
    rise: tuple[float, float] | None = None
    presets_only: bool = False
    clock: FakeClock = field(default_factory=FakeClock)
    device: FakeCamera = field(default_factory=FakeCamera)
    open_looks: set[tuple[UUID, UUID]] = field(default_factory=lambda: {(GRANT, CAMERA)})

    def __post_init__(self) -> None:
        self.cameras: dict[UUID, Any] = {
            CAMERA: SimpleNamespace(
                id=CAMERA,
                assignment=assignment(self.home, spread=self.spread, rise=self.rise, presets_only=self.presets_only),
            )
        }
        self.disk = Disk()
        self.open()

    def open(self) -> None:
        """The desk as a worker's start makes it."""
        self.book = SteeringBook(self.folder / "steering.sqlite3", "node-1/0", self.clock)
        self.desk = SteeringDesk(
            self.cameras,  # type: ignore[arg-type]
            self.book,
            self.disk,
            self.clock,
            self._driver,
            lambda grant, camera: (grant, camera) in self.open_looks,
            return_seconds=300,
            idle_seconds=60,
        )

    async def _driver(self, camera: CameraAssignment) -> FakeCamera:
        if "reach" in self.device.refuses:
            raise SteerFailure(self.device.refuses["reach"], "away")
        return self.device

    def records(self, kind: str = "") -> list[Any]:
        """What waits for the notary."""
        return [record for _, record in self.book.outbox_pending(1000) if kind in ("", record.type)]


def begin(person: str = "p1", rank: int = 1, grant: UUID = GRANT, **changes: Any) -> SteerBegin:
    return SteerBegin(
        steering=uuid.uuid4(),
        index=5,
        grant=grant,
        camera=CAMERA,
        person=person,
        person_name=f"name of {person}",
        rank=rank,
        **changes,
    )
