"""When something is due, how late it is, and when to remind of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from custodes.law.assumptions.model import AS_SHIPPED, Assumptions
from custodes.law.assumptions.telling import Caveat, caveats
from custodes.law.bad_input import BadInput, plausible_day, plausible_days
from custodes.law.calendar.days import WorkCalendar
from custodes.law.calendar.terms import Counted, Term, Unit, count, count_back
from custodes.law.deadlines.table import BY_KIND, REMOVAL, Deadline


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

    def days_late(self, today: date, done: date | None = None) -> int:
        """Natural days by which it was, or is, done too late; 0 in time."""
        return max(0, ((done or today) - self.due).days)

    def reminders(self) -> tuple[date, ...]:
        """The days on which its actor is reminded, none before the term begins; by the day before it moved."""
        days = (self.unrolled - timedelta(days=before) for before in self.reminder_days)
        return tuple(day for day in days if day > self.start)


def due(kind: str, event: date, calendar: WorkCalendar, assumed: Assumptions = AS_SHIPPED) -> Due:
    """When the deadline of this kind ends for an event of day `event`.

    Raises:
        BadInput: there is no such kind, an officer sets its term, or the event lies outside of what the clause is about.
    """
    deadline = _deadline(kind)
    if deadline.term is None:
        raise BadInput("kind", f"the length of {kind!r} is set by an officer", "give the number of days that was set")
    plausible_day("from", event)
    start = event
    if deadline.starts is not None:
        if event > deadline.starts:
            raise BadInput(
                "from",
                f"{deadline.zh} is about systems that were there before {deadline.starts:%Y-%m-%d}",
                f"use the kind {deadline.kind.removeprefix('legacy-')!r}",
            )
        start = deadline.starts
    elif event < deadline.since:
        raise BadInput(
            "from",
            f"{deadline.clauses[0]} is in force from {deadline.since:%Y-%m-%d}, {event:%Y-%m-%d} lies before it",
            f"use the kind 'legacy-{kind}'" if f"legacy-{kind}" in BY_KIND else "check the day",
        )
    return _counted(deadline, deadline.term, start, calendar, assumed)


def set_term(kind: str, delivered: date, days: int, calendar: WorkCalendar, assumed: Assumptions = AS_SHIPPED) -> Due:
    """When a term of natural days ends that an officer set, counted from its delivery.

    Raises:
        BadInput: the kind's length is fixed by its clause, or `days` is not positive.
    """
    deadline = _deadline(kind)
    if deadline.term is not None:
        raise BadInput("kind", f"the length of {kind!r} is fixed by {deadline.clauses[0]}", "leave the days out")
    if days < 1:
        raise BadInput("days", "a term has at least one day", "give the number of days that was set")
    plausible_days("days", days)
    plausible_day("from", delivered)
    if delivered < deadline.since:
        raise BadInput("from", f"{deadline.clauses[0]} is in force from {deadline.since:%Y-%m-%d}", "check the day")
    term = Term(days, Unit.NATURAL_DAY, True, deadline.clauses)
    return _counted(deadline, term, delivered, calendar, assumed)


@dataclass(frozen=True, slots=True)
class RemovalReport:
    """By when a removal has to be reported (S18b).

    Attributes:
        latest: last day that leaves 15 days (clear ones, where that is assumed); a report online on a day off is in time.
        advised: last working day not after it.
        warn_from: from this day on it is warned about.
        provisional: a holiday notice that is not known may change `advised`.
        closes: when that day ends for a report on paper; online it ends at 24:00.
        caveats: what it rests on and could not be checked.
    """

    removal: date
    latest: date
    advised: date
    warn_from: date
    provisional: bool
    clauses: tuple[str, ...]
    zh: tuple[str, ...]
    en: tuple[str, ...]
    closes: time
    caveats: tuple[Caveat, ...]

    def in_time(self, reported: date) -> bool:
        """Whether a report of that day leaves the whole term."""
        return reported <= self.latest


def removal_report(
    removal: date, calendar: WorkCalendar, today: date | None = None, assumed: Assumptions = AS_SHIPPED
) -> RemovalReport:
    """By when the removal planned for `removal` has to be reported.

    Raises:
        BadInput: it lies before the regulation, or before `today` when that is given.
    """
    plausible_day("removal", removal)
    if removal < REMOVAL.since:
        raise BadInput("removal", f"S18 is in force from {REMOVAL.since:%Y-%m-%d}", "check the day")
    if today is not None and removal < today:
        raise BadInput(
            "removal",
            f"{removal:%Y-%m-%d} has passed: a removal is reported before it",
            "give the planned day; what was removed already is an incident (S40, N30)",
        )
    counted = count_back(REMOVAL.days + assumed.removal_clear_days, removal, calendar)
    said = caveats(assumed, "removal_clear_days", "office_close")
    strict = (("按十五个整日计算，报告之日和拆除之日均不计",), ("counted as fifteen clear days",))
    zh, en = strict if assumed.removal_clear_days else ((), ())
    return RemovalReport(
        removal,
        counted.latest,
        counted.advised,
        removal - timedelta(days=assumed.removal_warn_days),
        counted.provisional,
        REMOVAL.clauses,
        (*counted.zh, *zh, *(one.zh for one in said)),
        (*counted.en, *en, *(one.en for one in said)),
        assumed.office_close,
        said,
    )


def filing(
    accepted: date | None, used: date | None, calendar: WorkCalendar, assumed: Assumptions = AS_SHIPPED
) -> tuple[Due, ...]:
    """Both clocks of filing (S16.2a from acceptance, N14 from use) as far as their events are known, the earlier first."""
    clocks = []
    if accepted is not None:
        clocks.append(due("filing", accepted, calendar, assumed))
    if used is not None and used >= BY_KIND["filing-national"].since:
        clocks.append(due("filing-national", used, calendar, assumed))
    return tuple(sorted(clocks, key=lambda clock: clock.due))


def _deadline(kind: str) -> Deadline:
    found = BY_KIND.get(kind)
    if found is None:
        raise BadInput("kind", f"there is no deadline {kind!r}", f"one of {', '.join(BY_KIND)}, {REMOVAL.kind}")
    return found


def _counted(deadline: Deadline, term: Term, start: date, calendar: WorkCalendar, assumed: Assumptions) -> Due:
    counted: Counted = count(term, start, calendar)
    clauses = dict.fromkeys((*deadline.clauses, *term.clauses, *term.basis))
    said = caveats(assumed, "office_close") if deadline.paper else ()
    closing_zh, closing_en = _closing(assumed) if deadline.paper else ((), ())
    return Due(
        deadline,
        start,
        counted.due,
        counted.unrolled,
        counted.provisional,
        tuple(clauses),
        (f"{deadline.zh}：自{deadline.from_zh}起", *counted.zh, *closing_zh, *(one.zh for one in said)),
        (f"{deadline.en}: from {deadline.from_en}", *counted.en, *closing_en, *(one.en for one in said)),
        assumed.short_reminder_days if term.unit is Unit.WORKING_DAY else assumed.reminder_days,
        assumed.office_close if deadline.paper else None,
        said,
    )


def _closing(assumed: Assumptions) -> tuple[tuple[str, ...], tuple[str, ...]]:
    close = f"{assumed.office_close:%H:%M}"
    return (f"当日在线提交截止24:00，纸质材料截止{close}（CC203）",), (
        f"online until 24:00, on paper until {close} (CC203)",
    )
