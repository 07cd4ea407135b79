"""Packets that come as datagrams, put back into order (RFC 3550 §5.1, Appendix A.1).

Over UDP packets are lost, doubled and overtake each other. What comes in order is handed on at once; what comes too
early waits for those before it, for a bounded time and in a bounded number. Then the missing are given up, and the
depacketizer, which sees the hole, leaves out everything up to the next key picture (decision 0021).
"""

from __future__ import annotations

from dataclasses import dataclass

from custodes.video.rtp.assembly import Depacketizer
from custodes.video.rtp.header import FIXED

_FAR = 3000
"""MAX_DROPOUT of Appendix A.1, and here in both directions: what is further off is another numbering, or a lie."""


@dataclass(slots=True)
class _Waiting:
    """A packet that came too early, or that must first be believed."""

    packet: bytes
    wall_us: int
    now: float


class Reorder:
    """Hands the datagrams of one RTP stream to its depacketizer in the order of their sequence numbers.

    Args:
        video: the depacketizer; its `wall_us` is set to when each packet was read.
        payload_type: of the stream, negative when it is not known.
        most_packets: packets that may wait for one that is missing.
        most_seconds: how long they may wait.

    Attributes:
        ssrc: synchronisation source of the stream, None before the first packet.
        reordered: packets that waited and were put back into order.
    """

    def __init__(self, video: Depacketizer, payload_type: int, most_packets: int, most_seconds: float) -> None:
        self.reordered = 0
        self.payload_type = payload_type
        self._video = video
        self._most_packets = most_packets
        self._most_seconds = most_seconds
        self._expected = -1
        self._ssrc = b""
        self._held: dict[int, _Waiting] = {}
        # Another numbering, or another source, is believed once two of its packets follow each other (Appendix A.1).
        self._stranger: _Waiting | None = None
        self._wall_us = 0
        self._now = 0.0

    @property
    def ssrc(self) -> int | None:
        """Synchronisation source of the stream, None before the first packet."""
        return int.from_bytes(self._ssrc, "big") if self._ssrc else None

    @property
    def waiting(self) -> int:
        """Packets that wait for one that is missing."""
        return len(self._held)

    def begin(self, wall_us: int, now: float) -> None:
        """What is pushed from now on was read at `wall_us` (µs UTC), `now` (monotonic seconds)."""
        self._wall_us = self._video.wall_us = wall_us
        self._now = now

    def push(self, packet: bytes) -> None:
        """Take one datagram. Never raises for what is in it."""
        if len(packet) > FIXED:
            sequence = packet[2] << 8 | packet[3]
            if sequence == self._expected and packet[8:12] == self._ssrc and packet[0] >> 6 == 2:
                self._expected = sequence + 1 & 0xFFFF
                self._video.push(packet, 0, len(packet))
                if self._held:
                    self._release()
                return
            if packet[0] >> 6 == 2 and (self.payload_type < 0 or packet[1] & 0x7F == self.payload_type):
                self._out_of_order(packet, sequence)
                return
        self._video.tally.garbage += 1

    def expire(self, now: float) -> None:
        """Give up what has been waited for too long; call it after each read and about once a second."""
        self._video.bound()
        while self._held and now - next(iter(self._held.values())).now >= self._most_seconds:
            self._give_up()

    def _out_of_order(self, packet: bytes, sequence: int) -> None:
        tally = self._video.tally
        if not self._ssrc:
            self._follow(packet)
            return
        ahead = sequence - self._expected & 0xFFFF
        if packet[8:12] != self._ssrc or _FAR <= ahead <= 0x10000 - _FAR:
            self._meet(packet, sequence)
        elif ahead > 0x10000 - _FAR or sequence in self._held:
            tally.late += 1  # a double, or one that was given up
        else:
            self._held[sequence] = _Waiting(packet, self._wall_us, self._now)
            if len(self._held) > self._most_packets:
                self._give_up()

    def _meet(self, packet: bytes, sequence: int) -> None:
        """A packet of another numbering or source: the camera began anew, or somebody lies."""
        first = self._stranger
        if first is not None and first.packet[8:12] == packet[8:12] and _follows(first.packet, sequence):
            self._stranger = None
            while self._held:
                self._give_up()
            self._hand_on(first)
            self._follow(packet)
            return
        if first is not None:
            self._video.tally.garbage += 1
        self._stranger = _Waiting(packet, self._wall_us, self._now)

    def _follow(self, packet: bytes) -> None:
        """Take the numbering of `packet`."""
        self._ssrc = packet[8:12]
        self._expected = (packet[2] << 8 | packet[3]) + 1 & 0xFFFF
        self._video.push(packet, 0, len(packet))

    def _give_up(self) -> None:
        """The packets before the next that waits won't come."""
        expected = self._expected
        self._expected = min(self._held, key=lambda sequence: sequence - expected & 0xFFFF)
        self._release()

    def _release(self) -> None:
        """Hand on what waits and is next."""
        while (waiting := self._held.pop(self._expected, None)) is not None:
            self._expected = self._expected + 1 & 0xFFFF
            self.reordered += 1
            self._hand_on(waiting)

    def _hand_on(self, waiting: _Waiting) -> None:
        self._video.wall_us = waiting.wall_us
        self._video.push(waiting.packet, 0, len(waiting.packet))
        self._video.wall_us = self._wall_us


def _follows(packet: bytes, sequence: int) -> bool:
    return (packet[2] << 8 | packet[3]) + 1 & 0xFFFF == sequence
