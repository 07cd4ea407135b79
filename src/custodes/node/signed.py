"""How a signed route is made: its handler gets requests that the web, or the gateway, signed, with their bodies."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

Handler = Callable[[Request, bytes], Awaitable[Response]]
Signed = Callable[[Handler], Callable[[Request], Awaitable[Response]]]
