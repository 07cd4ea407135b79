"""A simulated platform above: who it is and how it goes about; what it says and hears: its registrar, questions and their answers, subscriptions, calls. What it says when is `upper.py`'s."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.catalog import CatalogNotice, CatalogPart, CatalogQuery
from custodes.gb28181.manscdp.collector import Collected, Collector
from custodes.gb28181.manscdp.frame import Message, write_message
from custodes.gb28181.manscdp.incoming import take_in
from custodes.gb28181.manscdp.item import CatalogItem
from custodes.gb28181.manscdp.records import RecordInfoPart, RecordInfoQuery
from custodes.gb28181.manscdp.subscription import events
from custodes.gb28181.manscdp.waiting import SerialNumbers
from custodes.gb28181.sdp import CallPurpose, MediaDirection, MediaLine, Sdp, write_sdp
from custodes.gb28181.sip.account import SipAccount
from custodes.gb28181.sip.call import CallEvent, SipCall
from custodes.gb28181.sip.digest import Secret
from custodes.gb28181.sip.endpoint import Endpoint
from custodes.gb28181.sip.events import CallOffered, Event, Got, RequestReceived
from custodes.gb28181.sip.guard import DigestGuard
from custodes.gb28181.sip.message import Response
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.registrar import Registrar, RegistrationChange
from custodes.gb28181.sip.subscription import Subscriber, SubscriptionWish
from custodes.gb28181.sip.transport import Transport
from custodes.gb28181.subject import subject


@dataclass(frozen=True, slots=True)
class UpperSettings:
    """One platform above.

    Attributes:
        id: its ID; lower: the one platform below that may register; secret: the password that it gave that one.
        host, port: where it listens, UDP and TCP; its streams come to the same address.
        media: ports for streams, first and last.
        calls: cameras that it calls in a round, at most.
        each: seconds from one round to the next; 0 for one round alone.
        wait: seconds for which it waits for an answer, and for a key frame.
        back: seconds of the past for whose recordings it asks.
    """

    id: str
    lower: str
    secret: Secret
    host: str
    port: int
    media: tuple[int, int] = (24_000, 24_099)
    calls: int = 4
    each: float = 0.0
    wait: float = 15.0
    back: float = 3600.0


What = Literal["registered", "gone", "refused", "catalogue", "changed", "records", "picture", "none"]


@dataclass(frozen=True, slots=True)
class Did:
    """Something that it did and what came of it.

    Attributes:
        what: ``registered``; ``gone``; ``refused``: nobody registers with a password that is not its own, or a call got `status`; ``catalogue``: it came, with
            `count` entries; ``changed``: as many were told of by the subscription; ``records``: `count` recordings; ``picture``: a key frame came; ``none``: no
            answer, or no key frame, in time.
        about: the channel; empty for the platform below itself.
        why: of ``gone``, ``refused`` and ``none``, in plain words.
        seconds: until it came.
    """

    what: What
    about: str = ""
    count: int = 0
    status: int = 0
    why: str = ""
    seconds: float = 0.0

    def __str__(self) -> str:
        words = [self.what, self.about, f"{self.count}" if self.what in ("catalogue", "changed", "records") else ""]
        words += [f"{self.status}" if self.status else "", self.why, f"{self.seconds:.2f} s" if self.seconds else ""]
        return " ".join(word for word in words if word)


DOMAIN_LENGTH = 10
TICK = 0.5
"""Seconds from one look at what is late to the next."""
XML = (("Content-Type", "Application/MANSCDP+xml"),)


@dataclass(eq=False)
class UpperCall:
    """One call. `status` is 0 while nothing was answered, and where nothing ever is."""

    call: SipCall
    status: int = 0
    answered: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class _Listing:
    """One question for recordings."""

    sn: int
    count: int = 0
    refused: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)


class UpperSignalling:
    """The signalling of one platform above.

    Args:
        changed: told of what becomes of the registration.
        noticed: told of the entries of each notice of the catalogue.
    """

    def __init__(
        self,
        settings: UpperSettings,
        changed: Callable[[RegistrationChange], None],
        noticed: Callable[[tuple[CatalogItem, ...]], None],
    ) -> None:
        self.settings = settings
        self._changed, self._noticed = changed, noticed
        domain = settings.id[:DOMAIN_LENGTH]
        accounts = {settings.lower: SipAccount(settings.lower, settings.secret)}
        self.registrar = Registrar(settings.id, DigestGuard(domain, secrets.token_bytes(32)), accounts.get)
        self._endpoint = Endpoint(settings.id, domain, self._own, lambda: secrets.token_hex(12), self.registrar)
        self._transport = Transport(self._endpoint, self._told)
        self._subscriber = Subscriber(self._endpoint)
        self._numbers = SerialNumbers()
        self._catalogue: Collector[CatalogItem] | None = None
        self._came = asyncio.Event()
        self._listing: _Listing | None = None
        self._looks: dict[SipCall, UpperCall] = {}
        self._ticking: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Listen.

        Raises:
            OSError: the address is not ours, or the port is taken.
        """
        await self._transport.open(self.settings.host, self.settings.port)
        self._ticking = asyncio.create_task(self._tick())

    async def close(self) -> None:
        """Close all sockets."""
        if self._ticking is not None:
            self._ticking.cancel()
            await asyncio.gather(self._ticking, return_exceptions=True)
        await self._transport.close()

    @property
    def there(self) -> bool:
        """Whether the platform below is registered and heard."""
        found = self.registrar.find(self.settings.lower)
        return found is not None and found.online

    def subscribe(self) -> None:
        """Have the changes of the catalogue told, for as long as it is registered."""
        peer = self._peer()
        if peer is None:
            return
        lower = self.settings.lower

        def body() -> bytes:
            return self._written(CatalogQuery(sn=self._numbers.next(), device_id=lower))

        self._subscriber.subscribe(
            SubscriptionWish(lower, lower, events(CatalogQuery.CMD, 1), body), peer, time.monotonic()
        )
        self._transport.drain()

    async def catalogue(self) -> Collected[CatalogItem] | None:
        """Ask for it and wait until it came; None where nobody is registered."""
        self._came = asyncio.Event()
        self._catalogue = Collector(lambda item: item.device_id, _now_us())
        if not self._say(CatalogQuery(sn=self._numbers.next(), device_id=self.settings.lower)):
            return None
        await self._came.wait()
        return self._catalogue.collected()

    async def records(self, channel: str, start: datetime, end: datetime) -> tuple[int, str]:
        """Ask which recordings there are: how many, and why not where it is not told."""
        listing = self._listing = _Listing(self._numbers.next())
        if not self._say(RecordInfoQuery(sn=listing.sn, device_id=channel, start=start, end=end)):
            return 0, "nobody is registered"
        if not await _within(listing.over, self.settings.wait):
            return listing.count, "no answer, or not all of it"
        return listing.count, "refused" if listing.refused else ""

    async def look(self, channel: str, port: int, number: str) -> UpperCall | None:
        """Call a channel live, for its stream to come to this port; back when it is answered or nobody answered. None where nobody is registered."""
        peer = self._peer()
        if peer is None:
            return None
        media = MediaLine("video", port, False, way=MediaDirection.RECVONLY)
        offer = Sdp(self.settings.id, self.settings.host, (media,), CallPurpose.PLAY, y=number)
        fields = (("Content-Type", "Application/SDP"), ("Subject", str(subject(channel, number, self.settings.id))))
        invite = self._endpoint.request("INVITE", channel, peer, write_sdp(offer), fields)
        made = UpperCall(self._endpoint.call(invite, peer, time.monotonic(), self.settings.lower))
        self._looks[made.call] = made
        self._transport.drain()
        try:
            await _within(made.answered, self.settings.wait)
        except asyncio.CancelledError:
            self.hang_up(made)  # whoever asked hears of no call that could be ended
            raise
        return made

    def hang_up(self, look: UpperCall) -> None:
        """Enough was seen, or nobody answered."""
        if look.status:
            look.call.hang_up("seen", time.monotonic())
        else:
            look.call.cancel(time.monotonic())
        self._looks.pop(look.call, None)
        self._transport.drain()

    # Within

    def _own(self, peer: Peer) -> Peer:
        return Peer(peer.carrier, self.settings.host, self.settings.port)

    def _peer(self) -> Peer | None:
        found = self.registrar.find(self.settings.lower)
        return None if found is None else found.peer

    def _edition(self) -> Edition:
        found = self.registrar.find(self.settings.lower)
        return Edition.E2016 if found is None else found.edition

    def _written(self, message: Message) -> bytes:
        return write_message(message, self._edition())

    def _say(self, message: Message) -> bool:
        peer = self._peer()
        if peer is None:
            return False
        request = self._endpoint.request("MESSAGE", message.device_id, peer, self._written(message), XML)
        self._endpoint.send(request, peer, time.monotonic())
        self._transport.drain()
        return True

    def _told(self, event: Event) -> None:
        now = time.monotonic()
        match event:
            case RegistrationChange():
                if event.what in ("restarted", "offline", "gone"):
                    self._subscriber.gone(event.id)
                elif event.what == "moved" and (peer := self._peer()) is not None:
                    self._subscriber.moved(event.id, peer)
                self._changed(event)
            case CallOffered():
                event.call.refuse(403, now)
            case CallEvent():
                self._became(event, now)
            case RequestReceived():
                self._asked(event, now)
            case Got():
                self._subscriber.got(event, now)

    def _asked(self, event: RequestReceived, now: float) -> None:
        news = self._subscriber.told(event, now)
        if news is not None:
            for body in (one.body for one in news if one.what == "told"):
                self._heard(take_in(body, self._edition()).message)
            return
        found = take_in(event.request.body, self._edition())
        self._endpoint.reply(event.transaction, found.status, now=now)
        self._heard(found.message)

    def _heard(self, message: Message | None) -> None:
        match message:
            case CatalogPart() if not message.notice:
                if self._catalogue is not None and self._catalogue.add(message.sum_num, message.items, _now_us()):
                    self._came.set()
            case CatalogPart() | CatalogNotice():
                self._noticed(message.items)
            case RecordInfoPart() if self._listing is not None and message.sn == self._listing.sn:
                listing = self._listing
                listing.count += len(message.records)
                # Who refuses says `Result` and no number (Annex A.2.6).
                listing.refused = message.sum_num is None
                if listing.refused or listing.count >= (message.sum_num or 0):
                    listing.over.set()
            case _:
                pass

    def _became(self, event: CallEvent, now: float) -> None:
        if event.what == "info" and event.transaction is not None:
            self._endpoint.reply(event.transaction, 200, now=now)  # the end of a recording; nothing more is wanted
            return
        look = self._looks.get(event.call)
        if look is None or event.what not in ("answered", "refused", "failed", "cancelled", "ended"):
            return
        if isinstance(event.message, Response) and not look.status:
            look.status = event.message.status
        look.answered.set()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self._subscriber.tick(time.monotonic())
            if self._catalogue is not None and self._catalogue.tick(_now_us()) is not None:
                self._came.set()
            self._transport.drain()


async def _within(event: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()


def _now_us() -> int:
    return time.monotonic_ns() // 1000
