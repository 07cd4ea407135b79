"""An answer in parts, put together: complete, or finished when nothing new comes (GB/T 28181 Annex N).

Devices miscount, repeat parts and stop in the middle; a hostile one never stops. Time is passed in, in microseconds that never go back.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")
SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class AnswerPatience:
    """How long an answer is waited for, in microseconds, and how much of it is kept.

    Attributes:
        first: until the first part.
        idle: since the last part that brought something new; one that repeats moves nothing.
        longest: in all.
        most: entries that are kept; the rest is counted.
    """

    first: int = 15 * SECOND
    idle: int = 12 * SECOND
    longest: int = 1800 * SECOND
    most: int = 200_000


PATIENCE = AnswerPatience()


class End(StrEnum):
    """Why an answer is over."""

    COMPLETE = "complete"
    SILENT = "silent"
    """Nothing came at all."""
    PARTIAL = "partial"
    """Fewer came than were announced. What is missing may still be there: nothing known is deleted for it."""
    FULL = "full"
    """More came than is kept."""


@dataclass(frozen=True, slots=True)
class Collected(Generic[T]):
    """What came.

    Attributes:
        announced: the largest number that a part named; None where none did.
        repeated: entries that came again as they were.
        doubled: entries that came again and differed: the first was kept. Two devices of one code, or one that changed meanwhile.
        left_out: entries beyond what is kept.
    """

    end: End
    entries: tuple[T, ...]
    announced: int | None
    repeated: int
    doubled: int
    left_out: int
    parts: int

    @property
    def whole(self) -> bool:
        """Whether what is not in it is not there: only then known entries may be removed."""
        return self.end is End.COMPLETE


class Collector(Generic[T]):
    """One answer while it comes.

    Attributes:
        late: parts that came after the end: the peer announces too few, or stops for longer than it is waited for.
    """

    def __init__(self, key: Callable[[T], Hashable], now_us: int, patience: AnswerPatience = PATIENCE) -> None:
        """The question was sent at `now_us`; `key` tells entries apart."""
        self.late = 0
        self._key = key
        self._patience = patience
        self._entries: dict[Hashable, T] = {}
        self._announced: int | None = None
        self._repeated = self._doubled = self._left_out = self._parts = 0
        self._began_us = now_us
        self._due_us = now_us + patience.first
        self._end: End | None = None

    @property
    def end(self) -> End | None:
        """Why it is over; None while it is waited for."""
        return self._end

    @property
    def due_us(self) -> int | None:
        """When `tick` has to be called; None when it is over."""
        return None if self._end is not None else min(self._due_us, self._began_us + self._patience.longest)

    @property
    def arrived(self) -> int:
        """Different entries that came."""
        return len(self._entries)

    @property
    def announced(self) -> int | None:
        """How many there are to be, as far as is known."""
        return self._announced

    def add(self, sum_num: int | None, entries: Iterable[T], now_us: int) -> End | None:
        """A part has come. After the end it changes nothing but `late`."""
        self.tick(now_us)
        if self._end is not None:
            self.late += 1
            return self._end
        first, before = self._parts == 0, len(self._entries)
        self._parts += 1
        if sum_num is not None:
            self._announced = max(sum_num, self._announced or 0)
        for entry in entries:
            self._take(entry)
        if first or len(self._entries) > before:
            self._due_us = now_us + self._patience.idle
        if self._left_out:
            self._end = End.FULL
        elif self._announced is not None and len(self._entries) >= self._announced:
            self._end = End.COMPLETE
        return self._end

    def tick(self, now_us: int) -> End | None:
        """Time has passed: the end, if it is over now."""
        due = self.due_us
        if due is not None and now_us >= due:
            self._end = self._timed_out()
        return self._end

    def collected(self) -> Collected[T]:
        """What came until now.

        Raises:
            ValueError: it is not over.
        """
        if self._end is None:
            raise ValueError("the answer is not over")
        return Collected(
            self._end,
            tuple(self._entries.values()),
            self._announced,
            self._repeated,
            self._doubled,
            self._left_out,
            self._parts,
        )

    def _take(self, entry: T) -> None:
        key = self._key(entry)
        held = self._entries.get(key)
        if held is not None:
            if held == entry:
                self._repeated += 1
            else:
                self._doubled += 1
        elif len(self._entries) >= self._patience.most:
            self._left_out += 1
        else:
            self._entries[key] = entry

    def _timed_out(self) -> End:
        return End.PARTIAL if self._parts else End.SILENT
