"""Who has which camera of a worker under one kind of leave: one person at a time, told to all who look, over with the look."""

from __future__ import annotations

import asyncio
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from custodes.node.camera import Camera
from custodes.node.cameras import CameraSet
from custodes.node.disk import Disk
from custodes.node.signed import Signed
from custodes.node.standing.book import StandingBook
from custodes.node.standing.tenure import Begun, Tenure
from custodes.video.clock import Clock
from custodes.video.wire.assignment import CameraAssignment
from custodes.video.wire.standing import Failure, LeaveAnswer

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0

Held = TypeVar("Held", bound=Tenure[Any])
Answer = TypeVar("Answer", bound=LeaveAnswer[Any])


@dataclass(frozen=True, slots=True)
class Over:
    """The last tenure of a camera, for whoever had it."""

    grant: UUID
    reason: str
    step: str


@dataclass
class StandingDesk(ABC, Generic[Begun, Held, Answer]):
    """The tenures of one verb at one worker's cameras; each verb has a class of its own.

    Attributes:
        verb: as in ``/internal/VERB``, where the web asks; unable: what a camera is told to be that can't.
    """

    verb: ClassVar[str]
    unable: ClassVar[Failure]

    cameras: CameraSet
    book: StandingBook
    disk: Disk
    clock: Clock
    _tenures: dict[UUID, Held] = field(default_factory=dict, init=False)
    _over: dict[UUID, Over] = field(default_factory=dict, init=False)
    _listeners: dict[UUID, set[Callable[[], None]]] = field(default_factory=dict, init=False)

    # -- what is each verb's own ---------------------------------------------------------------------------------

    @abstractmethod
    def able(self, assignment: CameraAssignment) -> bool:
        """Whether the camera can, as the register says."""

    @abstractmethod
    def _read(self, body: bytes) -> Begun:
        """What the web tells of a leave."""

    @abstractmethod
    def _answer(self, failure: Failure, held: Held | None) -> Answer:
        """What the web is told; `held` is who has the camera."""

    @abstractmethod
    async def _make_room(self, begun: Begun) -> Failure:
        """Why the leave can't be used; empty when the camera is free for it, now."""

    @abstractmethod
    def _make(self, camera: Camera, begun: Begun) -> Held:
        """A tenure for which there is room; it begins when it is in the book."""

    @abstractmethod
    async def look_after(self) -> None:
        """One look at what has to end."""

    # -- the web's wishes ----------------------------------------------------------------------------------------

    def routes(self, signed: Signed) -> list[Route]:
        """The routes under ``/internal/VERB``; `signed` lets only the web through."""
        return [
            Route(f"/internal/{self.verb}", signed(self.state), methods=["GET"]),
            Route(f"/internal/{self.verb}/begin", signed(self.begin_for), methods=["POST"]),
        ]

    async def state(self, request: Request, body: bytes) -> Response:
        """Who has a camera."""
        camera = UUID(request.query_params["camera"])
        known = self.cameras.get(camera)
        if known is None or not self.able(known.assignment):
            return _said(self._answer(self.unable, None))
        return _said(self._answer("", self._tenures.get(camera)))

    async def begin_for(self, request: Request, body: bytes) -> Response:
        """Let somebody begin; that they may is decided and on record."""
        return _said(await self.begin(self._read(body)))

    async def begin(self, begun: Begun) -> Answer:
        """Give somebody a camera: in the book first; what came to nothing is in it too."""
        about = (begun.leave, begun.index, begun.person, begun.camera)
        failure = await self._make_room(begun)
        camera = self.cameras.get(begun.camera)
        if failure or camera is None:
            failure = failure or self.unable
            await self.disk.surely(self.book.refuse, *about, failure)
            return self._answer(failure, self._tenures.get(begun.camera))
        held = self._make(camera, begun)
        held.tell = lambda: self._tell(begun.camera)
        held.ended = lambda: self._ended(held)
        self._tenures[begun.camera] = held  # nobody slips in while it is written down
        self._over.pop(begun.camera, None)
        try:
            await self.disk.surely(self.book.begin, *about)
        except BaseException:
            del self._tenures[begun.camera]
            held.give_up()
            raise
        held.start()
        self._tell(begun.camera)
        return self._answer("", held)

    # -- sockets -------------------------------------------------------------------------------------------------

    def listen(self, camera: UUID, listener: Callable[[], None]) -> Callable[[], None]:
        """Hear of changes at a camera; call what is returned to hear no more."""
        self._listeners.setdefault(camera, set()).add(listener)

        def forget() -> None:
            rest = self._listeners.get(camera, set())
            rest.discard(listener)
            if not rest:
                self._listeners.pop(camera, None)

        return forget

    def over(self, camera: UUID, grant: UUID) -> Over | None:
        """How the last tenure of this camera ended, if it was under this grant and nobody has had it since."""
        over = self._over.get(camera)
        return over if over is not None and over.grant == grant else None

    def leave(self, grant: UUID, reason: str, camera: UUID | None = None) -> None:
        """A look is over, or shows this camera no more: whoever had it by that look has done. Returns at once."""
        for held in list(self._tenures.values()):
            if held.begun.grant == grant and camera in (None, held.camera.id):
                held.let_go(reason)

    # -- bounds --------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """End what has to end. Until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look_after()
            except sqlite3.Error as error:
                log.error(f"{self.verb}.no_book", why=type(error).__name__)

    async def stop(self) -> None:
        """The process ends: every device is let go."""
        await asyncio.gather(*(held.leave("restart") for held in list(self._tenures.values())))

    def _of(self, camera: UUID, grant: UUID) -> Held | None:
        """The tenure of a camera, if it is under this grant."""
        held = self._tenures.get(camera)
        return held if held is not None and held.begun.grant == grant else None

    def _is_gone(self, held: Held) -> bool:
        """Whether the camera is here no more, or is not any more what it was when the tenure began."""
        return self.cameras.get(held.camera.id) is not held.camera or held.outdated

    def _ended(self, held: Held) -> None:
        camera = held.camera.id
        if self._tenures.get(camera) is held:
            del self._tenures[camera]
        self._over[camera] = Over(held.begun.grant, held.over, held.step)
        self._tell(camera)

    def _tell(self, camera: UUID) -> None:
        for listener in tuple(self._listeners.get(camera, ())):
            listener()


def _said(answer: LeaveAnswer[Any]) -> Response:
    return JSONResponse(answer.model_dump(mode="json"))
