"""What the RTP marker of a stream is worth: devices set it never, always, on each PES packet, or as they should."""

from __future__ import annotations

_PROOFS = 3
"""Pictures of several PES packets with the RTP marker behind the last alone: then a marker is believed to end a picture."""
_SINGLES = 50
"""Pictures of one PES packet with a marker behind it: then it ends a picture whose packet is smaller than one of theirs, since a
device that cuts large pictures cuts them at a size that none of its whole ones exceeds."""


class Marker:
    """Weighs where markers stood against where pictures ended.

    Attributes:
        lies: one stood where no picture ends; none is believed any more.
        gathered: octets of the picture that was counted last, as `Pictures` says.
    """

    def __init__(self) -> None:
        self.lies = False
        self.gathered = 0
        self._packets = 0  # PES packets of the picture under way
        self._stood_at = 0  # how many there were when a marker came
        self._proofs = 0
        self._singles = 0
        self._largest_single = 0

    def packet(self, finished: bool) -> None:
        """A PES packet begins; the picture before it is `finished`, or goes on with it."""
        if finished:
            self._proofs += 1 < self._packets == self._stood_at
            if self._packets == self._stood_at == 1:
                self._singles += 1
                self._largest_single = max(self._largest_single, self.gathered)
            self._packets = self._stood_at = 0
        elif 0 < self._packets == self._stood_at:
            self.lies = True  # it stood before the end of a picture
        self._packets += 1

    def stand(self) -> None:
        """One stands behind the PES packet under way."""
        self._stood_at = self._packets

    def whole(self, octets: int) -> None:
        """A PES packet of so many is a picture, and one stands behind it; the picture before is finished."""
        self.packet(True)
        self._stood_at = 1
        self.gathered = octets

    def ends(self, octets: int) -> bool:
        """Whether it is believed to end the picture under way, of which so many were gathered."""
        return self.ends_single(octets) if self._packets == 1 else self._proofs >= _PROOFS

    def ends_single(self, octets: int) -> bool:
        """Whether it is believed to end a picture that is one PES packet of so many."""
        return self._proofs >= _PROOFS or (self._singles >= _SINGLES and octets < self._largest_single)

    def lose(self) -> None:
        """Packets of the picture under way are missing: nothing is to be learned from it."""
        self._packets = self._stood_at = 0
