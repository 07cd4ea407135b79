"""Taking in sound over RTP: G.711 (RFC 3551 §4.5.14) and AAC as MPEG4-GENERIC in mode AAC-hbr (RFC 3640 §3.3.6)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from custodes.video.rtp.header import Unwrapper, payload_span
from custodes.video.rtp.rtcp import StreamTally
from custodes.video.unit import FRAME_SAMPLES, LARGEST_FRAME

OnSound = Callable[[bytes, int, int, int], None]
"""Takes octets, the unwrapped RTP time of their first sample, samples, and when they were read (microseconds UTC)."""

_MOST_FRAMES = 64
_MOST_MISORDERED = 100
_MOST_DROPPED = 3000


class SoundDepacketizer(ABC):
    """Frames out of the packets of one sound stream.

    Attributes:
        wall_us: set by the caller before `push`: when the octets were read, microseconds UTC on the host clock.
        tally: counts; its units are frames.
        fault: always empty: a broken packet of sound is left out and counted.
    """

    def __init__(self, on_sound: OnSound, payload_type: int) -> None:
        self.wall_us = 0
        self.tally = StreamTally()
        self.fault = ""
        self._on_sound = on_sound
        self._type = payload_type
        self._expected = -1
        self._unwrapper = Unwrapper()

    def push(self, buf: bytes, start: int, end: int) -> None:
        """Take the RTP packet `buf[start:end]`. Never raises for what is in it."""
        tally = self.tally
        span = payload_span(buf, start, end)
        if span is None or buf[start + 1] & 0x7F != self._type:
            tally.garbage += 1
            return
        sequence = buf[start + 2] << 8 | buf[start + 3]
        if sequence != self._expected:
            if self._expected < 0:
                tally.first = sequence
            else:
                ahead = sequence - self._expected & 0xFFFF
                if ahead >= 0x10000 - _MOST_MISORDERED:
                    tally.late += 1
                    return
                tally.lost += ahead if ahead < _MOST_DROPPED else 1
                self._lose()
        self._expected = sequence + 1 & 0xFFFF
        tally.packets += 1
        rtp_time = self._unwrapper.follow(int.from_bytes(buf[start + 4 : start + 8], "big"))
        self._take(buf[span[0] : span[1]], rtp_time, bool(buf[start + 1] & 0x80))

    def place(self, timestamp: int) -> int:
        """Unwrapped RTP time of a `timestamp` near the last packet's."""
        return self._unwrapper.place(timestamp)

    def bound(self) -> None:
        """Nothing to do: what is kept between packets is bounded at each packet."""
        return

    @abstractmethod
    def _lose(self) -> None:
        """Packets are missing before the one that comes now."""

    @abstractmethod
    def _take(self, payload: bytes, rtp_time: int, marker: bool) -> None:
        """Take the payload of a packet that is next in sequence."""

    def _give(self, data: bytes, rtp_time: int, samples: int) -> None:
        self.tally.units += 1
        self._on_sound(data, rtp_time, samples, self.wall_us)


class G711Depacketizer(SoundDepacketizer):
    """One octet is one sample."""

    def _lose(self) -> None:
        return

    def _take(self, payload: bytes, rtp_time: int, marker: bool) -> None:
        if len(payload) > LARGEST_FRAME:
            self.tally.garbage += 1
            return
        self._give(payload, rtp_time, len(payload))


class AacDepacketizer(SoundDepacketizer):
    """Access units behind a section of headers, each with a size and an index (RFC 3640 §3.2.1).

    Args:
        size_bits, index_bits: length of the two fields of a header (``sizelength``, ``indexlength``).
    """

    def __init__(self, on_sound: OnSound, payload_type: int, size_bits: int = 13, index_bits: int = 3) -> None:
        super().__init__(on_sound, payload_type)
        self._size_bits = size_bits
        self._index_bits = index_bits
        self._begun = b""  # the access unit that comes in several packets
        self._whole = 0
        self._begun_at = 0

    def _lose(self) -> None:
        self._begun, self._whole = b"", 0

    def _take(self, payload: bytes, rtp_time: int, marker: bool) -> None:
        sizes, at = self._sizes(payload)
        if not sizes:
            self._broken()
            return
        if self._whole or (len(sizes) == 1 and sizes[0] > len(payload) - at):
            self._piece(payload[at:], sizes, rtp_time, marker)
            return
        if sum(sizes) != len(payload) - at:
            self._broken()
            return
        for number, size in enumerate(sizes):
            self._give(payload[at : at + size], rtp_time + number * FRAME_SAMPLES, FRAME_SAMPLES)
            at += size

    def _piece(self, data: bytes, sizes: list[int], rtp_time: int, marker: bool) -> None:
        """A fragment of one access unit: each packet states the size of the whole (§3.2.3)."""
        if len(sizes) != 1 or (self._whole and (sizes[0] != self._whole or rtp_time != self._begun_at)):
            self._broken()
            return
        self._whole, self._begun_at = sizes[0], rtp_time
        self._begun += data
        if len(self._begun) > self._whole or (marker and len(self._begun) < self._whole):
            self._broken()
        elif len(self._begun) == self._whole:
            whole = self._begun
            self._lose()
            self._give(whole, rtp_time, FRAME_SAMPLES)

    def _sizes(self, payload: bytes) -> tuple[list[int], int]:
        """Sizes of the access units, none when the headers are broken, and where the first begins."""
        width = self._size_bits + self._index_bits
        bits = int.from_bytes(payload[:2], "big")
        at = 2 + (bits + 7) // 8
        count, rest = divmod(bits, width)
        if rest or not 0 < count <= _MOST_FRAMES or at >= len(payload):
            return [], 0
        headers = int.from_bytes(payload[2:at], "big") >> (8 * (at - 2) - bits)
        found = []
        for number in range(count):
            header = headers >> width * (count - 1 - number) & (1 << width) - 1
            size, index = header >> self._index_bits, header & (1 << self._index_bits) - 1
            # An index other than 0 would say that frames are sent out of order.
            if index or not 0 < size <= LARGEST_FRAME:
                return [], 0
            found.append(size)
        return found, at

    def _broken(self) -> None:
        self.tally.garbage += 1
        self._lose()
