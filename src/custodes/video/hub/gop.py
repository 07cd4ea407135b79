"""The pictures since the last key frame, so that a viewer's picture starts at once."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from custodes.video.unit import AccessUnit


@dataclass(slots=True)
class Tail:
    """The newest pictures of a group, without its key frame: as many as fit.

    Attributes:
        limit: bytes of coded data that may be kept.
        first: place in its group of the first picture that is kept or, while none is, of the next; the key frame's is 0.
    """

    limit: int
    first: int = 1
    units: deque[AccessUnit] = field(default_factory=deque)
    size: int = 0

    def add(self, unit: AccessUnit) -> None:
        """Take in the next picture; the oldest go."""
        units = self.units
        units.append(unit)
        self.size += len(unit.data)
        while self.size > self.limit and units:
            self.size -= len(units.popleft().data)
            self.first += 1


@dataclass(slots=True)
class GopCache:
    """The group of pictures in progress: its key frame, and what follows as far as it fits.

    Of a group longer than `limit` bytes the key frame and the newest pictures are kept. A viewer needs those between
    as well: they are in the recording (`custodes.video.playback.group`), or are left out up to the next key frame.

    Attributes:
        limit: bytes of coded data that may be kept; the key frame is kept in any case.
        key_frame: the last key frame, if there was one.
        tail: what follows it.
    """

    limit: int
    key_frame: AccessUnit | None = None
    tail: Tail = field(init=False)

    def __post_init__(self) -> None:
        self.tail = Tail(self.limit)

    def add(self, unit: AccessUnit) -> None:
        """Take in the next unit of the stream."""
        if unit.key:
            self.key_frame = unit
            self.tail = Tail(max(0, self.limit - len(unit.data)))
        elif self.key_frame is not None:
            self.tail.add(unit)

    def clear(self) -> None:
        """Forget everything: what comes next doesn't follow from it."""
        self.key_frame = None
        self.tail = Tail(self.limit)

    @property
    def whole(self) -> bool:
        """Whether everything since the key frame is kept."""
        return self.tail.first == 1

    @property
    def size(self) -> int:
        """Bytes of coded data that are kept."""
        return self.tail.size + (len(self.key_frame.data) if self.key_frame is not None else 0)
