"""What is burnt into a picture, and where it stands at a moment: two marks that never leave a quiet half to cut out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

STAY_SECONDS = 2
"""How long a mark stays where it is. Shorter flickers; longer gives a corner to look into."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Who looks, by which entry of the log.

    Attributes:
        name: of the viewer.
        index: ledger index of the grant.
        zone: in whose time the moment of looking is written.
    """

    name: str
    index: int
    zone: ZoneInfo

    def line(self, now_us: int) -> str:
        """The words at the moment of looking `now_us`, µs UTC."""
        moment = datetime.fromtimestamp(now_us // 1_000_000, UTC).astimezone(self.zone)
        return f"{self.name} {moment:%Y-%m-%d %H:%M:%S} #{self.index}"

    def places(self, now_us: int, free: tuple[int, int]) -> tuple[tuple[int, int], tuple[int, int]]:
        """Where the two marks begin, ``(left, top)``: one in the upper half, one in the lower.

        Where they stand follows from index and time alone, so that it can be worked out again for any picture.

        Args:
            free: how far a mark may be moved to the right and down, pixels.
        """
        slot = now_us // (STAY_SECONDS * 1_000_000)
        numbers = hashlib.sha256(f"{self.index} {slot}".encode()).digest()
        across, down = (max(0, one) for one in free)
        half = down // 2
        first = (_part(numbers[0:4], across), _part(numbers[4:8], half))
        second = (_part(numbers[8:12], across), down - half + _part(numbers[12:16], half))
        return first, second


def _part(number: bytes, most: int) -> int:
    return int.from_bytes(number, "big") % (most + 1)
