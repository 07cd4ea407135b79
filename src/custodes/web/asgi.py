"""What uvicorn runs: Django, with the background threads started and stopped by the server's lifespan."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "custodes.web.settings")

from django.core.asgi import get_asgi_application

from custodes.settings import get_settings
from custodes.web.body_limit import BodyLimit, in_threads
from custodes.web.keys import require_secret_key

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def _admit(authorization: str) -> Any:
    # The register's models are there once Django has been set up, below.
    from django.db import close_old_connections

    from custodes.places.internal import admit

    close_old_connections()  # as Django does around a request, which this is not yet
    try:
        return admit(authorization)
    finally:
        close_old_connections()


require_secret_key(get_settings())
_django = BodyLimit(get_asgi_application(), in_threads(_admit))  # type: ignore[arg-type]


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI application."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http":
        await _django(scope, receive, send)
    # WebSockets belong to the node's workers; none is accepted here.
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 4404})


async def _lifespan(receive: Receive, send: Send) -> None:
    from asgiref.sync import sync_to_async

    from custodes.metrics.serving import Lateness, port_of, serve_metrics
    from custodes.web.background import Background
    from custodes.web.figures import registry
    from custodes.web.warming import warm_up

    background = Background()
    lateness = Lateness()
    aside: list[asyncio.Task[None]] = []
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            warm_up()  # before any thread, and before the port is open
            background.start()
            port = port_of(get_settings().metrics_port, "web")
            aside = [
                asyncio.create_task(lateness.run()),
                asyncio.create_task(serve_metrics(port, registry(lateness))),
            ]
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            for task in aside:
                task.cancel()
            await asyncio.gather(*aside, return_exceptions=True)
            await sync_to_async(background.stop, thread_sensitive=False)()
            await send({"type": "lifespan.shutdown.complete"})
            return
