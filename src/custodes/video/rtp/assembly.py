"""From packets to access units: what H.264 and H.265 have in common.

The two depacketizers look at a packet in place and slice out what they keep. Nearly all packets are the middle of a
fragmented NAL unit; for them nothing happens but a few comparisons and one slice, which is what makes 1 ms a
camera-second possible.
"""

from __future__ import annotations

import struct
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Protocol

from custodes.video.codec.bitstream import CodecError
from custodes.video.codec.build import active_sets, codec_parameters
from custodes.video.rtp.header import ArrivalTimes, Unwrapper
from custodes.video.rtp.rtcp import StreamTally
from custodes.video.unit import AccessUnit, Codec, CodecParameters

LARGEST_UNIT = 8 << 20
"""Octets of the largest access unit that is put together; more is a fault or a flood."""
_FEW_PARTS = LARGEST_UNIT >> 16  # fewer cannot be too large: a packet holds 64 KiB
_LARGEST_SET = 4096
_MOST_SETS = 32
_MOST_MISORDERED = 100
_MOST_DROPPED = 3000


@lru_cache(256)
def _packets(middle: int, body: int) -> struct.Struct:
    """Interleaved packets of one size: mark to payload type, sequence number, `middle` octets, `body` octets."""
    return struct.Struct(f">6sH{middle}s{body}s")


class Depacketizer(Protocol):
    """Takes RTP packets of one video stream."""

    tally: StreamTally
    wall_us: int
    fault: str

    def push(self, buf: bytes, start: int, end: int) -> None:
        """Take the packet `buf[start:end]`. Never raises for what is in it."""
        ...

    def bound(self) -> None:
        """Call it after each read."""
        ...

    def place(self, timestamp: int) -> int:
        """Media time of an RTP timestamp near the last picture."""
        ...


class Assembly(ABC):
    """Builds access units out of NAL units and fragments; tracks sequence, timestamps and parameter sets.

    Attributes:
        wall_us: set by the caller before `push`: when the octets were read, microseconds UTC on the host clock.
        channel: the interleaved channel, for `run`.
        tally: counts.
        params: parameters in force, None before the first complete sets.
        fault: why no picture can be made of the parameter sets, empty while nothing is wrong.
    """

    codec: Codec

    def __init__(
        self, on_unit: Callable[[AccessUnit], None], payload_type: int | None = None, sets: Sequence[bytes] = ()
    ) -> None:
        self.wall_us = 0
        self.channel = 0
        self.tally = StreamTally()
        self.params: CodecParameters | None = None
        self.fault = ""
        self._on_unit = on_unit
        # The second octet of a packet of this stream, without and with the marker; -1 until the first packet says.
        self._plain = -1 if payload_type is None else payload_type
        self._marked = -1 if payload_type is None else payload_type | 0x80
        self._unwrapper = Unwrapper()
        self._times = ArrivalTimes()
        self._sets: dict[tuple[int, int], bytes] = {}
        self._sets_changed = False
        self._active: dict[int, int] = {}  # number of the set in use, by kind, where there are several
        self._expected = -1
        self._stamp = b""
        self._parts: list[bytes] = []
        # Timestamp, SSRC and payload headers that the middle packets of the fragmented NAL unit under way begin with.
        self._middle = b""
        self._length_at = -1  # where the length of the fragmented NAL unit that is under way belongs in _parts
        self._damaged = False
        self._hole = False  # packets are missing before the next picture
        self._key = False
        self._pictured = False  # a slice is in _parts
        self._wall_us = 0
        self._waiting = True  # for a key picture
        for nal in sets:
            if len(nal) > 2:
                self._take(nal)
        self._reset()

    def place(self, timestamp: int) -> int:
        """Media time (90 kHz) of an RTP `timestamp` near the last picture's."""
        return self._unwrapper.place(timestamp) + self._times.shift

    @property
    def by_arrival(self) -> bool:
        """The stream's timestamps stand still: pictures have the times at which they came."""
        return self._times.by_arrival

    def run(self, buf: bytes, at: int, size: int) -> int:
        """Take the middle packets of the fragmented NAL unit under way out of interleaved octets; where that ends.

        This is `push` for the packets that need nothing but to be appended: plain header, next in sequence, same
        picture, same unit, neither its first nor its last fragment, nor the picture's last packet. It stops at the
        first that is anything else or not complete.
        """
        middle = self._middle
        if not middle or self._length_at < 0:
            return at
        width = 8 + len(middle)
        first = at
        expected = self._expected
        append = self._parts.append
        marks = bytes((0x24, self.channel)), bytes((0x80, self._plain))
        view = memoryview(buf)
        while size - at > width:
            span = 4 + (buf[at + 2] << 8 | buf[at + 3])
            count = (size - at) // span
            if not count or span <= width:
                break
            # A unit is cut into equal packets but for its last: `struct` looks at them and cuts them out.
            wanted = buf[at + 2 : at + 4].join(marks)
            end = at + count * span
            for head, sequence, rest, body in _packets(len(middle), span - width).iter_unpack(view[at:end]):
                if rest != middle or head != wanted or sequence != expected:
                    break
                expected = expected + 1 & 0xFFFF
                append(body)
                at += span
            if at != end:
                break
        if at != first:
            self.tally.packets += expected - self._expected & 0xFFFF
            self._expected = expected
        return at

    # What the two payload formats implement

    @abstractmethod
    def _take(self, nal: bytes) -> None:
        """Take a whole NAL unit of at least its header."""

    # Sequence and picture borders

    def _out_of_order(self, sequence: int, stamp: bytes) -> bool:
        """A sequence number that was not expected: whether the packet is to be taken (RFC 3550 Appendix A.1)."""
        tally = self.tally
        if self._expected < 0:
            tally.first = sequence
            return True
        ahead = (sequence - self._expected) & 0xFFFF
        if ahead >= 0x10000 - _MOST_MISORDERED:
            tally.late += 1
            return False
        tally.lost += ahead if ahead < _MOST_DROPPED else 1
        if stamp == self._stamp:
            self._damage()
            return True
        if self._stamp:
            # The end of the picture under way is missing, and perhaps the start of the next one too.
            self._damage()
            self._finish()
        self._waiting = True
        self._hole = True
        return True

    def _damage(self) -> None:
        """What is under way cannot be completed. It, and what refers to it, is left out until the next key picture."""
        self._damaged = True
        self._length_at = -1
        self._parts.clear()
        self._pictured = False

    def _turn(self, stamp: bytes) -> None:
        """A packet with another timestamp: the picture before it is complete, marker or not (RFC 6184 §5.1)."""
        if self._stamp:
            self._finish()
        self._reset()
        self._stamp = stamp
        self._wall_us = self.wall_us
        self._damaged = self._hole
        self._hole = False

    def _whole_from_here(self) -> None:
        """A delimiter or parameter set opens an access unit: nothing of it was in the hole before."""
        if not self._parts:
            self._damaged = False

    def _add(self, nal: bytes) -> None:
        """Append a whole NAL unit to the picture under way."""
        if self._damaged:
            return
        self._parts.append(len(nal).to_bytes(4, "big"))
        self._parts.append(nal)

    def _begin_fragments(self, header: bytes, middle: bytes) -> None:
        """The first fragment of a NAL unit with this rebuilt `header` (RFC 6184 §5.8, RFC 7798 §4.4.3)."""
        if self._length_at >= 0:
            self._damage()
        self._middle = middle
        if self._damaged:
            return
        self._length_at = len(self._parts)
        self._parts.append(b"")
        self._parts.append(header)

    def _end_fragments(self, picture: bool) -> None:
        """The last fragment of a NAL unit was appended; `picture` says that it is a slice."""
        at = self._length_at
        self._length_at = -1
        if picture:
            self._parts[at] = sum(map(len, self._parts[at:])).to_bytes(4, "big")
            return
        nal = b"".join(self._parts[at:])
        del self._parts[at:]
        self._take(nal)

    def _finish(self) -> None:
        """The picture under way ends: hand it on if it is whole and decodable."""
        if self._length_at >= 0:
            self._damage()
        if self._damaged:
            self._waiting = True
            self.tally.dropped += 1
            self._reset()
            return
        if not self._pictured:
            # Parameter sets or SEI alone, often with a marker of their own: they belong to the picture that follows.
            return
        data = b"".join(self._parts)
        if self._key:
            self._look_at_sets(data)
        params = self.params
        if params is None or (self._waiting and not self._key):
            self.tally.dropped += 1
            self._reset()
            return
        self._waiting = False
        stamped = self._unwrapper.follow(int.from_bytes(self._stamp, "big"))
        media_time = self._times.tell(stamped, self._wall_us)
        unit = AccessUnit(data, self._key, media_time, self._wall_us, params)
        self._reset()
        self.tally.units += 1
        self._on_unit(unit)

    def bound(self) -> None:
        """Call it after each read: a picture that never ends is given up before it fills the memory."""
        if len(self._parts) > _FEW_PARTS and sum(map(len, self._parts)) > LARGEST_UNIT:
            self.tally.garbage += 1
            self._damage()

    def _reset(self) -> None:
        self._parts.clear()
        self._pictured = False
        self._key = False
        self._damaged = False
        self._length_at = -1
        self._stamp = b""

    def _learn_type(self, second: int) -> bool:
        """A packet of another payload type: whether it is ours, because none was known."""
        if self._plain >= 0:
            self.tally.garbage += 1
            return False
        self._plain = second & 0x7F
        self._marked = self._plain | 0x80
        return True

    # Parameter sets

    def _keep_set(self, kind: int, number: int, nal: bytes) -> None:
        if len(nal) > _LARGEST_SET or (len(self._sets) >= _MOST_SETS and (kind, number) not in self._sets):
            self.tally.garbage += 1
            return
        if self._sets.get((kind, number)) != nal:
            self._sets[kind, number] = nal
            self._sets_changed = True

    def _look_at_sets(self, data: bytes) -> None:
        """New parameters come into force, on a key picture only; of several sets of a kind those that it uses."""
        kinds = {kind for kind, _number in self._sets}
        active = active_sets(self.codec, data, self._sets) if len(self._sets) > len(kinds) else {}
        if self._sets_changed or self.params is None or active != self._active:
            self._active = active
            self._renew()

    def _renew(self) -> None:
        self._sets_changed = False
        active = self._active

        def order(one: tuple[tuple[int, int], bytes]) -> tuple[int, bool, int]:
            kind, number = one[0]
            return kind, number != active.get(kind, number), number

        try:
            params = codec_parameters(self.codec, [nal for _, nal in sorted(self._sets.items(), key=order)])
        except CodecError as error:
            self.fault = str(error)
            self.params = None
            return
        self.fault = ""
        if self.params is None or params.sets != self.params.sets:
            self.params = params
