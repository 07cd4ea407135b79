"""Who steers which camera of this worker, and turning cameras back to their declared view (docs/design/steering.md)."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from custodes.node.cameras import CameraSet
from custodes.node.disk import Disk
from custodes.node.gb28181.place import is_below
from custodes.node.onvif_desk import Handler
from custodes.node.steering.book import Away, SteeringBook
from custodes.node.steering.bounds import Bounds
from custodes.node.steering.driver import MakeDriver
from custodes.node.steering.hand import Hand
from custodes.node.steering.helm import BELOW, Helm
from custodes.node.steering.left import Left
from custodes.video.clock import Clock
from custodes.video.steering.model import Stand, SteerFailure
from custodes.video.wire.steering import Failure, Holder, SteerAnswer, SteerBegin

log = structlog.get_logger(__name__)

Signed = Callable[[Handler], Callable[[Request], Awaitable[Response]]]
"""Lets only the web through."""

LOOK_SECONDS = 1.0
RETRY_SECONDS = 60.0
SETTLE_SECONDS = 20.0
"""A camera that was told to turn is on its way for this long at most."""

RETURN_TRIES = 5


@dataclass
class SteeringDesk:
    """The helms of one worker.

    Attributes:
        shows: whether a look of this grant is open here and shows this camera.
        return_seconds: a camera that nobody steers any more is turned back after this.
        idle_seconds: a hand that asks for nothing gives the camera back after this.
    """

    cameras: CameraSet
    book: SteeringBook
    disk: Disk
    clock: Clock
    make_driver: MakeDriver
    shows: Callable[[UUID, UUID], bool]
    return_seconds: float
    idle_seconds: float
    _helms: dict[UUID, Helm] = field(default_factory=dict)
    _listeners: dict[UUID, set[Callable[[], None]]] = field(default_factory=dict)
    _away: dict[UUID, Away] = field(default_factory=dict)
    _places: dict[UUID, str | None] = field(default_factory=dict)
    _settling: dict[UUID, tuple[float, int]] = field(default_factory=dict)
    _tries: dict[UUID, tuple[int, float]] = field(default_factory=dict)
    _bounds: dict[UUID, Bounds] = field(default_factory=dict)
    _strayed: set[UUID] = field(default_factory=set)
    _coming: set[UUID] = field(default_factory=set)
    _below: dict[UUID, UUID] = field(default_factory=dict)
    _left: dict[UUID, Left] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._away = {away.camera: away for away in self.book.away()}
        for away in self._away.values():
            self._place(away.camera, away.preset)

    # -- the web's wishes ----------------------------------------------------------------------------------------

    def routes(self, signed: Signed) -> list[Route]:
        """The routes under ``/internal/steering``; `signed` lets only the web through."""
        return [
            Route("/internal/steering", signed(self.state), methods=["GET"]),
            Route("/internal/steering/begin", signed(self.begin_for), methods=["POST"]),
        ]

    async def state(self, request: Request, body: bytes) -> Response:
        """Who steers a camera."""
        camera = UUID(request.query_params["camera"])
        known = self.cameras.get(camera)
        if known is None or not known.assignment.steerable:
            return _said(SteerAnswer(ok=False, failure="unsteerable"))
        return _said(SteerAnswer(ok=True, holder=self._holder(camera)))

    async def begin_for(self, request: Request, body: bytes) -> Response:
        """Let somebody steer; that they may is decided and on record."""
        return _said(await self.begin(SteerBegin.model_validate_json(body)))

    async def begin(self, begun: SteerBegin) -> SteerAnswer:
        """Put a hand on a camera's helm, in place of one of a lower post where it is taken over, or of an upper platform's.

        That of an upper platform (rank below 0) takes nobody's place, and needs no look here: what it sees is its own affair (steering.md).
        """
        camera = self.cameras.get(begun.camera)
        failure = await self._make_room(begun)
        if failure or camera is None:
            await self.disk.surely(self.book.refuse, begun.steering, begun.index, begun.person, begun.camera, failure)
            return SteerAnswer(ok=False, failure=failure or "unsteerable", holder=self._holder(begun.camera))
        bounds = self._bounds.setdefault(begun.camera, Bounds())
        bounds.take(camera.assignment)
        stand = self.stand(begun.camera)
        helm = Helm(
            camera=camera,
            hand=Hand(begun, self.clock.wall_us(), self.clock.monotonic()),
            make_driver=self.make_driver,
            book=self.book,
            disk=self.disk,
            clock=self.clock,
            idle_seconds=self.idle_seconds,
            tell=lambda: self._tell(begun.camera),
            bounds=bounds,
            unseen=self._left.pop(begun.camera, None) is not None,
            at_home=stand.preset == "" and not stand.moving and begun.camera not in self._strayed,
        )
        helm.ended = lambda: self._ended(helm)
        helm.unsettle = lambda away: self._unsettle(begun.camera, away)
        helm.arrive = lambda preset: self._place(begun.camera, preset)
        self._helms[begun.camera] = helm
        self._below.pop(begun.camera, None)
        try:
            await self.disk.surely(self.book.begin, begun.steering, begun.index, begun.person, begun.camera)
        except BaseException:
            del self._helms[begun.camera]
            helm.give_up()
            raise
        helm.start()
        log.info("steering.begun", camera=str(begun.camera), steering=str(begun.steering), index=begun.index)
        self._tell(begun.camera)
        return SteerAnswer(ok=True, holder=self._holder(begun.camera))

    async def _make_room(self, begun: SteerBegin) -> Failure:
        """Why the hand can't be put on the helm; empty when it is free, now."""
        camera = self.cameras.get(begun.camera)
        if camera is None or not camera.assignment.steerable:
            return "unsteerable"
        helm, from_above = self._helms.get(begun.camera), begun.rank < 0
        if from_above:
            return "held" if helm is not None or begun.camera in self._coming else ""
        if not self.shows(begun.grant, begun.camera):
            return "not_open"
        if helm is None:
            return ""
        there = helm.hand.begun
        if there.person == begun.person:
            await self._clear(helm, "again")
        elif there.rank < 0:
            await self._clear(helm, "yielded")
        elif begun.over and begun.rank > there.rank:
            await self._clear(helm, "taken_over")
        # Somebody else may have come while that one left.
        return "held" if begun.camera in self._helms else ""

    async def _clear(self, helm: Helm, reason: str) -> None:
        """Its hand goes, stopped first, and no upper platform's slips in before the one that comes."""
        self._coming.add(helm.camera.id)
        try:
            await helm.leave(reason)
        finally:
            self._coming.discard(helm.camera.id)

    # -- sockets -------------------------------------------------------------------------------------------------

    def listen(self, camera: UUID, listener: Callable[[], None]) -> Callable[[], None]:
        """Hear of changes at a camera's helm; call what is returned to hear no more."""
        self._listeners.setdefault(camera, set()).add(listener)

        def forget() -> None:
            rest = self._listeners.get(camera, set())
            rest.discard(listener)
            if not rest:
                self._listeners.pop(camera, None)

        return forget

    def helm(self, camera: UUID, grant: UUID) -> Helm | None:
        """The camera's helm, if the hand on it looks under this grant."""
        helm = self._helms.get(camera)
        return helm if helm is not None and helm.hand.begun.grant == grant else None

    def lost_below(self, camera: UUID, grant: UUID) -> bool:
        """Whether this look's hand was the last here, and ended since a platform below steers the camera itself."""
        return self._below.get(camera) == grant

    def hand(self, camera: UUID) -> Helm | None:
        """The camera's helm, whoever has it."""
        return self._helms.get(camera)

    def leave(self, grant: UUID, reason: str) -> None:
        """A look is over: whoever steered by it does no more. Returns at once."""
        for helm in list(self._helms.values()):
            if helm.hand.begun.grant == grant:
                helm.let_go(reason)

    # -- the declared view ---------------------------------------------------------------------------------------

    def stand(self, camera: UUID) -> Stand:
        """Where the camera stands as far as it was steered: its picture is held against what was declared for that place alone."""
        helm = self._helms.get(camera)
        until, since_us = self._settling.get(camera, (0.0, 0))
        moving = until > self.clock.monotonic() or (helm is not None and helm.moving)
        return Stand(self._places.get(camera, ""), moving, since_us)

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

    async def run(self) -> None:
        """Turn cameras back to their declared view when nobody has steered them for a while. Until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look_after()
            except sqlite3.Error as error:
                log.error("steering.no_book", why=type(error).__name__)

    async def look_after(self) -> None:
        """One look at the cameras that are away."""
        self._away = {away.camera: away for away in await self.disk.run(self.book.away)}
        now_us, now = self.clock.wall_us(), self.clock.monotonic()
        for helm in list(self._helms.values()):
            if self.cameras.get(helm.camera.id) is not helm.camera or helm.bounds.outdated(helm.camera.assignment):
                helm.let_go("camera")
        await asyncio.gather(*(one.look(self.make_driver, now) for one in list(self._left.values())))
        self._left = {
            camera: one
            for camera, one in self._left.items()
            if not one.settled and camera in self._away and self.cameras.get(camera) is one.camera
        }
        for away in list(self._away.values()):
            tries, not_before = self._tries.get(away.camera, (0, 0.0))
            if away.camera in self._helms or now < not_before:
                continue
            left = self._left.get(away.camera)
            # A wall clock that was set back must not keep a camera turned away.
            if not (left and left.strayed) and 0 <= now_us - away.since_us < self.return_seconds * 1_000_000:
                continue
            await self._turn_back(away, tries)

    async def stop(self) -> None:
        """The process ends: everything stands still."""
        await asyncio.gather(*(helm.leave("restart") for helm in list(self._helms.values())))

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

    def _ended(self, helm: Helm) -> None:
        camera = helm.camera.id
        if self._helms.get(camera) is helm:
            del self._helms[camera]
            if helm.over == BELOW:
                self._below[camera] = helm.hand.begun.grant
        if helm.unseen and helm.bounds.watches and not is_below(helm.camera.assignment.main.url):
            self._left[camera] = Left(helm.camera, helm.bounds, self.clock.monotonic())
        if helm.moving:  # it ended without a stop
            self._place(camera, None)
        self._tell(camera)

    def _tell(self, camera: UUID) -> None:
        for listener in tuple(self._listeners.get(camera, ())):
            listener()

    def _holder(self, camera: UUID) -> Holder | None:
        helm = self._helms.get(camera)
        return None if helm is None else helm.hand.holder(self.clock.monotonic())


def _said(answer: SteerAnswer) -> Response:
    return JSONResponse(answer.model_dump(mode="json"))
