"""What the gateway's rooms share: the endpoint and its sockets, who is registered and how they speak, what is assigned, the clock, and who hears what;
and our own address as a peer sees it.
"""

from __future__ import annotations

import ipaddress
import socket
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from custodes.gateway.assigned import AssignedDevices
from custodes.gb28181.charset import Charset, charset_for
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.frame import Message, write_message
from custodes.gb28181.manscdp.waiting import SerialNumbers
from custodes.gb28181.sip.client_transaction import ClientTransaction
from custodes.gb28181.sip.endpoint import Endpoint
from custodes.gb28181.sip.events import Event
from custodes.gb28181.sip.peer import Peer
from custodes.gb28181.sip.registrar import Registrar, Registration
from custodes.gb28181.sip.subscription import XML
from custodes.gb28181.sip.transport import Transport
from custodes.gb28181.ssrc import SsrcPool
from custodes.video.clock import HostClock

MOST = 10_000


class OwnAddress:
    """The address that we listen on or, where that is all of them, the one that the kernel would send from.

    Args:
        host: that the sockets are bound to.

    Attributes:
        port: of both sockets; set when they are open.
    """

    def __init__(self, host: str, port: int = 0) -> None:
        self.port = port
        self._host = host
        self._any = ipaddress.ip_address(host).is_unspecified
        self._known: OrderedDict[str, str] = OrderedDict()

    def __call__(self, peer: Peer) -> Peer:
        """As `peer` sees us."""
        return Peer(peer.carrier, self._towards(peer.host) if self._any else self._host, self.port)

    def _towards(self, host: str) -> str:
        known = self._known.get(host)
        if known is None:
            known = self._known[host] = _route(host) or self._host
            if len(self._known) > MOST:
                self._known.popitem(last=False)
        return known


def _route(host: str) -> str:
    """Our address on the way to `host`; nothing is sent. Empty where there is no way."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((host, 9))
            return str(probe.getsockname()[0])
    except OSError:
        return ""


EventEar = Callable[[Event], bool]
"""Hears an event of the endpoint; True where it was its own and nobody else is to hear it. A `Change` is heard by all."""

MessageEar = Callable[[str, Message], bool]
"""Hears what a device says in a body that SIP has answered already: the registered ID, the message; True where it was its own."""

_EDITIONS = {"2016": Edition.E2016, "2022": Edition.E2022}
_CHARSETS = {"gb18030": Charset.GB18030, "utf-8": Charset.UTF8}


@dataclass(frozen=True, slots=True)
class DeviceReach:
    """How a registered device is reached and spoken to."""

    peer: Peer
    edition: Edition
    charset: Charset


@dataclass
class Context:
    """One gateway.

    Attributes:
        id, domain: our own ID of 20 digits and SIP domain.
        folder: the gateway's own data.
        event_ears, message_ears: the rooms that hear, in order.
        alive_ears: who waits for the next keepalive of a device, by its ID; each hears of one.
    """

    id: str
    domain: str
    endpoint: Endpoint
    registrar: Registrar
    transport: Transport
    assigned: AssignedDevices
    ssrc: SsrcPool
    clock: HostClock
    folder: Path
    event_ears: list[EventEar] = field(default_factory=list)
    message_ears: list[MessageEar] = field(default_factory=list)
    alive_ears: dict[str, Callable[[], None]] = field(default_factory=dict)
    _heard: dict[str, Charset] = field(default_factory=dict)
    _numbers: dict[str, SerialNumbers] = field(default_factory=dict)

    def registration(self, device: str) -> Registration | None:
        """The registration of a device that is online; None for any other."""
        found = self.registrar.find(device)
        return found if found is not None and found.online else None

    def reach(self, device: str) -> DeviceReach | None:
        """How a device that is online is reached; what a person knows of its edition and characters counts before what it says."""
        found = self.registration(device)
        if found is None:
            return None
        stated = self.assigned.device(device)
        edition = _EDITIONS.get(stated.edition if stated else "", found.edition)
        charset = _CHARSETS.get(stated.charset if stated else "") or charset_for(edition, self._heard.get(device))
        return DeviceReach(found.peer, edition, charset)

    def heard_in(self, device: str, charset: Charset | None) -> None:
        """A body of the device was written in this."""
        if charset is not None:
            self._heard[device] = charset

    def number(self, device: str) -> int:
        """The next serial number for a question or command to this device, whichever room asks."""
        return self._numbers.setdefault(device, SerialNumbers()).next()

    def say(self, device: str, user: str, message: Message) -> ClientTransaction | None:
        """Send a body to a device, or to one of its channels; None where it is not online. Call `transport.drain` afterwards.

        Args:
            user: the ID in the Request-URI.

        Raises:
            Refused: it can't be sent to a peer of this edition.
            Full: too many requests are under way.
        """
        reach = self.reach(device)
        if reach is None:
            return None
        return self.send(reach.peer, user, write_message(message, reach.edition, reach.charset))

    def send(self, peer: Peer, user: str, body: bytes) -> ClientTransaction:
        """Send a body that is written already.

        Raises:
            Full: too many requests are under way.
        """
        request = self.endpoint.request("MESSAGE", user, peer, body, (XML,))
        return self.endpoint.send(request, peer, self.clock.monotonic())

    def forget(self, device: str) -> None:
        """A device is gone: nothing that it was spoken with is kept."""
        self._heard.pop(device, None)
        self._numbers.pop(device, None)
