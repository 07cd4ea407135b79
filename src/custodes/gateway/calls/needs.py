"""What the rooms of calls, of recordings and of steering need of the gateway's process, and of statements; whatever has these may be given to them."""

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
from custodes.gb28181.sip.call import CallEvent
from custodes.gb28181.sip.client_transaction import ClientTransaction
from custodes.gb28181.sip.endpoint import Endpoint
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.ssrc import SsrcPool
from custodes.video.clock import HostClock
from custodes.video.wire.calls import CallAsk, RecordingsAsk
from custodes.video.wire.commands import GatewaySteer, PositionAsk, PresetsAsk
from custodes.video.wire.gateway_assignment import GatewayChannel


class NotStated(Exception):
    """It was not stated, so nothing may go out; the message says at which step it failed, in words for a person."""


class States(Protocol):
    """States it before. Each returns at once for a device that wants no statement, and raises `NotStated` where one was wanted and not kept."""

    async def call(self, ask: CallAsk, call_id: str) -> None:
        """Before the INVITE with this Call-ID."""
        ...

    async def records(self, ask: RecordingsAsk) -> None:
        """Before a question what was recorded."""
        ...

    async def steer(self, wish: GatewaySteer | PresetsAsk | PositionAsk) -> None:
        """Before a command that moves a camera, or a question for its presets or where it points."""
        ...


class StatesNothing:
    """Of rooms by themselves, whose devices want none."""

    async def call(self, ask: CallAsk, call_id: str) -> None:
        """Nothing."""

    async def records(self, ask: RecordingsAsk) -> None:
        """Nothing."""

    async def steer(self, wish: GatewaySteer | PresetsAsk | PositionAsk) -> None:
        """Nothing."""


Handler = Callable[[str, bytes], Awaitable[Response]]
"""Answers a request with this body of the node that signed it, by its name."""

Signed = Callable[[str, Handler], Route]
"""A route of ``POST`` at this path that lets only nodes of the assignment through."""


class OnlineDevice(Protocol):
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


class CallAssignment(Protocol):
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
    def assigned(self) -> CallAssignment:
        """The assignment."""
        ...

    @property
    def ssrc(self) -> SsrcPool:
        """Numbers of streams."""
        ...

    @property
    def clock(self) -> HostClock:
        """Monotonic seconds, microseconds UTC."""
        ...

    def reach(self, device: str) -> OnlineDevice | None:
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


def take_info(process: Process, event: CallEvent) -> bool:
    """INFO is of no use to us, and answered; a MESSAGE is the process's, like one outside of all calls: False."""
    transaction = event.transaction
    if transaction is None or transaction.request is None or transaction.request.method != "INFO":
        return False
    process.endpoint.reply(transaction, 200)
    return True
