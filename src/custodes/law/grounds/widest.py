"""The widest value of a length or an age that any installation may set: a ground takes a wider one as this."""

from __future__ import annotations

from datetime import timedelta

from custodes.law.assumptions.model import BOUNDS, items

LONGEST_WINDOW = timedelta(hours=2)
"""How far back a duty officer looks without a reason, at the most."""
LONGEST_DUTY_SPAN = timedelta(hours=72)
"""The longest span that a stated reason opens at once, at the most."""
LONGEST_FRESH = timedelta(minutes=1)
"""How long a probe counts as this attempt's, at the most."""


def longest(name: str, given: timedelta) -> timedelta:
    """The length, no longer than the assumption `name` may be set to."""
    return min(given, timedelta(**{items()[name].unit: BOUNDS[name][1]}))


def oldest(name: str, given: int) -> int:
    """The age, no greater than the assumption `name` may be set to."""
    return min(given, BOUNDS[name][1])


def youngest(name: str, given: int) -> int:
    """The age, no smaller than the assumption `name` may be set to."""
    return max(given, BOUNDS[name][0])
