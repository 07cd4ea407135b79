"""What every check of an obligation counts with besides the facts: the calendar as it is known now, and the open values."""

from __future__ import annotations

from dataclasses import dataclass, field

from custodes.law.assumptions.model import Assumptions
from custodes.law.calendar.days import WorkCalendar


@dataclass(frozen=True, slots=True)
class Terms:
    """The last argument of every check.

    Attributes:
        calendar: working days, with the notices that are entered at this moment.
        assumed: values that the law leaves open, or that could not be checked.
    """

    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    assumed: Assumptions = field(default_factory=Assumptions)
