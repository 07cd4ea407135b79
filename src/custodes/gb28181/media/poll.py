"""The sockets of all channels of a process in one epoll set, drained every few milliseconds.

Devices space their packets; waking for each costs several times as much as reading all sockets at a tick (decision
0020). The channels ask for a `Poll`; a process that has such a set already gives its own.
"""

from __future__ import annotations

import asyncio
import logging
import select
import socket
import time
from collections.abc import Callable
from typing import Protocol

_log = logging.getLogger(__name__)

READ_BYTES = 256 * 1024


class PolledSocket(Protocol):
    """Something whose socket is watched."""

    def on_readable(self) -> None:
        """The socket has something to read, or has ended."""
        ...

    def on_writable(self) -> None:
        """The socket is connected or can take more."""
        ...

    def on_broken(self, error: Exception) -> None:
        """A call above raised: the member has been taken out of the set and must let go of its socket."""
        ...


class Poll(Protocol):
    """What channels need of the set.

    Attributes:
        wall_us: the host's wall clock at this tick, microseconds UTC.
        now: the monotonic clock at this tick, seconds.
        buffer: shared memory that members receive into; valid only within the call.
    """

    wall_us: int
    now: float
    buffer: memoryview

    def add(self, sock: socket.socket, member: PolledSocket, *, write: bool = False) -> None:
        """Watch `sock` for reading, or until it can be written."""
        ...

    def want(self, sock: socket.socket, *, read: bool = True, write: bool = False) -> None:
        """Change what `sock` is watched for."""
        ...

    def remove(self, sock: socket.socket) -> None:
        """Stop watching `sock`."""
        ...


class TickPoll:
    """A `Poll` on the event loop.

    Args:
        tick_ms: period of the tick.
        wall_us, monotonic: the clocks.

    Attributes:
        each_second: called about once a second, one of them failing costs no other: what channels do besides reading.
    """

    def __init__(
        self,
        tick_ms: int = 10,
        wall_us: Callable[[], int] = lambda: time.time_ns() // 1000,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.each_second: set[Callable[[], None]] = set()
        self.buffer = memoryview(bytearray(READ_BYTES))
        self._clocks = wall_us, monotonic
        self.wall_us, self.now = wall_us(), monotonic()
        self._seconds = tick_ms / 1000
        self._second = self.now
        self._epoll = select.epoll()
        self._members: dict[int, PolledSocket] = {}
        self._next: asyncio.Handle | None = None

    def __len__(self) -> int:
        return len(self._members)

    def add(self, sock: socket.socket, member: PolledSocket, *, write: bool = False) -> None:
        """Watch `sock` for reading, or until it can be written."""
        self._epoll.register(sock.fileno(), select.EPOLLOUT if write else select.EPOLLIN)
        self._members[sock.fileno()] = member

    def want(self, sock: socket.socket, *, read: bool = True, write: bool = False) -> None:
        """Change what `sock` is watched for; neither means that it rests."""
        self._epoll.modify(sock.fileno(), (select.EPOLLIN if read else 0) | (select.EPOLLOUT if write else 0))

    def remove(self, sock: socket.socket) -> None:
        """Stop watching `sock`; unknown sockets are ignored."""
        if self._members.pop(sock.fileno(), None) is not None:
            self._epoll.unregister(sock.fileno())

    def tick(self) -> int:
        """Drain what has come. Returns how many sockets had something. Never raises."""
        wall_us, monotonic = self._clocks
        self.wall_us, self.now = wall_us(), monotonic()
        events = self._epoll.poll(0, len(self._members) or 1)
        for number, mask in events:
            member = self._members.get(number)
            if member is None:  # removed by another within this tick
                continue
            try:
                if mask & select.EPOLLOUT:
                    member.on_writable()
                if mask & ~select.EPOLLOUT and self._members.get(number) is member:
                    member.on_readable()
            except Exception as error:
                self._break(number, member, error)
        if self.now - self._second >= 1.0:
            self._second = self.now
            for call in tuple(self.each_second):
                try:
                    call()
                except Exception:
                    _log.exception("gb28181.second_failed")
        return len(events)

    async def run(self) -> None:
        """Tick until cancelled; a tick that comes late is not caught up."""
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[None] = loop.create_future()
        # A plain timer: a coroutine that sleeps costs twice as much at each tick.
        self._next = loop.call_soon(self._step, loop)
        try:
            await ended
        finally:
            self._next.cancel()

    def close(self) -> None:
        """Let go of the set; the channels must have been closed before."""
        if self._next is not None:
            self._next.cancel()
        self._epoll.close()
        self._members.clear()
        self.each_second.clear()

    def _step(self, loop: asyncio.AbstractEventLoop) -> None:
        self.tick()
        self._next = loop.call_later(self._seconds, self._step, loop)

    def _break(self, number: int, member: PolledSocket, error: Exception) -> None:
        """One member's fault stays its own."""
        _log.error("gb28181.member_failed", exc_info=error)
        if self._members.pop(number, None) is not None:
            self._epoll.unregister(number)
        try:
            member.on_broken(error)
        except Exception:
            _log.exception("gb28181.member_failed_twice")
