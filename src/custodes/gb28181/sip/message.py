"""SIP messages (RFC 3261 §7), read with tolerance and written strictly. No sockets.

Devices end lines with a bare LF, write names in compact forms and any case, put GBK into names, count Content-Length in characters,
and leave To tags out: all that is read. What is written has CRLF, full names and the body's length in octets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, Self, TypeVar, overload

from custodes.gb28181.charset import readable
from custodes.gb28181.sip.fields import COMPACT, Headers
from custodes.gb28181.sip.limits import LIMITS, SipLimits
from custodes.gb28181.sip.malformed import Malformed, MessageFault
from custodes.gb28181.sip.uri import NameAddress, Uri, parse_address, parse_uri
from custodes.gb28181.sip.via import Via, parse_via

T = TypeVar("T")


class lazily(Generic[T]):
    """Works a value out once for each object that has a `__dict__`, and keeps it there, where it is found before this is asked again.

    `functools.cached_property` takes a lock for that until Python 3.12. For what one thread reads: two that come at once work it out twice. An error is not kept.
    """

    def __init__(self, work: Callable[[Any], T]) -> None:
        self._work = work
        self.__doc__ = work.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> Self | T:
        if instance is None:
            return self
        found = instance.__dict__[self._name] = self._work(instance)
        return found


VERSION = "SIP/2.0"
METHODS = frozenset(
    ("INVITE", "ACK", "INFO", "CANCEL", "BYE", "OPTIONS", "MESSAGE", "REGISTER", "SUBSCRIBE", "NOTIFY")
)  # fmt: skip
"""What this standard uses (2016 §9.2.3 and the rest of its flows)."""

HEAD_END = re.compile(rb"\r?\n\r?\n")
_REQUEST = re.compile(
    r"([A-Za-z0-9.!%*_+`'~-]{1,32})[ \t]+(\S+)[ \t]+(SIP/\d{1,3}\.\d{1,3})[ \t]*", re.ASCII | re.IGNORECASE
)
_RESPONSE = re.compile(r"(SIP/\d{1,3}\.\d{1,3})[ \t]+([1-6]\d\d)(?:[ \t]++(.*))?", re.ASCII | re.IGNORECASE)
_CSEQ = re.compile(r"(\d{1,10})\s+([A-Za-z0-9.!%*_+`'~-]{1,32})", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_LARGEST_CSEQ = (1 << 32) - 1


@dataclass(frozen=True)
class CSeq:
    """Number and method of a request."""

    number: int
    method: str


@dataclass(frozen=True)
class _Message:
    """What requests and responses share. Fields are looked at when they are asked for; `check` looks at all that matter."""

    headers: Headers = field(default_factory=Headers)
    body: bytes = field(default=b"", repr=False)  # may hold a password
    remarks: tuple[str, ...] = field(default=(), compare=False)

    @lazily
    def vias(self) -> list[str]:
        """Via values, the topmost first."""
        return self.headers.items("Via")

    @lazily
    def via(self) -> Via:
        """The topmost Via."""
        if not self.vias:
            raise Malformed(MessageFault.MISSING_FIELD, "there is no Via", self)
        return parse_via(self.vias[0])

    @lazily
    def sender(self) -> NameAddress:
        """From."""
        return self._address("From")

    @lazily
    def to(self) -> NameAddress:
        """To; devices leave its tag out where it should be."""
        return self._address("To")

    @lazily
    def call_id(self) -> str:
        """Call-ID."""
        return self._needed("Call-ID")

    @lazily
    def cseq(self) -> CSeq:
        """CSeq."""
        match = _CSEQ.fullmatch(self._needed("CSeq"))
        if match is None or int(match[1]) > _LARGEST_CSEQ:
            raise Malformed(MessageFault.BAD_FIELD, "CSeq is no number and method", self)
        return CSeq(int(match[1]), match[2].upper())

    @lazily
    def contact(self) -> NameAddress | None:
        """The first Contact; None where there is none, or none that can be read, or ``*``."""
        for item in self.headers.items("Contact"):
            try:
                return parse_address(item)
            except Malformed:
                continue
        return None

    @lazily
    def content_type(self) -> str:
        """The media type in lower case, without parameters."""
        return self.headers.get("Content-Type").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as text."""
        return readable(self.body)

    def number(self, name: str, most: int = _LARGEST_CSEQ) -> int | None:
        """A field that is a number of at most `most`; None where it is not there or is none."""
        text = self.headers.get(name).partition(";")[0].strip()
        if not (text.isascii() and text.isdigit()) or len(text) > 10:
            return None
        return min(int(text), most)

    def _needed(self, name: str) -> str:
        value = self.headers.get(name).strip()
        if not value:
            raise Malformed(MessageFault.MISSING_FIELD, f"there is no {name}", self)
        return value

    def _address(self, name: str) -> NameAddress:
        try:
            return parse_address(self._needed(name))
        except Malformed as error:
            raise Malformed(error.fault, f"{name}: {error}", self) from error

    def _encode(self, first: str) -> bytes:
        lines = [first]
        lines += [f"{name}: {value}" for name, value in self.headers if name.lower() != "content-length"]
        lines.append(f"Content-Length: {len(self.body)}")
        if _CONTROL.search("\t".join(lines)):
            raise Malformed(MessageFault.CONTROL, "a control character inside a header field")
        head = "\r\n".join(lines)
        return f"{head}\r\n\r\n".encode() + self.body


@dataclass(frozen=True)
class Request(_Message):
    """A request (RFC 3261 §7.1).

    Attributes:
        method: in upper case.
        target: the Request-URI as it is written; digest is computed over such text.
    """

    method: str = ""
    target: str = ""

    @lazily
    def uri(self) -> Uri:
        """The Request-URI."""
        return parse_uri(self.target)

    def encode(self) -> bytes:
        """Its octets."""
        if not self.method or not self.target or " " in self.target:
            raise Malformed(MessageFault.NO_START_LINE, "a request needs a method and a target without blanks")
        return self._encode(f"{self.method} {self.target} {VERSION}")

    def check(self) -> None:
        """Look at everything without which it can't be answered.

        Raises:
            Malformed: a field is missing or can't be read, or CSeq names another method.
        """
        _ = self.via, self.sender, self.to, self.call_id
        if self.cseq.method != self.method:
            raise Malformed(
                MessageFault.BAD_FIELD, f"CSeq names {self.cseq.method}, the request is {self.method}", self
            )


@dataclass(frozen=True)
class Response(_Message):
    """A response (RFC 3261 §7.2)."""

    status: int = 0
    reason: str = ""

    def encode(self) -> bytes:
        """Its octets."""
        return self._encode(f"{VERSION} {self.status} {self.reason or reason_of(self.status)}")

    def check(self) -> None:
        """Look at everything without which it belongs to no request.

        Raises:
            Malformed: a field is missing or can't be read.
        """
        _ = self.via, self.sender, self.to, self.call_id, self.cseq


Message = Request | Response

_REASONS = {
    100: "Trying", 180: "Ringing", 183: "Session Progress", 200: "OK", 202: "Accepted", 302: "Moved Temporarily", 400: "Bad Request",
    401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 407: "Proxy Authentication Required",
    408: "Request Timeout", 413: "Request Entity Too Large", 415: "Unsupported Media Type", 416: "Unsupported URI Scheme",
    420: "Bad Extension", 423: "Interval Too Brief", 480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist", 482: "Loop Detected", 483: "Too Many Hops", 486: "Busy Here", 487: "Request Terminated",
    488: "Not Acceptable Here", 489: "Bad Event", 491: "Request Pending", 500: "Server Internal Error", 501: "Not Implemented",
    503: "Service Unavailable", 505: "Version Not Supported",
}  # fmt: skip


def reason_of(status: int) -> str:
    """The phrase that is written behind a status."""
    return _REASONS.get(status, "Unknown")


def read_datagram(data: bytes, limits: SipLimits = LIMITS) -> Message:
    """The message that a datagram is. The datagram is the frame: its end is the body's, whatever Content-Length counts.

    Raises:
        Malformed: it is none, or too large.
    """
    begin = len(data) - len(data.lstrip(b"\r\n\0"))
    end = HEAD_END.search(data, begin, begin + limits.head)
    if end is None:
        if len(data) - begin >= limits.head:
            raise Malformed(MessageFault.HEAD_TOO_LONG, f"the head is longer than {limits.head} octets")
        raise Malformed(MessageFault.CUT_SHORT, "there is no empty line behind the head")
    head = read_head(data[begin : end.start()], limits)
    length = content_length(head.headers, limits, head)
    body = data[end.end() :]
    if len(body) > limits.body:
        raise Malformed(MessageFault.BODY_TOO_LONG, f"the body is longer than {limits.body} octets", head)
    if length is None:
        return with_body(head, body, "no Content-Length")
    if length == len(body):
        return with_body(head, body)
    if length == 0:
        return with_body(head, b"", "octets behind the message")
    return with_body(head, body, f"Content-Length says {length}, there are {len(body)}")


def read_head(data: bytes, limits: SipLimits = LIMITS) -> Message:
    """Start line and fields, without a body.

    Raises:
        Malformed: the first line is none of SIP 2.0, or there are too many fields, or control characters are among them.
    """
    text = readable(data)
    lines = text.split("\n")
    remarks: list[str] = []
    if len(lines) - 1 != text.count("\r\n"):
        remarks.append("lines that end with LF alone")
    lines = [line.rstrip("\r") for line in lines]
    if b"\0" in data or _CONTROL.search("\t".join(lines)):
        raise Malformed(MessageFault.CONTROL, "a control character inside the head")
    headers = Headers(_read_fields(lines[1:], limits, remarks))
    first = lines[0].strip()
    if match := _RESPONSE.fullmatch(first):
        _refuse_version(match[1], None)
        return Response(headers, b"", tuple(remarks), int(match[2]), (match[3] or "").strip())
    if match := _REQUEST.fullmatch(first):
        request = Request(headers, b"", tuple(remarks), match[1].upper(), match[2])
        _refuse_version(match[3], request)
        return request
    raise Malformed(MessageFault.NO_START_LINE, "the first line is neither a request's nor a response's")


def _refuse_version(version: str, request: Request | None) -> None:
    if version.upper() != VERSION:
        raise Malformed(MessageFault.VERSION, f"it speaks {version}, not {VERSION}", request)


def _read_fields(lines: list[str], limits: SipLimits, remarks: list[str]) -> Iterable[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for line in lines:
        if line[:1] in (" ", "\t") and found:
            name, value = found[-1]
            found[-1] = (name, f"{value} {line.strip()}")
            continue
        name, colon, value = line.partition(":")
        name = name.strip()
        if not colon or not name:
            remarks.append("a line without a field name")
            continue
        if len(found) >= limits.fields:
            raise Malformed(MessageFault.TOO_MANY_FIELDS, f"there are more than {limits.fields} fields")
        if len(name) == 1 and name.lower() in COMPACT:
            name = COMPACT[name.lower()]
            remarks.append(f"compact form of {name}")
        found.append((name, value.strip()))
    return found


def content_length(headers: Headers, limits: SipLimits, message: Message | None = None) -> int | None:
    """What Content-Length says, None where it is not there.

    Raises:
        Malformed: it is no number, there are two that differ, or it is larger than a body may be.
    """
    values = {value.strip() for value in headers.all("Content-Length")}
    if not values:
        return None
    text = values.pop()
    if values or not (text.isascii() and text.isdigit()):
        raise Malformed(MessageFault.CONTENT_LENGTH, "Content-Length is no number, or says two", message)
    if len(text) > 9 or int(text) > limits.body:
        raise Malformed(MessageFault.BODY_TOO_LONG, f"the body is longer than {limits.body} octets", message)
    return int(text)


def with_body(head: Message, body: bytes, *remarks: str) -> Message:
    """A head that was read, with its body."""
    if isinstance(head, Request):
        return Request(head.headers, body, (*head.remarks, *remarks), head.method, head.target)
    return Response(head.headers, body, (*head.remarks, *remarks), head.status, head.reason)
