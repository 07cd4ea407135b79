"""One client of the RTSP server: its requests (RFC 2326 §10), its transport, what waits to be written."""

from __future__ import annotations

import secrets
import socket
import ssl
from collections.abc import Sequence
from typing import Protocol
from urllib.parse import urlsplit

from custodes.video.rtsp import sdp
from custodes.video.rtsp.digest import Guard
from custodes.video.rtsp.message import Deframer, Headers, ProtocolError, Request, Response, take
from custodes.video.rtsp.mount import PAYLOAD_TYPE, Mount
from custodes.video.rtsp.transport import parse_transport

TRACK = "trackID=0"
MOST_WAITING = 4 << 20
"""Octets that may wait for a client; one that reads slower than its camera sends is dropped."""

_LATER = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
_PUBLIC = "OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN"
_SESSION_TIMEOUT = 60


class RtspConnectionOwner(Protocol):
    """What a connection needs of its server."""

    guard: Guard
    name: str

    def mount_at(self, path: str) -> Mount | None:
        """The mount under `path`."""
        ...

    def attend(self, connection: RtspConnection) -> None:
        """`connection` is over, or has something to write."""
        ...

    def udp_pair(self, family: int) -> tuple[socket.socket, socket.socket] | None:
        """Sockets that RTP and RTCP are sent from, made at first use."""
        ...


class RtspConnection:
    """A client's connection; a `mount.Watcher` once it plays.

    Attributes:
        over: the connection is to be closed.
    """

    def __init__(self, sock: socket.socket, house: RtspConnectionOwner) -> None:
        self.sock = sock
        self.over = False
        self._house = house
        self._out = bytearray()
        self._deframer = Deframer(self._text)
        self._session = ""
        self._mount: Mount | None = None
        self._channels: tuple[int, int] | None = None
        self._udp: tuple[socket.socket, socket.socket] | None = None
        self._ports = (0, 0)
        self._peer = sock.getpeername()

    @property
    def waiting(self) -> int:
        """Octets not yet written."""
        return len(self._out)

    def receive(self) -> None:
        """Read what is there and answer."""
        more = True
        while more and not self.over:
            try:
                data = self.sock.recv(65536)
            except _LATER:
                return
            except OSError:
                data = b""
            if not data:
                self.over = True
                return
            self._deframer.feed(data)
            self.over = self.over or self._deframer.garbage > 65536
            # TLS may hold octets that no epoll set sees.
            more = isinstance(self.sock, ssl.SSLSocket) and self.sock.pending() > 0

    def flush(self) -> None:
        """Write what waits, as far as the socket takes it."""
        if not self._out:
            return
        try:
            sent = self.sock.send(self._out)
        except _LATER:
            sent = 0
        except OSError:
            self.over = True
            return
        del self._out[:sent]

    def close(self) -> None:
        """Leave the mount and close the socket."""
        self.over = True
        if self._mount is not None:
            self._mount.leave(self)
        self.sock.close()

    # As a watcher

    def send_packets(self, packets: Sequence[bytes]) -> None:
        """RTP packets of a frame."""
        if self._udp is not None:
            for packet in packets:
                self._send_udp(0, packet)
        elif self._channels is not None:
            head = bytes((0x24, self._channels[0]))
            self._write(b"".join([part for packet in packets for part in (head, len(packet).to_bytes(2), packet)]))

    def send_report(self, packet: bytes) -> None:
        """An RTCP packet."""
        if self._udp is not None:
            self._send_udp(1, packet)
        elif self._channels is not None:
            self._write(bytes((0x24, self._channels[1])) + len(packet).to_bytes(2) + packet)

    def send_raw(self, data: bytes) -> None:
        """Octets as they are; over UDP one datagram."""
        if self._udp is not None:
            self._send_udp(0, data[:1400])
        else:
            self._write(data)

    def _send_udp(self, which: int, packet: bytes) -> None:
        if self._udp is not None:
            try:
                self._udp[which].sendto(packet, (self._peer[0], self._ports[which], *self._peer[2:]))
            except OSError:
                # Not reachable for the moment: UDP loses.
                return

    def _write(self, data: bytes) -> None:
        if self.over:
            return
        if self._out:
            self._out += data
            if len(self._out) > MOST_WAITING:
                self.over = True
                self._house.attend(self)
            return
        try:
            sent = self.sock.send(data)
        except _LATER:
            sent = 0
        except OSError:
            self.over = True
            self._house.attend(self)
            return
        if sent < len(data):
            self._out += memoryview(data)[sent:]
            self._house.attend(self)

    # As a conversation

    def _text(self, buf: bytes, at: int) -> int:
        try:
            taken = take(buf, at)
        except ProtocolError:
            self._answer(Response(400, "Bad Request"), "0")
            self.over = True
            return -2
        if taken is None:
            return -1
        if isinstance(taken[0], Request):
            self._on_request(taken[0])
        return taken[1]

    def _on_request(self, request: Request) -> None:
        number = request.headers.get("CSeq", "0")
        if request.method == "OPTIONS":
            response = Response(200, "OK", Headers([("Public", _PUBLIC)]))
        else:
            verdict = self._house.guard.check(request.method, request.headers.all("Authorization"))
            if verdict != "in":
                challenges = self._house.guard.challenges(verdict == "stale")
                response = Response(401, "Unauthorized", Headers([("WWW-Authenticate", text) for text in challenges]))
            else:
                response = self._respond(request)
        self._answer(response, number)
        # Packets must follow the response to PLAY, not overtake it.
        if request.method == "PLAY" and response.status == 200 and self._mount is not None:
            self._mount.join(self)

    def _answer(self, response: Response, number: str) -> None:
        headers = Headers([("CSeq", number), ("Server", self._house.name), *response.headers])
        if self._session:
            headers.add("Session", f"{self._session};timeout={_SESSION_TIMEOUT}")
        self._write(Response(response.status, response.reason, headers, response.body).encode())

    def _respond(self, request: Request) -> Response:
        match request.method:
            case "DESCRIBE":
                return self._describe(request)
            case "SETUP":
                return self._set_up(request)
            case "PLAY":
                return self._play(request)
            case "GET_PARAMETER" | "SET_PARAMETER":
                return Response(200, "OK")
            case "TEARDOWN":
                if self._mount is not None:
                    self._mount.leave(self)
                self._session, self._mount = "", None
                return Response(200, "OK")
        return Response(501, "Not Implemented")

    def _describe(self, request: Request) -> Response:
        mount = self._house.mount_at(_path(request.uri))
        if mount is None:
            return Response(404, "Not Found")
        base = request.uri if request.uri.endswith("/") else request.uri + "/"
        body = sdp.describe(mount.path, mount.params, PAYLOAD_TYPE, TRACK, self.sock.getsockname()[0])
        return Response(200, "OK", Headers([("Content-Base", base), ("Content-Type", "application/sdp")]), body)

    def _set_up(self, request: Request) -> Response:
        mount = self._house.mount_at(_path(request.uri).removesuffix(TRACK).rstrip("/"))
        if mount is None:
            return Response(404, "Not Found")
        if self._mount is not None and self._mount is not mount:
            return Response(459, "Aggregate Operation Not Allowed")
        for way in parse_transport(request.headers.get("Transport")):
            if not way.unicast:
                continue
            if way.tcp:
                self._channels = way.interleaved or (0, 1)
                self._deframer.sinks = dict.fromkeys(self._channels, _ignore_packet)
                said = f"RTP/AVP/TCP;unicast;interleaved={self._channels[0]}-{self._channels[1]}"
            elif way.client_port is not None and (pair := self._house.udp_pair(self.sock.family)) is not None:
                self._udp, self._ports = pair, way.client_port
                ports = [sock.getsockname()[1] for sock in pair]
                said = f"RTP/AVP;unicast;client_port={way.client_port[0]}-{way.client_port[1]};server_port={ports[0]}-{ports[1]}"
            else:
                continue
            self._mount = mount
            self._session = self._session or secrets.token_hex(8)
            return Response(200, "OK", Headers([("Transport", f"{said};ssrc={mount.ssrc:08X}")]))
        return Response(461, "Unsupported Transport")

    def _play(self, request: Request) -> Response:
        if self._mount is None or request.headers.get("Session").partition(";")[0].strip() != self._session:
            return Response(454, "Session Not Found")
        return Response(200, "OK", Headers([("Range", "npt=now-")]))


def _ignore_packet(_buf: bytes, _start: int, _end: int) -> None:
    """Receiver reports are not looked at: over TCP the socket itself tells who is slow."""


def _path(uri: str) -> str:
    try:
        return urlsplit(uri).path.strip("/")
    except ValueError:
        return ""
