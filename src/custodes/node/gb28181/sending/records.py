"""What is there to be sent to an upper platform: stretches of the archive within what a token opens."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from custodes.node.cameras import CameraSet
from custodes.node.channel import Studio
from custodes.node.gate import Gate, Refused
from custodes.node.gb28181.sending.signed import Signed
from custodes.video.wire.uppers import SendRecordings, SendRecords

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
        camera = claims.cameras[0]
        if self.cameras.get(camera) is None:
            return SendRecordings(step="not_here")
        assert claims.span is not None
        from_us, until_us = max(ask.start_us, claims.span[0]), min(ask.end_us, claims.span[1])
        if from_us >= until_us:
            return SendRecordings()
        self._asked += 1
        try:
            spans, more = await self.studio.disk.run(
                self.studio.archive.stretches, camera, from_us, until_us, MOST_SPANS, APART_US
            )
        finally:
            self._asked -= 1
        return SendRecordings(spans=tuple(spans), more=more)

    async def _ask(self, _request: Request, body: bytes) -> Response:
        found = await self.find(SendRecords.model_validate_json(body))
        return Response(found.model_dump_json(), media_type="application/json")
