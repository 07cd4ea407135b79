"""RTP as GB/T 28181 uses it (RFC 3550; 2016 Annex C.2, 2022 Annex C): headers, what a payload looks like, sending."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from custodes.gb28181.media.frame import Coding

FIXED: Final = 12
"""Octets of the header without CSRC list and extension."""
PAYLOAD_OCTETS: Final = 1400
"""Largest payload that is sent: it passes a tunnel too."""
PS, H264, SVAC_OR_H265, H265 = 96, 98, 99, 100
"""Dynamic payload types: 99 is SVAC in the text of 2016 and H.265 in practice, 100 is H.265 since 2022."""
SOUND_TYPES: Final = {0: Coding.G711U, 8: Coding.G711A}
"""Static payload types of sound beside the program stream (ZLMediaKit #2000)."""


def payload_span(buf: bytes, start: int, end: int) -> tuple[int, int] | None:
    """Where the payload of the RTP packet `buf[start:end]` lies; None when it is none of version 2."""
    if end - start < FIXED or buf[start] >> 6 != 2:
        return None
    first = buf[start]
    at = start + FIXED + 4 * (first & 15)
    if first & 0x10:
        if at + 4 > end:
            return None
        at += 4 + 4 * (buf[at + 2] << 8 | buf[at + 3])
    if first & 0x20:
        if not buf[end - 1]:
            return None
        end -= buf[end - 1]
    return (at, end) if at < end else None


def is_rtcp(packet: bytes) -> bool:
    """Whether it is RTCP on the port of RTP (RFC 5761 §4)."""
    return len(packet) >= 8 and packet[0] >> 6 == 2 and 192 <= packet[1] <= 223


def pack_header(payload_type: int, marker: bool, sequence: int, timestamp: int, ssrc: int) -> bytes:
    """A plain 12-octet header; `sequence` and `timestamp` wrap."""
    return struct.pack(
        ">BBHII", 0x80, marker << 7 | payload_type, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc & 0xFFFFFFFF
    )


def looks_like(payload: bytes, payload_type: int) -> str:
    """What a payload without a program stream seems to be, as words for a person; empty when nothing tells."""
    head = payload[:5]
    if len(payload) % 188 == 0 and head[:1] == b"\x47":
        return "MPEG transport stream"
    if payload_type in SOUND_TYPES:
        return "G.711 sound alone"
    if head.startswith((b"\0\0\1", b"\0\0\0\1")):
        return "a byte stream of H.264 or H.265 without packets of its own"
    if payload_type in (SVAC_OR_H265, H265) and head[:1] and head[0] >> 1 & 63 < 50:
        return "H.265 without program stream (RFC 7798), or SVAC"
    if payload_type == H264 or (head[:1] and head[0] & 31 in (24, 28) and not head[0] & 0x80):
        return "H.264 without program stream (RFC 6184)"
    return ""


class Sender:
    """Cuts program stream octets into RTP packets, each frame under one timestamp (2022 §4.3.6).

    Attributes:
        packets, octets: sent so far, as a sender report would have them.
    """

    def __init__(self, ssrc: int, sequence: int = 0, payload_type: int = PS, largest: int = PAYLOAD_OCTETS) -> None:
        self.packets = 0
        self.octets = 0
        self._ssrc = ssrc
        self._sequence = sequence
        self._type = payload_type
        self._largest = largest

    def packets_of(self, data: bytes, timestamp: int) -> Iterator[bytes]:
        """The packets of one frame's octets; the last has the marker."""
        largest, size = self._largest, len(data)
        for at in range(0, size, largest):
            header = pack_header(self._type, at + largest >= size, self._sequence, timestamp, self._ssrc)
            self._sequence = self._sequence + 1 & 0xFFFF
            self.packets += 1
            self.octets += min(largest, size - at)
            yield header + data[at : at + largest]


def framed(packet: bytes) -> bytes:
    """A packet behind its length, as a stream carries it (RFC 4571 §2)."""
    return len(packet).to_bytes(2, "big") + packet
