"""Messages out of a TCP connection (RFC 3261 §18.3): by Content-Length, by the end of an XML body where that is wrong, by the next
start line where nothing else helps.

Several messages may share a segment and one may span several. CRLF between messages keeps connections alive.
"""

from __future__ import annotations

import re

from custodes.gb28181.sip.limits import LIMITS, SipLimits
from custodes.gb28181.sip.malformed import Malformed, MessageFault
from custodes.gb28181.sip.message import HEAD_END, Message, content_length, read_head, with_body

_START = re.compile(rb"(?:SIP/2\.0[ \t]+[1-6]\d\d|[A-Z]{3,12}[ \t]+sips?:\S+[ \t]+SIP/2\.0)", re.IGNORECASE)
_ROOT = re.compile(rb"<(Query|Control|Notify|Response)[\s>]")
_FILLING = b"\r\n\0 \t"
_LONGEST_START = 1200
"""Octets that a start line may have, and so that may still be an incomplete one at the end of what is there."""


class Framer:
    """Cuts one connection's octets into messages. What it holds is bounded by the limits: one message.

    Attributes:
        broken: the connection is to be closed: too much garbage, or a message larger than is taken.
        pings: blank lines between messages.
        garbage: octets that were skipped.
        remarks: bodies whose Content-Length was wrong.
    """

    def __init__(self, limits: SipLimits = LIMITS) -> None:
        self.broken = False
        self.pings = 0
        self.garbage = 0
        self.remarks = 0
        self._limits = limits
        self._buf = bytearray()
        self._head: Message | None = None  # read already, while its body comes
        self._searched = 0

    @property
    def waiting(self) -> int:
        """Octets of a message that has not come whole."""
        return len(self._buf)

    @property
    def between(self) -> bool:
        """No message has begun that is not whole."""
        return not self._buf and self._head is None

    def feed(self, data: bytes) -> list[Message | Malformed]:
        """Whole messages, and what was none. After a broken one nothing comes any more. Never raises."""
        found: list[Message | Malformed] = []
        if self.broken:
            return found
        self._buf += data
        while not self.broken:
            try:
                message = self._take()
            except Malformed as error:
                found.append(error)
                self._head = None
                self.broken = error.fault in (
                    MessageFault.HEAD_TOO_LONG,
                    MessageFault.BODY_TOO_LONG,
                    MessageFault.CONTENT_LENGTH,
                )
                continue
            if message is None:
                break
            found.append(message)
        if self.garbage > self._limits.garbage and not self.broken:
            self.broken = True
            found.append(
                Malformed(MessageFault.GARBAGE, f"more than {self._limits.garbage} octets that are no message")
            )
        if self.broken:
            self._buf.clear()
        return found

    def _take(self) -> Message | None:
        if self._head is None:
            self._head = self._take_head()
            if self._head is None:
                return None
        head = self._head
        length = content_length(head.headers, self._limits, head)
        if length is None:
            raise Malformed(MessageFault.CONTENT_LENGTH, "over TCP Content-Length is needed", head)
        end, remark = self._body_end(head, length)
        if end is None:
            return None
        body = bytes(self._buf[:end])
        del self._buf[:end]
        self._head, self._searched = None, 0
        if remark:
            self.remarks += 1
            return with_body(head, body, remark)
        return with_body(head, body)

    def _take_head(self) -> Message | None:
        self._skip_filling()
        if not self._buf:
            return None
        if not _START.match(self._buf, 0, _LONGEST_START) and not self._resynchronise():
            return None
        end = HEAD_END.search(self._buf, self._searched, self._limits.head)
        if end is None:
            if len(self._buf) >= self._limits.head:
                raise Malformed(MessageFault.HEAD_TOO_LONG, f"the head is longer than {self._limits.head} octets")
            self._searched = max(0, len(self._buf) - 3)
            return None
        raw = bytes(self._buf[: end.start()])
        del self._buf[: end.end()]
        self._searched = 0
        return read_head(raw, self._limits)

    def _skip_filling(self) -> None:
        if not self._buf or self._buf[0] not in _FILLING:
            return
        size = len(self._buf)
        kept = self._buf.lstrip(_FILLING)
        if len(kept) != size:
            self.pings += self._buf[: size - len(kept)].count(b"\r\n\r\n")
            self._buf = kept
            self._searched = 0

    def _resynchronise(self) -> bool:
        """Skip to the next start line; what may be the beginning of one is kept."""
        found = _START.search(self._buf) if b"SIP/2.0" in self._buf.upper() else None
        if found is None:
            # A start line that has not come whole has no line break yet.
            last = max(self._buf.rfind(b"\n") + 1, len(self._buf) - _LONGEST_START)
            self.garbage += last
            del self._buf[:last]
            self._searched = 0
            return False
        self.garbage += found.start()
        del self._buf[: found.start()]
        self._searched = 0
        return True

    def _body_end(self, head: Message, length: int) -> tuple[int | None, str]:
        """Where the body ends, None while it has not come; and what was wrong with its length."""
        if not length:
            return 0, ""
        root = _ROOT.search(self._buf, 0, 512) if head.content_type.endswith("xml") else None
        if root is None:
            return (length if len(self._buf) >= length else None), ""
        closing = b"</" + root[1] + b">"
        most = self._limits.body
        at = self._buf.find(closing, max(0, self._searched - len(closing)), most)
        following = self._next_start(at if at >= 0 else len(self._buf))
        if following >= 0:
            return min(length, following), "an XML body without its end"
        if at < 0:
            if len(self._buf) >= most:
                raise Malformed(MessageFault.BODY_TOO_LONG, f"the body is longer than {most} octets", head)
            self._searched = max(0, len(self._buf) - _LONGEST_START)
            return None, ""
        end = at + len(closing)
        if end > length:
            return end, f"Content-Length says {length}, the XML ends at {end}"
        rest = self._buf[end:length]
        if len(self._buf) >= length and not rest.strip(_FILLING):
            return length, ""
        # The sender counted too much, or what fills the body up comes later: that is skipped before the next message.
        return end, "" if not rest.strip(_FILLING) else f"Content-Length says {length}, the XML ends at {end}"

    def _next_start(self, before: int) -> int:
        """Where a start line stands in a body, -1 where none does."""
        if self._buf.find(b"SIP/2.0", self._searched, before) < 0:
            return -1
        found = _START.search(self._buf, self._searched, before)
        return found.start() if found is not None else -1
