"""A channel that comes as datagrams, on a pair of ports of its own."""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Callable

from custodes.gb28181.media.bounds import READ_BYTES, Budget, Sources
from custodes.gb28181.media.poll import Poll
from custodes.gb28181.media.ports import bound_udp, udp_pair
from custodes.gb28181.media.receiver import Receiver

_LARGEST = 65_536
_MOST_AT_ONCE = 512
"""Datagrams that are read in one tick."""
UNBIND_SECONDS = 3.0
"""A source that is silent for so long may have another address by now: behind NAT they change (§5.5)."""


class UdpChannel:
    """Reads the datagrams of one channel.

    The source is learned: from the first whose octets are a program stream on, the kernel lets nobody else's through,
    until that one has been silent for a while.

    Args:
        poll: what the sockets are read by.
        address: local address to bind to.
        ports: first and last port that may be used.
        sources: who may send; None where that is not known yet: until `admit` nothing is read, and what comes waits in the
            kernel's buffer.
        after: called when something was read.

    Attributes:
        port: of RTP; RTCP is the next.
        source: address and port that is bound to, None before.

    Raises:
        NoPorts: no pair is free.
    """

    def __init__(
        self,
        poll: Poll,
        receiver: Receiver,
        *,
        address: str,
        ports: tuple[int, int],
        sources: Sources | None,
        rng: random.Random,
        after: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.thread_time,
    ) -> None:
        self.source: tuple[str, int] | None = None
        self._poll = poll
        self._receiver = receiver
        self._address = address
        self._sources = sources
        self._after = after
        self._mixed = False  # what lies in the socket may be from before it was bound to its source
        self._budget = Budget(clock)
        self._packets = 0
        self._heard = poll.now
        media, control = udp_pair(address, ports, rng)
        self.port: int = media.getsockname()[1]
        self._media: socket.socket | None = media
        self._control = _Drain(control)
        if sources is not None:
            poll.add(media, self)
        poll.add(control, self._control)

    @property
    def throttled(self) -> int:
        """Seconds in which more came than a channel may cost."""
        return self._budget.throttled

    def admit(self, sources: Sources) -> None:
        """It is known now who may send."""
        waited, self._sources = self._sources is None, sources
        if waited and self._media is not None:
            self._heard = self._poll.now
            self._poll.add(self._media, self)

    def each_second(self) -> None:
        """A second has passed."""
        self._receiver.after(self._poll.now)
        if self._budget.each_second() and self._media is not None:
            self._poll.want(self._media)
        packets = self._receiver.tally.packets
        if packets != self._packets:
            self._packets, self._heard = packets, self._poll.now
        elif self.source is not None and self._poll.now - self._heard > UNBIND_SECONDS:
            self._unbind()

    def close(self) -> None:
        """Let go of the ports."""
        media, self._media = self._media, None
        for sock in (media, self._control.sock):
            if sock is not None:
                self._poll.remove(sock)
                sock.close()

    def on_readable(self) -> None:
        """Read what has come."""
        sock, receiver = self._media, self._receiver
        if sock is None:
            return
        receiver.begin(self._poll.wall_us, self._poll.now)
        self._budget.begin()
        octets = self._read(sock) if self.source is not None and not self._mixed else self._read_any(sock)
        receiver.count(octets)
        receiver.after(self._poll.now)
        if self._budget.end(octets) and self._media is sock:
            self._poll.want(sock, read=False)
        self._after()

    def on_writable(self) -> None:
        """Never asked for."""

    def on_broken(self, error: Exception) -> None:
        """What takes the frames failed: this channel ends, and no other."""
        self.close()
        self._receiver.disconnect(f"reading the channel failed ({type(error).__name__})")
        self._after()

    def _read(self, sock: socket.socket) -> int:
        """From the source that is bound to."""
        push, receive, buffer = self._receiver.push, sock.recv_into, self._poll.buffer
        octets = 0
        for _ in range(_MOST_AT_ONCE):
            try:
                count = receive(buffer, _LARGEST)
            except BlockingIOError:
                break
            except OSError:
                if self._media is not sock:  # a listener has stopped us
                    break
                continue  # an ICMP message about something we never sent
            push(bytes(buffer[:count]))
            octets += count
            if octets > READ_BYTES:
                break
        return octets

    def _read_any(self, sock: socket.socket) -> int:
        """From whoever is allowed; once a source is bound to, from that one alone, as long as others' datagrams may lie in the socket."""
        buffer, octets = self._poll.buffer, 0
        for _ in range(_MOST_AT_ONCE):
            try:
                count, source = sock.recvfrom_into(buffer, _LARGEST)
            except BlockingIOError:
                self._mixed = False
                break
            except OSError:
                if self._media is not sock:
                    break
                continue
            octets += count
            if self._sources is None or not self._sources.allows(source[0]):
                self._receiver.turned_away(source[0])
                continue
            if self.source is not None and self.source != (source[0], source[1]):
                continue
            before = self._receiver.tally.packets
            self._receiver.push(bytes(buffer[:count]))
            if self._media is not sock:
                break
            if self.source is None and self._receiver.believed and self._receiver.tally.packets > before:
                self.source, self._mixed = (source[0], source[1]), True
                sock.connect(source)
            if octets > READ_BYTES:
                break
        return octets

    def _unbind(self) -> None:
        """Let others in again. A connected socket can't be loosened, so it is made anew on the same port."""
        old, self.source, self._mixed = self._media, None, False
        if old is None:
            return
        self._poll.remove(old)
        old.close()
        self._media = bound_udp(self._address, self.port)
        if self._media is None:
            self._receiver.disconnect("the media port was taken by another program")
            return
        self._heard = self._poll.now
        self._poll.add(self._media, self)


class _Drain:
    """The RTCP port: sender reports are mostly absent and nothing rests on them (§5.1), so they are read and forgotten."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock

    def on_readable(self) -> None:
        """Throw away."""
        for _ in range(16):
            try:
                self.sock.recv(1)
            except OSError:
                return

    def on_writable(self) -> None:
        """Never asked for."""

    def on_broken(self, error: Exception) -> None:
        """Can't happen."""
