"""RTSP 1.0 messages (RFC 2326 §4–§7), read with tolerance and written strictly. No sockets.

Cameras end lines with a bare LF, put spaces where none belong and write header names in any case: all that is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
