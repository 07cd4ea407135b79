"""Who steers which camera of this worker, and turning cameras back to their declared view (docs/design/steering.md)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from custodes.node.camera import NodeCamera
from custodes.node.gb28181.place import is_below
from custodes.node.leases.desk import LeaseDesk
from custodes.node.steering import bounds as bounding
from custodes.node.steering.book import Away, SteeringBook
from custodes.node.steering.bounds import SteeringBounds
from custodes.node.steering.camera_steering import BELOW, CameraSteering
from custodes.node.steering.driver import MakeDriver
from custodes.video.steering import Steerable, SteeredStand, SteerFailure
from custodes.video.wire.assignment import CameraAssignment
from custodes.video.wire.control_leases import Failure, SteerAnswer, SteerBegin

log = structlog.get_logger(__name__)


@dataclass
class LeftAway:
    """Looked at until it stands inside.

    Attributes:
        since: seconds of the desk's clock, when the hand went.
        strayed: it is outside, or nobody could see that it came to stand inside: it is not left there until it would be turned back anyway.
        settled: it stands inside.
    """

    camera: NodeCamera
    bounds: SteeringBounds
    since: float
    strayed: bool = False
    settled: bool = False
    _stood: float | None = None
    _driver: Steerable | None = None

    async def look(self, make_driver: MakeDriver, now: float) -> None:
        """One look at it, unless it is known already what becomes of it."""
        fence = self.bounds.fence
        if self.strayed or self.settled or fence is None or fence.home is None:
            return
        try:
            self._driver = self._driver or await make_driver(self.camera.assignment)
            here = await self.bounds.look(self._driver)
        except SteerFailure:
            here = None
        if here is None or not fence.stands(here, now):
            self._stood = None
        elif self._stood is None:
            self._stood = now
        if here is not None and not fence.holds(here):
            self.strayed = True
        elif self._stood is not None and now - self._stood >= bounding.STAND_SECONDS:
            self.settled = True
        elif now - self.since >= bounding.WATCH_SECONDS:
            self.strayed = True


RETRY_SECONDS = 60.0
SETTLE_SECONDS = 20.0
"""A camera that was told to turn is on its way for this long at most."""

RETURN_TRIES = 5


@dataclass
class SteeringDesk(LeaseDesk[SteerBegin, CameraSteering, SteerAnswer]):
    """The helms of one worker.

    Attributes:
        shows: whether a look of this grant is open here and shows this camera.
        return_seconds: a camera that nobody steers any more is turned back after this.
        idle_seconds: a hand that asks for nothing gives the camera back after this.
    """

    verb = "steering"
    unable = "unsteerable"

    book: SteeringBook
    make_driver: MakeDriver
    shows: Callable[[UUID, UUID], bool]
    return_seconds: float
    idle_seconds: float
    _away: dict[UUID, Away] = field(default_factory=dict)
    _places: dict[UUID, str | None] = field(default_factory=dict)
    _settling: dict[UUID, tuple[float, int]] = field(default_factory=dict)
    _tries: dict[UUID, tuple[int, float]] = field(default_factory=dict)
    _bounds: dict[UUID, SteeringBounds] = field(default_factory=dict)
    _strayed: set[UUID] = field(default_factory=set)
    _coming: set[UUID] = field(default_factory=set)
    _left: dict[UUID, LeftAway] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._away = {away.camera: away for away in self.book.away()}
        for away in self._away.values():
            self._place(away.camera, away.preset)

    # -- the helm ------------------------------------------------------------------------------------------------

    def able(self, assignment: CameraAssignment) -> bool:
        """Whether the camera turns."""
        return assignment.steerable

    def helm(self, camera: UUID, grant: UUID) -> CameraSteering | None:
        """The camera's helm, if the hand on it looks under this grant."""
        return self._of(camera, grant)

    def hand(self, camera: UUID) -> CameraSteering | None:
        """The camera's helm, whoever has it."""
        return self._tenures.get(camera)

    def lost_below(self, camera: UUID, grant: UUID) -> bool:
        """Whether this look's hand was the last here, and ended since a platform below steers the camera itself."""
        over = self.over(camera, grant)
        return over is not None and over.reason == BELOW

    def _read(self, body: bytes) -> SteerBegin:
        return SteerBegin.model_validate_json(body)

    def _answer(self, failure: Failure, held: CameraSteering | None) -> SteerAnswer:
        return SteerAnswer(ok=not failure, failure=failure, holder=None if held is None else held.tenant())

    async def _make_room(self, begun: SteerBegin) -> Failure:
        """In place of a hand of a lower post where it is taken over, or of an upper platform's.

        That of an upper platform (rank below 0) takes nobody's place, and needs no look here: what it sees is its own affair (steering.md).
        """
        camera = self.cameras.get(begun.camera)
        if camera is None or not camera.assignment.steerable:
            return "unsteerable"
        helm, from_above = self._tenures.get(begun.camera), begun.rank < 0
        if from_above:
            return "held" if helm is not None or begun.camera in self._coming else ""
        if not self.shows(begun.grant, begun.camera):
            return "not_open"
        if helm is None:
            return ""
        there = helm.begun
        if there.person == begun.person:
            await self._clear(helm, "again")
        elif there.rank < 0:
            await self._clear(helm, "yielded")
        elif begun.over and begun.rank > there.rank:
            await self._clear(helm, "taken_over")
        # Somebody else may have come while that one left.
        return "held" if begun.camera in self._tenures else ""

    async def _clear(self, helm: CameraSteering, reason: str) -> None:
        """Its hand goes, stopped first, and no upper platform's slips in before the one that comes."""
        self._coming.add(helm.camera.id)
        try:
            await helm.leave(reason)
        finally:
            self._coming.discard(helm.camera.id)

    def _make(self, camera: NodeCamera, begun: SteerBegin) -> CameraSteering:
        bounds = self._bounds.setdefault(camera.id, SteeringBounds())
        bounds.take(camera.assignment)
        stand = self.stand(camera.id)
        return CameraSteering(
            *(camera, begun, self.disk, self.clock, self.make_driver, self.book, self.idle_seconds),
            unsettle=lambda away: self._unsettle(camera.id, away),
            arrive=lambda preset: self._place(camera.id, preset),
            bounds=bounds,
            unseen=self._left.pop(camera.id, None) is not None,
            at_home=stand.preset == "" and not stand.moving and camera.id not in self._strayed,
        )

    # -- the declared view ---------------------------------------------------------------------------------------

    def stand(self, camera: UUID) -> SteeredStand:
        """Where the camera stands as far as it was steered: its picture is held against what was declared for that place alone."""
        helm = self._tenures.get(camera)
        until, since_us = self._settling.get(camera, (0.0, 0))
        moving = until > self.clock.monotonic() or (helm is not None and helm.moving)
        return SteeredStand(self._places.get(camera, ""), moving, since_us)

    def _unsettle(self, camera: UUID, away: bool) -> None:
        """It is told to turn. A stop, or being called home, leaves where it was only what was not home."""
        self._place(camera, "" if not away and self._places.get(camera, "") == "" else None)

    def _place(self, camera: UUID, preset: str | None) -> None:
        """It stands there, once it had time to arrive."""
        if preset == "":
            self._strayed.discard(camera)
        self._places[camera] = preset
        settle_us = round(SETTLE_SECONDS * 1_000_000)
        self._settling[camera] = self.clock.monotonic() + SETTLE_SECONDS, self.clock.wall_us() + settle_us

    async def look_after(self) -> None:
        """One look at the cameras that are away."""
        self._away = {away.camera: away for away in await self.disk.run(self.book.away)}
        now_us, now = self.clock.wall_us(), self.clock.monotonic()
        for helm in list(self._tenures.values()):
            if self._is_gone(helm):
                helm.let_go("camera")
        await asyncio.gather(*(one.look(self.make_driver, now) for one in list(self._left.values())))
        self._left = {
            camera: one
            for camera, one in self._left.items()
            if not one.settled and camera in self._away and self.cameras.get(camera) is one.camera
        }
        for away in list(self._away.values()):
            tries, not_before = self._tries.get(away.camera, (0, 0.0))
            if away.camera in self._tenures or now < not_before:
                continue
            left = self._left.get(away.camera)
            # A wall clock that was set back must not keep a camera turned away.
            if not (left and left.strayed) and 0 <= now_us - away.since_us < self.return_seconds * 1_000_000:
                continue
            await self._turn_back(away, tries)

    async def _turn_back(self, away: Away, tries: int) -> None:
        camera = self.cameras.get(away.camera)
        # A platform below turns its camera back itself, and takes commands of an officer alone.
        if camera is None or not camera.assignment.steerable or is_below(camera.assignment.main.url):
            await self.disk.surely(self.book.at_home, away.camera)
            self._place(away.camera, "")
            return
        preset = camera.assignment.home_preset
        outcome = "taken"
        try:
            driver = await self.make_driver(camera.assignment)
            await (driver.goto(preset) if preset else driver.goto_home())
        except SteerFailure as error:
            outcome = error.kind
        if outcome not in ("taken", "unsupported") and tries + 1 < RETURN_TRIES:
            self._place(away.camera, None)
            self._tries[away.camera] = (tries + 1, self.clock.monotonic() + RETRY_SECONDS)
            log.warning("steering.not_returned", camera=str(away.camera), why=outcome, tries=tries + 1)
            return
        self._tries.pop(away.camera, None)
        self._left.pop(away.camera, None)
        await self.disk.surely(self.book.returned, away, preset, outcome)
        self._away.pop(away.camera, None)
        self._place(away.camera, "")
        if outcome != "taken":
            self._strayed.add(away.camera)  # it is given up, but it does not stand there
        log.info("steering.returned", camera=str(away.camera), outcome=outcome)

    def _ended(self, held: CameraSteering) -> None:
        camera = held.camera.id
        if held.unseen and held.bounds.watches and not is_below(held.camera.assignment.main.url):
            self._left[camera] = LeftAway(held.camera, held.bounds, self.clock.monotonic())
        if held.moving:  # it ended without a stop
            self._place(camera, None)
        super()._ended(held)
