"""uvicorn's protocols with the bounds that it lacks (`seats.HttpBounds`), and the listener in front of them.

uvicorn bounds neither a head's size nor the time for a head or a body, keeps its idle time-out from a peer that sends an octet now and
then, and waits for ever for one that takes nothing (docs/decisions/0433).
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import math
import socket
import ssl
import struct
import termios
from collections.abc import MutableMapping
from typing import Any, Protocol

import structlog
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from custodes.tls.seats import Seat, ServerSeats

log = structlog.get_logger(__name__)

_SEAT = "custodes.seat"
BACKLOG = 256
NO_DESCRIPTOR_SECONDS = 0.1
SHUTDOWN_SECONDS = 86_400.0
"""asyncio's own bound for the end of TLS drops what a slow line has not taken by then: `_look` ends who takes nothing or says nothing."""

_HEAD, _BODY, _WHOLE, _IDLE = "head", "body", "whole", "idle"


def seat_of(scope: MutableMapping[str, Any]) -> Seat | None:
    """The seat of a WebSocket's scope; None where no server of ours made it."""
    found = scope.get("state", {}).get(_SEAT)
    return found if isinstance(found, Seat) else None


class _Untaken:
    """Watches that a peer takes what waits for it, as its kernel acknowledges it.

    The sizes that transports tell say neither: of TLS and the connection under it, each has a buffer, and the upper one alone is told.
    """

    def __init__(self, transport: asyncio.Transport, now: float) -> None:
        self._transport = transport
        self._sock = transport.get_extra_info("socket")
        self.taken = -1
        self._moved = now
        self._ended_at: float | None = None

    def waits(self) -> bool:
        """Whether something has not been taken: where the loop has something left, the kernel has, too."""
        try:
            return self._transport.get_write_buffer_size() > 0 or _octets(self._sock) > 0
        except (OSError, ValueError):  # it is gone
            return False

    def stalled(self, now: float) -> float:
        """For how long nothing was taken of what waits."""
        waits = self.waits()
        if waits or not self._transport.is_closing():
            self._ended_at = None
        elif self._ended_at is None:
            self._ended_at = now
        if not waits:
            self._moved = now
            return 0.0
        taken = _taken(self._sock)
        if taken != self.taken:
            self.taken, self._moved = taken, now
        return now - self._moved

    def ended(self, now: float) -> float:
        """For how long all is taken of a connection that is being closed, as `stalled` saw it."""
        return 0.0 if self._ended_at is None else now - self._ended_at


def _octets(sock: socket.socket) -> int:
    """That the kernel keeps until the peer's acknowledges them."""
    found: int = struct.unpack("i", fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, bytes(4)))[0]
    return found


def _taken(sock: socket.socket) -> int:
    """Octets that the peer's kernel has acknowledged so far: `tcpi_bytes_acked` of Linux's `struct tcp_info`."""
    found: int = struct.unpack_from("Q", sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 128), 120)[0]
    return found


class BoundedHttp(HttpToolsProtocol):
    """One connection."""

    def __init__(self, seat: Seat, **more: Any) -> None:
        super().__init__(**more)
        self._seat = seat
        self._bounds = seat.bounds
        self._reading = _HEAD
        self._bare = (
            0  # octets since the parser last had something of them: a head, or what stands around a body's pieces
        )
        self._body_due = 0.0
        self._body_begun: float | None = None  # moved on by what came; None where the seat is not to give way
        self._paused_s = self._pausing_s = 0.0  # of pauses that are over, and of the one that lasts
        self._came = False
        self._cut = False
        self._over = False
        self._due = self._looks_at = math.inf
        self._timer: asyncio.TimerHandle | None = None

    # Connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Of `asyncio.Protocol`."""
        super().connection_made(transport)
        now = self.loop.time()
        self._untaken = _Untaken(transport, now)
        self._seat.give_way = transport.abort
        self._seat.waiting_since = now
        self._until(now + self._bounds.head_s)

    def connection_lost(self, exc: Exception | None) -> None:
        """Of `asyncio.Protocol`."""
        self._over = True
        self._forget_timer()
        self._seat.free()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Of `HttpToolsProtocol`."""
        super().shutdown()
        if self.transport.is_closing():
            self._until(self.loop.time())

    def timeout_keep_alive_handler(self) -> None:
        """Of `HttpToolsProtocol`, which would cut the end of an answer off that is still on its way: `_late` sees to it."""

    def data_received(self, data: bytes) -> None:
        """Of `asyncio.Protocol`."""
        if self._cut:
            return
        self._came = True
        self._bare += len(data)
        super().data_received(data)
        if self._bare > self._bounds.head_bytes and not self._over:
            self._cut_off(431, "head_too_large")

    def handle_websocket_upgrade(self) -> None:
        """Of `HttpToolsProtocol`."""
        self._forget_timer()
        self._over = True
        self.app_state = {**self.app_state, _SEAT: self._seat}
        super().handle_websocket_upgrade()

    # What the parser says

    def on_message_begin(self) -> None:
        """Of `httptools`."""
        super().on_message_begin()
        if self._reading is not _HEAD:
            self._reading = _HEAD
            self._until(self.loop.time() + self._bounds.head_s)

    def on_headers_complete(self) -> None:
        """Of `httptools`."""
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > self._bounds.head_bytes:
            self._cut_off(431, "head_too_large")
        elif len(self.pipeline) >= self._bounds.pipelined:
            self._cut_off(429, "pipelined")
        if self._cut:
            return
        self._bare = 0
        self._reading = _BODY
        now = self.loop.time()
        # Of a connection on which something is answered already, nothing is to be lost.
        self._seat.waiting_since = self._body_begun = now if self._answered else None
        self._body_due = now + self._bounds.body_s
        self._until(self._body_due)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Of `httptools`."""
        if self._cut:
            return
        self._bare = 0
        now, worth = self.loop.time(), len(body) / self._bounds.body_rate
        self._body_due = min(self._body_due + worth, now + self._bounds.pause_s)
        self._until(self._body_due)
        super().on_body(body)
        if self._body_begun is not None:
            self._body_begun = min(now, self._body_begun + worth)
            self._seat.waiting_since = None if self.flow.read_paused else self._body_begun

    def on_message_complete(self) -> None:
        """Of `httptools`."""
        if self._cut:
            return
        self._bare = 0
        self._reading = _WHOLE
        self._seat.waiting_since = self._body_begun = None
        self._until(math.inf)
        super().on_message_complete()
        if self._answered:
            self._rest()

    def on_response_complete(self) -> None:
        """Of `HttpToolsProtocol`."""
        super().on_response_complete()
        if not self._answered:
            return
        if self._reading is _WHOLE:
            self._rest()
        else:
            # Of a body that is not read any more the rest must come soon.
            now = self.loop.time()
            self._seat.waiting_since = now
            if self._reading is _BODY:
                self._body_due = min(self._body_due, now + self._bounds.body_s)
                self._until(self._body_due)

    # Bounds

    @property
    def _answered(self) -> bool:
        """The last request was; the ones before it then were, too."""
        return self.cycle is None or self.cycle.response_complete

    def _rest(self) -> None:
        now = self.loop.time()
        self._reading = _IDLE
        self._seat.waiting_since = now
        self._until(now + self._bounds.idle_s)

    def _until(self, due: float) -> None:
        if self._over:
            return  # what the application still says is of nobody's connection
        self._due = due
        # What comes later than the next look is seen by it: a timer for each request would cost more than all of this.
        if min(due, self.loop.time() + self._bounds.stalled_s / 2) < self._looks_at:
            self._look_again()

    def _look_again(self) -> None:
        self._forget_timer()
        self._looks_at = min(self._due, self.loop.time() + self._bounds.stalled_s / 2)
        self._timer = self.loop.call_at(self._looks_at, self._look)

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._looks_at = math.inf

    def _look(self) -> None:
        self._timer, self._looks_at = None, math.inf
        now = self.loop.time()
        if not self._takes(now):
            self._seat.refused("slow_reader")
            self.transport.abort()
            return
        if self._body_begun is not None and not self.flow.read_paused:
            self._seat.waiting_since = self._body_begun  # the application has taken what there was
        if self._due <= now and not self.transport.is_closing():
            self._late(now)
        if self.transport.is_closing():
            if self._untaken.ended(now) >= self._bounds.farewell_s:
                self.transport.abort()  # it has all of it, and does not end TLS
                return
            self._due = now + self._bounds.farewell_s
        self._look_again()

    def _takes(self, now: float) -> bool:
        """Whether the peer takes what waits for it, or may pause."""
        stalled = self._untaken.stalled(now)
        if stalled < self._bounds.stalled_s:
            if self._seat.go_on():
                self._paused_s, self._pausing_s = self._paused_s + self._pausing_s, 0.0
                if not self._answered:
                    self._seat.waiting_since = None
            return True
        self._pausing_s = stalled
        large = self._untaken.taken >= self._bounds.paused_bytes
        within = self._paused_s + stalled < self._bounds.paused_s
        return large and within and self._seat.pause(now - stalled)

    def _late(self, now: float) -> None:
        self._due = math.inf
        if self._reading is _BODY and self.flow.read_paused:
            self._due = self._body_due = now + self._bounds.body_s  # what is not read can't be late
        elif self._reading is _BODY and not self._answered:
            self._cut_off(408, "body_late")
        elif self._reading is _IDLE and self._untaken.waits():
            self._due = now + self._bounds.idle_s  # it has not got the end of its answer yet
        elif self._reading is _HEAD and self._came:
            self._cut_off(408, "head_late")
        else:
            if self._reading is _HEAD:
                self._seat.refused("silent")
            self._cut = True
            self.transport.close()

    def _cut_off(self, status: int, reason: str) -> None:
        """Answer, where an answer can still be given, and close; what the application would say is said to nobody."""
        if self._cut:
            return
        self._cut = True
        self._seat.refused(reason)
        if self.pipeline or not (self._answered or not self.cycle.response_started):
            self.transport.abort()
            return
        if not self._answered:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.write(STATUS_LINE[status] + b"content-length: 0\r\nconnection: close\r\n\r\n")
        self.transport.close()
        self._look_again()


class BoundedSocket(WebSocketsSansIOProtocol):
    """One WebSocket: it waits until the application admits it (`seat_of`), and must take what it is sent."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Of `asyncio.Protocol`."""
        super().connection_made(transport)
        now = self.loop.time()
        self._seat: Seat = self.app_state[_SEAT]
        self._untaken = _Untaken(self.transport, now)
        self._seat.give_way = self.transport.abort
        self._seat.waiting_since = now
        self._look_again()

    def connection_lost(self, exc: Exception | None) -> None:
        """Of `asyncio.Protocol`."""
        self._timer.cancel()
        self._seat.free()
        super().connection_lost(exc)

    def _look_again(self) -> None:
        bounds = self._seat.bounds
        soon = bounds.farewell_s if self.transport.is_closing() else bounds.stalled_s / 2
        self._timer = self.loop.call_later(soon, self._look)

    def _look(self) -> None:
        now = self.loop.time()
        if self._untaken.stalled(now) >= self._seat.bounds.stalled_s:
            self._seat.refused("slow_reader")
        elif not self.transport.is_closing() or self._untaken.ended(now) < self._seat.bounds.farewell_s:
            self._look_again()
            return
        self.transport.abort()


class _Opening(Protocol):
    """Makes the protocol of one connection."""

    def __call__(self, seat: Seat) -> asyncio.Protocol: ...


class BoundedListener:
    """Takes connections in on one socket, which it closes at its end: address and number are looked at before TLS costs anything.

    What `uvicorn.Server` and asyncio want of a server: `close`, `wait_closed`.
    """

    def __init__(self, sock: socket.socket, seats: ServerSeats, make: _Opening, context: ssl.SSLContext | None) -> None:
        sock.listen(BACKLOG)
        sock.setblocking(False)
        self._sock = sock
        self._seats = seats
        self._make = make
        self._context = context
        self._opening: set[asyncio.Task[None]] = set()
        self._accepting = asyncio.get_running_loop().create_task(self._accept())

    def close(self) -> None:
        """Take no more; those that are open go on."""
        self._accepting.cancel()
        for task in self._opening:
            task.cancel()

    async def wait_closed(self) -> None:
        """Until the socket is closed."""
        await asyncio.gather(self._accepting, *self._opening, return_exceptions=True)

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        with self._sock:
            while True:
                try:
                    sock, peer = await loop.sock_accept(self._sock)
                except ConnectionError:
                    continue  # gone before it was taken
                except OSError as error:
                    log.error("http.not_accepted", why=error.strerror)
                    self._seats.make_room()
                    await asyncio.sleep(NO_DESCRIPTOR_SECONDS)
                    continue
                try:
                    self._seat(sock, peer[0])
                except Exception:  # of one peer: the others are to be taken in
                    log.exception("http.not_accepted")
                    sock.close()

    def _seat(self, sock: socket.socket, host: str) -> None:
        loop = asyncio.get_running_loop()
        seat = self._seats.take(host, loop.time())
        if seat is None:
            sock.close()
            return
        task = loop.create_task(self._open(sock, seat))
        seat.give_way = task.cancel
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    async def _open(self, sock: socket.socket, seat: Seat) -> None:
        loop = asyncio.get_running_loop()
        within: dict[str, Any] = {
            "ssl": self._context,
            "ssl_handshake_timeout": seat.bounds.handshake_s,
            "ssl_shutdown_timeout": SHUTDOWN_SECONDS,
        }
        made = False

        def protocol() -> asyncio.Protocol:
            nonlocal made
            made = True
            return self._make(seat)

        try:
            await loop.connect_accepted_socket(protocol, sock, **(within if self._context else {}))
        except (OSError, ssl.SSLError, asyncio.CancelledError) as error:
            if isinstance(error, TimeoutError | ConnectionAbortedError):
                seat.refused("handshake_late")
            if not made:
                sock.close()
            seat.free()


def listening_socket(host: str, port: int, send_buffer: int = 0) -> socket.socket:
    """A socket that listens.

    Args:
        port: 0 for any that is free.
        send_buffer: octets that the kernel keeps for one client; 0 for what it likes.

    Raises:
        OSError: the address can't be taken.
    """
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    with contextlib.ExitStack() as closing:
        sock = closing.enter_context(socket.socket(family, socket.SOCK_STREAM))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if send_buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
        sock.bind(address)
        sock.listen(BACKLOG)  # from here on nobody else gets the port
        closing.pop_all()
        return sock
