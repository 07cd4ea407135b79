"""What a count comes to: when something is due, or by when it has to be told before an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from custodes.law.assumptions.telling import Caveat
from custodes.law.calendar.days import ZONE
from custodes.law.deadlines.kind import BackwardDeadline, Deadline


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline that was counted.

    Attributes:
        deadline: which.
        start: the day from which it counts.
        due: last day in time.
        unrolled: last day before it moved over days off.
        provisional: a holiday notice that is not known may change `due`.
        clauses: all that it rests on.
        zh, en: how it was counted.
        reminder_days: days before `unrolled` on which its actor is reminded.
        closes: when the last day ends for papers; None where nothing is handed in. Online it ends at 24:00.
        caveats: what it rests on and could not be checked.
        moment: last moment of a term of hours; None where it counts days, or the hour of its event is not known.
        conflict: terms that can't both be kept, Chinese and English: a person decides. None where there is no such thing.
    """

    deadline: Deadline
    start: date
    due: date
    unrolled: date
    provisional: bool
    clauses: tuple[str, ...]
    zh: tuple[str, ...]
    en: tuple[str, ...]
    reminder_days: tuple[int, ...] = ()
    closes: time | None = None
    caveats: tuple[Caveat, ...] = ()
    moment: datetime | None = None
    conflict: tuple[str, str] | None = None

    def days_late(self, today: date, done: date | None = None) -> int:
        """Natural days by which it was, or is, done too late; 0 in time, and where the term is a least length."""
        return 0 if self.deadline.least else max(0, ((done or today) - self.due).days)

    def days_early(self, done: date) -> int:
        """Natural days by which something was done before a least length was over; 0 otherwise."""
        return max(0, (self.due - done).days + 1) if self.deadline.least else 0

    def minutes_late(self, done: datetime) -> int | None:
        """Minutes, a begun one as a whole, by which it was done after the last moment of a term of hours; None without such a moment."""
        return None if self.moment is None else max(0, -((self.moment - done) // timedelta(minutes=1)))

    def in_time(self, done: date | datetime) -> bool | None:
        """Whether what was done then was in time (of a least length: not too early); None where the hour decides and is not known.

        Args:
            done: a day, or an aware moment where the term counts hours.
        """
        if isinstance(done, datetime):
            if self.moment is not None:
                return done <= self.moment
            done = done.astimezone(ZONE).date()
        if self.deadline.least:
            return not self.days_early(done)
        if self.deadline.in_hours and done == self.due:
            return None
        return done <= self.due

    def reminders(self) -> tuple[date, ...]:
        """The days on which its actor is reminded, none before the term begins; by the day before it moved."""
        days = (self.unrolled - timedelta(days=before) for before in self.reminder_days)
        return tuple(day for day in days if day > self.start)


@dataclass(frozen=True, slots=True)
class Beforehand:
    """By when something has to be told before an event.

    Attributes:
        deadline: which.
        event: the day that it comes before.
        latest: last day that leaves the whole term (of clear days, where that is assumed).
        advised: the working day by which it should be told: of natural days the last one not after `latest`, of working days
            the one that leaves them clear.
        warn_from: from this day on it is warned about.
        provisional: a holiday notice that is not known may change `advised`, and of working days `latest`.
        closes: when that day ends for papers; online it ends at 24:00. None where nothing is handed in.
        caveats: what it rests on and could not be checked.
    """

    deadline: BackwardDeadline
    event: date
    latest: date
    advised: date
    warn_from: date
    provisional: bool
    clauses: tuple[str, ...]
    zh: tuple[str, ...]
    en: tuple[str, ...]
    closes: time | None
    caveats: tuple[Caveat, ...]

    def in_time(self, told: date) -> bool:
        """Whether telling on that day leaves the whole term."""
        return told <= self.latest
