"""A call is stated to the platform below, for whom it is and why, before it is made (docs/design/wire.md §9)."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from custodes.gateway.calls.open_call import OpenCall
from custodes.gateway.statements.needs import NotStated, States
from custodes.video.wire.calls import CallAnswer

log = structlog.get_logger(__name__)


async def state(states: States, call: OpenCall, seconds: float) -> None:
    """Have it stated under the Call-ID that was chosen for it; the call is settled where it was not, or where it ended meanwhile."""
    stating: asyncio.Future[Any] = asyncio.ensure_future(states.call(call.ask, call.call_id))
    waited: list[asyncio.Future[Any]] = [stating, call.outcome]
    try:
        await asyncio.wait(waited, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if not stating.done():
            call.settle(CallAnswer(step="not_stated", detail="it was not stated in time for whom it is called"))
        elif (error := stating.exception()) is not None:
            if not isinstance(error, NotStated):
                log.error("calls.not_stated", exc_info=error)
            call.settle(CallAnswer(step="not_stated", detail=str(error)[:300]))
    finally:
        stating.cancel()
