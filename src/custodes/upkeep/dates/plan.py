"""The reminder plan: which stage a date is at today, and who is told then. Pure.

Days before are the law library's (`reminder_days`, `expiry_warn_days`, settings ``CUSTODES_LAW_…``); a lead day on which no
round was made is made up for by the next one, so that nobody misses a notice because a machine was down.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from custodes.upkeep.dates.dated import Dated


class Stage(StrEnum):
    """Where in its course it is told."""

    AHEAD = "ahead"
    DAY = "day"
    LATE = "late"


class To(StrEnum):
    """Who is told."""

    CONTACT = "contact"
    POST = "post"
    SUPERVISOR = "supervisor"


WHO: dict[Stage, tuple[To, ...]] = {
    Stage.AHEAD: (To.POST,),
    Stage.DAY: (To.POST, To.CONTACT),
    Stage.LATE: (To.POST, To.CONTACT, To.SUPERVISOR),
}
"""Before the day whoever has the post; on the day the unit's mailbox too; when it is late also the county's police."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One telling of one date.

    Attributes:
        mark: what makes it this one and no other: the lead day, or the stage.
        days: to the day; negative when it has passed.
    """

    stage: Stage
    mark: str
    days: int


def reminder_of(one: Dated, today: date) -> Reminder | None:
    """What is to be said of it today; None before its first lead day, and of what can't be late."""
    if not one.binding:
        return None
    days = (one.day - today).days
    if days < 0:
        return Reminder(Stage.LATE, "late", days)
    if days == 0:
        return Reminder(Stage.DAY, "day", 0)
    begun = [day for day in one.reminders if day <= today]
    if not begun:
        return None
    return Reminder(Stage.AHEAD, f"ahead{(one.day - max(begun)).days}", days)


def lead_days(last: date, before: tuple[int, ...]) -> tuple[date, ...]:
    """The days so many days before `last`."""
    return tuple(sorted(last - timedelta(days=days) for days in before))
