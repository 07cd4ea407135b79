"""Steering a channel of a GB/T 28181 device: each command goes through the gateway, which makes eight bytes of it (docs/design/gateway.md)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol
from uuid import UUID

import structlog

from custodes.node.gb28181.gateway_client import GatewayUnavailable
from custodes.node.gb28181.place import ChannelUrl, parse_channel_url
from custodes.video.source.address import BadUrl
from custodes.video.steering import Abilities, Bearing, PtzBox, PtzMotion, PtzPosition, SteerFailure, ViewPreset
from custodes.video.wire.assignment import CameraAssignment
from custodes.video.wire.commands import (
    Command,
    GatewaySteer,
    GatewayTaken,
    PictureBox,
    PointAt,
    PositionAnswer,
    PositionAsk,
    PresetsAnswer,
    PresetsAsk,
)

log = structlog.get_logger(__name__)

MOST_PRESETS = 255
NAME_LENGTH = 60
REPEAT_SECONDS = 0.7
"""The gateway stops a movement that it has not heard of for two seconds: one repetition may be lost."""

OWED_SECONDS = 2.0
OWED_TRIES = 30
"""A stop that the gateway did not take, for it is away: the camera may be moving, so it is said again for a minute."""

_ABILITIES = Abilities(move=True, zoom=True, focus=True, iris=True, presets=MOST_PRESETS)
_KINDS = {
    "not_assigned": ("refused", "the gateway does not let this node steer the camera"),
    "not_registered": ("timeout", "the device is not registered with the gateway"),
    "no_answer": ("timeout", "the device did not acknowledge the command"),
    "refused": ("refused", "the device does not take the command"),
    "not_stated": ("refused", "it was not stated to the platform below whose hand it is"),
    "held": ("held", "the platform below is steering the camera itself"),
}


class SteeringGateway(Protocol):
    """What is asked of the gateway, as `gateway_client.GatewayClient` does it; each raises `GatewayUnavailable`."""

    async def steer(self, steer: GatewaySteer) -> GatewayTaken:
        """Send a command."""
        ...

    async def presets(self, ask: PresetsAsk) -> PresetsAnswer:
        """The presets of a channel."""
        ...

    async def position(self, ask: PositionAsk) -> PositionAnswer:
        """Where a channel points."""
        ...

    async def stands(self, ask: PositionAsk) -> GatewayTaken:
        """Whether a platform below steers a channel itself."""
        ...


GatewayLine = Callable[[], SteeringGateway | None]
"""Finds the gateway that the assignment names at this moment; None where it names none."""


@dataclass
class _Said:
    """What a channel is told again and again in the background, whoever's hand it is for; and what it answered last there."""

    task: asyncio.Task[None] | None = None
    failure: str = ""


class GbPtz:
    """One channel (`video.steering.Steerable`).

    The standard has no question for what a channel can do: all of it may be asked, and what it can't it does not do. Where it points devices of
    the 2022 edition say, and nobody can set its home position from here.
    """

    _left: ClassVar[set[asyncio.Task[None]]] = set()

    def __init__(self, line: GatewayLine, camera: UUID, device: str, channel: str, grant: UUID | None = None) -> None:
        self._line = line
        self._camera, self._device, self._channel, self._grant = camera, device, channel, grant
        self._said = _Said()

    @classmethod
    def of(cls, line: GatewayLine, camera: CameraAssignment) -> GbPtz:
        """The channel that a camera is.

        Raises:
            SteerFailure: its address is not ``gb28181://DEVICE/CHANNEL``.
        """
        try:
            url = parse_channel_url(camera.main.url)
        except BadUrl as error:
            raise SteerFailure("path", "the camera's address is not gb28181://DEVICE/CHANNEL") from error
        return cls(line, camera.id, url.device, url.channel)

    def for_look(self, grant: UUID) -> GbPtz:
        """The same channel, moved for this look: a platform below is told whose hand it is (`GatewaySteer.grant`)."""
        made = GbPtz(self._line, self._camera, self._device, self._channel, grant)
        made._said = self._said
        return made

    async def abilities(self) -> Abilities:
        """What may be asked of it."""
        return _ABILITIES

    async def move(self, motion: PtzMotion, seconds: float) -> None:
        """Move until told otherwise, or until `seconds` have passed without this being said again; the gateway is told again and again meanwhile.

        Raises:
            SteerFailure.
        """
        await self._let_go()
        self._check_said()
        pan, tilt, zoom, focus, iris = motion.values
        wish = self._wish("move").model_copy(
            update={"pan": pan, "tilt": tilt, "zoom": zoom, "focus": focus, "iris": iris}
        )
        await self._say(wish)
        if not motion.still:
            self._go_on(self._repeat(wish, asyncio.get_running_loop().time() + seconds))

    async def stop(self) -> None:
        """Stand still. Where the gateway is away this is said again in the background, until it is taken or something else is asked.

        Raises:
            SteerFailure.
        """
        await self._let_go()
        self._said.failure = ""
        wish = self._wish("stop")
        try:
            taken = await self._ask(wish)
        except SteerFailure:
            self._go_on(self._owe(wish))
            raise
        _check(taken)

    async def presets(self) -> list[ViewPreset]:
        """The views that it remembers, their numbers as tokens.

        Raises:
            SteerFailure.
        """
        ask = PresetsAsk(camera=self._camera, device=self._device, channel=self._channel, grant=self._grant)
        try:
            answer = await self._gateway().presets(ask)
        except GatewayUnavailable as error:
            raise SteerFailure("timeout", str(error)) from error
        if answer.failure:
            raise SteerFailure(*_KINDS[answer.failure])
        return [ViewPreset(str(one.number), one.name) for one in answer.presets]

    async def goto(self, token: str) -> None:
        """Turn to a remembered view.

        Raises:
            SteerFailure.
        """
        await self._command("goto", _number(token))

    async def set_preset(self, name: str, token: str = "") -> str:
        """Remember the present view, under the first number that is free where none is given. Names go to devices of 2022 alone.

        Raises:
            SteerFailure.
        """
        number = _number(token) if token else await self._free()
        await self._command("set", number, name[:NAME_LENGTH])
        return str(number)

    async def remove_preset(self, token: str) -> None:
        """Forget a view.

        Raises:
            SteerFailure.
        """
        await self._command("remove", _number(token))

    async def goto_home(self) -> None:
        """Turn to the home position, of a 2022 device that tells it.

        Raises:
            SteerFailure.
        """
        await self._command("home")

    async def set_home(self) -> None:
        """It can't be set from here: to a device it is also the view that it turns to by itself.

        Raises:
            SteerFailure.
        """
        raise SteerFailure("unsupported", "the home position of a GB/T 28181 channel is set in the device")

    async def where(self) -> PtzPosition:
        """Nowhere that is known in parts of its space; `bearing` is in degrees."""
        return PtzPosition(None, None, None, None)

    async def bearing(self) -> Bearing | None:
        """Where it points, of a 2022 device that tells it.

        Raises:
            SteerFailure: the gateway is away.
        """
        ask = PositionAsk(camera=self._camera, device=self._device, channel=self._channel, grant=self._grant)
        try:
            answer = await self._gateway().position(ask)
        except GatewayUnavailable as error:
            raise SteerFailure("timeout", str(error)) from error
        if answer.failure or answer.pan is None:
            return None
        # Not as far as it could be told to do: one that counts up positive looks down below -30.
        tilt = None if answer.tilt is None else min(max(answer.tilt, -90.0), 90.0)
        return Bearing(answer.pan % 360, tilt, min(max(answer.zoom or 1.0, 1.0), 1000.0))

    @property
    def below(self) -> bool:
        """Whether it is a channel of a platform below, which may steer it itself."""
        return ChannelUrl(self._device, self._channel).platform

    async def stands(self) -> None:
        """Hear whether the platform below lets this hand go on.

        Raises:
            SteerFailure: ``held``, or the gateway is away.
        """
        ask = PositionAsk(camera=self._camera, device=self._device, channel=self._channel)
        try:
            _check(await self._gateway().stands(ask))
        except GatewayUnavailable as error:
            raise SteerFailure("timeout", str(error)) from error

    async def precise(self, there: Bearing) -> None:
        """Point there, of a 2022 device.

        Raises:
            SteerFailure.
        """
        await self._let_go()
        tilt = min(max(there.tilt or 0.0, -30.0), 90.0)
        point = PointAt(pan=there.pan, tilt=tilt, zoom=there.zoom or 1.0)
        await self._say(self._wish("precise").model_copy(update={"point": point}))

    async def drag(self, box: PtzBox, nearer: bool) -> None:
        """Show what is in a box of the picture, or have the whole picture in its place.

        Raises:
            SteerFailure.
        """
        await self._let_go()
        drawn = PictureBox(left=box.left, top=box.top, width=box.width, height=box.height)
        await self._say(self._wish("drag_in" if nearer else "drag_out").model_copy(update={"box": drawn}))

    async def cruise(self, number: int, seconds: float) -> None:
        """Go on a cruise until told otherwise, or until `seconds` have passed without this being said again, as `move`.

        Raises:
            SteerFailure.
        """
        await self._let_go()
        self._check_said()
        wish = self._wish("cruise").model_copy(update={"cruise": number})
        await self._say(wish)
        self._go_on(self._repeat(wish, asyncio.get_running_loop().time() + seconds))

    # Within

    async def _command(self, command: Command, number: int = 0, name: str = "") -> None:
        await self._let_go()
        await self._say(self._wish(command).model_copy(update={"preset": number, "name": name}))

    async def _free(self) -> int:
        used = {preset.token for preset in await self.presets()}
        found = next((number for number in range(1, MOST_PRESETS + 1) if str(number) not in used), None)
        if found is None:
            raise SteerFailure("refused", "the camera remembers as many views as it can; remove one")
        return found

    def _wish(self, command: Command) -> GatewaySteer:
        # What it is about beyond the camera is put in by the caller.
        return GatewaySteer.model_construct(
            camera=self._camera,
            device=self._device,
            channel=self._channel,
            command=command,
            grant=None if command == "stop" else self._grant,
        )

    async def _say(self, wish: GatewaySteer) -> None:
        _check(await self._ask(wish))

    async def _ask(self, wish: GatewaySteer) -> GatewayTaken:
        try:
            return await self._gateway().steer(wish)
        except GatewayUnavailable as error:
            raise SteerFailure("timeout", str(error)) from error

    def _gateway(self) -> SteeringGateway:
        gateway = self._line()
        if gateway is None:
            raise SteerFailure("path", "no gateway is assigned to this node")
        return gateway

    def _go_on(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._said.task = task
        self._left.add(task)  # the loop alone does not keep a task
        task.add_done_callback(self._left.discard)

    async def _repeat(self, wish: GatewaySteer, until: float) -> None:
        """Say a movement again and again. Whoever holds the camera says it anew before the end; who hangs does not."""
        loop = asyncio.get_running_loop()
        while loop.time() < until:
            await asyncio.sleep(REPEAT_SECONDS)
            try:
                taken = await self._ask(wish)
            except SteerFailure:
                continue  # if it stays away, it stops the camera by itself
            if taken.failure:
                self._said.failure = taken.failure
                return

    def _check_said(self) -> None:
        """What was said in the background found that the platform below steers itself: whoever says it again has to know."""
        failure, self._said.failure = self._said.failure, ""
        if failure == "held":
            raise SteerFailure(*_KINDS[failure])

    async def _owe(self, wish: GatewaySteer) -> None:
        for _ in range(OWED_TRIES):
            await asyncio.sleep(OWED_SECONDS)
            try:
                await self._ask(wish)
            except SteerFailure:
                continue
            return  # what the device makes of it is the gateway's matter from here on
        log.error("steering.stop_not_taken", camera=str(self._camera))

    async def _let_go(self) -> None:
        """Nothing that was said before is said again."""
        task, self._said.task = self._said.task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])


def _number(token: str) -> int:
    if not (token.isascii() and token.isdigit() and len(token) <= 3 and 1 <= int(token) <= MOST_PRESETS):
        raise SteerFailure("refused", f"a preset of a GB/T 28181 channel is a number from 1 to {MOST_PRESETS}")
    return int(token)


def _check(taken: GatewayTaken) -> None:
    if taken.failure:
        kind, detail = _KINDS[taken.failure]
        raise SteerFailure(kind, taken.detail or detail)
