"""Cut at fragments, inward: nobody gets a moment more than was granted (Q6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cut:
    """Fragments of a segment that lie within a span.

    Attributes:
        first, count: numbers of fragments.
        from_us, to_us: what they cover, microseconds UTC.
    """

    first: int
    count: int
    from_us: int
    to_us: int


def cut(fragments: Sequence[tuple[int, int, bool]], span: tuple[int, int]) -> Cut | None:
    """The longest run of whole fragments within a span that a decoder can play.

    Args:
        fragments: start and end of each, microseconds UTC, and whether a decoder can start there; in order.
        span: from and to, microseconds UTC; the end is not part of it.

    Returns:
        None where no whole fragment lies within the span.
    """
    begun, ended = span
    inside = [number for number, (start, end, _key) in enumerate(fragments) if begun <= start < end <= ended]
    # What stands before the first key picture could not be shown, and would prove nothing.
    while inside and not fragments[inside[0]][2]:
        del inside[0]
    if not inside:
        return None
    first, last = inside[0], inside[-1]
    if last - first + 1 != len(inside):
        raise ValueError("fragments are not in the order of their times")
    return Cut(first, len(inside), fragments[first][0], fragments[last][1])
