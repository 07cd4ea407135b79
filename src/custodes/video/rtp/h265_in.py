"""Taking in H.265 over RTP (RFC 7798): single NAL unit packets, aggregation packets, fragmentation units.

`sprop-max-don-diff` is taken as 0: cameras send in decoding order, and no DONL field is expected.
"""

from __future__ import annotations

from custodes.video.codec import h265
from custodes.video.codec.bits import CodecError
from custodes.video.rtp.assembly import Assembly
from custodes.video.rtp.header import payload_span
from custodes.video.unit import Codec

AP, FU = 48, 49
_IRAP = range(16, 24)


class H265Depacketizer(Assembly):
    """Access units out of H.265 packets; see `Assembly` for its arguments."""

    codec = Codec.H265

    def push(self, buf: bytes, start: int, end: int) -> None:
        """Take the RTP packet `buf[start:end]`. Never raises for what is in it."""
        at = start + 12
        if end - start < 15 or buf[start] != 0x80:
            span = payload_span(buf, start, end)
            if span is None or span[1] - span[0] < 3:
                self.tally.garbage += 1
                return
            at, end = span
        second = buf[start + 1]
        if second != self._plain and second != self._marked and not self._learn_type(second):
            return
        sequence = buf[start + 2] << 8 | buf[start + 3]
        stamp = buf[start + 4 : start + 8]
        if sequence != self._expected and not self._out_of_order(sequence, stamp):
            return
        self._expected = sequence + 1 & 0xFFFF
        self.tally.packets += 1
        if stamp != self._stamp:
            self._turn(stamp)
        first = buf[at]
        kind = first >> 1 & 63
        if kind == FU:
            fu = buf[at + 2]
            if fu & 0x80:
                middle = buf[start + 4 : start + 12] + bytes((first, buf[at + 1], fu & 63))
                self._begin_fragments(bytes((first & 0x81 | (fu & 63) << 1, buf[at + 1])), middle)
                self._see(fu & 63)
            if self._length_at >= 0:
                self._parts.append(buf[at + 3 : end])
                if fu & 0x40:
                    self._end_fragments(fu & 63 < h265.VPS)
            elif not self._damaged:
                self._damage()
        elif kind == AP:
            self._split(buf, at + 2, end)
        elif kind < AP:
            self._take(buf[at:end])
        else:
            self._broken()
        if second == self._marked:
            self._finish()

    def _see(self, kind: int) -> None:
        if kind < h265.VPS and not self._damaged:
            self._pictured = True
            if kind in _IRAP:
                self._key = True

    def _take(self, nal: bytes) -> None:
        kind = nal[0] >> 1 & 63
        if len(nal) < 3:
            self._broken()
        elif kind < h265.VPS:
            self._add(nal)
            self._see(kind)
        elif kind in (h265.SEI_PREFIX, h265.SEI_SUFFIX):
            self._add(nal)
        elif kind <= h265.PPS:
            self._whole_from_here()
            try:
                number = h265.set_number(nal)
            except CodecError as error:
                self.tally.garbage += 1
                self.fault = str(error)
                return
            self._keep_set(kind, number, nal)
        elif kind == h265.AUD:
            self._whole_from_here()
        # Filler, end markers and reserved types are left out.

    def _split(self, buf: bytes, at: int, end: int) -> None:
        """RFC 7798 §4.4.2 without DONL: NAL units, each behind its 16-bit size."""
        while at + 2 < end:
            following = at + 2 + (buf[at] << 8 | buf[at + 1])
            if following > end or following == at + 2:
                break
            self._take(buf[at + 2 : following])
            at = following
        if at != end:
            self._broken()

    def _broken(self) -> None:
        self.tally.garbage += 1
        self._damage()
