"""Cameras on the move: each is stopped when its node says nothing for two seconds, and when its device comes back from being away."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import structlog

from custodes.gateway.calls.needs import Process
from custodes.gb28181.manscdp.control import DeviceControl, PtzNames
from custodes.gb28181.ptz.command import LEAVE_LENS, STOP, Command, Cruise, CruiseDo, Lens, Move
from custodes.gb28181.ptz.hold import HoldPatience, MovementHold
from custodes.gb28181.ptz.octets import encode
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sip.client_transaction import ClientTransaction
from custodes.gb28181.sip.events import Got
from custodes.gb28181.sip.transactions import Full
from custodes.video.wire.commands import GatewayTaken

log = structlog.get_logger(__name__)

SECOND_US = 1_000_000
SILENCE_US = 2 * SECOND_US
"""The node says a movement again each second; after this without it nobody holds the camera any more."""

WATCH = HoldPatience(silence=SILENCE_US)
OWED_US = 86_400 * SECOND_US
"""A device that is away for longer than this has long stopped by itself, or was mended by hand."""

Camera = tuple[str, str]
"""Device and channel."""

Taken = asyncio.Future[GatewayTaken]
TAKEN = GatewayTaken()
AWAY = GatewayTaken(failure="not_registered", detail="the device is not registered")
NO_ANSWER = GatewayTaken(failure="no_answer", detail="the device did not acknowledge the command")


@dataclass(eq=False)
class _Held:
    hold: MovementHold = field(default_factory=lambda: MovementHold(WATCH))
    wish: tuple[Move, Lens] = (STOP, LEAVE_LENS)
    owed_us: int | None = None  # since when its device is away, with a stop owed
    cruise: int | None = None  # its group, while it is held
    cruise_us: int = 0  # when the hand last said so

    @property
    def moving(self) -> bool:
        return self.hold.moving or self.cruise is not None

    def end(self) -> tuple[Command, ...]:
        """The commands by which it stands still, whatever it does."""
        by_hand, self.cruise = self.hold.moving and self.cruise is None, None
        return self.hold.release() if by_hand else self.hold.stop()


class Movements:
    """All cameras that a node turned lately. What is returned of each command is done when the device acknowledged it, or not.

    Attributes:
        lost: stops that no device ever acknowledged.
    """

    def __init__(self, process: Process) -> None:
        self.lost = 0
        self._process = process
        self._helds: dict[Camera, _Held] = {}
        self._sent: dict[ClientTransaction, tuple[Camera, Command | None, Taken]] = {}

    def __len__(self) -> int:
        return len(self._helds)

    def hold(self, camera: Camera, move: Move, lens: Lens) -> list[Taken]:
        """The hand wants this, still or from now on."""
        held = self._helds.setdefault(camera, _Held())
        held.wish, held.owed_us, held.cruise = (move, lens), None, None
        return self._send_all(camera, held.hold.hold(move, lens, self._now_us()))

    def cruise(self, camera: Camera, group: int) -> list[Taken]:
        """The hand wants this cruise, still or from now on; what the camera did for it before ends."""
        held = self._helds.setdefault(camera, _Held())
        held.cruise_us = self._now_us()
        if held.cruise == group:
            return []
        before = self._send_all(camera, held.end()) if held.moving else []
        held.wish, held.owed_us, held.cruise = (STOP, LEAVE_LENS), None, group
        return [*before, self.send(camera, Cruise(CruiseDo.START, group))]

    def stop(self, camera: Camera) -> list[Taken]:
        """Stand still, whatever it does."""
        held = self._helds.setdefault(camera, _Held())
        held.wish = (STOP, LEAVE_LENS)
        if self._process.reach(camera[0]) is None:
            held.end()
            held.owed_us = self._now_us()
            return [_done(AWAY)]
        return self._send_all(camera, held.end())

    def release(self, camera: Camera) -> None:
        """It is sent somewhere else: a movement of the hand's ends before that."""
        held = self._helds.get(camera)
        if held is not None and held.moving:
            held.wish = (STOP, LEAVE_LENS)
            self._send_all(camera, held.end())

    def send(self, camera: Camera, command: Command, name: str = "") -> Taken:
        """One command; `name` goes with it where the edition has names (2022). `drain` is the caller's."""
        names = PtzNames(preset=name) if name else None
        return self.give(camera, command, ptz=encode(command), names=names)

    def give(self, camera: Camera, command: Command | None = None, **what: Any) -> Taken:
        """Any one command of `DeviceControl`, by its fields; `command` where it is one of PTZCmd. `drain` is the caller's."""
        device, channel = camera
        try:
            wish = DeviceControl(sn=self._process.number(device), device_id=channel, **what)
            transaction = self._process.say(device, channel, wish)
        except Gb28181Refused as error:
            return _done(GatewayTaken(failure="refused", detail=f"the command can't be sent: {error}"[:300]))
        except Full:
            return _done(GatewayTaken(failure="refused", detail="the gateway has no room for a further command"))
        if transaction is None:
            return _done(AWAY)
        taken: Taken = asyncio.get_running_loop().create_future()
        self._sent[transaction] = (camera, command, taken)
        return taken

    def hear(self, got: Got) -> bool:
        """What became of a request; False where it is none of these."""
        found = self._sent.get(got.transaction)
        if found is None:
            return False
        status = got.response.status if got.response is not None else 0
        if 0 < status < 200:
            return True
        del self._sent[got.transaction]
        camera, command, taken = found
        if not taken.done():
            taken.set_result(_taken(status))
        held = self._helds.get(camera)
        if held is not None and command is not None:
            held.hold.answered(command, 200 <= status < 300, self._now_us())
            self._count_lost(camera, held)
        self._set_right(camera, command, held)
        return True

    def away(self, device: str) -> None:
        """A device is away: what moves there moves on, and is to be stopped when it comes back."""
        busy = {camera for camera, _command, _taken in self._sent.values()}
        for camera, held in self._helds.items():
            if camera[0] == device and (held.moving or held.hold.due_us is not None or camera in busy):
                held.hold, held.wish, held.owed_us = MovementHold(WATCH), (STOP, LEAVE_LENS), self._now_us()
                held.cruise = None

    def back(self, device: str) -> None:
        """A device is there again. `drain` is the caller's."""
        for camera, held in list(self._helds.items()):
            if camera[0] == device and held.owed_us is not None:
                held.owed_us = None
                log.info("steering.stopped_after_away", device=device, channel=camera[1])
                self._send_all(camera, held.hold.stop())

    def tick(self) -> None:
        """Whatever is due: hands that are gone, stops that were not acknowledged. `drain` is the caller's."""
        now = self._now_us()
        busy = {camera for camera, _command, _taken in self._sent.values()}
        for camera, held in list(self._helds.items()):
            due = held.hold.due_us
            if held.cruise is not None and now - held.cruise_us >= WATCH.silence:
                self._end_cruise(camera, held, now)
            elif due is not None and due <= now:
                self._due(camera, held, now)
            elif held.owed_us is not None:
                if now - held.owed_us >= OWED_US:
                    del self._helds[camera]
            elif due is None and not held.moving and camera not in busy:
                del self._helds[camera]

    def stop_all(self) -> list[Taken]:
        """The gateway ends: nothing moves on without it. `drain` is the caller's."""
        moving = [camera for camera, held in self._helds.items() if held.moving]
        return [taken for camera in moving for taken in self.stop(camera)]

    # Within

    def _end_cruise(self, camera: Camera, held: _Held, now: int) -> None:
        """Nobody holds the cruise any more."""
        log.warning("steering.watchdog", device=camera[0], channel=camera[1], cruise=held.cruise)
        commands = held.end()
        if self._process.reach(camera[0]) is None:
            held.hold, held.owed_us = MovementHold(WATCH), now
            return
        self._send_all(camera, commands)

    def _due(self, camera: Camera, held: _Held, now: int) -> None:
        moving = held.hold.moving
        commands = held.hold.tick(now)
        held.wish = (STOP, LEAVE_LENS)
        if moving:
            log.warning("steering.watchdog", device=camera[0], channel=camera[1])
        if self._process.reach(camera[0]) is None:
            held.hold, held.owed_us = MovementHold(WATCH), now
            return
        self._send_all(camera, commands)

    def _send_all(self, camera: Camera, commands: tuple[Command, ...]) -> list[Taken]:
        made: list[Taken] = []
        for command in commands:
            taken = self.send(camera, command)
            held = self._helds.get(camera)
            if taken.done() and held is not None:  # it was not even sent
                held.hold.answered(command, False, self._now_us())
            made.append(taken)
        return made

    def _set_right(self, camera: Camera, command: Command | None, held: _Held | None) -> None:
        """A movement or cruise that was sent again until it arrived may have come behind the stop, or the movement, that was to end it: say that again."""
        if isinstance(command, Cruise):
            still = held is None or (held.cruise is None and not held.hold.moving)
            if still and self._process.reach(camera[0]) is not None:
                self.send(camera, STOP)
            return
        if not isinstance(command, (Move, Lens)) or command in (STOP, LEAVE_LENS):
            return
        wish = held.wish if held is not None else (STOP, LEAVE_LENS)
        right: Command = wish[0] if isinstance(command, Move) else wish[1]
        if command != right and self._process.reach(camera[0]) is not None:
            self.send(camera, right)

    def _count_lost(self, camera: Camera, held: _Held) -> None:
        if held.hold.lost:
            self.lost += held.hold.lost
            held.hold.lost = 0
            log.error("steering.not_stopped", device=camera[0], channel=camera[1])

    def _now_us(self) -> int:
        return round(self._process.clock.monotonic() * SECOND_US)


def _taken(status: int) -> GatewayTaken:
    if 200 <= status < 300:
        return TAKEN
    if not status:
        return NO_ANSWER
    return GatewayTaken(failure="refused", detail=f"the device refused the command (SIP {status})")


def _done(answer: GatewayTaken) -> Taken:
    taken: Taken = asyncio.get_running_loop().create_future()
    taken.set_result(answer)
    return taken
