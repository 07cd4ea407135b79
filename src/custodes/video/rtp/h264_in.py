"""Taking in H.264 over RTP (RFC 6184): single NAL unit packets, STAP-A, FU-A."""

from __future__ import annotations

from custodes.video.codec import h264
from custodes.video.codec.bits import CodecError
from custodes.video.rtp.assembly import Assembly
from custodes.video.rtp.header import payload_span
from custodes.video.unit import Codec

STAP_A, FU_A = 24, 28


class H264Depacketizer(Assembly):
    """Access units out of H.264 packets; see `Assembly` for its arguments."""

    codec = Codec.H264

    def push(self, buf: bytes, start: int, end: int) -> None:
        """Take the RTP packet `buf[start:end]`. Never raises for what is in it."""
        at = start + 12
        if end - start < 14 or buf[start] != 0x80:
            span = payload_span(buf, start, end)
            if span is None:
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
        kind = first & 31
        if kind == FU_A:
            if end - at < 3:
                self._broken()
            else:
                fu = buf[at + 1]
                if fu & 0x80:
                    middle = buf[start + 4 : start + 12] + bytes((first, fu & 31))
                    self._begin_fragments(bytes((first & 0xE0 | fu & 31,)), middle)
                    self._see(fu & 31)
                if self._length_at >= 0:
                    self._parts.append(buf[at + 2 : end])
                    if fu & 0x40:
                        self._end_fragments(fu & 31 < h264.SEI)
                elif not self._damaged:
                    self._damage()
        elif kind == STAP_A:
            self._split(buf, at + 1, end)
        elif 0 < kind < STAP_A:
            self._take(buf[at:end])
        else:
            self._broken()
        if second == self._marked:
            self._finish()

    def _see(self, kind: int) -> None:
        if kind < h264.SEI and not self._damaged:
            self._pictured = True
            if kind == h264.IDR:
                self._key = True

    def _take(self, nal: bytes) -> None:
        kind = nal[0] & 31
        if 0 < kind < h264.SEI:
            self._add(nal)
            self._see(kind)
        elif kind == h264.SEI:
            self._add(nal)
        elif kind in (h264.SPS, h264.PPS):
            self._whole_from_here()
            try:
                number = h264.parse_sps(nal).number if kind == h264.SPS else h264.pps_number(nal)
            except CodecError as error:
                self.tally.garbage += 1
                self.fault = str(error)
                return
            self._keep_set(kind, number, nal)
        elif kind == h264.AUD:
            self._whole_from_here()
        # Filler, end markers and extensions that no player needs are left out.

    def _split(self, buf: bytes, at: int, end: int) -> None:
        """RFC 6184 §5.7.1: NAL units, each behind its 16-bit size."""
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
