"""One browser's socket and its control leases, to steer and to speak: what it is told of who has a camera, and that a lease ends with it (docs/design/wire.md §5)."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from custodes.node.leases.desk import LeaseDesk
from custodes.node.speaking import Floors
from custodes.node.steering.camera_steering import BELOW, CameraSteering
from custodes.node.steering.desk import SteeringDesk
from custodes.video.steering import Bearing, PtzBox, PtzMotion, SteerFailure
from custodes.video.wire.assignment import CameraAssignment
from custodes.video.wire.view import ControlMessage, HelmMessage, SteerMessage, worker_message

Say = Callable[[str], Coroutine[Any, Any, None]]
"""Sends one text message; never raises for a browser that is gone."""


@dataclass
class LeaseSocket(ABC):
    """One socket's part; each kind of lease has a class of its own.

    Attributes:
        grant: of the look under which the socket stands.
    """

    desk: LeaseDesk[Any, Any, Any]
    grant: UUID
    say: Say
    _said: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    def able(self, assignment: CameraAssignment) -> bool:
        """Whether there is anything to be told of this camera."""
        return self.desk.able(assignment)

    def watch(self, channel: int, camera: UUID) -> Callable[[], None]:
        """Tell on `channel` who has the camera, now and with each change; call what is returned to end that."""

        def tell() -> None:
            self._spawn(self._told(channel, camera))

        tell()
        return self.desk.listen(camera, tell)

    def leave(self, reason: str, camera: UUID | None = None) -> None:
        """The look is over, or shows this camera no more. Returns at once."""
        self.desk.leave(self.grant, reason, camera)

    @abstractmethod
    def _told(self, channel: int, camera: UUID) -> Coroutine[Any, Any, None]:
        """Say who has the camera."""

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._said.add(task)
        task.add_done_callback(self._said.discard)


@dataclass
class SpeechSocket(LeaseSocket):
    """One socket's part in speaking."""

    desk: Floors

    def feed(self, camera: UUID, alaw: bytes) -> None:
        """Sound for the camera's loudspeaker. Returns at once."""
        self.desk.feed(camera, self.grant, alaw)

    def _told(self, channel: int, camera: UUID) -> Coroutine[Any, Any, None]:
        # What stands at this moment: by the time that it is said there may be a next.
        return self.say(worker_message("speech", channel=channel, **self._stands(camera)))

    def _stands(self, camera: UUID) -> dict[str, Any]:
        floor = self.desk.floor(camera)
        if floor is None:
            over = self.desk.over(camera, self.grant)
            ended, step = ("", "") if over is None else (over.reason, over.step)
            return {"speaker": None, "state": "", "ended": ended, "step": step}
        begun = floor.begun
        mine = begun.grant == self.grant
        speaker = {"name": begun.person_name, "unit": begun.unit, "mine": mine, "since_us": floor.since_us}
        return {"speaker": speaker, "state": floor.state, "ended": "", "step": ""}


NEEDS_PRESETS = frozenset({"set", "remove", "set_home"})
MAX_WAITING = 4
"""Commands of one socket that may wait for a camera at once."""


@dataclass
class HelmSocket(LeaseSocket):
    """One socket's part in steering."""

    desk: SteeringDesk
    _waiting: int = 0

    def follow(self, message: HelmMessage, camera: UUID) -> None:
        """Do what the browser asks of the camera that its channel shows. Returns at once."""
        helm = self.desk.helm(camera, self.grant)
        if helm is None:
            self._spawn(self._say_done(message.channel, _what(message), "not_yours"))
            return
        if isinstance(message, SteerMessage):
            helm.hold(PtzMotion(message.pan, message.tilt, message.zoom, message.focus, message.iris))
        elif message.do == "leave":
            helm.let_go("left")
        elif message.do in NEEDS_PRESETS and not helm.begun.presets:
            self._spawn(self._say_done(message.channel, message.do, "not_allowed"))
        elif self._waiting >= MAX_WAITING:
            self._spawn(self._say_done(message.channel, message.do, "busy"))
        else:
            self._waiting += 1
            self._spawn(self._control(message, helm))

    async def _control(self, message: ControlMessage, helm: CameraSteering) -> None:
        try:
            if message.do == "where":
                here = await helm.here()
                said = asdict(here) | {"tilt": here.tilt or 0.0}
                await self.say(worker_message("bearing", channel=message.channel, **said))
            elif message.do != "list":
                box = None if message.box is None else PtzBox(**message.box.model_dump())
                there = None if message.there is None else Bearing(**message.there.model_dump())
                await helm.control(message.do, message.token, message.name, box, there)
            if message.do in ("list", "set", "remove"):
                presets = [{"token": preset.token, "name": preset.name} for preset in await helm.presets()]
                await self.say(worker_message("presets", channel=message.channel, presets=presets))
        except SteerFailure as error:
            await self._say_done(message.channel, message.do, error.kind)
        else:
            await self._say_done(message.channel, message.do, "")
        finally:
            self._waiting -= 1

    async def _told(self, channel: int, camera: UUID) -> None:
        helm = self.desk.hand(camera)
        holder: dict[str, Any] | None = None
        if helm is not None:
            begun = helm.begun
            holder = {
                "name": begun.person_name,
                "unit": begun.unit,
                "mine": begun.grant == self.grant,
                "since_us": helm.since_us,
                "presets": begun.presets and begun.grant == self.grant,
            }
        trouble, note, precise = "", "", False
        if helm is not None:
            trouble, note, precise = helm.trouble, helm.note, helm.precise
        elif self.desk.lost_below(camera, self.grant):
            note = BELOW
        said = {"holder": holder, "trouble": trouble, "note": note, "precise": precise}
        await self.say(worker_message("helm", channel=channel, **said))

    async def _say_done(self, channel: int, what: str, failure: str) -> None:
        await self.say(worker_message("controlled", channel=channel, do=what, failure=failure))


def _what(message: HelmMessage) -> str:
    return "steer" if isinstance(message, SteerMessage) else message.do
