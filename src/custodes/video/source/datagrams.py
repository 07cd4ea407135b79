"""A pair of UDP ports in the reader's epoll set: RTP and RTCP of one session (RFC 3550 §11).

Both sockets are connected to the ports that the camera named in its answer to SETUP, so that the kernel lets nobody
else's datagrams through. A camera that names none, or sends from another port than it names, is listened for at its
address: the first port from which two packets of the stream follow each other is bound to instead.
"""

from __future__ import annotations

import ipaddress
import random
import socket
from collections.abc import Callable
from dataclasses import dataclass

from custodes.video.rtp.assembly import Depacketizer
from custodes.video.rtp.header import FIXED
from custodes.video.rtp.reorder import Reorder
from custodes.video.rtsp.transport import NoPorts, NotFromThere, RtpTransport
from custodes.video.source.address import SourceAddress
from custodes.video.source.link import BYTES_PER_SECOND, Loss
from custodes.video.source.tick import Reader, Timer

_LARGEST = 65_536
_MOST_AT_ONCE = 1024
"""Datagrams that one socket gives in one tick; what is left waits for the next."""
_PACKETS_PER_SECOND = 12_000
"""Most datagrams that a camera may send in a second: twice what `BYTES_PER_SECOND` make of Ethernet's size."""
_OPENING = bytes.fromhex("80 00 0000 00000000 00000000")
"""An RTP header without payload: opens the way back through a firewall that knows connections (RFC 4961)."""
_SO_RCVBUFFORCE = 33
_MOST_PORTS = 16
"""Ports of the camera that are looked at beside each other."""
NAMED_SECONDS = 1.0
"""Nothing has come for so long from the port that the camera named: it may send from another."""


@dataclass(frozen=True, slots=True)
class UdpTerms:
    """How cameras that send as UDP are taken in.

    Attributes:
        ports: first and last local port that may be used.
        buffer_bytes: what the kernel is asked to keep for a socket between two reads.
        reorder_packets: packets that may wait for one that is missing.
        reorder_seconds: how long they may wait.
    """

    ports: tuple[int, int] = (30_000, 39_999)
    buffer_bytes: int = 2 << 20
    reorder_packets: int = 256
    reorder_seconds: float = 0.1


class UdpPorts:
    """The datagrams of one session; `custodes.video.rtsp.transport.RtpUdpPair`.

    Args:
        target: the camera, as its RTSP connection reaches it.
        local: gives the local address of that connection.
        on_control: takes each RTCP packet.
        after: called when packets have been handed on.
        on_lost: taking them in failed, with a plain sentence and how. Not called after `close`.

    Attributes:
        received: octets read so far.
        throttled: seconds in which the peer sent more than it may; the rest of them was not read.
        elsewhere: the port that the camera sends from, where its answer to SETUP named another, or none; 0 for the named one.
    """

    def __init__(
        self,
        reader: Reader,
        terms: UdpTerms,
        target: SourceAddress,
        local: Callable[[], str],
        on_control: Callable[[bytes], None],
        after: Callable[[], None],
        on_lost: Callable[[str, Loss], None],
        rng: random.Random,
    ) -> None:
        self.received = 0
        self.throttled = 0
        self.elsewhere = 0
        self._reader = reader
        self._terms = terms
        self._target = target
        self._local = local
        self._on_control = on_control
        self._after = after
        self._on_lost = on_lost
        self._rng = rng
        self._sockets: tuple[socket.socket, socket.socket] | None = None
        self._reorder: Reorder | None = None
        self._way = RtpTransport(tcp=False)
        self._search: _Search | None = None
        self._timer: Timer | None = None
        self._resting = False
        self._left = BYTES_PER_SECOND
        self._packets_left = _PACKETS_PER_SECOND

    # What the session asks (`Datagrams`)

    @property
    def ssrc(self) -> int | None:
        """Synchronisation source of the RTP packets, None before the first."""
        return self._reorder.ssrc if self._reorder is not None else None

    def open(self) -> tuple[int, int]:
        """Take a pair of ports, an even one and the next.

        Raises:
            NoPorts: none is free.
        """
        self.close()
        first, last = self._terms.ports
        evens = range(first + first % 2, last, 2)
        begin = self._rng.randrange(len(evens)) if evens else 0
        for place in range(len(evens)):
            port = evens[(begin + place) % len(evens)]
            if (pair := self._bind(port)) is not None:
                self._sockets = pair
                return port, port + 1
        raise NoPorts(f"no pair of UDP ports is free between {first} and {last} (CUSTODES_UDP_PORTS)")

    def expect(self, way: RtpTransport) -> None:
        """Let in what comes from the ports that the camera names, at the address that the connection goes to; where it names none, from
        the first port there that the stream comes from.

        Raises:
            NotFromThere: it names another address.
        """
        if _is_other(way.source, self._target.address):
            raise NotFromThere("the camera wants to send as UDP from an address that is not its own")
        self._way = way
        if self._sockets is None or way.server_port is None:
            return
        for sock, port in zip(self._sockets, way.server_port, strict=True):
            sock.connect((self._target.address, port))
            _drain(sock)  # what came before the socket was connected may be anybody's

    def carry(self, video: Depacketizer, payload_type: int) -> None:
        """Give the RTP packets to `video`, in order."""
        terms = self._terms
        self._reorder = Reorder(video, payload_type, terms.reorder_packets, terms.reorder_seconds)
        if self._way.server_port is None:
            self._search = _Search(payload_type, self._way.ssrc)
        else:
            self._timer = self._reader.call_later(NAMED_SECONDS, self._search_elsewhere)
        if self._sockets is None:
            return
        media, control = self._sockets
        self._reader.add(media, _Port(media, self._read_media, self._failed))
        self._reader.add(control, _Port(control, self._read_control, self._failed))
        for sock in self._sockets:
            _send(sock, _OPENING)

    def send_report(self, packet: bytes) -> None:
        """Send an RTCP packet to the camera; one that can't be sent now is not sent."""
        if self._sockets is not None:
            _send(self._sockets[1], packet)

    # What the owner calls

    def each_second(self) -> None:
        """A second has passed: the peer may send again, and what waits for too long is given up."""
        self._left = BYTES_PER_SECOND
        self._packets_left = _PACKETS_PER_SECOND
        if self._reorder is not None:
            self._reorder.expire(self._reader.now)
        if self._resting and self._sockets is not None:
            self._resting = False
            self._reader.want(self._sockets[0])

    def close(self) -> None:
        """Let go of the ports; nothing is called any more."""
        sockets, self._sockets = self._sockets, None
        self._reorder = self._search = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for sock in sockets or ():
            self._reader.remove(sock)
            sock.close()

    # Reading

    def _read_media(self, sock: socket.socket) -> None:
        reorder, buffer = self._reorder, self._reader.buffer
        if reorder is None:
            return
        reorder.begin(self._reader.wall_us, self._reader.now)
        push, receive = reorder.push, sock.recv_into
        octets = packets = 0
        if self._search is not None:
            octets, packets = self._read_searching(sock, reorder, self._search)
            if self._sockets is None:
                return
        else:
            for _ in range(_MOST_AT_ONCE):
                try:
                    count = receive(buffer, _LARGEST)
                except BlockingIOError:
                    break
                except OSError:
                    if self._sockets is None:  # a listener has stopped us
                        return
                    continue  # an ICMP message says that nothing listens where our opening packet went
                push(bytes(buffer[:count]))
                octets += count
                packets += 1
            else:
                self._reader.full = True
        self.received += octets
        self._left -= octets
        self._packets_left -= packets
        reorder.expire(self._reader.now)
        if (self._left < 0 or self._packets_left < 0) and not self._resting and self._sockets is not None:
            self._resting = True
            self.throttled += 1
            self._reader.want(sock, read=False)
        self._after()

    def _read_searching(self, sock: socket.socket, reorder: Reorder, search: _Search) -> tuple[int, int]:
        """Look among what comes from the camera's address; octets and packets of its stream, once that is found. All else counts too
        for how much is read in a second."""
        buffer, octets, packets = self._reader.buffer, 0, 0
        for _ in range(_MOST_AT_ONCE):
            try:
                count, source = sock.recvfrom_into(buffer, _LARGEST)
            except BlockingIOError:
                if search.port:  # nothing of anybody else is left in the socket
                    self._search = None
                break
            except OSError:
                if self._sockets is None:
                    break
                continue
            found: list[bytes] = []
            if _is_same(source[0], self._target.address):
                packet = bytes(buffer[:count])
                if search.port:
                    found = [packet] if source[1] == search.port else []
                elif found := search.look(packet, source[1]):
                    self._bind_to(sock, search.port)
            if not found:
                self._left, self._packets_left = self._left - count, self._packets_left - 1
            for one in found:
                reorder.push(one)
                octets, packets = octets + len(one), packets + 1
        return octets, packets

    def _bind_to(self, media: socket.socket, port: int) -> None:
        """The camera sends from this port: from now on the kernel lets through what comes from there."""
        media.connect((self._target.address, port))
        named = self._way.server_port
        self.elsewhere = 0 if named is not None and port == named[0] else port  # the named one may only have begun late
        if named is None and self._sockets is not None and port < 65_535:  # RFC 3550 §11
            self._sockets[1].connect((self._target.address, port + 1))
        for sock in self._sockets or ():
            _send(sock, _OPENING)

    def _search_elsewhere(self) -> None:
        """Nothing came from the port that was named: listen to the camera's others too. A connected socket can't be loosened, so it is
        made anew on the same port."""
        self._timer = None
        if self._sockets is None or self._reorder is None or self.received:
            return
        old, control = self._sockets
        address, port = old.getsockname()[:2]
        media = socket.socket(self._target.family, socket.SOCK_DGRAM)
        media.setblocking(False)
        self._reader.remove(old)
        old.close()
        try:
            media.bind((address, port))
        except OSError:
            media.close()
            self._failed(OSError("the port was taken"))
            return
        _enlarge(media, self._terms.buffer_bytes)
        self._sockets = media, control
        self._search = _Search(self._reorder.payload_type, self._way.ssrc)
        self._reader.add(media, _Port(media, self._read_media, self._failed))

    def _read_control(self, sock: socket.socket) -> None:
        for _ in range(16):
            try:
                packet = sock.recv(_LARGEST)
            except BlockingIOError:
                break
            except OSError:
                if self._sockets is None:
                    return
                continue
            self._on_control(packet)
        self._after()

    def _failed(self, error: Exception) -> None:
        """Something in what takes the packets failed; the reader has taken the socket out of its set."""
        self.close()
        self._on_lost(f"reading the camera failed ({type(error).__name__})", "network")

    def _bind(self, port: int) -> tuple[socket.socket, socket.socket] | None:
        pair = [socket.socket(self._target.family, socket.SOCK_DGRAM) for _ in range(2)]
        try:
            for offset, sock in enumerate(pair):
                sock.setblocking(False)
                sock.bind((self._local(), port + offset))
            _enlarge(pair[0], self._terms.buffer_bytes)
        except OSError:
            for sock in pair:
                sock.close()
            return None
        return pair[0], pair[1]


class _Search:
    """From which port of the camera its stream comes: the first from which two packets of it follow each other.

    Args:
        payload_type: of the stream, negative when it is not known.
        ssrc: that the camera named, None when it named none.

    Attributes:
        port: 0 while it is not found.
    """

    def __init__(self, payload_type: int, ssrc: int | None) -> None:
        self.port = 0
        self._type = payload_type
        self._ssrc = ssrc
        self._last: dict[int, bytes] = {}

    def look(self, packet: bytes, port: int) -> list[bytes]:
        """Take a packet from there; both packets where the stream is found by this one."""
        if len(packet) <= FIXED or packet[0] >> 6 != 2:
            return []
        if self._type >= 0 and packet[1] & 0x7F != self._type:
            return []
        if self._ssrc is not None and int.from_bytes(packet[8:12], "big") != self._ssrc:
            return []
        before = self._last.pop(port, b"")
        if before and before[8:12] == packet[8:12] and _sequence(before) + 1 & 0xFFFF == _sequence(packet):
            self.port = port
            return [before, packet]
        self._last[port] = packet
        if len(self._last) > _MOST_PORTS:
            del self._last[next(iter(self._last))]
        return []


class _Port:
    """One of the sockets, as the reader knows it."""

    def __init__(
        self, sock: socket.socket, read: Callable[[socket.socket], None], failed: Callable[[Exception], None]
    ) -> None:
        self._sock = sock
        self._read = read
        self._failed = failed

    def on_readable(self) -> None:
        """Something has come."""
        self._read(self._sock)

    def on_writable(self) -> None:
        """Never asked for."""

    def on_broken(self, error: Exception) -> None:
        """Something in `on_readable` failed."""
        self._failed(error)


def _enlarge(sock: socket.socket, octets: int) -> None:
    """Ask for a large buffer: by privilege, else as far as net.core.rmem_max lets us."""
    try:
        sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, octets)
    except OSError:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, octets)


def _send(sock: socket.socket, packet: bytes) -> None:
    try:
        sock.send(packet)
    except OSError:
        # UDP loses; the next report says the same.
        return


def _drain(sock: socket.socket) -> None:
    for _ in range(_MOST_AT_ONCE):
        try:
            sock.recv(1)
        except BlockingIOError:
            return
        except OSError:
            continue


def _sequence(packet: bytes) -> int:
    return packet[2] << 8 | packet[3]


def _is_same(source: str, address: str) -> bool:
    return source.partition("%")[0] == address.partition("%")[0]


def _is_other(source: str, address: str) -> bool:
    """Whether `source` is an address and not `address`. A name or an unspecified address says nothing."""
    try:
        said = ipaddress.ip_address(source)
    except ValueError:
        return False
    return not said.is_unspecified and said != ipaddress.ip_address(address.partition("%")[0])
