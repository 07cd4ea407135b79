"""Control leases of a worker: the account of each, one person's tenure of one camera, and who has which, told to all who look."""

from __future__ import annotations

import asyncio
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from custodes.node.account_file import AccountFile
from custodes.node.camera import NodeCamera
from custodes.node.cameras import CameraSet
from custodes.node.disk import Disk
from custodes.node.rooms import Signed
from custodes.video.clock import HostClock
from custodes.video.wire.assignment import CameraAssignment
from custodes.video.wire.control_leases import Failure, LeaveAnswer, LeaveBegin, Tenant


class LeaseBook(AccountFile, ABC):
    """Leases that this worker was told of, and their ends until the notary has them. Blocks; any thread may call."""

    def __init__(self, path: Path, tables: str, worker: str, clock: HostClock, later: Sequence[str] = ()) -> None:
        """Open or make the book, and end what a crash left open.

        Args:
            tables, later: as of `AccountFile`.

        Raises:
            AccountRefused: a newer format.
            sqlite3.Error: the file can't be opened.
        """
        super().__init__(path, tables, later)
        self._worker, self._clock = worker, clock
        self._end_left_open()

    @abstractmethod
    def begin(self, leave: UUID, index: int, person: str, camera: UUID) -> None:
        """Leave is here. Durable when this returns."""

    @abstractmethod
    def end(self, leave: UUID, reason: str) -> None:
        """It is over: that goes to the notary. Twice is once."""

    @abstractmethod
    def _end_left_open(self) -> None:
        """End each that is in the book, as of a ``crash``."""

    def refuse(self, leave: UUID, index: int, person: str, camera: UUID, reason: str) -> None:
        """Leave was on record, and came to nothing."""
        self.begin(leave, index, person, camera)
        self.end(leave, reason)


log = structlog.get_logger(__name__)

Begun = TypeVar("Begun", bound=LeaveBegin)


def _nothing() -> None:
    """Before somebody wants to be told."""


@dataclass
class Tenure(ABC, Generic[Begun]):
    """One; each kind of lease has a class of its own.

    Attributes:
        verb: names it in the log of the program.
        begun: what the web told of the leave.
        tell: called when what others are told of it changed; ended: once, when its end is on disk.
        over: why it has ended, or is ending; empty while it goes on. step: where the device failed, of what is tried in steps.
        since, since_us: when it began, on both clocks; last: monotonic seconds of the last that was done by it.
    """

    verb: ClassVar[str]

    camera: NodeCamera
    begun: Begun
    disk: Disk
    clock: HostClock
    tell: Callable[[], None] = field(default=_nothing, kw_only=True)
    ended: Callable[[], None] = field(default=_nothing, kw_only=True)
    over: str = field(default="", init=False)
    step: str = field(default="", init=False)
    _changed: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _written: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _task: asyncio.Task[None] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.since_us, self.since = self.clock.wall_us(), self.clock.monotonic()
        self.last = self.since

    def start(self) -> None:
        """It is in the book: go on."""
        self._written.set()
        self._task = asyncio.get_running_loop().create_task(self._run(), name=f"{self.verb}-{self.camera.id}")

    def give_up(self) -> None:
        """It can't begin: nobody waits for it."""
        self._written.set()

    def let_go(self, reason: str, step: str = "") -> None:
        """It is over, for this reason; the first one counts. Returns at once."""
        if not self.over:
            self.over, self.step = reason, step
            self._changed.set()

    async def leave(self, reason: str) -> None:
        """As `let_go`, and wait until its end is on disk; of one that is being written down, too. Who waits no longer hurries nothing."""
        self.let_go(reason)
        await self._written.wait()
        if self._task is not None:
            # Gathered, it would be cancelled with whoever waits, and its end would not be written.
            await asyncio.wait([self._task])

    @abstractmethod
    def tenant(self) -> Tenant:
        """As others are told."""

    @property
    @abstractmethod
    def outdated(self) -> bool:
        """Whether the register says otherwise by now of what it rests on."""

    @abstractmethod
    async def _live(self) -> None:
        """Do what is asked until it is over. Raises nothing that belongs to the device."""

    @abstractmethod
    async def _end(self) -> None:
        """Leave the device alone, and put the end on disk."""

    async def _run(self) -> None:
        try:
            await self._live()
        finally:
            self.let_go("restart")  # only where it was cancelled before anything else was said
            about = {self.verb: str(self.begun.leave)}
            try:
                await self._end()
            except sqlite3.Error as error:  # it is in the book still, and ended by the next start
                log.error(f"{self.verb}.end_not_written", camera=str(self.camera.id), why=type(error).__name__, **about)
            finally:
                log.info(f"{self.verb}.ended", camera=str(self.camera.id), reason=self.over, **about)
                self.ended()


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
class LeaseDesk(ABC, Generic[Begun, Held, Answer]):
    """The tenures under one kind of lease at one worker's cameras; each kind has a class of its own.

    Attributes:
        verb: as in ``/internal/VERB``, where the web asks; unable: what a camera is told to be that can't.
    """

    verb: ClassVar[str]
    unable: ClassVar[Failure]

    cameras: CameraSet
    book: LeaseBook
    disk: Disk
    clock: HostClock
    _tenures: dict[UUID, Held] = field(default_factory=dict, init=False)
    _over: dict[UUID, Over] = field(default_factory=dict, init=False)
    _listeners: dict[UUID, set[Callable[[], None]]] = field(default_factory=dict, init=False)

    # -- what is each kind's own ---------------------------------------------------------------------------------

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
    def _make(self, camera: NodeCamera, begun: Begun) -> Held:
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
