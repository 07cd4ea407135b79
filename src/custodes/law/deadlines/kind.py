"""What a deadline is: its name, the event that it counts from, its length, who has to act, and its clauses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from custodes.law.calendar.terms import Term, Unit
from custodes.law.clauses.clause import Actor

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
    actor: Actor
    clauses: tuple[str, ...]
    since: date
    starts: date | None = None
    paper: bool = False
    least: bool = False

    @property
    def in_hours(self) -> bool:
        """Whether it counts hours, so that the hour of its event matters."""
        return self.term is not None and self.term.unit is Unit.HOUR


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
    unit: Unit
    actor: Actor
    clauses: tuple[str, ...]
    since: date


def natural_days(amount: int, *clauses: str, basis: tuple[str, ...] = ANALOGY) -> Term:
    """A term of natural days whose last day rolls."""
    return Term(amount, Unit.NATURAL_DAY, True, clauses, basis)


def working_days(amount: int, *clauses: str) -> Term:
    """A term of working days; its last day is one."""
    return Term(amount, Unit.WORKING_DAY, False, clauses, POLICE_TERM)
