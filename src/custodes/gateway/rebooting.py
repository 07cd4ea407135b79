"""A person starts a device again: ``POST /internal/reboot`` of the web (docs/design/wire.md §8)."""

from __future__ import annotations

import structlog
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from custodes.gateway.context import Context
from custodes.gateway.desk import Desk
from custodes.gateway.steering.room import Steering
from custodes.gb28181.manscdp.control import Boot
from custodes.video.wire.commands import GatewayTaken, RebootAsk

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 60.0
"""A device that was told a moment ago is not told again, whoever asks."""


class Rebooting:
    """Sends TeleBoot to a whole device (GB/T 28181-2016 §9.3.2.1). No answer but SIP's is due, and none is waited for."""

    def __init__(self, context: Context, steering: Steering) -> None:
        self._context = context
        self._steering = steering
        self._told: dict[str, float] = {}

    def routes(self, desk: Desk) -> list[Route]:
        """The route, for the web alone: nodes and platforms above have no such right."""
        return [desk.signed_by_web("/internal/reboot", self.reboot)]

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
