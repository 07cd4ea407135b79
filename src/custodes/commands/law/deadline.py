"""`custodes law deadline`: when something is due."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from custodes.commands.law.answering import (
    Json,
    assumed,
    both,
    day,
    needed_day,
    refusing,
    say,
    today_in_lhasa,
    unconfirmed,
)
from custodes.law.bad_input import BadInput
from custodes.law.calendar.days import WorkCalendar
from custodes.law.deadlines.counting import Due, RemovalReport, due, removal_report, set_term
from custodes.law.deadlines.table import BY_KIND, REMOVAL

KINDS = ", ".join((*BY_KIND, REMOVAL.kind))


def deadline(
    kind: Annotated[str, typer.Argument(help=f"One of: {KINDS}.")],
    start: Annotated[
        str | None,
        typer.Option("--from", help="Day of the event that starts the term, YYYY-MM-DD; not counted itself."),
    ] = None,
    removal: Annotated[str | None, typer.Option("--removal", help="Planned day of a removal (kind removal).")] = None,
    days: Annotated[
        int | None, typer.Option("--days", help="Length that an officer set (kinds upgrade and order).")
    ] = None,
    done: Annotated[
        str | None, typer.Option("--done", help="Day on which it was done, to see how late that was.")
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
        finished = day(done, "done")
        if kind == REMOVAL.kind:
            report = removal_report(needed_day(removal, "removal"), WorkCalendar(), now, assumed())
            _say_removal(report, finished, as_json)
            return
        found = _counted(kind, start, days)
        if finished is not None and finished < found.start and found.deadline.starts is None:
            raise BadInput("done", f"the term begins on {found.start:%Y-%m-%d} only", "check both days")
        _say_due(found, now, finished, as_json)


def _counted(kind: str, start: str | None, days: int | None) -> Due:
    calendar = WorkCalendar()
    known = BY_KIND.get(kind)
    if known is not None and known.term is None:
        if days is None:
            raise BadInput("days", f"the length of {kind!r} is set by an officer", "give --days N")
        return set_term(kind, needed_day(start, "from"), days, calendar, assumed())
    if days is not None:
        raise BadInput("days", f"the length of {kind!r} is fixed by its clause", "leave --days out")
    event = day(start, "from")
    if event is None and known is not None and known.starts is not None:
        event = known.starts
    return due(  # an unknown kind is refused before its day is looked at
        kind,
        event or (needed_day(start, "from") if known is not None else today_in_lhasa()),
        calendar,
        assumed(),
    )


def _say_due(found: Due, now: date, finished: date | None, as_json: bool) -> None:
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
        "reminders": [one.isoformat() for one in found.reminders()],
        "clauses": list(found.clauses),
        "explain": both(found.zh, found.en),
        "closes": found.closes.strftime("%H:%M") if found.closes else None,
        "unconfirmed": unconfirmed(found.caveats),
    }
    lines = [f"{document['due']}{'（暂定 · provisional）' if found.provisional else ''}", *found.zh, *found.en]
    if document["days_late"]:
        lines.append(f"已逾期{document['days_late']}日 · {document['days_late']} days late")
    say(document, [*lines, ", ".join(found.clauses)], as_json)


def _say_removal(report: RemovalReport, reported: date | None, as_json: bool) -> None:
    document: dict[str, Any] = {
        "kind": REMOVAL.kind,
        "removal": report.removal.isoformat(),
        "due": report.latest.isoformat(),
        "latest_report": report.latest.isoformat(),
        "advised_report": report.advised.isoformat(),
        "warn_from": report.warn_from.isoformat(),
        "provisional": report.provisional,
        "in_time": report.in_time(reported) if reported else None,
        "clauses": list(report.clauses),
        "explain": both(report.zh, report.en),
        "closes": report.closes.strftime("%H:%M"),
        "unconfirmed": unconfirmed(report.caveats),
    }
    lines = [
        f"最迟 · latest: {document['latest_report']}",
        f"建议 · advised: {document['advised_report']}",
        *report.zh,
        *report.en,
        ", ".join(report.clauses),
    ]
    say(document, lines, as_json)
