"""RTSP 1.0 messages (RFC 2326 §4–§7), read with tolerance and written strictly; and packets mixed with them on one TCP connection (§10.12). No sockets.

Cameras end lines with a bare LF, put spaces where none belong and write header names in any case: all that is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

VERSION = "RTSP/1.0"
LARGEST_HEAD = 16 * 1024
LARGEST_BODY = 64 * 1024

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_RESPONSE = re.compile(r"RTSP/\d+(?:\.\d+)?\s+(\d{3})\s*(.*)", re.ASCII)
_REQUEST = re.compile(r"([A-Z_]{3,20})\s+(\S+)\s+RTSP/\d+(?:\.\d+)?\s*", re.ASCII)


class ProtocolError(ValueError):
    """The octets are no RTSP message; the message says what is wrong."""


class Headers:
    """Header fields in order; names are compared without case, a name may come several times."""

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        self._fields = list(fields)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._fields)

    def get(self, name: str, default: str = "") -> str:
        """The first value of `name`."""
        return next(iter(self.all(name)), default)

    def all(self, name: str) -> list[str]:
        """All values of `name`."""
        wanted = name.lower()
        return [value for key, value in self._fields if key.lower() == wanted]

    def add(self, name: str, value: str) -> None:
        """Append a field."""
        self._fields.append((name, value))


@dataclass(frozen=True, slots=True)
class Request:
    """A request (RFC 2326 §6)."""

    method: str
    uri: str
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    def encode(self) -> bytes:
        """Its octets."""
        return _encode(f"{self.method} {self.uri} {VERSION}", self.headers, self.body)


@dataclass(frozen=True, slots=True)
class Response:
    """A response (RFC 2326 §7)."""

    status: int
    reason: str
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    def encode(self) -> bytes:
        """Its octets."""
        return _encode(f"{VERSION} {self.status} {self.reason}", self.headers, self.body)


def take(buf: bytes, at: int = 0) -> tuple[Request | Response, int] | None:
    """The message that begins at `buf[at]`, and where it ends; None when it has not come whole.

    Raises:
        ProtocolError: it is no message, or too large.
    """
    end = _HEAD_END.search(buf, at, at + LARGEST_HEAD)
    if end is None:
        if len(buf) - at >= LARGEST_HEAD:
            raise ProtocolError("a message head is too long")
        return None
    lines = _unfold(buf[at : end.start()].decode("utf-8", "replace").splitlines())
    headers = Headers(_fields(lines[1:]))
    length = _length(headers)
    if len(buf) - end.end() < length:
        return None
    body = buf[end.end() : end.end() + length]
    following = end.end() + length
    first = lines[0].strip() if lines else ""
    if match := _RESPONSE.fullmatch(first):
        return Response(int(match[1]), match[2].strip(), headers, body), following
    if match := _REQUEST.fullmatch(first):
        return Request(match[1], match[2], headers, body), following
    raise ProtocolError("the first line is neither a request nor a response")


def _unfold(lines: list[str]) -> list[str]:
    """Lines that begin with a blank go on with the one before (RFC 2326 §4.2)."""
    out: list[str] = []
    for line in lines:
        if out and line[:1] in (" ", "\t"):
            out[-1] += " " + line.strip()
        else:
            out.append(line)
    return out


def _fields(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        name, colon, value = line.partition(":")
        if colon and name.strip():
            yield name.strip(), value.strip()


def _length(headers: Headers) -> int:
    text = headers.get("Content-Length", "0")
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise ProtocolError("Content-Length is no number")
    if int(text) > LARGEST_BODY:
        raise ProtocolError("a message body is too long")
    return int(text)


def _encode(first: str, headers: Headers, body: bytes) -> bytes:
    lines = [first, *(f"{name}: {value}" for name, value in headers)]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    if any("\r" in line or "\n" in line for line in lines):
        raise ProtocolError("a line break inside a header field")
    return "\r\n".join([*lines, "", ""]).encode() + body


MARK = 0x24
"""``$``: an interleaved packet follows: channel, 16-bit length, packet."""

LARGEST_TEXT = 96 * 1024
"""Octets that an unfinished message may take before it counts as garbage."""

_TEXT = re.compile(rb"(?:RTSP/\d|[A-Z_]{3,16} )")
_BLANK = b"\r\n\t \0"

PacketSink = Callable[[bytes, int, int], None]
RunSink = Callable[[bytes, int, int], int]
TextSink = Callable[[bytes, int], int]


class Deframer:
    """Cuts a byte stream into packets and messages.

    Attributes:
        sinks: what takes the packets of a channel, as ``(buf, start, end)``; others are counted as garbage.
        run: tried before: takes as many packets as it can from ``buf[at:size]`` at once and returns where it stopped.
        garbage: octets that were neither.
    """

    def __init__(self, on_text: TextSink) -> None:
        """`on_text(buf, at)` takes the message at `at` and returns where it ends, -1 when it is incomplete, -2 when it is none."""
        self.sinks: dict[int, PacketSink] = {}
        self.run: RunSink | None = None
        self.garbage = 0
        self._on_text = on_text
        self._tail = b""

    @property
    def pending(self) -> int:
        """Octets kept for the next call."""
        return len(self._tail)

    def feed(self, chunk: bytes | memoryview) -> None:
        """Take what was read."""
        buf = self._tail + chunk if self._tail else bytes(chunk)
        size = len(buf)
        at = self.run(buf, 0, size) if self.run is not None else 0
        while size - at >= 4:
            if buf[at] != MARK:
                following = self._text(buf, at)
                if following < 0:
                    break
                at = following
                continue
            end = at + 4 + (buf[at + 2] << 8 | buf[at + 3])
            if end > size:
                break
            sink = self.sinks.get(buf[at + 1])
            if sink is not None:
                sink(buf, at + 4, end)
            else:
                self.garbage += end - at
            # What follows the start of a fragmented unit is mostly the middle of it.
            at = self.run(buf, end, size) if self.run is not None else end
        self._tail = buf[at:] if at < size else b""

    def _text(self, buf: bytes, at: int) -> int:
        """Where the message or garbage at `at` ends; -1 to wait for more."""
        size = len(buf)
        start = at
        while at < size and buf[at] in _BLANK:
            at += 1
        if at > start:
            return at
        if _TEXT.match(buf, at):
            end = self._on_text(buf, at)
            if end > at:
                return end
            if end == -1 and size - at < LARGEST_TEXT:
                return -1
        elif size - at < 17 and _maybe_text(buf, at):
            return -1
        return self._resume(buf, at)

    def _resume(self, buf: bytes, at: int) -> int:
        """Where something that can be a packet of a known channel or a response begins again after `at`."""
        size = len(buf)
        look = at + 1
        found = size
        response = buf.find(b"RTSP/1.", look)
        if response >= 0:
            found = response
        while (look := buf.find(b"$", look, found)) >= 0:
            if look + 4 >= size:
                found = look
                break
            if buf[look + 1] in self.sinks and buf[look + 4] >> 6 == 2:
                found = look
                break
            look += 1
        self.garbage += found - at
        return found


def _maybe_text(buf: bytes, at: int) -> bool:
    """Whether the few octets from `at` on may be the start of a message that is still coming."""
    rest = buf[at:]
    return b"RTSP/1.".startswith(rest[:7]) or (rest.isascii() and rest.replace(b"_", b"A").isupper() and rest.isalpha())
