"""Requests of nodes about the recordings of devices (docs/design/wire.md §8). Whatever a body holds, it is answered."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from custodes.gateway.calls.desk import read, said
from custodes.gateway.calls.hung_up import until_hung_up
from custodes.gateway.calls.needs import Signed
from custodes.gateway.recordings.room import Recordings
from custodes.video.wire.recordings import LONGEST_SPAN, RecordingsAsk


@dataclass(frozen=True)
class RecordingsDesk:
    """``/internal/records``."""

    recordings: Recordings

    def routes(self, signed: Signed) -> list[Route]:
        """The route; `signed` lets nodes through, and no one else."""
        return [until_hung_up(signed("/internal/records", self.records))]

    async def records(self, node: str, body: bytes) -> Response:
        """What a device has recorded of a channel."""
        ask = read(RecordingsAsk, body)
        if isinstance(ask, Response):
            return ask
        if not ask.start < ask.end <= ask.start + LONGEST_SPAN:
            wrong = f"end: does not lie within {LONGEST_SPAN} seconds behind start; ask in parts"
            return JSONResponse({"detail": wrong}, 422)
        return said(await self.recordings.ask(node, ask))
