"""Sound is fed as it comes and goes out as it is to be heard: twenty milliseconds at a time, by the clock."""

from __future__ import annotations

import math
from dataclasses import dataclass

from custodes.gb28181.media.g711 import RATE, SILENCE

PACKET = 160
"""Octets, and samples, of one packet: 20 ms (2022 Annex C: 20 to 180 ms)."""
MOST = 2 * RATE
"""Octets that wait at most; what is older is dropped: who speaks is to be heard now."""
LEAD = 0.06
"""Seconds for which the first of what is said waits, so that what comes unevenly goes out evenly."""
HANG = 0.08
"""Seconds for which the next packet may be late before there is a pause."""
_LATEST = RATE // 10
"""Samples: what is later than this, because the loop was held up, is not made up for in one go."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What goes into one packet.

    Attributes:
        alaw: `PACKET` octets of G.711 A-law.
        at: samples since the speech began: its timestamp.
        begins: behind a pause (RFC 3551 §4.1: the marker).
    """

    alaw: bytes
    at: int
    begins: bool


class Pacer:
    """One speech. Time is told, in seconds.

    In a pause nothing is made up: no packet goes out, and the next one's timestamp says how long it was. The last packet before a pause is
    filled up with silence.

    Attributes:
        dropped: octets that were too many.
    """

    def __init__(self) -> None:
        self.dropped = 0
        self._waiting = bytearray()
        self._from: float | None = None
        self._place = 0  # of the next packet
        self._goes = False
        self._begins = False

    @property
    def due(self) -> float:
        """When `take` has something to give or to decide; infinity for never."""
        if not self._goes or self._from is None:
            return math.inf
        return self._moment() + (0.0 if len(self._waiting) >= PACKET else HANG)

    def feed(self, alaw: bytes, now: float) -> None:
        """So much is to be said."""
        if not alaw:
            return
        over = len(self._waiting) + len(alaw) - MOST
        self._waiting += alaw[-MOST:]
        if over > 0:
            self.dropped += over
            del self._waiting[:-MOST]
        if not self._goes:
            self._from = now if self._from is None else self._from
            self._place = max(self._place, round((now + LEAD - self._from) * RATE))
            self._goes = self._begins = True

    def take(self, now: float) -> list[Piece]:
        """What is to be sent by now."""
        made: list[Piece] = []
        while self.due <= now:
            if len(self._waiting) >= PACKET:
                self._catch_up(now)
                made.append(self._piece(bytes(self._waiting[:PACKET])))
                del self._waiting[:PACKET]
                continue
            if self._waiting:
                made.append(self._piece(bytes(self._waiting).ljust(PACKET, bytes((SILENCE,)))))
                self._waiting.clear()
            self._goes = False
        return made

    def _piece(self, alaw: bytes) -> Piece:
        piece = Piece(alaw, self._place, self._begins)
        self._place += PACKET
        self._begins = False
        return piece

    def _catch_up(self, now: float) -> None:
        late = round((now - self._moment()) * RATE) - _LATEST
        if late > 0:
            self._place += late
            self._begins = True

    def _moment(self) -> float:
        return (self._from or 0.0) + self._place / RATE
