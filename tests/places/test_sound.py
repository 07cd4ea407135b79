"""The sound of a camera: off by default, on by a leave that is on record, refused where the place forbids, off by one press."""

from __future__ import annotations

import pytest
from django.urls import reverse

from custodes.access.models import Grant
from custodes.access.papers import grant_record, token_requests
from custodes.people.models import RecordOutbox
from custodes.places.assignment import build_assignment
from custodes.places.models import Camera, SoundOrder
from custodes.places.register import retire
from custodes.places.sound import heard

WISH = {"reason": "emergency", "statute": "", "why": "求助人可能说不出位置", "approver": "局长次仁"}


def switch_on(browser, camera, **changes):
    return browser.post(reverse("places:sound", args=[camera.pk]), {**WISH, **changes})


def assigned(stage, camera) -> bool:
    return next(one.audio for one in build_assignment(stage.node).cameras if one.id == camera.pk)


def records():
    return [one for one in RecordOutbox.objects.values_list("record", flat=True) if "soundorder" in str(one)]


def test_no_camera_is_heard_by_default(stage, client_of):
    assert not any(camera.audio for camera in build_assignment(stage.node).cameras)
    assert "默认关闭" in client_of("caretaker").get(stage.gate.get_absolute_url()).content.decode()


def test_a_leave_reaches_the_node_the_log_and_the_page_with_the_words_of_the_sign(stage, notary, client_of):
    browser = client_of("caretaker")
    before = build_assignment(stage.node).generation
    assert switch_on(browser, stage.gate).status_code == 302
    assert assigned(stage, stage.gate)
    assert not assigned(stage, stage.yard)
    assert build_assignment(stage.node).generation > before
    [record] = records()
    assert record["changes"]["approver"] == [None, "局长次仁"]
    shown = client_of("inspector").get(stage.gate.get_absolute_url()).content.decode()
    assert "局长次仁" in shown
    assert "按下求助按钮后的通话将被录音" in shown

    browser.post(reverse("places:sound_off", args=[stage.gate.pk]))
    assert not assigned(stage, stage.gate)
    assert len(records()) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": "other"}, {"reason": ""}, {"reason": "counter"}, {"why": ""}, {"approver": ""}, {"approver": "self"},
    ],
    ids=str,
)  # fmt: skip
def test_without_its_reason_law_need_and_approver_it_stays_off(stage, cast, client_of, changes):
    if changes.get("approver") == "self":
        changes = {"approver": cast.caretaker.person.name}
    assert switch_on(client_of("caretaker"), stage.gate, **changes).status_code == 400
    assert not SoundOrder.objects.exists()


def test_where_the_place_forbids_it_it_stays_off_and_the_clause_is_named(stage, client_of):
    Camera.objects.filter(pk=stage.gate.pk).update(place="三层卫生间门外", screening_note="只见走廊")
    answer = switch_on(client_of("caretaker"), stage.gate)
    assert answer.status_code == 400
    assert "N8.1" in answer.content.decode() or "S10" in answer.content.decode()
    assert not SoundOrder.objects.exists()


def test_a_camera_that_is_heard_is_not_moved_to_where_that_is_forbidden(stage, client_of):
    browser = client_of("caretaker")
    switch_on(browser, stage.gate)
    url = reverse("places:camera_edit", args=[stage.gate.pk])
    gate = stage.gate
    data = {
        "number": gate.number, "name": gate.name, "place": "更衣室门外", "view": "走廊", "screening_note": "不含其内部",
        "node": gate.node_id, "record": "on", "retention_days": gate.retention_days, "grade": gate.grade,
    }  # fmt: skip
    assert browser.post(url, data).status_code == 400
    browser.post(reverse("places:sound_off", args=[gate.pk]))
    assert browser.post(url, data).status_code == 302


def test_a_camera_that_was_retired_comes_back_unheard(stage, cast, client_of):
    switch_on(client_of("caretaker"), stage.gate)
    retire(Camera.objects.get(pk=stage.gate.pk), cast.caretaker.person, "rebuilt", SoundOrder.objects.get().at)
    assert heard([stage.gate]) == set()


def test_somebody_elses_caretaker_switches_nothing(stage, client_of):
    browser = client_of("outside_caretaker")
    assert switch_on(browser, stage.gate).status_code == 404
    assert browser.post(reverse("places:sound_off", args=[stage.gate.pk])).status_code == 404
    assert switch_on(client_of("operator"), stage.gate).status_code == 403


def test_a_grant_names_what_may_be_heard_and_its_next_token_no_longer_what_was_switched_off(stage, cast, client_of):
    browser = client_of("caretaker")
    switch_on(browser, stage.gate)
    person, unit = cast.operator.person, cast.operator.person.unit
    grant = Grant.objects.create(
        person=person, unit=unit, ground="duty", live=True, watermark="x", asked_at=SoundOrder.objects.get().at,
        sound=[str(stage.gate.pk)],
    )  # fmt: skip
    cameras = (stage.gate, stage.yard)
    assert grant_record(grant, cameras).sound == (stage.gate.pk,)
    assert [one for request in token_requests(grant, cameras) for one in request.claims["sound"]] == [
        str(stage.gate.pk)
    ]
    browser.post(reverse("places:sound_off", args=[stage.gate.pk]))
    assert not any(request.claims["sound"] for request in token_requests(grant, cameras))
