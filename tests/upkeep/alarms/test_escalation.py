"""What nobody acknowledges is told again, to the next post, on a clock that the test moves."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.urls import reverse
from django.utils import timezone

from custodes.people import duty, posts
from custodes.people.models import PostKind, RecordOutbox
from custodes.upkeep.alarms import escalation
from custodes.upkeep.alarms.condition import CameraSince, Condition
from custodes.upkeep.alarms.delivery.message import lines
from custodes.upkeep.alarms.delivery.queue import write_down
from custodes.upkeep.alarms.delivery.sending import send_due
from custodes.upkeep.alarms.escalation import DEFAULTS, ChainStep, in_words, next_telling, pause_before, tell_again
from custodes.upkeep.alarms.keeping import keep
from custodes.upkeep.alarms.kinds.cameras import DEVICE_STORAGE, DOWN, TAMPERED
from custodes.upkeep.alarms.kinds.machines import NODE_SILENT, VOLUME_FAILED
from custodes.upkeep.alarms.steps import acknowledge
from custodes.upkeep.models import (
    Alarm,
    AlarmDelivery,
    AlarmEscalation,
    AlarmEvent,
    AlarmStep,
    AlarmTelling,
    EscalationChain,
    Severity,
)
from tests.cast import TOTP_SECRET
from tests.upkeep.alarms.test_telling import NIGHT, hook, raised, texts, told

pytestmark = pytest.mark.postgresql

MINUTE = datetime.timedelta(minutes=1)
LHASA = ZoneInfo("Asia/Shanghai")
START = datetime.datetime(2026, 3, 2, 14, tzinfo=LHASA)


def tick(at, send=True):
    """What the telling thread does every few seconds."""
    write_down(at)
    tell_again(at)
    if send:
        send_due(at)


def run(begin, minutes, step=1):
    """Let so many minutes pass; the last moment."""
    for minute in range(0, minutes + 1, step):
        tick(begin + minute * MINUTE)
    return begin + minutes * MINUTE


def rounds(alarm):
    """Round → minutes after START and who was told."""
    found = {}
    for row in AlarmTelling.objects.filter(alarm=alarm, round__gt=0).select_related("person").order_by("round", "pk"):
        minutes = round((row.at - START) / MINUTE)
        found.setdefault(row.round, (minutes, []))[1].append(row.person.name if row.person else row.channel)
    return found


def chain_of(*steps):
    return tuple(ChainStep(minutes * MINUTE, post) for minutes, post in steps)


def test_what_nobody_acknowledges_goes_up_post_by_post_and_then_again_and_again_at_growing_intervals(stage, mailbox):
    told(stage.cast.operator, START)
    told(stage.cast.lead, START, address="lead@lhasa.example", severity=Severity.CRITICAL)
    told(stage.cast.system_admin, START, address="admin@lhasa.example", severity=Severity.CRITICAL)
    alarm = raised(TAMPERED, stage.gate, START)
    run(START, 720, 5)
    both = ["德吉", "旦增"]
    assert rounds(alarm) == {
        1: (5, ["德吉"]),
        2: (15, ["旦增"]),
        3: (35, both),
        4: (75, both),
        5: (155, both),
        6: (315, both),
        7: (555, both),
    }


def test_the_second_telling_says_who_was_told_before_when_and_how_it_went_and_no_name(stage, mailbox):
    told(stage.cast.operator, START)
    alarm = raised(DOWN, stage.gate, START)
    tick(START)
    told(stage.cast.lead, START + MINUTE, address="lead@lhasa.example")
    run(START + MINUTE, 29)
    [_first, (subject, text)] = texts(mailbox)
    assert "无人确认（第 1 次再通知），重要：校门 没有录像" in subject
    assert "- 值班监看员 · 2026-03-02 14:00 · 电子邮件 · 已送达" in text
    assert "扎西" not in text
    assert mailbox.messages[1][0] == ["lead@lhasa.example"]
    assert AlarmEvent.objects.get(alarm=alarm, step=AlarmStep.TOLD_AGAIN).words == "德吉"


def test_an_acknowledgement_ends_it_and_a_wider_alarm_begins_it_anew(stage, mailbox):
    told(stage.cast.operator, START)
    alarm = raised(TAMPERED, stage.gate, START)
    run(START, 6)
    acknowledge(alarm, by=stage.cast.lead.person, words="已派人到现场", at=START + 7 * MINUTE)
    run(START + 7 * MINUTE, 240, 5)
    assert list(rounds(alarm)) == [1]
    later = START + 300 * MINUTE
    wider = (CameraSince(stage.gate.pk, START), CameraSince(stage.yard.pk, later))
    keep((TAMPERED,), [Condition(TAMPERED, alarm.subject, "校门", START, {"count": 2}, wider)], later)
    run(later, 16)
    assert rounds(alarm) == {1: (5, ["德吉"]), 2: (305, ["德吉"]), 3: (315, ["旦增"])}


def test_what_is_over_is_not_told_again(stage, mailbox):
    told(stage.cast.operator, START)
    alarm = raised(DOWN, stage.gate, START)
    tick(START)
    keep((DOWN,), [], START + MINUTE)
    keep((DOWN,), [], START + 3 * MINUTE)
    run(START + 4 * MINUTE, 200, 10)
    assert rounds(alarm) == {}


def test_serious_ends_with_its_chain_and_a_notice_is_not_told_again(stage, mailbox):
    serious, notice = raised(DOWN, stage.gate, START), raised(DEVICE_STORAGE, stage.yard, START)
    run(START, 720, 10)
    assert rounds(serious) == {1: (30, ["德吉"]), 2: (120, ["旦增"])}
    assert rounds(notice) == {}
    assert next_telling(serious) is None


def test_after_a_restart_nothing_is_told_twice_and_what_fell_due_meanwhile_is_told_once(stage, mailbox, monkeypatch):
    told(stage.cast.operator, START)
    alarm = raised(TAMPERED, stage.gate, START)
    tick(START)
    at = START + 5 * MINUTE
    with monkeypatch.context() as broken:
        broken.setattr(escalation, "_write", lambda *args: (_ for _ in ()).throw(SystemError))
        with pytest.raises(SystemError):
            tell_again(at)
    assert rounds(alarm) == {}, "a step that was not written down has not been taken"
    tick(at)
    tick(at)
    assert rounds(alarm) == {1: (5, ["德吉"])}
    # The process is away for two hours: one telling, and then the chain's pauses again.
    back = START + 125 * MINUTE
    for second in range(0, 60, 5):
        tick(back + datetime.timedelta(seconds=second))
    assert list(rounds(alarm)) == [1, 2]
    assert AlarmEscalation.objects.get().next_at == back + 20 * MINUTE


def test_of_two_threads_that_take_the_same_step_one_tells(stage, mailbox):
    alarm = raised(TAMPERED, stage.gate, START)
    tick(START)
    at = START + 5 * MINUTE
    both = [Alarm.objects.select_related("escalation").get() for _thread in range(2)]
    chain, who = DEFAULTS[Severity.CRITICAL], escalation._Holders(both, at)
    assert [escalation._step(stale, chain, who, at) for stale in both] == [True, False]
    assert rounds(alarm) == {1: (5, ["德吉"])}
    assert AlarmEvent.objects.filter(step=AlarmStep.TOLD_AGAIN).count() == 1


def test_a_mail_server_that_fails_holds_up_no_step_and_is_seen_on_the_page(stage, mailbox, client_of):
    told(stage.cast.operator, START)
    told(stage.cast.lead, START, address="lead@lhasa.example")
    alarm = raised(TAMPERED, stage.gate, START)
    mailbox.refuses = True
    run(START, 16)
    assert list(rounds(alarm)) == [1, 2]
    page = client_of("lead").get(alarm.get_absolute_url()).content.decode()
    assert "没有送到，将再试" in page
    assert "the mail server answered 451" in page
    mailbox.refuses = False
    run(START + 17 * MINUTE, 40)
    assert {line.state for line in lines(alarm) if line.telling.channel == "mail"} == {"已送达"}


def test_quiet_hours_hold_back_what_is_not_critical_and_nothing_else(stage, mailbox):
    night = datetime.datetime(2026, 3, 2, 23, tzinfo=LHASA)
    quiet = {"quiet_from": NIGHT[0], "quiet_to": NIGHT[1]}
    told(stage.cast.operator, night)
    told(stage.cast.system_admin, night, address="admin@lhasa.example")
    told(stage.cast.lead, night, address="lead@lhasa.example", severity=Severity.CRITICAL, **quiet, holds_critical=True)
    raised(DOWN, stage.gate, night)
    raised(TAMPERED, stage.yard, night)
    run(night, 40)
    to_lead = [text for (to, _content), text in zip(mailbox.messages, texts(mailbox), strict=True) if "lead" in to[0]]
    assert all("报告遭到" in subject for subject, _text in to_lead)
    assert to_lead, "nobody came: what is critical waits no longer"
    held = AlarmDelivery.objects.get(subscription__address="lead@lhasa.example", alarm__kind=DOWN.key)
    assert held.due_at == datetime.datetime(2026, 3, 3, 7, tzinfo=LHASA)


def test_what_was_acknowledged_before_the_morning_wakes_nobody_then(stage, mailbox):
    night = datetime.datetime(2026, 3, 2, 23, tzinfo=LHASA)
    told(stage.cast.operator, night)
    told(stage.cast.lead, night, address="lead@lhasa.example", quiet_from=NIGHT[0], quiet_to=NIGHT[1])
    alarm = raised(DOWN, stage.gate, night)
    run(night, 31)
    AlarmDelivery.objects.filter(subscription__address="lead@lhasa.example", step=AlarmStep.RAISED).delete()
    acknowledge(alarm, by=stage.cast.operator.person, words="已知悉", at=night + 40 * MINUTE)
    before = len(mailbox.messages)
    send_due(datetime.datetime(2026, 3, 3, 7, 1, tzinfo=LHASA))
    assert len(mailbox.messages) == before
    [line] = [line for line in lines(alarm) if line.telling.round == 1]
    assert line.state == "送出前已有人确认，未送"


def test_a_post_that_nobody_holds_is_passed_over_at_once_and_the_life_says_so(stage, mailbox):
    posts.end(stage.cast.lead.post, by=None, at=START - MINUTE)
    alarm = raised(TAMPERED, stage.gate, START)
    run(START, 6)
    assert rounds(alarm) == {1: (5, ["旦增"])}
    assert AlarmEvent.objects.get(alarm=alarm, step=AlarmStep.NOBODY_THERE).words == "值班长"


def test_of_several_leads_the_one_on_duty_is_told(stage, mailbox):
    second = posts.assign(
        stage.cast.approver.person, stage.cast.units["a"], PostKind.DUTY_LEAD, by=None, at=START - 60 * MINUTE
    )
    first = raised(TAMPERED, stage.gate, START)
    run(START, 6)
    assert sorted(rounds(first)[1][1]) == ["央金", "德吉"]
    duty.begin(second, at=START + 7 * MINUTE)
    other = raised(TAMPERED, stage.yard, START + 8 * MINUTE)
    run(START + 8 * MINUTE, 6)
    assert rounds(other)[1][1] == ["央金"]


def test_nobody_is_told_again_of_what_they_may_not_see(stage, mailbox):
    posts.assign(stage.cast.outsider.person, stage.cast.units["b"], PostKind.DUTY_LEAD, by=None, at=START - 60 * MINUTE)
    alarm = raised(TAMPERED, stage.gate, START)
    run(START, 60)
    assert "刘洋" not in {name for _minutes, names in rounds(alarm).values() for name in names}


def test_a_program_is_told_each_round_with_what_went_before(stage, receiver):
    _row, _secret = hook(stage, receiver, START)
    raised(TAMPERED, stage.gate, START)
    run(START, 6)
    import json

    [first, second] = [json.loads(body) for _headers, body in receiver.calls]
    assert (first["type"], second["type"]) == ("alarm.raised", "alarm.told_again")
    assert "round" not in first["data"]
    assert second["data"]["round"] == 1
    assert second["data"]["told_before"][0]["channel"] == "网络回调"


def test_the_end_is_told_to_whom_it_was_told_again(stage, mailbox):
    told(stage.cast.lead, START, address="lead@lhasa.example", severity=Severity.CRITICAL)
    raised(DOWN, stage.gate, START)
    end = run(START, 31)
    keep((DOWN,), [], end)
    keep((DOWN,), [], end + 2 * MINUTE)
    tick(end + 2 * MINUTE)
    assert "已消除：校门 没有录像" in texts(mailbox)[-1][0]


def test_the_deepest_division_that_holds_all_of_an_alarm_rules(stage, mailbox):
    city, county = stage.cast.units["city"].division, stage.cast.units["a"].division
    admin = stage.cast.system_admin.person
    escalation.set_chain(city, Severity.CRITICAL, chain_of((20, PostKind.SYSTEM_ADMIN)), by=admin, at=START)
    escalation.set_chain(county, Severity.CRITICAL, chain_of((2, PostKind.CARETAKER)), by=admin, at=START)
    here = raised(TAMPERED, stage.gate, START)
    both = (CameraSince(stage.gate.pk, START), CameraSince(stage.lobby.pk, START))
    for at in (START - MINUTE, START):
        keep((TAMPERED,), [Condition(TAMPERED, "both", "both", START, {"count": 2}, both)], at)
        keep((VOLUME_FAILED,), [Condition(VOLUME_FAILED, "v", "v", START)], at)
        keep((NODE_SILENT,), [Condition(NODE_SILENT, "n", "n", START, {"count": 3}, (), stage.node.pk)], at)
    run(START, 21)
    first = {row.alarm.subject: row.at for row in AlarmTelling.objects.filter(round=1).select_related("alarm")}
    assert first.pop(here.subject) == START + 2 * MINUTE
    assert first == {"both": START + 20 * MINUTE, "v": START + 20 * MINUTE, "n": START + 20 * MINUTE}


def test_a_changed_rule_holds_for_alarms_that_are_open(stage, mailbox):
    alarm = raised(DOWN, stage.gate, START)
    tick(START)
    county, admin = stage.cast.units["a"].division, stage.cast.system_admin.person
    row = escalation.set_chain(
        county, Severity.SERIOUS, chain_of((10, PostKind.CARETAKER)), by=admin, at=START + MINUTE
    )
    run(START + MINUTE, 9)
    assert rounds(alarm) == {1: (10, ["次仁"])}
    assert next_telling(alarm) is None
    escalation.end_chain(row, by=admin, at=START + 11 * MINUTE)
    run(START + 11 * MINUTE, 110)
    assert rounds(alarm)[2] == (100, ["旦增"])
    with pytest.raises(escalation.ChainRefused):
        escalation.end_chain(row, by=admin, at=START + 130 * MINUTE)


@pytest.mark.parametrize(
    ("severity", "steps", "why"),
    [
        (Severity.CRITICAL, [], "至少填写一步"),
        (Severity.CRITICAL, [61], "第一步不能晚于 60 分钟"),
        (Severity.SERIOUS, [10, 10], "比前一步大"),
        (Severity.SERIOUS, [20, 10], "比前一步大"),
        (Severity.SERIOUS, [0], "比前一步大"),
        (Severity.SERIOUS, [10, 1441], "最后一步"),
        (Severity.SERIOUS, [1, 2, 3, 4, 5], "最多 4 步"),
    ],
)
def test_a_chain_that_silences_or_runs_backwards_is_refused(stage, severity, steps, why):
    wanted = chain_of(*((minutes, PostKind.DUTY_LEAD) for minutes in steps))
    with pytest.raises(escalation.ChainRefused, match=why):
        escalation.set_chain(
            stage.cast.units["city"].division, severity, wanted, by=stage.cast.system_admin.person, at=START
        )
    assert not EscalationChain.objects.exists()


def test_what_is_critical_always_goes_on():
    assert all(pause_before(DEFAULTS[Severity.CRITICAL], Severity.CRITICAL, position) for position in range(200))
    assert pause_before((), Severity.NOTICE, 0) is None
    assert in_words(DEFAULTS[Severity.CRITICAL], Severity.CRITICAL) == (
        "5 分钟无人确认，通知值班长；15 分钟无人确认，通知系统管理员；"
        "此后每隔 20、40 分钟……（最长 4 小时）通知以上各岗位，直到有人确认。"
    )


def test_the_alarms_page_says_who_was_told_when_how_and_whether_it_was_read_and_what_comes_next(
    stage, mailbox, client_of
):
    now = timezone.now()
    told(stage.cast.operator, now)
    alarm = raised(TAMPERED, stage.gate, now - 6 * MINUTE)
    tick(now - 6 * MINUTE)
    tick(now - MINUTE)
    page = client_of("lead").get(alarm.get_absolute_url())
    text = page.content.decode()
    assert [(line.telling.round, line.telling.person.name, line.state) for line in page.context["told"]] == [
        (0, "扎西", "已送达"),
        (1, "德吉", "已在页面显示"),
    ]
    assert "第 1 次再通知" in text
    assert "前无人确认的，通知系统管理员" in text
    assert "duty@lhasa.example" not in text
    read = dict(AlarmTelling.objects.values_list("person__name", "read_at"))
    assert read["扎西"] is None
    assert read["德吉"] is not None


def test_the_bell_tells_again_whoever_is_told_again_and_nobody_else(stage, client_of):
    now = timezone.now()
    alarm = raised(TAMPERED, stage.gate, now - 6 * MINUTE)
    tick(now - 6 * MINUTE)
    at = {name: client_of(name).get(reverse("upkeep:alarm_bell")).json() for name in ("lead", "operator")}
    tick(now - MINUTE)
    later = {name: client_of(name).get(reverse("upkeep:alarm_bell")).json() for name in ("lead", "operator")}
    assert later["lead"]["newest"]["id"] == str(alarm.pk)
    assert later["lead"]["newest"]["told_at"] > at["lead"]["newest"]["told_at"]
    assert later["operator"] == at["operator"]


def test_an_administrator_sets_a_rule_in_plain_words_and_takes_it_back(stage, client_of):
    browser = client_of("system_admin")
    county = stage.cast.units["a"].division
    asked = {"division": county.pk, "severity": 3, "minutes_1": 3, "post_1": "duty_lead", "minutes_2": "", "post_2": ""}
    page = browser.post(reverse("upkeep:alarm_escalation_set"), asked, follow=True).content.decode()
    assert "3 分钟无人确认，通知值班长；此后每隔 20、40 分钟" in page
    row = EscalationChain.objects.get()
    [record] = RecordOutbox.objects.filter(type="config.changed")
    assert record.record["by"] == str(stage.cast.system_admin.person.uuid)
    browser.post(reverse("upkeep:alarm_escalation_end", args=[row.pk]))
    row.refresh_from_db()
    assert row.ended_at is not None


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"minutes_1": ""}, "请填写。"),
        ({"minutes_2": 20}, "要么都填，要么都不填"),
        ({"minutes_3": 20, "post_3": "caretaker"}, "前一步没有填写"),
        ({"minutes_1": 90}, "第一步不能晚于 60 分钟"),
        ({"post_1": "approver"}, "approver"),
        ({"division": 0}, "division"),
    ],
)
def test_a_form_that_says_no_rule_is_refused_at_the_field(stage, client_of, more, why):
    county = stage.cast.units["a"].division
    asked = {"division": county.pk, "severity": 3, "minutes_1": 3, "post_1": "duty_lead"} | more
    answer = client_of("system_admin").post(reverse("upkeep:alarm_escalation_set"), asked)
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert not EscalationChain.objects.exists()


def test_a_rule_of_another_division_is_nobodys_to_take_back(stage, client_of):
    posts.assign(
        stage.cast.outsider.person,
        stage.cast.units["b"],
        PostKind.SYSTEM_ADMIN,
        by=None,
        at=timezone.now() - 60 * MINUTE,
    )
    TOTP.activate(stage.cast.outsider.account, TOTP_SECRET)
    row = escalation.set_chain(
        stage.cast.units["a"].division,
        Severity.CRITICAL,
        chain_of((3, PostKind.DUTY_LEAD)),
        by=stage.cast.system_admin.person,
        at=timezone.now(),
    )
    answer = client_of("outsider").post(reverse("upkeep:alarm_escalation_end", args=[row.pk]))
    assert answer.status_code == 404
    row.refresh_from_db()
    assert row.ended_at is None
