"""A platform and a device, both of ours, over a network that loses, repeats and reorders: registration, catalog, call, picture, steering, end."""

from __future__ import annotations

import heapq
import itertools
from random import Random

import pytest

from custodes.gb28181.manscdp.catalog import CatalogPart, CatalogQuery
from custodes.gb28181.manscdp.collector import Collected, Collector
from custodes.gb28181.manscdp.control import DeviceControl
from custodes.gb28181.manscdp.frame import write_message
from custodes.gb28181.manscdp.incoming import take_in
from custodes.gb28181.manscdp.item import CatalogItem
from custodes.gb28181.manscdp.keepalive import Keepalive
from custodes.gb28181.manscdp.paging import PagedAnswer
from custodes.gb28181.manscdp.tree import build_tree
from custodes.gb28181.manscdp.waiting import SerialNumbers, Waiting, WaitingQuestion
from custodes.gb28181.media.frame import Coding, Frame
from custodes.gb28181.media.mux import ProgramWriter
from custodes.gb28181.media.receiver import Receiver
from custodes.gb28181.media.rtp import Sender
from custodes.gb28181.media.steps import MediaStep
from custodes.gb28181.ptz.command import LEAVE_LENS, STOP, Command, move_of_percent
from custodes.gb28181.ptz.hold import MovementHold
from custodes.gb28181.ptz.octets import decode, encode
from custodes.gb28181.sdp import MediaDirection, MediaLine, Sdp, read_sdp, write_sdp
from custodes.gb28181.sip.account import SipAccount
from custodes.gb28181.sip.call import CallEvent, SipCall
from custodes.gb28181.sip.digest import Secret
from custodes.gb28181.sip.endpoint import Endpoint
from custodes.gb28181.sip.events import CallOffered, Got, RequestReceived
from custodes.gb28181.sip.guard import DigestGuard
from custodes.gb28181.sip.message import Request
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.registering import Registering, RegistrarServer, RegistrationStanding
from custodes.gb28181.sip.registrar import Registrar, RegistrationChange
from custodes.gb28181.ssrc import SsrcPool
from custodes.gb28181.subject import parse_subject, subject
from tests.gb28181.media.films import film
from tests.gb28181.sip.examples import REALM, SERVER
from tests.gb28181.sip.network import Network

NVR = "34020000001180000001"
CAMERAS = tuple(f"3402000000132000000{number}" for number in range(1, 8))
PLATFORM, DEVICE = Peer("UDP", "192.0.2.1", 5060), Peer("UDP", "192.0.2.10", 5060)
MEDIA = ("192.0.2.1", 30_000)
XML = (("Content-Type", "Application/MANSCDP+xml"),)
SDP = "Application/SDP"
TURN = move_of_percent(40, 0, 0)


class Device:
    """A recorder with seven cameras: registers, tells its catalog one entry a message, sends what is asked for, turns."""

    def __init__(self, net: Network, dice: Random) -> None:
        words = itertools.count(1)
        self.endpoint = Endpoint(NVR, REALM, lambda _peer: DEVICE, lambda: f"d{next(words)}")
        upper = RegistrarServer(SERVER, NVR, Secret("12345678"), DEVICE, expires=3600)
        self.registering = Registering(
            upper, lambda: f"r{next(words)}", dice.random, lambda sn: write_message(Keepalive(sn=sn, device_id=NVR))
        )
        self.turned: list[Command] = []
        self.pictures: dict[int, Frame] = {}  # what was sent, by its time
        self.over = False
        self._net = net
        self._answer: tuple[int, PagedAnswer[CatalogItem]] | None = None
        self._sender: Sender | None = None
        self._writer = ProgramWriter(Coding.H264)
        self._film = itertools.cycle(film(Coding.H264))
        self._time = 90_000

    def work(self) -> None:
        now = self._net.now
        self._send(*self.registering.step(now))
        events, self._net.events["device"] = self._net.events["device"], []
        for event in events:
            match event:
                case Got():
                    self._got(event)
                case RequestReceived():
                    self._asked(event)
                case CallOffered():
                    self._offered(event)
                case CallEvent(what="ended"):
                    self._sender, self.over = None, True
        self._page()

    def picture(self) -> list[bytes]:
        """RTP packets of the next picture, none where nobody looks."""
        if self._sender is None:
            return []
        frame = next(self._film)
        self._time += 3600
        self.pictures[self._time] = frame
        made = Frame(frame.coding, frame.data, frame.key, self._time, 0, frame.sets)
        return list(self._sender.packets_of(self._writer.frame(made), self._time))

    def _send(self, *requests: Request) -> None:
        for request in requests:
            self.endpoint.send(request, PLATFORM, self._net.now)

    def _got(self, event: Got) -> None:
        request, now = event.transaction.request, self._net.now
        part = b"<CmdType>Catalog</CmdType>" in request.body
        if part and self._answer is not None:
            arrived = event.response is not None and event.response.status == 200
            (self._answer[1].acknowledged if arrived else self._answer[1].unanswered)()
        elif not part and event.response is None:
            self.registering.unanswered(request, now)
        elif not part and event.response is not None:
            self._send(*self.registering.answered(request, event.response, now)[0])

    def _asked(self, event: RequestReceived) -> None:
        found = take_in(event.request.body)
        self.endpoint.reply(event.transaction, found.status, now=self._net.now)
        match found.message:
            case CatalogQuery(sn=sn):
                items = (
                    CatalogItem(device_id=NVR, name="录像机"),
                    *(CatalogItem(device_id=c, parents=(NVR,)) for c in CAMERAS),
                )
                self._answer = (sn, PagedAnswer(items))
            case DeviceControl(ptz=str(text)):
                self.turned.append(decode(text).command)

    def _page(self) -> None:
        if self._answer is not None and (part := self._answer[1].next()) is not None:
            body = CatalogPart(sn=self._answer[0], device_id=NVR, sum_num=part.sum_num, items=part.entries)
            self._send(self.endpoint.request("MESSAGE", SERVER, PLATFORM, write_message(body), XML))

    def _offered(self, event: CallOffered) -> None:
        offer = read_sdp(event.request.body)
        called = parse_subject(event.request.headers.get("Subject"))
        assert called is not None
        assert (called.sender, offer.origin, offer.address, offer.media[0].port) == (CAMERAS[2], SERVER, *MEDIA)
        assert offer.ssrc is not None
        self._sender = Sender(offer.ssrc, 65_000, largest=300)
        answer = Sdp(called.sender, DEVICE.host, (MediaLine("video", 15_000, way=MediaDirection.SENDONLY),), y=offer.y)
        event.call.accept(write_sdp(answer), (("Content-Type", SDP),), self._net.now)


class Platform:
    """Takes a device's catalog when it registers, looks at its third camera, turns it while it looks, and ends."""

    def __init__(self, net: Network) -> None:
        words = itertools.count(1)
        accounts = {NVR: SipAccount(NVR, Secret("12345678"))}
        registrar = Registrar(SERVER, DigestGuard(REALM, b"k" * 32), accounts.get)
        self.endpoint = Endpoint(SERVER, REALM, lambda _peer: PLATFORM, lambda: f"p{next(words)}", registrar)
        self.catalog: Collected[CatalogItem] | None = None
        self.frames: list[Frame] = []
        self.receiver: Receiver | None = None
        self.call: SipCall | None = None
        self.told: list[str] = []
        self._net = net
        self._numbers = SerialNumbers()
        self._waiting: Waiting[Collector[CatalogItem]] = Waiting()
        self._pool = SsrcPool(SERVER)
        self._hold = MovementHold()
        self._commands: dict[str, Command] = {}  # by Call-ID of what carries them

    @property
    def _us(self) -> int:
        return round(self._net.now * 1_000_000)

    def work(self) -> None:
        events, self._net.events["platform"] = self._net.events["platform"], []
        for event in events:
            match event:
                case RegistrationChange(what="registered"):
                    self._ask()
                case RequestReceived():
                    self._asked(event)
                case Got():
                    command = self._commands.pop(event.transaction.request.call_id, None)
                    if command is not None:
                        self._hold.answered(command, event.response is not None, self._us)
                case CallEvent():
                    self.told.append(event.what)
                    if event.what == "answered" and event.message is not None and self.receiver is not None:
                        number = read_sdp(event.message.body).ssrc
                        assert number is not None
                        self.receiver.expect(number)
        self._steer(*self._hold.tick(self._us))

    def turn(self) -> None:
        """A hand on the desk."""
        self._steer(*self._hold.hold(TURN, LEAVE_LENS, self._us))

    def let_go(self) -> None:
        self._steer(*self._hold.release())

    def look(self) -> None:
        """Invite a camera."""
        channel, y = CAMERAS[2], self._pool.take(False, self._us)
        media = MediaLine("video", MEDIA[1], way=MediaDirection.RECVONLY)
        offer = write_sdp(Sdp(SERVER, MEDIA[0], (media,), y=y))
        fields = (("Content-Type", SDP), ("Subject", str(subject(channel, y, SERVER))))
        self.receiver = Receiver(self.frames.append, self._net.now, expected=(int(y),), strict=True)
        invite = self.endpoint.request("INVITE", channel, DEVICE, offer, fields)
        self.call = self.endpoint.call(invite, DEVICE, self._net.now, NVR)

    def _message(self, user: str, body: bytes) -> Request:
        made = self.endpoint.request("MESSAGE", user, DEVICE, body, XML)
        self.endpoint.send(made, DEVICE, self._net.now)
        return made

    def _ask(self) -> None:
        query = CatalogQuery(sn=self._numbers.next(), device_id=NVR)
        collector: Collector[CatalogItem] = Collector(lambda item: item.device_id, self._us)
        self._waiting.ask(WaitingQuestion(NVR, "Catalog", query.sn, NVR, self._us + 1_800_000_000, collector))
        self._message(NVR, write_message(query))

    def _asked(self, event: RequestReceived) -> None:
        found = take_in(event.request.body)
        self.endpoint.reply(event.transaction, found.status, now=self._net.now)
        part = found.message
        if not isinstance(part, CatalogPart):
            return
        question = self._waiting.answered(event.device, "Catalog", part.sn, part.device_id)
        if question is not None and question.what.add(part.sum_num, part.items, self._us):
            self._waiting.done(question)
            self.catalog = question.what.collected()

    def _steer(self, *commands: Command) -> None:
        for command in commands:
            control = DeviceControl(sn=self._numbers.next(), device_id=CAMERAS[2], ptz=encode(command))
            self._commands[self._message(CAMERAS[2], write_message(control)).call_id] = command


class Together:
    """Both, their network, and datagrams of media on a worse one."""

    def __init__(self, seed: int) -> None:
        dice = Random(seed)
        self.net = Network()
        self.net.fate = lambda _number, _octets: (
            [] if dice.random() < 0.12 else [dice.uniform(0.005, 0.15) for _ in range(2 if dice.random() < 0.1 else 1)]
        )
        self.device, self.platform = Device(self.net, dice), Platform(self.net)
        self.net.put("platform", self.platform.endpoint, PLATFORM)
        self.net.put("device", self.device.endpoint, DEVICE)
        self._dice = dice
        self._packets: list[tuple[float, int, bytes]] = []
        self._count = itertools.count()

    def pass_by(self, seconds: float) -> None:
        """Time passes, 40 ms at a step: a picture is sent at each."""
        for _ in range(round(seconds / 0.04)):
            self.device.work()
            self.platform.work()
            for packet in self.device.picture():
                if self._dice.random() > 0.01:
                    moment = self.net.now + self._dice.uniform(0, 0.05)
                    heapq.heappush(self._packets, (moment, next(self._count), packet))
            self.net.run(0.04)
            self._receive()

    def until(self, what: str, seconds: float = 60) -> None:
        """Time passes until something is so: a property of this."""
        end = self.net.now + seconds
        while not getattr(self, what):
            assert self.net.now < end, f"not {what} within {seconds} simulated s"
            self.pass_by(0.04)

    @property
    def seen(self) -> bool:
        return bool(self.platform.frames)

    @property
    def turning(self) -> bool:
        return TURN in self.device.turned

    @property
    def still(self) -> bool:
        return self.device.turned[-1] == STOP

    @property
    def known(self) -> bool:
        return self.platform.catalog is not None

    def _receive(self) -> None:
        receiver, now = self.platform.receiver, self.net.now
        while self._packets and self._packets[0][0] <= now:
            packet = heapq.heappop(self._packets)[2]
            if receiver is not None:
                receiver.begin(round(now * 1_000_000), now)
                receiver.count(len(packet))
                receiver.push(packet)
        if receiver is not None:
            receiver.after(now)


@pytest.mark.parametrize("seed", range(4))
def test_from_registering_to_the_end_of_a_look_over_a_bad_network(seed: int) -> None:
    both = Together(seed)
    platform, device = both.platform, both.device

    both.until("known")
    catalog = platform.catalog
    assert catalog is not None
    assert device.registering.standing is RegistrationStanding.IN
    assert catalog.whole
    assert catalog.parts >= len(CAMERAS) + 1
    assert build_tree(catalog.entries, root=NVR).children[NVR] == tuple(
        item.device_id for item in catalog.entries if item.device_id != NVR
    )
    assert {item.device_id for item in catalog.entries} == {NVR, *CAMERAS}

    platform.look()
    both.until("seen")
    assert platform.frames[0].key
    assert platform.receiver is not None
    assert platform.receiver.report(both.net.now).step is MediaStep.RECEIVING

    both.pass_by(4)
    platform.turn()
    both.until("turning")
    platform.let_go()
    both.until("still")

    assert platform.call is not None
    platform.call.hang_up("enough", both.net.now)
    both.pass_by(200)
    assert device.over
    assert platform.told == ["answered", "ended"]
    assert len(platform.frames) > 20
    assert platform.receiver.tally.lost
    for frame in platform.frames:
        sent = device.pictures[frame.time]
        assert (frame.key, frame.data, frame.sets) == (sent.key, sent.data, sent.sets)
    assert device.registering.standing is RegistrationStanding.IN
    # Keepalives go on; all else is forgotten on both sides.
    assert platform.endpoint.counts["calls"] == platform.endpoint.counts["dialogs"] == 0
    assert device.endpoint.counts["calls"] == device.endpoint.counts["dialogs"] == 0


def test_it_happens_alike_each_time() -> None:
    runs = []
    for _ in range(2):
        both = Together(7)
        both.until("known")
        both.platform.look()
        both.until("seen")
        runs.append((both.net.wire, both.net.now, both.platform.frames[0].data))
    assert runs[0] == runs[1]
