"""Mail and web hooks: what is said, to whom, when, and what happens when nobody takes it."""

from __future__ import annotations

import datetime
import email
import email.policy
import json
import socket
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from custodes.people import posts
from custodes.upkeep.alarms.condition import CameraSince, Condition
from custodes.upkeep.alarms.conditions.delivery import look_at_deliveries, look_at_recipients
from custodes.upkeep.alarms.delivery import recipients
from custodes.upkeep.alarms.delivery.channels import BadTarget, resolve
from custodes.upkeep.alarms.delivery.queue import MOST_ATTEMPTS, pause, quiet_until, write_down
from custodes.upkeep.alarms.delivery.recipients import unanswered
from custodes.upkeep.alarms.delivery.sending import send_due
from custodes.upkeep.alarms.keeping import keep
from custodes.upkeep.alarms.kinds.cameras import DOWN, TAMPERED
from custodes.upkeep.alarms.kinds.machines import NODE_SILENT
from custodes.upkeep.alarms.steps import acknowledge
from custodes.upkeep.models import Alarm, AlarmDelivery, AlarmEvent, AlarmStep, AlarmSubscription, Channel, Severity

pytestmark = pytest.mark.postgresql

MINUTE = datetime.timedelta(minutes=1)
NIGHT = (datetime.time(22), datetime.time(7))
LHASA = ZoneInfo("Asia/Shanghai")


def raised(kind, camera, now, name=None):
    """An alarm about one camera, as a look raises it."""
    condition = Condition(
        kind, f"x:{name or camera.pk}", name or camera.name, now, {"count": 1}, (CameraSince(camera.pk, now),)
    )
    keep((kind,), [condition], now - MINUTE - datetime.timedelta(seconds=1))
    keep((kind,), [condition], now - datetime.timedelta(seconds=20))
    [alarm] = keep((kind,), [condition], now).raised or [Alarm.objects.get(kind=kind.key, subject=condition.subject)]
    return alarm


def told(member, now, channel=Channel.MAIL, address="duty@lhasa.example", **more):
    row = AlarmSubscription(
        post=member.post, channel=channel, address=address, created_by=member.person, created_at=now, **more
    )
    recipients.add(row, by=member.person, at=now)
    return row


def texts(mailbox):
    messages = [email.message_from_bytes(content, policy=email.policy.default) for _to, content in mailbox.messages]
    return [(message["Subject"], message.get_content()) for message in messages]


@pytest.fixture
def now():
    return timezone.now()


def test_a_mail_says_what_since_when_and_what_to_do_and_nothing_that_must_stay_here(stage, mailbox, now):
    told(stage.cast.operator, now)
    alarm = raised(DOWN, stage.gate, now)
    assert write_down(now) == 1
    assert send_due(now) == 1
    [(subject, text)] = texts(mailbox)
    assert subject.endswith("重要：校门 没有录像")
    assert "怎么办" in text
    assert alarm.get_absolute_url() in text
    assert "10.1.2.3" not in text
    assert "rtsp" not in text
    assert mailbox.messages[0][0] == ["duty@lhasa.example"]


def test_a_mail_is_in_the_persons_language(stage, mailbox, now):
    stage.cast.operator.account.language = "en"
    stage.cast.operator.account.save()
    told(stage.cast.operator, now)
    raised(DOWN, stage.gate, now)
    write_down(now)
    send_due(now)
    assert texts(mailbox)[0][0].endswith("Serious: 校门 is not recorded")


def test_nobody_is_told_of_what_they_may_not_see(stage, mailbox, now):
    told(stage.cast.outsider, now)
    raised(DOWN, stage.gate, now)
    assert write_down(now) == 0


def test_many_alarms_at_once_are_one_mail(stage, mailbox, now):
    told(stage.cast.operator, now)
    for number in range(25):
        raised(TAMPERED, stage.gate, now, f"点位 {number}")
    write_down(now)
    assert send_due(now) == 25
    [(subject, text)] = texts(mailbox)
    assert "另有 24 条" in subject
    assert "另有 5 条，请打开告警页。" in text


def test_the_end_is_told_to_whom_the_beginning_was(stage, mailbox, now):
    told(stage.cast.operator, now)
    raised(DOWN, stage.gate, now)
    write_down(now)
    send_due(now)
    told(stage.cast.lead, now, address="lead@lhasa.example")
    keep((DOWN,), [], now + MINUTE)
    keep((DOWN,), [], now + 3 * MINUTE)
    write_down(now + 3 * MINUTE)
    send_due(now + 3 * MINUTE)
    assert [to for to, _content in mailbox.messages] == [["duty@lhasa.example"]] * 2
    assert "已消除：校门 没有录像" in texts(mailbox)[1][0]


def test_below_the_chosen_severity_nothing_is_sent_but_critical_always(stage, mailbox, now):
    told(stage.cast.operator, now, severity=Severity.CRITICAL)
    raised(DOWN, stage.gate, now)
    raised(TAMPERED, stage.yard, now)
    assert write_down(now) == 1
    assert AlarmDelivery.objects.get().alarm.kind == "camera.tampered"


@pytest.mark.parametrize(
    ("clock", "until"),
    [("21:59", None), ("22:00", "07:00"), ("03:00", "07:00"), ("06:59", "07:00"), ("07:00", None)],
)
def test_quiet_hours_span_midnight_on_the_installations_clock(clock, until):
    at = datetime.datetime.combine(datetime.date(2026, 3, 2), datetime.time.fromisoformat(clock), LHASA)
    found = quiet_until(*NIGHT, at, LHASA)
    assert (found and found.strftime("%H:%M")) == until
    assert quiet_until(None, None, at, LHASA) is None


def test_what_can_wait_waits_for_the_morning_and_what_is_over_then_is_not_told(stage, mailbox):
    night = datetime.datetime(2026, 3, 2, 23, tzinfo=LHASA)
    told(stage.cast.operator, night, quiet_from=NIGHT[0], quiet_to=NIGHT[1])
    raised(DOWN, stage.gate, night)
    raised(TAMPERED, stage.yard, night)
    write_down(night)
    assert send_due(night) == 1
    assert "报告遭到" in texts(mailbox)[0][0]
    keep((DOWN,), [], night + MINUTE)
    keep((DOWN,), [], night + 3 * MINUTE)
    morning = datetime.datetime(2026, 3, 3, 7, 1, tzinfo=LHASA)
    send_due(morning)
    assert len(mailbox.messages) == 1


def test_critical_may_be_held_only_where_somebody_else_answers(stage, mailbox, now):
    with pytest.raises(recipients.RecipientRefused, match="没有人随时收到"):
        told(stage.cast.operator, now, quiet_from=NIGHT[0], quiet_to=NIGHT[1], holds_critical=True)
    told(stage.cast.lead, now, address="lead@lhasa.example")
    told(stage.cast.operator, now, quiet_from=NIGHT[0], quiet_to=NIGHT[1], holds_critical=True)


def test_the_last_recipient_of_a_system_stays(stage, mailbox, now):
    only = told(stage.cast.operator, now)
    assert set(unanswered(now)) == {stage.hotel}
    with pytest.raises(recipients.RecipientRefused, match="城关区校门和操场"):
        recipients.end(only, by=stage.cast.operator.person, at=now)
    other = told(stage.cast.lead, now, address="lead@lhasa.example")
    recipients.end(only, by=stage.cast.operator.person, at=now)
    with pytest.raises(recipients.RecipientRefused):
        recipients.end(other, by=stage.cast.lead.person, at=now)


def test_when_the_last_ones_post_ends_the_duty_lead_is_told_and_an_alarm_says_so(stage, mailbox, now):
    told(stage.cast.operator, now)
    lead = told(stage.cast.lead, now, address="lead@lhasa.example")
    recipients.end(lead, by=stage.cast.lead.person, at=now)
    posts.end(stage.cast.operator.post, by=None, at=now)
    [condition] = look_at_recipients(now)
    assert "城关区" in condition.facts["places"]
    alarm = raised(TAMPERED, stage.gate, now)
    write_down(now)
    send_due(now)
    assert [to for to, _content in mailbox.messages] == [["lead@lhasa.example"]]
    assert AlarmEvent.objects.filter(alarm=alarm, step=AlarmStep.FELL_BACK, words="德吉").exists()


def test_without_a_duty_lead_the_system_administrator_stands_in(stage, mailbox, now):
    posts.end(stage.cast.lead.post, by=None, at=now)
    alarm = raised(TAMPERED, stage.gate, now)
    write_down(now)
    assert AlarmEvent.objects.get(alarm=alarm, step=AlarmStep.FELL_BACK).words == "旦增"


def test_a_post_that_ended_is_told_nothing_that_still_waits(stage, mailbox):
    night = datetime.datetime(2026, 3, 2, 23, tzinfo=LHASA)
    told(stage.cast.operator, night, quiet_from=NIGHT[0], quiet_to=NIGHT[1])
    raised(DOWN, stage.gate, night)
    write_down(night)
    posts.end(stage.cast.operator.post, by=None, at=night + MINUTE)
    assert send_due(datetime.datetime(2026, 3, 3, 8, tzinfo=LHASA)) == 0
    assert mailbox.messages == []
    assert AlarmDelivery.objects.get().given_up_at is not None


def test_a_server_that_refuses_is_tried_again_later_each_time_and_given_up_in_the_end(stage, mailbox, now):
    told(stage.cast.operator, now)
    alarm = raised(DOWN, stage.gate, now)
    write_down(now)
    mailbox.refuses = True
    assert send_due(now) == 0
    row = AlarmDelivery.objects.get()
    assert (row.attempts, row.last_error) == (1, "the mail server answered 451")
    assert send_due(now + datetime.timedelta(seconds=29)) == 0
    assert AlarmDelivery.objects.get().attempts == 1
    at = now
    for attempt in range(2, MOST_ATTEMPTS + 1):
        at += pause(attempt - 1)
        send_due(at)
    row.refresh_from_db()
    assert (row.attempts, row.given_up_at) == (MOST_ATTEMPTS, at)
    [condition] = look_at_deliveries(at)
    assert condition.name == "电子邮件 lhasa.example"
    assert AlarmEvent.objects.filter(alarm=alarm, step=AlarmStep.UNDELIVERED).exists()
    mailbox.refuses = False
    AlarmDelivery.objects.create(subscription=row.subscription, step="test", created_at=at, due_at=at)
    assert send_due(at) == 1
    assert list(look_at_deliveries(at)) == []


def test_pauses_double_from_half_a_minute_to_an_hour():
    assert [pause(count).total_seconds() for count in (1, 2, 3, 8, 12)] == [30, 60, 120, 3600, 3600]


def test_what_another_thread_has_taken_is_not_sent_twice(stage, mailbox, now):
    told(stage.cast.operator, now)
    raised(DOWN, stage.gate, now)
    write_down(now)
    AlarmDelivery.objects.update(due_at=now)
    from custodes.upkeep.alarms.delivery import sending

    stale = AlarmDelivery.objects.select_related("subscription__post__person__account", "alarm").get()
    assert send_due(now) == 1
    assert sending._tell([stale], now) == 0
    assert len(mailbox.messages) == 1


def hook(stage, receiver, now, address=None):
    row = AlarmSubscription(
        division=stage.cast.units["city"].division,
        channel=Channel.HOOK,
        address=address or receiver.url,
        created_at=now,
    )
    secret = recipients.add(row, by=stage.cast.system_admin.person, at=now)
    return row, secret


def test_a_hook_bears_a_signature_that_its_receiver_can_check(stage, receiver, now):
    row, secret = hook(stage, receiver, now)
    alarm = raised(DOWN, stage.gate, now)
    write_down(now)
    assert send_due(now) == 1
    [(headers, body)] = receiver.calls
    document = Webhook(secret).verify(body, headers)
    assert document["type"] == "alarm.raised"
    assert document["data"]["alarm"] == str(alarm.pk)
    assert document["data"]["severity"] == "serious"
    assert headers["webhook-id"] == str(AlarmDelivery.objects.get().pk)
    assert b"rtsp" not in body
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body + b" ", headers)
    row.refresh_from_db()
    assert secret not in row.secret
    assert json.loads(body)["data"]["link"].endswith(alarm.get_absolute_url())


def test_a_redirect_is_not_followed_and_is_no_yes(stage, receiver, now):
    hook(stage, receiver, now)
    raised(DOWN, stage.gate, now)
    write_down(now)
    receiver.status = 307
    assert send_due(now) == 0
    assert len(receiver.calls) == 1
    assert AlarmDelivery.objects.get().last_error == "it answered 307"


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/",
        "ftp://hooks.example/",
        "https://",
        "https://user:secret@hooks.example/",
        "https://hooks.example/#x",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://100.100.100.200/latest/meta-data",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://[2002:7f00:1::]/",
        "https://[fe80::1]/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://[",
        "https://hooks.example:99999/",
    ],
)
def test_a_hook_goes_nowhere_that_only_this_server_can_reach(url):
    with pytest.raises(BadTarget):
        resolve(url, training=False)


def test_a_name_that_leads_to_this_machine_is_refused_though_it_also_leads_elsewhere(monkeypatch):
    def found(host, port, **more):
        return [(2, 1, 6, "", (address, port)) for address in ("192.0.2.7", "127.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    with pytest.raises(BadTarget, match="本机"):
        resolve("https://hooks.example/", training=False)


def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, **more: [(2, 1, 6, "", ("10.20.30.40", port))])
    assert resolve("https://hooks.example/a", training=False).address == "10.20.30.40"


def test_every_severe_step_is_a_record_and_a_notice_is_none(stage, now):
    from custodes.people.models import RecordOutbox
    from custodes.upkeep.alarms.kinds.cameras import DEVICE_STORAGE

    alarm = raised(DOWN, stage.gate, now)
    acknowledge(alarm, by=stage.cast.operator.person, words="已派人到现场", at=now)
    raised(DEVICE_STORAGE, stage.gate, now)
    keep((DOWN,), [], now + MINUTE)
    keep((DOWN,), [], now + 3 * MINUTE)
    rows = RecordOutbox.objects.filter(type__startswith="alarm.").order_by("created_at", "type")
    assert [row.type for row in rows] == ["alarm.acknowledged", "alarm.raised", "alarm.cleared"]
    assert {row.record["alarm"] for row in rows} == {str(alarm.pk)}


def test_a_division_hears_of_the_installations_alarms_only_when_it_is_all_of_it(stage, receiver, now):
    city, _secret = hook(stage, receiver, now)
    county = AlarmSubscription(
        division=stage.cast.units["a"].division, channel=Channel.HOOK, address=receiver.url, created_at=now
    )
    recipients.add(county, by=stage.cast.system_admin.person, at=now)
    from custodes.upkeep.alarms.kinds.machines import VOLUME_FAILED

    for kind, node in ((VOLUME_FAILED, None), (NODE_SILENT, stage.node.pk)):
        for at in (now - MINUTE, now - MINUTE / 2, now):
            keep((kind,), [Condition(kind, "one", "one", now, {"count": 3}, (), node)], at)
    write_down(now)
    told_to = {(row.subscription_id, row.alarm.kind) for row in AlarmDelivery.objects.select_related("alarm")}
    assert told_to == {(city.pk, "volume.failed"), (city.pk, "node.silent"), (county.pk, "node.silent")}


def test_a_test_message_is_sent_at_once_from_the_page_and_not_twice_in_a_row(stage, mailbox, client_of, now):
    from django.urls import reverse

    row = told(stage.cast.operator, now)
    browser = client_of("operator")
    url = reverse("upkeep:alarm_recipient_test", args=[row.pk])
    assert "测试通知已送出" in browser.post(url, follow=True).content.decode()
    assert "测试通知" in texts(mailbox)[0][0]
    assert "刚刚发送过" in browser.post(url, follow=True).content.decode()
    assert len(mailbox.messages) == 1


def test_a_test_that_does_not_arrive_says_why(stage, mailbox, client_of, now):
    from django.urls import reverse

    row = told(stage.cast.operator, now)
    mailbox.refuses = True
    url = reverse("upkeep:alarm_recipient_test", args=[row.pk])
    assert "the mail server answered 451" in client_of("operator").post(url, follow=True).content.decode()
    assert AlarmDelivery.objects.get().given_up_at is not None
