"""How much a request may send. Django takes a body in whole, to disk, before any view or sign-in is asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import sync_to_async
from django.urls import Resolver404, resolve

from custodes.people.papers.kinds import paper_bytes_of
from custodes.video.wire.control import ADMITTED, InvalidRequest

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

#: Begins the paths of what nodes and the gateway send.
SIGNED = "/internal/"
#: Forms and the browser's API: the longest form has a few thousand characters.
PAGE_BYTES = 1 << 20
#: Reports of nodes (docs/design/wire.md §2).
NODE_BYTES = 16 << 20
#: As much of one is read before it is known who signed it: less than of a page's form.
UNSIGNED_BYTES = 64 << 10


class _Refused(Exception):
    """More came than may come: `status` and what is said of it."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


CHECKERS = 4
"""Signatures that are checked at once."""


def in_threads(check: Callable[[str], Any]) -> Callable[[str], Awaitable[Any]]:
    """A check that blocks, in threads of its own, and few: each keeps a connection to the database, and in the one that Django's views
    share, or among those that read files for pages, slow checks would hold up everybody.
    """
    threads = ThreadPoolExecutor(CHECKERS, thread_name_prefix="signatures")
    return sync_to_async(check, thread_sensitive=False, executor=threads)


class BodyLimit:
    """An ASGI application that answers 413 as soon as a body is announced, or turns out, to be too large.

    What comes under ``/internal/`` is signed: 401 as soon as it is more than `UNSIGNED_BYTES` and its header does not say by whom.

    Args:
        admit: who signed the request, by its ``Authorization`` header; raises `InvalidRequest`.
    """

    def __init__(self, app: App, admit: Callable[[str], Awaitable[Any]]) -> None:
        self._app = app
        self._admit = admit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and stop when its body passes the limit."""
        limit = _limit(scope)
        signed = str(scope["path"]).startswith(SIGNED)
        taken = 0
        begun = False

        async def check(size: int) -> None:
            if size > limit:
                raise _Refused(413, f"请求过大，上限 {limit} 字节 · request too large, at most {limit} octets\n")
            if signed and size > UNSIGNED_BYTES and ADMITTED not in scope:
                scope[ADMITTED] = await self._admitted(scope)

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            await check(taken)
            return message

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await check(_announced(scope))
            await self._app(scope, counted, noted)
        except _Refused as refused:
            if not begun:
                await _refuse(send, refused)

    async def _admitted(self, scope: Scope) -> Any:
        header = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        try:
            return await self._admit(header.decode("latin-1"))
        except InvalidRequest as error:
            least = f"签名前最多 {UNSIGNED_BYTES} 字节 · at most {UNSIGNED_BYTES} octets without a signature"
            raise _Refused(401, f"{least}: {error}\n") from error


def _limit(scope: Scope) -> int:
    """Bytes that this address takes: more where its view takes papers (`people/papers/keeping.py`)."""
    path = str(scope["path"])
    if path.startswith(SIGNED):
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
            return int(value[:20])
    return 0


async def _refuse(send: Send, why: _Refused) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": why.status, "headers": headers})
    await send({"type": "http.response.body", "body": str(why).encode()})
