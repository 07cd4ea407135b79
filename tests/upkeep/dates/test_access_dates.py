"""The days of who may look: in the calendar and the feed of who acts, told once before, on and behind the day, and never with a name."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from custodes.access.models import FindingState, Hold, HoldState, Intake, LookFinding, OwnImageRequest, OwnImageState
from custodes.law.duties.finding import LegalTerms
from custodes.people.models import PostKind, Unit
from custodes.settings import get_settings
from custodes.upkeep.dates import accessdates
from custodes.upkeep.dates.dated import lead_days
from custodes.upkeep.dates.reach import DateRole, dates_of, standing_of
from custodes.upkeep.dates.recipients import Recipients
from custodes.upkeep.dates.round import round_of_the_day, tellings
from custodes.upkeep.dates.sorts import What
from custodes.upkeep.dates.waits import access
from custodes.upkeep.dates.worklist import worklist_of
from custodes.upkeep.models import AlarmSubscription, Channel, DateMail, DateNotice
from tests.access.agency import asking
from tests.access.agency.asked import colleague
from tests.access.holding import place
from tests.access.looks import embargoes as embargo
from tests.access.looks.platform import Platform
from tests.access.ownimage.desk import asked
from tests.access.taken import Taken
from tests.upkeep.dates.test_feed import ADDRESS

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
DAY = datetime.timedelta(days=1)
OURS = {What.OWN_IMAGE, What.LOOK_REVIEW, What.EMBARGO, What.HOLD_REVIEW}


def morning(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(9), tzinfo=timezone.get_current_timezone())


def seen(person, at=None, span=None):
    """What this person's calendar has of these kinds."""
    found = dates_of(person, at or timezone.now(), LegalTerms(), span)
    return {(one.what.value, one.subject) for one in found if one.what in OURS}


def notices(person):
    rows = DateNotice.objects.filter(person=person, what__in=[one.value for one in OURS])
    return list(rows.order_by("created_at").values_list("what", "stage"))


@pytest.fixture
def hold(stage):
    row = place(stage)
    Hold.objects.filter(pk=row.pk).update(effective_version=row.version)
    row.refresh_from_db()
    return row


@pytest.fixture
def odd(stage):
    """A finding about the school's operator, which the school's approver judges."""
    operator, today = stage.cast.operator.person, timezone.localdate()
    return LookFinding.objects.create(
        key="odd_hour:1", kind="odd_hour", person=operator, unit=stage.school.unit, day=today,
        facts={"looks": 1, "hour": "03:00"}, found_at=timezone.now(), due=today + 7 * DAY,
    )  # fmt: skip


def test_the_answer_to_ones_own_image_is_reminded_of_ahead_on_the_day_and_when_it_is_late(stage):
    row = asked(stage)
    caretaker = stage.cast.caretaker.person
    assert seen(caretaker) == {("own_image", str(row.pk))}
    assert seen(caretaker, span=(row.due + DAY, row.due + 9 * DAY)) == set()
    assert seen(stage.cast.outside_caretaker.person) == seen(stage.cast.inspector.person) == set()
    for ahead in range(-20, 4):
        round_of_the_day(morning(row.due + ahead * DAY))
    told = [stage_ for _what, stage_ in notices(caretaker)]
    assert (told.count("day"), told.count("late")) == (1, 1)
    assert 1 <= told.count("ahead") <= len(lead_days(row.due, LegalTerms().assumed.short_reminder_days))
    assert notices(stage.cast.operator.person) == []
    OwnImageRequest.objects.filter(pk=row.pk).update(state=OwnImageState.CLOSED)
    assert seen(caretaker) == set()


def test_mail_and_feed_say_how_many_and_never_whose(stage, client_of):
    row = asked(stage)
    post = stage.cast.caretaker.post
    AlarmSubscription.objects.create(
        post=post, channel=Channel.MAIL, address="guanli@example.test", created_at=timezone.now()
    )
    Unit.objects.filter(pk=stage.school.unit_id).update(mail="school@example.test")
    round_of_the_day(morning(row.due))
    for mail in DateMail.objects.all():
        assert "答复本人影像申请：1 项今天到期" in mail.text
        assert not any(secret in mail.text + mail.subject for secret in ("卓玛", row.number, row.place, str(row.pk)))
    assert set(DateMail.objects.values_list("address", flat=True)) == {"guanli@example.test", "school@example.test"}
    address = ADDRESS.search(client_of("caretaker").post(reverse("upkeep:date_feed")).content.decode())
    assert address is not None
    text = Calendar.from_ical(Client().get(address[0]).content).to_ical().decode().replace("\r\n ", "")
    assert "答复本人影像申请：1 项" in text
    assert not any(secret in text for secret in ("卓玛", row.number, row.place, str(row.pk)))


@pytest.mark.clause("S33.2a")
def test_a_hold_is_late_behind_its_day_of_review_and_told_to_who_may_release_it(stage, hold, client_of):
    approver = stage.cast.approver.person
    Hold.objects.filter(pk=hold.pk).update(review_on=timezone.localdate() + 3 * DAY)
    assert seen(approver) == {("hold_review", str(hold.pk))}
    assert seen(stage.cast.lead.person) == set(), "who sees holds and releases none has nothing to do"
    assert seen(stage.cast.outsider.person) == set()
    for back, late in ((0, False), (2, True)):
        Hold.objects.filter(pk=hold.pk).update(review_on=timezone.localdate() - back * DAY)
        [line] = [
            one for one in worklist_of(approver, timezone.now(), LegalTerms()).waiting if one.what == "hold_review"
        ]
        assert (line.late, line.due) == (late, timezone.localdate() - back * DAY)
    assert "逾期 2 日" in client_of("approver").get(reverse("upkeep:dates")).content.decode()
    round_of_the_day(morning(timezone.localdate()))
    assert notices(approver) == [("hold_review", "late")]
    Hold.objects.filter(pk=hold.pk).update(
        state=HoldState.RELEASED, release_by=approver, released_by=stage.cast.inspector.person
    )
    assert seen(approver) == set()


def test_a_hold_has_one_line_the_most_pressing(stage, hold):
    approver, now = stage.cast.approver.person, timezone.now()
    Hold.objects.filter(pk=hold.pk).update(
        effective_version=0, placed_at=now - DAY, review_on=timezone.localdate(now) - DAY,
        state=HoldState.RELEASE_ASKED, release_by=stage.cast.inspector.person,
    )  # fmt: skip
    told = [one.what for one in worklist_of(approver, now, LegalTerms()).waiting if one.what.startswith("hold_")]
    assert told == ["hold_silent"]
    Hold.objects.filter(pk=hold.pk).update(effective_version=hold.version)
    told = [(one.what, one.late) for one in worklist_of(approver, now, LegalTerms()).waiting if one.what[:5] == "hold_"]
    assert told == [("hold_release", True)]
    assert access.HOLD_SILENT < DAY


@pytest.mark.clause("S7")
def test_a_finding_is_told_to_who_judges_and_to_who_explains_and_no_mailbox(stage, odd):
    approver, operator = stage.cast.approver.person, stage.cast.operator.person
    assert seen(approver) == {("look_review", str(odd.pk))}
    assert seen(operator) == set(), "not asked yet"
    Unit.objects.filter(pk=stage.school.unit_id).update(mail="school@example.test")

    def told():
        today = odd.due + DAY
        dates = [one for one in accessdates.everything(timezone.now(), LegalTerms()) if one.what is What.LOOK_REVIEW]
        return {one.recipient.person for one in tellings(dates, Recipients(timezone.now()), today)}

    assert approver in told()
    assert operator not in told()
    assert None not in told(), "a mailbox that a whole unit reads"
    LookFinding.objects.filter(pk=odd.pk).update(state=FindingState.ASKED)
    assert seen(operator) == {("look_review", str(odd.pk))}
    assert {approver, operator} <= told()
    LookFinding.objects.filter(pk=odd.pk).update(state=FindingState.IN_ORDER)
    assert seen(approver) == seen(operator) == set()


def test_whoever_looked_is_not_told_as_judge_though_they_have_the_post(stage, odd):
    approver = stage.cast.approver.person
    LookFinding.objects.filter(pk=odd.pk).update(person=approver)
    dates = [one for one in accessdates.everything(timezone.now(), LegalTerms()) if one.what is What.LOOK_REVIEW]
    told = {one.recipient.person for one in tellings(dates, Recipients(timezone.now()), odd.due)}
    assert approver not in told
    second = colleague(stage, "平措", "second_judge", "a", PostKind.APPROVER)
    told = {one.recipient.person for one in tellings(dates, Recipients(timezone.now()), odd.due)}
    assert told == {second.person}


def test_a_finding_about_nobody_who_is_known_is_told_to_who_may_judge_it(stage, odd):
    platform = Platform.on(stage)
    LookFinding.objects.filter(pk=odd.pk).update(person=None, unit=None)
    dates = [one for one in accessdates.everything(timezone.now(), LegalTerms()) if one.what is What.LOOK_REVIEW]
    told = {one.recipient.person for one in tellings(dates, Recipients(timezone.now()), odd.due)}
    assert platform.approver.person in told, "the police's own supervision"
    assert stage.cast.approver.person not in told


def test_who_asks_is_told_of_the_draft_that_lies_and_of_the_look_that_is_granted(stage):
    platform = Platform.on(stage)
    officer, companion, city = platform.officer.person, platform.companion.person, stage.cast.units["city"]

    def waits(person, at=None):
        found = worklist_of(person, at or timezone.now(), LegalTerms()).waiting
        return [(one.name, one.due) for one in found if one.what == "request"]

    row = platform.granted()
    look = (f"已准予，可以查阅：{city.name}", timezone.localdate(row.expires_at))
    assert waits(officer) == waits(companion) == [look]
    assert waits(officer, row.expires_at) == [], "nothing may be looked at any more"
    begun = asking.begin(city, Intake.ONLINE, officer, timezone.now(), unit=stage.cast.units["court"])
    begun = asking.state(begun, {"purpose": "取证"}, officer, timezone.now(), revision=begun.revision)
    assert waits(officer) == [look, (f"继续填写查阅调取申请：{city.name}", None)]
    lapses = timezone.now() + (get_settings().agency_draft_days - 5) * DAY
    assert (waits(officer, lapses)[-1][1] - timezone.localdate(lapses)).days == 5
    assert waits(companion) == [look]


@pytest.mark.clause("N20")
def test_the_end_of_an_embargo_is_told_to_both_sides_and_to_nobody_else(stage):
    platform = Platform.on(stage)
    row, one = platform.kept_back(10)
    mine = ("embargo", str(one.pk))
    for person in (platform.officer.person, platform.approver.person, platform.second_approver.person):
        assert seen(person) == {mine}
        [one_of_them] = [each for each in dates_of(person, platform.at, LegalTerms()) if each.what is What.EMBARGO]
        assert standing_of(person, platform.at).part(one_of_them) is DateRole.ACTS
    for person in (platform.school_lead.person, platform.school_auditor.person, stage.cast.approver.person):
        assert mine not in seen(person)
    round_of_the_day(morning(one.until))
    assert ("embargo", "day") in notices(platform.approver.person)
    assert ("embargo", "day") in notices(platform.officer.person)
    told = DateNotice.objects.filter(what="embargo")
    assert not told.filter(person__unit=stage.school.unit).exists()
    assert not told.filter(person=None).exists()
    # The longer one of two is the one that ends.
    longer = platform.ask(row, 30)
    embargo.approve(longer, Taken(platform.second_approver.person, platform.at))
    assert seen(platform.officer.person) == {("embargo", str(longer.pk))}
    assert seen(platform.officer.person, longer.ends_at) == set()
