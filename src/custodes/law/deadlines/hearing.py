"""The hearing: by when it has to be told, and whether its own day leaves room for that (PL64, PP137)."""

from __future__ import annotations

from datetime import date, timedelta

from custodes.law.assumptions.model import AS_SHIPPED, Assumptions
from custodes.law.assumptions.telling import caveats
from custodes.law.bad_input import BadInput, plausible_day
from custodes.law.calendar.days import WorkCalendar
from custodes.law.calendar.terms import count_back_working
from custodes.law.deadlines.answer import Beforehand, Due
from custodes.law.deadlines.procedure import HEARING_NOTICE


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
