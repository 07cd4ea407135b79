"""SIP messages out of packets: datagrams as they are, connections followed in both directions, each in the order of its octets."""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Collection
from typing import NamedTuple

from custodes.gb28181.capture.packets import Datagram, Ends, Packets, Segment
from custodes.gb28181.capture.pcap import Packet
from custodes.gb28181.sip.framing import Framer
from custodes.gb28181.sip.malformed import Malformed
from custodes.gb28181.sip.message import Message, read_datagram
from custodes.gb28181.sip.peer import Carrier

MOST_FLOWS = 2_048
"""Directions of connections that are followed at once; the one that was silent for longest is given up."""
MOST_WAITING = 256 * 1024
"""Octets of one direction that wait for what is missing before them; then that is given up for lost."""
SIP_PORTS = frozenset((5060, 5061))
_FIN, _SYN, _RST = 1, 2, 4
_BEGINS = re.compile(rb"[\r\n\0]*(?:SIP/2\.0[ \t]|[A-Z]{3,12}[ \t]+sips?:)", re.IGNORECASE)


class CapturedMessage(NamedTuple):
    """A message, or what was none, with the time of its last octets in microseconds UTC."""

    wall_us: int
    ends: Ends
    carrier: Carrier
    message: Message | Malformed


class _Flow:
    """One direction of a connection."""

    def __init__(self) -> None:
        self.framer = Framer()
        self.expected: int | None = None
        self.waiting: dict[int, bytes] = {}
        self.sip: bool | None = None  # nobody knows before the first octets


class Messages:
    """Takes packets, gives messages. Never raises for what is in them; what it keeps is bounded.

    Args:
        ports: what is sent to or from these alone; none and everything that begins as SIP does.

    Attributes:
        counts: packets that gave nothing, by reason.
    """

    def __init__(self, ports: Collection[int] = ()) -> None:
        self.counts: Counter[str] = Counter()
        self._ports = frozenset(ports)
        self._packets = Packets()
        self._now = 0
        self._flows: OrderedDict[Ends, _Flow] = OrderedDict()

    def take(self, packet: Packet) -> list[CapturedMessage]:
        """What this packet makes whole."""
        self._now = packet.wall_us
        found = self._packets.take(packet)
        if found is None:
            self.counts["no-udp-or-tcp"] += 1
            return []
        if self._ports and not self._ports & {found.ends.source_port, found.ends.target_port}:
            self.counts["other-port"] += 1
            return []
        return self._datagram(found) if isinstance(found, Datagram) else self._segment(found)

    def end(self) -> list[CapturedMessage]:
        """Nothing comes any more: what waited for octets that are missing."""
        found: list[CapturedMessage] = []
        for ends, flow in self._flows.items():
            while flow.waiting:
                found += self._skip(flow, self._now, ends)
        return found

    def _datagram(self, datagram: Datagram) -> list[CapturedMessage]:
        octets = datagram.octets
        if not octets.strip(b"\r\n\0 "):
            self.counts["ping"] += 1
            return []
        if not self._named(datagram.ends) and not _BEGINS.match(octets):
            self.counts["no-sip"] += 1
            return []
        if not datagram.whole:
            self.counts["cut-by-the-capture"] += 1
        message: Message | Malformed
        try:
            message = read_datagram(octets)
        except Malformed as error:
            message = error
        return [CapturedMessage(datagram.wall_us, datagram.ends, "UDP", message)]

    def _segment(self, segment: Segment) -> list[CapturedMessage]:
        flow = self._flows.get(segment.ends)
        if flow is None or segment.flags & _SYN:
            flow = self._flows[segment.ends] = _Flow()
            while len(self._flows) > MOST_FLOWS:
                self._flows.popitem(last=False)
        self._flows.move_to_end(segment.ends)
        number = segment.number + 1 if segment.flags & _SYN else segment.number
        if flow.expected is None:
            flow.expected = number & 0xFFFFFFFF
        found = self._octets(flow, segment, number & 0xFFFFFFFF) if segment.length > 0 else []
        if segment.flags & (_FIN | _RST):
            while flow.waiting:
                found += self._skip(flow, segment.wall_us, segment.ends)
            self._flows.pop(segment.ends, None)
        return found

    def _octets(self, flow: _Flow, segment: Segment, number: int) -> list[CapturedMessage]:
        assert flow.expected is not None
        ahead = (number - flow.expected + (1 << 31) & 0xFFFFFFFF) - (1 << 31)
        if ahead > 0:
            held = flow.waiting.get(number, b"")
            if len(segment.octets) > len(held):
                flow.waiting[number] = segment.octets
            if sum(map(len, flow.waiting.values())) > MOST_WAITING or len(flow.waiting) > 1_024:
                return self._skip(flow, segment.wall_us, segment.ends)
            return []
        found: list[CapturedMessage] = []
        new = segment.octets[-ahead:] if ahead else segment.octets
        if segment.length + ahead > 0:
            found += self._feed(flow, new, segment)
            flow.expected = number + segment.length & 0xFFFFFFFF
            if len(segment.octets) < segment.length:
                self.counts["cut-by-the-capture"] += 1
                flow.framer = Framer()
        return found + self._waited(flow, segment.wall_us, segment.ends)

    def _waited(self, flow: _Flow, wall_us: int, ends: Ends) -> list[CapturedMessage]:
        """What lay behind and can be read now."""
        found: list[CapturedMessage] = []
        moved = True
        while moved and flow.waiting:
            moved = False
            for number in list(flow.waiting):
                assert flow.expected is not None
                ahead = (number - flow.expected + (1 << 31) & 0xFFFFFFFF) - (1 << 31)
                if ahead > 0:
                    continue
                octets = flow.waiting.pop(number)[-ahead:] if ahead else flow.waiting.pop(number)
                found += self._feed(flow, octets, Segment(wall_us, ends, octets, len(octets), 0, 0))
                flow.expected = flow.expected + len(octets) & 0xFFFFFFFF
                moved = True
        return found

    def _skip(self, flow: _Flow, wall_us: int, ends: Ends) -> list[CapturedMessage]:
        """Give up what is missing: the next message is looked for behind it."""
        self.counts["gap"] += 1
        expected = flow.expected or 0
        flow.expected = min(flow.waiting, key=lambda number: number - expected & 0xFFFFFFFF)
        flow.framer = Framer()
        return self._waited(flow, wall_us, ends)

    def _feed(self, flow: _Flow, octets: bytes, segment: Segment) -> list[CapturedMessage]:
        if flow.sip is None and octets.strip(b"\r\n\0 "):
            flow.sip = self._named(segment.ends) or bool(_BEGINS.match(octets))
        if not flow.sip:
            self.counts["no-sip"] += 1
            return []
        if flow.framer.broken:
            flow.framer = Framer()
        return [CapturedMessage(segment.wall_us, segment.ends, "TCP", message) for message in flow.framer.feed(octets)]

    def _named(self, ends: Ends) -> bool:
        """Whether SIP is expected there, so that what is none is told too."""
        return bool((self._ports or SIP_PORTS) & {ends.source_port, ends.target_port})
