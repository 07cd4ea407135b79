"""What is asked is given up when whoever asked hangs up: a node that stops a camera while its device still rings."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message

Endpoint = Callable[[Request], Awaitable[Response]]
_GONE = Response(status_code=499)
"""Nobody reads the answer to somebody who hung up."""


def until_hung_up(route: Route) -> Route:
    """The same route, whose work is cancelled when the connection of its asker ends."""
    endpoint: Endpoint = route.endpoint

    async def serve(request: Request) -> Response:
        line = _Line(request)
        work = asyncio.ensure_future(endpoint(Request(request.scope, line.receive)))
        watch = asyncio.ensure_future(line.hung_up())
        try:
            await asyncio.wait([work, watch], return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                work.cancel()
                await asyncio.wait([work])
            return _GONE if work.cancelled() else work.result()
        except ClientDisconnect:
            return _GONE
        finally:
            work.cancel()
            watch.cancel()

    return Route(route.path, serve, methods=["POST"])


class _Line:
    """The asker's side: the body goes to whoever reads it, and what comes behind it is the end."""

    def __init__(self, request: Request) -> None:
        self._receive = request.receive
        self._whole = asyncio.Event()

    async def receive(self) -> Message:
        """A piece of the body."""
        message = await self._receive()
        if message["type"] != "http.request" or not message.get("more_body", False):
            self._whole.set()
        return message

    async def hung_up(self) -> None:
        """Back when the asker is gone."""
        await self._whole.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass
