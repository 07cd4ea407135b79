"""RTP packets on a TCP connection: each behind its 16-bit length (RFC 4571), or as some devices frame them (§5.4).

Seen besides: four octets in front as in RTSP (`$`, channel, length), a lead of other octets before the first packet,
and lengths that are wrong. A place that makes no sense is left for the next one where the known SSRC, or a pack
header, stands behind what looks like an RTP header.
"""

from __future__ import annotations

import re
import struct
from functools import lru_cache
from typing import Final

from custodes.gb28181.media.order import PacketOrder
from custodes.gb28181.media.ps import ProgramReader
from custodes.gb28181.media.rtp import FIXED

_DOLLAR: Final = 0x24
_PACK: Final = b"\0\0\1\xba"
_ZEROS: Final = re.compile(rb"\0*")
_HEAD: Final = 2 + FIXED
_PLAIN: Final = 0x80
"""First octet of a header without CSRC list, extension and padding."""
_OPENING: Final = struct.Struct(">HBBH4s4s")
"""What a frame begins with: length, the first two octets, sequence number, timestamp, SSRC."""
_MOST_AT_ONCE: Final = 64
"""Frames that are cut out by one call: those of a read of full size."""
_KEEP: Final = 4 + FIXED + 4
"""Octets that may be the beginning of a frame that isn't recognised yet."""


@lru_cache(256)
def _packets(body: int) -> struct.Struct:
    """Frames of one size: length and the first two octets, sequence number, timestamp and SSRC, `body` octets."""
    return struct.Struct(f">4sH8s{body}s")


@lru_cache(256)
def _many(body: int, count: int) -> struct.Struct:
    """So many such frames at once."""
    return struct.Struct(">" + f"4sH8s{body}s" * count)


class Framing:
    """Cuts a byte stream into packets for `order`.

    Attributes:
        lead: octets before a packet: 2 (RFC 4571), 4 (as in RTSP), 0 while nothing tells.
    """

    def __init__(self, order: PacketOrder, reader: ProgramReader) -> None:
        self.lead = 0
        self._order = order
        self._reader = reader
        self._tally = reader.tally
        self._tail = b""

    @property
    def pending(self) -> int:
        """Octets kept for the next call."""
        return len(self._tail)

    def restart(self) -> None:
        """A new connection."""
        self._tail, self.lead = b"", 0

    def feed(self, chunk: bytes | memoryview) -> None:
        """Take what was read. Never raises for what is in it."""
        buf = self._tail + chunk if self._tail else chunk  # no copy: what is kept is cut out
        size = len(buf)
        at = self._run(buf, 0, size) if self.lead == 2 else 0
        if at == size:  # as nearly always
            self._tail = b""
            return
        push = self._order.push
        while size - at >= 5:
            lead = self.lead or self._detect(buf, at)
            begin = at + lead
            if lead == 4 and buf[at] != _DOLLAR:
                buf = bytes(buf)
                at = self._search(buf, at)
                continue
            length = buf[begin - 2] << 8 | buf[begin - 1]
            if not length:
                # A frame without a packet (RFC 4571 §2); of a flood of zeros one step is made.
                zeros = _ZEROS.match(buf, begin).end() - begin if lead == 2 else 0  # type: ignore[union-attr]
                at = begin + zeros // 2 * 2
                continue
            if length < FIXED or buf[begin] >> 6 != 2:
                buf = bytes(buf)
                at = self._search(buf, at)
                continue
            if begin + length > size:
                break
            self.lead = lead
            push(bytes(buf[begin : begin + length]))
            at = begin + length
            if lead == 2:
                at = self._run(buf, at, size)
        self._tail = bytes(buf[at:])

    def _detect(self, buf: bytes | memoryview, at: int) -> int:
        """How packets are framed, by the first one."""
        plain = buf[at + 2] >> 6 == 2
        return 4 if buf[at] == _DOLLAR and buf[at + 1] < 2 and buf[at + 4] >> 6 == 2 and not plain else 2

    def _run(self, buf: bytes | memoryview, at: int, size: int) -> int:
        """Take packets that follow each other and have nothing unusual about them: those under one timestamp are handed on as one piece.

        Gives where that ends.
        """
        terms = self._order.run_terms()
        if terms is None:
            return at
        ssrc, plain, expected = terms
        pieces: list[bytes] = []
        stamp = b""
        while size - at > _HEAD:
            length, first, second, sequence, its_stamp, source = _OPENING.unpack_from(buf, at)
            end = at + 2 + length
            if (
                end > size
                or sequence != expected
                or source != ssrc
                or (second != plain and second != plain | 0x80)
                or first != _PLAIN
                or length <= FIXED
            ):
                break
            if pieces and its_stamp != stamp:
                self._order.ran(pieces, stamp, expected)
                pieces = []
            stamp = its_stamp
            if second == plain and size - end > length + 1:
                span = length + 2
                count = min((size - at) // span, _MOST_AT_ONCE)
                ahead = expected + count
                # The last of them tells whether all may be alike: else they would be cut out in vain, packet after packet.
                last = (length, first, second, ahead - 1, its_stamp, source)
                if ahead <= 0x10000 and _OPENING.unpack_from(buf, at + (count - 1) * span) == last:
                    parts = _many(length - FIXED, count).unpack_from(buf, at)
                    if (
                        parts[1::4] == tuple(range(expected, ahead))
                        and parts[::4] == (parts[0],) * count
                        and parts[2::4] == (parts[2],) * count
                    ):
                        pieces += parts[3::4]
                        expected = ahead & 0xFFFF
                        at += count * span
                        continue
                taken = self._equal(buf, at, count, pieces)
                expected = expected + taken & 0xFFFF
                at += taken * span
                continue
            pieces.append(bytes(buf[at + _HEAD : end]))
            expected = expected + 1 & 0xFFFF
            at = end
            if second != plain:
                self._order.ran(pieces, stamp, expected, marked=True)
                pieces = []
        if pieces:
            self._order.ran(pieces, stamp, expected)
        return at

    def _equal(self, buf: bytes | memoryview, at: int, count: int, pieces: list[bytes]) -> int:
        """Cut out the packet at `at` and those that continue it, of `count` that may; gives how many."""
        length, _, _, sequence, stamp, source = _OPENING.unpack_from(buf, at)
        head, rest = bytes(buf[at : at + 4]), stamp + source
        taken = 0
        for its_head, number, behind, piece in _packets(length - FIXED).iter_unpack(
            memoryview(buf)[at : at + count * (length + 2)]
        ):
            if behind != rest or its_head != head or number != sequence + taken & 0xFFFF:
                break
            pieces.append(piece)
            taken += 1
        return taken

    def _search(self, buf: bytes, at: int) -> int:
        """The next place where a packet may begin; near the end of `buf` when there is none."""
        self._tally.garbage += 1
        ssrc = self._order.ssrc
        known, back = (ssrc.to_bytes(4, "big"), 8) if ssrc is not None else (_PACK, FIXED)
        lead = self.lead or 2
        look = at + 1
        while (found := buf.find(known, look + lead + back)) >= 0:
            begin = found - back
            length = buf[begin - 2] << 8 | buf[begin - 1]
            following = begin + length + lead
            # A known SSRC tells enough; a pack header may be anywhere, so that what follows must be a packet too.
            sure = ssrc is not None or following >= len(buf) or buf[following] >> 6 == 2
            if buf[begin] >> 6 == 2 and length >= FIXED and sure:
                return begin - lead
            look = found + 1 - lead - back
        return max(at + 1, len(buf) - _KEEP)
