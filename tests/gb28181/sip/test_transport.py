"""The asyncio shell on loopback: UDP and TCP, one connection for both directions, and what a peer may cost."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import Any

import pytest

from custodes.gb28181.sip import transport
from custodes.gb28181.sip.answering import answer
from custodes.gb28181.sip.challenge import parse_field
from custodes.gb28181.sip.digest import Login, Secret
from custodes.gb28181.sip.framing import Framer
from custodes.gb28181.sip.limits import SipLimits
from custodes.gb28181.sip.malformed import Malformed
from custodes.gb28181.sip.message import Message, Request, Response
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.rate import HostRates
from custodes.gb28181.sip.registrar import RegistrationChange
from custodes.gb28181.sip.throttle import Throttle
from custodes.gb28181.sip.transport import PeerBounds
from custodes.gb28181.sip.udp import SipUdpSocket
from tests.gb28181.sip.examples import DEVICE, REALM, SERVER, keepalive_body, request
from tests.gb28181.sip.house import PASSWORD, House, house
from tests.patience import PATIENCE, until_async
from tests.ports import free_port


class Device:
    """A device over a stream or over datagrams, as simple as one can be."""

    def __init__(self, carrier: str, port: int) -> None:
        self.carrier = carrier
        self.port = port
        self._number = 0
        self._framer = Framer()
        self._found: list[Message | Malformed] = []

    async def open(self) -> None:
        kind = socket.SOCK_DGRAM if self.carrier == "UDP" else socket.SOCK_STREAM
        self.sock = socket.socket(socket.AF_INET, kind)
        self.sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(self.sock, ("127.0.0.1", self.port))

    async def send(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self.sock, data)

    async def read(self) -> Message:
        async with asyncio.timeout(PATIENCE):
            while not self._found:
                data = await asyncio.get_running_loop().sock_recv(self.sock, 65536)
                if not data:
                    raise EOFError
                self._found += self._framer.feed(data)
        found = self._found.pop(0)
        assert not isinstance(found, Malformed)
        return found

    async def ask(self, method: str, *fields: tuple[str, str], body: bytes = b"") -> Response:
        self._number += 1
        data = request(
            method, cseq=self._number, branch=f"z9hG4bK{self._number}", carrier=self.carrier,
            host="127.0.0.1:5060;rport", body=body, fields=fields,
        )  # fmt: skip
        await self.send(data)
        found = await self.read()
        assert isinstance(found, Response)
        return found

    async def register(self) -> Response:
        challenge = parse_field((await self.ask("REGISTER")).headers.get("WWW-Authenticate"))
        assert challenge is not None
        login = Login(challenge, DEVICE, Secret(PASSWORD), lambda: "c")
        return await self.ask("REGISTER", ("Authorization", login.authorization("REGISTER", f"sip:{SERVER}@{REALM}")))


async def device(carrier: str, at: House) -> Device:
    made = Device(carrier, at.port)
    await made.open()
    return made


@pytest.mark.parametrize("carrier", ["UDP", "TCP"])
async def test_a_device_registers_is_heard_and_is_asked_on_the_way_that_it_came(carrier: str) -> None:
    async with house(DEVICE) as at:
        one = await device(carrier, at)
        reply = await one.register()
        assert (reply.status, reply.via.parameters["rport"]) == (200, str(one.sock.getsockname()[1]))
        assert (await one.ask("MESSAGE", body=keepalive_body())).status == 200
        assert at.seen["MESSAGE"] == 1
        known = at.registrar.find(DEVICE)
        assert known is not None
        assert (known.peer.carrier, known.peer.port) == (carrier, one.sock.getsockname()[1])
        query = at.endpoint.request("MESSAGE", DEVICE, known.peer, b"<Query/>")
        at.endpoint.send(query, known.peer, at.transport._clock())
        at.transport.drain()
        asked = await one.read()
        assert isinstance(asked, Request)
        assert (asked.method, asked.body) == ("MESSAGE", b"<Query/>")
        one.sock.close()


async def test_a_broken_connection_means_offline() -> None:
    async with house(DEVICE) as at:
        one = await device("TCP", at)
        await one.register()
        one.sock.close()
        await at.until("offline")
        [change] = [event for event in at.events if isinstance(event, RegistrationChange) and event.what == "offline"]
        assert change.why == "connection"
        assert at.transport.connections == 0


async def test_many_messages_in_one_segment_and_one_in_many() -> None:
    async with house(DEVICE) as at:
        one = await device("TCP", at)
        await one.register()
        batch = b"".join(
            request("MESSAGE", cseq=n, branch=f"z9hG4bKm{n}", carrier="TCP", body=keepalive_body(sn=n))
            for n in range(50)
        )
        await one.send(batch)
        assert [(await one.read()).cseq.number for _ in range(50)] == list(range(50))
        last = request("MESSAGE", cseq=99, branch="z9hG4bKlast", carrier="TCP", body=keepalive_body())
        for at_octet in range(0, len(last), 7):
            await one.send(last[at_octet : at_octet + 7])
        assert (await one.read()).cseq.number == 99
        one.sock.close()


async def test_what_is_no_sip_closes_a_connection_and_is_counted() -> None:
    async with house(DEVICE, bounds=PeerBounds(limits=SipLimits(garbage=2000))) as at:
        one = await device("TCP", at)
        await one.send(b"\x03\x00\x00\x13\n" * 800)
        with pytest.raises((EOFError, ConnectionError)):
            await one.read()
        assert at.endpoint.dropped["garbage"] == 1
        one.sock.close()


async def test_datagrams_that_are_nothing_are_counted_and_not_answered() -> None:
    async with house(DEVICE) as at:
        one = await device("UDP", at)
        for data in (b"\r\n\r\n", b"\0\0", b"garbage", b"GET / HTTP/1.0\r\n\r\n"):
            await one.send(data)
        assert (await one.ask("OPTIONS")).status == 200
        assert at.transport.dropped["ping"] == 2
        assert at.endpoint.dropped["cut-short"] == 1
        assert at.endpoint.dropped["no-start-line"] == 1
        one.sock.close()


async def test_a_host_that_sends_too_much_over_udp_is_not_looked_at() -> None:
    async with house(DEVICE, bounds=PeerBounds(rates=HostRates(rate=0.001, burst=3))) as at:
        one = await device("UDP", at)
        for _ in range(3):
            assert (await one.ask("OPTIONS")).status == 200
        await one.send(request("OPTIONS", branch="z9hG4bKx"))
        await until_async(lambda: at.transport.dropped["rate"] == 1)
        with pytest.raises(BlockingIOError):  # and nothing was answered
            one.sock.recv(65_536)
        one.sock.close()


async def test_what_a_host_was_asked_for_does_not_count_but_for_so_many_messages() -> None:
    bounds = PeerBounds(rates=HostRates(rate=0.001, burst=3), awaited=HostRates(rate=0.001, burst=5))
    async with house(DEVICE, bounds=bounds) as at:
        one = await device("UDP", at)
        for _ in range(5):
            assert (await one.ask("OPTIONS")).status == 200
            at.transport.awaited("127.0.0.1")
        for _ in range(3):
            assert (await one.ask("OPTIONS")).status == 200
            at.transport.awaited("127.0.0.1")
        await one.send(request("OPTIONS", branch="z9hG4bKx"))
        await until_async(lambda: at.transport.dropped["rate"] == 1)
        with pytest.raises(BlockingIOError):  # and nothing was answered
            one.sock.recv(65_536)
        one.sock.close()


async def test_answers_to_requests_of_ours_do_not_count_and_their_repetitions_do() -> None:
    async with house(DEVICE, bounds=PeerBounds(rates=HostRates(rate=0.001, burst=3))) as at:
        one = await device("UDP", at)
        peer = Peer("UDP", "127.0.0.1", one.sock.getsockname()[1])
        for number in range(10):
            at.endpoint.send(at.endpoint.request("MESSAGE", DEVICE, peer), peer, at.transport._clock())
            at.transport.drain()
            asked = await one.read()
            assert isinstance(asked, Request)
            said = answer(asked, peer, 200, tag="x").encode()
            await one.send(said)
            await until_async(lambda number=number: at.endpoint.answered > number)  # type: ignore[misc]
        assert at.transport.dropped["rate"] == 0
        for _ in range(5):
            await one.send(said)
        await until_async(lambda: at.transport.dropped["rate"] >= 2)
        one.sock.close()


async def test_over_tcp_a_host_that_sends_too_much_is_read_more_slowly_and_loses_nothing() -> None:
    async with house(DEVICE, bounds=PeerBounds(rates=HostRates(rate=200, burst=5))) as at:
        one = await device("TCP", at)
        for number in range(20):
            await one.send(request("OPTIONS", carrier="TCP", cseq=number, branch=f"z9hG4bK{number}"))
        assert [(await one.read()).cseq.number for _ in range(20)] == list(range(20))
        one.sock.close()


async def test_over_tcp_what_is_given_back_is_what_was_taken() -> None:
    bounds = PeerBounds(rates=HostRates(rate=0.001, burst=3), awaited=HostRates(rate=0.001, burst=5))
    async with house(DEVICE, bounds=bounds) as at:
        one = await device("TCP", at)
        await one.send(b"".join(request("OPTIONS", carrier="TCP", cseq=n, branch=f"z9hG4bK{n}") for n in range(6)))
        assert [(await one.read()).cseq.number for _ in range(6)] == list(range(6))
        for _ in range(3):
            at.transport.awaited("127.0.0.1")
        assert bounds.rates.wait("127.0.0.1", at.transport._clock()) > 0, "six were looked at, three were asked for"
        one.sock.close()


async def test_connections_are_bounded_and_silent_ones_are_closed() -> None:
    async with house(DEVICE, bounds=PeerBounds(per_host=2, silent=0.1, idle=0.2)) as at:
        several = [await device("TCP", at) for _ in range(3)]
        with pytest.raises((EOFError, ConnectionError)):
            await several[2].read()
        assert at.transport.dropped["connections"] == 1
        for one in several[:2]:
            with pytest.raises((EOFError, ConnectionError)):
                await one.read()
        assert at.transport.dropped["slow"] == 2
        for one in several:
            one.sock.close()


@pytest.mark.parametrize("before", ["nothing", "blank lines", "a registration"])
async def test_a_message_that_comes_an_octet_at_a_time_is_not_waited_for(before: str) -> None:
    """30 s for a message from its first octet: counted from the last, one octet a second held a connection for ever."""
    async with house(DEVICE, bounds=PeerBounds(silent=0.3)) as at:
        one = await device("TCP", at)
        if before == "a registration":
            await one.register()
        octets = b"\r\n" * 100_000 if before == "blank lines" else request("MESSAGE", carrier="TCP") * 100

        async def drip() -> None:
            with contextlib.suppress(ConnectionError):
                for n in range(len(octets)):
                    await one.send(octets[n : n + 1])
                    await asyncio.sleep(0.02)

        dripping = asyncio.create_task(drip())
        with pytest.raises((EOFError, ConnectionError)):
            await one.read()
        dripping.cancel()
        assert at.transport.dropped == {"slow": 1}
        one.sock.close()


async def test_a_device_that_is_silent_between_two_messages_or_sends_blank_lines_is_let_be() -> None:
    async with house(DEVICE, bounds=PeerBounds(silent=0.1)) as at:
        one = await device("TCP", at)
        await one.register()
        sweeps, sweep = 0, at.transport._sweep

        def counted() -> None:
            nonlocal sweeps
            sweeps += 1
            sweep()

        at.transport._sweep = counted  # type: ignore[method-assign]

        async def said_until_swept() -> bool:
            await one.send(b"\r\n\r\n")
            return sweeps >= 6

        await until_async(said_until_swept, every=0.02)
        assert (await one.ask("MESSAGE", body=keepalive_body())).status == 200
        one.sock.close()


async def test_a_connection_of_a_device_that_may_be_silent_for_longer_stays() -> None:
    async with house(DEVICE, bounds=PeerBounds(silent=0.1, idle=0.2)) as at:
        at.registrar.quiet = lambda _connection: 3600.0  # type: ignore[method-assign]
        one = await device("TCP", at)
        swept: list[float] = []
        patience = at.transport._patience
        at.transport._patience = lambda held: (swept.append(patience(held)), swept[-1])[1]  # type: ignore[method-assign]
        [connection] = (await until_async(lambda: at.transport._connections)).values()
        connection.spoken, connection.begun = True, None
        connection.heard -= 60
        await until_async(lambda: len(swept) >= 2)
        assert at.transport.connections == 1
        assert swept[0] == 5400
        one.sock.close()


async def test_a_peer_that_does_not_read_is_closed_with_what_waits_for_it() -> None:
    async with house(DEVICE, bounds=PeerBounds(silent=0.1)) as at:
        one = await device("TCP", at)
        [connection] = (await until_async(lambda: at.transport._connections)).values()
        assert connection.send(b"x" * (32 << 20))
        await until_async(lambda: not at.transport._connections)
        assert at.transport.dropped["slow"] == 1
        one.sock.close()


async def test_a_port_that_is_taken_is_an_error_and_leaves_nothing_open() -> None:
    async with house(DEVICE) as at:
        other = House([DEVICE])
        with pytest.raises(OSError):
            await other.transport.open("127.0.0.1", at.port)
        await other.transport.close()


async def test_any_port_is_one_that_is_free_for_both(monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(host: str, port: int, *more: Any) -> SipUdpSocket:
        tried.append(port)
        with contextlib.ExitStack() as held:
            if len(tried) == 1:  # somebody else's datagrams have the first
                held.enter_context(socket.socket(type=socket.SOCK_DGRAM)).bind((host, port))
            return SipUdpSocket(host, port, *more)

    tried: list[int] = []
    monkeypatch.setattr(transport, "SipUdpSocket", taken)
    made = House([DEVICE])
    await made.transport.open("127.0.0.1", 0)
    try:
        assert len(tried) == 2
        assert made.port == tried[1]
    finally:
        await made.transport.close()


def test_a_bucket_fills_up_again_and_hosts_are_bounded() -> None:
    rates = HostRates(rate=2, burst=4, most=3)
    assert [rates.take("a", 0) for _ in range(5)] == [True] * 4 + [False]
    assert rates.wait("a", 0) == 0.5
    assert rates.take("a", 0.5)
    assert [rates.take("a", 100) for _ in range(5)] == [True] * 4 + [False]
    for host in "bcdef":
        rates.take(host, 100)
    assert len(rates) == 3


def test_what_is_given_back_fills_a_bucket_no_higher_than_it_is() -> None:
    rates = HostRates(rate=1, burst=2)
    rates.give_back("never heard of")
    assert len(rates) == 0
    assert rates.take("a", 0)
    for _ in range(5):
        rates.give_back("a")
    assert [rates.take("a", 0) for _ in range(3)] == [True, True, False]


def test_what_is_looked_at_all_the_same_is_owed_and_no_more_than_a_burst() -> None:
    rates = HostRates(rate=1, burst=2)
    for _ in range(10):
        rates.charge("a", 0)
    assert rates.wait("a", 0) == 3
    assert not rates.take("a", 2.5)
    assert rates.take("a", 3)


def test_wrong_passwords_that_are_remembered_are_bounded() -> None:
    throttle = Throttle(tries=2, pause=10, most=3)
    for number in range(10):
        throttle.failed("h", str(number), 0)
    assert len(throttle) == 3
    throttle.failed("h", "9", 1)
    assert throttle.closed("h", "9", 2)
    assert not throttle.closed("h", "9", 12)


async def test_a_receiver_that_fails_on_one_event_costs_neither_the_others_nor_the_loop() -> None:
    async with house(DEVICE) as at:
        told: list[dict[str, object]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context))
        one = await device("UDP", at)
        await one.register()
        inner = at.transport._on_event
        at.transport._on_event = lambda event: (_ for _ in ()).throw(RuntimeError("no")) if not told else inner(event)
        await one.send(request("MESSAGE", cseq=90, branch="z9hG4bKfails", host="127.0.0.1:5060;rport"))
        assert (await one.ask("OPTIONS")).status == 200
        assert (await one.ask("MESSAGE", body=keepalive_body())).status == 200
        assert at.transport.dropped["receiver-failed"] == 1
        assert len(told) == 1
        one.sock.close()


async def test_who_gives_a_connection_up_at_the_moment_of_its_answer_is_believed() -> None:
    async with house() as all:
        made = all.transport
        for turns in range(12):
            going = asyncio.ensure_future(made.connect("127.0.0.1", free_port()))  # nobody is there
            for _ in range(turns):
                await asyncio.sleep(0)
            if going.cancel():
                with pytest.raises(asyncio.CancelledError):
                    await going
            else:
                assert isinstance(going.exception(), OSError)
