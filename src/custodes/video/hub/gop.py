"""The pictures since the last key frame, so that a viewer's picture starts at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from custodes.video.unit import AccessUnit


@dataclass(slots=True)
class GopCache:
    """Units of the group of pictures in progress, key frame first.

    A group longer than `limit` bytes keeps its key frame alone and says so (`whole` is False): a viewer then starts
    with that one picture and moves on at the next key frame. Showing the pictures in between would need those that
    were dropped.

    Attributes:
        limit: bytes of coded data that may be kept.
        whole: whether `units` is everything since the key frame.
    """

    limit: int
    units: list[AccessUnit] = field(default_factory=list)
    size: int = 0
    whole: bool = True

    def add(self, unit: AccessUnit) -> None:
        """Take in the next unit of the stream."""
        if unit.key:
            self.units = [unit]
            self.size = len(unit.data)
            self.whole = True
            return
        if not self.units or not self.whole:
            return
        self.size += len(unit.data)
        if self.size > self.limit:
            del self.units[1:]
            self.size = len(self.units[0].data)
            self.whole = False
            return
        self.units.append(unit)

    def clear(self) -> None:
        """Forget everything: what comes next doesn't follow from it."""
        self.units = []
        self.size = 0
        self.whole = True

    @property
    def key_frame(self) -> AccessUnit | None:
        """The last key frame, if there was one."""
        return self.units[0] if self.units else None
