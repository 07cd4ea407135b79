"""The RTSP server, spoken to by hand over real sockets."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Iterator

import pytest

from custodes.video.clock import SystemClock
from custodes.video.rtsp.connection import MOST_WAITING
from custodes.video.rtsp.digest import Guard
from custodes.video.rtsp.message import Headers, Request, Response, take
from custodes.video.rtsp.mount import Mount, MountFrame, loop
from custodes.video.rtsp.server import RtspServer
from custodes.video.unit import Codec
from tests.patience import PATIENCE
from tests.video.streams import stream

PARAMS, PICTURES = stream(Codec.H264)
TCP = ("Transport", "RTP/AVP/TCP;unicast;interleaved=2-3")


class Caller:
    """A client that says exactly what a test wants."""

    def __init__(self, port: int) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port))
        self.sock.settimeout(PATIENCE)
        self.base = f"rtsp://127.0.0.1:{port}"
        self.buf = b""
        self._number = 0

    def ask(self, method: str, path: str, *fields: tuple[str, str]) -> Response:
        self._number += 1
        request = Request(method, f"{self.base}/{path}", Headers([("CSeq", str(self._number)), *fields]))
        self.sock.sendall(request.encode())
        return self.response()

    def response(self) -> Response:
        """The next response; packets before it are passed over."""
        while True:
            if self.buf[:1] == b"$" and len(self.buf) >= 4:
                size = 4 + int.from_bytes(self.buf[2:4], "big")
                if len(self.buf) >= size:
                    self.buf = self.buf[size:]
                    continue
            elif self.buf and (taken := take(self.buf)) is not None:
                message, end = taken
                self.buf = self.buf[end:]
                assert isinstance(message, Response)
                return message
            self._more()

    def packet(self) -> tuple[int, bytes]:
        """The next interleaved packet and its channel."""
        while len(self.buf) < 4 or len(self.buf) < 4 + int.from_bytes(self.buf[2:4], "big"):
            self._more()
        assert self.buf[:1] == b"$"
        size = 4 + int.from_bytes(self.buf[2:4], "big")
        channel, packet, self.buf = self.buf[1], self.buf[4:size], self.buf[size:]
        return channel, packet

    def _more(self) -> None:
        data = self.sock.recv(65536)
        if not data:
            raise ConnectionError("the server closed the connection")
        self.buf += data

    def play(self, path: str = "cam", transport: tuple[str, str] = TCP) -> str:
        session = self.ask("SETUP", f"{path}/trackID=0", transport).headers.get("Session").partition(";")[0]
        assert self.ask("PLAY", path, ("Session", session)).status == 200
        return session


@pytest.fixture
def server() -> Iterator[RtspServer]:
    mounts = [Mount(path, PARAMS, loop(PARAMS, PICTURES, 100.0, 300)) for path in ("cam", "site/cam 2")]
    clock = SystemClock()
    with RtspServer(mounts, Guard({}, clock, b"k"), clock) as running:
        yield running


@pytest.fixture
def caller(server: RtspServer) -> Iterator[Caller]:
    made = Caller(server.port)
    yield made
    made.sock.close()


def test_it_says_what_it_can(caller: Caller) -> None:
    assert "DESCRIBE" in caller.ask("OPTIONS", "cam").headers.get("Public")
    assert caller.ask("RECORD", "cam").status == 501


def test_a_report_then_a_key_picture_come_first_on_the_channels_that_were_asked_for(caller: Caller) -> None:
    caller.play()
    channel, report = caller.packet()
    assert (channel, report[1]) == (3, 200)
    channel, packet = caller.packet()
    assert channel == 2
    assert packet[12] & 31 in (24, 7)


def test_sequence_numbers_go_on_without_a_hole(caller: Caller) -> None:
    caller.play()
    numbers = [
        int.from_bytes(packet[2:4], "big") for channel, packet in (caller.packet() for _ in range(60)) if channel == 2
    ]
    assert [(b - a) & 0xFFFF for a, b in itertools.pairwise(numbers)] == [1] * (len(numbers) - 1)


def test_requests_are_answered_between_packets(caller: Caller) -> None:
    session = caller.play()
    assert caller.ask("GET_PARAMETER", "cam", ("Session", session)).status == 200
    assert caller.ask("TEARDOWN", "cam", ("Session", session)).status == 200


@pytest.mark.parametrize(
    ("method", "path", "fields", "status"),
    [
        ("DESCRIBE", "nowhere", (), 404),
        ("SETUP", "nowhere/trackID=0", (TCP,), 404),
        ("SETUP", "cam/trackID=0", (("Transport", "RTP/AVP;multicast"),), 461),
        ("SETUP", "cam/trackID=0", (("Transport", "nonsense"),), 461),
        ("PLAY", "cam", (("Session", "guessed"),), 454),
        ("PLAY", "cam", (), 454),
    ],
)
def test_what_cannot_be_done_is_refused(
    caller: Caller, method: str, path: str, fields: tuple[tuple[str, str], ...], status: int
) -> None:
    assert caller.ask(method, path, *fields).status == status


def test_over_udp_packets_go_to_the_asked_port_of_the_caller_itself(caller: Caller) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as inbox:
        inbox.bind(("127.0.0.1", 0))
        inbox.settimeout(PATIENCE)
        port = inbox.getsockname()[1]
        caller.play(transport=("Transport", f"RTP/AVP;unicast;client_port={port}-{port + 1};destination=10.0.0.9"))
        packet, sender = inbox.recvfrom(2000)
        assert packet[0] == 0x80
        assert sender[0] == "127.0.0.1"


def test_only_whoever_knows_the_password_gets_a_description() -> None:
    clock = SystemClock()
    with RtspServer([Mount("cam", PARAMS, loop(PARAMS, PICTURES))], Guard({"u": "p"}, clock, b"k"), clock) as server:
        caller = Caller(server.port)
        for method in ("DESCRIBE", "SETUP", "PLAY", "TEARDOWN", "GET_PARAMETER"):
            response = caller.ask(method, "cam", TCP)
            assert response.status == 401
            assert len(response.headers.all("WWW-Authenticate")) == 2
        caller.sock.close()


def test_a_client_that_does_not_read_is_dropped_and_the_others_are_served() -> None:
    def heavy() -> Iterator[MountFrame]:
        while True:
            yield MountFrame((b"\x65" + bytes(60_000),) * 4, ticks=90, key=True)

    clock = SystemClock()
    mounts = [Mount("heavy", PARAMS, heavy()), Mount("cam", PARAMS, loop(PARAMS, PICTURES, 100.0))]
    with RtspServer(mounts, Guard({}, clock, b"k"), clock) as server:
        lazy, good = Caller(server.port), Caller(server.port)
        lazy.play("heavy")
        good.play("cam")
        seen = 0
        while mounts[0].watchers or mounts[0].joining or not seen:
            good.packet()
            seen += 1
        read = 0
        try:
            while chunk := lazy.sock.recv(1 << 20):
                read += len(chunk)
        except ConnectionError:
            pass  # a reset says the same as an orderly end
        assert read < 4 * MOST_WAITING
        lazy.sock.close()
        good.sock.close()


@pytest.mark.parametrize("noise", [b"\xff" * 100_000, b"GET / HTTP/1.0\r\n\r\n", b"DESCRIBE\r\n\r\n" * 3, b"\r\n" * 50])
def test_garbage_costs_nobody_else_anything(server: RtspServer, caller: Caller, noise: bytes) -> None:
    bad = Caller(server.port)
    bad.sock.sendall(noise)
    assert caller.ask("DESCRIBE", "cam").status == 200
    bad.sock.close()
    assert caller.ask("DESCRIBE", "cam").status == 200
