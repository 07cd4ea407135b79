"""Input that can't be right: says which field, which rule, and what to do."""

from __future__ import annotations

from datetime import date


class BadInput(ValueError):
    """Something that was given can't be right.

    Attributes:
        field: which argument, as it is called in commands.
        rule: what it has to be.
        remedy: what to do.
        part: of an act that breaks several clauses, which of them; 0 for the first, or where there is one.
    """

    def __init__(self, field: str, rule: str, remedy: str, part: int = 0) -> None:
        super().__init__(f"{field}: {rule}; {remedy}")
        self.field = field
        self.rule = rule
        self.remedy = remedy
        self.part = part


EARLIEST, LATEST = date(1949, 10, 1), date(2199, 12, 31)
MOST_DAYS = 36_500


class Implausible(BadInput):
    """A day or a length so far off that nothing can be counted with it."""


def plausible_day(field: str, day: date) -> None:
    """Whether terms can be counted around `day`.

    Raises:
        Implausible: it lies before 1949-10-01 or after 2199-12-31.
    """
    if not EARLIEST <= day <= LATEST:
        raise Implausible(field, f"{day} is out of range", f"give a day from {EARLIEST} to {LATEST}")


def plausible_days(field: str, days: int) -> None:
    """Whether a length is one that a norm or an officer could set.

    Raises:
        Implausible: it is longer than 36,500 days.
    """
    if days > MOST_DAYS:
        raise Implausible(field, f"{days} days is too long", f"give at most {MOST_DAYS}")
