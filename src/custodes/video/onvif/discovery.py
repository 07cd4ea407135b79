"""Searching for devices: WS-Discovery (OASIS WS-Discovery 2005/04, ONVIF Core §7), asked from the interfaces that lie in a
network of cameras, and believed only from there.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import socket
import struct
import uuid
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from custodes.video.onvif.xml import BadXml, every, first, parse, text
from custodes.video.source.address import AddressPolicy
from custodes.video.wire.onvif import OnvifDevice, OnvifSearch

GROUP, PORT = "239.255.255.250", 3702
SEARCH_SECONDS = 3.0
MAX_DEVICES = 1000
MAX_ANSWERS = 4000
"""Datagrams that are looked at in one search: who floods is not waited for."""

MAX_DATAGRAM = 16 * 1024
_SIOCGIFADDR = 0x8915

_PROBE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl">'
    "<e:Header><w:MessageID>urn:uuid:{id}</w:MessageID><w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>"
    "<w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>"
    "<e:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body></e:Envelope>"
)


class NotOurs(ValueError):
    """An answer that is dropped: not to this search, not from a network of cameras, or malformed."""


async def search(
    policy: AddressPolicy,
    *,
    seconds: float = SEARCH_SECONDS,
    own: Sequence[str] | None = None,
    to: tuple[str, int] = (GROUP, PORT),
) -> OnvifSearch:
    """Ask once from each interface in a network of cameras and gather answers for `seconds`.

    Args:
        own: the machine's own addresses; None means to look them up.
        to: where to ask; the tests have a device of their own there.
    """
    addresses = [one for one in (local_addresses() if own is None else own) if policy.allows(one)]
    gathering = _Gathering(policy)
    loop = asyncio.get_running_loop()
    asked: list[str] = []
    async with contextlib.AsyncExitStack() as stack:
        for address in addresses:
            try:
                transport, _ = await loop.create_datagram_endpoint(lambda: gathering, sock=_socket(address))
            except OSError:
                continue
            stack.callback(transport.close)
            # Twice: a datagram may be lost, and devices answer each message once.
            for _ in range(2):
                with contextlib.suppress(OSError):
                    transport.sendto(_PROBE.format(id=gathering.id).encode(), to)
            asked.append(address)
        if asked:
            await asyncio.sleep(seconds)
    found = sorted(gathering.devices.values(), key=lambda one: socket.inet_aton(one.address))
    return OnvifSearch(devices=tuple(found), searched=tuple(asked), dropped=gathering.dropped)


class _Gathering(asyncio.DatagramProtocol):
    def __init__(self, policy: AddressPolicy) -> None:
        self.id = uuid.uuid4()
        self.devices: dict[tuple[str, int], OnvifDevice] = {}
        self.dropped = 0
        self._policy = policy
        self._answers = 0

    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        self._answers += 1
        if self._answers > MAX_ANSWERS or len(self.devices) >= MAX_DEVICES:
            return
        try:
            device = device_of(data, str(addr[0]), self.id, self._policy)
        except (NotOurs, BadXml):
            self.dropped += 1
        else:
            self.devices[device.address, device.port] = device


def device_of(data: bytes, sender: str, asked: uuid.UUID, policy: AddressPolicy) -> OnvifDevice:
    """The device that an answer tells of.

    Args:
        sender: address that the answer came from; the device's service must be at this address.
        asked: id of our question.

    Raises:
        NotOurs, BadXml: dropped.
    """
    if len(data) > MAX_DATAGRAM or not policy.allows(sender):
        raise NotOurs("not from a network of cameras, or too large")
    root = parse(data)
    if text(root, "RelatesTo").rpartition(":")[2].casefold() != str(asked):
        raise NotOurs("an answer to another question")
    scopes = first(root, "Scopes")
    said = _scopes(((scopes.text or "") if scopes is not None else "")[:4000])
    for element in every(root, "XAddrs"):
        for address in (element.text or "")[:2000].split():
            port = _port_at(address, sender)
            if port:
                return OnvifDevice(address=sender, port=port, **said)
    raise NotOurs("its service is not at the address that it answers from")


def _port_at(address: str, sender: str) -> int:
    try:
        parts = urlsplit(address)
        if parts.scheme == "http" and parts.hostname == sender:
            return parts.port or 80
    except ValueError:
        pass
    return 0


def _scopes(words: str) -> dict[str, str]:
    found = {"name": "", "hardware": ""}
    for word in words.split():
        for key in found:
            if f"onvif.org/{key}/" in word:
                value = unquote(word.rpartition(f"onvif.org/{key}/")[2])[:200]
                found[key] = "".join(char for char in value if char.isprintable())
    return found


def _socket(address: str) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(address))
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
    sock.bind((address, 0))
    return sock


def local_addresses() -> list[str]:
    """The IPv4 addresses of this machine's interfaces (Linux)."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for _index, name in socket.if_nameindex():
            with contextlib.suppress(OSError):
                answer = fcntl.ioctl(sock, _SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
                found.append(socket.inet_ntoa(answer[20:24]))
    return found
