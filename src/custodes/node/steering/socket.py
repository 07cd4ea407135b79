"""Steering on a browser's socket: what it asks of the helm, and what it is told of it (docs/design/wire.md §5)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from custodes.node.standing.socket import StandingSocket
from custodes.node.steering.desk import SteeringDesk
from custodes.node.steering.helm import BELOW, Helm
from custodes.video.steering.model import Bearing, Box, Motion, SteerFailure
from custodes.video.wire.view import ControlMessage, HelmMessage, SteerMessage, worker_message

NEEDS_PRESETS = frozenset({"set", "remove", "set_home"})
MAX_WAITING = 4
"""Commands of one socket that may wait for a camera at once."""


@dataclass
class HelmSocket(StandingSocket):
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
            helm.hold(Motion(message.pan, message.tilt, message.zoom, message.focus, message.iris))
        elif message.do == "leave":
            helm.let_go("left")
        elif message.do in NEEDS_PRESETS and not helm.begun.presets:
            self._spawn(self._say_done(message.channel, message.do, "not_allowed"))
        elif self._waiting >= MAX_WAITING:
            self._spawn(self._say_done(message.channel, message.do, "busy"))
        else:
            self._waiting += 1
            self._spawn(self._control(message, helm))

    async def _control(self, message: ControlMessage, helm: Helm) -> None:
        try:
            if message.do == "where":
                here = await helm.here()
                said = asdict(here) | {"tilt": here.tilt or 0.0}
                await self.say(worker_message("bearing", channel=message.channel, **said))
            elif message.do != "list":
                box = None if message.box is None else Box(**message.box.model_dump())
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
