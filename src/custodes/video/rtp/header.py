"""The RTP header (RFC 3550 §5.1): reading its span in place, writing it; and its timestamps as media time (docs/design/time.md).

32 bits that wrap every 13 hours become 64 bits that go on. Where the timestamps stand still, pictures have the times of their arrival
until they move on.
"""

from __future__ import annotations

import struct

_HALF = 1 << 31
_MASK = 0xFFFFFFFF


class Unwrapper:
    """Follows the timestamps of one stream. The first value stays as it is.

    A value is taken as the nearest to the last one, forwards or backwards, so that reordered pictures step back and a
    wrap goes on.
    """

    def __init__(self) -> None:
        self._last: int | None = None

    def follow(self, timestamp: int) -> int:
        """The unwrapped value of the next `timestamp` in order of arrival."""
        value = self.place(timestamp)
        self._last = value
        return value

    def place(self, timestamp: int) -> int:
        """The unwrapped value of a `timestamp` near the last one, without following it (sender reports)."""
        last = self._last
        if last is None:
            return timestamp
        return last + ((timestamp - last + _HALF) & _MASK) - _HALF


MOST_TICKS = 900_000
"""Between two pictures, 90 kHz (10 s): behind a longer silence a source connects anew, and a clock that was set is no silence."""
SURE = 10
"""Pictures in a row under one timestamp, until it is believed that it stands still: two may be fields or slices of one."""


class ArrivalTimes:
    """Times of one stream's pictures, in decoding order.

    GStreamer's payloaders, given a raw stream without times, write one timestamp into every packet, and so do some devices after a fault.

    Attributes:
        shift: what is added to timestamps since they stood still, 90 kHz.
        by_arrival: they stand still, for so long that it is to be said.
    """

    def __init__(self) -> None:
        self.shift = 0
        self.by_arrival = False
        self._stamped: int | None = None
        self._told = 0
        self._wall_us = 0
        self._still = 0

    def tell(self, stamped: int, wall_us: int) -> int:
        """Media time of the next picture.

        Args:
            stamped: its RTP timestamp, unwrapped.
            wall_us: when it was read, microseconds UTC.
        """
        if stamped != self._stamped and not self.by_arrival:  # nearly always
            self._stamped, self._wall_us, self._still, self._told = stamped, wall_us, 0, stamped + self.shift
            return self._told
        self._told += min(max((wall_us - self._wall_us) * 9 // 100, 1), MOST_TICKS)
        self._wall_us = wall_us
        if stamped == self._stamped:
            self._still += 1
            self.by_arrival = self._still >= SURE
        else:  # it moves again: on from where the arrivals have led
            self.shift, self._stamped, self._still, self.by_arrival = self._told - stamped, stamped, 0, False
        return self._told


FIXED = 12
"""Octets of the header without CSRC list and extension."""


def payload_span(buf: bytes, start: int, end: int) -> tuple[int, int] | None:
    """Where the payload of the RTP packet `buf[start:end]` lies; None when it is no RTP packet of version 2.

    The slow way, for packets with CSRC list, extension or padding: depacketizers look at the plain header themselves.
    """
    if end - start < FIXED or buf[start] >> 6 != 2:
        return None
    first = buf[start]
    at = start + FIXED + 4 * (first & 15)
    if first & 0x10:
        if at + 4 > end:
            return None
        at += 4 + 4 * (buf[at + 2] << 8 | buf[at + 3])
    if first & 0x20:
        padding = buf[end - 1]
        if padding == 0:
            return None
        end -= padding
    return (at, end) if at < end else None


def pack_header(payload_type: int, marker: bool, sequence: int, timestamp: int, ssrc: int) -> bytes:
    """A plain 12-octet header; `sequence` and `timestamp` wrap."""
    return struct.pack(
        ">BBHII", 0x80, marker << 7 | payload_type, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc & 0xFFFFFFFF
    )
