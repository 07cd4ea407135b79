"""A counted deadline for a calendar program: one all-day event with the reminders that the law's table has (RFC 5545)."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from custodes.law.deadlines.answer import Beforehand, Due

_PRODUCT = "-//Custodes//law calendar//ZH"
_MORNING = timedelta(hours=9)
"""A reminder of a day is shown when people are at work, not at midnight."""


def day(found: Due | Beforehand) -> date:
    """The last day in time; of what comes before an event the last day to tell it."""
    return found.latest if isinstance(found, Beforehand) else found.due


def written(found: Due | Beforehand, link: str, at: datetime, english: bool) -> bytes:
    """The event as an ``.ics`` file.

    Args:
        link: address of the answer's page.
        at: the moment of writing, UTC.
        english: in which language its words are.
    """
    book = Calendar()
    book.add("prodid", _PRODUCT)
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add_component(_event(found, link, at, english))
    return bytes(book.to_ical())


def _event(found: Due | Beforehand, link: str, at: datetime, english: bool) -> Event:
    last, name = day(found), _name(found, english)
    event = Event()
    # The same count is the same event: adding it again replaces it instead of doubling it.
    event.add("uid", f"{hashlib.sha256(link.encode()).hexdigest()[:32]}@custodes")
    event.add("dtstamp", at)
    event.add("dtstart", last)
    event.add("dtend", last + timedelta(days=1))
    event.add("summary", _summary(name, found.provisional, english))
    event.add("description", "\n".join((*(found.en if english else found.zh), ", ".join(found.clauses))))
    event.add("url", link)
    event.add("status", "TENTATIVE" if found.provisional else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    for remind in _reminders(found):
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", name)
        alarm.add("trigger", (remind - last) + _MORNING)
        event.add_component(alarm)
    return event


def _name(found: Due | Beforehand, english: bool) -> str:
    return found.deadline.en if english else found.deadline.zh


def _summary(name: str, provisional: bool, english: bool) -> str:
    if english:
        return f"Due: {name}{' (provisional)' if provisional else ''}"
    return f"到期：{name}{'（暂定）' if provisional else ''}"


def _reminders(found: Due | Beforehand) -> tuple[date, ...]:
    if isinstance(found, Beforehand):
        return tuple(dict.fromkeys((found.warn_from, found.advised)))
    return found.reminders()
