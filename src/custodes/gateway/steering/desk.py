"""Requests of nodes about steering (docs/design/wire.md §8). Whatever a body holds, it is answered."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from custodes.gateway.calls.desk import read, said
from custodes.gateway.calls.needs import Signed
from custodes.gateway.steering.room import Steering
from custodes.video.wire.commands import GatewaySteer, PositionAsk, PresetsAsk


@dataclass(frozen=True)
class SteerDesk:
    """``/internal/steer``, ``/internal/presets``, ``/internal/position`` and ``/internal/stands``."""

    steering: Steering

    def routes(self, signed: Signed) -> list[Route]:
        """The routes; `signed` lets nodes through, and no one else."""
        return [
            signed("/internal/steer", self.steer),
            signed("/internal/presets", self.presets),
            signed("/internal/position", self.position),
            signed("/internal/stands", self.stands),
        ]

    async def steer(self, node: str, body: bytes) -> Response:
        """Send a command."""
        wish = read(GatewaySteer, body)
        return wish if isinstance(wish, Response) else said(await self.steering.steer(node, wish))

    async def presets(self, node: str, body: bytes) -> Response:
        """The presets of a channel."""
        ask = read(PresetsAsk, body)
        return ask if isinstance(ask, Response) else said(await self.steering.presets(node, ask))

    async def position(self, node: str, body: bytes) -> Response:
        """Where a channel points."""
        ask = read(PositionAsk, body)
        return ask if isinstance(ask, Response) else said(await self.steering.position(node, ask))

    async def stands(self, node: str, body: bytes) -> Response:
        """Whether a hand stands, as far as a platform below said."""
        ask = read(PositionAsk, body)
        return ask if isinstance(ask, Response) else said(await self.steering.stands(node, ask))
