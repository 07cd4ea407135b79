"""The story's dates: notices of what is late and due, a program that was let in and has filled in a page of a filing, one that
waits, a feed nobody has read yet."""

from __future__ import annotations

import datetime

from django.utils import timezone

from custodes.people import programs
from custodes.people.models import Division, Program, Unit
from custodes.places.drafts import keeping as drafts
from custodes.places.models import Draft, DraftKind
from custodes.settings import get_settings
from custodes.upkeep.dates import feed
from custodes.upkeep.dates.round import round_of_the_day
from custodes.web.seed import story
from custodes.web.seed.acting import DAY, person


def plant_dates(now: datetime.datetime) -> None:
    """Plant them. Secrets of the feed and the keys are shown to nobody: a visitor makes their own."""
    Unit.objects.filter(name__in=[story.UNITS[2].name, story.UNITS[3].name]).update(mail=story.MAILBOX)
    hour = datetime.time(get_settings().reminder_hour)
    yesterday = datetime.datetime.combine(timezone.localdate(now) - DAY, hour, timezone.get_current_timezone())
    round_of_the_day(yesterday)
    admin, security = person(story.REGISTRAR), person(story.SECURITY)
    for told in story.PROGRAMS:
        wanted = programs.Wanted(
            told.name, person(told.person), Division.objects.get(code=told.division), told.scopes, told.why
        )
        row = programs.ask(wanted, admin, now - 8 * DAY)
        if told.approved:
            row = programs.decide(row, approve=True, words="", by=security, at=now - 7 * DAY)
            programs.issue(row, days=180, per_minute=60, by=admin, at=now - 7 * DAY)
            old, _secret = programs.issue(row, days=30, per_minute=60, by=admin, at=now - 6 * DAY)
            programs.revoke(old, security, now - 2 * DAY)
            _fill_in(row, now - DAY)
    feed.renew(person(story.CARETAKER), now - 3 * DAY)


def _fill_in(program: Program, at: datetime.datetime) -> None:
    """The program has filled in a page of the filing that its person has begun: the wizard says so."""
    draft = Draft.objects.filter(kind=DraftKind.FILING, by=program.person).first()
    if draft is not None:
        pages = {"devices": {"devices": story.DEVICES}}
        drafts.keep_all(draft, pages, seen=draft.revision, by=program.person, at=at, via=program.name)
