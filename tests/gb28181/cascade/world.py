"""Uppers and us below them, over a network in memory that loses, repeats and reorders when it is told to."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import replace
from random import Random
from typing import Any, TypeVar

from custodes.gb28181.cascade.events import ChannelCalled, Event, Started, UpperCallEnded
from custodes.gb28181.cascade.lower import Lower
from custodes.gb28181.cascade.settings import UpperBounds, UpperPlatformSettings
from custodes.gb28181.charset import Charset
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.catalog import CatalogNotice, CatalogPart, CatalogQuery
from custodes.gb28181.manscdp.collector import Collected, Collector
from custodes.gb28181.manscdp.events import apply
from custodes.gb28181.manscdp.frame import Message, write_message
from custodes.gb28181.manscdp.incoming import take_in
from custodes.gb28181.manscdp.item import CatalogItem, EntryStatus
from custodes.gb28181.manscdp.messages import read_body
from custodes.gb28181.manscdp.subscription import events
from custodes.gb28181.manscdp.waiting import SerialNumbers
from custodes.gb28181.sdp import CallPurpose, MediaDirection, MediaLine, Sdp, SdpUri, Setup, write_sdp
from custodes.gb28181.sip.account import SipAccount
from custodes.gb28181.sip.call import CallEvent, SipCall
from custodes.gb28181.sip.digest import Secret
from custodes.gb28181.sip.endpoint import Endpoint
from custodes.gb28181.sip.events import CallOffered, Got, RequestReceived
from custodes.gb28181.sip.guard import PLAIN, ChallengeTerms, DigestGuard
from custodes.gb28181.sip.message import Request, Response
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.registering import RegistrarServer as Account_
from custodes.gb28181.sip.registrar import Registrar, RegistrationChange
from custodes.gb28181.sip.subscription import Subscriber, Subscription, SubscriptionNews, SubscriptionWish
from custodes.gb28181.subject import subject
from tests.gb28181.sip.network import Network

M = TypeVar("M", bound=Message)
E = TypeVar("E")
WALL = 1_795_527_907_000_000
XML = (("Content-Type", "Application/MANSCDP+xml"),)
SERVER, OWN = "54010000002000000001", "54010200002000000007"
AT, HOME = Peer("UDP", "192.0.2.1", 5060), Peer("UDP", "192.0.2.10", 5060)
GROUP, ORGANISATION = "54010200002150000001", "54010200002160000001"
NAME = "冲赛康དཔེ་"
"""Chinese, and Tibetan, which GB 2312 has not."""


def camera(number: int) -> str:
    return f"5401020000132{number:07d}"


def entries(count: int = 5, own: str = OWN, off: Iterable[int] = ()) -> list[CatalogItem]:
    """A system, a group, an organisation under it, and cameras."""
    dark = frozenset(off)
    found = [
        CatalogItem(device_id=own, name="鉴"),
        CatalogItem(device_id=GROUP, name="组", parents=(own,)),
        CatalogItem(device_id=ORGANISATION, name="织", parents=(GROUP,), business_group_id=GROUP),
    ]
    return found + [
        CatalogItem(
            device_id=camera(number),
            name=f"{NAME}{number}",
            parents=(ORGANISATION,),
            business_group_id=GROUP,
            status=EntryStatus.OFF if number in dark else EntryStatus.ON,
        )
        for number in range(1, count + 1)
    ]


class Shares:
    """What is shared, as its owner has it."""

    def __init__(self, items: Iterable[CatalogItem]) -> None:
        self._items = list(items)

    def entries(self) -> Iterable[CatalogItem]:
        return iter(self._items)


def settings(
    server: str = SERVER,
    own: str = OWN,
    at: Peer = AT,
    home: Peer = HOME,
    password: str = "12345678",
    edition: Edition = Edition.E2022,
    **more: object,
) -> UpperPlatformSettings:
    upper = Account_(server, own, Secret(password), home, expires=3600, edition=edition)
    return replace(UpperPlatformSettings(upper, at), **more)  # type: ignore[arg-type]


class Upper:
    """An upper platform: takes the catalogue when it is told to, subscribes, calls, asks."""

    def __init__(
        self,
        net: Network,
        server: str = SERVER,
        own: str = OWN,
        at: Peer = AT,
        home: Peer = HOME,
        asking: ChallengeTerms = PLAIN,
        edition: Edition = Edition.E2016,
        charset: Charset | None = None,
        life: str = "",
    ) -> None:
        words = itertools.count(1)
        registrar = Registrar(
            server, DigestGuard(server[:10], b"k" * 32), {own: SipAccount(own, Secret("12345678"), asking)}.get
        )
        self.endpoint = Endpoint(
            server, server[:10], lambda _peer: at, lambda: f"u{life}{server[-1]}{next(words)}", registrar
        )
        self.name, self.server, self.own, self.at, self.home = server, server, own, at, home
        self.edition, self.charset = edition, charset
        self.subscriber = Subscriber(self.endpoint)
        self.registered = 0
        self.catalog: Collected[CatalogItem] | None = None
        self.known: dict[str, CatalogItem] = {}
        self.came: list[Message] = []
        self.octets: list[bytes] = []
        self.news: list[SubscriptionNews] = []
        self.calls: list[CallEvent] = []
        self.got: list[tuple[Request, Response | None]] = []
        self.deaf = False
        self._net = net
        self._numbers = SerialNumbers()
        self._collector: Collector[CatalogItem] | None = None
        net.put(self.name, self.endpoint, at)

    @property
    def statuses(self) -> list[int]:
        return [response.status if response is not None else 0 for _request, response in self.got]

    def work(self) -> None:
        now = self._net.now
        told, self._net.events[self.name] = self._net.events[self.name], []
        for event in told:
            match event:
                case RegistrationChange(what="registered"):
                    self.registered += 1
                case Got():
                    news = self.subscriber.got(event, now)
                    self.news += news or []
                    if news is None:
                        self.got.append((event.transaction.request, event.response))
                case RequestReceived():
                    self._asked(event)
                case CallEvent():
                    self.calls.append(event)
                case CallOffered():
                    event.call.refuse(486, now)
        self.news += self.subscriber.tick(now)
        if self._collector is not None and self._collector.tick(round(now * 1e6)) is not None:
            self.catalog, self._collector = self._collector.collected(), None

    def ask(self, message: Message, user: str = "") -> None:
        self.send(write_message(message, self.edition, self.charset), user)

    def send(
        self, body: bytes, user: str = "", method: str = "MESSAGE", more: tuple[tuple[str, str], ...] = ()
    ) -> None:
        made = self.endpoint.request(method, user or self.own, self.home, body, (*XML, *more))
        self.endpoint.send(made, self.home, self._net.now)

    def number(self) -> int:
        return self._numbers.next()

    def take_catalog(self, about: str = "") -> None:
        self.catalog = None
        self._collector = Collector(lambda item: item.device_id, round(self._net.now * 1e6))
        self.ask(CatalogQuery(sn=self.number(), device_id=about or self.own))

    def subscribe(self, query: type[Message], about: str = "", **more: Any) -> Subscription:
        user, seconds = about or self.own, more.pop("seconds", 600)

        def body() -> bytes:
            return write_message(query(sn=self.number(), device_id=user, **more), self.edition, self.charset)

        wish = SubscriptionWish(self.own, self.own, events(query.CMD, 7), body, seconds)
        return self.subscriber.subscribe(wish, self.home, self._net.now)

    def look(
        self,
        channel: str,
        *,
        kind: CallPurpose = CallPurpose.PLAY,
        y: str = "0100000001",
        setup: Setup | None = None,
        tcp: bool = False,
        span: tuple[int, int] = (0, 0),
        change: Callable[[bytes], bytes] = lambda body: body,
        serial: str = "",
        address: str = "",
    ) -> SipCall:
        media = MediaLine("video", 30_000, tcp, way=MediaDirection.RECVONLY, setup=setup, connection_new=tcp)
        uri = SdpUri(channel) if kind is not CallPurpose.PLAY else None
        offer = Sdp(self.server, address or self.at.host, (media,), kind, uri=uri, start=span[0], end=span[1], y=y)
        fields = (("Content-Type", "Application/SDP"), ("Subject", str(subject(channel, serial or y, self.server))))
        invite = self.endpoint.request("INVITE", channel, self.home, change(write_sdp(offer)), fields)
        return self.endpoint.call(invite, self.home, self._net.now, self.own)

    def inside(self, call: SipCall, body: bytes, method: str = "INFO") -> None:
        assert call.dialog is not None
        kind = (("Content-Type", "Application/MANSRTSP"),)
        made = call.dialog.request(method, self.at, self.endpoint.branch(), kind, body)
        self.endpoint.send(made, self.home, self._net.now)

    def of(self, kind: type[M]) -> list[M]:
        """Bodies of a kind that came."""
        return [message for message in self.came if isinstance(message, kind)]

    def _asked(self, event: RequestReceived) -> None:
        now = self._net.now
        self.octets.append(event.request.body)
        news = self.subscriber.told(event, now)
        if news is not None:
            self.news += news
            for one in news:
                if one.what == "told":
                    self._came(read_body(one.body))
            return
        found = take_in(event.request.body, self.edition)
        self.endpoint.reply(event.transaction, found.status, now=now)
        if isinstance(found.message, CatalogPart) and self._collector is not None:
            self._collector.add(found.message.sum_num, found.message.items, round(now * 1e6))
        elif found.message is not None:
            self._came(found.message)

    def _came(self, message: Message) -> None:
        self.came.append(message)
        if isinstance(message, CatalogNotice):
            apply(message.items, self.known)


class World:
    """Us below one upper or several."""

    def __init__(self, seed: int | None = None) -> None:
        self.net = Network()
        self.positions = False  # whether uppers may know where what moves is
        self.uppers: list[Upper] = []
        self.lowers: list[Lower] = []
        self.told: list[list[Event]] = []
        self._dice = Random(seed or 0)
        if seed is not None:
            self.net.fate = lambda _number, _octets: (
                []
                if self._dice.random() < 0.1
                else [self._dice.uniform(0.005, 0.1) for _ in range(2 if self._dice.random() < 0.1 else 1)]
            )

    @property
    def now(self) -> float:
        return self.net.now

    def below(self, upper: Upper, made: UpperPlatformSettings, items: Iterable[CatalogItem] = ()) -> Lower:
        words = itertools.count(1)
        number = len(self.lowers)
        lower = Lower(made, lambda: f"l{number}{next(words)}", self._dice.random, lambda: self.positions)
        self.net.put(f"lower{number}", lower.endpoint, made.upper.contact)
        self.uppers.append(upper)
        self.lowers.append(lower)
        self.told.append([])
        lower.show(Shares(items), self.now)
        return lower

    def pass_by(self, seconds: float, step: float = 0.05) -> None:
        for _ in range(max(1, round(seconds / step))):
            self.work()
            self.net.run(step)
        self.work()
        self.net.collect()

    def until(self, what: Callable[[], object], seconds: float = 60, step: float = 0.05) -> None:
        end = self.now + seconds
        while not (seen := what()):
            assert self.now < end, f"not so within {seconds} simulated s; last seen: {seen!r}"
            self.pass_by(step, step)

    def work(self) -> None:
        for upper in self.uppers:
            if not upper.deaf:
                upper.work()
        for number, lower in enumerate(self.lowers):
            told, self.net.events[f"lower{number}"] = self.net.events[f"lower{number}"], []
            for event in told:
                lower.take_in(event, self.now, WALL)
            if lower.due <= self.now:
                lower.step(self.now)
            self.told[number] += lower.take()
        self.net.collect()


class Pair(World):
    """One upper, one of us; registered where `ready` was called."""

    def __init__(
        self,
        count: int = 5,
        seed: int | None = None,
        asking: ChallengeTerms = PLAIN,
        edition: Edition = Edition.E2016,
        charset: Charset | None = None,
        off: Iterable[int] = (),
        **more: object,
    ) -> None:
        super().__init__(seed)
        self.upper = Upper(self.net, asking=asking, edition=edition, charset=charset)
        self.lower = self.below(self.upper, settings(**more), entries(count, off=off))  # type: ignore[arg-type]

    def ready(self) -> Pair:
        self.until(lambda: self.lower.standing.state == "registered")
        return self

    def of(self, kind: type[E]) -> list[E]:
        """What of a kind we told our owner."""
        return [event for event in self.told[0] if isinstance(event, kind)]

    def wanted(self) -> list[ChannelCalled]:
        return self.of(ChannelCalled)

    def started(self) -> list[int]:
        return [event.call for event in self.of(Started)]

    def ended(self) -> list[tuple[int, str]]:
        return [(event.call, event.why) for event in self.of(UpperCallEnded)]


def small(**more: object) -> UpperBounds:
    return replace(UpperBounds(), **more)  # type: ignore[arg-type]
