"""What the rooms of calls and of steering need of the gateway's process; whatever has these may be given to them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol
from uuid import UUID

from starlette.responses import Response
from starlette.routing import Route

from custodes.gb28181.charset import Charset
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.frame import Message
from custodes.gb28181.sip.client_transaction import ClientTransaction
from custodes.gb28181.sip.endpoint import Endpoint
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.ssrc_pool import SsrcPool
from custodes.video.clock import Clock
from custodes.video.wire.gateway_assignment import GatewayChannel

Handler = Callable[[str, bytes], Awaitable[Response]]
"""Answers a request with this body of the node that signed it, by its name."""

Signed = Callable[[str, Handler], Route]
"""A route of ``POST`` at this path that lets only nodes of the assignment through."""


class Reach(Protocol):
    """How a device that is online is reached and spoken to."""

    @property
    def peer(self) -> Peer:
        """Where it was heard from."""
        ...

    @property
    def edition(self) -> Edition:
        """In which it is spoken to."""
        ...

    @property
    def charset(self) -> Charset:
        """Of bodies."""
        ...


class Assigned(Protocol):
    """What the assignment allows."""

    def channel(self, camera: UUID, device: str, channel: str, node: str) -> GatewayChannel | None:
        """The channel that a camera is, where this node may call it."""
        ...

    def admits(self, host: str) -> bool:
        """Whether devices may be at this address."""
        ...


class Sockets(Protocol):
    """The sockets around the endpoint."""

    def drain(self) -> None:
        """Send what the endpoint has to send, tell what it has to tell."""
        ...

    def awaited(self, host: str) -> None:
        """A message of this host brought what it was asked for."""
        ...


class Process(Protocol):
    """The gateway. Everything here is called in its event loop."""

    @property
    def id(self) -> str:
        """Our own ID of 20 digits."""
        ...

    @property
    def folder(self) -> Path:
        """The gateway's own data."""
        ...

    @property
    def endpoint(self) -> Endpoint:
        """Of all peers."""
        ...

    @property
    def transport(self) -> Sockets:
        """Its sockets."""
        ...

    @property
    def assigned(self) -> Assigned:
        """The assignment."""
        ...

    @property
    def ssrc(self) -> SsrcPool:
        """Numbers of streams."""
        ...

    @property
    def clock(self) -> Clock:
        """Monotonic seconds, microseconds UTC."""
        ...

    def reach(self, device: str) -> Reach | None:
        """How a device is reached; None for one that is not online."""
        ...

    def number(self, device: str) -> int:
        """The next serial number of a question or command to this device."""
        ...

    def say(self, device: str, user: str, message: Message) -> ClientTransaction | None:
        """Send a body to a device or to one of its channels; None where it is not online.

        Raises:
            Refused: it can't be said in its edition.
            Full: too many requests are under way.
        """
        ...
