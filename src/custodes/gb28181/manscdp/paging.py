"""An answer sent in parts: one part outstanding at a time, each small enough for its transport (GB/T 28181 Annex N)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

OVER_UDP = 1
"""Entries of a part over UDP: a message stays below the 1,300 octets of RFC 3428."""

OVER_TCP = 50
MOST_OF_PART = 10_000
"""Annex N."""


@dataclass(frozen=True, slots=True)
class AnswerPart(Generic[T]):
    """What one message holds. `sum_num` is of all parts together."""

    sum_num: int
    entries: tuple[T, ...]


def parts(entries: Sequence[T], of_part: int = OVER_UDP) -> Iterator[AnswerPart[T]]:
    """The parts in order; one without entries where there are none.

    Raises:
        ValueError: a part of less than one entry, or more than 10,000.
    """
    if not 1 <= of_part <= MOST_OF_PART:
        raise ValueError("a part has 1 to 10,000 entries")
    if not entries:
        yield AnswerPart(0, ())
    for begin in range(0, len(entries), of_part):
        yield AnswerPart(len(entries), tuple(entries[begin : begin + of_part]))


class PagedAnswer(Generic[T]):
    """One answer while it is sent: the next part when the one before was acknowledged (SIP 200), and an end when it was not."""

    def __init__(self, entries: Sequence[T], of_part: int = OVER_UDP) -> None:
        self._parts = parts(entries, of_part)
        self._outstanding: AnswerPart[T] | None = None
        self._over = False
        self.failed = False

    @property
    def over(self) -> bool:
        """All was acknowledged, or it was given up."""
        return self._over

    def next(self) -> AnswerPart[T] | None:
        """The part to send now; None while one is outstanding, and when it is over."""
        if self._over or self._outstanding is not None:
            return None
        self._outstanding = next(self._parts, None)
        self._over = self._outstanding is None
        return self._outstanding

    def acknowledged(self) -> None:
        """The part arrived."""
        self._outstanding = None

    def unanswered(self) -> None:
        """The part's transaction ended without an answer, or with a refusal: the rest is not sent to somebody who is not there."""
        if not self._over:
            self._over = self.failed = True
