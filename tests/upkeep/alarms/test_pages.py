"""The pages of alarms: who sees which, what a tired person reads first, what the bell says."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.people import posts
from custodes.people.models import RecordOutbox
from custodes.people.viewer import Viewer
from custodes.upkeep.alarms.condition import CameraSince, Condition
from custodes.upkeep.alarms.keeping import keep
from custodes.upkeep.alarms.kinds import KINDS
from custodes.upkeep.alarms.kinds.cameras import TAMPERED, UNEXPLAINED
from custodes.upkeep.alarms.kinds.machines import NODE_SILENT, VOLUME_BRAKED, VOLUME_FAILED
from custodes.upkeep.alarms.kinds.trust import KEY_OLD, MISMATCH
from custodes.upkeep.alarms.words import where_to_look
from custodes.upkeep.models import Alarm, AlarmEvent, AlarmPreference, AlarmState, AlarmSubscription
from custodes.web.middleware.sessions import SEEN


def raise_now(kind, name, *cameras, node=None, subject=None):
    """An alarm that is raised at this moment."""
    now = timezone.now()
    condition = Condition(
        kind,
        subject or f"s:{name}",
        name,
        now - datetime.timedelta(minutes=7),
        {"count": max(1, len(cameras))},
        tuple(CameraSince(camera.pk, now) for camera in cameras),
        node,
    )
    for back in (100, 50, 0):
        keep((kind,), [condition], now - datetime.timedelta(seconds=back))
    return Alarm.objects.get(kind=kind.key, subject=condition.subject)


@pytest.fixture
def several(stage):
    return {
        "gate": raise_now(TAMPERED, "校门", stage.gate),
        "lobby": raise_now(UNEXPLAINED, "大堂", stage.lobby),
        "node": raise_now(NODE_SILENT, "node-1", node=stage.node.pk),
        "volume": raise_now(VOLUME_FAILED, "node-1/footage"),
        "looks": raise_now(MISMATCH, "#7"),
    }


SEES = {
    "operator": {"gate", "node"},
    "lead": {"gate", "node", "volume"},
    "caretaker": {"gate", "node", "volume"},
    "inspector": {"gate", "node", "volume", "looks"},
    "outsider": {"lobby", "node"},
    "outside_caretaker": {"lobby", "node", "volume"},
    "system_admin": {"gate", "lobby", "node", "volume"},
    "auditor": {"gate", "lobby", "node", "volume", "looks"},
}


@pytest.mark.parametrize("member", SEES)
def test_everybody_sees_what_their_posts_reach_and_nothing_else(several, client_of, member):
    browser = client_of(member)
    page = browser.get(reverse("upkeep:alarms"))
    assert {line.alarm.pk for line in page.context["lines"]} == {several[name].pk for name in SEES[member]}
    for name, alarm in several.items():
        status = browser.get(alarm.get_absolute_url()).status_code
        assert status == (200 if name in SEES[member] else 404), name


def test_an_alarm_leads_nobody_to_a_page_that_is_not_theirs(stage, client_of):
    """Every kind for everybody who sees it: the page on which its cause is handled opens to them, or no page is named."""
    now, led = timezone.now(), {}
    for key, kind in KINDS.items():
        alarm = Alarm(kind=key, subject="x:y", name="东门", severity=kind.severity)
        for name, one in stage.cast.members.items():
            viewer = Viewer(one.account, now)
            look = where_to_look(alarm, viewer) if viewer.may(kind.sees) else None
            if look is not None:
                led.setdefault((name, look[1]), key)
    assert {name for name, _ in led} >= {"operator", "caretaker", "inspector", "auditor", "system_admin"}
    for (name, href), key in led.items():
        assert client_of(name).get(href).status_code == 200, f"{key} leads {name} to {href}"


def test_the_page_leads_whoever_watches_to_the_live_picture(several, stage, client_of):
    live = reverse("access:camera", args=[stage.gate.pk])
    assert live in client_of("operator").get(several["gate"].get_absolute_url()).content.decode()
    assert live not in client_of("auditor").get(several["gate"].get_absolute_url()).content.decode()


def test_a_machine_that_another_tends_stands_behind_the_own_work(several, stage, client_of):
    work = client_of("caretaker").get(reverse("home")).context
    assert any("校门" in one.label for one in work["tasks"])
    assert not any("node-1" in one.label for one in work["tasks"])
    assert [(one.state, "node-1" in one.label) for one in work["others"]] == [("info", True)]
    admin = client_of("system_admin").get(reverse("home")).context
    assert not admin["others"]
    assert any(one.state == "danger" for one in admin["tasks"]), "their own to see to"


def test_a_waiting_alarm_is_shown_to_nobody(stage, client_of):
    now = timezone.now()
    alarm = raise_now(VOLUME_BRAKED, "x")
    assert alarm.state == AlarmState.OPEN
    keep((NODE_SILENT,), [Condition(NODE_SILENT, "node:y", "y", now, {"count": 1}, (), stage.node.pk)], now)
    waiting = Alarm.objects.get(state=AlarmState.WAITING)
    browser = client_of("auditor")
    assert browser.get(waiting.get_absolute_url()).status_code == 404
    assert [line.alarm for line in browser.get(reverse("upkeep:alarms")).context["lines"]] == [alarm]


def test_the_first_screen_says_how_many_which_first_and_what_to_do(several, client_of):
    page = client_of("lead").get(reverse("upkeep:alarms"))
    assert page.context["counts"].critical == 3
    first = page.context["first"]
    assert first.alarm.severity == 3
    text = page.content.decode()
    assert text.index("先处理这一条") < text.index(str(first.kind.remedy)) < text.index("其余未消除的告警")


def test_an_acknowledged_alarm_stays_and_another_is_first(several, client_of):
    browser = client_of("operator")
    alarm = several["gate"]
    answer = browser.post(
        reverse("upkeep:alarm_acknowledge", args=[alarm.pk]), {"quick": "已派人到现场", "words": "两人"}
    )
    assert answer.status_code == 302
    alarm.refresh_from_db()
    assert alarm.acknowledged_words == "已派人到现场；两人"
    page = browser.get(reverse("upkeep:alarms"))
    assert page.context["first"].alarm == several["node"]
    assert alarm in [line.alarm for line in page.context["lines"]]
    assert "已派人到现场；两人" in page.content.decode()
    [record] = RecordOutbox.objects.filter(type="alarm.acknowledged")
    assert record.record["words"] == "已派人到现场；两人"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({}, "请选择一项措施"),
        ({"words": "x" * 201}, "200"),
        ({"words": "看不见\u202e的字"}, "看不见的字符"),
        ({"quick": "随便写的"}, "随便写的"),
    ],
)
def test_words_that_say_nothing_or_too_much_are_refused_at_the_field(several, client_of, data, error):
    answer = client_of("operator").post(reverse("upkeep:alarm_acknowledge", args=[several["gate"].pk]), data)
    assert answer.status_code == 422
    assert error in answer.content.decode()
    assert not AlarmEvent.objects.filter(step="acknowledged").exists()


def test_an_inspector_sees_and_acknowledges_nothing(several, client_of):
    browser = client_of("inspector")
    assert (
        browser.post(reverse("upkeep:alarm_acknowledge", args=[several["gate"].pk]), {"words": "x"}).status_code == 403
    )
    assert "确认告警" not in browser.get(several["gate"].get_absolute_url()).content.decode()


def test_an_alarm_that_a_person_closes_is_closed_with_words_and_found_in_what_is_over(several, client_of):
    browser = client_of("operator")
    alarm = several["gate"]
    browser.post(reverse("upkeep:alarm_close", args=[alarm.pk]), {"words": "鸟巢遮挡，已清除"})
    alarm.refresh_from_db()
    assert (alarm.state, alarm.cleared_by) == (AlarmState.CLEARED, alarm.cleared_by)
    assert alarm.cleared_by.name == "扎西"
    page = browser.get(reverse("upkeep:alarm_history"), {"state": "cleared"})
    assert [line.alarm for line in page.context["lines"]] == [alarm]
    assert "鸟巢遮挡，已清除" in browser.get(alarm.get_absolute_url()).content.decode()
    again = browser.post(reverse("upkeep:alarm_close", args=[alarm.pk]), {"words": "再来一次"}, follow=True)
    assert "已经消除" in again.content.decode()


def test_a_node_alarm_cannot_be_closed_by_hand(several, client_of):
    answer = client_of("lead").post(
        reverse("upkeep:alarm_close", args=[several["node"].pk]), {"words": "x"}, follow=True
    )
    assert "不能人工销警" in answer.content.decode()
    several["node"].refresh_from_db()
    assert several["node"].state == AlarmState.OPEN


def test_an_alarm_of_two_units_names_to_each_its_own_cameras(stage, client_of):
    alarm = raise_now(TAMPERED, "两处", stage.gate, stage.lobby)
    page = client_of("operator").get(alarm.get_absolute_url()).content.decode()
    assert "校门" in page
    assert "大堂" not in page


def test_the_bell_counts_names_the_newest_and_is_silent_while_nothing_changes(several, client_of):
    browser = client_of("operator")
    said = browser.get(reverse("upkeep:alarm_bell")).json()
    assert (said["critical"], said["pressing"], said["sound"]) == (2, 2, "none")
    assert said["newest"]["href"].startswith("/upkeep/alarms/")
    assert browser.get(reverse("upkeep:alarm_bell"), {"after": said["version"]}).status_code == 204
    browser.post(reverse("upkeep:alarm_acknowledge", args=[several["gate"].pk]), {"words": "在看"})
    later = browser.get(reverse("upkeep:alarm_bell"), {"after": said["version"]})
    assert later.json()["pressing"] == 1


def test_the_bell_keeps_no_session_alive(stage, client_of):
    browser = client_of("operator")
    browser.get("/")
    session = browser.session
    long_ago = timezone.now() - datetime.timedelta(minutes=40)
    session[SEEN] = long_ago.isoformat()
    session.save()
    browser.get(reverse("upkeep:alarm_bell"))
    assert browser.session[SEEN] == long_ago.isoformat()
    browser.get(reverse("upkeep:alarms"))
    assert browser.session[SEEN] != long_ago.isoformat()


def test_after_the_session_is_over_the_bell_is_refused_as_a_program_is(stage, client_of):
    browser = client_of("operator")
    browser.get("/")
    session = browser.session
    session[SEEN] = (timezone.now() - datetime.timedelta(hours=2)).isoformat()
    session.save()
    assert browser.get(reverse("upkeep:alarm_bell")).status_code == 401


def test_the_bell_asks_few_questions_of_the_database(several, client_of, django_assert_max_num_queries):
    browser = client_of("operator")
    browser.get(reverse("upkeep:alarm_bell"))
    with django_assert_max_num_queries(9):
        browser.get(reverse("upkeep:alarm_bell"))


def test_a_sound_is_each_persons_own(stage, client_of):
    client_of("operator").post(reverse("upkeep:alarm_sound"), {"sound": "siren", "sound_from": "2"})
    assert client_of("operator").get(reverse("upkeep:alarm_bell")).json()["sound"] == "siren"
    assert client_of("lead").get(reverse("upkeep:alarm_bell")).json()["sound"] == "none"
    answer = client_of("operator").post(reverse("upkeep:alarm_sound"), {"sound": "trumpet", "sound_from": "2"})
    assert answer.status_code == 422
    assert AlarmPreference.objects.get().sound == "siren"


def own(cast, **more):
    return {"post": cast.operator.post.pk, "channel": "page", "severity": "2"} | more


def test_one_names_oneself_and_nobody_elses_post(stage, client_of):
    browser = client_of("operator")
    assert browser.post(reverse("upkeep:alarm_recipient_add"), own(stage.cast)).status_code == 302
    answer = browser.post(reverse("upkeep:alarm_recipient_add"), own(stage.cast, post=stage.cast.lead.post.pk))
    assert answer.status_code == 422
    assert AlarmSubscription.objects.get().post == stage.cast.operator.post


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"quiet_from": "22:00"}, "要么都填"),
        ({"quiet_from": "22:00", "quiet_to": "22:00"}, "不能相同"),
        ({"holds_critical": "on"}, "没有填写免打扰时段"),
        ({"quiet_from": "22:00", "quiet_to": "07:00", "holds_critical": "on"}, "没有人随时收到"),
        ({"channel": "hook"}, "hook"),
    ],
)
def test_a_recipient_that_makes_no_sense_is_refused_with_the_reason(stage, client_of, more, error):
    answer = client_of("operator").post(reverse("upkeep:alarm_recipient_add"), own(stage.cast, **more))
    assert answer.status_code == 422
    assert error in answer.content.decode()
    assert not AlarmSubscription.objects.exists()


def test_the_secret_of_a_hook_is_shown_once(stage, client_of, monkeypatch):
    monkeypatch.setattr("custodes.upkeep.forms.alarms.resolve", lambda url, training: None)
    browser = client_of("system_admin")
    data = {
        "division": stage.cast.units["a"].division.pk,
        "channel": "hook",
        "address": "https://hooks.example/a",
        "language": "zh-hans",
        "severity": "2",
    }
    first = browser.post(reverse("upkeep:alarm_recipient_division"), data)
    assert first.status_code == 200
    assert "whsec_" in first.content.decode()
    assert "whsec_" not in browser.get(reverse("upkeep:alarm_recipients")).content.decode()
    record = RecordOutbox.objects.get(record__object="upkeep.alarmsubscription")
    assert "whsec_" not in str(record.record)
    assert "hooks.example" not in str(record.record)


def test_the_last_recipients_end_is_refused_on_the_page(stage, client_of):
    browser = client_of("operator")
    browser.post(reverse("upkeep:alarm_recipient_add"), own(stage.cast))
    row = AlarmSubscription.objects.get()
    answer = browser.post(reverse("upkeep:alarm_recipient_end", args=[row.pk]), follow=True)
    assert "请先指定另一名接收人" in answer.content.decode()
    row.refresh_from_db()
    assert row.ended_at is None


def test_the_workbench_names_the_gravest_alarm(several, client_of):
    text = client_of("operator").get("/").content.decode()
    assert "另有 1 条告警" in text


def test_a_notice_is_in_the_history_and_found_by_its_kind(stage, client_of):
    raise_now(KEY_OLD, "grant")
    raise_now(VOLUME_FAILED, "x")
    browser = client_of("system_admin")
    page = browser.get(reverse("upkeep:alarm_history"), {"kind": "key.old", "severity": "1"})
    assert [line.kind.key for line in page.context["lines"]] == ["key.old"]
    assert browser.get(reverse("upkeep:alarm_history"), {"kind": "nonsense"}).context["lines"] == []


def test_a_past_post_sees_nothing_more(several, client_of, stage):
    browser = client_of("operator")
    posts.end(stage.cast.operator.post, by=None, at=timezone.now())
    assert browser.get(reverse("upkeep:alarms")).status_code == 403
    assert browser.get(reverse("upkeep:alarm_bell")).status_code == 403
