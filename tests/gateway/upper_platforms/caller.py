"""An upper platform that is no gateway of ours: whatever it says, it says by hand, to us below it over UDP or TCP of loopback."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from custodes.gateway.process import GatewayProcess
from custodes.gateway.upper_platforms.link import UpperLink
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.frame import Message, write_message
from custodes.gb28181.manscdp.incoming import take_in
from custodes.gb28181.manscdp.messages import read_body
from custodes.gb28181.manscdp.subscription import events
from custodes.gb28181.mansrtsp import MansrtspAnswer, MansrtspRequest, read_answer, write_request
from custodes.gb28181.sdp import CallPurpose, MediaDirection, MediaFormat, MediaLine, Sdp, SdpUri, write_sdp
from custodes.gb28181.sip.account import SipAccount
from custodes.gb28181.sip.call import CallEvent, SipCall
from custodes.gb28181.sip.client_transaction import ClientTransaction
from custodes.gb28181.sip.digest import Secret
from custodes.gb28181.sip.endpoint import Endpoint
from custodes.gb28181.sip.events import Event, Got, RequestReceived
from custodes.gb28181.sip.guard import DigestGuard
from custodes.gb28181.sip.message import Response
from custodes.gb28181.sip.peer import Carrier, Peer
from custodes.gb28181.sip.registrar import Registrar
from custodes.gb28181.sip.subscription import Subscriber, Subscription, SubscriptionNews, SubscriptionWish
from custodes.gb28181.sip.transport import Transport
from custodes.gb28181.subject import subject
from custodes.video.wire.upper_platforms import GatewayUpper
from tests.gateway.upper_platforms.world import OWN, Below, camera
from tests.gateway.world import ID, PASSWORD
from tests.patience import until_async
from tests.ports import free_port

M = TypeVar("M", bound=Message)
XML = (("Content-Type", "Application/MANSCDP+xml"),)
RTSP = (("Content-Type", "Application/MANSRTSP"),)


@dataclass
class Look:
    """A call of the caller's: when it was made and answered, and with what; monotonic seconds."""

    call: SipCall
    at: float
    answered: float = 0.0
    status: int = 0
    body: bytes = b""
    over: bool = False


@dataclass
class Caller:
    """The upper.

    Attributes:
        came: bodies of ours; looks: its calls in order; steps: answers to its INFO in order, None for one without a body.
    """

    port: int
    carrier: Carrier = "UDP"
    edition: Edition = Edition.E2016
    host: str = "127.0.0.1"
    came: list[Message] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    steps: list[tuple[int, MansrtspAnswer | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        words, salt = itertools.count(1), secrets.token_hex(4)
        accounts = {OWN: SipAccount(OWN, Secret(PASSWORD))}
        self.registrar = Registrar(ID, DigestGuard(ID[:10], secrets.token_bytes(32)), accounts.get)
        self.own = Peer(self.carrier, self.host, self.port)
        self.endpoint = Endpoint(ID, ID[:10], lambda _peer: self.own, lambda: f"{salt}{next(words)}", self.registrar)
        self.transport = Transport(self.endpoint, self._told)
        self._numbers = itertools.count(1)
        self._by_call: dict[SipCall, Look] = {}
        self._infos: dict[ClientTransaction, None] = {}
        self.subscriber = Subscriber(self.endpoint)
        self.news: list[SubscriptionNews] = []

    @property
    def peer(self) -> Peer:
        """Where we are."""
        found = self.registrar.find(OWN)
        assert found is not None
        return found.peer

    def number(self) -> int:
        return next(self._numbers)

    def look(
        self,
        channel: str,
        port: int = 30_000,
        kind: CallPurpose = CallPurpose.PLAY,
        span: tuple[int, int] = (0, 0),
        y: int = 0,
        format: MediaFormat | None = None,
    ) -> Look:
        """Call a channel."""
        number = f"{y or self.number():010}"
        uri = SdpUri(channel) if kind is not CallPurpose.PLAY else None
        media = MediaLine("video", port, False, way=MediaDirection.RECVONLY)
        offer = Sdp(ID, "127.0.0.1", (media,), kind, uri=uri, start=span[0], end=span[1], y=number, format=format)
        fields = (("Content-Type", "Application/SDP"), ("Subject", str(subject(channel, number, ID))))
        invite = self.endpoint.request("INVITE", channel, self.peer, write_sdp(offer), fields)
        now = time.monotonic()
        made = Look(self.endpoint.call(invite, self.peer, now, OWN), now)
        self._by_call[made.call] = made
        self.looks.append(made)
        return made

    def step(self, look: Look, request: MansrtspRequest) -> None:
        """Steer a recording."""
        assert look.call.dialog is not None
        info = look.call.dialog.request("INFO", self.own, self.endpoint.branch(), RTSP, write_request(request))
        self._infos[self.endpoint.send(info, self.peer, time.monotonic())] = None
        self.transport.drain()

    def say(self, message: Message, copies: int = 1) -> None:
        """Ask or command something; the same request so many times, as where an answer was lost."""
        body = write_message(message, self.edition)
        request = self.endpoint.request("MESSAGE", message.device_id, self.peer, body, XML)
        self.endpoint.send(request, self.peer, time.monotonic())
        for _ in range(copies - 1):
            self.endpoint.say(self.peer, request.encode())
        self.transport.drain()

    def subscribe(self, query: type[Message], about: str, seconds: int = 600, **more: Any) -> Subscription:
        """Subscribe to something of a channel, asked of whoever we below are."""

        def body() -> bytes:
            return write_message(query(sn=self.number(), device_id=about, **more), self.edition)

        wish = SubscriptionWish(OWN, OWN, events(query.CMD, 7), body, seconds)
        made = self.subscriber.subscribe(wish, self.peer, time.monotonic())
        self.transport.drain()
        return made

    def unsubscribe(self, one: Subscription) -> None:
        """Have no more of it."""
        self.subscriber.end(one, time.monotonic())
        self.transport.drain()

    def became(self, one: Subscription) -> list[tuple[str, str]]:
        """What became of a subscription, but for its notices."""
        return [(news.what, news.why) for news in self.news if news.subscription is one and news.what != "told"]

    def hang_up(self, look: Look) -> None:
        look.call.hang_up("enough", time.monotonic())
        self.transport.drain()

    def of(self, kind: type[M]) -> list[M]:
        """Bodies of a kind that came."""
        return [message for message in self.came if isinstance(message, kind)]

    def _told(self, event: Event) -> None:
        match event:
            case CallEvent():
                look = self._by_call.get(event.call)
                if look is not None:
                    self._became(look, event)
            case RequestReceived() if (news := self.subscriber.told(event, time.monotonic())) is not None:
                self.news += news
                self.came += [read_body(one.body) for one in news if one.what == "told"]
            case RequestReceived():
                found = take_in(event.request.body, self.edition)
                self.endpoint.reply(event.transaction, found.status, now=time.monotonic())
                if found.message is not None:
                    self.came.append(found.message)
            case Got() if (news := self.subscriber.got(event, time.monotonic())) is not None:
                self.news += news
            case Got() if event.transaction in self._infos and event.response is not None:
                if event.response.status >= 200:
                    self.steps.append((event.response.status, read_answer(event.response.body)))

    def _became(self, look: Look, event: CallEvent) -> None:
        if isinstance(event.message, Response) and event.what in ("answered", "refused") and not look.status:
            look.status, look.answered, look.body = event.message.status, time.monotonic(), event.message.body
        if event.what == "info" and event.transaction is not None and event.transaction.request is not None:
            found = take_in(event.transaction.request.body, self.edition)
            self.endpoint.reply(event.transaction, 200, now=time.monotonic())
            if found.message is not None:
                self.came.append(found.message)
        look.over = look.over or event.what in ("refused", "failed", "cancelled", "ended")


@dataclass
class Under:
    """Us below a caller, registered, with a node."""

    caller: Caller
    below: Below
    upper: GatewayUpper
    ours: GatewayProcess

    @property
    def web(self) -> Any:
        return self.below.web

    @property
    def node(self) -> Any:
        return self.below.node

    @property
    def link(self) -> UpperLink:
        return next(link for link in self.ours.uppers.links if link.upper.link == self.upper.link)

    def shown(self, count: int) -> bool:
        """So many cameras are shown."""
        lower = self.link.lower
        return lower is not None and lower.shows(camera(count))


@asynccontextmanager
async def under(
    folder: Path,
    count: int = 3,
    transport: str = "udp",
    pace: dict[str, float] | None = None,
    edition: Literal["", "2016", "2022"] = "",
    link: dict[str, Any] | None = None,
    **more: Any,
) -> AsyncIterator[Under]:
    """Us below a caller."""
    carrier: Carrier = "TCP" if transport == "tcp" else "UDP"
    caller = Caller(free_port(), carrier)
    below = Below(folder, count, **more)
    upper = below.link_at(caller.port, transport=transport, edition=edition, **(link or {}))
    await caller.transport.open("127.0.0.1", caller.port)
    try:
        async with below.node.running(), below.running(**(pace or {})) as ours:
            made = Under(caller, below, upper, ours)
            await until_async(lambda: caller.registrar.find(OWN) and made.shown(count))
            yield made
    finally:
        await caller.transport.close()
