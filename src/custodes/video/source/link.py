"""One TCP connection in the reader's epoll set: non-blocking connect, bounded reading, buffered writing."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from typing import Literal

from custodes.video.source.address import Target
from custodes.video.source.tick import Reader

BYTES_PER_SECOND = 8 << 20
"""Most that a camera may send in a second (64 Mbit/s); past it the connection rests until the second is over."""

Loss = Literal["network", "refused", "protocol", "certificate"]
"""How a connection ended: broken or cut, refused by the peer, not what was agreed, or with an unknown certificate."""

_MOST_OUTPUT = 256 * 1024
_PENDING = (errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EAGAIN)


class Link:
    """A connection to `target`.

    Args:
        on_open: it is connected.
        on_data: octets were read; the view is valid within the call only.
        on_lost: it is over, with a plain sentence and how. Not called after `close`.

    Attributes:
        received: octets read so far.
        throttled: seconds in which the peer sent more than `BYTES_PER_SECOND`.
    """

    def __init__(
        self,
        reader: Reader,
        target: Target,
        on_open: Callable[[], None],
        on_data: Callable[[memoryview], None],
        on_lost: Callable[[str, Loss], None],
    ) -> None:
        self.received = 0
        self.throttled = 0
        self._reader = reader
        self._target = target
        self._on_open = on_open
        self._on_data = on_data
        self._on_lost = on_lost
        self._sock: socket.socket | None = None
        self._connected = False
        self._resting = False
        self._left = BYTES_PER_SECOND
        self._out = bytearray()

    @property
    def local(self) -> str:
        """The local address of the connection; empty while there is none."""
        return str(self._sock.getsockname()[0]) if self._sock is not None else ""

    def open(self) -> None:
        """Begin to connect."""
        try:
            sock = socket.socket(self._target.family, socket.SOCK_STREAM)
            self._sock = sock
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            code = sock.connect_ex((self._target.address, self._target.port))
        except OSError as error:
            self._lose(error.errno or 0)
            return
        if code not in (0, *_PENDING):
            self._lose(code)
            return
        self._reader.add(sock, self, write=True)

    def send(self, data: bytes) -> None:
        """Send, or keep until the socket can take it. A peer that reads nothing is given up."""
        if self._sock is None:
            return
        self._out += data
        if len(self._out) > _MOST_OUTPUT:
            self._end("the camera reads nothing of what it is sent", "network")
        elif self._connected:
            self._flush()

    def each_second(self) -> None:
        """A second has passed: the peer may send again."""
        self._left = BYTES_PER_SECOND
        if self._resting and self._sock is not None:
            self._resting = False
            self._reader.want(self._sock, write=bool(self._out))

    def close(self) -> None:
        """Let go of the socket; nothing is called any more."""
        sock, self._sock = self._sock, None
        if sock is not None:
            self._reader.remove(sock)
            sock.close()

    # What the reader calls

    def on_readable(self) -> None:
        """Read once."""
        sock = self._sock
        if sock is None:
            return
        try:
            count = sock.recv_into(self._reader.buffer)
        except BlockingIOError:
            return
        except OSError as error:
            self._lose(error.errno or 0)
            return
        if not count:
            self._end("the camera closed the connection", "network")
            return
        if count == len(self._reader.buffer):
            self._reader.full = True
        self.received += count
        self._left -= count
        if self._left < 0 and not self._resting:
            self._resting = True
            self.throttled += 1
            self._reader.want(sock, read=False, write=bool(self._out))
        self._on_data(self._reader.buffer[:count])

    def on_writable(self) -> None:
        """Connected, or room again."""
        if self._connected:
            self._flush()
            return
        sock = self._sock
        if sock is None:
            return
        code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            self._lose(code)
            return
        self._connected = True
        self._reader.want(sock)
        self._on_open()

    def on_broken(self, error: Exception) -> None:
        """Something in `on_data` failed."""
        self._end(f"reading the camera failed ({type(error).__name__})", "network")

    def _flush(self) -> None:
        sock = self._sock
        if sock is None:
            return
        try:
            sent = sock.send(self._out) if self._out else 0
        except BlockingIOError:
            sent = 0
        except OSError as error:
            self._lose(error.errno or 0)
            return
        del self._out[:sent]
        self._reader.want(sock, read=not self._resting, write=bool(self._out))

    def _lose(self, code: int) -> None:
        refused = code == errno.ECONNREFUSED
        said = "nothing listens on that port" if refused else (os.strerror(code) if code else "the connection failed")
        self._end(said, "refused" if refused else "network")

    def _end(self, detail: str, how: Loss) -> None:
        self.close()
        self._on_lost(detail, how)
