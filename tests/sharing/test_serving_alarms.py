"""Which alarms an upper is told: of what it is shown, where two persons said so, in the standard's words alone; never of what S20 closes."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone, translation

from custodes.places.models import Camera, GbAlarm, Plan, PlanCause, System
from custodes.places.views import device_words
from custodes.sharing.serving import alarms
from custodes.upkeep.models import CameraEvent, EventKind
from tests.places.devices.rows import CHANNELS, RECORDER, recorder
from tests.places.plans import approved
from tests.sharing import joining
from tests.sharing.stage import taken

pytestmark = pytest.mark.django_db
WHY = "重点时段联动处置"
AGO = datetime.timedelta(seconds=30)


@pytest.fixture
def device(stage, gate):
    found, _password = recorder(stage)
    Camera.objects.filter(pk=stage.gate.pk).update(main_url=f"gb28181://{RECORDER}/{CHANNELS[0]}")
    Camera.objects.filter(pk=stage.yard.pk).update(main_url=f"gb28181://{RECORDER}/{CHANNELS[1]}")
    return found


@pytest.fixture
def told(link, by, other):
    """The link tells alarms."""
    return joining.tell_alarms(joining.ask_alarms(link, taken(by, WHY)), taken(other))


def cries(device, channel=CHANNELS[0], ago=AGO, **more):
    now = timezone.now()
    row = {
        "priority": 1,
        "method": 5,
        "kind": 6,
        "at": now - ago,
        "words": "张三 闯入",
        "received_at": now - ago,
    } | more
    return GbAlarm.objects.create(device=device, channel_id=channel, **row)


def ask(gate, link, after="", status=200):
    answer = gate.send("GET", f"/internal/gateway/shown/alarms?link={link.pk}&after={after}")
    assert answer.status_code == status, answer.content
    return answer.json()


def test_an_alarm_of_a_camera_that_is_shown_goes_up_without_the_devices_words(gate, told, device):
    before = cries(device)
    begun = ask(gate, told)
    assert begun["alarms"] == []
    at = cries(device).at
    cries(device, CHANNELS[1])
    cries(device, RECORDER)
    found = ask(gate, told, begun["after"])
    channel = told.shared.get().channel
    assert found["alarms"] == [
        {
            "channel": channel, "at_us": round(at.timestamp() * 1_000_000), "priority": 1, "method": 5, "type": 6,
            "text": "入侵检测",
        }
    ]  # fmt: skip
    assert before.pk
    assert ask(gate, told, found["after"])["alarms"] == [], "once"


def test_what_cameras_say_over_onvif_goes_up_too(gate, stage, told):
    begun = ask(gate, told)["after"]
    at = timezone.now() - AGO
    for kind in EventKind:
        CameraEvent.objects.create(camera=stage.gate, kind=kind, since=at, last=at, count=3, text="John", at=at)
    CameraEvent.objects.create(camera=stage.yard, kind=EventKind.TAMPER, since=at, last=at, count=1, at=at)
    found = ask(gate, told, begun)["alarms"]
    assert [(one["method"], one["type"], one["text"]) for one in found] == [
        (5, 11, "视频异常检测"), (6, 1, "存储设备磁盘故障"),
    ]  # fmt: skip


@pytest.mark.clause("S10(3)")
def test_of_a_camera_before_which_a_vote_is_held_nothing_is_told(gate, stage, told, device):
    begun, now = ask(gate, told)["after"], timezone.now()
    cries(device)
    minute = datetime.timedelta(minutes=1)
    plan = approved(stage, stage.gate, at=now - 3 * minute, after=minute, cause=PlanCause.VOTE, words="选举")
    assert ask(gate, told, begun)["alarms"] == []
    # Nor what was told while it was held, when it has ended.
    Plan.objects.filter(pk=plan.pk).update(ends=now - AGO / 2)
    assert ask(gate, told, begun)["alarms"] == []
    Plan.objects.filter(pk=plan.pk).update(ends=now - 2 * AGO)
    assert len(ask(gate, told, begun)["alarms"]) == 1


@pytest.mark.clause("S20")
def test_what_is_not_shown_any_more_is_told_no_more(gate, stage, told, device):
    begun = ask(gate, told)["after"]
    cries(device)
    System.objects.filter(pk=stage.school.pk).update(classified=True)
    assert ask(gate, told, begun)["alarms"] == []
    System.objects.filter(pk=stage.school.pk).update(classified=False)
    assert len(ask(gate, told, begun)["alarms"]) == 1


def test_a_person_is_no_alarm_and_a_number_of_no_table_is_not_told(gate, told, device):
    begun = ask(gate, told)["after"]
    for method in (1, 3, 4, 7, None, 99):
        cries(device, method=method)
    cries(device, kind=77, priority=9)
    (found,) = ask(gate, told, begun)["alarms"]
    assert (found["method"], found["type"], found["priority"], found["text"]) == (5, None, 4, "视频报警")


def test_what_is_old_is_passed_over_and_what_is_fresh_waits(gate, told, device):
    begun = ask(gate, told)["after"]
    cries(device, ago=alarms.LATEST + AGO)
    fresh = cries(device, ago=-datetime.timedelta(seconds=5))
    cries(device)
    found = ask(gate, told, begun)
    assert found["alarms"] == [], "behind one that is not settled nothing is told yet"
    GbAlarm.objects.filter(pk=fresh.pk).update(received_at=timezone.now() - AGO)
    assert len(ask(gate, told, found["after"])["alarms"]) == 2


def test_pages_are_bounded_and_the_next_goes_on(gate, told, device, monkeypatch):
    monkeypatch.setattr(alarms, "LOOKED_AT", 4)
    after, seen = ask(gate, told)["after"], 0
    for _ in range(5):
        cries(device)
    for want in (2, 2, 1, 0):
        answer = ask(gate, told, after)
        assert len(answer["alarms"]) == want
        after, seen = answer["after"], seen + want
    assert seen == 5


def test_nothing_is_told_where_nobody_switched_it_on(gate, link, device):
    begun = ask(gate, link)["after"]
    cries(device)
    assert ask(gate, link, begun)["alarms"] == []
    assert ask(gate, link, "x1")["alarms"] == []


@pytest.mark.parametrize("after", ["g", "gx", "g1.", "g-1", "g" + "9" * 40])
def test_a_cursor_is_one_of_ours(gate, told, after):
    if after == "g1.":
        assert ask(gate, told, after)["after"], "an empty part is none"
    else:
        ask(gate, told, after, status=400)


def test_a_link_that_is_not_in_force_tells_nothing(gate, told, by):
    joining.suspend(told, taken(by, "维护"))
    assert ask(gate, told, status=404)["error"] == "link"


def test_the_words_are_those_of_the_devices_page():
    with translation.override("zh-hans"):
        assert {key: str(words) for key, words in device_words._KINDS.items()} == alarms.WORDS
        assert all(str(device_words._METHODS[method]) == words for method, words in alarms.METHODS.items())
