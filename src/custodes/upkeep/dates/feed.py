"""The feed of a person's dates for a calendar program (RFC 5545): days and counts, no name of a system, a place or a person.

Its address is a secret of 256 bits that stands in the path, because calendar programs can't sign in. Only its hash is kept. At
every fetch the account, the posts and the row scopes are asked again: it dies with them (decision 0208).
"""

from __future__ import annotations

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from icalendar import Alarm, Calendar, Event

from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Account, Person, Post
from custodes.people.records import config_changed
from custodes.settings import get_settings
from custodes.upkeep.dates.dated import Dated
from custodes.upkeep.dates.reach import DateRole, dates_of, standing_of
from custodes.upkeep.dates.sorts import MEANINGS, DateKind, sort_of
from custodes.upkeep.models import DateFeed

BYTES = 32
BACK, AHEAD = timedelta(days=60), timedelta(days=400)
_PRODUCT = "-//Custodes//dates//ZH"
_MORNING = timedelta(hours=9)
_USED_EVERY = timedelta(minutes=10)


def digest_of(token: str) -> str:
    """What is kept of the secret. It is random and long: a plain hash can't be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


def renew(person: Person, at: datetime) -> str:
    """A new secret for this person's feed; the former address is dead from now on. Shown once, kept nowhere."""
    token = secrets.token_urlsafe(BYTES)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        _close(person, at)
        row = DateFeed.objects.create(person=person, digest=digest_of(token), created_at=at)
        config_changed(row, {"open": (False, True)}, by=person, at=at)
    return token


def revoke(person: Person, at: datetime) -> bool:
    """Close this person's feed; whether there was one."""
    with transaction.atomic():
        return _close(person, at)


def _close(person: Person, at: datetime) -> bool:
    rows = list(DateFeed.objects.select_for_update().filter(person=person, revoked_at__isnull=True))
    for row in rows:
        row.revoked_at = at
        row.save(update_fields=["revoked_at"])
        config_changed(row, {"open": (True, False)}, by=person, at=at)
    return bool(rows)


def feed_of(token: str, at: datetime) -> DateFeed | None:
    """The feed that this address opens now: not revoked, of an account that may sign in and whose person has a post."""
    rows = DateFeed.objects.filter(digest=digest_of(token), revoked_at__isnull=True)
    row = rows.select_related("person__account").first()
    if row is None or not _may(row.person, at):
        return None
    if row.last_used_at is None or at - row.last_used_at >= _USED_EVERY:
        DateFeed.objects.filter(pk=row.pk).update(last_used_at=at)
    return row


def _may(person: Person, at: datetime) -> bool:
    account = Account.objects.filter(person=person, is_active=True, must_change_password=False).first()
    return account is not None and Post.objects.valid(at).filter(person=person).exists()


def written(feed: DateFeed, at: datetime, terms: LegalTerms) -> bytes:
    """The calendar: one all-day event for each day and kind of date."""
    today, standing = timezone.localdate(at), standing_of(feed.person, at)
    groups: dict[tuple[date, str], list[tuple[DateRole, Dated]]] = defaultdict(list)
    for one in dates_of(feed.person, at, terms, (today - BACK, today + AHEAD)):
        if today - BACK <= one.day:
            groups[one.day, one.what].append((standing.part(one), one))
    book = Calendar()
    book.add("prodid", _PRODUCT)
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", _("%(name)s：期限") % {"name": get_settings().installation_name})
    book.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for key in sorted(groups):
        book.add_component(_event(feed, key, groups[key], at))
    return bytes(book.to_ical())


def _event(feed: DateFeed, key: tuple[date, str], found: Sequence[tuple[DateRole, Dated]], at: datetime) -> Event:
    day, what = key
    dates = [one for _part, one in found]
    event = Event()
    # The same day and kind is the same event at every fetch and under every address of this person: it is replaced, not doubled.
    event.add("uid", f"{_uid(feed, day, what)}@custodes")
    event.add("dtstamp", at)
    event.add("dtstart", day)
    event.add("dtend", max(one.last for one in dates) + timedelta(days=1))
    event.add("summary", _summary(what, len(dates)))
    event.add("description", "\n".join(_description(found)))
    event.add("url", f"{get_settings().web_origin}/dates/calendar/?month={day:%Y-%m}")
    event.add("status", "TENTATIVE" if any(one.provisional for one in dates) else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    mine = [one for part, one in found if part is DateRole.ACTS]
    for remind in sorted({days for one in mine for days in one.reminders}):
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", _summary(what, len(dates)))
        alarm.add("trigger", (remind - day) + _MORNING)
        event.add_component(alarm)
    return event


def _uid(feed: DateFeed, day: date, what: str) -> str:
    return hashlib.sha256(f"{feed.person.uuid}:{what}:{day:%Y-%m-%d}".encode()).hexdigest()[:32]


def _summary(what: str, count: int) -> str:
    return ngettext("%(name)s：%(count)d 项", "%(name)s：%(count)d 项", count) % {
        "name": sort_of(what).name,
        "count": count,
    }


def _description(found: Sequence[tuple[DateRole, Dated]]) -> list[str]:
    kind = found[0][1].kind
    lines = [str(MEANINGS[kind])]
    mine = sum(part is DateRole.ACTS for part, _one in found)
    if kind in (DateKind.LAST, DateKind.ENDS) and mine != len(found):
        lines.append(_("其中由您办理的：%(count)d 项") % {"count": mine})
    clauses = sorted({one.clause for _part, one in found if one.clause})
    if clauses:
        lines.append(", ".join(clauses))
    return lines
