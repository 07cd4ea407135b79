"""One TCP connection in the reader's epoll set, in clear or with TLS: non-blocking connect, bounded reading, buffered writing.

TLS goes on within the tick: no thread, no blocking socket (RFC 8446; RTSP's ``rtsps``, RFC 7826 §4.2). Cameras mostly show a
certificate that they signed themselves. Either an authority that the installation knows vouches for it, or an administrator
has confirmed its fingerprint; a certificate that is neither is refused before anything is sent, and so is one that has
changed since.
"""

from __future__ import annotations

import errno
import hashlib
import os
import socket
import ssl
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Literal, cast

from custodes.video.source.address import SourceAddress
from custodes.video.source.tick import Reader

BYTES_PER_SECOND = 8 << 20
"""Most that a camera may send in a second (64 Mbit/s); past it the connection rests until the second is over."""

Loss = Literal["network", "refused", "protocol", "certificate"]
"""How a connection ended: broken or cut, refused by the peer, not what was agreed, or with an unknown certificate."""

_MOST_OUTPUT = 256 * 1024
_PENDING = (errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EAGAIN)


class SourceConnection:
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
        target: SourceAddress,
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


ANY = "any"
"""In place of a fingerprint: take whatever is shown. For looking at a certificate, never for sending a word."""


class SecureLink:
    """A `SourceConnection` with TLS on it: same calls, same callbacks, `on_open` once the certificate has been believed.

    Args:
        host: the name or address that the certificate must be for, when authorities judge it.
        fingerprint: SHA-256 of the one certificate that is taken, 64 hex digits; empty leaves it to the authorities.
        authorities: file with their certificates in PEM; None for those of the system.

    Attributes:
        certificate: SHA-256 of the certificate that was shown, empty before.
    """

    def __init__(
        self,
        reader: Reader,
        target: SourceAddress,
        host: str,
        fingerprint: str,
        authorities: Path | None,
        on_open: Callable[[], None],
        on_data: Callable[[memoryview], None],
        on_lost: Callable[[str, Loss], None],
    ) -> None:
        self.certificate = ""
        self._fingerprint = fingerprint.lower()
        self._on_open = on_open
        self._on_data = on_data
        self._on_lost = on_lost
        self._come, self._go = ssl.MemoryBIO(), ssl.MemoryBIO()
        context = _pinned() if fingerprint else _judged(authorities)
        self._tls = context.wrap_bio(self._come, self._go, server_hostname=host.partition("%")[0])
        self._believed = False
        self._over = False
        self._plain = memoryview(bytearray(16_384))  # the largest record (RFC 8446 §5.1)
        self._link = SourceConnection(reader, target, self._advance, self._take, self._lose)

    @property
    def received(self) -> int:
        """Octets read so far, with TLS's own."""
        return self._link.received

    @property
    def throttled(self) -> int:
        """Seconds in which the peer sent more than it may."""
        return self._link.throttled

    @property
    def local(self) -> str:
        """The local address of the connection; empty while there is none."""
        return self._link.local

    def open(self) -> None:
        """Begin to connect."""
        self._link.open()

    def send(self, data: bytes) -> None:
        """Send; nothing is sent before the certificate has been believed."""
        if not self._believed or self._over or not data:
            return
        try:
            self._tls.write(data)
        except ssl.SSLError as error:
            self._refuse(f"TLS failed ({_said(error)})", "network")
            return
        self._flush()

    def each_second(self) -> None:
        """A second has passed: the peer may send again."""
        self._link.each_second()

    def close(self) -> None:
        """Let go of the connection; nothing is called any more."""
        self._over = True
        self._link.close()

    def _take(self, data: memoryview) -> None:
        self._come.write(data)
        self._advance()

    def _advance(self) -> None:
        """Go on with the handshake, or hand on what can be read."""
        if not self._believed and not self._shake_hands():
            return
        try:
            while not self._over:
                # With a buffer it gives a count, whatever its type hint says.
                count = cast(int, self._tls.read(len(self._plain), self._plain))
                if not count:
                    self._refuse("the camera closed the connection", "network")
                    return
                self._on_data(self._plain[:count])
        except ssl.SSLWantReadError:
            self._flush()
        except ssl.SSLZeroReturnError:
            self._refuse("the camera closed the connection", "network")
        except ssl.SSLError as error:
            self._refuse(f"TLS failed ({_said(error)})", "network")

    def _shake_hands(self) -> bool:
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            self._flush()
            return False
        except ssl.SSLCertVerificationError as error:
            self._flush()
            self._refuse(f"no authority vouches for the camera's certificate ({error.verify_message})", "certificate")
            return False
        except ssl.SSLError as error:
            self._flush()
            self._refuse(f"the camera does not speak TLS 1.2 or newer here ({_said(error)})", "protocol")
            return False
        shown = self._tls.getpeercert(True) or b""
        self.certificate = hashlib.sha256(shown).hexdigest()
        if self._fingerprint not in ("", ANY, self.certificate):
            said = (
                f"the camera shows another certificate than the one that was confirmed (now SHA-256 {self.certificate})"
            )
            self._refuse(said, "certificate")
            return False
        self._believed = True
        self._flush()
        self._on_open()
        return not self._over

    def _flush(self) -> None:
        if self._go.pending:
            self._link.send(self._go.read())

    def _refuse(self, detail: str, how: Loss) -> None:
        if not self._over:
            self.close()
            self._on_lost(detail, how)

    def _lose(self, detail: str, how: Loss) -> None:
        if self._over:
            return
        self._over = True
        if not self._believed and how == "network":
            detail = f"{detail} within the TLS handshake"
        self._on_lost(detail, how)


@lru_cache(maxsize=4)
def _judged(authorities: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(authorities) if authorities is not None else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


@lru_cache(maxsize=1)
def _pinned() -> ssl.SSLContext:
    """Takes any certificate; whether it is the confirmed one is looked at before anything is sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _said(error: ssl.SSLError) -> str:
    return (error.reason or "no reason").replace("_", " ").lower()
