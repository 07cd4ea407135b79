"""Where sound goes, and where it does not: strangers at the port, nobody there, a receiver that takes nothing."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from custodes.gb28181.media.ports import NoPorts
from custodes.node.gb28181.speaking import ways
from custodes.node.gb28181.speaking.ways import MOST_WAITING, DeviceUnreached, TcpListeners, TcpSpeakTransport
from custodes.video.wire.control_leases import SpeakAnswer
from tests.patience import until_async
from tests.ports import free_port

HERE, OTHER = "127.0.0.1", "127.0.0.9"


@pytest.fixture
def doors() -> Iterator[TcpListeners]:
    made = TcpListeners(HERE, (26_200, 26_299), random.Random(1))
    yield made
    made.close()


def answer(setup: Any, **more: Any) -> SpeakAnswer:
    return SpeakAnswer(setup=setup, **{"address": HERE, "hosts": (HERE,), **more})


async def test_one_number_is_open_for_both_and_given_back(doors: TcpListeners) -> None:
    with pytest.raises(NoPorts):
        TcpListeners(HERE, (doors.port, doors.port + 1), random.Random(1))
    doors.close()
    TcpListeners(HERE, (doors.port, doors.port + 1), random.Random(1)).close()


async def test_datagrams_come_from_the_port_that_was_said_and_the_other_is_free(doors: TcpListeners) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as there:
        there.bind((HERE, 0))
        there.setblocking(False)
        way = await doors.through(answer("udp", port=there.getsockname()[1]), lambda: None)
        way.send([b"one", b"two"])
        loop = asyncio.get_running_loop()
        assert await loop.sock_recvfrom(there, 100) == (b"one", (HERE, doors.port))
        assert await loop.sock_recvfrom(there, 100) == (b"two", (HERE, doors.port))
        socket.create_server((HERE, doors.port)).close()
        way.close()


async def test_what_comes_back_is_dropped_and_counted_and_a_stranger_is_not_even_counted(doors: TcpListeners) -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as there,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger,
    ):
        there.bind((HERE, 0))
        way = await doors.through(answer("udp", port=there.getsockname()[1]), lambda: None)
        stranger.sendto(bytes(500), (HERE, doors.port))
        for _ in range(3):
            there.sendto(bytes(172), (HERE, doors.port))
        await until_async(lambda: way.back)
        await until_async(lambda: way.back == 3 * 172)
        way.close()


@pytest.mark.parametrize("setup", ["tcp-passive", "tcp-active"])
async def test_what_comes_back_over_a_connection_is_dropped_and_counted(doors: TcpListeners, setup: str) -> None:
    server = await asyncio.start_server(lambda reader, writer: made.set_result((reader, writer)), HERE, 0)
    made: asyncio.Future[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Future()
    asking = asyncio.create_task(doors.through(answer(setup, port=server.sockets[0].getsockname()[1]), lambda: None))
    if setup == "tcp-passive":
        made.set_result(await asyncio.open_connection(HERE, doors.port))
    reader, writer = await made
    way = await asking
    writer.write(bytes(100_000))
    await until_async(lambda: way.back == 100_000)
    way.send([b"packet"])
    assert await reader.readexactly(8) == b"\0\x06packet"
    way.close()
    writer.close()
    server.close()


def test_a_device_is_offered_first_what_its_pictures_come_by() -> None:
    assert ways.setups_of("udp")[0] == "udp"
    assert ways.setups_of("tcp")[0] == "tcp-passive"
    assert ways.setups_of("tcp-active")[0] == "tcp-active"
    assert all(len(set(ways.setups_of(one))) == 3 for one in ("udp", "tcp", "tcp-active"))


async def test_nobody_at_the_port_ends_nothing(doors: TcpListeners) -> None:
    lost: list[int] = []
    way = await doors.through(answer("udp", port=free_port()), lambda: lost.append(1))
    for _ in range(20):
        way.send([b"octets"])
        await asyncio.sleep(0)
    assert lost == []
    way.close()


async def test_a_stranger_at_the_port_is_let_go_of(doors: TcpListeners) -> None:
    asking = asyncio.create_task(doors.through(answer("tcp-passive"), lambda: None))
    stranger = socket.create_connection((HERE, doors.port), source_address=(OTHER, 0))
    stranger.setblocking(False)
    loop = asyncio.get_running_loop()
    assert await loop.sock_recv(stranger, 10) == b""
    assert not asking.done()
    reader, writer = await asyncio.open_connection(HERE, doors.port)
    way = await asking
    way.send([b"packet"])
    assert await reader.readexactly(8) == b"\0\x06packet"
    with pytest.raises(OSError):
        await asyncio.open_connection(HERE, doors.port)  # one is enough
    way.close()
    writer.close()
    stranger.close()


@pytest.mark.parametrize("setup", ["tcp-passive", "tcp-active"])
async def test_a_connection_that_does_not_come_about_is_said(
    doors: TcpListeners, setup: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways, "REACHED_SECONDS", 0.1)
    with pytest.raises(DeviceUnreached):
        await doors.through(answer(setup, port=free_port()), lambda: None)


async def test_a_connection_that_is_gone_is_told_of_once(doors: TcpListeners) -> None:
    lost: list[int] = []
    server = socket.create_server((HERE, 0))
    server.setblocking(False)
    way = await doors.through(answer("tcp-active", port=server.getsockname()[1]), lambda: lost.append(1))
    loop = asyncio.get_running_loop()
    there, _ = await loop.sock_accept(server)
    there.close()
    await until_async(lambda: lost or way.send([b"octets"]), every=0)
    way.close()
    assert lost == [1]
    server.close()


class Stuck(asyncio.Transport):
    """A connection whose other end takes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.taken = 0
        self.aborted = False

    def write(self, data: Any) -> None:
        self.taken += len(data)

    def get_write_buffer_size(self) -> int:
        return self.taken

    def abort(self) -> None:
        self.aborted = True


async def test_of_a_receiver_that_takes_nothing_two_seconds_are_kept_and_then_it_is_let_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connection, transport = TcpSpeakTransport(lambda: None), Stuck()
    connection.connection_made(transport)
    for _ in range(1_000):
        connection.send([bytes(172)])
    assert transport.taken <= MOST_WAITING + 174
    assert connection.unsent > 800
    assert not transport.aborted
    monkeypatch.setattr(ways, "STALLED_SECONDS", 0.0)
    connection.send([bytes(172)])
    assert transport.aborted
