"""Requests of nodes about speeches (docs/design/wire.md §8). Whatever a body holds, it is answered."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from custodes.gateway.calls.desk import kept_routes, read, said
from custodes.gateway.calls.hung_up import until_hung_up
from custodes.gateway.calls.needs import Signed
from custodes.gateway.calls.offer import LONGEST_ADDRESS
from custodes.gateway.speaking.room import Speaking
from custodes.video.wire.speaking import SpeakAsk


@dataclass(frozen=True)
class SpeakDesk:
    """The routes under ``/internal/speak``."""

    speaking: Speaking

    def routes(self, signed: Signed) -> list[Route]:
        """The routes; `signed` lets nodes through, and no one else."""
        return [
            until_hung_up(signed("/internal/speak", self.speak)),
            *kept_routes(signed, "/internal/speak", self.speaking),
        ]

    async def speak(self, node: str, body: bytes) -> Response:
        """Have a device call."""
        ask = read(SpeakAsk, body)
        if isinstance(ask, Response):
            return ask
        if not _machine(ask.address):
            return JSONResponse(
                {"detail": "address: is not one machine's IP address; give the one that the node sends from"}, 422
            )
        return said(await self.speaking.speak(node, ask))


def _machine(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text) if len(text) <= LONGEST_ADDRESS else None
    except ValueError:
        return False
    return address is not None and not address.is_unspecified and not address.is_multicast and "%" not in text
