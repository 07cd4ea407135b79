"""Interleaved packets and RTSP messages mixed on one TCP connection (RFC 2326 §10.12)."""

from __future__ import annotations

import re
from collections.abc import Callable

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
