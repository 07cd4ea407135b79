"""A platform and the simulated device on a network in memory, with media delivered too."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

from custodes.gb28181.beijing import BEIJING
from custodes.gb28181.device.calls import MediaOctets
from custodes.gb28181.device.device import SimulatedDevice
from custodes.gb28181.device.looped_film import LoopedFilm
from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.device.settings import SimulatedChannel, SimulatedDeviceSettings, SimulatedRecording
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.catalog import CatalogNotice, CatalogPart, CatalogQuery
from custodes.gb28181.manscdp.collector import Collected, Collector
from custodes.gb28181.manscdp.events import apply
from custodes.gb28181.manscdp.frame import Message, write_message
from custodes.gb28181.manscdp.incoming import take_in
from custodes.gb28181.manscdp.item import CatalogItem
from custodes.gb28181.manscdp.messages import read_body
from custodes.gb28181.manscdp.subscription import answer_of, events
from custodes.gb28181.manscdp.waiting import SerialNumbers, Waiting, WaitingQuestion
from custodes.gb28181.media.frame import Coding, Frame
from custodes.gb28181.media.receiver import Receiver
from custodes.gb28181.sdp import CallPurpose, MediaDirection, MediaLine, Sdp, SdpUri, Setup, read_sdp, write_sdp
from custodes.gb28181.sip.account import SipAccount
from custodes.gb28181.sip.call import CallEvent, SipCall
from custodes.gb28181.sip.digest import Secret
from custodes.gb28181.sip.endpoint import Endpoint
from custodes.gb28181.sip.events import CallOffered, Got, RequestReceived
from custodes.gb28181.sip.guard import DigestGuard
from custodes.gb28181.sip.message import Request, Response
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.registering import RegistrarServer
from custodes.gb28181.sip.registrar import Registrar, RegistrationChange
from custodes.gb28181.sip.subscription import Subscriber, Subscription, SubscriptionNews, SubscriptionWish
from custodes.gb28181.ssrc import SsrcPool
from custodes.gb28181.subject import subject
from tests.gb28181.media.films import film
from tests.gb28181.sip.examples import REALM, SERVER
from tests.gb28181.sip.network import Network

NVR = "34020000001180000001"
CAMERAS = tuple(f"3402000000132000000{number}" for number in range(1, 6))
PLATFORM, HOME = Peer("UDP", "192.0.2.1", 5060), Peer("UDP", "192.0.2.10", 5060)
XML = (("Content-Type", "Application/MANSCDP+xml"),)
WALL = 1_795_527_907_000_000
NIGHT = datetime(2026, 11, 24, 2, tzinfo=BEIJING)
RECORDED = (
    SimulatedRecording(NIGHT, NIGHT + timedelta(hours=1)),
    SimulatedRecording(NIGHT + timedelta(hours=2), NIGHT + timedelta(hours=3)),
)
RARE = "镕基路口"  # the first character is in GBK and not in GB 2312


def device(quirks: Iterable[Quirk] = (), edition: Edition = Edition.E2016, streams: int = 4) -> SimulatedDevice:
    words = itertools.count(1)
    upper = RegistrarServer(SERVER, NVR, Secret("12345678"), HOME, expires=3600, edition=edition)
    channels = tuple(
        SimulatedChannel(id, RARE if id == CAMERAS[0] else f"机位{id[-1]}", recordings=RECORDED) for id in CAMERAS
    )
    settings = SimulatedDeviceSettings(
        upper, PLATFORM, channels, HOME.host, streams=streams, largest=300, quirks=frozenset(quirks), of_part=2
    )
    reel = LoopedFilm(film(Coding.H264))
    return SimulatedDevice(settings, lambda _id: reel, lambda: f"d{next(words)}", Random(1).random)


class Platform:
    """Asks for the catalog when the device registers; looks, subscribes and asks when told to."""

    def __init__(self, net: Network, edition: Edition = Edition.E2016) -> None:
        words = itertools.count(1)
        registrar = Registrar(SERVER, DigestGuard(REALM, b"k" * 32), {NVR: SipAccount(NVR, Secret("12345678"))}.get)
        self.endpoint = Endpoint(SERVER, REALM, lambda _peer: PLATFORM, lambda: f"p{next(words)}", registrar)
        self.edition = edition
        self.subscriber = Subscriber(self.endpoint, self._answer_of)
        self.known: dict[str, CatalogItem] = {}
        self.catalog: Collected[CatalogItem] | None = None
        self.came: list[Message] = []  # bodies, of messages and notices
        self.news: list[SubscriptionNews] = []
        self.frames: list[Frame] = []
        self.receiver: Receiver | None = None
        self.call: SipCall | None = None
        self.calls: list[CallEvent] = []
        self.offers: list[CallOffered] = []
        self.got: list[Response] = []
        self.registered = False
        self._net = net
        self._numbers = SerialNumbers()
        self._waiting: Waiting[Collector[CatalogItem]] = Waiting()
        self._collector: Collector[CatalogItem] | None = None
        self._pool = SsrcPool(SERVER)

    @property
    def _us(self) -> int:
        return round(self._net.now * 1_000_000)

    def work(self) -> None:
        told, self._net.events["platform"] = self._net.events["platform"], []
        for event in told:
            match event:
                case RegistrationChange(what="registered"):
                    self.registered = True
                    self._ask_catalog()
                case RequestReceived():
                    self._asked(event)
                case Got():
                    news = self.subscriber.got(event, self._net.now)
                    self.news += news or []
                    if news is None and event.response is not None:
                        self.got.append(event.response)
                case CallEvent():
                    self._called(event)
                case CallOffered():
                    self.offers.append(event)
        self.news += self.subscriber.tick(self._net.now)
        if self._collector is not None and self._collector.tick(self._us) is not None:
            self._taken(self._collector)

    def ask(self, message: Message, user: str = NVR) -> Request:
        made = self.endpoint.request("MESSAGE", user, HOME, write_message(message, self.edition), XML)
        self.endpoint.send(made, HOME, self._net.now)
        return made

    def number(self) -> int:
        return self._numbers.next()

    def subscribe(self, cmd: str, query: type[Message], seconds: int = 600, *, odd: bool = False) -> Subscription:
        names = events(cmd, 7)
        wish = SubscriptionWish(
            NVR,
            NVR,
            ("conference", *names) if odd else names,
            lambda: write_message(query(sn=self.number(), device_id=NVR), self.edition),
            seconds,
        )
        return self.subscriber.subscribe(wish, HOME, self._net.now)

    def look(
        self,
        channel: str = CAMERAS[0],
        *,
        strict: bool = False,
        setup: Setup | None = None,
        span: tuple[datetime, datetime] | None = None,
    ) -> SipCall:
        y = self._pool.take(span is not None, self._us)
        tcp = setup is not None
        media = MediaLine("video", 30_000, tcp, way=MediaDirection.RECVONLY, setup=setup, connection_new=tcp)
        start, end = (int(each.timestamp()) for each in span) if span else (0, 0)
        offer = Sdp(
            SERVER,
            PLATFORM.host,
            (media,),
            CallPurpose.PLAYBACK if span else CallPurpose.PLAY,
            uri=SdpUri(channel) if span else None,
            start=start,
            end=end,
            y=y,
        )
        fields = (("Content-Type", "Application/SDP"), ("Subject", str(subject(channel, y, SERVER))))
        self.frames = []
        self.receiver = Receiver(self.frames.append, self._net.now, expected=(int(y),), strict=strict, tcp=tcp)
        invite = self.endpoint.request("INVITE", channel, HOME, write_sdp(offer), fields)
        self.call = self.endpoint.call(invite, HOME, self._net.now, NVR)
        return self.call

    def inside(self, method: str, body: bytes, kind: str = "Application/MANSRTSP") -> None:
        """A request in the call."""
        assert self.call is not None
        assert self.call.dialog is not None
        dialog, endpoint = self.call.dialog, self.endpoint
        made = dialog.request(method, PLATFORM, endpoint.branch(), (("Content-Type", kind),), body)
        endpoint.send(made, HOME, self._net.now)

    def take(self, parcels: list[MediaOctets]) -> None:
        receiver, now = self.receiver, self._net.now
        if receiver is None:
            return
        receiver.begin(round(now * 1_000_000), now)
        for parcel in parcels:
            assert (parcel.outlet.host, parcel.outlet.port) == (PLATFORM.host, 30_000)
            if parcel.outlet.tcp:
                receiver.feed(parcel.octets)
            else:
                receiver.count(len(parcel.octets))
                receiver.push(parcel.octets)
        receiver.after(now)

    def _answer_of(self, _subscription: Subscription, body: bytes) -> bytes:
        notice = read_body(body)
        return answer_of(notice.CMD, notice.sn, notice.device_id, self.edition)

    def _ask_catalog(self) -> None:
        query = CatalogQuery(sn=self.number(), device_id=NVR)
        self._collector = Collector(lambda item: item.device_id, self._us)
        self._waiting.ask(WaitingQuestion(NVR, "Catalog", query.sn, NVR, self._us + 1_800_000_000, self._collector))
        self.ask(query)

    def _taken(self, collector: Collector[CatalogItem]) -> None:
        self.catalog, self._collector = collector.collected(), None
        self.known = {item.device_id: item for item in self.catalog.entries}

    def _asked(self, event: RequestReceived) -> None:
        news = self.subscriber.told(event, self._net.now)
        if news is not None:
            self.news += news
            for one in news:
                if one.what == "told":
                    self._came(read_body(one.body))
            return
        found = take_in(event.request.body, self.edition)
        self.endpoint.reply(event.transaction, found.status, now=self._net.now)
        if found.answer is not None:
            self.endpoint.send(self.endpoint.request("MESSAGE", NVR, HOME, found.answer, XML), HOME, self._net.now)
        if found.message is None:
            return
        part = found.message
        question = None
        if isinstance(part, CatalogPart):
            question = self._waiting.answered(event.device, "Catalog", part.sn, part.device_id)
        if isinstance(part, CatalogPart) and question is not None:
            if question.what.add(part.sum_num, part.items, self._us):
                self._waiting.done(question)
                self._taken(question.what)
            return
        self._came(part)

    def _came(self, message: Message) -> None:
        self.came.append(message)
        if isinstance(message, CatalogNotice):
            apply(message.items, self.known)

    def _called(self, event: CallEvent) -> None:
        self.calls.append(event)
        if event.what == "answered" and event.message is not None and self.receiver is not None:
            if not event.message.body:
                return
            answer = read_sdp(event.message.body)
            if answer.media[0].kind == "video" and answer.ssrc is not None:
                self.receiver.expect(answer.ssrc)


class World:
    """Both, with time."""

    def __init__(
        self, quirks: Iterable[Quirk] = (), edition: Edition = Edition.E2016, streams: int = 4, connect: bool = True
    ) -> None:
        self.net = Network()
        self.device = device(quirks, edition, streams)
        self.platform = Platform(self.net, edition)
        self.connect = connect
        self.net.put("platform", self.platform.endpoint, PLATFORM)
        self.net.put("device", self.device.endpoint, HOME)

    @property
    def now(self) -> float:
        return self.net.now

    def pass_by(self, seconds: float, step: float = 0.04) -> None:
        for _ in range(round(seconds / step)):
            told, self.net.events["device"] = self.net.events["device"], []
            for event in told:
                self.device.take_in(event, self.now, WALL)
            self.device.step(self.now, WALL)
            self.platform.work()
            if self.connect:
                for _channel, stream in self.device.streams:
                    if stream.outlet.tcp and not stream.connected:
                        self.device.connected(stream.outlet.own)
                        if self.platform.receiver is not None:
                            self.platform.receiver.connect()
            self.platform.take(self.device.media(self.now))
            self.net.run(step)

    def ready(self) -> World:
        """Until the catalog is there."""
        for _ in range(1_000):
            if self.platform.catalog is not None:
                return self
            self.pass_by(0.1)
        raise AssertionError("no catalog")

    def told(self, kind: type[Message]) -> list[Message]:
        """Bodies of a kind that came to the platform."""
        return [one for one in self.platform.came if isinstance(one, kind)]
