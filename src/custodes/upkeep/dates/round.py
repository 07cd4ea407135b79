"""The daily round: each date that is at a stage is told once to each who is to be told, in the page and by mail.

A round is made once a local day, whoever calls it how often; a notice is written once for date, stage and recipient, whatever
round writes it. Both are unique rows of the database, so that a crash or a second process tells nobody twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from custodes.cases.clocks import recount
from custodes.law.duties.finding import LegalTerms
from custodes.people.lawful import terms as terms_now
from custodes.people.models import Credential, Post
from custodes.places.models import Camera, CameraState, ChangeCase, Product, Removal, System
from custodes.settings import get_settings
from custodes.upkeep.dates import accessdates, mailing, sharingdates, sources
from custodes.upkeep.dates.dated import Dated, Reminder, To, reminder_of
from custodes.upkeep.dates.recipients import Recipient, Recipients
from custodes.upkeep.dates.sources import cameras
from custodes.upkeep.models import DateNotice, ReminderRound


@dataclass(frozen=True)
class ToldDate:
    """One telling: which date, at which stage, to whom."""

    one: Dated
    reminder: Reminder
    recipient: Recipient

    @property
    def key(self) -> str:
        """Written once."""
        return f"{self.one.key}|{self.reminder.mark}|{self.recipient.key}"


def round_of_the_day(at: datetime) -> int:
    """Make today's round if its hour has come and nobody has made it; how many notices were written."""
    local = timezone.localtime(at)
    if local.hour < get_settings().reminder_hour or ReminderRound.objects.filter(day=local.date()).exists():
        return 0
    try:
        with transaction.atomic():
            made = ReminderRound.objects.create(day=local.date(), at=at)
            made.notices = _tell(at, terms_now())
            made.save(update_fields=["notices"])
    except IntegrityError:
        return 0  # another process makes it
    return made.notices


def _tell(at: datetime, terms: LegalTerms) -> int:
    recount(terms)  # before anybody is told by when: calendar or terms may have changed
    today, recipients = timezone.localdate(at), Recipients(at)
    told = list(tellings(everything(today, at, terms), recipients, today))
    known = _known({one.key for one in told})
    fresh = {one.key: one for one in told if one.key not in known}
    DateNotice.objects.bulk_create([_row(one, at) for one in fresh.values()], ignore_conflicts=True, batch_size=500)
    mailing.write_down(_by_recipient(fresh.values()), at)
    return len(fresh)


def tellings(dates: Iterable[Dated], recipients: Recipients, today: date) -> Iterator[ToldDate]:
    """What is told today, and to whom."""
    for one in dates:
        reminder = reminder_of(one, today)
        if reminder is not None:
            yield from (ToldDate(one, reminder, recipient) for recipient in recipients.of(one, reminder))


def everything(today: date, at: datetime, terms: LegalTerms) -> Iterator[Dated]:
    """Every date of this installation that somebody is told of, whosever it is."""
    yield from sources.filings(System.objects.all(), today, terms)
    yield from sources.removals(Removal.objects.all(), today, terms)
    yield from sources.changes(ChangeCase.objects.all(), today, terms)
    yield from sources.cases(terms)
    yield from sources.cases_apart(terms)
    yield from cameras(System.objects.all(), today, terms)
    yield from sources.credentials(Credential.objects.all(), terms)
    yield from sources.posts(Post.objects.valid(at), terms)
    yield from _certificates(terms)
    yield from accessdates.everything(at, terms)
    yield from sharingdates.everything(terms)


def _certificates(terms: LegalTerms) -> Iterator[Dated]:
    """The certificate of a model, once for each unit that has one of its cameras."""
    held: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    rows = Camera.objects.exclude(state=CameraState.RETIRED).exclude(maker="").exclude(model="")
    for maker, model, unit, division in rows.values_list(
        "maker", "model", "system__unit__path", "system__site__division__path"
    ).distinct():
        held[maker.strip().lower(), model.strip().lower()].add((unit, division))
    products = {str(row.uuid): row for row in Product.objects.counting()}
    for one in sources.certificates(products.values(), terms):
        row = products[one.subject]
        for unit, division in sorted(held.get((row.maker.lower(), row.model.lower()), ())):
            yield replace(one, subject=f"{one.subject}:{unit}", unit=unit, division=division)


def _known(keys: set[str]) -> set[str]:
    found: set[str] = set()
    ordered = sorted(keys)
    for begin in range(0, len(ordered), 500):
        rows = DateNotice.objects.filter(key__in=ordered[begin : begin + 500])
        found.update(rows.values_list("key", flat=True))
    return found


def _row(told: ToldDate, at: datetime) -> DateNotice:
    return DateNotice(
        key=told.key,
        what=told.one.what,
        subject=told.one.subject,
        day=told.one.day,
        stage=told.reminder.stage,
        days=max(-9999, told.reminder.days),
        person=told.recipient.person,
        unit=told.recipient.unit,
        supervises=told.recipient.to is To.SUPERVISOR,
        created_at=at,
    )


def _by_recipient(told: Iterable[ToldDate]) -> list[tuple[Recipient, list[mailing.MailCount]]]:
    found: dict[str, tuple[Recipient, list[mailing.MailCount]]] = {}
    for one in told:
        lines = found.setdefault(one.recipient.key, (one.recipient, []))[1]
        lines.append(mailing.MailCount(one.one.what, one.reminder.stage, one.one.day, one.one.division))
    return list(found.values())
