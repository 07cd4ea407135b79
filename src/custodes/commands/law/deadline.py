"""`custodes law deadline`: when something is due."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

import typer

from custodes.commands.law.answering import (
    Json,
    assumed,
    both,
    day,
    moment,
    needed_day,
    refusing,
    say,
    today_in_lhasa,
    unconfirmed,
)
from custodes.law.bad_input import BadInput, plausible_day
from custodes.law.calendar.days import ZONE, WorkCalendar
from custodes.law.deadlines.answer import Beforehand, Due
from custodes.law.deadlines.counting import before, due, set_term
from custodes.law.deadlines.table import BACKWARD_BY_KIND, BY_KIND, EVERY, REMOVAL

KINDS = ", ".join(one.kind for one in EVERY)


def deadline(
    kind: Annotated[str, typer.Argument(help=f"One of: {KINDS}.")],
    start: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="Day of the event that starts the term, YYYY-MM-DD; not counted itself. For hearing-notice the day of the hearing;"
            " for spot-report the hour too, 2026-03-02T15:30.",
        ),
    ] = None,
    removal: Annotated[str | None, typer.Option("--removal", help="Planned day of a removal (kind removal).")] = None,
    days: Annotated[
        int | None, typer.Option("--days", help="Length that an officer set (kinds upgrade and order).")
    ] = None,
    done: Annotated[
        str | None,
        typer.Option(
            "--done",
            help="Day on which it was done, to see how late that was; for spot-report the hour too, 2026-03-03T15:30.",
        ),
    ] = None,
    today: Annotated[
        str | None, typer.Option("--today", help="Count as of this day instead of today in Lhasa.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Count a deadline: the first day is left out, a last day on a day off moves on, backward terms are never shortened.

    A day that depends on a holiday notice which is not known yet is *provisional*. Legacy kinds start on the day on which the
    norm came into force; `--from` is then the day on which the system was there.
    Exit code 0: counted. 2: the input can't be right.
    """
    with refusing(as_json):
        now = day(today, "today") or today_in_lhasa()
        known = BY_KIND.get(kind)
        _refuse_of_another_kind(kind, start, removal, days)
        finished, at = _event(done, "done", known is not None and known.in_hours)
        if kind in BACKWARD_BY_KIND:
            event = needed_day(removal, "removal") if kind == REMOVAL.kind else needed_day(start, "from")
            if finished is not None and finished >= event and kind != REMOVAL.kind:
                raise BadInput("done", f"it is told before {event:%Y-%m-%d}", "check both days")
            _say_before(before(kind, event, WorkCalendar(), now, assumed()), now, finished, as_json)
            return
        found = _counted(kind, start, days)
        if finished is not None and finished < found.start and found.deadline.starts is None:
            raise BadInput("done", f"the term begins on {found.start:%Y-%m-%d} only", "check both days")
        exact = datetime.combine(finished, at, ZONE) if finished is not None and at is not None else None
        _refuse_before_the_event(found, exact)
        _say_due(found, now, finished, exact, as_json)


def _refuse_of_another_kind(kind: str, start: str | None, removal: str | None, days: int | None) -> None:
    """An option that would not be looked at is a slip: it is said, not passed over."""
    if kind == REMOVAL.kind and start is not None:
        raise BadInput("from", "a removal counts back from its planned day", "give --removal YYYY-MM-DD instead")
    if kind != REMOVAL.kind and removal is not None:
        raise BadInput("removal", f"{kind!r} is about no removal", "leave --removal out")
    if kind in BACKWARD_BY_KIND and days is not None:
        raise BadInput("days", f"the length of {kind!r} is fixed by its clause", "leave --days out")


def _refuse_before_the_event(found: Due, done: datetime | None) -> None:
    if done is None or found.moment is None or found.deadline.term is None:
        return
    begun = found.moment - timedelta(hours=found.deadline.term.amount)
    if done < begun:
        raise BadInput("done", f"the term begins at {begun:%Y-%m-%d %H:%M} only", "check both hours")


def _counted(kind: str, start: str | None, days: int | None) -> Due:
    calendar = WorkCalendar()
    known = BY_KIND.get(kind)
    if known is not None and known.term is None:
        if days is None:
            raise BadInput("days", f"the length of {kind!r} is set by an officer", "give --days N")
        return set_term(kind, needed_day(start, "from"), days, calendar, assumed())
    if days is not None:
        raise BadInput("days", f"the length of {kind!r} is fixed by its clause", "leave --days out")
    event, at = _event(start, "from", known is not None and known.in_hours)
    if event is None and known is not None and known.starts is not None:
        event = known.starts
    return due(  # an unknown kind is refused before its day is looked at
        kind,
        event or (needed_day(start, "from") if known is not None else today_in_lhasa()),
        calendar,
        assumed(),
        at,
    )


def _event(text: str | None, field: str, in_hours: bool) -> tuple[date | None, time | None]:
    """The day of what happened, and its hour in Lhasa where hours count and one was given."""
    if text is None or not in_hours:
        return day(text, field), None
    found = moment(text, field)
    plausible_day(field, found.date() if isinstance(found, datetime) else found)
    if not isinstance(found, datetime):
        return found, None
    local = found.astimezone(ZONE)
    return local.date(), local.time()


def _say_due(found: Due, now: date, finished: date | None, exact: datetime | None, as_json: bool) -> None:
    in_time = None if finished is None else found.in_time(exact or finished)
    document: dict[str, Any] = {
        "kind": found.deadline.kind,
        "from": found.start.isoformat(),
        "due": found.due.isoformat(),
        "unrolled": found.unrolled.isoformat(),
        "latest_report": None,
        "advised_report": None,
        "provisional": found.provisional,
        "actor": found.deadline.actor.value,
        "days_late": found.days_late(now, finished),
        "minutes_late": found.minutes_late(exact) if exact else None,
        "in_time": in_time,
        "due_moment": found.moment.isoformat() if found.moment else None,
        "least": found.deadline.least,
        "conflict": {"zh": found.conflict[0], "en": found.conflict[1]} if found.conflict else None,
        "days_early": found.days_early(finished) if finished else 0,
        "reminders": [one.isoformat() for one in found.reminders()],
        "clauses": list(found.clauses),
        "explain": both(found.zh, found.en),
        "closes": found.closes.strftime("%H:%M") if found.closes else None,
        "unconfirmed": unconfirmed(found.caveats),
    }
    lines = [f"{document['due']}{'（暂定 · provisional）' if found.provisional else ''}", *found.zh, *found.en]
    if document["days_late"]:
        lines.append(f"已逾期{document['days_late']}日 · {document['days_late']} days late")
    if document["minutes_late"]:
        lines.append(f"已逾期{document['minutes_late']}分钟 · {document['minutes_late']} minutes late")
    if finished is not None and in_time is None:
        lines.append("当日是否按时，须写明时刻 · whether that day is in time depends on the hour: give it with --done")
    if document["days_early"]:
        lines.append(f"早{document['days_early']}日，期间尚未届满 · {document['days_early']} days too early")
    say(document, [*lines, ", ".join(found.clauses)], as_json)


def _say_before(found: Beforehand, now: date, told: date | None, as_json: bool) -> None:
    document: dict[str, Any] = {
        "kind": found.deadline.kind,
        "removal" if found.deadline is REMOVAL else "from": found.event.isoformat(),
        "due": found.latest.isoformat(),
        "unrolled": found.latest.isoformat(),
        "latest_report": found.latest.isoformat(),
        "advised_report": found.advised.isoformat(),
        "warn_from": found.warn_from.isoformat(),
        "provisional": found.provisional,
        "actor": found.deadline.actor.value,
        "days_late": max(0, ((told or now) - found.latest).days),
        "in_time": found.in_time(told) if told else None,
        "clauses": list(found.clauses),
        "explain": both(found.zh, found.en),
        "closes": found.closes.strftime("%H:%M") if found.closes else None,
        "unconfirmed": unconfirmed(found.caveats),
    }
    lines = [
        f"最迟 · latest: {document['latest_report']}",
        f"建议 · advised: {document['advised_report']}",
        *found.zh,
        *found.en,
        ", ".join(found.clauses),
    ]
    say(document, lines, as_json)
