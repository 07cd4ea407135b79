"""A release whose next step nobody takes is late in the work list, the calendar and the feed of whoever may take it, and of nobody else."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from urllib.parse import urlparse

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from custodes.access.models import Release, ReleaseState
from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Person
from custodes.settings import get_settings
from custodes.upkeep.dates import feed
from custodes.upkeep.dates.asking import Waits
from custodes.upkeep.dates.dated import Dated
from custodes.upkeep.dates.reach import DateRole, dates_of, standing_of
from custodes.upkeep.dates.sorts import What
from custodes.upkeep.dates.worklist import worklist_of
from tests.access.release import orders
from tests.access.release.flow import Flow

pytestmark = pytest.mark.postgresql

DAY = datetime.timedelta(days=1)
S = ReleaseState
TERM = datetime.timedelta(days=get_settings().release_step_days)


def told(person: Person, at: datetime.datetime) -> list[Waits]:
    return [one for one in worklist_of(person, at, LegalTerms()).waiting.rows if one.what == "release"]


def dates(person: Person, at: datetime.datetime) -> list[Dated]:
    return [one for one in dates_of(person, at, LegalTerms()) if one.what is What.RELEASE]


@pytest.mark.parametrize(
    ("state", "member", "others"),
    [
        (S.PROPOSED, "approver", ("lead", "auditor", "inspector", "outside_caretaker")),
        (S.RETURNED, "lead", ("approver", "auditor", "outside_caretaker")),
        (S.ASSESSED, "caretaker", ("approver", "auditor", "outside_caretaker")),
        (S.MASKED, "caretaker", ("approver", "auditor", "outside_caretaker")),
        (S.REVIEWED, "approver", ("caretaker", "lead", "auditor", "outsider")),
        (S.APPROVED, "lead", ("approver", "auditor", "outsider")),
    ],
)
def test_it_is_late_behind_its_term_for_who_may_take_the_step(
    flow: Flow, state: ReleaseState, member: str, others: tuple[str, ...]
) -> None:
    row, now = flow.at(state), timezone.now()
    assert row.due == timezone.localdate(now) + TERM
    person = flow.stage.cast.members[member].person
    [one] = told(person, now)
    assert (one.due, one.late, one.href) == (row.due, False, row.get_absolute_url())
    assert [one.late for one in told(person, now + TERM)] == [False]
    assert [one.late for one in told(person, now + TERM + DAY)] == [True]
    [date] = dates(person, now)
    assert (date.day, date.clause, date.href) == (row.due, "S30.2", row.get_absolute_url())
    assert standing_of(person, now).part(date) is DateRole.ACTS
    assert date.late(row.due + DAY)
    for name in others:
        other = flow.stage.cast.members[name].person
        assert not told(other, now), name
        assert not dates(other, now), name


@pytest.mark.parametrize("state", [S.PUBLISHED, S.WITHDRAWN, S.REFUSED, S.DROPPED])
def test_what_waits_for_nobody_has_no_day(flow: Flow, state: ReleaseState) -> None:
    row = flow.at(state)
    assert row.due is None
    assert not any(dates(one.person, timezone.now()) for one in flow.stage.cast.members.values())


def test_each_step_begins_a_term_anew_and_what_leaves_the_state_does_not(flow: Flow) -> None:
    row = flow.returned()
    Release.objects.filter(pk=row.pk).update(due=timezone.localdate() - DAY)
    row = orders.propose_again(Release.objects.get(pk=row.pk), flow.proposal(), flow.taken(flow.proposer))
    assert row.due == timezone.localdate() + TERM
    row = flow.masked()
    Release.objects.filter(pk=row.pk).update(due=timezone.localdate() - DAY)
    flow.save(row, flow.node.tracks[0])
    row.refresh_from_db()
    assert row.due == timezone.localdate() - DAY


def test_who_proposed_it_once_does_not_wait_to_assess_it(flow: Flow) -> None:
    row = flow.returned()
    orders.propose_again(row, flow.proposal(), flow.taken(flow.reviewer))
    assert told(flow.proposer, timezone.now()) == []


def test_calendar_and_feed_have_the_day_and_no_title(flow: Flow, client_of: Callable[[str], Client]) -> None:
    row, now = flow.reviewed(), timezone.now()
    assert row.due is not None
    month = client_of("approver").get(reverse("upkeep:date_calendar"), {"month": f"{row.due:%Y-%m}"}).content.decode()
    assert row.get_absolute_url() in month
    outside = client_of("outsider").get(reverse("upkeep:date_calendar"), {"month": f"{row.due:%Y-%m}"}).content.decode()
    assert row.get_absolute_url() not in outside
    found = feed.feed_of(feed.renew(flow.approver, now), now)
    assert found is not None
    written = feed.written(found, now, LegalTerms())
    events = [one for one in Calendar.from_ical(written).walk("VEVENT") if "公共传播" in str(one["summary"])]
    assert [(one["dtstart"].dt, str(one["summary"])) for one in events] == [(row.due, "办理公共传播：1 项")]
    assert row.title not in written.decode()
    assert urlparse(str(events[0]["url"])).path == "/dates/calendar/"
