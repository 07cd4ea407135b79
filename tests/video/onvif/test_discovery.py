"""Who answers a search is believed only from a network of cameras, about itself, and to this very question."""

from __future__ import annotations

import asyncio
import ipaddress
import uuid

import pytest
from ipycam import CameraConfig, ONVIFService, WSDiscoveryServer

from custodes.video.onvif import discovery
from custodes.video.onvif.discovery import NotOurs, device_of
from custodes.video.onvif.xml import BadXml, parse, text
from custodes.video.source.address import AddressPolicy

LOOPBACK = AddressPolicy(allow_loopback=True)
ASKED = uuid.uuid4()


def answer(host: str = "127.0.0.1", asked: uuid.UUID = ASKED, name: str = "Front-door") -> bytes:
    """What `ipycam` answers."""
    service = ONVIFService(CameraConfig(name=name, local_ip=host, onvif_port=8080))
    return service.create_probe_match(f"urn:uuid:{asked}").encode()


class Devices(asyncio.DatagramProtocol):
    """A device, and neighbours that mean no good, behind one port."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.heard.append(data)
        asked = uuid.UUID(text(parse(data), "MessageID").rpartition(":")[2])
        for said in (
            answer(asked=asked),
            answer(asked=uuid.uuid4(), name="stale"),
            answer("10.9.9.9", asked, "elsewhere"),
            b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
            b"\xff" * 2000,
            b"x" * 20_000,
        ):
            self.transport.sendto(said, addr)  # type: ignore[attr-defined]


async def test_a_search_finds_the_device_and_drops_everything_else() -> None:
    loop = asyncio.get_running_loop()
    transport, devices = await loop.create_datagram_endpoint(Devices, local_addr=("127.0.0.1", 0))
    try:
        there = transport.get_extra_info("sockname")
        found = await discovery.search(LOOPBACK, seconds=0.5, own=["127.0.0.1", "192.0.2.1"], to=there)
    finally:
        transport.close()
    [device] = found.devices
    assert (device.address, device.port, device.name) == ("127.0.0.1", 8080, "Front-door")
    assert found.searched == ("127.0.0.1",), "an interface outside the networks of cameras asks nobody"
    assert found.dropped >= 8
    assert b"NetworkVideoTransmitter" in devices.heard[0]


async def test_somebody_elses_device_answers_our_question_over_multicast() -> None:
    # Other runs may have a device of their own behind the same group: ours has a name and a port of its own.
    one = uuid.uuid4()
    name, port = f"V{one.hex}", 20_000 + one.int % 40_000
    server = WSDiscoveryServer(ONVIFService(CameraConfig(name=name, local_ip="127.0.0.1", onvif_port=port)))
    server.start()
    try:
        found = await discovery.search(LOOPBACK, seconds=1.0, own=["127.0.0.1"])
    finally:
        server.stop()
    assert name in [device.name for device in found.devices]


async def test_without_an_interface_in_a_network_of_cameras_nobody_is_asked() -> None:
    found = await discovery.search(AddressPolicy(), seconds=5, own=["127.0.0.1", "10.0.0.1"])
    assert (found.devices, found.searched) == ((), ())


def test_an_answer_from_outside_is_dropped_whatever_it_says() -> None:
    inside = AddressPolicy((ipaddress.ip_network("10.1.0.0/16"),))
    assert device_of(answer("10.1.2.3"), "10.1.2.3", ASKED, inside).address == "10.1.2.3"
    for sender in ("10.2.0.1", "127.0.0.1", "169.254.1.1"):
        with pytest.raises(NotOurs):
            device_of(answer(sender), sender, ASKED, inside)


def test_a_device_speaks_for_its_own_address_alone() -> None:
    with pytest.raises(NotOurs):
        device_of(answer("127.0.0.2"), "127.0.0.1", ASKED, LOOPBACK)


@pytest.mark.parametrize("data", [b"", b"<a/>", b"\x00", answer()[:-30]])
def test_a_broken_answer_is_dropped(data: bytes) -> None:
    with pytest.raises((NotOurs, BadXml)):
        device_of(data, "127.0.0.1", ASKED, LOOPBACK)


def test_the_machines_own_addresses_are_known() -> None:
    assert "127.0.0.1" in discovery.local_addresses()
