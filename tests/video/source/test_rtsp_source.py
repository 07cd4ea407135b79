"""A source against a server on loopback: connecting, receiving, losing and finding again."""

from __future__ import annotations

import socket
from itertools import pairwise

import pytest

from custodes.video.clock import FakeClock
from custodes.video.source.address import AddressPolicy
from custodes.video.source.rtsp import RtspSource
from custodes.video.unit import AccessUnit, Codec
from tests.ports import closed_port
from tests.video.source.rig import DEMO, Rig, frames, mount, serve
from tests.video.streams import data_of, stream


@pytest.mark.parametrize("codec", list(Codec))
@pytest.mark.parametrize("pace", [0.0, 0.0001])
def test_pictures_come_in_whole_and_in_order(rig: Rig, codec: Codec, pace: float) -> None:
    given = mount(codec=codec)
    given.pace = pace
    with serve(given) as server:
        source = rig.add(f"rtsp://127.0.0.1:{server.port}/cam")
        rig.until(lambda: len(rig.units["cam"]) >= 25, "25 pictures")
        units = rig.units["cam"]
        cycle = [data_of(nals) for nals, _ in stream(codec)[1]]
        first = cycle.index(units[0].data)
        assert units[0].key
        assert [unit.data for unit in units] == [cycle[(first + n) % len(cycle)] for n in range(len(units))]
        assert all(after.media_time - before.media_time == 450 for before, after in pairwise(units))
        assert all(after.wall_us >= before.wall_us for before, after in pairwise(units))
        assert rig.names() == ["connecting", "receiving"]
        counters = source.counters
        assert counters.lost == counters.garbage == counters.dropped == 0
        assert counters.units >= 25
        assert counters.connections == source.session == 1


def test_the_cameras_clock_is_known_from_its_sender_report(rig: Rig) -> None:
    given = mount()
    given.camera_offset_us = -3_600_000_000
    with serve(given) as server:
        source = rig.add(f"rtsp://127.0.0.1:{server.port}/cam")
        rig.until(lambda: source.camera_clock and rig.units["cam"], "a report")
        assert source.camera_clock is not None
        assert abs(source.camera_clock.camera_us - source.camera_clock.wall_us + 3_600_000_000) < 5_000_000
        unit = rig.units["cam"][-1]
        assert abs(source.camera_clock.at(unit.media_time) + 3_600_000_000 - unit.wall_us) < 5_000_000


def test_a_login_is_answered(rig: Rig) -> None:
    with serve(mount(), users={"user": "secret"}) as server:
        rig.add(f"rtsp://127.0.0.1:{server.port}/cam", username="user", password="secret")
        rig.until(lambda: rig.units["cam"], "a picture")


@pytest.mark.parametrize(
    ("path", "password", "words"), [("cam", "wrong", "password"), ("nowhere", "secret", "no such path")]
)
def test_a_refusal_is_told_with_its_reason(rig: Rig, path: str, password: str, words: str) -> None:
    with serve(mount(), users={"user": "secret"}) as server:
        source = rig.add(f"rtsp://127.0.0.1:{server.port}/{path}", username="user", password=password)
        rig.until(lambda: rig.names()[-1] == "refused", "refused")
        assert source.state.reason == "refused"
        assert words in source.state.detail
        assert "wrong" not in source.state.detail


def test_a_closed_port_is_refused_and_a_forbidden_address_never_tried(rig: Rig) -> None:
    with closed_port() as port:
        rig.add(f"rtsp://127.0.0.1:{port}/cam", "closed")
        forbidden = rig.add("rtsp://192.0.2.1/cam", "forbidden", policy=AddressPolicy())
        rig.until(lambda: rig.names("closed")[-1] == rig.names("forbidden")[-1] == "refused", "refused")
    assert forbidden.counters.connections == 0
    assert "outside the networks" in forbidden.state.detail


def test_a_dropped_connection_is_made_again_and_says_network_meanwhile(rig: Rig) -> None:
    with serve(mount()) as server:
        source = rig.add(f"rtsp://127.0.0.1:{server.port}/cam")
        rig.until(lambda: rig.units["cam"], "a picture")
        server.drop_clients()
        rig.until(lambda: rig.names()[-1] == "network", "the loss")
        assert source.state.reason == "network"
        rig.until(lambda: rig.names()[-1] == "receiving", "the return")
        assert source.session == 2
        assert rig.names() == ["connecting", "receiving", "network", "receiving"]


def test_a_name_is_looked_up_without_holding_up_the_tick(rig: Rig) -> None:
    with serve(mount()) as server:
        rig.add(f"rtsp://localhost:{server.port}/cam")
        rig.until(lambda: rig.units["cam"], "a picture")


def test_stop_says_goodbye_and_nothing_comes_after_it(rig: Rig) -> None:
    given = mount()
    with serve(given) as server:
        source = rig.add(f"rtsp://127.0.0.1:{server.port}/cam")
        rig.until(lambda: rig.units["cam"], "a picture")
        source.stop()
        count = len(rig.units["cam"])
        rig.until(lambda: not given.watchers, "the end at the server")
        assert len(rig.units["cam"]) == count
        assert rig.states["cam"][-1].state == "off"
        assert rig.states["cam"][-1].reason == "operator"
        assert len(rig.reader) == 0
        source.start()
        rig.until(lambda: len(rig.units["cam"]) > count, "a picture after starting again")


def test_a_listener_may_stop_the_source_within_its_call(rig: Rig) -> None:
    got: list[AccessUnit] = []
    stopping: list[RtspSource] = []

    def once(unit: AccessUnit) -> None:
        got.append(unit)
        stopping[0].stop()

    with serve(mount()) as server:
        stopping.append(rig.add(f"rtsp://127.0.0.1:{server.port}/cam", on_unit=once))
        rig.until(lambda: rig.names()[-1] == "off", "off")
        assert len(got) == 1


def test_a_failing_listener_costs_that_source_its_connection_alone(rig: Rig) -> None:
    def fail(_unit: AccessUnit) -> None:
        raise RuntimeError("full disk")

    with serve(mount("a"), mount("b")) as server:
        rig.add(f"rtsp://127.0.0.1:{server.port}/a", "a", on_unit=fail)
        rig.add(f"rtsp://127.0.0.1:{server.port}/b", "b")
        rig.until(lambda: "network" in rig.names("a") and len(rig.units["b"]) > 20, "both")
        assert rig.names("b") == ["connecting", "receiving"]


def test_a_redirect_is_followed_only_to_where_a_node_may_connect(rig: Rig) -> None:
    with serve(mount()) as server, _Redirector(f"rtsp://127.0.0.1:{server.port}/cam") as allowed:
        rig.add(f"rtsp://127.0.0.1:{allowed.port}/x", "allowed")
        allowed.answer_one(rig)
        rig.until(lambda: rig.units["allowed"], "a picture behind the redirect")
    with _Redirector("rtsp://169.254.169.254/latest") as elsewhere:
        rig.add(f"rtsp://127.0.0.1:{elsewhere.port}/x", "forbidden", policy=DEMO)
        elsewhere.answer_one(rig)
        rig.until(lambda: rig.names("forbidden")[-1] == "refused", "refused")
        assert "outside the networks" in rig.states["forbidden"][-1].detail


class _Redirector:
    """Answers one connection's first request with 302."""

    def __init__(self, location: str) -> None:
        self._location = location
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]

    def __enter__(self) -> _Redirector:
        return self

    def __exit__(self, *_error: object) -> None:
        self._listener.close()

    def answer_one(self, rig: Rig) -> None:
        self._listener.setblocking(False)
        accepted: list[socket.socket] = []

        def accept() -> bool:
            try:
                accepted.append(self._listener.accept()[0])
            except BlockingIOError:
                return False
            return True

        rig.until(accept, "a connection")
        peer = accepted[0]
        peer.setblocking(False)
        got = bytearray()

        def read() -> bool:
            try:
                got.extend(peer.recv(4096))
            except BlockingIOError:
                return False
            return b"\r\n\r\n" in got

        rig.until(read, "a request")
        peer.send(f"RTSP/1.0 302 Moved\r\nCSeq: 1\r\nLocation: {self._location}\r\n\r\n".encode())
        peer.close()


def test_a_camera_that_accepts_and_says_nothing_is_given_up(still_rig: Rig) -> None:
    clock = still_rig.clock
    assert isinstance(clock, FakeClock)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        source = still_rig.add(f"rtsp://127.0.0.1:{mute.getsockname()[1]}/cam")
        still_rig.until(lambda: source.counters.connections, "a connection")
        for _ in range(12):
            clock.advance(1)
            still_rig.reader.tick()
        assert still_rig.names()[-1] == "network"
        assert "did not answer" in source.state.detail


def test_since_tells_when_a_state_began_and_not_when_it_was_tried_again(still_rig: Rig) -> None:
    clock = still_rig.clock
    assert isinstance(clock, FakeClock)
    with closed_port() as port:
        source = still_rig.add(f"rtsp://127.0.0.1:{port}/cam")
        still_rig.until(lambda: source.state.state == "refused", "refused")
        since = source.state.since_us
        tried = source.counters.connections
        while source.counters.connections < tried + 3:
            clock.advance(1)
            still_rig.reader.tick()
    assert source.state.since_us == since
    assert still_rig.names() == ["connecting", "refused"]


def test_many_cameras_are_read_by_one_tick(rig: Rig) -> None:
    count = 40
    with serve(*(mount(f"c{n}", frames(rate=50.0)) for n in range(count))) as server:
        for n in range(count):
            rig.add(f"rtsp://127.0.0.1:{server.port}/c{n}", f"c{n}")
        rig.until(lambda: all(len(units) >= 5 for units in rig.units.values()), "pictures of all")
        assert len(rig.reader) == count
