"""Which packets of a port belong to the channel, and in which order (RFC 3550 §5.1, Appendix A.1; §4.3 of the reference).

Devices send an SSRC that was offered, that their answer names, or any other. So with a port of its own a channel
follows whatever comes, the expected before any other; with a port that several share it takes the expected alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from custodes.gb28181.media.ps import ProgramReader
from custodes.gb28181.media.rtp import FIXED, SOUND_TYPES, is_rtcp, payload_span

_FAR: Final = 3000
"""MAX_DROPOUT of Appendix A.1, in both directions: what is further off is another numbering."""
_QUIET_SECONDS: Final = 1.0
"""Another SSRC is followed when the present one has been silent for so long."""
MOST_FOREIGN: Final = 8
"""SSRCs that are remembered of those that were left out."""


@dataclass(slots=True)
class HeldPacket:
    """A packet that came too early, or that must first be believed."""

    packet: bytes
    wall_us: int
    now: float


class PacketOrder:
    """Hands the payload of one source's packets to the program reader, in order.

    Args:
        reader: takes the payload.
        expected: SSRCs that were offered or answered.
        strict: nothing but these.
        most_packets: packets that may wait for one that is missing; 0 where the transport keeps order.
        most_seconds: how long they may wait.

    Attributes:
        first: the first packet's payload type and beginning, to say what came where no program stream did.
        foreign: SSRCs that were left out, and how many packets each.
    """

    def __init__(
        self,
        reader: ProgramReader,
        expected: frozenset[int],
        *,
        strict: bool,
        most_packets: int,
        most_seconds: float,
    ) -> None:
        self.first: tuple[int, bytes] | None = None
        self.foreign: dict[int, int] = {}
        self._reader = reader
        self._tally = reader.tally
        self._expected_ssrcs = expected
        self._strict = strict
        self._most_packets = most_packets
        self._most_seconds = most_seconds
        self._ssrc = b""
        self._plain = self._marked = -1
        self._expected = -1
        self._stamp = b""
        self._held: dict[int, HeldPacket] = {}
        self._stranger: HeldPacket | None = None
        self._last = 0.0  # when the followed source was last heard
        self._now = 0.0

    @property
    def ssrc(self) -> int | None:
        """Of the source that is followed, None before the first."""
        return int.from_bytes(self._ssrc, "big") if self._ssrc else None

    @property
    def unexpected(self) -> int | None:
        """The SSRC that is followed, where it is neither offered nor answered though such are known."""
        return self.ssrc if self._expected_ssrcs and self.ssrc not in self._expected_ssrcs else None

    @property
    def waiting(self) -> int:
        """Packets that wait for one that is missing."""
        return len(self._held)

    def expect(self, ssrc: int) -> None:
        """The answer's `y=` names this one as well."""
        self._expected_ssrcs |= {ssrc}

    def begin(self, wall_us: int, now: float) -> None:
        """What is pushed from now on was read at `wall_us` (µs UTC), `now` (monotonic seconds)."""
        self._reader.wall_us = wall_us
        self._now = now

    def push(self, packet: bytes) -> None:
        """Take one packet. Never raises for what is in it."""
        size = len(packet)
        if size > FIXED:
            sequence = packet[2] << 8 | packet[3]
            second = packet[1]
            if (
                sequence == self._expected
                and packet[8:12] == self._ssrc
                and (second == self._plain or second == self._marked)
                and packet[0] == 0x80
            ):
                self._last = self._now
                self._expected = sequence + 1 & 0xFFFF
                self._tally.packets += 1
                stamp = packet[4:8]
                if stamp != self._stamp:
                    self._stamp = stamp
                    self._reader.rtp = int.from_bytes(stamp, "big")
                reader = self._reader
                if reader.left > size - FIXED:  # what `push` would do, for nearly all packets
                    reader.left -= size - FIXED
                    if reader.sink is not None:
                        reader.sink.append(packet[FIXED:])
                else:
                    reader.push(packet, FIXED, size)
                if second == self._marked:
                    reader.marked()
                if self._held:
                    self._release()
                return
        self._other(packet)

    def expire(self, now: float) -> None:
        """Give up what has been waited for too long; call it after each read and about once a second."""
        while self._held and now - next(iter(self._held.values())).now >= self._most_seconds:
            self._give_up()

    def restart(self) -> None:
        """A new connection: its numbering begins anywhere, what was before is not continued."""
        while self._held:
            self._give_up()
        self._stranger = None
        self._ssrc, self._expected, self._stamp = b"", -1, b""
        self._reader.lose()

    # A run of packets of one connection, for `framing`

    def run_terms(self) -> tuple[bytes, int, int] | None:
        """What the next packets begin with when they continue what came: SSRC, payload type, sequence number.

        None when nothing is to be expected.
        """
        if self._held or self._plain < 0:
            return None
        return self._ssrc, self._plain, self._expected

    def ran(self, pieces: list[bytes], stamp: bytes, expected: int, *, marked: bool = False) -> None:
        """The packets up to before sequence number `expected` had these payloads, all under one timestamp.

        Args:
            marked: the last one had the marker, and none before it.
        """
        self._tally.packets += len(pieces)
        self._expected = expected
        self._last = self._now
        reader = self._reader
        if stamp != self._stamp:
            self._stamp = stamp
            reader.rtp = int.from_bytes(stamp, "big")
        octets = b"".join(pieces)
        if marked and reader.whole(octets):
            return
        reader.push(octets, 0, len(octets))
        if marked:
            reader.marked()

    # The slow ways

    def _other(self, packet: bytes) -> None:
        if is_rtcp(packet):
            return
        span = payload_span(packet, 0, len(packet))
        if span is None:
            self._tally.garbage += 1
            return
        if packet[8:12] != self._ssrc:
            if not self._strict and self._is_sound(packet, span[0]):
                self._beside(packet, span)
                return
            if not self._follows_source(packet):
                return
        self._last = self._now
        sequence = packet[2] << 8 | packet[3]
        if self._expected < 0:
            self._take(packet)
            return
        ahead = sequence - self._expected & 0xFFFF
        if not ahead:
            self._take(packet)
            self._release()
        elif _FAR <= ahead <= 0x10000 - _FAR:
            self._renumbered(packet, sequence)
        elif ahead > 0x10000 - _FAR or sequence in self._held:
            self._tally.late += 1
        else:
            self._held[sequence] = HeldPacket(packet, self._reader.wall_us, self._now)
            if len(self._held) > self._most_packets:
                self._give_up()

    def _follows_source(self, packet: bytes) -> bool:
        """A packet of an SSRC that is not followed: whether it is from now on."""
        ssrc = int.from_bytes(packet[8:12], "big")
        known = ssrc in self._expected_ssrcs
        over_connection = not self._most_packets and not self._ssrc and not self._strict
        if over_connection or (known and (self.ssrc not in self._expected_ssrcs or self._is_quiet())):
            self._turn_to(packet)
            return True
        if not known and not self._strict and (not self._ssrc or self._is_quiet()):
            first = self._stranger
            if first is not None and first.packet[8:12] == packet[8:12] and _next(first.packet) == packet[2:4]:
                self._turn_to(packet)
                wall_us, self._reader.wall_us = self._reader.wall_us, first.wall_us
                self._take(first.packet)
                self._reader.wall_us = wall_us
                return True
            self._stranger = HeldPacket(packet, self._reader.wall_us, self._now)
            return False
        self._tally.foreign += 1
        if ssrc in self.foreign or len(self.foreign) < MOST_FOREIGN:
            self.foreign[ssrc] = self.foreign.get(ssrc, 0) + 1
        return False

    def _is_quiet(self) -> bool:
        return self._now - self._last > _QUIET_SECONDS

    def _turn_to(self, packet: bytes) -> None:
        """Follow the source of `packet`."""
        while self._held:
            self._give_up()
        if self._ssrc:
            self._reader.lose()
        self._ssrc, self._expected, self._stamp, self._stranger = packet[8:12], -1, b"", None
        self._plain = self._marked = -1

    def _renumbered(self, packet: bytes, sequence: int) -> None:
        """Far from what was expected: believed once two packets follow each other."""
        first, self._stranger = self._stranger, HeldPacket(packet, self._reader.wall_us, self._now)
        if first is None or first.packet[8:12] != self._ssrc or _next(first.packet) != packet[2:4]:
            self._tally.garbage += 1
            return
        self._stranger = None
        while self._held:
            self._give_up()
        self._reader.lose()
        self._take(first.packet)
        self._take(packet)

    def _give_up(self) -> None:
        """The packets before the next that waits won't come."""
        expected = self._expected
        self._expected = min(self._held, key=lambda sequence: sequence - expected & 0xFFFF)
        self._tally.lost += self._expected - expected & 0xFFFF
        self._reader.lose()
        self._release()

    def _release(self) -> None:
        """Hand on what waits and is next."""
        wall_us = self._reader.wall_us
        while (waiting := self._held.pop(self._expected, None)) is not None:
            self._tally.reordered += 1
            self._reader.wall_us = waiting.wall_us
            self._take(waiting.packet)
        self._reader.wall_us = wall_us

    def _take(self, packet: bytes) -> None:
        """A packet that is next: its payload, whatever its header looks like."""
        self._expected = (packet[2] << 8 | packet[3]) + 1 & 0xFFFF
        self._tally.packets += 1
        span = payload_span(packet, 0, len(packet))
        if span is None:
            return
        kind = packet[1] & 0x7F
        if self.first is None:
            self.first = kind, packet[span[0] : span[1]]
        if self._is_sound(packet, span[0]):
            self._sound(packet, span)
            return
        self._plain, self._marked = kind, kind | 0x80
        self._stamp = packet[4:8]
        self._reader.rtp = int.from_bytes(self._stamp, "big")
        self._reader.push(packet, *span)
        if packet[1] & 0x80:
            self._reader.marked()

    def _is_sound(self, packet: bytes, at: int) -> bool:
        """G.711 outside of the program stream (Dahua), unless that is sent under the same payload type."""
        kind, first = packet[1] & 0x7F, self._stranger
        if kind not in SOUND_TYPES or kind == self._plain or packet[at : at + 3] == b"\0\0\1":
            return False
        return first is None or first.packet[8:12] != packet[8:12]

    def _beside(self, packet: bytes, span: tuple[int, int]) -> None:
        """Sound with a source, and so a numbering, of its own."""
        self._tally.packets += 1
        if self.first is None:
            self.first = packet[1] & 0x7F, packet[span[0] : span[1]]
        self._sound(packet, span)

    def _sound(self, packet: bytes, span: tuple[int, int]) -> None:
        """G.711 beside the program stream, on a clock of its own: it follows the sound before it."""
        reader = self._reader
        data = packet[span[0] : span[1]]
        reader.sounds.piece(SOUND_TYPES[packet[1] & 0x7F], data, None, reader.wall_us)


def _next(packet: bytes) -> bytes:
    return ((packet[2] << 8 | packet[3]) + 1 & 0xFFFF).to_bytes(2, "big")
