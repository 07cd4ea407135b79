"""Who speaks through which camera of this worker (docs/design/speaking.md)."""

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
from custodes.node.onvif_desk import Handler
from custodes.node.speaking.book import SpeechBook
from custodes.node.speaking.floor import Devices, Floor
from custodes.video.clock import Clock
from custodes.video.wire.speech import Failure, Speaker, SpeechAnswer, SpeechBegin

log = structlog.get_logger(__name__)

Signed = Callable[[Handler], Callable[[Request], Awaitable[Response]]]
"""Lets only the web through."""

LOOK_SECONDS = 1.0
NOTE_SECONDS = 5.0
"""A crash loses so much of how long was spoken."""


@dataclass(frozen=True, slots=True)
class Over:
    """The last speech through a camera, for whoever spoke."""

    grant: UUID
    reason: str
    step: str


@dataclass
class Floors:
    """The floors of one worker's cameras, each with at most one speaker.

    Attributes:
        shows: whether a look of this grant is open here and shows this camera live.
        idle_seconds: whoever says nothing for this long has done.
        longest_seconds: no speech lasts longer.
    """

    cameras: CameraSet
    book: SpeechBook
    disk: Disk
    clock: Clock
    devices: Devices
    shows: Callable[[UUID, UUID], bool]
    idle_seconds: float
    longest_seconds: float
    _floors: dict[UUID, Floor] = field(default_factory=dict)
    _over: dict[UUID, Over] = field(default_factory=dict)
    _listeners: dict[UUID, set[Callable[[], None]]] = field(default_factory=dict)
    _noted: float = 0.0

    # -- the web's wishes ----------------------------------------------------------------------------------------

    def routes(self, signed: Signed) -> list[Route]:
        """The routes under ``/internal/speech``; `signed` lets only the web through."""
        return [
            Route("/internal/speech", signed(self.state), methods=["GET"]),
            Route("/internal/speech/begin", signed(self.begin_for), methods=["POST"]),
        ]

    async def state(self, request: Request, body: bytes) -> Response:
        """Who speaks through a camera."""
        camera = UUID(request.query_params["camera"])
        known = self.cameras.get(camera)
        if known is None or not known.assignment.speaker:
            return _said(SpeechAnswer(ok=False, failure="no_speaker"))
        return _said(SpeechAnswer(ok=True, speaker=self._speaker(camera)))

    async def begin_for(self, request: Request, body: bytes) -> Response:
        """Let somebody speak; that they may is decided and on record."""
        return _said(await self.begin(SpeechBegin.model_validate_json(body)))

    async def begin(self, begun: SpeechBegin) -> SpeechAnswer:
        """Give somebody the floor and call the device. It takes seconds: how it goes is told on the socket."""
        there = self._floors.get(begun.camera)
        if there is not None and there.begun.person == begun.person:
            there.finish("again")
            await there.rest()
        failure = self._unfit(begun)
        camera = self.cameras.get(begun.camera)
        if failure or camera is None:
            about = (begun.speech, begun.index, begun.person, begun.camera)
            await self.disk.surely(self.book.refuse, *about, failure)
            return SpeechAnswer(ok=False, failure=failure, speaker=self._speaker(begun.camera))
        floor = Floor(
            *(camera, begun, self.devices, self.book, self.disk, self.clock),
            tell=lambda: self._tell(begun.camera),
        )
        floor.ended = lambda: self._ended(floor)
        self._floors[begun.camera] = floor  # nobody slips in while it is written down
        self._over.pop(begun.camera, None)
        try:
            await self.disk.surely(self.book.begin, begun.speech, begun.index, begun.person, begun.camera)
        except BaseException:
            del self._floors[begun.camera]
            raise
        floor.start()
        self._tell(begun.camera)
        return SpeechAnswer(ok=True, speaker=floor.speaker())

    def _unfit(self, begun: SpeechBegin) -> Failure:
        camera = self.cameras.get(begun.camera)
        # What the register had when leave was given is where the sound goes; where another came meanwhile it is asked anew.
        if camera is None or begun.output not in camera.assignment.speaker:
            return "no_speaker"
        if not self.shows(begun.grant, begun.camera):
            return "not_open"
        return "held" if begun.camera in self._floors else ""

    # -- sockets -------------------------------------------------------------------------------------------------

    def listen(self, camera: UUID, listener: Callable[[], None]) -> Callable[[], None]:
        """Hear of changes at a camera's floor; call what is returned to hear no more."""
        self._listeners.setdefault(camera, set()).add(listener)

        def forget() -> None:
            rest = self._listeners.get(camera, set())
            rest.discard(listener)
            if not rest:
                self._listeners.pop(camera, None)

        return forget

    def floor(self, camera: UUID) -> Floor | None:
        """The camera's floor, whoever has it."""
        return self._floors.get(camera)

    def over(self, camera: UUID, grant: UUID) -> Over | None:
        """How the last speech through this camera ended, if it was under this grant."""
        over = self._over.get(camera)
        return over if over is not None and over.grant == grant else None

    def feed(self, camera: UUID, grant: UUID, alaw: bytes) -> None:
        """Sound of whoever looks under this grant; of anybody else it goes nowhere. Returns at once."""
        floor = self._floors.get(camera)
        if floor is not None and floor.begun.grant == grant:
            floor.feed(alaw)

    def leave(self, grant: UUID, reason: str, camera: UUID | None = None) -> None:
        """A look is over, or shows this camera no more: whoever spoke by it has done. Returns at once."""
        for floor in list(self._floors.values()):
            if floor.begun.grant == grant and camera in (None, floor.camera.id):
                floor.finish(reason)

    # -- bounds --------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """End what has to end. Until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look_after()
            except sqlite3.Error as error:
                log.error("speech.no_book", why=type(error).__name__)

    async def look_after(self) -> None:
        """One look at the speeches that go on."""
        now = self.clock.monotonic()
        for floor in list(self._floors.values()):
            reason = self._reason(floor, now)
            if reason:
                floor.finish(reason)
        if now - self._noted >= NOTE_SECONDS:
            self._noted = now
            for floor in list(self._floors.values()):
                if floor.state == "speaking" and not floor.over:
                    await self.disk.run(self.book.note, floor.begun.speech, floor.spoken_us)

    def _reason(self, floor: Floor, now: float) -> str:
        """Why it has to end; empty where it may go on."""
        if self.cameras.get(floor.camera.id) is not floor.camera or floor.outdated:
            return "camera"
        if not self.shows(floor.begun.grant, floor.camera.id):
            return "not_open"
        if floor.state == "speaking" and now - floor.last > self.idle_seconds:
            return "idle"
        return "longest" if now - floor.since > self.longest_seconds else ""

    async def stop(self) -> None:
        """The process ends: every device is hung up."""
        floors = list(self._floors.values())
        for floor in floors:
            floor.finish("restart")
        await asyncio.gather(*(floor.rest() for floor in floors))

    def _ended(self, floor: Floor) -> None:
        camera = floor.camera.id
        if self._floors.get(camera) is floor:
            del self._floors[camera]
        self._over[camera] = Over(floor.begun.grant, floor.over, floor.step)
        self._tell(camera)

    def _tell(self, camera: UUID) -> None:
        for listener in tuple(self._listeners.get(camera, ())):
            listener()

    def _speaker(self, camera: UUID) -> Speaker | None:
        floor = self._floors.get(camera)
        return None if floor is None else floor.speaker()


def _said(answer: SpeechAnswer) -> Response:
    return JSONResponse(answer.model_dump(mode="json"))
