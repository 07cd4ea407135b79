"""Real sockets: ports of a range, who connects, who may send, and that a hostile peer costs its channel alone."""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Iterator

import pytest

from custodes.gb28181.media.bounds import Budget, HostSources, Sources
from custodes.gb28181.media.frame import Coding, Frame
from custodes.gb28181.media.poll import TickPoll
from custodes.gb28181.media.ports import NoPorts, udp_pair
from custodes.gb28181.media.receiver import Receiver
from custodes.gb28181.media.rtp import framed
from custodes.gb28181.media.steps import MediaStep
from custodes.gb28181.media.tcp import IDLE_SECONDS, MOST_ATTEMPTS, TcpChannel
from custodes.gb28181.media.udp import UNBIND_SECONDS, UdpChannel
from tests.gb28181.media.films import SSRC, film, packets, same
from tests.patience import PATIENCE
from tests.ports import closed_port

HERE = "127.0.0.1"
PORTS = (31_000, 31_998)


class Bench:
    """A poll whose seconds pass when the test says so."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.poll = TickPoll(monotonic=lambda: time.monotonic() + self.ahead)
        self.frames: list[Frame] = []
        self.open: list[UdpChannel | TcpChannel] = []

    def receiver(self, *, tcp: bool) -> Receiver:
        return Receiver(self.frames.append, self.poll.now, expected=(SSRC,), tcp=tcp)

    def udp(self, sources: Sources | None = Sources()) -> tuple[UdpChannel, Receiver]:  # noqa: B008 a value
        receiver = self.receiver(tcp=False)
        channel = UdpChannel(self.poll, receiver, address=HERE, ports=PORTS, sources=sources, rng=random.Random(1))
        return self._keep(channel), receiver

    def tcp(self, sources: Sources | None = Sources()) -> tuple[TcpChannel, Receiver]:  # noqa: B008 a value
        receiver = self.receiver(tcp=True)
        return self._keep(TcpChannel(self.poll, receiver, sources=sources)), receiver

    def _keep(self, channel):  # type: ignore[no-untyped-def]
        self.open.append(channel)
        self.poll.each_second.add(channel.each_second)
        return channel

    def until(self, done) -> None:  # type: ignore[no-untyped-def]
        end = time.monotonic() + PATIENCE
        while not (seen := done()):
            assert time.monotonic() < end, (
                f"waited {PATIENCE:g} s in vain, {self.poll.now} s by the poll; last seen: {seen!r}"
            )
            self.poll.tick()

    def pass_seconds(self, seconds: float) -> None:
        for _ in range(round(seconds)):
            self.ahead += 1.0
            self.poll.tick()


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    for channel in made.open:
        channel.close()
    made.poll.close()


def sender(channel: UdpChannel, host: str = HERE) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((host, 0))
    sock.connect((HERE, channel.port))
    return sock


def test_datagrams_of_a_device_become_frames(bench: Bench) -> None:
    channel, receiver = bench.udp()
    assert channel.port % 2 == 0
    assert PORTS[0] <= channel.port < PORTS[1]
    sent = film(Coding.H264)
    with sender(channel) as device:
        for packet in packets(sent):
            device.send(packet)
            bench.poll.tick()
        bench.until(lambda: receiver.tally.packets == len(packets(sent)))
        assert channel.source == device.getsockname()
    receiver.flush()
    assert same(bench.frames, sent)
    assert receiver.tally.octets == sum(map(len, packets(sent)))


def test_from_outside_the_device_networks_nothing_is_taken(bench: Bench) -> None:
    channel, receiver = bench.udp(Sources.of(["192.0.2.0/24"]))
    with sender(channel) as device:
        device.send(packets(film(Coding.H264))[0])
        bench.until(lambda: receiver.report(bench.poll.now).step is MediaStep.REFUSED_SOURCE)
    assert receiver.tally.packets == 0


def test_once_a_source_is_known_nobody_else_gets_through(bench: Bench) -> None:
    channel, receiver = bench.udp()
    given_packets = packets(film(Coding.H264))
    with sender(channel) as device, sender(channel, "127.0.0.2") as stranger:
        for packet in given_packets[:10]:
            device.send(packet)
        bench.until(lambda: channel.source is not None and receiver.tally.packets == 10)
        stranger.send(given_packets[10])
        device.send(given_packets[10])
        bench.until(lambda: receiver.tally.packets == 11)
        assert receiver.tally.late == 0


def test_a_device_whose_address_changes_is_followed_after_a_silence(bench: Bench) -> None:
    channel, receiver = bench.udp()
    given_packets = packets(film(Coding.H264, 4))
    with sender(channel) as device:
        for packet in given_packets[:10]:
            device.send(packet)
        bench.until(lambda: channel.source is not None and receiver.tally.packets == 10)
    bench.pass_seconds(UNBIND_SECONDS + 2)
    assert channel.source is None
    with sender(channel, "127.0.0.3") as device:
        for packet in given_packets[10:60]:
            device.send(packet)
        bench.until(lambda: receiver.tally.packets == 60)
    assert channel.source is not None
    assert channel.source[0] == "127.0.0.3"


DEVICE_ALONE = HostSources(hosts=frozenset({HERE}))


def test_who_sends_before_the_device_answered_is_never_followed(bench: Bench) -> None:
    channel, receiver = bench.udp(None)
    given = packets(film(Coding.H264))
    with sender(channel, "127.0.0.2") as stranger, sender(channel) as device:
        for packet in given:
            stranger.send(packet)
        device.send(given[0])
        bench.pass_seconds(UNBIND_SECONDS + 1)
        assert receiver.tally.packets == 0
        channel.admit(DEVICE_ALONE)
        bench.until(lambda: receiver.tally.packets == 1)
        for packet in given[1:]:
            device.send(packet)
        bench.until(lambda: receiver.tally.packets == len(given))
        assert channel.source == device.getsockname()
    receiver.flush()
    assert same(bench.frames, film(Coding.H264))


def test_what_lay_in_the_socket_when_it_was_bound_is_the_source_s_alone(bench: Bench) -> None:
    channel, receiver = bench.udp(None)
    given = packets(film(Coding.H264))
    with sender(channel, "127.0.0.2") as stranger, sender(channel) as device, sender(channel) as other_port:
        for packet in given[:20]:
            device.send(packet)
            stranger.send(given[30])
            other_port.send(given[31])
        channel.admit(DEVICE_ALONE)
        bench.until(lambda: receiver.tally.packets == 20 and not channel._mixed)
        for packet in given[20:]:
            device.send(packet)
        bench.until(lambda: receiver.tally.packets == len(given))
        assert receiver.tally.late == receiver.tally.reordered == 0
    receiver.flush()
    assert same(bench.frames, film(Coding.H264))


def test_a_stranger_s_connection_is_closed_and_the_device_s_taken(bench: Bench) -> None:
    channel, receiver = bench.tcp(None)
    port = channel.listen(HERE, PORTS, random.Random(2))
    given = b"".join(map(framed, packets(film(Coding.H264))))
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.2", 0))
        stranger.connect((HERE, port))
        with socket.create_connection((HERE, port)) as device:
            stranger.sendall(given[:5000])
            device.sendall(given)
            bench.pass_seconds(2)
            assert not receiver.connected
            channel.admit(DEVICE_ALONE)
            bench.until(lambda: receiver.tally.packets == len(packets(film(Coding.H264))))
            assert channel.source == device.getsockname()
            bench.until(lambda: _ended(stranger))
    receiver.flush()
    assert same(bench.frames, film(Coding.H264))


def test_another_ssrc_than_agreed_is_followed_and_said(bench: Bench) -> None:
    receiver = Receiver(bench.frames.append, bench.poll.now, expected=(SSRC + 1,))
    channel = bench._keep(
        UdpChannel(bench.poll, receiver, address=HERE, ports=PORTS, sources=DEVICE_ALONE, rng=random.Random(1))
    )
    with sender(channel) as device:
        for packet in packets(film(Coding.H264)):
            device.send(packet)
        bench.until(lambda: bench.frames)
    report = receiver.report(bench.poll.now)
    assert report.step is MediaStep.RECEIVING
    assert "neither offered nor answered" in report.detail


def test_when_the_range_is_used_up_it_says_so() -> None:
    rng = random.Random(1)
    ports = (32_100, 32_101)
    pair = udp_pair(HERE, ports, rng)
    try:
        assert pair[0].getsockname()[1] == 32_100
        assert pair[1].getsockname()[1] == 32_101
        with pytest.raises(NoPorts, match="widen the range"):
            udp_pair(HERE, ports, rng)
    finally:
        for sock in pair:
            sock.close()


def test_a_device_connects_and_its_frames_come(bench: Bench) -> None:
    channel, receiver = bench.tcp()
    port = channel.listen(HERE, PORTS, random.Random(2))
    sent = film(Coding.H265)
    with socket.create_connection((HERE, port)) as device:
        device.sendall(b"".join(map(framed, packets(sent))))
        bench.until(lambda: receiver.tally.packets == len(packets(sent)))
        assert channel.source == device.getsockname()
    bench.until(lambda: not receiver.connected)
    receiver.flush()
    assert same(bench.frames, sent)


def test_a_second_connection_is_turned_away_while_the_first_is_at_work(bench: Bench) -> None:
    channel, receiver = bench.tcp()
    port = channel.listen(HERE, PORTS, random.Random(2))
    with socket.create_connection((HERE, port)) as device:
        device.sendall(b"".join(map(framed, packets(film(Coding.H264))[:9])))
        bench.until(lambda: receiver.tally.packets == 9)
        with socket.create_connection((HERE, port)) as stranger:
            stranger.settimeout(PATIENCE)
            bench.until(lambda: _ended(stranger))
        assert channel.source == device.getsockname()


def test_a_connection_that_says_nothing_makes_room(bench: Bench) -> None:
    channel, receiver = bench.tcp()
    port = channel.listen(HERE, PORTS, random.Random(2))
    with socket.create_connection((HERE, port)):
        bench.until(lambda: receiver.connected)
        bench.pass_seconds(IDLE_SECONDS + 1)
        with socket.create_connection((HERE, port)) as device:
            bench.until(lambda: channel.source == device.getsockname())


def test_who_is_not_in_the_device_networks_can_not_connect(bench: Bench) -> None:
    channel, receiver = bench.tcp(Sources.of(["192.0.2.0/24"]))
    port = channel.listen(HERE, PORTS, random.Random(2))
    with socket.create_connection((HERE, port)) as device:
        device.settimeout(PATIENCE)
        bench.until(lambda: _ended(device))
    assert receiver.report(bench.poll.now).step is MediaStep.REFUSED_SOURCE
    channel.connect(HERE, 9)
    assert channel.source is None


def test_we_connect_to_the_device(bench: Bench) -> None:
    channel, receiver = bench.tcp()
    with socket.create_server((HERE, 0)) as server:
        channel.connect(HERE, server.getsockname()[1])
        device, _ = server.accept()
        with device:
            sent = film(Coding.H264)
            device.sendall(b"".join(map(framed, packets(sent))))
            bench.until(lambda: receiver.tally.packets == len(packets(sent)))
    receiver.flush()
    assert same(bench.frames, sent)


def test_a_device_that_does_not_listen_is_tried_again_and_then_named(bench: Bench) -> None:
    channel, receiver = bench.tcp()
    with closed_port() as port:
        channel.connect(HERE, port)
        for _ in range(3 * MOST_ATTEMPTS):
            bench.pass_seconds(1)
            time.sleep(0.001)
            bench.poll.tick()
    report = receiver.report(bench.poll.now)
    assert report.step is MediaStep.NO_CONNECTION
    assert report.detail == f"nothing listens on the media port that the device named; tried {MOST_ATTEMPTS} times"


def test_a_flood_rests_and_the_other_channel_goes_on(bench: Bench) -> None:
    hostile, _ = bench.tcp()
    port = hostile.listen(HERE, PORTS, random.Random(2))
    channel, receiver = bench.udp()
    junk = b"\0\0\1\xe0\0\x03\x80\0\0" * 7000
    with socket.create_connection((HERE, port)) as attacker, sender(channel) as device:
        attacker.setblocking(False)
        for packet in packets(film(Coding.H264)):
            for _ in range(4):
                try:
                    attacker.send(junk)
                except BlockingIOError:
                    break
            device.send(packet)
            bench.poll.tick()
        bench.until(lambda: receiver.tally.packets == len(packets(film(Coding.H264))))
    receiver.flush()
    assert same(bench.frames, film(Coding.H264))


def test_a_channel_rests_when_its_second_is_used_up() -> None:
    now = [0.0]
    budget = Budget(lambda: now[0])
    budget.begin()
    now[0] += 0.2
    assert budget.end(10)
    assert budget.throttled == 1
    assert budget.each_second()
    budget.begin()
    assert not budget.end(10)
    assert budget.end(64 << 20)
    assert budget.throttled == 2


def test_a_fault_in_what_takes_the_frames_ends_that_channel_alone(bench: Bench) -> None:
    def fail(frame: Frame) -> None:
        raise RuntimeError("no room")

    broken = Receiver(fail, bench.poll.now, tcp=True)
    channel = bench._keep(TcpChannel(bench.poll, broken, sources=Sources()))
    port = channel.listen(HERE, PORTS, random.Random(2))
    other, receiver = bench.udp()
    with socket.create_connection((HERE, port)) as device, sender(other) as good:
        device.sendall(b"".join(map(framed, packets(film(Coding.H264)))))
        good.send(packets(film(Coding.H264))[0])
        good.send(packets(film(Coding.H264))[1])
        bench.until(lambda: not broken.connected and receiver.tally.packets == 2)
    assert channel.source is None


@pytest.mark.parametrize(
    ("address", "allowed"),
    [("192.0.2.9", True), ("::ffff:192.0.2.9", True), ("192.0.3.1", False), ("fd00::5%eth0", True), ("name", False)],
)
def test_addresses_and_networks(address: str, allowed: bool) -> None:
    assert Sources.of(["192.0.2.0/24", "fd00::/8"]).allows(address) is allowed
    assert Sources().allows(address)


def test_hosts_of_a_device_are_addresses_within_its_networks() -> None:
    hosts = HostSources(hosts=frozenset({"192.0.2.9", "198.51.100.1"}), within=Sources.of(["192.0.2.0/24"]))
    assert [hosts.allows(one) for one in ("192.0.2.9", "::ffff:192.0.2.9", "192.0.2.8", "198.51.100.1", "name")] == [
        *(True, True, False, False, False)
    ]
    assert not HostSources().allows("192.0.2.9")


def _ended(sock: socket.socket) -> bool:
    sock.setblocking(False)
    try:
        return sock.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
