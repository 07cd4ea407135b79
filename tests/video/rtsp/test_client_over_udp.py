"""A session whose packets come as datagrams, against a scripted camera in memory."""

from __future__ import annotations

import pytest

from custodes.video.rtp import rtcp
from custodes.video.rtp.assembly import Depacketizer
from custodes.video.rtp.reorder import Reorder
from custodes.video.rtsp.message import Request, Response
from custodes.video.rtsp.transport import Choice, NoPorts, NotFromThere, RtpTransport
from tests.video.rtsp.test_client import PARAMS, PICTURES, Talk, good, reply
from tests.video.streams import packets

ANSWER = "RTP/AVP;unicast;client_port=40000-40001;server_port=6000-6001;source=10.0.0.5"


class Ports:
    """UDP ports in memory."""

    def __init__(self, free: bool = True, own: bool = True) -> None:
        self.reorder: Reorder | None = None
        self.expected: list[RtpTransport] = []
        self.sent: list[bytes] = []
        self.opened = 0
        self._free = free
        self._own = own

    @property
    def ssrc(self) -> int | None:
        return self.reorder.ssrc if self.reorder else None

    def open(self) -> tuple[int, int]:
        self.opened += 1
        if not self._free:
            raise NoPorts("no pair of UDP ports is free")
        return 40_000, 40_001

    def expect(self, way: RtpTransport) -> None:
        self.expected.append(way)
        if not self._own:
            raise NotFromThere("an address that is not its own")

    def carry(self, video: Depacketizer, payload_type: int) -> None:
        self.reorder = Reorder(video, payload_type, 64, 0.1)

    def send_report(self, packet: bytes) -> None:
        self.sent.append(packet)


def camera(request: Request, tcp: bool = False, udp: bool = True) -> Response | None:
    """A camera that sends in the ways that are set, and refuses the others."""
    asked = request.headers.get("Transport")
    if request.method != "SETUP":
        return good(request)
    if "TCP" in asked:
        return good(request) if tcp else reply(request, 461)
    return reply(request, 200, ("Session", "s1;timeout=30"), ("Transport", ANSWER)) if udp else reply(request, 461)


def talk(transport: Choice, ports: Ports, tcp: bool = False, udp: bool = True) -> Talk:
    return Talk(lambda request: camera(request, tcp, udp), transport=transport, datagrams=ports)


def transports(session: Talk) -> list[str]:
    return [request.headers.get("Transport") for request in session.asked if request.method == "SETUP"]


def test_it_asks_for_datagrams_on_its_own_ports_and_takes_in_what_comes() -> None:
    ports = Ports()
    session = talk("udp", ports)
    assert session.go().playing
    assert transports(session) == ["RTP/AVP;unicast;client_port=40000-40001"]
    assert ports.expected[0].server_port == (6000, 6001)
    assert ports.expected[0].source == "10.0.0.5"
    assert ports.reorder is not None
    ports.reorder.begin(1_000_000, 1.0)
    for packet in packets(PARAMS, PICTURES):
        ports.reorder.push(packet)
    assert len(session.units) == len(PICTURES)
    assert session.units[0].wall_us == 1_000_000


def test_a_camera_that_refuses_the_connection_is_asked_for_datagrams_when_either_will_do() -> None:
    ports = Ports()
    session = talk("auto", ports)
    assert session.go().playing
    assert [words.startswith("RTP/AVP/TCP") for words in transports(session)] == [True, False]


def test_a_camera_that_takes_the_connection_is_asked_for_nothing_else() -> None:
    ports = Ports()
    session = talk("auto", ports, tcp=True)
    assert session.go().playing
    assert len(transports(session)) == 1
    assert ports.opened == 0


@pytest.mark.parametrize(
    ("transport", "tcp", "udp", "words"),
    [("tcp", False, True, "(TCP)"), ("udp", True, False, "as UDP"), ("auto", False, False, "as UDP")],
)
def test_what_the_record_does_not_allow_is_not_tried(transport: Choice, tcp: bool, udp: bool, words: str) -> None:
    session = talk(transport, Ports(), tcp, udp)
    session.go()
    assert session.failure() == "refused"
    assert session.client.failure is not None
    assert words in session.client.failure.detail


def test_no_free_port_ends_the_session_with_its_reason() -> None:
    session = talk("udp", Ports(free=False))
    session.go()
    assert session.failure() == "protocol"


def test_a_camera_that_sends_from_another_address_is_refused() -> None:
    session = talk("udp", Ports(own=False))
    session.go()
    assert session.failure() == "refused"
    assert "PLAY" not in session.methods


@pytest.mark.parametrize("answer", ["", "RTP/AVP/TCP;unicast;interleaved=0-1", "RTP/AVP;multicast;client_port=1-2"])
def test_another_way_than_the_one_that_was_asked_for_is_refused(answer: str) -> None:
    def camera(request: Request) -> Response | None:
        if request.method == "SETUP":
            return reply(request, 200, ("Session", "s1"), ("Transport", answer))
        return good(request)

    session = Talk(camera, transport="udp", datagrams=Ports())
    session.go()
    assert session.failure() == "protocol"


def test_receiver_reports_go_as_datagrams_even_when_the_camera_reports_nothing() -> None:
    ports = Ports()
    session = talk("udp", ports)
    session.go()
    assert ports.reorder is not None
    ports.reorder.begin(0, 0.0)
    sent = packets(PARAMS, PICTURES)
    for packet in (*sent[:5], *sent[7:]):
        ports.reorder.push(packet)
    ports.reorder.expire(1.0)
    session.client.poll(15.0)
    report = ports.sent[0]
    assert report[1] == rtcp.RECEIVER_REPORT
    assert int.from_bytes(report[8:12], "big") == 7, "about the stream's source"
    assert int.from_bytes(report[13:16], "big") == 2, "lost so far"
    assert b"$" not in session.client.take_output()[:1]


def test_the_cameras_report_and_goodbye_come_as_datagrams() -> None:
    ports = Ports()
    session = talk("udp", ports)
    client = session.go()
    client.on_control(rtcp.sender_report(7, 1_700_000_000_000_000, 1, 1, 1, "c"), 3.0)
    assert client.report is not None
    client.on_control(rtcp.goodbye(7), 4.0)
    assert session.failure() == "ended"
