"""The browser's socket as a view uses it: what is sent and read on it, under which claims, and why a channel on it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from custodes.node.gate import CLOSE_BAD_MESSAGE, FootageBounds
from custodes.video.playback.pace import StillPace
from custodes.video.wire.token import GrantClaims
from custodes.video.wire.view import worker_message

FAREWELL_SECONDS = 1.0
"""A browser that takes nothing any more is not waited for longer than this when the view has to stop."""

STILLS_PER_SECOND = 4.0
"""As fast as a hand that rests here and there."""


class LineLost(Exception):
    """The browser is gone."""


class ChannelEnded(Exception):
    """The channel has ended; `reason` as in docs/design/wire.md §5."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or reason)
        self.reason = reason
        self.detail = detail


class CodecMissing(Exception):
    """The browser can't play the camera's codec; it has been told which."""


class Closing(Exception):
    """The socket is to be closed with `code`."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass
class SocketLine:
    """The `Line` of a view's channels.

    Attributes:
        claims, bounds: what is granted; there once the token was admitted.
    """

    socket: WebSocket
    claims: GrantClaims = field(init=False)
    bounds: FootageBounds = field(init=False)
    still_pace: StillPace = field(init=False, default_factory=lambda: StillPace(STILLS_PER_SECOND))

    def take_claims(self, claims: GrantClaims) -> None:
        """What is granted from now on."""
        self.claims = claims
        self.bounds = FootageBounds.of(claims)

    async def send_text(self, text: str) -> None:
        """Send one text message. Raises `LineLost`."""
        with _lost():
            await self.socket.send_text(text)

    async def send_bytes(self, data: bytes) -> None:
        """Send one binary message. Raises `LineLost`."""
        with _lost():
            await self.socket.send_bytes(data)

    async def say_error(self, channel: int | None, detail: str) -> None:
        """Say what is not done, and why. Raises `LineLost`."""
        await self.send_text(worker_message("error", channel=channel, detail=detail))

    async def say_quietly(self, text: str) -> None:
        """Send one text message, if anybody is there."""
        with suppress(LineLost):
            await self.send_text(text)

    async def next_message(self) -> str | bytes:
        """What the browser says next; octets are sound of whoever speaks.

        Raises:
            WebSocketDisconnect: it is gone.
        """
        message = await self.socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
        text = message.get("text")
        return text if isinstance(text, str) else bytes(message.get("bytes") or b"")

    async def next_text(self) -> str:
        """What the browser says first.

        Raises:
            Closing: it sent something else.
            WebSocketDisconnect: it is gone.
        """
        message = await self.next_message()
        if not isinstance(message, str):
            raise Closing(CLOSE_BAD_MESSAGE, "the first message must be text")
        return message

    async def close(self, code: int, reason: str) -> None:
        """Close, without waiting for a browser that takes nothing any more."""
        if self.socket.application_state is not WebSocketState.CONNECTED:
            return
        try:
            async with asyncio.timeout(FAREWELL_SECONDS):
                with _lost():
                    # RFC 6455 §5.5: a control frame's payload is 125 bytes at most, two of them the code.
                    await self.socket.close(code, reason.encode()[:120].decode(errors="ignore"))
        except (LineLost, TimeoutError):
            return


@contextmanager
def _lost() -> Iterator[None]:
    """What Starlette and uvicorn raise when the browser is gone, under one name."""
    try:
        yield
    except (WebSocketDisconnect, OSError, RuntimeError) as error:
        raise LineLost from error
