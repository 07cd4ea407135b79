"""What is there to be sent to an upper platform: stretches of the archive within what a token opens; of a camera that a platform below records
alone, what that one says."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from custodes.node.bounds import Bounds
from custodes.node.camera import Camera
from custodes.node.cameras import CameraSet
from custodes.node.channel import Studio
from custodes.node.gate import Gate, Refused
from custodes.node.gb28181.viewing.desk import DeviceDesk, NotPlayed
from custodes.node.signed import Signed
from custodes.video.wire.sending import SendRecordings, SendRecords
from custodes.video.wire.token import GrantClaims

log = structlog.get_logger(__name__)

AT_ONCE = 4
"""Questions that are answered at once: they share the disk threads with whoever looks."""
MOST_SPANS = 2_000
APART_US = 2_000_000
"""A gap that is longer parts two recordings."""


@dataclass
class RecordDesk:
    """Of one worker."""

    cameras: CameraSet
    gate: Gate
    studio: Studio
    _asked: int = 0

    def routes(self, signed: Signed) -> list[Route]:
        """Its route, signed by the gateway."""
        return [Route("/internal/send/records", signed(self._ask), methods=["POST"])]

    async def find(self, ask: SendRecords) -> SendRecordings:
        """Stretches within what is asked and what the token opens, which is used up by it."""
        if self._asked >= AT_ONCE:
            return SendRecordings(step="full")
        try:
            claims = self.gate.admit_listing(ask.token, self.studio.clock.wall_us() / 1_000_000)
        except Refused as error:
            log.info("send.not_listed", why=str(error))
            return SendRecordings(step="not_granted")
        camera = self.cameras.get(claims.cameras[0])
        if camera is None:
            return SendRecordings(step="not_here")
        assert claims.span is not None
        from_us, until_us = max(ask.start_us, claims.span[0]), min(ask.end_us, claims.span[1])
        if from_us >= until_us:
            return SendRecordings()
        self._asked += 1
        try:
            devices = self.studio.devices
            if devices is not None and devices.passes_on(camera):
                return await _below(devices, camera, claims, from_us, until_us)
            spans, more = await self.studio.disk.run(
                self.studio.archive.stretches, camera.id, from_us, until_us, MOST_SPANS, APART_US
            )
        finally:
            self._asked -= 1
        return SendRecordings(spans=tuple(spans), more=more)

    async def _ask(self, _request: Request, body: bytes) -> Response:
        found = await self.find(SendRecords.model_validate_json(body))
        return Response(found.model_dump_json(), media_type="application/json")


async def _below(
    devices: DeviceDesk, camera: Camera, claims: GrantClaims, from_us: int, until_us: int
) -> SendRecordings:
    """Asked by the same rules as for a person who looks here; under the grant of the platform above."""
    try:
        found = await devices.recordings(camera, claims, Bounds.of(claims), from_us, until_us)
    except NotPlayed as error:
        log.info("send.not_listed_below", camera=str(camera.id), step=error.step)
        if error.step == "not_open":
            return SendRecordings()
        return SendRecordings(step="full" if error.step in ("busy", "often") else "not_here")
    return SendRecordings(spans=found.spans[:MOST_SPANS], more=not found.whole or len(found.spans) > MOST_SPANS)
