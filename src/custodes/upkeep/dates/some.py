"""The first of many, and how many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet

T = TypeVar("T")


@dataclass(frozen=True)
class Some(Generic[T]):
    """The most pressing rows of a list, and how many it has in all."""

    rows: Sequence[T] = ()
    count: int = 0

    def __iter__(self) -> Iterator[T]:
        return iter(self.rows)

    def __bool__(self) -> bool:
        return self.count > 0

    @classmethod
    def of(cls, rows: Iterable[T], most: int) -> Some[T]:
        """Of rows that are all at hand, in order."""
        found = list(rows)
        return cls(found[:most], len(found))


def first_of(rows: QuerySet[Any], most: int, told: Callable[[Any], T]) -> Some[T]:
    """The first `most` of a query, told; the rest is only counted."""
    found = list(rows[: most + 1])
    count = len(found) if len(found) <= most else rows.count()
    return Some([told(row) for row in found[:most]], count)


def together(parts: Iterable[Some[T]], most: int, pressing: Callable[[T], Any]) -> Some[T]:
    """Several lists as one. Each has its own first `most` rows, so that the first of all are among them."""
    every = list(parts)
    rows = sorted((row for part in every for row in part.rows), key=pressing)
    return Some(rows[:most], sum(part.count for part in every))
