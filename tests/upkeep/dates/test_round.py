"""The daily round: once for date, stage and recipient, to whom the plan says, without a name in any mail."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Credential, CredentialKind, Post, Unit
from custodes.places.models import Camera, Filing, FilingKind, FilingState, Product, RemovalGround
from custodes.settings import get_settings
from custodes.upkeep.alarms.delivery.channels import NotSent
from custodes.upkeep.dates import mailing
from custodes.upkeep.dates.recipients import Recipients
from custodes.upkeep.dates.round import everything, round_of_the_day, tellings
from custodes.upkeep.dates.sorts import What
from custodes.upkeep.models import AlarmSubscription, Channel, DateMail, DateNotice, NoticeStage, ReminderRound
from tests.places.changes.cases import done
from tests.places.life import removals as removal
from tests.places.life.papers import paper
from tests.places.life.test_filing import accepted
from tests.places.stage import Stage as Places
from tests.places.upgrades.orders import issue, notice

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
DAY = datetime.timedelta(days=1)


def _morning(days: int = 0) -> datetime.datetime:
    """Nine o'clock of today, or of another day."""
    day = timezone.localdate() + days * DAY
    return datetime.datetime.combine(day, datetime.time(9), tzinfo=timezone.get_current_timezone())


def _of(stage: Places, member: str) -> list[tuple[str, str]]:
    rows = DateNotice.objects.filter(person=stage.cast.members[member].person, subject=str(stage.school.pk))
    return list(rows.order_by("created_at").values_list("what", "stage"))


@pytest.fixture(autouse=True)
def _only_the_school(stage: Places) -> None:
    """The hotel's system was never filed either; here it is not to be talked of."""
    stage.hotel.__class__.objects.filter(pk=stage.hotel.pk).update(state="proposed")


def test_a_round_is_made_once_a_day_and_not_before_its_hour(stage: Places) -> None:
    accepted(stage, 25)
    assert round_of_the_day(_morning() - datetime.timedelta(hours=2)) == 0
    assert not ReminderRound.objects.exists()
    assert round_of_the_day(_morning()) > 0
    assert round_of_the_day(_morning() + datetime.timedelta(hours=3)) == 0
    assert ReminderRound.objects.count() == 1


@pytest.mark.clause("S16.2a", "N14")
def test_each_stage_is_told_once_whatever_rounds_are_made(stage: Places) -> None:
    accepted(stage, 25)
    for days in range(40):
        round_of_the_day(_morning(days))
    told = [stage_ for what, stage_ in _of(stage, "caretaker") if what == "filing"]
    # Three or four lead days (7 of the plan's have passed; the day rolls over days off), the day, and late: each once.
    assert told.count(NoticeStage.LATE) == 1
    assert told.count(NoticeStage.DAY) == 1
    assert 1 <= told.count(NoticeStage.AHEAD) <= 4
    assert told == sorted(told, key=["ahead", "day", "late"].index)


def test_a_second_round_of_the_same_day_writes_nothing_twice(stage: Places) -> None:
    accepted(stage, 25)
    round_of_the_day(_morning())
    before = DateNotice.objects.count()
    ReminderRound.objects.all().delete()
    assert round_of_the_day(_morning()) == 0
    assert DateNotice.objects.count() == before


def test_the_police_hear_of_it_when_it_is_late_and_strangers_never(stage: Places) -> None:
    accepted(stage, 25)
    round_of_the_day(_morning())
    assert _of(stage, "caretaker")
    assert not _of(stage, "inspector")
    round_of_the_day(_morning(40))
    assert _of(stage, "inspector") == [("filing", "late")]
    for member in ("outsider", "outside_caretaker", "operator", "officer", "bystander", "auditor"):
        assert not _of(stage, member), member


def test_where_a_unit_has_nobody_the_unit_above_is_told(stage: Places) -> None:
    Post.objects.filter(pk=stage.cast.caretaker.post.pk).update(ended_at=_morning() - DAY)  # type: ignore[union-attr]
    stage.cast.units["a"].parent = stage.cast.units["city"]
    stage.cast.units["a"].save()
    accepted(stage, 25)
    round_of_the_day(_morning())
    assert _of(stage, "system_admin")


def _mailbox(stage: Places, member: str, **more: object) -> AlarmSubscription:
    post = stage.cast.members[member].post
    values = {"post": post, "channel": Channel.MAIL, "address": f"{member}@example.org", "created_at": _morning(-1)}
    return AlarmSubscription.objects.create(**values | more)


def test_one_mail_says_how_much_is_due_and_names_nobody_and_no_place(stage: Places) -> None:
    _mailbox(stage, "caretaker")
    Unit.objects.filter(pk=stage.cast.units["a"].pk).update(mail="office@example.org")
    system = accepted(stage, 45)
    round_of_the_day(_morning())
    mails = {row.address: row for row in DateMail.objects.all()}
    assert set(mails) == {"caretaker@example.org", "office@example.org"}
    for row in mails.values():
        text = row.subject + row.text
        assert "办理备案" in text
        assert "逾期" in text
        assert f"{get_settings().web_origin}/dates/" in text
        unit = stage.cast.units["a"]
        secret = (
            system.name,
            system.site.name,
            system.site.address,
            unit.name,
            str(system.pk),
            "次仁",
            stage.gate.name,
        )
        assert not [word for word in secret if word in text]


def test_a_mail_waits_for_the_end_of_quiet_hours(stage: Places) -> None:
    _mailbox(stage, "caretaker", quiet_from=datetime.time(8), quiet_to=datetime.time(11))
    accepted(stage, 45)
    round_of_the_day(_morning())
    assert timezone.localtime(DateMail.objects.get().due_at).hour == 11
    assert mailing.send_due(_morning()) == 0
    assert mailing.send_due(_morning() + datetime.timedelta(hours=3)) == 1


def test_a_mailbox_for_another_division_is_not_told(stage: Places) -> None:
    _mailbox(stage, "caretaker", division=stage.cast.units["b"].division)
    accepted(stage, 45)
    round_of_the_day(_morning())
    assert not DateMail.objects.exists()


def test_without_a_mail_server_it_is_a_line_of_the_log_and_sent_once(
    stage: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    _mailbox(stage, "caretaker")
    accepted(stage, 45)
    round_of_the_day(_morning())
    said: list[dict[str, object]] = []
    monkeypatch.setattr(mailing.log, "info", lambda event, **more: said.append({"event": event, **more}), raising=False)
    assert mailing.send_due(_morning()) == 1
    assert mailing.send_due(_morning() + datetime.timedelta(hours=1)) == 0
    assert [line["event"] for line in said] == ["reminder.mail"]
    assert "address" not in said[0]


def test_a_mail_that_fails_is_tried_again_later_and_given_up_in_the_end(
    stage: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    _mailbox(stage, "caretaker")
    accepted(stage, 45)
    round_of_the_day(_morning())

    def fail(address: str, mail: object) -> None:
        raise NotSent("the mail server answered 451")

    monkeypatch.setattr(mailing, "mail_is_set_up", lambda settings: True)
    monkeypatch.setattr(mailing, "send_mail", fail)
    at = _morning()
    for _attempt in range(20):
        mailing.send_due(at)
        at += datetime.timedelta(hours=2)
    row = DateMail.objects.get()
    assert row.attempts == 12
    assert row.given_up_at is not None
    assert row.last_error == "the mail server answered 451"


def test_a_mail_does_not_follow_somebody_who_has_left(stage: Places) -> None:
    _mailbox(stage, "caretaker")
    accepted(stage, 45)
    round_of_the_day(_morning())
    Post.objects.filter(person=stage.cast.caretaker.person).update(ended_at=_morning())
    assert mailing.send_due(_morning() + datetime.timedelta(minutes=1)) == 0
    assert DateMail.objects.get().given_up_at is not None


@pytest.mark.clause("S18b")
def test_a_removal_that_has_to_be_reported_is_told_to_the_unit_and_when_late_to_the_police(stage: Places) -> None:
    at, by = _morning(), stage.cast.caretaker.person
    wanted = removal.Wanted((stage.yard,), RemovalGround.CITY_WORKS, "操场改建", at.date() + 18 * DAY)
    row = removal.plan(stage.school, wanted, by, at)
    told = DateNotice.objects.filter(subject=str(row.pk))
    round_of_the_day(at)
    assert [one.person for one in told] == [by]
    round_of_the_day(_morning(6))
    assert {one.person for one in told.filter(stage=NoticeStage.LATE)} == {by, stage.cast.inspector.person}


@pytest.mark.clause("S34(5)")
def test_a_training_that_ends_is_told_to_its_holder_and_to_who_keeps_the_files(stage: Places) -> None:
    at, operator = _morning(), stage.cast.operator.person
    Credential.objects.create(
        person=operator,
        kind=CredentialKind.SECRECY,
        issued=at.date() - 300 * DAY,
        valid_until=at.date() + 20 * DAY,
        at=at,
    )
    round_of_the_day(at)
    told = DateNotice.objects.filter(what="training")
    assert {one.person for one in told} == {operator, stage.cast.caretaker.person}


def test_a_change_that_was_made_and_an_ordered_upgrade_are_told_to_the_unit_and_when_late_to_the_police(
    stage: Places,
) -> None:
    case = done(stage)
    day = timezone.localdate()
    order = issue(stage, notice(stage.cast.inspector.person, day, 30))
    Filing.objects.create(
        system=stage.school, kind=FilingKind.LEGACY, state=FilingState.FILED, submitted_on=day, filed_on=day,
        drafted_by=stage.cast.caretaker.person, drafted_at=timezone.now(),
    )  # fmt: skip
    round_of_the_day(_morning(120))
    for what, subject in (("change_filing", case.pk), ("upgrade", order.pk)):
        for member in ("caretaker", "inspector"):
            person = stage.cast.members[member].person
            rows = DateNotice.objects.filter(person=person, what=what, subject=str(subject))
            assert [row.stage for row in rows] == [NoticeStage.LATE], (what, member)


def test_a_certificate_that_was_withdrawn_hides_no_other(stage: Places) -> None:
    now, by, today = timezone.now(), stage.cast.caretaker.person, timezone.localdate()
    scan = paper("合格证明", by, now)
    some = {
        "maker": "某厂",
        "model": "X-1",
        "issuer": "检验中心",
        "issued": today - 300 * DAY,
        "paper": scan,
        "by": by,
        "at": now,
    }
    stands = Product.objects.create(**some, certificate="A-1", valid_until=today + 10 * DAY)
    wrong = Product.objects.create(
        **some, certificate="A-2", valid_until=today + 900 * DAY,
        withdrawn_at=now, withdrawn_by=by, withdrawn_why="登记有误",
    )  # fmt: skip
    Camera.objects.filter(pk=stage.gate.pk).update(maker="某厂", model="X-1")
    told = {one.subject.split(":")[0] for one in everything(today, now, LegalTerms()) if one.what is What.CERTIFICATE}
    assert (str(stands.uuid) in told, str(wrong.uuid) in told) == (True, False)
    sent = tellings(everything(today, now, LegalTerms()), Recipients(now), today)
    assert stage.cast.caretaker.person in {one.recipient.person for one in sent if one.one.what is What.CERTIFICATE}, (
        "who keeps the register of the unit that has such cameras"
    )


def test_a_post_ends_with_its_last_day(stage: Places) -> None:
    last = timezone.localdate() + 5 * DAY
    midnight = datetime.datetime.combine(last + DAY, datetime.time(), tzinfo=timezone.get_current_timezone())
    Post.objects.filter(person=stage.cast.operator.person).update(valid_until=midnight)
    days = {
        one.day
        for one in everything(timezone.localdate(), timezone.now(), LegalTerms())
        if one.what is What.POST and one.person == stage.cast.operator.person.pk
    }
    assert days == {last}
