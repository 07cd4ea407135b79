"""A platform on loopback: the asyncio shell around an endpoint that answers what it is asked."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from custodes.gb28181.sip.account import SipAccount
from custodes.gb28181.sip.digest import Secret
from custodes.gb28181.sip.endpoint import Endpoint
from custodes.gb28181.sip.events import CallOffered, Event, RequestReceived
from custodes.gb28181.sip.guard import DigestGuard
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.registrar import Registrar, RegistrationChange
from custodes.gb28181.sip.transport import PeerBounds, Transport
from tests.gb28181.sip.examples import REALM, SERVER
from tests.patience import until_async
from tests.ports import free_port

PASSWORD = "12345678"


class House:
    """A platform that answers each MESSAGE with 200 and each INVITE with an empty 200."""

    def __init__(
        self, devices: Iterable[str], bounds: PeerBounds | None = None, accounts: dict[str, SipAccount] | None = None
    ) -> None:
        known = accounts or {device: SipAccount(device, Secret(PASSWORD)) for device in devices}
        self.registrar = Registrar(SERVER, DigestGuard(REALM, secrets.token_bytes(32)), known.get)
        self.endpoint = Endpoint(SERVER, REALM, self._contact, lambda: secrets.token_hex(12), self.registrar)
        self.transport = Transport(self.endpoint, self._on_event, bounds)
        self.events: list[Event] = []
        self.seen: Counter[str] = Counter()

    @property
    def port(self) -> int:
        return self.transport.port

    def _contact(self, peer: Peer) -> Peer:
        return Peer(peer.carrier, "127.0.0.1", self.transport.port)

    def _on_event(self, event: Event) -> None:
        self.events.append(event)
        match event:
            case RequestReceived():
                self.seen[event.request.method] += 1
                self.endpoint.reply(event.transaction, 200)
            case CallOffered():
                self.seen["INVITE"] += 1
                event.call.accept(b"", (), self.transport._clock())
            case RegistrationChange():
                self.seen[event.what] += 1

    async def until(self, what: str, count: int = 1) -> None:
        """Wait until something was seen so often."""
        await until_async(lambda: self.seen[what] >= count, f"{what}, seen {count} times")


@asynccontextmanager
async def house(*devices: str, **more: Any) -> AsyncIterator[House]:
    """A platform that listens on a free port of loopback."""
    made = House(devices, **more)
    await made.transport.open("127.0.0.1", free_port())
    try:
        yield made
    finally:
        await made.transport.close()
