"""Requests of nodes about speeches (docs/design/wire.md §8). Whatever a body holds, it is answered."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from custodes.gateway.calls.desk import read, said
from custodes.gateway.calls.hung_up import until_hung_up
from custodes.gateway.calls.needs import Signed
from custodes.gateway.calls.offer import LONGEST_ADDRESS
from custodes.gateway.speaking.room import Speaking
from custodes.video.wire.calls import CallEnd, CallsKept
from custodes.video.wire.speaking import SpeakAsk


@dataclass(frozen=True)
class SpeakDesk:
    """The routes under ``/internal/speak``."""

    speaking: Speaking

    def routes(self, signed: Signed) -> list[Route]:
        """The routes; `signed` lets nodes through, and no one else."""
        return [
            until_hung_up(signed("/internal/speak", self.speak)),
            signed("/internal/speak/keep", self.keep),
            signed("/internal/speak/end", self.end),
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

    async def keep(self, node: str, body: bytes) -> Response:
        """These speeches are wanted still."""
        kept = read(CallsKept, body)
        if isinstance(kept, Response):
            return kept
        if kept.worker.partition("/")[0] != node:
            return JSONResponse({"detail": "worker: is not one of this node's; give NODE/i"}, 422)
        return said(self.speaking.keep(node, kept))

    async def end(self, node: str, body: bytes) -> Response:
        """A speech is over."""
        end = read(CallEnd, body)
        if isinstance(end, Response):
            return end
        self.speaking.end(node, end.call)
        return Response(status_code=204)


def _machine(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text) if len(text) <= LONGEST_ADDRESS else None
    except ValueError:
        return False
    return address is not None and not address.is_unspecified and not address.is_multicast and "%" not in text
