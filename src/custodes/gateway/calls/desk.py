"""Requests of nodes about calls (docs/design/wire.md §8). Whatever a body holds, it is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from custodes.gateway.calls.hung_up import until_hung_up
from custodes.gateway.calls.needs import Signed
from custodes.gateway.calls.offer import against
from custodes.gateway.calls.switchboard import Switchboard
from custodes.video.wire.calls import CallAsk, CallEnd, CallsKept
from custodes.video.wire.recordings import CallStep

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True)
class CallDesk:
    """The routes under ``/internal/call``."""

    switchboard: Switchboard

    def routes(self, signed: Signed) -> list[Route]:
        """The routes; `signed` lets nodes through, and no one else."""
        return [
            until_hung_up(signed("/internal/call", self.call)),
            signed("/internal/call/keep", self.keep),
            signed("/internal/call/end", self.end),
            signed("/internal/call/key", self.key),
            signed("/internal/call/steps", self.step),
        ]

    async def call(self, node: str, body: bytes) -> Response:
        """Call a channel."""
        ask = read(CallAsk, body)
        if isinstance(ask, Response):
            return ask
        if wrong := against(ask):
            return JSONResponse({"detail": wrong}, 422)
        return said(await self.switchboard.place(node, ask))

    async def keep(self, node: str, body: bytes) -> Response:
        """These calls are wanted still."""
        kept = read(CallsKept, body)
        if isinstance(kept, Response):
            return kept
        if kept.worker.partition("/")[0] != node:
            return JSONResponse({"detail": "worker: is not one of this node's; give NODE/i"}, 422)
        return said(self.switchboard.keep(node, kept))

    async def end(self, node: str, body: bytes) -> Response:
        """A call is wanted no more."""
        end = read(CallEnd, body)
        if isinstance(end, Response):
            return end
        self.switchboard.end(node, end.call)
        return Response(status_code=204)

    async def key(self, node: str, body: bytes) -> Response:
        """A key picture is wanted."""
        end = read(CallEnd, body)
        if isinstance(end, Response):
            return end
        self.switchboard.key(node, end.call)
        return Response(status_code=204)

    async def step(self, node: str, body: bytes) -> Response:
        """A recording is to go on, stand still, go faster or elsewhere."""
        step = read(CallStep, body)
        return step if isinstance(step, Response) else said(await self.switchboard.step(node, step))


def read(model: type[_Model], body: bytes) -> _Model | Response:
    """What a body says, or the answer to one of the wrong shape: which field, and which rule."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)[:8]
        told = [{"field": ".".join(str(part) for part in one["loc"])[:100], "rule": one["msg"][:200]} for one in found]
        return JSONResponse({"detail": told}, 422)


def said(answer: BaseModel) -> Response:
    """An answer in its shape."""
    return Response(answer.model_dump_json(), media_type="application/json")
