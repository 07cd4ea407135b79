"""What a peer can hold of an HTTP server: each attack with real sockets, and bounds that end it within a moment."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import replace
from pathlib import Path

import pytest
import uvloop
import websockets
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from structlog.testing import capture_logs

from custodes.tls.authority import Authority
from custodes.tls.bounded_http import seat_of
from custodes.tls.files import TlsFiles, TlsFolder
from custodes.tls.names import hosts
from custodes.tls.seats import REFUSED, HttpBounds, address_of
from custodes.tls.server import InnerServer, inner_server
from tests.patience import LOOK_EVERY, PATIENCE
from tests.tls.test_serving import AT

#: No test meets these; each has one bound of its own: SOON where the peer holds still, WIDE where it must not be met.
LONG = HttpBounds(head_s=60, body_s=60, idle_s=60, stalled_s=60, handshake_s=60)
SOON, WIDE = 0.15, 0.5
GET = b"GET /ask HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /ask HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
PIECE = bytes(65_536)


def in_uvloop(test: Callable[..., Coroutine[None, None, None]]) -> Callable[..., None]:
    """In the loop that the product runs in: its transports are others."""

    @functools.wraps(test)
    def run(**given: object) -> None:
        uvloop.run(test(**given))

    return run


class Pages:
    """An application; `held` answers when it is let."""

    def __init__(self) -> None:
        self.let = asyncio.Event()
        self.asked = 0
        self.gone = asyncio.Event()
        routes = [
            Route("/ask", self.ask, methods=["GET", "POST"]),
            Route("/held", self.held),
            Route("/film", self.film),
            Route("/whole", self.whole),
            WebSocketRoute("/socket", self.socket),
        ]
        self.app = Starlette(routes=routes)

    async def ask(self, request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    async def held(self, request: Request) -> Response:
        self.asked += 1
        await self.let.wait()
        return PlainTextResponse("late")

    async def film(self, request: Request) -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            try:
                for _ in range(1000):
                    yield PIECE
            finally:
                self.gone.set()

        return StreamingResponse(pieces())

    async def whole(self, request: Request) -> Response:
        return Response(10 * PIECE)

    async def socket(self, socket: WebSocket) -> None:
        await socket.accept()
        try:
            if await socket.receive_text() == "token":
                seat = seat_of(socket.scope)
                assert seat is not None
                seat.admit()
                await socket.send_text("granted")
                while await socket.receive_text() == "film":
                    for _ in range(1000):
                        await socket.send_bytes(PIECE)
        except WebSocketDisconnect:
            self.gone.set()


class Served:
    """A server that runs."""

    def __init__(self, server: InnerServer, pages: Pages, port: int) -> None:
        self.server = server
        self.pages = pages
        self.port = port

    async def say(
        self, octets: bytes = b"", receive_buffer: int = 0, address: str = ""
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A peer's connection."""
        sock = socket.socket()
        if address:
            sock.bind((address, 0))
        if receive_buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", self.port))
        reader, writer = await asyncio.open_connection(sock=sock, limit=1 << 20)
        writer.write(octets)
        return reader, writer

    async def until(self, what: Callable[[], bool], words: str) -> None:
        """Until it is so."""
        deadline = time.monotonic() + PATIENCE
        while not what():
            assert time.monotonic() < deadline, (
                f"waited {PATIENCE:g} s in vain until {words}; refused: {self.refused()}"
            )
            await asyncio.sleep(LOOK_EVERY)

    def refused(self) -> dict[str, int]:
        return dict(self.server.seats.refused)


@contextlib.asynccontextmanager
async def serving(bounds: HttpBounds, tls: TlsFiles | None = None) -> AsyncIterator[Served]:
    """A server with these bounds."""
    pages = Pages()
    server = inner_server(pages.app, tls, "test", bounds)
    sock = socket.create_server(("127.0.0.1", 0))
    # Little is kept by the kernel, so that a peer that does not read is seen soon.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16_384)
    running = asyncio.create_task(server.serve(sockets=[sock]))
    served = Served(server, pages, sock.getsockname()[1])
    await served.until(lambda: server.started, "the server runs")
    try:
        async with asyncio.timeout(3 * PATIENCE):
            yield served
    finally:
        pages.let.set()
        server.should_exit = True
        await running


async def ended(reader: asyncio.StreamReader) -> bytes:
    """What the server says until it closes."""
    said = bytearray()
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(1 << 20):
            said += piece
    return bytes(said)


async def drip(writer: asyncio.StreamWriter, octet: bytes, apart: float) -> None:
    """One octet after the other, for as long as the server lets."""
    with contextlib.suppress(ConnectionError):
        while not writer.is_closing():
            writer.write(octet)
            await writer.drain()
            await asyncio.sleep(apart)


HELD_OPEN = {
    "silent": (b"", b"", {"head_s": SOON}, b"", "silent"),
    "only blank lines": (b"", b"\r\n", {"head_s": SOON}, b"408", "head_late"),
    "half a head": (GET[:-2], b"", {"head_s": SOON}, b"408", "head_late"),
    "a head that drips": (GET[:-2], b"a: b\r\n", {"head_s": SOON}, b"408", "head_late"),
    "half a body": (POST, b"", {"body_s": SOON}, b"408", "body_late"),
    "a body that drips": (POST, b"x", {"body_s": SOON}, b"408", "body_late"),
    "a body that came fast and stops": (POST + b"x" * 900, b"", {"body_rate": 1, "pause_s": SOON}, b"408", "body_late"),
    "idle between requests": (GET, b"", {"idle_s": SOON}, b"200", None),
    "blank lines between requests": (GET, b"\r\n", {"idle_s": SOON}, b"200", None),
    "half a second head": (GET + GET[:-2], b"", {"head_s": SOON}, b"408", "head_late"),
}


@pytest.mark.parametrize("case", HELD_OPEN)
@in_uvloop
async def test_who_holds_a_connection_open_loses_it(case: str) -> None:
    first, after, short, answer, reason = HELD_OPEN[case]
    async with serving(replace(LONG, **short)) as served:
        reader, writer = await served.say(first)
        dripping = asyncio.create_task(drip(writer, after, SOON / 10)) if after else None
        said = await ended(reader)
        assert answer in said, said
        assert served.refused() == ({reason: 1} if reason else {})
        if reason:
            assert REFUSED.labels("test", reason)._value.get() >= 1
        writer.close()
        if dripping is not None:
            dripping.cancel()
        await served.until(lambda: len(served.server.seats) == 0, "the seat is free")


LARGE = {
    "one field": GET[:-2] + b"a: " + b"x" * 40_000,
    "one field without its end, in many pieces": GET[:-2] + b"a: " + b"x" * (8 << 20),
    "many fields": GET[:-2] + b"a: b\r\n" * 6_000 + b"\r\n",
    "the address": b"GET /" + b"x" * 40_000 + b" HTTP/1.1\r\n\r\n",
    "behind a body": b"POST /held HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"
    + b"a: b\r\n" * 100_000,
    "between the pieces of a body": b"POST /held HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;" + b"x" * 1_000_000,
}


@pytest.mark.parametrize("case", LARGE)
@in_uvloop
async def test_a_head_is_bounded(case: str) -> None:
    async with serving(LONG) as served:
        reader, writer = await served.say()
        sending = asyncio.create_task(_send(writer, LARGE[case]))
        await ended(reader)
        await sending
        assert served.refused() == {"head_too_large": 1}
        writer.close()


async def _send(writer: asyncio.StreamWriter, octets: bytes) -> None:
    with contextlib.suppress(ConnectionError):
        writer.write(octets)
        await writer.drain()


@in_uvloop
async def test_a_head_of_32_kilobytes_is_taken_and_one_octet_too_many_is_told() -> None:
    field = b"a: %s\r\n\r\n"
    room = LONG.head_bytes - len("/ask") - len("host: x\r\n") - len("a: \r\n")
    async with serving(LONG) as served:
        for more, status in ((0, b"200"), (1, b"431")):
            reader, writer = await served.say(GET[:-2] + field % (b"x" * (room + more)))
            assert (await reader.readline()).split()[1] == status
            writer.close()


@in_uvloop
async def test_a_long_upload_a_long_answer_and_a_long_wait_are_not_cut_off() -> None:
    """Each takes longer than its bound, and goes on all the time."""
    bounds = replace(LONG, head_s=WIDE, body_s=WIDE, idle_s=WIDE, stalled_s=WIDE, body_rate=100)
    async with serving(bounds) as served:
        waiting, waiter = await served.say(b"GET /held HTTP/1.1\r\nConnection: close\r\n\r\n")
        upload, sender = await served.say(b"POST /ask HTTP/1.1\r\nConnection: close\r\nContent-Length: 200\r\n\r\n")
        film, viewer = await served.say(b"GET /film HTTP/1.1\r\nConnection: close\r\n\r\n", receive_buffer=65_536)
        taken = 0
        for _ in range(8):
            sender.write(b"x" * 25)
            taken += len(await film.read(200_000))
            await asyncio.sleep(WIDE / 5)  # the pace of a slow line
        served.pages.let.set()
        assert (await ended(waiting)).endswith(b"late")
        assert (await ended(upload)).endswith(b"200")
        assert taken + len(await ended(film)) > 1000 * len(PIECE)
        assert served.refused() == {}
        for writer in (waiter, sender, viewer):
            writer.close()


@pytest.mark.parametrize("more", ["", "Connection: close\r\n"])
@in_uvloop
async def test_a_slow_line_gets_the_end_of_its_answer_through_tls(more: str, tmp_path: Path) -> None:
    """The application is done at once; the peer takes it for longer than these, and all the time."""
    bounds = replace(LONG, idle_s=SOON, farewell_s=SOON)
    async with serving(bounds, certified(tmp_path)) as served:
        await asyncio.to_thread(_take_slowly, served.port, f"GET /whole HTTP/1.1\r\nHost: x\r\n{more}\r\n".encode())
        await served.until(lambda: len(served.server.seats) == 0, "who does not end TLS loses its seat")
        assert served.refused() == {}


def _take_slowly(port: int, ask: bytes) -> None:
    with socket.socket() as plain:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
        plain.connect(("127.0.0.1", port))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with context.wrap_socket(plain) as sock:
            sock.sendall(ask)
            taken = 0
            while piece := sock.recv(16_384):
                taken += len(piece)
                time.sleep(WIDE / 20)  # the pace of a slow line
            assert taken > 10 * len(PIECE)


def certified(folder: Path) -> TlsFiles:
    """A server's."""
    store = TlsFolder(folder / "keys")
    authority: Authority = store.found_authority("明鉴", hosts(["a.example"]), [], AT)[0]
    store.certify(authority, hosts(["a.example"]), AT)
    files = store.server("web")
    assert files is not None
    return files


@in_uvloop
async def test_a_reader_that_takes_nothing_is_cut_off_and_its_answer_ended() -> None:
    async with serving(replace(LONG, stalled_s=SOON)) as served:
        _, writer = await served.say(b"GET /film HTTP/1.1\r\n\r\n", receive_buffer=4096)
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        await served.until(lambda: served.refused() == {"slow_reader": 1}, "the reader is cut off")
        await served.pages.gone.wait()
        await served.until(lambda: len(served.server.seats) == 0, "the seat is free")
        writer.close()


@in_uvloop
async def test_a_reader_of_much_may_pause_and_a_flood_of_such_gives_way() -> None:
    """A player that is paused, a download: 30 s cut them off. A pause has its end, and so many are paused at once."""
    film = b"GET /film HTTP/1.1\r\nHost: x\r\n\r\n"
    bounds = replace(LONG, stalled_s=SOON, paused_s=60, paused_bytes=20 * len(PIECE), paused_of_address=1)
    async with serving(bounds) as served:

        async def paused(address: str = "", pieces: int = 40) -> asyncio.StreamWriter:
            reader, writer = await served.say(film, receive_buffer=4096, address=address)
            await reader.readexactly(pieces * len(PIECE))
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            return writer

        seats = served.server.seats
        players = [await paused()]
        await served.until(lambda: len(seats.paused()) == 1, "it is paused")
        players.append(await paused(pieces=4))
        await served.until(lambda: served.refused() == {"slow_reader": 1}, "who took little is cut off")
        players.append(await paused())
        await served.until(lambda: served.refused() == {"slow_reader": 2}, "one more of the address is cut off")
        players.append(await paused("127.0.0.2"))
        await served.until(lambda: len(seats.paused()) == 2, "another address's is paused")
        players[0].transport.resume_reading()  # type: ignore[attr-defined]
        await served.until(lambda: len(seats.paused()) == 1, "it goes on")
        for one in players:
            one.close()
    async with serving(replace(bounds, paused_s=2 * SOON, connections=2)) as served:
        player = await paused()
        await served.until(lambda: served.refused() == {"slow_reader": 1}, "a pause has its end")
        player.close()
    async with serving(replace(bounds, connections=1)) as served:
        player = await paused()
        await served.until(lambda: len(served.server.seats.paused()) == 1, "it is paused")
        reader, writer = await served.say(GET)
        assert b"200" in await reader.readline(), "and gives way"
        assert served.refused() == {"gave_way_server": 1}
        for one in (player, writer):
            one.close()


@in_uvloop
async def test_a_viewer_that_takes_nothing_is_cut_off() -> None:
    async with serving(replace(LONG, stalled_s=SOON)) as served:
        handshake = b"GET /socket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OTAxMjM0NQ==\r\n\r\n"
        reader, writer = await served.say(handshake, receive_buffer=4096)
        assert b"101" in await reader.readuntil(b"\r\n\r\n")
        writer.write(frame(b"token"))
        await reader.readuntil(b"granted")
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(frame(b"film"))
        await served.until(lambda: served.refused() == {"slow_reader": 1}, "the viewer is cut off")
        await served.pages.gone.wait()
        writer.close()


def frame(text: bytes) -> bytes:
    """A text of a client, masked with zeros."""
    return bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text


@in_uvloop
async def test_idle_connections_give_way_and_those_that_are_answered_do_not() -> None:
    """140 idle ones of one address shut everybody out of a server with 128 descriptors."""
    async with serving(replace(LONG, of_address=8)) as served:
        held = [await served.say(b"GET /held HTTP/1.1\r\nConnection: close\r\n\r\n") for _ in range(4)]
        await served.until(lambda: served.pages.asked == 4, "four are answered")
        idle = [await served.say(start) for start in (b"", GET[:10], GET, b"") for _ in range(10)]
        reader, writer = await served.say(GET)
        assert b"200" in await reader.readline()
        assert len(served.server.seats) <= 8
        assert served.refused().keys() == {"gave_way_address"}
        served.pages.let.set()
        for one, _ in held:
            assert (await ended(one)).endswith(b"late")
        for _, one in [*held, *idle, (reader, writer)]:
            one.close()


@in_uvloop
async def test_half_bodies_from_many_addresses_shut_nobody_out() -> None:
    """256 of each of eight addresses, again every 20 s, filled a server: nobody is answered yet, and so they give way."""
    bounds = replace(LONG, of_address=4, connections=16, body_rate=2 * len(PIECE))
    async with serving(bounds) as served:
        upload = b"POST /ask HTTP/1.1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % (40 * len(PIECE))
        said, sender = await served.say(upload, address="127.0.0.9")
        flood = []
        for wave in range(4):
            for address in range(2, 8):
                for half in (POST, POST + b"x", POST + b"x" * 900):
                    flood.append(await served.say(half, address=f"127.0.0.{address}"))
                    for _ in range(2 - wave % 2):  # who sends what must be sent in time keeps its seat
                        sender.write(PIECE[: len(PIECE) // 4])
            reader, writer = await served.say(GET, address="127.0.0.10")
            assert b"200" in await reader.readline(), "and who comes finds one"
            writer.close()
        rest = 40 * len(PIECE) - 4 * 18 * 3 // 2 * (len(PIECE) // 4)
        sender.write(b"x" * rest)
        assert (await ended(said)).endswith(str(40 * len(PIECE)).encode())
        assert served.refused().keys() == {"gave_way_server"}
        for _, one in [*flood, (said, sender)]:
            one.close()


@in_uvloop
async def test_what_goes_wrong_with_one_connection_is_said_and_the_next_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with serving(LONG) as served:
        seats = served.server.seats
        take = seats.take
        monkeypatch.setattr(seats, "take", lambda *peer: 1 / 0)
        with capture_logs() as said:
            reader, broken = await served.say(GET)
            assert await ended(reader) == b""
        assert [one["event"] for one in said] == ["http.not_accepted"]
        monkeypatch.setattr(seats, "take", take)
        reader, writer = await served.say(GET)
        assert b"200" in await reader.readline()
        for one in (broken, writer):
            one.close()


@in_uvloop
async def test_where_all_are_answered_one_more_is_refused_of_this_address_or_of_all() -> None:
    for bounds, reason in ((replace(LONG, of_address=2), "address_full"), (replace(LONG, connections=2), "full")):
        async with serving(bounds) as served:
            held = [await served.say(b"GET /held HTTP/1.1\r\nConnection: close\r\n\r\n") for _ in range(2)]
            await served.until(lambda: served.pages.asked == 2, "two are answered")
            reader, writer = await served.say(GET)
            assert await ended(reader) == b""
            assert served.refused() == {reason: 1}
            for _, one in [*held, (reader, writer)]:
                one.close()


@in_uvloop
async def test_sockets_without_a_token_shut_nobody_out() -> None:
    """510 of them did, for as long as they were renewed; who was admitted counts no more among those of its address."""
    async with serving(replace(LONG, of_address=4)) as served, contextlib.AsyncExitStack() as closing:
        url = f"ws://127.0.0.1:{served.port}/socket"

        async def opened() -> websockets.ClientConnection:
            return await closing.enter_async_context(websockets.connect(url, proxy=None))

        async def officer() -> websockets.ClientConnection:
            one = await opened()
            await one.send("token")
            assert await one.recv() == "granted"
            return one

        officers = [await officer() for _ in range(8)]
        strangers = [await opened() for _ in range(20)]
        officers.append(await officer())
        assert served.refused() == {"gave_way_address": 20 - 3}
        for one in officers:
            await (await one.ping())
        assert len(strangers) == 20


@in_uvloop
async def test_requests_that_wait_behind_one_another_are_bounded() -> None:
    async with serving(LONG) as served:
        reader, writer = await served.say(b"GET /held HTTP/1.1\r\n\r\n" * 1000)
        assert await ended(reader) == b""
        assert served.refused() == {"pipelined": 1}
        assert served.pages.asked == 1
        writer.close()


@in_uvloop
async def test_a_peer_that_begins_no_tls_is_cut_off_and_gives_way(tmp_path: Path) -> None:
    files = certified(tmp_path)
    async with serving(replace(LONG, handshake_s=SOON), files) as served:
        reader, writer = await served.say(b"\x16\x03\x01")
        await ended(reader)
        await served.until(lambda: served.refused() == {"handshake_late": 1}, "it is cut off")
        assert len(served.server.seats) == 0
        writer.close()
    async with serving(replace(LONG, of_address=1), files) as served:
        lines = [await served.say(b"\x16\x03\x01") for _ in range(3)]
        for reader, _ in lines[:2]:
            await ended(reader)
        assert served.refused() == {"gave_way_address": 2}
        for _, writer in lines:
            writer.close()


def test_an_address_stands_for_whoever_has_it() -> None:
    assert address_of("10.0.0.1") == address_of("::ffff:10.0.0.1") == "10.0.0.1"
    assert address_of("2001:db8::1") == address_of("2001:db8::ffff:1") != address_of("2001:db8:0:1::1")
    assert address_of("fe80::1%eth0") == "fe80::/64"
