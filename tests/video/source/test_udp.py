"""Cameras that send as UDP: taken in by the same tick, from the camera alone, on ports of the range."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest

from custodes.video.rtsp.carriage import NoPorts, NotFromThere
from custodes.video.rtsp.mount import Frame
from custodes.video.rtsp.transport import Transport
from custodes.video.source.address import Target
from custodes.video.source.datagrams import UdpPorts, UdpTerms
from custodes.video.source.ground import Ground
from custodes.video.source.way import Way
from custodes.video.unit import AccessUnit, Codec
from tests.video.source.rig import Rig, frames, mount, serve
from tests.video.streams import data_of, stream

UDP = Way(transport="udp")
HOME = Target(socket.AF_INET, "127.0.0.1", 554)


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
        source = rig.add(f"rtsp://127.0.0.1:{server.port}/cam", way=UDP, ground=Ground(terms))
        rig.until(lambda: rig.units["cam"], "a picture")
        before = len(rig.units["cam"])
        for port in range(terms.ports[0], terms.ports[1] + 1):
            for _ in range(20):
                stranger.sendto(b"\x80\x60" + random.Random(port).randbytes(400), ("127.0.0.1", port))
        rig.until(lambda: len(rig.units["cam"]) >= before + 25, "more pictures")
        assert source.counters.garbage == source.counters.lost == 0
        assert rig.names() == ["connecting", "receiving"]


def test_garbage_from_the_camera_itself_is_counted_and_left_out(rig: Rig) -> None:
    def sprinkled(good: Iterator[Frame]) -> Iterator[Frame]:
        for n, frame in enumerate(good):
            yield replace(frame, raw=random.Random(n).randbytes(n % 300 + 1)) if n % 5 == 4 else frame

    with serve(mount(given=sprinkled(frames()))) as server:
        source = rig.add(f"rtsp://127.0.0.1:{server.port}/cam", way=UDP)
        rig.until(lambda: len(rig.units["cam"]) >= 50, "50 pictures")
        assert source.counters.garbage > 0
        assert {unit.data for unit in rig.units["cam"]} <= {data_of(nals) for nals, _ in stream(Codec.H264)[1]}
        assert rig.names() == ["connecting", "receiving"]


def test_lost_packets_cost_pictures_up_to_the_next_key_picture_and_are_counted(rig: Rig) -> None:
    def torn(good: Iterator[Frame]) -> Iterator[Frame]:
        for n, frame in enumerate(good):
            yield replace(frame, torn=True) if n % 40 == 7 else frame

    given = mount(given=torn(frames()))
    with serve(given) as server:
        source = rig.add(f"rtsp://127.0.0.1:{server.port}/cam", way=UDP)
        rig.until(lambda: source.counters.dropped and len(rig.units["cam"]) >= 60, "pictures and a loss")
        whole = {data_of(nals) for nals, _ in stream(Codec.H264)[1]}
        assert {unit.data for unit in rig.units["cam"]} <= whole


def test_a_flood_is_left_unread_for_the_rest_of_the_second_and_hurts_no_other_camera(rig: Rig) -> None:
    def flood() -> Iterator[Frame]:
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
    def short() -> Iterator[Frame]:
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
        source = rig.add(f"rtsp://127.0.0.1:{server.port}/cam", way=UDP, ground=Ground(terms))
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
        source = rig.add(f"rtsp://127.0.0.1:{server.port}/cam", way=UDP, ground=Ground(terms))
        rig.until(lambda: rig.names()[-1] == "network", "no port")
        assert "CUSTODES_UDP_PORTS" in source.state.detail
    for one in taken:
        one.close()


@pytest.mark.parametrize(
    ("way", "words"),
    [
        (Transport(False, source="10.9.9.9", server_port=(5000, 5001)), "not its own"),
        (Transport(False), "from which ports"),
    ],
)
def test_a_camera_that_sends_from_elsewhere_is_refused(rig: Rig, terms: UdpTerms, way: Transport, words: str) -> None:
    pair = ports(rig, terms)
    pair.open()
    with pytest.raises(NotFromThere, match=words):
        pair.expect(way)
    pair.close()


@pytest.mark.parametrize("source", ["", "127.0.0.1", "0.0.0.0", "camera.example"])
def test_a_camera_that_names_itself_or_nothing_is_taken(rig: Rig, terms: UdpTerms, source: str) -> None:
    pair = ports(rig, terms)
    pair.open()
    pair.expect(Transport(False, source=source, server_port=(5000, 5001)))
    pair.close()
