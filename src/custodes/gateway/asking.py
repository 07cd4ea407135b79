"""The web asks for a device's catalogue: ``POST /internal/catalogue`` (docs/design/wire.md §8)."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from custodes.gateway.catalogues import Catalogues
from custodes.gateway.desk import Desk
from custodes.video.wire.catalogue import DeviceAsk


@dataclass(frozen=True)
class Asking:
    """A person wants to see what a device has now."""

    catalogues: Catalogues

    def routes(self, desk: Desk) -> list[Route]:
        """The route, for the web alone."""
        return [desk.signed_by_web("/internal/catalogue", self.take)]

    async def take(self, who: str, body: bytes) -> Response:
        """204 and the device is asked; what comes of it is told as any taking is. 404 where it is not registered."""
        ask = DeviceAsk.model_validate_json(body)
        if not self.catalogues.take(ask.device):
            return JSONResponse({"detail": "this device is not registered now"}, 404)
        return Response(status_code=204)
