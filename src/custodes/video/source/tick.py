"""The read tick: one epoll set of our own for all cameras, drained every few milliseconds.

A camera spaces its packets; waking for each costs four times as much as draining all sockets every 10 ms with large
reads (decision 0020). While nobody watches, the tick is longer still: what a tick costs beside its work, caches that
have gone cold above all, is most of its price (decision 0020). There is no thread and no asyncio transport per camera:
`tick` is a plain function, and `run` calls it from the process's event loop.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import logging
import select
import socket
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, TypeVar

from custodes.video.clock import HostClock

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

READ_BYTES = 256 * 1024
"""Most that one socket gives in one tick; what is left waits for the next, so a flood never starves the others."""


class TickMember(Protocol):
    """Something whose socket the tick watches."""

    def on_readable(self) -> None:
        """The socket has something to read, or has ended."""
        ...

    def on_writable(self) -> None:
        """The socket is connected or can take more."""
        ...

    def on_broken(self, error: Exception) -> None:
        """A call above raised: the member has been taken out of the set and must let go of its socket."""
        ...


class Timer:
    """A call that will be made at a tick; `cancel` it when it is no longer wanted."""

    __slots__ = ("call",)

    def __init__(self, call: Callable[[], None] | None) -> None:
        self.call = call

    def cancel(self) -> None:
        """Forget the call."""
        self.call = None


class Reader:
    """All camera sockets of one process and the timers that belong to them.

    Args:
        tick_ms: period of the tick while somebody watches, and where it matters how soon something is read.
        calm_ms: period while nobody does; 0 for no difference.

    Attributes:
        wall_us: the host's wall clock at this tick, microseconds UTC: what `AccessUnit.wall_us` is taken from.
        now: the monotonic clock at this tick, seconds.
        buffer: the shared 256 KiB that members receive into; valid only within the call.
        ticks: ticks so far.
        full: a member may set it when it has read all that fits: the next tick comes soon, watched or not.
    """

    def __init__(self, clock: HostClock, tick_ms: int = 10, calm_ms: int = 0) -> None:
        self.clock = clock
        self.tick_seconds = tick_ms / 1000
        self.calm_seconds = max(calm_ms, tick_ms) / 1000
        self.full = False
        self.buffer = memoryview(bytearray(READ_BYTES))
        self.wall_us = clock.wall_us()
        self.now = clock.monotonic()
        self.ticks = 0
        self._epoll = select.epoll()
        self._members: dict[int, TickMember] = {}
        self._timers: list[tuple[float, int, Timer]] = []
        self._order = itertools.count()
        self._pool: ThreadPoolExecutor | None = None
        self._watching = 0
        self._next: asyncio.Handle | None = None
        self._due = 0.0

    def __len__(self) -> int:
        return len(self._members)

    def add(self, sock: socket.socket, member: TickMember, *, write: bool = False) -> None:
        """Watch `sock` for `member`: for reading, or until it can be written when `write` is set."""
        self._epoll.register(sock.fileno(), select.EPOLLOUT if write else select.EPOLLIN)
        self._members[sock.fileno()] = member

    def want(self, sock: socket.socket, *, read: bool = True, write: bool = False) -> None:
        """Change what `sock` is watched for; neither means that it rests."""
        self._epoll.modify(sock.fileno(), (select.EPOLLIN if read else 0) | (select.EPOLLOUT if write else 0))

    def remove(self, sock: socket.socket) -> None:
        """Stop watching `sock`; call it before closing the socket. Unknown sockets are ignored."""
        if self._members.pop(sock.fileno(), None) is not None:
            self._epoll.unregister(sock.fileno())

    def call_later(self, seconds: float, call: Callable[[], None]) -> Timer:
        """Make `call` at the first tick after `seconds`."""
        timer = Timer(call)
        heapq.heappush(self._timers, (self.clock.monotonic() + seconds, next(self._order), timer))
        return timer

    def watch(self, more: int) -> None:
        """So many more, or fewer, people watch what is read: while anybody does the tick is the short one."""
        self._watching += more

    @property
    def period(self) -> float:
        """Seconds to the next tick."""
        return self.tick_seconds if self._watching or self.full else self.calm_seconds

    def in_thread(self, work: Callable[[], _T]) -> Future[_T]:
        """Do blocking `work` (a name look-up) in one of two threads; poll the future from a timer."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(2, thread_name_prefix="camera-names")
        return self._pool.submit(work)

    def tick(self) -> int:
        """Drain what has come and make the calls that are due. Returns how many sockets had something. Never raises."""
        self.ticks += 1
        self.wall_us = self.clock.wall_us()
        self.now = self.clock.monotonic()
        events = self._epoll.poll(0, len(self._members) or 1)
        members = self._members
        for number, mask in events:
            member = members.get(number)
            if member is None:  # removed by another member within this tick
                continue
            try:
                if mask & select.EPOLLOUT:
                    member.on_writable()
                if mask & ~select.EPOLLOUT and members.get(number) is member:
                    member.on_readable()
            except Exception as error:
                self._break(number, member, error)
        if self._timers and self._timers[0][0] <= self.now:
            self._run_timers()
        return len(events)

    async def run(self) -> None:
        """Tick until cancelled; a tick that comes late is not caught up."""
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[None] = loop.create_future()
        self._due = self.clock.monotonic()
        # A plain timer: a coroutine that sleeps costs twice as much at each tick.
        self._next = loop.call_soon(self._step, loop)
        try:
            await ended
        finally:
            if self._next is not None:
                self._next.cancel()

    def _step(self, loop: asyncio.AbstractEventLoop) -> None:
        self.full = False
        self.tick()
        now = self.clock.monotonic()
        self._due = max(self._due + self.period, now)
        self._next = loop.call_later(self._due - now, self._step, loop)

    def close(self) -> None:
        """Let go of the epoll set; members must have been stopped before."""
        if self._next is not None:
            self._next.cancel()
        self._epoll.close()
        self._members.clear()
        self._timers.clear()
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _run_timers(self) -> None:
        while self._timers and self._timers[0][0] <= self.now:
            call = heapq.heappop(self._timers)[2].call
            if call is None:
                continue
            try:
                call()
            except Exception:
                _log.exception("video.timer_failed")

    def _break(self, number: int, member: TickMember, error: Exception) -> None:
        """One member's fault stays its own."""
        _log.error("video.member_failed", exc_info=error)
        if self._members.pop(number, None) is not None:
            self._epoll.unregister(number)
        try:
            member.on_broken(error)
        except Exception:
            _log.exception("video.member_failed_twice")
