"""A channel that comes over a TCP connection: the device connects (`setup:passive` offered), or we do (`setup:active`); §5.4."""

from __future__ import annotations

import errno
import os
import random
import socket
import time
from collections.abc import Callable
from typing import Final

from custodes.gb28181.media.bounds import READ_BYTES, Budget, Sources
from custodes.gb28181.media.poll import Poll
from custodes.gb28181.media.ports import listener
from custodes.gb28181.media.receiver import Receiver

CONNECT_SECONDS: Final = 5.0
"""A connection that takes longer is begun anew."""
MOST_ATTEMPTS: Final = 4
"""How often a device is connected to: once, and three times more a second apart (2022 Annex D)."""
IDLE_SECONDS: Final = 5.0
"""A connection over which no RTP came for so long makes room for another."""
_PENDING = (errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EAGAIN)


class TcpChannel:
    """One connection of one channel, whoever makes it. Call `listen`, `connect`, or both where a device confuses the roles.

    Args:
        poll: what the sockets are read by.
        sources: who may connect; None where that is not known yet: until `admit` nobody's connection is taken, and who connects
            waits in the kernel's queue.
        after: called when something was read, or the connection began or ended.
    """

    def __init__(
        self,
        poll: Poll,
        receiver: Receiver,
        *,
        sources: Sources | None,
        after: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.thread_time,
    ) -> None:
        self._poll = poll
        self._receiver = receiver
        self._sources = sources
        self._after = after
        self._budget = Budget(clock)
        self._listener: _Listener | None = None
        self._link: _Link | None = None
        self._trying: _Link | None = None
        self._target: tuple[str, int] | None = None
        self._attempts = 0

    @property
    def throttled(self) -> int:
        """Seconds in which more came than a channel may cost."""
        return self._budget.throttled

    @property
    def source(self) -> tuple[str, int] | None:
        """Address and port of the device, None while there is no connection."""
        return self._link.peer if self._link is not None else None

    def listen(self, address: str, ports: tuple[int, int], rng: random.Random) -> int:
        """Wait for the device on a port of the range; gives the port.

        Raises:
            NoPorts: none is free.
        """
        sock = listener(address, ports, rng)
        self._listener = _Listener(sock, self._accepted)
        if self._sources is not None:
            self._poll.add(sock, self._listener)
        return int(sock.getsockname()[1])

    def admit(self, sources: Sources) -> None:
        """It is known now who may connect."""
        waited, self._sources = self._sources is None, sources
        if waited and self._listener is not None:
            self._poll.add(self._listener.sock, self._listener)

    def connect(self, address: str, port: int) -> None:
        """Connect to the device at the address and port of its answer."""
        if not self._allows(address):
            self._receiver.turned_away(address)
            self._receiver.disconnect(f"{address} is not an address that devices may have")
            self._after()
            return
        self._target, self._attempts = (address, port), 0
        self._try()

    def each_second(self) -> None:
        """A second has passed."""
        self._receiver.after(self._poll.now)
        if self._budget.each_second() and self._link is not None:
            self._poll.want(self._link.sock)
        trying = self._trying
        if trying is not None and self._poll.now - trying.begun > CONNECT_SECONDS:
            self._drop(trying)
            self._failed("the device does not answer on the media port that it named")
        elif trying is None and self._link is None and self._target is not None and self._attempts < MOST_ATTEMPTS:
            self._try()

    def close(self) -> None:
        """Let go of everything; nothing is called any more."""
        self._target = None
        for one in (self._listener, self._link, self._trying):
            if one is not None:
                self._poll.remove(one.sock)
                one.sock.close()
        self._listener = self._link = self._trying = None

    # The device connects

    def _accepted(self, sock: socket.socket, peer: tuple[str, int]) -> None:
        now, link = self._poll.now, self._link
        if not self._allows(peer[0]):
            sock.close()
            self._receiver.turned_away(peer[0])
            return
        if link is not None:
            if now - max(link.heard, link.begun) < IDLE_SECONDS:
                sock.close()  # one connection is wanted, and the present one is at work
                return
            self._drop(link)
        if self._trying is not None:
            self._drop(self._trying)
        self._begin(_Link(sock, peer, self, now), known=False)

    def _allows(self, address: str) -> bool:
        return self._sources is not None and self._sources.allows(address)

    def _begin(self, link: _Link, *, known: bool) -> None:
        self._link, self._target = link, None
        link.packets = self._receiver.tally.packets
        if known:
            self._poll.want(link.sock)
        else:
            self._poll.add(link.sock, link)
        self._receiver.connect()
        self._after()

    # We connect

    def _try(self) -> None:
        if self._target is None:
            return
        self._attempts += 1
        address, port = self._target
        sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        try:
            sock.setblocking(False)
            code = sock.connect_ex((address, port))
        except OSError as error:
            code = error.errno or errno.EINVAL
        if code not in (0, *_PENDING):
            sock.close()
            self._failed(_said(code))
            return
        self._trying = _Link(sock, (address, port), self, self._poll.now)
        self._poll.add(sock, self._trying, write=True)

    def _failed(self, said: str) -> None:
        left = MOST_ATTEMPTS - self._attempts
        self._receiver.disconnect(said + ("" if left > 0 else f"; tried {self._attempts} times"))
        self._after()

    # What a link tells

    def opened(self, link: _Link) -> None:
        """The connection that was begun stands, or could not be made."""
        self._trying = None
        code = link.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            self._drop(link)
            self._failed(_said(code))
        elif self._link is not None:
            self._drop(link)  # the device has connected meanwhile
        else:
            self._begin(link, known=True)

    def readable(self, link: _Link) -> None:
        """Read once."""
        poll, receiver = self._poll, self._receiver
        try:
            count = link.sock.recv_into(poll.buffer, READ_BYTES)
        except BlockingIOError:
            return
        except OSError as error:
            self.ended(link, _said(error.errno or 0))
            return
        if not count:
            self.ended(link, "the device closed the connection")
            return
        self._budget.begin()
        receiver.read(poll.buffer[:count], poll.wall_us, poll.now)
        packets = receiver.tally.packets
        if packets != link.packets:
            link.packets, link.heard = packets, poll.now
        if self._budget.end(count) and self._link is link:
            poll.want(link.sock, read=False)
        self._after()

    def ended(self, link: _Link, said: str) -> None:
        """A connection is over; the listener goes on, because the device may come back."""
        self._drop(link)
        self._receiver.disconnect(said)
        self._after()

    def _drop(self, link: _Link) -> None:
        if self._link is link:
            self._link = None
        if self._trying is link:
            self._trying = None
        self._poll.remove(link.sock)
        link.sock.close()


class _Link:
    """One connection, as the poll knows it."""

    def __init__(self, sock: socket.socket, peer: tuple[str, int], owner: TcpChannel, now: float) -> None:
        self.sock = sock
        self.peer = peer
        self.begun = now
        self.heard = 0.0
        self.packets = 0
        self._owner = owner

    def on_readable(self) -> None:
        """Something has come."""
        self._owner.readable(self)

    def on_writable(self) -> None:
        """Connected, or not."""
        self._owner.opened(self)

    def on_broken(self, error: Exception) -> None:
        """What takes the frames failed: this connection ends, and no other."""
        self._owner.ended(self, f"reading the channel failed ({type(error).__name__})")


class _Listener:
    """The listening socket, as the poll knows it."""

    def __init__(self, sock: socket.socket, accepted: Callable[[socket.socket, tuple[str, int]], None]) -> None:
        self.sock = sock
        self._accepted = accepted

    def on_readable(self) -> None:
        """Somebody connects."""
        for _ in range(4):
            try:
                sock, peer = self.sock.accept()
            except OSError:
                return
            sock.setblocking(False)
            self._accepted(sock, (peer[0], peer[1]))

    def on_writable(self) -> None:
        """Never asked for."""

    def on_broken(self, error: Exception) -> None:
        """Accepting failed: the socket is closed by its channel."""


def _said(code: int) -> str:
    if code == errno.ECONNREFUSED:
        return "nothing listens on the media port that the device named"
    return f"the connection failed: {os.strerror(code)}" if code else "the connection failed"
