"""What a depacketizer counts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Tally:
    """Counts of one RTP stream.

    Attributes:
        packets: packets taken.
        lost: packets missing by sequence number.
        late: packets behind the expected number, left out.
        garbage: packets that are no RTP, or whose payload is broken.
        units: access units handed on.
        dropped: access units left out: damaged, before the first key picture, or not decodable without a lost one.
        first: sequence number of the first packet, None before it.
    """

    packets: int = 0
    lost: int = 0
    late: int = 0
    garbage: int = 0
    units: int = 0
    dropped: int = 0
    first: int | None = None

    @property
    def highest(self) -> int:
        """Extended highest sequence number received (RFC 3550 §6.4.1), 0 before the first packet."""
        return 0 if self.first is None else self.first + self.packets + self.lost - 1
