"""The parameter sets of one video stream: without them none of its pictures can be read (H.264 §7.4.1.2.1, H.265 §7.4.2.4.2)."""

from __future__ import annotations

from collections.abc import Iterable

from custodes.gb28181.media.tally import ChannelTally

_LARGEST_SET = 4096
_MOST_SETS = 16


class ParameterSets:
    """Those that came with the access unit under way, those that were kept of the ones before, and those in force.

    Attributes:
        found: of the access unit under way, by type.
        in_force: with which pictures are handed on; the same tuple as long as none changes.
    """

    def __init__(self, tally: ChannelTally) -> None:
        self.found: dict[int, list[bytes]] = {}
        self.in_force: tuple[bytes, ...] = ()
        self._kept: dict[int, list[bytes]] = {}
        self._tally = tally

    def take(self, kind: int, nal: bytes) -> None:
        """One of the access unit under way; too large a one, or one too many, is counted as broken."""
        sets = self.found.setdefault(kind, [])
        if len(nal) > _LARGEST_SET or len(sets) >= _MOST_SETS:
            self._tally.broken += 1
        elif nal not in sets:
            sets.append(nal)

    def merge(self) -> None:
        """The access unit ends: what came with it takes the place of the same type."""
        for kind, sets in self.found.items():
            self._kept[kind] = sets
        self.found = {}

    def ready(self, kinds: Iterable[int], key: bool) -> bool:
        """Whether a picture can be read: sets of all `kinds` are there; new ones come into force at a `key` frame."""
        if key and all(kind in self._kept for kind in kinds):
            sets = tuple(nal for kind in kinds for nal in self._kept[kind])
            if sets != self.in_force:
                self.in_force = sets
        return bool(self.in_force)

    def forget(self) -> None:
        """Another coding begins."""
        self.found, self._kept, self.in_force = {}, {}, ()
