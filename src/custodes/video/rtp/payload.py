"""RTP payload formats of H.264 (RFC 6184) and H.265 (RFC 7798), taken in and sent.

Taken in are single NAL unit packets, aggregation packets (STAP-A, AP) and fragmentation units (FU-A, FU). `sprop-max-don-diff`
is taken as 0: cameras send in decoding order, and no DONL field is expected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from custodes.video.codec import h264, h265
from custodes.video.codec.bitstream import CodecError
from custodes.video.rtp.assembly import Assembly
from custodes.video.rtp.header import payload_span
from custodes.video.unit import AccessUnit, Codec

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


def depacketizer(
    codec: Codec, on_unit: Callable[[AccessUnit], None], payload_type: int | None = None, sets: Sequence[bytes] = ()
) -> H264Depacketizer | H265Depacketizer:
    """A depacketizer for `codec`.

    Args:
        on_unit: called with each whole, decodable access unit, in decoding order; the first is a key picture.
        payload_type: packets of another type are left out; None takes that of the first packet.
        sets: parameter sets known beforehand, from SDP.
    """
    kind = H264Depacketizer if codec is Codec.H264 else H265Depacketizer
    return kind(on_unit, payload_type, sets)


PAYLOAD_BYTES = 1436
"""Default largest RTP payload: with 12 octets of header a 1448-octet segment, what fits an Ethernet frame over TCP."""


def payloads(codec: Codec, nals: Sequence[bytes], largest: int = PAYLOAD_BYTES) -> list[bytes]:
    """RTP payloads of one access unit's `nals` (no start codes), each at most `largest` octets.

    Small neighbours are aggregated, large units fragmented; the caller sets the marker on the last one.
    """
    out: list[bytes] = []
    small: list[bytes] = []
    room = largest
    for nal in nals:
        if len(nal) + 2 > room - 2 and small:
            out.append(_aggregate(codec, small))
            small, room = [], largest
        if len(nal) + 4 > largest:
            out.extend(_fragments(codec, nal, largest) if len(nal) > largest else (nal,))
            continue
        small.append(nal)
        room -= len(nal) + 2
    if small:
        out.append(_aggregate(codec, small))
    return out


def _aggregate(codec: Codec, nals: Sequence[bytes]) -> bytes:
    if len(nals) == 1:
        return nals[0]
    if codec is Codec.H264:
        # F is the or of all F bits, NRI the highest NRI (RFC 6184 §5.7).
        forbidden = max(nal[0] & 0x80 for nal in nals)
        head = bytes((forbidden | max(nal[0] & 0x60 for nal in nals) | STAP_A,))
    else:
        # The lowest layer and temporal id (RFC 7798 §4.4.2).
        layer = min((nal[0] & 1) << 5 | nal[1] >> 3 for nal in nals)
        temporal = min(nal[1] & 7 for nal in nals)
        head = bytes((AP << 1 | layer >> 5, (layer & 31) << 3 | temporal))
    return head + b"".join(len(nal).to_bytes(2, "big") + nal for nal in nals)


def _fragments(codec: Codec, nal: bytes, largest: int) -> Iterable[bytes]:
    if codec is Codec.H264:
        indicator, kind, skip = bytes((nal[0] & 0xE0 | FU_A,)), nal[0] & 31, 1
    else:
        indicator, kind, skip = bytes((nal[0] & 0x81 | FU << 1, nal[1])), nal[0] >> 1 & 63, 2
    step = largest - skip - 1
    for at in range(skip, len(nal), step):
        flags = 0x80 if at == skip else 0x40 if at + step >= len(nal) else 0
        yield indicator + bytes((flags | kind,)) + nal[at : at + step]
