"""What nodes want of cameras that turn, and what their devices make of it (docs/design/wire.md §8)."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from custodes.gateway.calls.needs import NotStated, Process, Signed, States, StatesNothing
from custodes.gateway.context import Context
from custodes.gateway.desk import read, said
from custodes.gateway.inquiries import Failure
from custodes.gateway.steering.movements import AWAY, NO_ANSWER, TAKEN, Camera, Movements, Taken
from custodes.gateway.steering.pointing import CameraPointings
from custodes.gateway.steering.questions import SteeringQuestions
from custodes.gb28181.edition import Edition
from custodes.gb28181.ids import family
from custodes.gb28181.manscdp.control import HELD, Boot, DeviceControlAnswer, DragZoom, Precise, drag_zoom
from custodes.gb28181.manscdp.frame import Message, Result
from custodes.gb28181.manscdp.presets import PtzPosition
from custodes.gb28181.ptz.command import Preset, PresetDo, lens_of_percent, move_of_percent
from custodes.gb28181.sip.events import Event, Got
from custodes.gb28181.sip.registrar import RegistrationChange
from custodes.video.wire.commands import (
    GatewaySteer,
    GatewayTaken,
    PictureBox,
    PositionAnswer,
    PositionAsk,
    PresetsAnswer,
    PresetsAsk,
    RebootAsk,
)
from custodes.video.wire.commands import Preset as WirePreset

log = structlog.get_logger(__name__)


LOOK_S = 0.1
ANSWER_S = 4.0
"""For which a command waits to be acknowledged; over UDP it is sent three times in that."""

MOST_STOPS = 10_000
"""Cameras of which it is remembered that they were stopped."""

MOST_HELD = 256
"""Cameras of one platform below of which it is remembered that it steers them itself: what it says beyond pushes out its own, and nobody else's."""

HELD_S = 5.0
"""For which it counts that a platform below steers the camera itself: whoever asks later may have it."""

HELD_BELOW = GatewayTaken(failure="held", detail="the platform below steers the camera itself")
NAME_LENGTH = 60
WINDOW = 1920, 1080
"""Pixels of the window in which a box of a drag zoom is told: the device takes the box by its share of it."""

_AWAY = frozenset({"restarted", "offline", "gone"})
_BACK = frozenset({"registered", "restarted", "online"})
_PRESETS = {"goto": PresetDo.CALL, "set": PresetDo.SET, "remove": PresetDo.DELETE}


class Steering:
    """Steers channels for nodes.

    No command but those of presets and home waits for anything else than SIP's answer: the standard has no other to PTZ commands, and of what
    devices send all the same nothing depends (2016 §9.3, Annex A.2.5).

    Args:
        states: says to a platform below who moves its camera, before it is moved. A stop always goes out.

    Attributes:
        refusals: commands of which a device said that it could not follow them.
        pointing: our subscriptions to where cameras of platforms below point.
    """

    def __init__(self, process: Process, states: States | None = None) -> None:
        self.refusals = 0
        self._states = states or StatesNothing()
        self._stops: OrderedDict[Camera, int] = OrderedDict()
        self._held: dict[str, OrderedDict[str, float]] = {}
        self.movements = Movements(process)
        self.pointing = CameraPointings(process)
        self._questions = SteeringQuestions(process)
        self._process = process
        self._wake = asyncio.Event()

    async def steer(self, node: str, wish: GatewaySteer) -> GatewayTaken:
        """Send a command."""
        failure = self._against(wish.camera, wish.device, wish.channel, node)
        if failure is not None:
            return failure
        camera = wish.device, wish.channel
        self._wake.set()
        if wish.command == "stop":
            self._stopped(camera)
            return await self._all(self.movements.stop(camera))
        if self._process.reach(wish.device) is None:
            return AWAY
        if self._lost(camera):
            self.pointing.end(camera)
            return HELD_BELOW
        against = await self._stated(camera, wish)
        if against is not None:
            return against
        taken = await self._obey(camera, wish)
        if not taken.failure:
            self.pointing.commanded(camera, wish.grant)
        return taken

    async def _obey(self, camera: Camera, wish: GatewaySteer) -> GatewayTaken:
        if wish.command == "move":
            move = move_of_percent(wish.pan, wish.tilt, wish.zoom)
            return await self._all(self.movements.hold(camera, move, lens_of_percent(wish.focus, wish.iris)))
        if wish.command == "cruise":
            return await self._all(self.movements.cruise(camera, wish.cruise))
        if wish.command == "home":
            return await self._go_home(camera)
        if wish.point is not None and wish.command == "precise":
            point = Precise(pan=wish.point.pan, tilt=wish.point.tilt, zoom=wish.point.zoom)
            return await self._instead(camera, {"precise": point})
        if wish.box is not None and wish.command in ("drag_in", "drag_out"):
            return await self._instead(camera, {wish.command: _in_window(wish.box)})
        if not wish.preset:
            return GatewayTaken(
                failure="refused", detail="preset: is 0, which is reserved; give a number from 1 to 255"
            )
        return await self._preset(camera, _PRESETS[wish.command], wish.preset, wish.name)

    async def presets(self, node: str, ask: PresetsAsk) -> PresetsAnswer:
        """The presets that a device has for a channel."""
        against = self._against(ask.camera, ask.device, ask.channel, node)
        if against is not None:
            return PresetsAnswer(failure=against.failure)
        if self._process.reach(ask.device) is None:
            return PresetsAnswer(failure="not_registered")
        try:
            await self._states.steer(ask)
        except NotStated:
            return PresetsAnswer(failure="not_stated")
        failure, found = await self._questions.presets(ask.device, ask.channel)
        presets = tuple(WirePreset(number=one.number, name=one.name[:NAME_LENGTH]) for one in found)
        return PresetsAnswer(failure=failure, presets=presets)

    async def position(self, node: str, ask: PositionAsk) -> PositionAnswer:
        """Where a channel points; ``refused`` at once where its edition does not know the question."""
        against = self._against(ask.camera, ask.device, ask.channel, node)
        if against is not None:
            return PositionAnswer(failure=against.failure)
        reach = self._process.reach(ask.device)
        if reach is None:
            return PositionAnswer(failure="not_registered")
        if reach.edition < Edition.E2022:
            return PositionAnswer(failure="refused")
        try:
            await self._states.steer(ask)
        except NotStated:
            return PositionAnswer(failure="not_stated")
        failure, found = await self._position((ask.device, ask.channel), ask.grant)
        if failure or found is None:
            return PositionAnswer(failure=failure or "no_answer")
        return PositionAnswer(pan=found.pan, tilt=found.tilt, zoom=found.zoom)

    async def stands(self, node: str, ask: PositionAsk) -> GatewayTaken:
        """Whether the hand on a channel stands: a platform below may have said meanwhile that it steers the camera itself."""
        against = self._against(ask.camera, ask.device, ask.channel, node)
        if against is not None:
            return against
        if self._lost(camera := (ask.device, ask.channel)):
            self.pointing.end(camera)
            return HELD_BELOW
        self.pointing.stands(camera)
        return TAKEN

    async def tell(self, camera: Camera, **what: Any) -> GatewayTaken:
        """Give a device, or one of its channels, any command of `DeviceControl`; whoever asks has seen to it that it may be given."""
        return await self._all([self.movements.give(camera, **what)])

    # What happens

    def hear(self, event: Event) -> bool:
        """An event of the endpoint; True where it was about a request of this room. A `RegistrationChange` is never its own."""
        match event:
            case Got():
                return self.movements.hear(event) or self._questions.hear(event)
            case RegistrationChange():
                if event.what in _AWAY:
                    self.movements.away(event.id)
                    self._questions.away(event.id)
                if event.what in _BACK:
                    self.movements.back(event.id)
        return False

    def hear_message(self, device: str, message: Message) -> bool:
        """A message of a device; True where it was an answer to this room."""
        if isinstance(message, DeviceControlAnswer):
            # To a PTZ command no answer is due. One that says no is counted: which command it was nobody can tell for sure.
            if message.result is Result.ERROR:
                self.refusals += 1
                log.info("steering.device_refused", device=device)
                if message.reason == HELD and family(device) == "platform":  # a device steers nothing itself
                    self._held_below((device, message.device_id))
            return True
        return self.pointing.hear_message(device, message) or self._questions.hear_message(device, message)

    def tick(self) -> None:
        """Whatever is due."""
        self.movements.tick()
        self._process.transport.drain()

    async def run(self) -> None:
        """Watch over what moves, until cancelled."""
        while True:
            if not len(self.movements):
                self._wake.clear()
                await self._wake.wait()
            await asyncio.sleep(LOOK_S)
            try:
                self.tick()
            except Exception:
                log.exception("steering.look_failed")

    async def stop(self, wait: float = 1.0) -> None:
        """The gateway ends: every camera that moves is stopped, which is waited for a little."""
        stops = self.movements.stop_all()
        self.pointing.end_all()
        self._process.transport.drain()
        if stops:
            await asyncio.wait(stops, timeout=wait)

    # Within

    async def _position(self, camera: Camera, grant: UUID | None) -> tuple[Failure, PtzPosition | None]:
        """By the newest notice; where none came since, by a question, or the notice that comes before its answer."""
        there = self.pointing.take(camera, grant)
        if there is not None:
            return "", there
        asking = asyncio.create_task(self._questions.position(*camera))
        there = await self.pointing.sooner(camera, grant, asking)
        return ("", there) if there is not None else await asking

    async def _stated(self, camera: Camera, wish: GatewaySteer) -> GatewayTaken | None:
        """Why it may not go out; None where it may. What was stopped while it was being stated does not begin behind its stop."""
        stops = self._stops.get(camera, 0)
        try:
            await self._states.steer(wish)
        except NotStated as error:
            return GatewayTaken(failure="not_stated", detail=str(error)[:300])
        if self._stops.get(camera, 0) != stops:
            return GatewayTaken(failure="refused", detail="the camera was told to stop meanwhile")
        return None

    def _stopped(self, camera: Camera) -> None:
        self._stops[camera] = self._stops.pop(camera, 0) + 1
        while len(self._stops) > MOST_STOPS:
            self._stops.popitem(last=False)

    def _lost(self, camera: Camera) -> bool:
        """Whether it was said lately; it is told once."""
        device, channel = camera
        said = self._held.get(device)
        since = said.pop(channel, None) if said is not None else None
        if said is not None and not said:
            del self._held[device]
        return since is not None and self._process.clock.monotonic() - since < HELD_S

    def _held_below(self, camera: Camera) -> None:
        """The hand hears of it with whatever its node asks next."""
        device, channel = camera
        said = self._held.setdefault(device, OrderedDict())
        said[channel] = self._process.clock.monotonic()
        said.move_to_end(channel)
        while len(said) > MOST_HELD:
            said.popitem(last=False)

    def _against(self, camera: UUID, device: str, channel: str, node: str) -> GatewayTaken | None:
        found = self._process.assigned.channel(camera, device, channel, node)
        if found is None:
            return GatewayTaken(failure="not_assigned", detail="the channel is no camera of this node")
        if not found.turns:
            return GatewayTaken(failure="not_assigned", detail="the camera is not one that may be steered")
        return None

    async def _preset(self, camera: Camera, do: PresetDo, number: int, name: str = "") -> GatewayTaken:
        if do is PresetDo.CALL:
            self.movements.release(camera)
        said = name[:NAME_LENGTH] if do is PresetDo.SET else ""
        return await self._all([self.movements.send(camera, Preset(do, number), said)])

    async def _instead(self, camera: Camera, what: dict[str, Any]) -> GatewayTaken:
        """Send the camera somewhere; what it does for the hand ends before."""
        self.movements.release(camera)
        return await self._all([self.movements.give(camera, **what)])

    async def _go_home(self, camera: Camera) -> GatewayTaken:
        """The standard has no command for it: a 2022 device tells which preset is its home, which is called then."""
        reach = self._process.reach(camera[0])
        if reach is None:
            return AWAY
        if reach.edition < Edition.E2022:
            return GatewayTaken(
                failure="refused", detail="devices of this edition don't tell their home position; go to a preset"
            )
        failure, home = await self._questions.home(*camera)
        if failure:
            return GatewayTaken(failure=failure, detail="the device did not tell its home position")
        if home is None or not home.enabled or not home.preset:
            return GatewayTaken(failure="refused", detail="the camera has no home position; set one in the device")
        return await self._preset(camera, PresetDo.CALL, home.preset)

    async def _all(self, commands: list[Taken]) -> GatewayTaken:
        """Wait until all are acknowledged; the first failure where there is one."""
        self._process.transport.drain()
        if not commands:
            return TAKEN
        await asyncio.wait(commands, timeout=ANSWER_S)
        answers = [one.result() if one.done() else NO_ANSWER for one in commands]
        return next((answer for answer in answers if answer.failure), TAKEN)


def _in_window(box: PictureBox) -> DragZoom:
    """The box in pixels; at least one wide and high."""
    length, width = WINDOW
    left, top = round(box.left * length), round(box.top * width)
    right = min(length, max(left + 1, round((box.left + box.width) * length)))
    bottom = min(width, max(top + 1, round((box.top + box.height) * width)))
    return drag_zoom(WINDOW, (min(left, right - 1), min(top, bottom - 1)), (right, bottom))


@dataclass(frozen=True)
class SteerDesk:
    """``/internal/steer``, ``/internal/presets``, ``/internal/position`` and ``/internal/stands``."""

    steering: Steering

    def routes(self, signed: Signed) -> list[Route]:
        """The routes; `signed` lets nodes through, and no one else."""
        return [
            signed("/internal/steer", self.steer),
            signed("/internal/presets", self.presets),
            signed("/internal/position", self.position),
            signed("/internal/stands", self.stands),
        ]

    async def steer(self, node: str, body: bytes) -> Response:
        """Send a command."""
        wish = read(GatewaySteer, body)
        return wish if isinstance(wish, Response) else said(await self.steering.steer(node, wish))

    async def presets(self, node: str, body: bytes) -> Response:
        """The presets of a channel."""
        ask = read(PresetsAsk, body)
        return ask if isinstance(ask, Response) else said(await self.steering.presets(node, ask))

    async def position(self, node: str, body: bytes) -> Response:
        """Where a channel points."""
        ask = read(PositionAsk, body)
        return ask if isinstance(ask, Response) else said(await self.steering.position(node, ask))

    async def stands(self, node: str, body: bytes) -> Response:
        """Whether a hand stands, as far as a platform below said."""
        ask = read(PositionAsk, body)
        return ask if isinstance(ask, Response) else said(await self.steering.stands(node, ask))


PAUSE_SECONDS = 60.0
"""A device that was told a moment ago is not told again, whoever asks."""


class Rebooting:
    """Sends TeleBoot to a whole device (GB/T 28181-2016 §9.3.2.1). No answer but SIP's is due, and none is waited for."""

    def __init__(self, context: Context, steering: Steering) -> None:
        self._context = context
        self._steering = steering
        self._told: dict[str, float] = {}

    def web_routes(self, signed: Signed) -> list[Route]:
        """The route, for the web alone: nodes and platforms above have no such right."""
        return [signed("/internal/reboot", self.reboot)]

    async def reboot(self, who: str, body: bytes) -> Response:
        """Send it; what became of that."""
        ask = RebootAsk.model_validate_json(body)
        answer = await self._reboot(ask)
        log.info("device.told_to_reboot", device=ask.device, step=str(ask.step), failure=answer.failure)
        return JSONResponse(answer.model_dump(mode="json"))

    async def _reboot(self, ask: RebootAsk) -> GatewayTaken:
        now = self._context.clock.monotonic()
        self._told = {device: at for device, at in self._told.items() if now - at < PAUSE_SECONDS}
        if self._context.assigned.device(ask.device) is None or self._context.reach(ask.device) is None:
            return GatewayTaken(failure="not_registered", detail="the device is not registered")
        if ask.device in self._told:
            return GatewayTaken(failure="refused", detail="the device was told to start again a moment ago")
        self._told[ask.device] = now
        return await self._steering.tell((ask.device, ask.device), boot=Boot.BOOT)
