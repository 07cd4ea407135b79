"""Doubtful spots (R1): asked whenever the words change and at connect, settled by a person of the county, with words."""

from __future__ import annotations

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from custodes.people.models import Post, PostKind, RecordOutbox
from custodes.places.assignment import build_assignment
from custodes.places.doubts import SpotRefused, check_spot, settle, settleable
from custodes.places.models import Camera, CameraState, Doubt, DoubtState, Node
from custodes.upkeep.alarms.conditions.prohibited import look
from tests.cast import SINCE
from tests.places.test_adding_a_camera import added, go
from tests.places.test_fields_of_view import edit

pytestmark = pytest.mark.postgresql

DOUBTFUL = {"place": "二层卫生间门外走廊", "screening_note": "只见走廊"}
FOUND = {"finding": "现场查看，门内不可见"}


def open_doubt(camera):
    return Doubt.objects.get(camera=camera, state=DoubtState.WAITING)


def answer(client_of, doubt, button, member="inspector", **more):
    url = reverse("places:doubt_settle", args=[doubt.pk])
    return client_of(member).post(url, FOUND | {button: "1"} | more)


def assigned(stage):
    return {camera.id for camera in build_assignment(stage.node).cameras}


def test_a_doubtful_camera_is_neither_tried_nor_connected_before_a_person_has_looked(stage, notary, client_of):
    browser = client_of("caretaker")
    camera = added(stage, browser, **DOUBTFUL)
    doubt = open_doubt(camera)
    assert "S10(1)" in doubt.clauses
    assert doubt.note == "只见走廊"
    page = go(browser, "places:probe", camera)
    assert "待核对" in browser.get(page["Location"]).content.decode()
    assert stage.worker.asked("/internal/probe") == [], "a probe keeps a picture"
    answer(client_of, doubt, "clear")
    go(browser, "places:probe", camera)
    go(browser, "places:adopt", camera)
    camera.refresh_from_db()
    assert camera.state == CameraState.CONNECTED


def test_adopting_asks_again_even_where_no_form_did(stage, notary, client_of):
    browser = client_of("caretaker")
    camera = added(stage, browser)
    go(browser, "places:probe", camera)
    Camera.objects.filter(pk=camera.pk).update(name="女更衣室")
    answer = go(browser, "places:adopt", camera)
    assert "须由公安机关或者审批人核对" in browser.get(answer["Location"]).content.decode()
    camera.refresh_from_db()
    assert camera.state == CameraState.DRAFT
    assert open_doubt(camera).described.startswith("女更衣室")


def test_a_recorded_camera_goes_on_while_its_new_name_is_in_doubt(stage, client_of):
    edit(client_of("caretaker"), stage.gate, **DOUBTFUL)
    assert open_doubt(stage.gate).before == ""
    assert stage.gate.pk in assigned(stage)


def test_other_words_do_not_close_a_doubt_that_waits(stage, client_of):
    browser = client_of("caretaker")
    edit(browser, stage.gate, **DOUBTFUL)
    edit(browser, stage.gate, place="二层走廊")
    doubt = open_doubt(stage.gate)
    assert "二层走廊" in doubt.described
    assert "卫生间" in doubt.before
    page = client_of("inspector").get(doubt.get_absolute_url()).content.decode()
    assert "变更前的描述" in page


def test_what_a_person_found_holds_for_these_words_alone(stage, client_of):
    browser = client_of("caretaker")
    edit(browser, stage.gate, **DOUBTFUL)
    answer(client_of, open_doubt(stage.gate), "clear")
    edit(browser, stage.gate, **DOUBTFUL, grade=3)
    assert not Doubt.objects.filter(state=DoubtState.WAITING).exists()
    edit(browser, stage.gate, place="三层浴室门外", screening_note="只见走廊")
    assert "浴室" in open_doubt(stage.gate).described


def test_a_forbidden_spot_is_out_at_once_and_stays_so(stage, notary, client_of):
    browser = client_of("caretaker")
    edit(browser, stage.gate, **DOUBTFUL)
    Camera.objects.filter(pk=stage.gate.pk).update(connected_at=timezone.now())
    before = Node.objects.get().generation
    answer(client_of, open_doubt(stage.gate), "forbid")
    gate = Camera.objects.get(pk=stage.gate.pk)
    assert gate.state == CameraState.FORBIDDEN
    assert not gate.in_use
    assert gate.pk not in assigned(stage)
    assert Node.objects.get().generation == before + 1
    assert [condition.cameras[0].camera for condition in look(timezone.now())] == [gate.pk]
    assert "已认定禁止安装" in browser.get(gate.get_absolute_url()).content.decode()
    # Neither other words nor a new address bring it back without a person.
    edit(browser, gate, place="二层走廊")
    assert open_doubt(gate)
    with pytest.raises(SpotRefused):
        check_spot(gate, stage.cast.caretaker.person, timezone.now())


def test_a_camera_that_was_taken_down_ends_the_alarm_and_is_not_put_back(stage, notary, client_of):
    browser = client_of("caretaker")
    edit(browser, stage.gate, **DOUBTFUL)
    Camera.objects.filter(pk=stage.gate.pk).update(connected_at=timezone.now())
    answer(client_of, open_doubt(stage.gate), "forbid")
    browser.post(reverse("places:camera_retire", args=[stage.gate.pk]), {"reason": "已拆除"})
    gate = Camera.objects.get(pk=stage.gate.pk)
    assert gate.state == CameraState.RETIRED
    assert list(look(timezone.now())) == []
    with pytest.raises(SpotRefused):
        check_spot(gate, stage.cast.caretaker.person, timezone.now())


def test_a_spot_that_is_cleared_later_comes_back_as_one_to_be_tried(stage, notary, client_of):
    browser = client_of("caretaker")
    edit(browser, stage.gate, **DOUBTFUL)
    answer(client_of, open_doubt(stage.gate), "forbid")
    edit(browser, stage.gate, place="二层走廊西端")
    answer(client_of, open_doubt(stage.gate), "clear")
    gate = Camera.objects.get(pk=stage.gate.pk)
    assert gate.state == CameraState.DRAFT
    assert gate.pk not in assigned(stage)


def test_a_look_that_runs_ends_with_the_finding(stage, notary, client_of):
    stage.on_duty()
    body = {"cameras": [str(stage.gate.pk)], "live": True}
    operator = client_of("operator")
    assert operator.post("/api/views", body, content_type="application/json").status_code == 201
    edit(client_of("caretaker"), stage.gate, **DOUBTFUL)
    answer(client_of, open_doubt(stage.gate), "forbid")
    assert operator.post("/api/views", body, content_type="application/json").status_code == 403


@pytest.mark.parametrize(
    "member", ["caretaker", "approver", "operator", "outside_caretaker", "system_admin", "auditor"]
)
def test_who_is_neither_police_nor_approver_of_the_county_settles_nothing(stage, client_of, member):
    edit(client_of("caretaker"), stage.gate, **DOUBTFUL)
    status = answer(client_of, open_doubt(stage.gate), "clear", member).status_code
    assert status in (400, 403, 404)
    assert open_doubt(stage.gate)


def test_an_approver_of_the_county_police_settles_and_one_of_another_county_does_not(stage, client_of):
    edit(client_of("caretaker"), stage.gate, **DOUBTFUL)
    approver, now = stage.cast.approver.person, timezone.now()
    assert not settleable(approver, now).exists(), "of the school itself"
    post = Post.objects.create(
        person=approver, unit=stage.cast.units["county"], kind=PostKind.APPROVER, valid_from=SINCE
    )
    assert settleable(approver, now).count() == 1
    post.ended_at = now
    post.save()
    division = stage.cast.units["b"].division
    other = type(post.unit).objects.create(name="堆龙德庆区公安分局", kind="public_security", division=division)
    Post.objects.create(person=approver, unit=other, kind=PostKind.APPROVER, valid_from=SINCE)
    assert not settleable(approver, now + datetime.timedelta(seconds=1)).exists()


def test_nobody_settles_what_they_entered_and_none_is_settled_without_words(stage, client_of):
    edit(client_of("caretaker"), stage.gate, **DOUBTFUL)
    doubt = open_doubt(stage.gate)
    Doubt.objects.filter(pk=doubt.pk).update(by=stage.cast.inspector.person)
    with pytest.raises(SpotRefused):
        settle(doubt, DoubtState.CLEARED, stage.cast.inspector.person, timezone.now(), "看过")
    Doubt.objects.filter(pk=doubt.pk).update(by=stage.cast.caretaker.person)
    assert answer(client_of, doubt, "clear", finding=" ").status_code == 400
    with pytest.raises(IntegrityError), transaction.atomic():
        Doubt.objects.filter(pk=doubt.pk).update(state=DoubtState.CLEARED)
    with pytest.raises(IntegrityError), transaction.atomic():
        Doubt.objects.filter(pk=doubt.pk).update(
            state=DoubtState.CLEARED, decided_by=stage.cast.caretaker.person, finding="自己看过"
        )


def test_words_that_changed_meanwhile_are_looked_at_again(stage, client_of):
    edit(client_of("caretaker"), stage.gate, **DOUBTFUL)
    doubt = open_doubt(stage.gate)
    Camera.objects.filter(pk=stage.gate.pk).update(place="浴室内")
    assert answer(client_of, doubt, "clear").status_code == 400
    assert open_doubt(stage.gate)


def test_the_finding_is_on_record_with_who_and_words(stage, client_of):
    edit(client_of("caretaker"), stage.gate, **DOUBTFUL)
    answer(client_of, open_doubt(stage.gate), "clear")
    records = [row.record for row in RecordOutbox.objects.all()]
    (found,) = [
        one
        for one in records
        if one.get("object") == "places.doubt" and one["changes"]["state"] == ["waiting", "cleared"]
    ]
    assert found["by"] == str(stage.cast.inspector.person.uuid)
    assert found["changes"]["finding"] == [None, "现场查看，门内不可见"]


def test_the_queue_holds_ones_own_rows_and_says_how_many_wait_for_one(stage, client_of):
    edit(client_of("caretaker"), stage.gate, **DOUBTFUL)
    url = reverse("places:doubts")
    assert client_of("inspector").get(url).context["mine"] == 1
    own = client_of("caretaker").get(url)
    assert own.context["mine"] == 0
    assert "卫生间门外走廊" in own.content.decode()
    assert "卫生间门外走廊" not in client_of("outside_caretaker").get(url).content.decode()
    doubt = open_doubt(stage.gate)
    assert client_of("outside_caretaker").get(doubt.get_absolute_url()).status_code == 404


def test_an_inspector_calls_a_spot_in_doubt_and_another_person_settles_it(stage, client_of):
    url = reverse("places:doubt_raise", args=[stage.gate.pk])
    inspector = client_of("inspector")
    assert "疑似位于禁止部位" in inspector.get(stage.gate.get_absolute_url()).content.decode()
    inspector.post(url, {"why": ""})
    assert not Doubt.objects.exists()
    inspector.post(url, {"why": "现场看到朝向更衣室门内"})
    doubt = open_doubt(stage.gate)
    assert doubt.note == "现场看到朝向更衣室门内"
    assert doubt.clauses == ["S10(4)", "N8.1(4)"]
    assert stage.gate.pk in assigned(stage)
    assert answer(client_of, doubt, "forbid").status_code == 403, "their own"
    Post.objects.create(
        person=stage.cast.approver.person, unit=stage.cast.units["county"], kind=PostKind.APPROVER, valid_from=SINCE
    )
    answer(client_of, doubt, "forbid", "approver")
    assert stage.gate.pk not in assigned(stage)


def test_who_may_not_settle_calls_nothing_in_doubt(stage, client_of):
    url = reverse("places:doubt_raise", args=[stage.gate.pk])
    for member, status in (("caretaker", 403), ("approver", 404), ("operator", 403)):
        assert client_of(member).post(url, {"why": "x"}).status_code == status
    assert not Doubt.objects.exists()
