"""A signed request as node and gateway read it: no more of its body than is agreed, in no more time."""

from __future__ import annotations

import asyncio

from starlette.requests import Request


class BodyTooSlow(Exception):
    """The body did not come in time."""


class BodyTooLarge(Exception):
    """The body is larger than any that is sent."""


def path_of(request: Request) -> str:
    """Path and query as they were signed."""
    raw = request.scope.get("raw_path") or request.url.path.encode()
    query = request.scope["query_string"]
    return bytes(raw + (b"?" + query if query else b"")).decode("ascii", "replace")


async def body_of(request: Request, most: int, seconds: float) -> bytes:
    """The whole body.

    Raises:
        BodyTooSlow, BodyTooLarge.
    """
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                size += len(part)
                if size > most:
                    raise BodyTooLarge
                parts.append(part)
    except TimeoutError as error:
        raise BodyTooSlow from error
    return b"".join(parts)
