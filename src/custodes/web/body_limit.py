"""How much a request may send. Django takes a body in whole, to disk, before any view or sign-in is asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.urls import Resolver404, resolve

from custodes.people.papers.taking import paper_bytes_of

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

#: Forms and the browser's API: the longest form has a few thousand characters.
PAGE_BYTES = 1 << 20
#: Reports of nodes (docs/design/wire.md §2).
NODE_BYTES = 16 << 20


class _TooLarge(Exception):
    """More came than may come."""


class BodyLimit:
    """An ASGI application that answers 413 as soon as a body is announced, or turns out, to be too large."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and stop when its body passes the limit."""
        limit = _limit(scope)
        if _announced(scope) > limit:
            await _refuse(send)
            return
        taken = 0
        begun = False

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise _TooLarge
            return message

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, counted, noted)
        except _TooLarge:
            if not begun:
                await _refuse(send)


def _limit(scope: Scope) -> int:
    """Bytes that this address takes: more where its view takes papers (`people/papers/taking.py`)."""
    path = str(scope["path"])
    if path.startswith("/internal/"):
        return NODE_BYTES
    if 0 < _announced(scope) <= PAGE_BYTES:
        return PAGE_BYTES
    try:
        return PAGE_BYTES + paper_bytes_of(resolve(path).func)
    except Resolver404:
        return PAGE_BYTES


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": "请求过大 · request too large\n".encode()})
