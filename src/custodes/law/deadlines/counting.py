"""When something is due, how late it is, and when to remind of it; by when a hearing has to be told (PL64, PP137)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

from custodes.law.assumptions import AS_SHIPPED, Assumptions, caveats
from custodes.law.bad_input import BadInput, plausible_day, plausible_days
from custodes.law.calendar.days import WorkCalendar
from custodes.law.calendar.terms import Term, TermEnd, TermUnit, count, count_back, count_back_working, count_hours
from custodes.law.deadlines.answer import Beforehand, Deadline, Due
from custodes.law.deadlines.table import BACKWARD_BY_KIND, BY_KIND, HEARING_DAY, HEARING_NOTICE, REMOVAL


def hearing_notice(hearing: date, calendar: WorkCalendar, assumed: Assumptions = AS_SHIPPED) -> Beforehand:
    """By when the hearing of day `hearing` has to be told to the person and the others: seven working days before.

    Raises:
        BadInput: it lies before the law that says so.
    """
    plausible_day("from", hearing)
    if hearing < HEARING_NOTICE.since:
        raise BadInput("from", f"PL64 is in force from {HEARING_NOTICE.since:%Y-%m-%d}", "check the day")
    counted = count_back_working(HEARING_NOTICE.days + assumed.hearing_clear_days, hearing, calendar)
    said = caveats(assumed, "hearing_clear_days")
    strict = (("按七个整工作日计算，通知之日和听证之日均不计",), ("counted as seven clear working days",))
    zh, en = strict if assumed.hearing_clear_days else ((), ())
    return Beforehand(
        HEARING_NOTICE,
        hearing,
        counted.latest,
        counted.latest if assumed.hearing_clear_days else counted.advised,
        counted.latest - timedelta(days=max(assumed.short_reminder_days, default=0)),
        counted.provisional,
        HEARING_NOTICE.clauses,
        (*counted.zh, *zh, *(one.zh for one in said)),
        (*counted.en, *en, *(one.en for one in said)),
        None,
        said,
    )


def room_for_notice(
    hearing_day: Due, calendar: WorkCalendar, assumed: Assumptions = AS_SHIPPED
) -> tuple[str, str] | None:
    """What is said, Chinese and English, where a hearing on its last day could not be told in time even on the day of the request."""
    notice = hearing_notice(hearing_day.due, calendar, assumed)
    if notice.latest >= hearing_day.start:
        return None
    return (
        f"至{hearing_day.due:%Y-%m-%d}不足{HEARING_NOTICE.days}个工作日，不能同时满足听证前通知（PL64）；法律的通知期限不得缩短，举行日期由承办人和法制审核人员决定",
        f"through {hearing_day.due:%Y-%m-%d} there are less than {HEARING_NOTICE.days} working days, so that the hearing can't be"
        " told in time (PL64): the law's notice is not shortened, people decide on the day",
    )


def due(
    kind: str, event: date, calendar: WorkCalendar, assumed: Assumptions = AS_SHIPPED, at: time | None = None
) -> Due:
    """When the deadline of this kind ends for an event of day `event`; `at`, its hour in Lhasa, matters to terms of hours alone.

    Raises:
        BadInput: there is no such kind, an officer sets its term, or the event lies outside of what the clause is about.
    """
    deadline = _deadline(kind)
    if deadline.term is None:
        raise BadInput("kind", f"the length of {kind!r} is set by an officer", "give the number of days that was set")
    if at is not None and not deadline.in_hours:
        raise BadInput("at", f"{kind!r} counts days, the hour of its event does not matter", "give the day alone")
    plausible_day("from", event)
    start = event
    if deadline.starts is not None:
        if event > deadline.starts:
            raise BadInput(
                "from",
                f"{deadline.en} is about systems that were there before {deadline.starts:%Y-%m-%d}",
                f"use the kind {deadline.kind.removeprefix('legacy-')!r}",
            )
        start = deadline.starts
    elif event < deadline.since:
        raise BadInput(
            "from",
            f"{deadline.clauses[0]} is in force from {deadline.since:%Y-%m-%d}, {event:%Y-%m-%d} lies before it",
            f"use the kind 'legacy-{kind}'" if f"legacy-{kind}" in BY_KIND else "check the day",
        )
    if deadline.in_hours:
        return _counted_hours(deadline, deadline.term, start, at, assumed)
    found = _counted(deadline, deadline.term, start, calendar, assumed)
    return _with_room(found, calendar, assumed) if kind == HEARING_DAY else found


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
    term = Term(days, TermUnit.NATURAL_DAY, True, deadline.clauses)
    return _counted(deadline, term, delivered, calendar, assumed)


def removal_report(
    removal: date, calendar: WorkCalendar, today: date | None = None, assumed: Assumptions = AS_SHIPPED
) -> Beforehand:
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
    return Beforehand(
        REMOVAL,
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


def before(kind: str, event: date, calendar: WorkCalendar, today: date | None, assumed: Assumptions) -> Beforehand:
    """The same for any of the backward kinds; `today` matters to a removal, which is planned.

    Raises:
        BadInput: there is no such kind, or the day can't be right.
    """
    if kind == REMOVAL.kind:
        return removal_report(event, calendar, today, assumed)
    if kind in BACKWARD_BY_KIND:
        return hearing_notice(event, calendar, assumed)
    raise BadInput("kind", f"there is no deadline {kind!r} before an event", f"one of {', '.join(BACKWARD_BY_KIND)}")


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
        raise BadInput("kind", f"there is no deadline {kind!r}", f"one of {', '.join((*BY_KIND, *BACKWARD_BY_KIND))}")
    return found


def _counted(deadline: Deadline, term: Term, start: date, calendar: WorkCalendar, assumed: Assumptions) -> Due:
    counted: TermEnd = count(term, start, calendar)
    clauses = dict.fromkeys((*deadline.clauses, *term.clauses, *term.basis))
    said = caveats(assumed, "office_close") if deadline.paper else ()
    closing_zh, closing_en = _closing(assumed) if deadline.paper else ((), ())
    least_zh, least_en = _least(deadline, counted.due) if deadline.least else ((), ())
    return Due(
        deadline,
        start,
        counted.due,
        counted.unrolled,
        counted.provisional,
        tuple(clauses),
        (f"{deadline.zh}：自{deadline.from_zh}起", *counted.zh, *least_zh, *closing_zh, *(one.zh for one in said)),
        (f"{deadline.en}: from {deadline.from_en}", *counted.en, *least_en, *closing_en, *(one.en for one in said)),
        assumed.short_reminder_days if term.unit is TermUnit.WORKING_DAY else assumed.reminder_days,
        assumed.office_close if deadline.paper else None,
        said,
    )


def _counted_hours(deadline: Deadline, term: Term, start: date, at: time | None, assumed: Assumptions) -> Due:
    counted = count_hours(term.amount, start, at)
    return Due(
        deadline,
        start,
        counted.due,
        counted.due,
        False,
        tuple(dict.fromkeys((*deadline.clauses, *term.clauses, *term.basis))),
        (f"{deadline.zh}：自{deadline.from_zh}起", *counted.zh),
        (f"{deadline.en}: from {deadline.from_en}", *counted.en),
        assumed.short_reminder_days,
        moment=counted.moment,
    )


def _closing(assumed: Assumptions) -> tuple[tuple[str, ...], tuple[str, ...]]:
    close = f"{assumed.office_close:%H:%M}"
    return (f"当日在线提交截止24:00，纸质材料截止{close}（CC203）",), (
        f"online until 24:00, on paper until {close} (CC203)",
    )


def _least(deadline: Deadline, last: date) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (f"不少于该期间：{last:%Y-%m-%d}当日终了方为期满，期满后才发生效力（{deadline.clauses[0]}）",), (
        f"a least length: it is over at the end of {last:%Y-%m-%d}, and what waits for it comes after ({deadline.clauses[0]})",
    )


def _with_room(found: Due, calendar: WorkCalendar, assumed: Assumptions) -> Due:
    """The day of the hearing, with what a person has to decide where it can't be told in time."""
    short = room_for_notice(found, calendar, assumed)
    if short is None:
        return found
    return replace(
        found,
        clauses=(*found.clauses, "PL64"),
        zh=(*found.zh, short[0]),
        en=(*found.en, short[1]),
        conflict=short,
    )
