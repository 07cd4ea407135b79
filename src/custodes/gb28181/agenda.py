"""When things are due: a heap of moments that are passed in, with no clock of its own."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Agenda(Generic[Key]):
    """One moment for each key, in whichever unit its holder counts; setting it again moves it. Each costs O(log n), whatever was moved is swept out now and then."""

    def __init__(self) -> None:
        self._due: dict[Key, tuple[float, int]] = {}
        self._heap: list[tuple[float, int, Key]] = []
        self._order = itertools.count()

    def __len__(self) -> int:
        return len(self._due)

    def set(self, key: Key, due: float) -> None:
        """`key` is due at `due`, and at no other moment."""
        known = self._due.get(key)
        if known is not None and known[0] == due:
            return
        number = next(self._order)
        self._due[key] = (due, number)
        heapq.heappush(self._heap, (due, number, key))
        if len(self._heap) > 64 and len(self._heap) > 4 * len(self._due):
            self._heap = [(due, number, key) for key, (due, number) in self._due.items()]
            heapq.heapify(self._heap)

    def drop(self, key: Key) -> None:
        """`key` is due no more."""
        self._due.pop(key, None)

    def next(self) -> float | None:
        """The earliest moment, None where nothing is due ever."""
        while self._heap:
            due, number, key = self._heap[0]
            if self._due.get(key) == (due, number):
                return due
            heapq.heappop(self._heap)
        return None

    def take(self, now: float) -> list[Key]:
        """What is due at `now`, the earliest first; it is due no more."""
        found: list[Key] = []
        while (due := self.next()) is not None and due <= now:
            key = heapq.heappop(self._heap)[2]
            del self._due[key]
            found.append(key)
        return found
