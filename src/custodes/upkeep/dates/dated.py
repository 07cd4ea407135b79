"""One date of the register: what it is, whose it is, and on which days its actor is reminded; and the reminder plan: which stage a date is at
today, and who is told then.

Days before are the law library's (`reminder_days`, `expiry_warn_days`, settings ``CUSTODES_LAW_…``); a lead day on which no
round was made is made up for by the next one, so that nobody misses a notice because a machine was down.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from custodes.upkeep.dates.sorts import DateKind, sort_of


@dataclass(frozen=True, slots=True)
class Dated:
    """One date.

    Attributes:
        what: its sort (`sorts.sort_of`).
        subject: what it is about, for keys: an id, never a name.
        last: the last day of what lasts several; otherwise `day`.
        name, note: words for who may see the row.
        href: the page where it is done.
        clause: on which it rests; empty where it is the house's own.
        unit: path of the unit that has to act; empty where nobody has.
        division: path of the division whose police supervise it.
        person: primary key of the person whom it concerns alone (their own training, their post), or who has the next step.
        spared: primary key of the person who is not told of it by a post, since it is about them and others judge it.
        provisional: a holiday notice that is not known may move it.
        reminders: days on which its actor is reminded, by the law's plan.
        system: the system that it is about, where it is about one.
        doing: what is to be done, where more is known than the kind's own name says (继续填写备案).
    """

    what: str
    subject: str
    day: date
    last: date
    name: str
    note: str
    href: str
    clause: str = ""
    unit: str = ""
    division: str = ""
    person: int | None = None
    provisional: bool = False
    reminders: tuple[date, ...] = ()
    system: UUID | None = None
    doing: str = ""
    spared: int | None = None

    @property
    def kind(self) -> DateKind:
        """What the day means."""
        return sort_of(self.what).kind

    @property
    def binding(self) -> bool:
        """Whether it can be late: something has to be done by it, or something ends that has to be renewed."""
        return self.kind in (DateKind.LAST, DateKind.ENDS)

    def late(self, today: date) -> bool:
        """Whether the last day has passed."""
        return self.binding and self.day < today

    def days_late(self, today: date) -> int:
        """Natural days since; 0 in time."""
        return (today - self.day).days if self.late(today) else 0

    @property
    def key(self) -> str:
        """Stable as long as it is the same date of the same thing."""
        return f"{self.what}:{self.subject}:{self.day:%Y-%m-%d}"


class DateStage(StrEnum):
    """Where in its course it is told."""

    AHEAD = "ahead"
    DAY = "day"
    LATE = "late"


class To(StrEnum):
    """Who is told."""

    CONTACT = "contact"
    POST = "post"
    SUPERVISOR = "supervisor"


WHO: dict[DateStage, tuple[To, ...]] = {
    DateStage.AHEAD: (To.POST,),
    DateStage.DAY: (To.POST, To.CONTACT),
    DateStage.LATE: (To.POST, To.CONTACT, To.SUPERVISOR),
}
"""Before the day whoever has the post; on the day the unit's mailbox too; when it is late also the county's police."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One telling of one date.

    Attributes:
        mark: what makes it this one and no other: the lead day, or the stage.
        days: to the day; negative when it has passed.
    """

    stage: DateStage
    mark: str
    days: int


def reminder_of(one: Dated, today: date) -> Reminder | None:
    """What is to be said of it today; None before its first lead day, and of what can't be late."""
    if not one.binding:
        return None
    days = (one.day - today).days
    if days < 0:
        return Reminder(DateStage.LATE, "late", days)
    if days == 0:
        return Reminder(DateStage.DAY, "day", 0)
    begun = [day for day in one.reminders if day <= today]
    if not begun:
        return None
    return Reminder(DateStage.AHEAD, f"ahead{(one.day - max(begun)).days}", days)


def lead_days(last: date, before: tuple[int, ...]) -> tuple[date, ...]:
    """The days so many days before `last`."""
    return tuple(sorted(last - timedelta(days=days) for days in before))
