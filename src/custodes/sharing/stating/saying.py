"""What is said of a wish, whoever's it is, and why nothing can be said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

SLACK = timedelta(minutes=1)
"""So much may a span reach over what a look shows: a device's clock is another, and times are cut to seconds."""
Span = tuple[datetime, datetime]


class Unsaid(Exception):
    """Nothing may be stated; the message says why, for the gateway's log and whoever looks."""


@dataclass(frozen=True, slots=True)
class Said:
    """Who asks and why.

    Attributes:
        unit, person, number: the officer's; document: number of the letter or case.
        ground, clauses: on which it was decided; index: of that decision's record in this log.
        until: when the leave ends at the latest; None where it ends when it is taken back.
    """

    unit: str
    person: str
    number: str
    reason: str
    document: str
    ground: str
    clauses: tuple[str, ...]
    index: int
    until: datetime | None = None


def span_of(start: int, end: int) -> Span | None:
    """Of what was asked for, seconds since 1970; None of steering.

    Raises:
        Unsaid: it is none.
    """
    if start == end == 0:
        return None
    if start >= end:
        raise Unsaid("the span ends before it begins")
    return datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC)


def within(span: Span, shown: Span) -> bool:
    """Whether a span lies in what is shown, but for `SLACK`."""
    return shown[0] - SLACK <= span[0] and span[1] <= shown[1] + SLACK
