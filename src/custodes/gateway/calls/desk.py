"""Requests of nodes about calls (docs/design/wire.md §8). Whatever a body holds, it is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from custodes.gateway.calls.hung_up import until_hung_up
from custodes.gateway.calls.needs import Signed
from custodes.gateway.calls.offer import against
from custodes.gateway.calls.switchboard import Switchboard
from custodes.video.wire.calls import CallAsk, CallEnd, CallsKept, CallsStanding
from custodes.video.wire.recordings import CallStep

_Model = TypeVar("_Model", bound=BaseModel)


class Kept(Protocol):
    """What nodes have with devices, and say again and again that they want: calls, speeches."""

    def keep(self, node: str, kept: CallsKept) -> CallsStanding:
        """These are wanted still; which of them are over, and how."""
        ...

    def end(self, node: str, id: UUID) -> None:
        """One is wanted no more; one that is over, or somebody else's, is nothing."""
        ...


def kept_routes(signed: Signed, path: str, room: Kept) -> list[Route]:
    """What nodes say of those that stand: `path` with ``/keep`` and ``/end``."""

    async def keep(node: str, body: bytes) -> Response:
        kept = read(CallsKept, body)
        if isinstance(kept, Response):
            return kept
        if kept.worker.partition("/")[0] != node:
            return JSONResponse({"detail": "worker: is not one of this node's; give NODE/i"}, 422)
        return said(room.keep(node, kept))

    async def end(node: str, body: bytes) -> Response:
        over = read(CallEnd, body)
        if isinstance(over, Response):
            return over
        room.end(node, over.call)
        return Response(status_code=204)

    return [signed(f"{path}/keep", keep), signed(f"{path}/end", end)]


@dataclass(frozen=True)
class CallDesk:
    """The routes under ``/internal/call``."""

    switchboard: Switchboard

    def routes(self, signed: Signed) -> list[Route]:
        """The routes; `signed` lets nodes through, and no one else."""
        return [
            until_hung_up(signed("/internal/call", self.call)),
            *kept_routes(signed, "/internal/call", self.switchboard),
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
