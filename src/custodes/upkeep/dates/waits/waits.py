"""One thing that waits for a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.some import Some


@dataclass(frozen=True, slots=True)
class Waits:
    """Something that waits and is no date of its own in the calendar.

    Attributes:
        what: its kind, for programs.
        due: a last day, where it has one: of a draft the one on which it lapses, of what was planned the planned one.
        late: that day has passed, or it is a breach that goes on.
    """

    what: str
    name: str
    note: str
    href: str
    due: date | None = None
    late: bool = False


Gather = Callable[[Asking], list[Some[Waits]]]


def pressing(one: Waits) -> tuple[bool, bool, date]:
    """Late goes first, then what has a day, the nearest first; the rest keeps the order of its kinds."""
    return not one.late, one.due is None, one.due or date.max
