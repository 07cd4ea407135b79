"""The views of a camera as upper platforms know them: presets by numbers, and which number shows the declared view."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar
from uuid import UUID

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from custodes.node.cameras import CameraSet
from custodes.node.gate import Admission, Gate, TokenRefused
from custodes.node.gb28181.place import is_channel
from custodes.node.rooms import Signed
from custodes.node.steering.camera_steering import BELOW, CameraSteering
from custodes.node.steering.desk import SteeringDesk
from custodes.video.clock import HostClock
from custodes.video.steering import STILL, Abilities, Bearing, PtzBox, PtzMotion, SteerFailure, ViewPreset
from custodes.video.wire.assignment import CameraAssignment
from custodes.video.wire.control_leases import UPPER_RANK, SteerBegin
from custodes.video.wire.sending import SendPresetList, SendSteer, SendSteered

MOST_PRESETS = 255


@dataclass(frozen=True, slots=True)
class Views:
    """Those of one camera.

    Attributes:
        presets: by number; home: the number by which it is sent to its declared view, 0 where there is none.
    """

    presets: dict[int, ViewPreset]
    home: int = 0

    def listed(self, after_s: float) -> SendPresetList:
        """As the gateway is told them.

        Args:
            after_s: seconds without a hand, after which the camera is turned back.
        """
        named = {number: one.name for number, one in self.presets.items()}
        if self.home:
            named.setdefault(self.home, "")
        return SendPresetList(presets=tuple(sorted(named.items())), home=self.home, home_after_s=round(after_s))


def views_of(camera: CameraAssignment, presets: Sequence[ViewPreset], abilities: Abilities) -> Views:
    """The declared view has the number of its preset. Where it is the camera's own home position it has the highest that is free: so no
    other number changes by it."""
    found = numbered(presets)
    declared = camera.home_preset
    if declared:
        own = int(declared) if is_channel(camera.main.url) and _is_number(declared) else 0
        return Views(found, next((number for number, one in found.items() if one.token == declared), own))
    if abilities.home:
        return Views(found, next((number for number in range(MOST_PRESETS, 0, -1) if number not in found), 0))
    return Views(found)


def numbered(presets: Sequence[ViewPreset]) -> dict[int, ViewPreset]:
    """Presets by the number under which uppers know them: their token where that is one, else the lowest that is free, in the order of tokens."""
    own = {int(one.token): one for one in presets if _is_number(one.token)}
    others = sorted((one for one in presets if not _is_number(one.token)), key=lambda one: one.token)
    free = (number for number in range(1, MOST_PRESETS + 1) if number not in own)
    return dict(sorted((own | dict(zip(free, others, strict=False))).items()))


async def views_by(helm: CameraSteering) -> Views:
    """Those of the camera under a hand.

    Raises:
        SteerFailure.
    """
    return views_of(helm.camera.assignment, await helm.presets(), await helm.abilities())


async def command_of(helm: CameraSteering, ask: SendSteer) -> tuple[str, str]:
    """What the helm is to do, and the preset or the cruise that it is told of. The number of the declared view leads home, by which its
    direction is learnt too.

    Raises:
        SteerFailure: there is no such preset, or the camera is away.
    """
    if ask.command == "cruise":
        return ask.command, str(ask.cruise)
    if ask.command != "goto":
        return ask.command, ""
    camera = helm.camera.assignment
    if is_channel(camera.main.url):  # its numbers are its own, and nothing has to be asked
        return ("home", "") if str(ask.preset) == camera.home_preset else ("goto", str(ask.preset))
    views = await views_by(helm)
    if ask.preset == views.home:
        return "home", ""
    preset = views.presets.get(ask.preset)
    if preset is None:
        raise SteerFailure("refused", "the camera has no preset of this number")
    return "goto", preset.token


def _is_number(token: str) -> bool:
    return token.isascii() and token.isdigit() and token[0] != "0" and len(token) <= 3 and int(token) <= MOST_PRESETS


log = structlog.get_logger(__name__)


MAX_LISTS = 2
"""Lists of presets, and places, that one hand may wait for at once: they are asked beside the commands."""

HELD = SendSteered(step="held", detail="the camera is steered here")

_WHY = {"yielded": "held", BELOW: "held", "revoked": "revoked", "idle": "idle", "camera": "not_here"}
"""How the end of a hand is told to the gateway; everything else is ``unknown``."""


class UpperBegin(SteerBegin):
    """The hand of an upper platform: its leave is the `grant` with the verb ``steer``, and it may do least of all."""

    rank: Literal[-1] = UPPER_RANK  # type: ignore[assignment]
    presets: Literal[False] = False
    over: Literal[False] = False


@dataclass
class UpperHand:
    """One call of the gateway's.

    Attributes:
        kept_at: when the gateway named it last, or gave a command, monotonic seconds.
        ready: set once it is known whether it came on the helm.
        refused: why it did not come on the helm; lost: why the grant was taken back before the hand was on the helm; empty where it was not.
        held: the movement that is held, since when.
    """

    call: UUID
    kept_at: float
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    admission: Admission | None = None
    helm: CameraSteering | None = None
    refused: SendSteered | None = None
    lost: str = ""
    waiting: int = 0
    lists: int = 0
    held: tuple[PtzMotion, float] = (STILL, 0.0)
    forget: Callable[[], None] = lambda: None

    def take_back(self, reason: str, _clause: str, _detail: str) -> None:
        """The grant is over, or the worker."""
        self.lost = reason
        if self.helm is not None:
            self.helm.let_go(reason)

    def withhold(self, clause: str, detail: str) -> None:
        """Its one camera is out of the grant."""
        self.take_back("revoked", clause, detail)


def shown(words: str) -> str:
    """A name of another house, as pages here may show it: nothing in it turns the writing round."""
    return "".join(char for char in words if char.isprintable())[:200]


def why_of(reason: str) -> str:
    """How the gateway is told that a hand is over by what ended it."""
    return _WHY.get(reason, "unknown")


def over(why: str) -> SendSteered:
    """A hand that is gone: an upper learns of somebody here no more than that there is one."""
    return HELD if why == "held" else SendSteered(step="not_granted", detail="the hand is not on the helm any more")


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
    clock: HostClock
    _hands: dict[UUID, UpperHand] = field(default_factory=dict)
    _ended: dict[UUID, str] = field(default_factory=dict)
    _used: dict[UUID, None] = field(default_factory=dict)
    _closed: dict[UUID, None] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._hands)

    def routes(self, signed: Signed) -> list[Route]:
        """Its routes, each signed by the gateway."""
        return [Route("/internal/send/steer", signed(self._steer), methods=["POST"])]

    async def steer(self, ask: SendSteer) -> SendSteered:
        """Do what an upper asks of a camera; the first command of a call puts its hand on the helm."""
        if ask.command in OURS:
            return SendSteered(step="not_granted", detail="presets are set by the lead on duty here alone")
        if ask.call in self._closed:  # the end has overtaken it on its way
            return over("")
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
        """Let a token for steering in, whose end is the hand's. Raises `TokenRefused`."""
        now = self.clock.wall_us() / 1_000_000
        hand.admission = self.gate.admit_steering(token, now, hand.take_back, hand.withhold)
        return hand.admission

    async def end(self, call: UUID) -> bool:
        """The hand goes, and the camera stands still when this returns; whether there was such a hand.

        What comes behind this under the same call moves nothing, the first command with its token included.
        """
        _remember(self._closed, call, None)
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
        except TokenRefused as error:
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
        """Why the hand is not on the helm, None where it is. Raises `TokenRefused`, `sqlite3.Error`."""
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

    def _move(self, hand: UpperHand, helm: CameraSteering, ask: SendSteer) -> SendSteered:
        """Said at once, as a hand's holding is: what became of the movement before is told with the next one."""
        motion = STILL
        if ask.command == "move":
            motion = PtzMotion(ask.pan, ask.tilt, ask.zoom, ask.focus, ask.iris)
        now = self.clock.monotonic()
        if motion != hand.held[0]:
            hand.held = motion, now
        if not motion.still and now - hand.held[1] > HELD_SECONDS:
            helm.hold(STILL)
            return SendSteered(step="failed", detail="one movement was held for too long; let go first")
        barred = not motion.still and helm.bars(motion)
        helm.hold(motion)
        return SendSteered(step="outside", detail="the camera was stopped at its declared field") if barred else _TAKEN

    async def _control(self, hand: UpperHand, helm: CameraSteering, ask: SendSteer) -> SendSteered:
        if hand.waiting >= MAX_WAITING:
            return SendSteered(step="failed", detail="the commands before are still under way")
        hand.waiting += 1
        hand.held = STILL, 0.0
        try:
            command, token = await command_of(helm, ask)
            box = None if ask.box is None else PtzBox(**ask.box.model_dump())
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
