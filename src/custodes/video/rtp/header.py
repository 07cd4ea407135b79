"""The RTP header (RFC 3550 §5.1): reading its span in place, writing it."""

from __future__ import annotations

import struct

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
