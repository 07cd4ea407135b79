"""Where a camera can be sent and where it points, asked for an upper platform: under its hand that stands, or by a token that is used up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from custodes.node.gate import TokenRefused
from custodes.node.gb28181.sending.steering import MAX_LISTS, UpperHand, UpperHands, views_by, views_of
from custodes.node.rooms import Signed
from custodes.node.steering.camera_steering import CameraSteering
from custodes.node.steering.driver import for_look
from custodes.video.steering import Bearing, Steerable, SteerFailure
from custodes.video.wire.assignment import CameraAssignment
from custodes.video.wire.sending import SendPosition, SendPresetList, SendPresets

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class WorkerQuestions:
    """Of upper platforms to one worker. A question without a hand is asked for the grant of its token too: a platform below whose camera it is is
    told who asks (decision 0381)."""

    hands: UpperHands

    def routes(self, signed: Signed) -> list[Route]:
        """Its routes, each signed by the gateway."""
        return [
            Route("/internal/send/presets", signed(self._presets), methods=["POST"]),
            Route("/internal/send/position", signed(self._position), methods=["POST"]),
        ]

    async def presets(self, ask: SendPresets) -> SendPresetList:
        """The presets of the camera that a standing hand moves, or that the token names; a token is used up by it."""
        hand = self.hands.found(ask.call)
        try:
            if hand is not None:
                await hand.ready.wait()
                if hand.helm is None or hand.helm.over:  # it may be stopped still
                    return SendPresetList(step="not_granted")
                return await self._list(hand, hand.helm)
            found = await self._asked_of(ask)
            if isinstance(found, str):
                return SendPresetList(step=found)
            camera, driver = found
            views = views_of(camera, await driver.presets(), await driver.abilities())
            return views.listed(self.hands.steering.return_seconds)
        except TokenRefused as error:
            log.info("send.presets_refused", why=str(error))
            return SendPresetList(step="not_granted")
        except SteerFailure as error:
            log.info("send.no_presets", why=error.kind)
            return SendPresetList(step="failed")

    async def position(self, ask: SendPresets) -> SendPosition:
        """Where the camera points now that a standing hand moves, or that the token names; a token is used up by it."""
        hand = self.hands.found(ask.call)
        try:
            if hand is not None:
                await hand.ready.wait()
                if hand.helm is None or hand.helm.over:
                    return SendPosition(step="not_granted")
                return await self._point(hand, hand.helm)
            found = await self._asked_of(ask)
            if isinstance(found, str):
                return SendPosition(step=found)
            there = await found[1].bearing()
            return SendPosition(step="failed") if there is None else _pointing(there)
        except TokenRefused as error:
            log.info("send.position_refused", why=str(error))
            return SendPosition(step="not_granted")
        except SteerFailure as error:
            log.info("send.no_position", why=error.kind)
            return SendPosition(step="failed")

    async def _asked_of(
        self, ask: SendPresets
    ) -> tuple[CameraAssignment, Steerable] | Literal["not_here", "unsteerable"]:
        """The camera of a token, which is used up, and what asks it. Raises `TokenRefused`, `SteerFailure`."""
        admission = self.hands.admit(ask.token, UpperHand(ask.call, 0.0))
        self.hands.gate.leave(admission)
        camera = self.hands.cameras.get(admission.claims.cameras[0])
        if camera is None:
            return "not_here"
        if not camera.assignment.steerable:
            return "unsteerable"
        driver = await self.hands.steering.make_driver(camera.assignment)
        return camera.assignment, for_look(driver, admission.claims.grant)

    async def _list(self, hand: UpperHand, helm: CameraSteering) -> SendPresetList:
        """Raises `SteerFailure`."""
        if hand.lists >= MAX_LISTS:
            return SendPresetList(step="failed")
        hand.lists += 1
        try:
            views = await views_by(helm)
            if helm.over:  # taken back while the camera was asked
                return SendPresetList(step="not_granted")
            return views.listed(self.hands.steering.return_seconds)
        finally:
            hand.lists -= 1

    async def _point(self, hand: UpperHand, helm: CameraSteering) -> SendPosition:
        """Raises `SteerFailure`."""
        if hand.lists >= MAX_LISTS:
            return SendPosition(step="failed")
        hand.lists += 1
        try:
            there = await helm.here()
            return SendPosition(step="not_granted") if helm.over else _pointing(there)
        finally:
            hand.lists -= 1

    async def _presets(self, _request: Request, body: bytes) -> Response:
        listed = await self.presets(SendPresets.model_validate_json(body))
        return Response(listed.model_dump_json(), media_type="application/json")

    async def _position(self, _request: Request, body: bytes) -> Response:
        told = await self.position(SendPresets.model_validate_json(body))
        return Response(told.model_dump_json(), media_type="application/json")


def _pointing(there: Bearing) -> SendPosition:
    # A data sheet's degrees may lead beyond the perpendicular, which nobody can be told.
    tilt = None if there.tilt is None else min(max(there.tilt, -90.0), 90.0)
    return SendPosition(pan=there.pan, tilt=tilt, zoom=there.zoom)
