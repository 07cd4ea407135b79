"""A small RTSP 1.0 server (RFC 2326): one thread, one epoll set, any number of mounts.

It serves simulated cameras and the benches. asyncio's timers have a grain of a millisecond; packets that are spaced as
on a camera's link need a tenth of that, so the server runs a loop of its own: everything that is due goes out, then it
sleeps until the next packet.
"""

from __future__ import annotations

import heapq
import itertools
import select
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass

from custodes.video.clock import HostClock
from custodes.video.rtsp.connection import RtspConnection
from custodes.video.rtsp.digest import Guard
from custodes.video.rtsp.mount import Mount, MountFrame

LINK_PACE = 116e-6
"""Seconds between packets of 1448 octets on a link of 100 Mbit/s."""

_LONGEST_WAIT = 0.05
_GRAIN = 50e-6
_MOST_CLIENTS = 1024


@dataclass(slots=True)
class _Sending:
    """A mount's place in time: the next frame, or the packets of the present one that are still to go."""

    mount: Mount
    frame: MountFrame
    frame_due: float
    packets: list[bytes]


class RtspServer:
    """Serves `mounts` on ``host:port`` until `stop`.

    Args:
        port: 0 takes a free one; see `port`.
        stagger: begin the mounts' frames at different moments, as cameras do.
        tls: speak TLS (``rtsps``) with this context's certificate.

    Attributes:
        port: the port that it listens on.
        guard: who may come in.
        name: what it calls itself.
    """

    def __init__(
        self,
        mounts: Iterable[Mount],
        guard: Guard,
        clock: HostClock,
        host: str = "127.0.0.1",
        port: int = 0,
        stagger: bool = True,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.guard = guard
        self.name = "Custodes"
        self._clock = clock
        self._tls = tls
        self._mounts = {mount.path: mount for mount in mounts}
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._host = host
        self._listener = socket.create_server((host, port), family=family, backlog=256)
        self._listener.setblocking(False)
        self.port: int = self._listener.getsockname()[1]
        self._epoll = select.epoll()
        self._epoll.register(self._listener.fileno(), select.EPOLLIN)
        self._connections: dict[int, RtspConnection] = {}
        self._writing: set[int] = set()
        self._attention: set[RtspConnection] = set()
        self._udp: tuple[socket.socket, socket.socket] | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._order = itertools.count()
        self._due: list[tuple[float, int, _Sending]] = []
        start = time.monotonic()
        for index, mount in enumerate(self._mounts.values()):
            offset = index * 0.04 / max(len(self._mounts), 1) if stagger else 0.0
            self._push(start + offset, _Sending(mount, next(mount.frames), start + offset, []))

    # For connections

    def mount_at(self, path: str) -> Mount | None:
        """The mount under `path`."""
        return self._mounts.get(path)

    def udp_pair(self, family: int) -> tuple[socket.socket, socket.socket] | None:
        """An even and an odd port next to each other (RFC 3550 §11); None when there are none."""
        if self._udp is None:
            self._udp = _bind_pair(family, self._host)
        return self._udp

    def attend(self, connection: RtspConnection) -> None:
        """`connection` is over, or has something to write: look at it at the end of this step."""
        self._attention.add(connection)

    # Running

    def start(self) -> RtspServer:
        """Serve in a thread."""
        self._thread = threading.Thread(target=self.run, name="rtsp-server", daemon=True)
        self._thread.start()
        return self

    def ask_to_stop(self) -> None:
        """Let `run` end soon; may be called from a signal handler."""
        self._stop.set()

    def stop(self) -> None:
        """Stop serving and close everything."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def __enter__(self) -> RtspServer:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def run(self) -> None:
        """Serve until `stop` or `ask_to_stop` is called."""
        try:
            while not self._stop.is_set():
                self._step()
        finally:
            for connection in list(self._connections.values()):
                connection.close()
            self._connections.clear()
            for sock in (self._listener, *(self._udp or ())):
                sock.close()
            self._epoll.close()

    def drop_clients(self) -> None:
        """Close all connections at the next step, as a camera that restarts does."""
        for connection in list(self._connections.values()):
            connection.over = True
            self._attention.add(connection)

    def _step(self) -> None:
        wait = min(self._due[0][0] - time.monotonic(), _LONGEST_WAIT) if self._due else _LONGEST_WAIT
        if wait < 0.001:
            # epoll counts whole milliseconds.
            if wait > _GRAIN:
                time.sleep(wait)
            wait = 0
        for number, mask in self._epoll.poll(wait):
            if number == self._listener.fileno():
                self._accept()
                continue
            connection = self._connections.get(number)
            if connection is None:
                continue
            if mask & select.EPOLLOUT:
                connection.flush()
            if mask & ~select.EPOLLOUT:
                connection.receive()
            self._attention.add(connection)
        now = time.monotonic()
        while self._due and self._due[0][0] <= now:
            self._send(heapq.heappop(self._due)[2], now)
        if self._attention:
            self._tend()

    def _accept(self) -> None:
        try:
            sock, _peer = self._listener.accept()
        except OSError:
            return
        if len(self._connections) >= _MOST_CLIENTS:
            sock.close()
            return
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            if self._tls is not None:  # the first read shakes hands
                sock = self._tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
            connection = RtspConnection(sock, self)
        except OSError:  # gone already
            sock.close()
            return
        self._epoll.register(sock.fileno(), select.EPOLLIN)
        self._connections[sock.fileno()] = connection

    def _tend(self) -> None:
        """Close what is over, and watch for room where something waits to be written."""
        while self._attention:
            connection = self._attention.pop()
            number = connection.sock.fileno()
            if number not in self._connections:
                continue
            if connection.over:
                del self._connections[number]
                self._writing.discard(number)
                self._epoll.unregister(number)
                connection.close()
            elif (connection.waiting > 0) != (number in self._writing):
                waiting = connection.waiting > 0
                self._epoll.modify(number, select.EPOLLIN | (select.EPOLLOUT if waiting else 0))
                (self._writing.add if waiting else self._writing.discard)(number)

    # Sending

    def _push(self, due: float, sending: _Sending) -> None:
        heapq.heappush(self._due, (due, next(self._order), sending))

    def _send(self, sending: _Sending, now: float) -> None:
        mount = sending.mount
        if sending.packets:
            packet = sending.packets.pop()
            for watcher in mount.watchers:
                watcher.send_packets((packet,))
        else:
            self._begin_frame(sending, now)
        if sending.packets:
            self._push(now + mount.pace, sending)
            return
        sending.frame_due += sending.frame.ticks / 90_000
        # A process that was held up for long does not send a burst to catch up.
        if sending.frame_due < now - 1.0:
            sending.frame_due = now
        sending.frame = next(mount.frames)
        sending.frame_due += sending.frame.wait
        self._push(sending.frame_due, sending)

    def _begin_frame(self, sending: _Sending, now: float) -> None:
        mount, frame = sending.mount, sending.frame
        wall_us = self._clock.wall_us()
        mount.admit(frame, wall_us, now)
        if not mount.watchers:
            mount.sequence = mount.sequence + len(frame.payloads) & 0xFFFF
            return
        if frame.number >= 0 and mount.on_sent is not None:
            mount.on_sent(frame.number, wall_us)
        if frame.raw:
            for watcher in mount.watchers:
                watcher.send_raw(frame.raw)
        packets = mount.packets(frame) if frame.payloads else []
        if not mount.pace:
            for watcher in mount.watchers:
                watcher.send_packets(packets)
            return
        sending.packets = packets[::-1]
        if sending.packets:
            packet = sending.packets.pop()
            for watcher in mount.watchers:
                watcher.send_packets((packet,))


def _bind_pair(family: int, host: str) -> tuple[socket.socket, socket.socket] | None:
    for _ in range(64):
        first = socket.socket(family, socket.SOCK_DGRAM)
        second = socket.socket(family, socket.SOCK_DGRAM)
        try:
            first.bind((host, 0))
            port = first.getsockname()[1]
            if port % 2 == 0:
                second.bind((host, port + 1))
                first.setblocking(False)
                second.setblocking(False)
                return first, second
        except OSError:
            pass
        first.close()
        second.close()
    return None
