"""A gateway's process as its rooms need it, and a device beside it, both on real sockets of loopback."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

from custodes.gb28181.charset import Charset, charset_for
from custodes.gb28181.device.device import SimulatedDevice
from custodes.gb28181.device.looped_film import LoopedFilm
from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.device.settings import SimulatedChannel, SimulatedDeviceSettings, SimulatedRecording
from custodes.gb28181.device.speech_sockets import SpeechSockets
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.frame import Message, write_message
from custodes.gb28181.manscdp.incoming import take_in
from custodes.gb28181.manscdp.waiting import SerialNumbers
from custodes.gb28181.media.frame import Coding
from custodes.gb28181.sip.account import SipAccount
from custodes.gb28181.sip.client_transaction import ClientTransaction
from custodes.gb28181.sip.digest import Secret
from custodes.gb28181.sip.endpoint import Endpoint
from custodes.gb28181.sip.events import CallOffered, Event, RequestReceived
from custodes.gb28181.sip.guard import DigestGuard
from custodes.gb28181.sip.message import Request, Response
from custodes.gb28181.sip.peer import Carrier, Peer
from custodes.gb28181.sip.registering import RegistrarServer, RegistrationStanding
from custodes.gb28181.sip.registrar import Registrar, RegistrationChange
from custodes.gb28181.sip.subscription import XML
from custodes.gb28181.sip.transport import Transport
from custodes.gb28181.ssrc import SsrcPool
from custodes.video.clock import SystemClock
from custodes.video.wire.calls import CallAsk
from custodes.video.wire.gateway_assignment import GatewayChannel
from tests.gb28181.media.films import film
from tests.patience import until_async
from tests.ports import free_port

SERVER, REALM = "34020000002000000001", "3402000000"
NVR, PASSWORD, NODE = "34020000001180000001", "12345678", "node-1"
CAMERAS = tuple(f"3402000000132000000{number}" for number in range(1, 7))
HOST = "127.0.0.1"


def wall_us() -> int:
    return time.time_ns() // 1000


@dataclass(frozen=True)
class Reach:
    peer: Peer
    edition: Edition
    charset: Charset


@dataclass
class Assigned:
    channels: dict[tuple[UUID, str, str], GatewayChannel] = field(default_factory=dict)
    networks: tuple[str, ...] = ("127.",)

    def channel(self, camera: UUID, device: str, channel: str, node: str) -> GatewayChannel | None:
        found = self.channels.get((camera, device, channel))
        return found if found is not None and found.node == node else None

    def admits(self, host: str) -> bool:
        return host.startswith(self.networks)

    def camera(self, channel: str, node: str = NODE, turns: bool = True, speaker: tuple[str, ...] = ()) -> UUID:
        """A camera of this channel."""
        made = uuid4()
        self.channels[made, NVR, channel] = GatewayChannel(
            camera=made, device=NVR, channel=channel, node=node, turns=turns, speaker=speaker
        )
        return made


class Gateway:
    """The process: what `custodes.gateway.calls.needs.Process` says.

    Attributes:
        deaf: methods of requests that it does not hear.
    """

    def __init__(self, folder: Path, edition: Edition = Edition.E2016) -> None:
        self.id = SERVER
        self.folder = folder
        self.edition = edition
        self.assigned = Assigned()
        self.clock = SystemClock()
        self.ssrc = SsrcPool(SERVER)
        self.registrar = Registrar(
            SERVER, DigestGuard(REALM, secrets.token_bytes(32)), {NVR: SipAccount(NVR, Secret(PASSWORD), misses=20)}.get
        )
        self.endpoint = Endpoint(SERVER, REALM, self._contact, lambda: secrets.token_hex(12), self.registrar)
        self.transport = Transport(self.endpoint, self._on_event)
        self.ears: list[Callable[[Event], bool]] = []
        self.message_ears: list[Callable[[str, Message], bool]] = []
        self.messages: list[Message] = []
        self.changes: Counter[str] = Counter()
        self.deaf: frozenset[str] = frozenset()
        receive = self.endpoint.receive

        def hear(message: Request | Response, source: Peer, now: float, wall: int) -> None:
            if not (isinstance(message, Request) and message.method in self.deaf):
                receive(message, source, now, wall)

        self.endpoint.receive = hear  # type: ignore[method-assign, assignment]
        self._numbers = SerialNumbers()

    def _contact(self, peer: Peer) -> Peer:
        return Peer(peer.carrier, HOST, self.transport.port)

    def reach(self, device: str) -> Reach | None:
        found = self.registrar.find(device)
        if found is None or not found.online:
            return None
        return Reach(found.peer, self.edition, charset_for(self.edition))

    def number(self, device: str) -> int:
        return self._numbers.next()

    def say(self, device: str, user: str, message: Message) -> ClientTransaction | None:
        reach = self.reach(device)
        if reach is None:
            return None
        body = write_message(message, reach.edition, reach.charset)
        request = self.endpoint.request("MESSAGE", user, reach.peer, body, (XML,))
        return self.endpoint.send(request, reach.peer, self.clock.monotonic())

    def _on_event(self, event: Event) -> None:
        if isinstance(event, RegistrationChange):
            self.changes[event.what] += 1
            for ear in self.ears:
                ear(event)
            return
        if any(ear(event) for ear in self.ears):
            return
        match event:
            case RequestReceived():
                found = take_in(event.request.body, self.edition)
                self.endpoint.reply(event.transaction, found.status)
                if found.message is not None:
                    self.messages.append(found.message)
                    for message_ear in self.message_ears:
                        if message_ear(event.device, found.message):
                            break
            case CallOffered():
                event.call.refuse(403, self.clock.monotonic())


@asynccontextmanager
async def gateway(folder: Path, edition: Edition = Edition.E2016, port: int = 0) -> AsyncIterator[Gateway]:
    """A gateway that listens on loopback."""
    made = Gateway(folder, edition)
    await made.transport.open(HOST, port)
    try:
        yield made
    finally:
        await made.transport.close()


class Simulated:
    """A simulated device on its own sockets.

    Attributes:
        requests, responses: what came to it.
        sent: datagrams, and octets of connections, by the receiver's port.
        deaf: methods of requests that it does not hear.
    """

    def __init__(
        self,
        platform: Gateway,
        carrier: Carrier = "UDP",
        quirks: Iterable[Quirk] = (),
        streams: int = 6,
        own: int = 0,
        edition: Edition = Edition.E2016,
        media: str = HOST,
        recordings: tuple[SimulatedRecording, ...] = (),
        of_part: int = 1,
    ) -> None:
        words = itertools.count(1)
        start = secrets.token_hex(4)
        peer = Peer(carrier, HOST, own or free_port())
        upper = RegistrarServer(SERVER, NVR, Secret(PASSWORD), peer, interval=1.0, edition=edition)
        settings = SimulatedDeviceSettings(
            upper,
            Peer(carrier, HOST, platform.transport.port),
            tuple(SimulatedChannel(id, f"gate {id[-1]}", recordings=recordings) for id in CAMERAS),
            media,
            streams=streams,
            quirks=frozenset(quirks),
            of_part=of_part,
        )
        reel = LoopedFilm(film(Coding.H264))
        self.own = peer.port
        self.carrier = carrier
        self.platform = platform
        self.core = SimulatedDevice(settings, lambda _id: reel, lambda: f"{start}{next(words)}", lambda: 0.0)
        self.transport = Transport(self.core.endpoint, self._on_event)
        self.ears = SpeechSockets(HOST, HOST)
        self.requests: list[Request] = []
        self.responses: list[Response] = []
        self.sent: Counter[int] = Counter()
        self.deaf: frozenset[str] = frozenset()
        self._task: asyncio.Task[None] | None = None
        receive = self.core.endpoint.receive

        def hear(message: Request | Response, source: Peer, now: float, wall: int) -> None:
            if isinstance(message, Request):
                self.requests.append(message)
                if message.method in self.deaf:
                    return
            else:
                self.responses.append(message)
            receive(message, source, now, wall)

        self.core.endpoint.receive = hear  # type: ignore[method-assign, assignment]

    def _on_event(self, event: Event) -> None:
        self.core.take_in(event, time.monotonic(), wall_us())
        self.ears.match(self.core.calls.ears)  # a port is open before the call that names it goes out

    async def start(self) -> Simulated:
        """Listen, register."""
        await self.transport.open(HOST, self.own)
        if self.carrier == "TCP":
            self.core.platform = await self.transport.connect(HOST, self.platform.transport.port)
        self._task = asyncio.create_task(self._run())
        return self

    async def registered(self) -> Simulated:
        """Until it is, in the platform's eyes too."""
        await until_async(
            lambda: self.core.registering.standing is RegistrationStanding.IN and self.platform.reach(NVR) is not None
        )
        return self

    async def reconnect(self) -> None:
        """Another connection to the platform, and registered over it; its streams go on."""
        self.core.platform = await self.transport.connect(HOST, self.platform.transport.port)
        self.core.registering.disconnected(time.monotonic())

    async def kill(self) -> None:
        """Nothing is said, nothing is heard any more."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
            self.ears.close()
            await self.transport.close()

    async def _run(self) -> None:
        while True:
            self.core.step(time.monotonic(), wall_us())
            self.ears.match(self.core.calls.ears)
            for parcel in self.core.media(time.monotonic()):
                self.sent[parcel.outlet.port] += 1
            self.transport.drain()
            await asyncio.sleep(0.01)

    def count(self, method: str) -> int:
        """How many requests of a method came."""
        return sum(request.method == method for request in self.requests)

    def bodies(self, name: bytes) -> list[Request]:
        """Bodies that hold a word."""
        return [request for request in self.requests if name in request.body]


@asynccontextmanager
async def simulated(platform: Gateway, carrier: Carrier = "UDP", **more: object) -> AsyncIterator[Simulated]:
    """A device that is registered."""
    made = await Simulated(platform, carrier, **more).start()  # type: ignore[arg-type]
    try:
        yield await made.registered()
    finally:
        await made.kill()


def ask(camera: UUID, channel: str = CAMERAS[0], port: int = 30_000, **more: object) -> CallAsk:
    """A wish of the node."""
    return CallAsk(camera=camera, device=NVR, channel=channel, address=HOST, port=port, **more)
