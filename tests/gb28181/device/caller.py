"""A platform on loopback that calls devices behind real sockets, and reads what they stream with the library's own channels."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable

from custodes.gb28181.edition import BASE, Edition
from custodes.gb28181.manscdp.frame import Message, write_message
from custodes.gb28181.manscdp.messages import read_body
from custodes.gb28181.media.bounds import Sources
from custodes.gb28181.media.frame import Frame
from custodes.gb28181.media.poll import TickPoll
from custodes.gb28181.media.receiver import Receiver
from custodes.gb28181.media.tcp import TcpChannel
from custodes.gb28181.media.udp import UdpChannel
from custodes.gb28181.sdp import CallPurpose, MediaDirection, MediaLine, Sdp, SdpUri, Setup, read_sdp, write_sdp
from custodes.gb28181.sip.call import CallEvent, SipCall
from custodes.gb28181.sip.events import RequestReceived
from custodes.gb28181.subject import subject
from tests.gb28181.sip.examples import SERVER
from tests.gb28181.sip.house import House
from tests.patience import PATIENCE
from tests.ports import port_range

HERE = "127.0.0.1"
PORTS = port_range(0)


class Look:
    """One call with its channel."""

    def __init__(
        self, call: SipCall, receiver: Receiver, channel: UdpChannel | TcpChannel, frames: list[Frame]
    ) -> None:
        self.call, self.receiver, self.channel, self.frames = call, receiver, channel, frames

    @property
    def pictures(self) -> list[Frame]:
        return [frame for frame in self.frames if frame.coding.video]


class Caller:
    """Asks and calls; `at` is the platform."""

    def __init__(self, at: House) -> None:
        self.at = at
        self.poll = TickPoll()
        self.looks: list[Look] = []
        self._connected: list[Look] = []
        self._numbers = iter(range(1, 10_000))

    async def until(self, done: Callable[[], object]) -> None:
        """Read media until something holds."""
        deadline = time.monotonic() + PATIENCE
        while not (seen := done()):
            frames = [len(look.frames) for look in self.looks]
            assert time.monotonic() < deadline, (
                f"waited {PATIENCE:g} s in vain, reading media: {frames} frames came; last seen: {seen!r}"
            )
            self.poll.tick()
            self._answered()
            await asyncio.sleep(0.005)

    def bodies(self, kind: type[Message]) -> list[Message]:
        """What came of a kind."""
        asked = [event.request.body for event in self.at.events if isinstance(event, RequestReceived)]
        return [found for body in asked if isinstance(found := read_body(body), kind)]

    def ask(self, device: str, message: Message, edition: Edition = BASE) -> None:
        peer = self.at.registrar.find(device).peer  # type: ignore[union-attr]
        body = write_message(message, edition)
        made = self.at.endpoint.request("MESSAGE", device, peer, body, (("Content-Type", "Application/MANSCDP+xml"),))
        self.at.endpoint.send(made, peer, time.monotonic())
        self.at.transport.drain()

    def look(
        self, device: str, channel: str, setup: Setup | None = None, span: tuple[int, int] | None = None, ssrc: int = 0
    ) -> Look:
        """Call a channel; `setup` is ours."""
        number = next(self._numbers)
        y = f"{int(span is not None)}20000{number:04}"
        frames: list[Frame] = []
        receiver = Receiver(frames.append, self.poll.now, expected=(int(y),), tcp=setup is not None)
        rng, port = random.Random(number), 9
        held: UdpChannel | TcpChannel
        if setup is None:
            held = UdpChannel(self.poll, receiver, address=HERE, ports=PORTS, sources=Sources(), rng=rng)
            port = held.port
        else:
            held = TcpChannel(self.poll, receiver, sources=Sources())
            if setup is Setup.PASSIVE:
                port = held.listen(HERE, PORTS, rng)
        self.poll.each_second.add(held.each_second)
        media = MediaLine(
            "video", port, setup is not None, way=MediaDirection.RECVONLY, setup=setup, connection_new=setup is not None
        )
        start, end = span or (0, 0)
        kind = CallPurpose.PLAYBACK if span else CallPurpose.PLAY
        offer = Sdp(SERVER, HERE, (media,), kind, uri=SdpUri(channel) if span else None, start=start, end=end, y=y)
        peer = self.at.registrar.find(device).peer  # type: ignore[union-attr]
        fields = (("Content-Type", "Application/SDP"), ("Subject", str(subject(channel, y, SERVER))))
        invite = self.at.endpoint.request("INVITE", channel, peer, write_sdp(offer), fields)
        call = self.at.endpoint.call(invite, peer, time.monotonic(), device)
        self.looks.append(Look(call, receiver, held, frames))
        self.at.transport.drain()
        return self.looks[-1]

    def end(self, look: Look) -> None:
        look.call.hang_up("enough", time.monotonic())
        self.at.transport.drain()

    def close(self) -> None:
        for look in self.looks:
            look.channel.close()
        self.poll.close()

    def _answered(self) -> None:
        for event in self.at.events:
            if not isinstance(event, CallEvent) or event.what != "answered" or event.message is None:
                continue
            for look in self.looks:
                if look.call is event.call and isinstance(look.channel, TcpChannel):
                    answer = read_sdp(event.message.body)
                    if answer.media[0].setup is Setup.PASSIVE and look not in self._connected:
                        self._connected.append(look)
                        look.channel.connect(answer.address, answer.media[0].port)
