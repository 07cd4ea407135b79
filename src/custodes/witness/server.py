"""The witness's HTTPS: one address, ``POST /add-checkpoint``, for clients whose certificates it was given and for no others."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from custodes.tls import handed_server
from custodes.tls.handed_server import BodyRefused, HandedBounds, body_of, client_of

from .service import WitnessAnswer

MAX_BODY_BYTES = 131_072
"""A note of 64 KiB (C2SP signed-note) and 63 lines of proof."""
BOUNDS = HandedBounds(body_bytes=MAX_BODY_BYTES)
"""A request is a few kilobytes, once a minute."""

Answering = Callable[[bytes, bytes], WitnessAnswer]
"""``(SHA-256 over the client's certificate, body)`` → answer; called in a thread."""


def make_app(answering: Answering) -> Starlette:
    """The HTTP around the rules."""

    async def add_checkpoint(request: Request) -> Response:
        try:
            body = await body_of(request, BOUNDS)
        except BodyRefused as error:
            return PlainTextResponse(f"{error}\n", error.status, headers={"Connection": "close"})
        answer = await asyncio.to_thread(answering, client_of(request), body)
        return PlainTextResponse(answer.body, answer.status, headers={"Content-Type": answer.content_type})

    return Starlette(routes=[Route("/add-checkpoint", add_checkpoint, methods=["POST"])])


def serving(host: str, port: int, context: ssl.SSLContext, answering: Answering) -> AbstractAsyncContextManager[int]:
    """Listen for as long as the block runs; gives the port.

    Raises:
        OSError: the address can't be taken.
    """
    return handed_server.serving(host, port, context, make_app(answering), BOUNDS, "witness")
