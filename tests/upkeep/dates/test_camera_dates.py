"""The units' own days of cameras that lack sign or field: in the calendar, in the feed's kinds, in notices and mails, as in the work list."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.law.duties.finding import LegalTerms
from custodes.places.lifecycle.gathering import owed_by
from custodes.places.models import Camera, System, SystemRole, SystemRoleKind, SystemState
from custodes.upkeep.dates.dated import Dated
from custodes.upkeep.dates.feed import feed_of, renew, written
from custodes.upkeep.dates.reach import DateRole, dates_of, standing_of
from custodes.upkeep.dates.round import round_of_the_day
from custodes.upkeep.dates.sorts import What
from custodes.upkeep.dates.sources import cameras
from custodes.upkeep.models import AlarmSubscription, Channel, DateMail, DateNotice
from custodes.upkeep.models import NoticeStage as Told
from tests.places.life.test_added import add, in_use
from tests.places.stage import Stage

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
DAY = datetime.timedelta(days=1)


@pytest.fixture
def due(stage: Stage) -> datetime.date:
    """The day of a camera that was added to the school's system a while ago."""
    in_use(stage)
    add(stage, timezone.now() - 3 * DAY)
    (owed,) = owed_by(System.objects.get(pk=stage.school.pk), timezone.localdate(), LegalTerms())
    assert owed.due is not None
    return owed.due


def of(stage: Stage, member: str, span: tuple[datetime.date, datetime.date] | None = None) -> list[Dated]:
    dates = dates_of(stage.cast.members[member].person, timezone.now(), LegalTerms(), span)
    return [one for one in dates if one.what is What.CAMERA]


def test_the_day_is_in_the_calendar_of_who_tends_the_cameras_and_of_no_other_unit(
    stage: Stage, due: datetime.date, client_of: Callable[[str], Client]
) -> None:
    (one,) = of(stage, "caretaker")
    assert (one.day, one.clause, one.href) == (due, "S15", f"{stage.school.get_absolute_url()}#owed")
    assert "东墙" in one.note
    month = f"{reverse('upkeep:date_calendar')}?month={due:%Y-%m}&mine=1"
    assert "补齐点位标志和采集范围" in client_of("caretaker").get(month).content.decode()
    assert "补齐点位标志和采集范围" not in client_of("outside_caretaker").get(month).content.decode()
    assert not of(stage, "outside_caretaker")


def test_a_month_has_its_own_days_alone(stage: Stage, due: datetime.date) -> None:
    assert of(stage, "caretaker", (due, due))
    assert not of(stage, "caretaker", (due + DAY, due + 40 * DAY))
    assert not of(stage, "caretaker", (due - 40 * DAY, due - DAY))


def test_each_day_of_a_system_is_one_date(stage: Stage, due: datetime.date) -> None:
    Camera.objects.filter(pk=stage.gate.pk).update(
        sign_paper=None, connected_at=Camera.objects.get(number="0103").connected_at
    )
    later = timezone.now() - 1 * DAY
    Camera.objects.filter(pk=stage.yard.pk).update(sign_paper=None, connected_at=later)
    found = list(cameras(System.objects.all(), timezone.localdate(), LegalTerms()))
    assert next(one.day for one in found) == due
    assert [one.note.split(" ")[0] for one in found] in (["2", "1"], ["3"]), "a weekend lies between, or not"
    assert len({one.key for one in found}) == len(found)


def test_what_was_there_before_acceptance_or_the_regulation_has_no_day(stage: Stage) -> None:
    in_use(stage, SystemState.LEGACY)
    add(stage, timezone.now() - 3 * DAY)
    assert not of(stage, "caretaker")


def test_who_tends_them_for_another_acts_and_who_only_sees_them_does_not(stage: Stage, due: datetime.date) -> None:
    now, outsider = timezone.now(), stage.cast.outside_caretaker.person
    (one,) = of(stage, "caretaker")
    assert standing_of(stage.cast.caretaker.person, now).part(one) is DateRole.ACTS
    assert standing_of(stage.cast.inspector.person, now).part(one) is DateRole.SEES
    SystemRole.objects.create(
        system=stage.school, unit=outsider.unit, role=SystemRoleKind.MAINTAINER, since=timezone.localdate() - DAY
    )
    assert standing_of(outsider, now).part(one) is DateRole.ACTS


def test_it_is_told_once_a_stage_in_the_page_and_by_mail_and_not_to_the_police(
    stage: Stage, due: datetime.date
) -> None:
    caretaker = stage.cast.caretaker
    AlarmSubscription.objects.create(
        post=caretaker.post, channel=Channel.MAIL, address="menwei@example.org", created_at=timezone.now() - DAY
    )
    for day in (due, due + DAY, due + 2 * DAY):
        at = datetime.datetime.combine(day, datetime.time(9), tzinfo=timezone.get_current_timezone())
        round_of_the_day(at)
    told = DateNotice.objects.filter(what=What.CAMERA)
    assert [(one.person, one.stage) for one in told.order_by("created_at")] == [
        (caretaker.person, Told.DAY),
        (caretaker.person, Told.LATE),
    ]
    mails = [one.text for one in DateMail.objects.order_by("created_at") if "补齐点位标志和采集范围" in one.text]
    assert len(mails) == 2
    assert not any(stage.school.name in text or "东墙" in text for text in mails)


def test_the_feed_counts_it(stage: Stage, due: datetime.date) -> None:
    now = timezone.now()
    token = renew(stage.cast.caretaker.person, now)
    feed = feed_of(token, now)
    assert feed is not None
    text = written(feed, now, LegalTerms()).decode().replace("\r\n ", "")
    assert "补齐点位标志和采集范围：1 项" in text
    assert "东墙" not in text
