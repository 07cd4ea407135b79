"""Declared views and the pictures of an alarm: a look on record first, what was shown is declared, and nobody else's."""

from __future__ import annotations

import datetime
import threading
import uuid
from collections import Counter

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from custodes.access.grants import Denied
from custodes.access.models import Grant
from custodes.access.view_check import ViewCheckLook, ViewCheckWish, look_at_view
from custodes.law.grounds.view_check import MOST_IN_AN_HOUR
from custodes.people.models import RecordOutbox
from custodes.places.models import Camera
from custodes.upkeep.alarms.condition import CameraSince, Condition
from custodes.upkeep.alarms.keeping import keep
from custodes.upkeep.alarms.kinds.cameras import DEGRADED
from custodes.upkeep.models import Alarm, DeclaredView, PictureFault
from tests.patience import PATIENCE
from tests.places.furnishings import see_long_enough

pytestmark = pytest.mark.postgresql

LIST, LOOK, DECLARE = "upkeep:views", "upkeep:view_look", "upkeep:view_declare"
WHY = {"reason": "验收后首次声明"}


def at(name, camera, *more):
    return reverse(name, args=[camera.pk, *more])


def wish(stage, **more):
    return {"label": "day", "reason": "验收时确定的采集范围", "picture_us": stage.worker.now_us} | more


def declared(stage, browser, **more):
    assert browser.post(at(DECLARE, stage.gate), wish(stage, **more)).status_code == 302
    return DeclaredView.objects.filter(camera=stage.gate, ended_at=None).first()


def changes(word):
    records = [row.record for row in RecordOutbox.objects.filter(type="config.changed")]
    return [record for record in records if word in record["changes"]]


@pytest.fixture
def alarm(stage):
    """The gate has looked aside for longer than an alarm takes."""
    now = timezone.now()
    view = DeclaredView.objects.create(
        id=uuid.uuid4(), camera=stage.gate, label="day", reason="验收", by=stage.cast.caretaker.person, at=now, picture_at=now
    )  # fmt: skip
    PictureFault.objects.create(
        camera=stage.gate, fault="moved", state="faulty", measure=12.53, threshold=2.0, unit="% of the width",
        severe=False, first_seen=now - datetime.timedelta(minutes=9), last_seen=now, reference=str(view.pk),
        details={"right": 12.0, "down": -1.0, "turn": 1.5, "zoom": 1.0, "overlap": 85.0},
    )  # fmt: skip
    about = (CameraSince(stage.gate.pk, now),)
    facts = {"count": 1, "fault": "moved", "measure": 12.53, "threshold": 2.0, "unit": "% of the width"}
    seen = Condition(DEGRADED, f"picture:{stage.gate.pk}:moved", stage.gate.name, now, facts, about)
    see_long_enough(seen, now)
    return Alarm.objects.get()


def pair(alarm, stage):
    return reverse("upkeep:alarm_pictures", args=[alarm.pk, stage.gate.pk])


def test_from_the_camera_s_page_to_a_view_on_record(stage, notary, client_of):
    browser = client_of("caretaker")
    assert at(LIST, stage.gate) in browser.get(reverse("places:camera", args=[stage.gate.pk])).content.decode()
    assert "还没有标准视场" in browser.get(at(LIST, stage.gate)).content.decode()

    shown = browser.post(at(LOOK, stage.gate), WHY)
    assert "no-store" in shown["Cache-Control"]
    page = shown.content.decode()
    assert page.count("data:image/jpeg;base64,") == 1
    assert f'value="{stage.worker.now_us}"' in page, "what is declared is what was shown"
    [record] = notary.of("grant")
    assert (record.ground, record.still, record.live, record.span) == ("view_check", True, False, None)
    assert record.purpose == "声明标准视场：验收后首次声明"
    assert 'value="验收后首次声明"' in page, "nobody types it twice"
    assert Grant.objects.get().ended_at is not None

    view = declared(stage, browser)
    [asked] = stage.worker.asked("/internal/reference")
    assert (asked["picture_us"], asked["by"]) == (stage.worker.now_us, str(stage.cast.caretaker.person.uuid))
    [record] = changes("declared_view")
    assert record["by"] == str(stage.cast.caretaker.person.uuid)
    assert record["changes"]["declared_view"] == [None, str(view.pk)]
    assert record["changes"]["reason"] == [None, "验收时确定的采集范围"]
    page = browser.get(at(LIST, stage.gate)).content.decode()
    assert "验收时确定的采集范围" in page
    assert "还没有标准视场" not in page


def test_a_new_one_replaces_the_one_of_the_same_light_and_the_history_stays(stage, notary, client_of):
    browser = client_of("caretaker")
    first, night = declared(stage, browser), declared(stage, browser, label="night")
    second = declared(stage, browser, reason="变更备案 2026-17")
    first.refresh_from_db()
    assert first.ended_at is not None
    assert set(DeclaredView.objects.filter(ended_at=None)) == {night, second}
    assert changes("declared_view")[-1]["changes"]["declared_view"] == [str(first.pk), str(second.pk)]
    page = browser.get(at(LIST, stage.gate)).content.decode()
    assert "由新的声明取代" in page


@pytest.fixture
def dome(stage):
    """The gate's camera turns, and preset 1 is its declared direction."""
    able = {"onvif_port": 80, "onvif_profile": "p1", "steering": {"move": True, "presets": 8}, "home_preset": "1"}
    Camera.objects.filter(pk=stage.gate.pk).update(**able)
    return stage.gate


def test_each_preset_has_declared_views_of_its_own_on_record(stage, dome, notary, client_of):
    browser = client_of("caretaker")
    home = declared(stage, browser)
    stage.worker.place = "2"
    page = browser.post(at(LOOK, dome), WHY).content.decode()
    assert "设备现在停在：预置位 2" in page
    assert "现在（预置位 2）" in page
    [asked] = stage.worker.asked("/internal/pictures")
    assert asked["reference"] is None, "the view of another direction is nothing to compare with"
    browser.post(at(DECLARE, dome), wish(stage, reason="巡查校门南侧"))
    there = DeclaredView.objects.get(preset="2")
    assert set(DeclaredView.objects.filter(ended_at=None)) == {home, there}
    assert changes("declared_view")[-1]["changes"] == {
        "declared_view": [None, str(there.pk)],
        "preset": [None, "2"],
        "label": [None, "day"],
        "picture_at": [None, there.picture_at.isoformat()],
        "reason": [None, "巡查校门南侧"],
    }
    browser.post(at(LOOK, dome), WHY)
    assert stage.worker.asked("/internal/pictures")[-1]["reference"] == str(there.pk)
    browser.post(at(DECLARE, dome), wish(stage, reason="云台维修后"))
    there.refresh_from_db()
    assert there.ended_at is not None
    home.refresh_from_db()
    assert home.ended_at is None
    page = browser.get(at(LIST, dome)).content.decode()
    assert "日间 · 规定指向" in page
    assert page.count("日间 · 预置位 2") == 2, "in force and in the history"


@pytest.mark.parametrize("member", ["operator", "outside_caretaker"])
def test_nobody_else_declares_a_preset(stage, dome, notary, client_of, member):
    stage.worker.place = "2"
    browser = client_of(member)
    for name in (LOOK, DECLARE):
        assert browser.post(at(name, dome), wish(stage)).status_code in (403, 404)
    assert not stage.worker.calls


def test_while_a_camera_is_turned_nothing_can_be_declared_and_nothing_is_looked_at(stage, dome, notary, client_of):
    browser = client_of("caretaker")
    stage.worker.place = None
    assert browser.post(at(LOOK, dome), WHY).status_code == 302
    assert "没有停在规定指向或者预置位上" in browser.get(at(LIST, dome)).content.decode()
    assert not notary.of("grant")
    assert not stage.worker.asked("/internal/pictures")


def test_a_camera_that_leaves_its_place_while_it_is_looked_at_is_not_declared(
    stage, dome, notary, client_of, monkeypatch
):
    browser = client_of("caretaker")
    monkeypatch.setattr("custodes.upkeep.declaring.standing", lambda camera: "2")
    stage.worker.place = None
    assert browser.post(at(LOOK, dome), WHY).status_code == 302
    assert len(notary.of("grant")) == 1, "the look itself was one"
    assert "没有停在规定指向或者预置位上" in browser.get(at(LIST, dome)).content.decode()


def test_another_preset_as_declared_direction_asks_for_new_declarations(stage, dome, notary, client_of):
    browser = client_of("caretaker")
    declared(stage, browser)
    assert "登记有变动" not in browser.get(at(LIST, dome)).content.decode()
    Camera.objects.filter(pk=dome.pk).update(home_preset="2")
    assert "登记有变动" in browser.get(at(LIST, dome)).content.decode()


def test_an_alarm_about_one_direction_is_not_ended_by_declaring_another(stage, dome, notary, client_of, alarm):
    browser = client_of("caretaker")
    stage.worker.place = "2"
    page = browser.post(pair(alarm, stage)).content.decode()
    assert "现在（预置位 2）" in page
    assert reverse(DECLARE, args=[dome.pk]) not in page
    stage.worker.place = ""
    assert reverse(DECLARE, args=[dome.pk]) in browser.post(pair(alarm, stage)).content.decode()


def test_a_change_of_the_register_asks_for_a_new_declaration(stage, notary, client_of):
    browser = client_of("caretaker")
    declared(stage, browser)
    assert "登记有变动" not in browser.get(at(LIST, stage.gate)).content.decode()
    Camera.objects.filter(pk=stage.gate.pk).update(place="入口西侧")
    assert "登记有变动" in browser.get(at(LIST, stage.gate)).content.decode()


def test_taking_one_back_needs_a_reason(stage, notary, client_of):
    browser = client_of("caretaker")
    view = declared(stage, browser)
    browser.post(at("upkeep:view_withdraw", stage.gate, view.pk), {"reason": " "})
    view.refresh_from_db()
    assert view.ended_at is None
    browser.post(at("upkeep:view_withdraw", stage.gate, view.pk), {"reason": "杆件拆除"})
    view.refresh_from_db()
    assert (view.ended_reason, view.ended_by) == ("杆件拆除", stage.cast.caretaker.person)
    assert changes("declared_view")[-1]["changes"] == {
        "declared_view": [str(view.pk), None],
        "reason": [None, "杆件拆除"],
    }


def test_a_picture_that_is_not_at_hand_any_more_is_not_declared(stage, notary, client_of):
    browser = client_of("caretaker")
    stage.worker.status = 409
    browser.post(at(DECLARE, stage.gate), wish(stage))
    assert not DeclaredView.objects.exists()
    assert not changes("declared_view")
    stage.worker.status = 0
    assert "核对过的画面已经过时" in browser.get(at(LIST, stage.gate)).content.decode()


def test_a_view_that_only_the_node_knows_is_entered_as_it_was_declared(stage, notary, client_of):
    lead = stage.cast.caretaker.person
    known = {
        "id": str(uuid.uuid4()),
        "label": "day",
        "by": str(lead.uuid),
        "reason": "验收",
        "at_us": 5_000_000,
        "picture_us": 4,
    }
    stage.worker.views = [known, {**known, "id": str(uuid.uuid4()), "by": "nobody", "label": "night"}]
    assert "验收" in client_of("caretaker").get(at(LIST, stage.gate)).content.decode()
    [row] = DeclaredView.objects.all()
    assert (str(row.pk), row.by, row.at.timestamp()) == (known["id"], lead, 5)


def test_without_the_notary_nothing_is_looked_at(stage, notary, client_of):
    notary.down = True
    assert client_of("caretaker").post(at(LOOK, stage.gate), WHY).status_code == 302
    assert not stage.worker.asked("/internal/pictures")


def test_nobody_watches_by_checking_views(stage, notary, client_of):
    browser = client_of("caretaker")
    answers = [browser.post(at(LOOK, stage.gate), WHY).status_code for _look in range(MOST_IN_AN_HOUR + 1)]
    assert answers == [200] * MOST_IN_AN_HOUR + [302]
    assert notary.of("refusal")[-1].unmet[0].clause == "S33.1"


@pytest.mark.django_db(transaction=True)
def test_looks_that_are_asked_for_at_once_do_not_pass_the_limit(stage, notary):
    caretaker, now = stage.cast.caretaker.person, timezone.now()
    wish = ViewCheckWish(None, None, True, False, "验收后首次声明")
    gate, outcomes = threading.Barrier(48), []

    def look():
        try:
            gate.wait(PATIENCE)
            outcomes.append(type(look_at_view(stage.gate, caretaker, wish, now)))
        finally:
            connection.close()

    threads = [threading.Thread(target=look) for _one in range(48)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert Counter(outcomes) == {ViewCheckLook: MOST_IN_AN_HOUR, Denied: 48 - MOST_IN_AN_HOUR}
    assert len(stage.worker.asked("/internal/pictures")) == MOST_IN_AN_HOUR


def test_a_look_that_never_came_to_the_log_is_not_counted_and_one_on_its_way_is(stage, notary, client_of):
    browser = client_of("caretaker")
    notary.down = True
    browser.post(at(LOOK, stage.gate), WHY)
    notary.down = False
    for _look in range(MOST_IN_AN_HOUR - 1):
        assert browser.post(at(LOOK, stage.gate), WHY).status_code == 200
    Grant.objects.filter(pk=Grant.objects.filter(index__isnull=False).first().pk).update(index=None, ended_at=None)
    assert browser.post(at(LOOK, stage.gate), WHY).status_code == 200
    assert browser.post(at(LOOK, stage.gate), WHY).status_code == 302


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_without_a_reason_nothing_is_looked_at(stage, notary, client_of, reason):
    browser = client_of("caretaker")
    assert browser.post(at(LOOK, stage.gate), {} if reason is None else {"reason": reason}).status_code == 302
    assert not stage.worker.calls
    assert not notary.of("grant")
    assert "没有显示画面" in browser.get(at(LIST, stage.gate)).content.decode()
    denied = look_at_view(
        stage.gate, stage.cast.caretaker.person, ViewCheckWish(None, None, True, False, ""), timezone.now()
    )
    assert [one.reason_zh for one in denied.refused.unmet] == ["没有写明核对理由"]


def test_who_administers_the_installation_sees_no_picture(stage, notary, client_of, alarm):
    browser = client_of("system_admin")
    page = browser.get(at(LIST, stage.gate)).content.decode()
    assert at(LOOK, stage.gate) not in page
    assert "打开画面对比" not in browser.get(alarm.get_absolute_url()).content.decode()
    for _time in range(8):  # the attack: eight stills in eight seconds
        assert browser.post(at(LOOK, stage.gate), WHY).status_code == 403
    assert browser.post(pair(alarm, stage)).status_code == 302
    assert notary.of("refusal")[-1].unmet[0].clause == "S33.1"
    assert not stage.worker.asked("/internal/pictures")


@pytest.mark.parametrize(
    "member", ["operator", "inspector", "outside_caretaker", "bystander", "security_admin", "system_admin"]
)
def test_nobody_else_looks_declares_or_takes_back(stage, notary, client_of, member):
    view = declared(stage, client_of("caretaker"))
    stage.worker.calls.clear()
    browser = client_of(member)
    for name, more in ((LOOK, ()), (DECLARE, ()), ("upkeep:view_withdraw", (view.pk,))):
        assert browser.post(at(name, stage.gate, *more), wish(stage)).status_code in (403, 404), name
    assert not stage.worker.calls


def test_the_pair_of_an_alarm_is_a_look_with_its_moment_on_record(stage, notary, client_of, alarm):
    browser = client_of("caretaker")
    page = browser.get(alarm.get_absolute_url()).content.decode()
    assert "data:image" not in page, "opening the alarm is no look"
    assert pair(alarm, stage) in page
    assert "校门 画面异常：视角偏移" in page
    answer = browser.post(pair(alarm, stage))
    assert "no-store" in answer["Cache-Control"]
    page = answer.content.decode()
    assert page.count("data:image/jpeg;base64,") == 3
    for words in (
        "画面宽度的 12.5%",
        "画面宽度的 2.0%",
        "向右 12.0%",
        "向上 1.0%",
        "+1.5 度",
        "标准视场",
        "发现异常时",
        "现在",
    ):
        assert words in page, words
    [record] = notary.of("grant")
    finding = PictureFault.objects.get()
    assert record.span[0] == round(finding.first_seen.timestamp() * 1_000_000)
    assert record.purpose == "处理画面告警：视角偏移"
    [asked] = stage.worker.asked("/internal/pictures")
    assert (asked["reference"], asked["then_us"]) == (finding.reference, record.span[0])
    assert reverse(DECLARE, args=[stage.gate.pk]) in page


def test_who_stands_duty_sees_the_pair_and_may_not_declare(stage, notary, client_of, alarm):
    browser = client_of("operator")
    assert "打开画面对比" not in browser.get(alarm.get_absolute_url()).content.decode()
    assert browser.post(pair(alarm, stage)).status_code == 302
    assert notary.of("refusal")[0].unmet[0].clause == "S33.1"
    assert not stage.worker.asked("/internal/pictures")
    stage.on_duty()
    assert "打开画面对比" in browser.get(alarm.get_absolute_url()).content.decode()
    page = browser.post(pair(alarm, stage)).content.decode()
    assert page.count("data:image/jpeg;base64,") == 3
    assert reverse("upkeep:alarm_acknowledge", args=[alarm.pk]) in page
    assert reverse(DECLARE, args=[stage.gate.pk]) not in page


def test_an_alarm_that_is_over_shows_no_pictures(stage, notary, client_of, alarm):
    now = timezone.now()
    for later in (datetime.timedelta(0), DEGRADED.settles):
        keep((DEGRADED,), [], now + later)
    browser = client_of("caretaker")
    assert browser.post(pair(alarm, stage)).status_code == 302
    assert not notary.of("grant")


@pytest.mark.parametrize("member", ["outsider", "outside_caretaker", "bystander", "security_admin"])
def test_somebody_else_does_not_see_the_pair(stage, notary, client_of, alarm, member):
    assert client_of(member).post(pair(alarm, stage)).status_code in (403, 404)
    assert not stage.worker.calls
    other = reverse("upkeep:alarm_pictures", args=[alarm.pk, stage.lobby.pk])
    assert client_of("caretaker").post(other).status_code == 404, "a camera that the alarm is not about"
