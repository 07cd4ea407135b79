"""What a deadline is, and what a count of it comes to: when something is due, or by when it has to be told before an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from custodes.law.assumptions import Caveat
from custodes.law.calendar.days import ZONE
from custodes.law.calendar.terms import Term, TermUnit
from custodes.law.clauses.clause import LegalActor

ANALOGY = ("CC201", "CC203")
POLICE_TERM = ("PP35",)


@dataclass(frozen=True, slots=True)
class Deadline:
    """One kind of deadline.

    Attributes:
        kind: its name in commands and data.
        zh, en: its name for people.
        from_zh, from_en: the event whose day starts the term.
        term: None where an officer sets it (`counting.set_term`).
        actor: who has to act.
        since: no such deadline arises from an event before this day.
        starts: the term starts on this very day, whatever the event; the event has to lie before it.
        paper: it is met by handing something in, so that with papers the office's close ends the day (CC203).
        least: the term is a least length: what waits for it is too early through its last day, and nothing is late.
    """

    kind: str
    zh: str
    en: str
    from_zh: str
    from_en: str
    term: Term | None
    actor: LegalActor
    clauses: tuple[str, ...]
    since: date
    starts: date | None = None
    paper: bool = False
    least: bool = False

    @property
    def in_hours(self) -> bool:
        """Whether it counts hours, so that the hour of its event matters."""
        return self.term is not None and self.term.unit is TermUnit.HOUR


@dataclass(frozen=True, slots=True)
class BackwardDeadline:
    """Something that has to be told so many days before an event.

    Attributes:
        days: at the least.
        unit: natural or working days.
        from_zh, from_en: the event, whose day is not counted.
    """

    kind: str
    zh: str
    en: str
    from_zh: str
    from_en: str
    days: int
    unit: TermUnit
    actor: LegalActor
    clauses: tuple[str, ...]
    since: date


def natural_days(amount: int, *clauses: str, basis: tuple[str, ...] = ANALOGY) -> Term:
    """A term of natural days whose last day rolls."""
    return Term(amount, TermUnit.NATURAL_DAY, True, clauses, basis)


def working_days(amount: int, *clauses: str) -> Term:
    """A term of working days; its last day is one."""
    return Term(amount, TermUnit.WORKING_DAY, False, clauses, POLICE_TERM)


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
