"""Cameras that send as UDP: taken in by the same tick, from the camera alone, on ports of the range."""

from __future__ import annotations

import random
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from unittest.mock import patch

import pytest

from custodes.video.rtp.header import pack_header
from custodes.video.rtsp.connection import RtspConnection
from custodes.video.rtsp.message import Headers, Request, Response
from custodes.video.rtsp.mount import MountFrame
from custodes.video.rtsp.transport import NoPorts, NotFromThere, RtpTransport
from custodes.video.source.address import SourceAddress
from custodes.video.source.datagrams import UdpPorts, UdpTerms, _Search
from custodes.video.source.defaults import ConnectionOptions, SourceDefaults
from custodes.video.source.state import OTHER_PORT
from custodes.video.unit import AccessUnit, Codec
from tests.video.source.rig import Rig, frames, mount, serve
from tests.video.streams import data_of, stream

UDP = ConnectionOptions(transport="udp")
HOME = SourceAddress(socket.AF_INET, "127.0.0.1", 554)


def ports(rig: Rig, terms: UdpTerms) -> UdpPorts:
    return UdpPorts(
        *(rig.reader, terms, HOME, lambda: "127.0.0.1"),
        on_control=lambda _packet: None,
        after=lambda: None,
        on_lost=lambda _detail, _how: None,
        rng=random.Random(1),
    )


@pytest.fixture
def terms() -> UdpTerms:
    """A little range that is free at the moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        first = min(sock.getsockname()[1] & ~1, 65_520)
    return UdpTerms(ports=(first, first + 9))


@pytest.mark.parametrize("codec", list(Codec))
@pytest.mark.parametrize("pace", [0.0, 0.0001])
def test_pictures_come_in_whole_and_in_order(rig: Rig, codec: Codec, pace: float) -> None:
    given = mount(codec=codec)
    given.pace = pace
    with serve(given) as server:
        source = rig.add(f"rtsp://127.0.0.1:{server.port}/cam", way=UDP)
        rig.until(lambda: len(rig.units["cam"]) >= 25, "25 pictures")
        units = rig.units["cam"]
        cycle = [data_of(nals) for nals, _ in stream(codec)[1]]
        first = cycle.index(units[0].data)
        assert units[0].key
        assert [unit.data for unit in units] == [cycle[(first + n) % len(cycle)] for n in range(len(units))]
        assert all(after.wall_us >= before.wall_us for before, after in pairwise(units))
        assert rig.names() == ["connecting", "receiving"]
        counters = source.counters
        assert counters.lost == counters.garbage == counters.dropped == 0
        assert counters.bytes > sum(len(unit.data) for unit in units)
        rig.until(lambda: source.camera_clock, "a sender report")


def test_the_cameras_datagrams_alone_are_taken(rig: Rig, terms: UdpTerms) -> None:
    with serve(mount()) as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        source = rig.add(f"rtsp://127.0.0.1:{server.port}/cam", way=UDP, ground=SourceDefaults(terms))
        rig.until(lambda: rig.units["cam"], "a picture")
        before = len(rig.units["cam"])
        for port in range(terms.ports[0], terms.ports[1] + 1):
            for _ in range(20):
                stranger.sendto(b"\x80\x60" + random.Random(port).randbytes(400), ("127.0.0.1", port))
        rig.until(lambda: len(rig.units["cam"]) >= before + 25, "more pictures")
        assert source.counters.garbage == source.counters.lost == 0
        assert rig.names() == ["connecting", "receiving"]


def test_garbage_from_the_camera_itself_is_counted_and_left_out(rig: Rig) -> None:
    def sprinkled(good: Iterator[MountFrame]) -> Iterator[MountFrame]:
        for n, frame in enumerate(good):
            yield replace(frame, raw=random.Random(n).randbytes(n % 300 + 1)) if n % 5 == 4 else frame

    with serve(mount(given=sprinkled(frames()))) as server:
        source = rig.add(f"rtsp://127.0.0.1:{server.port}/cam", way=UDP)
        rig.until(lambda: len(rig.units["cam"]) >= 50, "50 pictures")
        assert source.counters.garbage > 0
        assert {unit.data for unit in rig.units["cam"]} <= {data_of(nals) for nals, _ in stream(Codec.H264)[1]}
        assert rig.names() == ["connecting", "receiving"]


def test_lost_packets_cost_pictures_up_to_the_next_key_picture_and_are_counted(rig: Rig) -> None:
    def torn(good: Iterator[MountFrame]) -> Iterator[MountFrame]:
        for n, frame in enumerate(good):
            yield replace(frame, torn=True) if n % 40 == 7 else frame

    given = mount(given=torn(frames()))
    with serve(given) as server:
        source = rig.add(f"rtsp://127.0.0.1:{server.port}/cam", way=UDP)
        rig.until(lambda: source.counters.dropped and len(rig.units["cam"]) >= 60, "pictures and a loss")
        whole = {data_of(nals) for nals, _ in stream(Codec.H264)[1]}
        assert {unit.data for unit in rig.units["cam"]} <= whole


def test_a_flood_is_left_unread_for_the_rest_of_the_second_and_hurts_no_other_camera(rig: Rig) -> None:
    def flood() -> Iterator[MountFrame]:
        good = frames()
        for n, frame in enumerate(good):
            yield replace(frame, ticks=900, payloads=(b"\x65" + bytes(8000),) * 30) if n > 10 else frame

    with serve(mount("mad", flood())) as mad, serve(mount("good")) as good:
        wild = rig.add(f"rtsp://127.0.0.1:{mad.port}/mad", "mad", way=UDP)
        rig.add(f"rtsp://127.0.0.1:{good.port}/good", "good", way=UDP)
        rig.until(
            lambda: wild.counters.throttled and len(rig.units["good"]) >= 100, "the flood and the other's pictures"
        )
        assert rig.names("good") == ["connecting", "receiving"]


def test_when_the_camera_falls_silent_it_is_asked_anew(rig: Rig) -> None:
    def short() -> Iterator[MountFrame]:
        for n, frame in enumerate(frames()):
            yield replace(frame, wait=86_400.0) if n == 30 else frame

    with serve(mount(given=short())) as server:
        rig.add(f"rtsp://127.0.0.1:{server.port}/cam", way=UDP, silent_seconds=0.3)
        rig.until(lambda: "silent" in rig.names(), "silence")
        rig.until(lambda: rig.sources[0].counters.connections >= 2, "another try")


def test_a_fault_in_what_takes_the_pictures_costs_this_camera_its_connection_alone(rig: Rig) -> None:
    def break_once(_unit: AccessUnit) -> None:
        if not rig.units["cam"]:
            rig.units["cam"].append(_unit)
            raise RuntimeError("a fault")

    with serve(mount("cam"), mount("other")) as server:
        source = rig.add(f"rtsp://127.0.0.1:{server.port}/cam", way=UDP, on_unit=break_once)
        rig.add(f"rtsp://127.0.0.1:{server.port}/other", "other", way=UDP)
        rig.until(lambda: source.counters.connections >= 2 and rig.names()[-1] == "receiving", "another connection")
        assert any("RuntimeError" in state.detail for state in rig.states["cam"])
        assert rig.names("other") == ["connecting", "receiving"]


def test_a_stopped_source_gives_its_ports_back(rig: Rig, terms: UdpTerms) -> None:
    with serve(mount()) as server:
        source = rig.add(f"rtsp://127.0.0.1:{server.port}/cam", way=UDP, ground=SourceDefaults(terms))
        rig.until(lambda: rig.units["cam"], "a picture")
        source.stop()
        assert len(rig.reader) == 0
        given = [ports(rig, terms) for _ in range(5)]
        assert {one.open() for one in given} == {(n, n + 1) for n in range(terms.ports[0], terms.ports[1], 2)}
        with pytest.raises(NoPorts, match="CUSTODES_UDP_PORTS"):
            ports(rig, terms).open()
        for one in given:
            one.close()


def test_no_free_port_is_told_by_name(rig: Rig, terms: UdpTerms) -> None:
    taken = [ports(rig, terms) for _ in range(5)]
    for one in taken:
        one.open()
    with serve(mount()) as server:
        source = rig.add(f"rtsp://127.0.0.1:{server.port}/cam", way=UDP, ground=SourceDefaults(terms))
        rig.until(lambda: rig.names()[-1] == "network", "no port")
        assert "CUSTODES_UDP_PORTS" in source.state.detail
    for one in taken:
        one.close()


def test_a_camera_that_sends_from_elsewhere_is_refused(rig: Rig, terms: UdpTerms) -> None:
    pair = ports(rig, terms)
    pair.open()
    with pytest.raises(NotFromThere, match="not its own"):
        pair.expect(RtpTransport(False, source="10.9.9.9", server_port=(5000, 5001)))
    pair.close()


@contextmanager
def odd_ports(*, named: bool) -> Iterator[int]:
    """The server sends pictures from a port that it does not name: rtsp-rs names another one, some cameras name none. Which it is."""
    answered = RtspConnection._respond

    def respond(self: RtspConnection, request: Request) -> Response:
        response = answered(self, request)
        if named or request.method != "SETUP":
            return response
        said = re.sub(r"server_port=[\d-]+;", "", response.headers.get("Transport"))
        return replace(response, headers=Headers([("Transport", said)]))

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))

        def send(self: RtspConnection, which: int, packet: bytes) -> None:
            if self._udp is not None and not which:
                other.sendto(packet, (self._peer[0], self._ports[0]))

        with patch.object(RtspConnection, "_respond", respond), patch.object(RtspConnection, "_send_udp", send):
            yield other.getsockname()[1]


@pytest.mark.parametrize("named", [True, False])
def test_pictures_from_a_port_that_was_not_named_are_taken_and_it_is_told(
    rig: Rig, terms: UdpTerms, named: bool
) -> None:
    with odd_ports(named=named) as port, serve(mount()) as server:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            source = rig.add(f"rtsp://127.0.0.1:{server.port}/cam", way=UDP, ground=SourceDefaults(terms))
            for _ in range(40):  # RTP of another stream, and nonsense, from the same address all the while
                rig.reader.tick()
                for at in range(terms.ports[0], terms.ports[1] + 1):
                    stranger.sendto(b"\x80\x60" + random.Random(at).randbytes(400), ("127.0.0.1", at))
            rig.until(lambda: len(rig.units["cam"]) >= 25, "25 pictures")
            rig.until(lambda: source.state.code, "the remark")
        assert source.counters.lost == source.counters.garbage == 0
        assert source.state.code == OTHER_PORT
        assert f"port {port}" in source.state.detail
        assert rig.names() == ["connecting", "receiving", "receiving"]


def test_a_search_takes_the_stream_that_was_announced_and_no_other() -> None:
    def packet(sequence: int, ssrc: int = 7, kind: int = 96) -> bytes:
        return pack_header(kind, False, sequence, 0, ssrc) + b"x"

    search = _Search(96, 7)
    strange = [packet(1, 8), packet(2, 8), packet(1, 7, 97), packet(2, 7, 97), b"\x80", packet(5)[:12], b"\0" * 40]
    assert not any(search.look(one, 6000) for one in strange)
    assert not search.look(packet(9), 6000)
    assert not search.look(packet(10), 6001), "of another port"
    assert not search.look(packet(12), 6000), "not the next"
    assert search.look(packet(13), 6000) == [packet(12), packet(13)]
    assert search.port == 6000


@pytest.mark.parametrize("source", ["", "127.0.0.1", "0.0.0.0", "camera.example"])
def test_a_camera_that_names_itself_or_nothing_is_taken(rig: Rig, terms: UdpTerms, source: str) -> None:
    pair = ports(rig, terms)
    pair.open()
    pair.expect(RtpTransport(False, source=source, server_port=(5000, 5001)))
    pair.close()
