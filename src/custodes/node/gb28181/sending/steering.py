"""Hands of upper platforms on this worker's cameras: below everybody here, on record, gone when nobody keeps them (steering.md)."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import Literal, TypeVar
from uuid import UUID

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from custodes.node.cameras import CameraSet
from custodes.node.gate import Admission, Gate, Refused
from custodes.node.gb28181.sending.hand import HELD, UpperBegin, UpperHand, over, shown, why_of
from custodes.node.gb28181.sending.views import command_of
from custodes.node.signed import Signed
from custodes.node.steering.desk import SteeringDesk
from custodes.node.steering.helm import Helm
from custodes.video.clock import Clock
from custodes.video.steering.model import STILL, Bearing, Box, Motion, SteerFailure
from custodes.video.wire.sending import SendSteer, SendSteered

log = structlog.get_logger(__name__)
T = TypeVar("T")

KEPT_SECONDS = 30.0
"""A hand that the gateway did not name for so long ends, as a sending does (`SendsKept`)."""
HELD_SECONDS = 60.0
"""One movement ends after this, however often it is said again: the stop of whoever holds it may have been lost on its way."""
MOST = 100
OF_A_LINK = 32
"""Hands on cameras of one worker at once, and those of one upper platform among them."""
MAX_WAITING = 4
"""Commands of one hand that may wait for a camera at once."""
REMEMBERED = 1024

OURS = frozenset({"set", "remove"})
"""Presets are set and removed by the lead on duty here alone (decision 0387)."""

Step = Literal["", "not_granted", "not_here", "unsteerable", "held", "outside", "failed"]
_STEPS: dict[str, Step] = {
    "held": "held",
    "outside": "outside",
    "bearing": "outside",
    "presets": "outside",
    "not_yours": "not_granted",
}


@dataclass
class UpperHands:
    """The hands of upper platforms on the helms of one worker."""

    cameras: CameraSet
    gate: Gate
    steering: SteeringDesk
    clock: Clock
    _hands: dict[UUID, UpperHand] = field(default_factory=dict)
    _ended: dict[UUID, str] = field(default_factory=dict)
    _used: dict[UUID, None] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._hands)

    def routes(self, signed: Signed) -> list[Route]:
        """Its routes, each signed by the gateway."""
        return [Route("/internal/send/steer", signed(self._steer), methods=["POST"])]

    async def steer(self, ask: SendSteer) -> SendSteered:
        """Do what an upper asks of a camera; the first command of a call puts its hand on the helm."""
        if ask.command in OURS:
            return SendSteered(step="not_granted", detail="presets are set by the lead on duty here alone")
        if ask.call in self._ended:
            return over(self._ended[ask.call])
        hand = self._hands.get(ask.call)
        if hand is None:
            hand = UpperHand(ask.call, self.clock.monotonic())
            await self._begin(hand, ask)
        await hand.ready.wait()
        if hand.helm is None:
            return hand.refused or over("")
        if hand.helm.over:
            return over(why_of(hand.helm.over))
        hand.kept_at = self.clock.monotonic()
        if ask.command in ("move", "stop"):
            return self._move(hand, hand.helm, ask)
        return await self._control(hand, hand.helm, ask)

    def found(self, call: UUID) -> UpperHand | None:
        """The hand of a call, whether it is on the helm yet or not."""
        return self._hands.get(call)

    def admit(self, token: str, hand: UpperHand) -> Admission:
        """Let a token for steering in, whose end is the hand's. Raises `Refused`."""
        now = self.clock.wall_us() / 1_000_000
        hand.admission = self.gate.admit_steering(token, now, hand.take_back, hand.withhold)
        return hand.admission

    async def end(self, call: UUID) -> bool:
        """The hand goes, and the camera stands still when this returns; whether there was such a hand."""
        hand = self._hands.get(call)
        if hand is None:
            return self._ended.pop(call, None) is not None
        await hand.ready.wait()
        if hand.helm is None:
            return False
        await hand.helm.leave("closed")
        self._ended.pop(call, None)
        return True

    def keep(self, call: UUID) -> str:
        """It is wanted still: empty where it stands, else how it ended."""
        hand = self._hands.get(call)
        if hand is None:
            return self._ended.get(call, "unknown")
        if hand.helm is not None and hand.helm.over:  # it is being stopped
            return why_of(hand.helm.over)
        hand.kept_at = self.clock.monotonic()
        return ""

    def look(self) -> None:
        """End what the gateway does not name any more. Each second."""
        now = self.clock.monotonic()
        for hand in self._hands.values():
            if hand.helm is not None and not hand.helm.over and now - hand.kept_at > KEPT_SECONDS:
                log.info("send.hand_not_kept", camera=str(hand.helm.camera.id))
                hand.helm.let_go("unkept")

    # Beginning and ending

    async def _begin(self, hand: UpperHand, ask: SendSteer) -> None:
        """Put the hand on the helm, or say why it is not there."""
        self._hands[hand.call] = hand
        try:
            hand.refused = await self._put(hand, ask)
        except Refused as error:
            log.info("send.steer_refused", why=str(error))
            hand.refused = SendSteered(step="not_granted", detail=str(error)[:200])
        except sqlite3.Error as error:
            log.error("send.steer_not_written", why=type(error).__name__)
            hand.refused = SendSteered(step="failed", detail="the hand could not be written down: nothing is moved")
        finally:
            if hand.helm is None:
                self._give_back(hand)
            hand.ready.set()

    async def _put(self, hand: UpperHand, ask: SendSteer) -> SendSteered | None:
        """Why the hand is not on the helm, None where it is. Raises `Refused`, `sqlite3.Error`."""
        claims = self.admit(ask.token, hand).claims
        camera = claims.cameras[0]
        if claims.grant in self._used:  # its account in the log was closed
            return SendSteered(step="not_granted", detail="a hand under this grant was there before")
        if self.cameras.get(camera) is None:
            return SendSteered(step="not_here", detail="this worker does not have the camera")
        if len(self._hands) > MOST or self._of_link(claims.sub) > OF_A_LINK:
            return SendSteered(step="failed", detail="as many cameras as may be are moved for platforms above already")
        _remember(self._used, claims.grant, None)
        answer = await self.steering.begin(
            UpperBegin(
                steering=claims.grant,
                index=claims.index,
                grant=claims.grant,
                camera=camera,
                person=claims.sub,
                person_name=shown(ask.name) or claims.sub[:200],
                unit=shown(ask.unit),
            )
        )
        if not answer.ok:
            return HELD if answer.failure == "held" else SendSteered(step="unsteerable")
        helm = self.steering.helm(camera, claims.grant)
        if helm is None:  # somebody here was as quick
            return HELD
        hand.helm = helm
        hand.forget = self.steering.listen(camera, lambda: self._look_at(hand))
        if hand.lost:
            helm.let_go(hand.lost)
        return None

    def _of_link(self, link: str) -> int:
        return sum(one.admission is not None and one.admission.claims.sub == link for one in self._hands.values())

    def _look_at(self, hand: UpperHand) -> None:
        """The helm changed: whether the hand is still on it."""
        helm = hand.helm
        if helm is None or self.steering.hand(helm.camera.id) is helm:
            return
        self._give_back(hand)
        if helm.over != "closed":
            _remember(self._ended, hand.call, why_of(helm.over))

    def _give_back(self, hand: UpperHand) -> None:
        hand.forget()
        if hand.admission is not None:
            self.gate.leave(hand.admission)
        if self._hands.get(hand.call) is hand:
            del self._hands[hand.call]

    # Commands

    def _move(self, hand: UpperHand, helm: Helm, ask: SendSteer) -> SendSteered:
        """Said at once, as a hand's holding is: what became of the movement before is told with the next one."""
        motion = STILL
        if ask.command == "move":
            motion = Motion(ask.pan, ask.tilt, ask.zoom, ask.focus, ask.iris)
        now = self.clock.monotonic()
        if motion != hand.held[0]:
            hand.held = motion, now
        if not motion.still and now - hand.held[1] > HELD_SECONDS:
            helm.hold(STILL)
            return SendSteered(step="failed", detail="one movement was held for too long; let go first")
        barred = not motion.still and helm.bars(motion)
        helm.hold(motion)
        return SendSteered(step="outside", detail="the camera was stopped at its declared field") if barred else _TAKEN

    async def _control(self, hand: UpperHand, helm: Helm, ask: SendSteer) -> SendSteered:
        if hand.waiting >= MAX_WAITING:
            return SendSteered(step="failed", detail="the commands before are still under way")
        hand.waiting += 1
        hand.held = STILL, 0.0
        try:
            command, token = await command_of(helm, ask)
            box = None if ask.box is None else Box(**ask.box.model_dump())
            there = None if ask.point is None else Bearing(**ask.point.model_dump())
            await helm.control(command, token, "", box, there)
        except SteerFailure as error:
            return SendSteered(step=_STEPS.get(error.kind, "failed"), detail=error.detail[:200])
        finally:
            hand.waiting -= 1
        return _TAKEN

    async def _steer(self, _request: Request, body: bytes) -> Response:
        steered = await self.steer(SendSteer.model_validate_json(body))
        return Response(steered.model_dump_json(), media_type="application/json")


_TAKEN = SendSteered()


def _remember(kept: dict[UUID, T], key: UUID, value: T) -> None:
    kept[key] = value
    while len(kept) > REMEMBERED:
        del kept[next(iter(kept))]
