"""The sound of a camera: off by default, on when one person has asked and another approved, off by one press; all on record."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from custodes.access.models import Grant
from custodes.access.papers import grant_record, token_requests
from custodes.people import posts
from custodes.people.models import PostKind, RecordOutbox
from custodes.places.assignment import build_assignment
from custodes.places.models import Camera, Decision, SoundOrder
from custodes.places.retiring import retire
from custodes.places.sound import heard

pytestmark = pytest.mark.postgresql

WISH = {"reason": "emergency", "statute": "", "why": "求助人可能说不出位置"}


def states_of(order, records):
    """From which state into which the records say that it came."""
    return [one["changes"].get("state") for one in records if one.get("object_id") == str(order.pk)]


def ask(browser, camera, **changes):
    return browser.post(reverse("places:sound", args=[camera.pk]), {**WISH, **changes})


def decide(browser, words="", button="approve"):
    return browser.post(
        reverse("places:sound_decide", args=[SoundOrder.objects.latest("pk").pk]), {button: "1", "words": words}
    )


def end(browser, order):
    return browser.post(reverse("places:sound_end", args=[order.pk]), {"words": ""})


def switch_on(client_of, camera, **changes):
    """Asked for by one account and approved by another."""
    assert ask(client_of("caretaker"), camera, **changes).status_code == 302
    assert decide(client_of("approver")).status_code == 302
    return SoundOrder.objects.latest("pk")


def assigned(stage, camera) -> bool:
    return next(one.audio for one in build_assignment(stage.node).cameras if one.id == camera.pk)


def records():
    return [one for one in RecordOutbox.objects.values_list("record", flat=True) if "soundorder" in str(one)]


def test_no_camera_is_heard_by_default(stage, client_of):
    assert not any(camera.audio for camera in build_assignment(stage.node).cameras)
    assert "默认关闭" in client_of("caretaker").get(stage.gate.get_absolute_url()).content.decode()


def test_what_is_asked_for_is_heard_only_when_another_account_has_approved_it(stage, notary, cast, client_of):
    browser, approver = client_of("caretaker"), client_of("approver")
    before = build_assignment(stage.node).generation
    assert ask(browser, stage.gate).status_code == 302
    assert not assigned(stage, stage.gate)
    order = SoundOrder.objects.get()
    assert [one["changes"]["why"] for one in records()] == [[None, WISH["why"]]]
    assert "等待批准" in browser.get(stage.gate.get_absolute_url()).content.decode()
    assert stage.gate.name in approver.get("/").content.decode(), "it waits on the approver's workbench"
    assert "申请人不能批准自己的申请" in browser.get(order.get_absolute_url()).content.decode()

    assert decide(approver, "求助桩需要").status_code == 302
    assert assigned(stage, stage.gate)
    assert not assigned(stage, stage.yard)
    assert build_assignment(stage.node).generation > before
    order.refresh_from_db()
    assert (order.asked_by, order.decided_by) == (cast.caretaker.person, cast.approver.person)
    assert records()[-1]["changes"] == {"state": ["waiting", "approved"], "decided_words": [None, "求助桩需要"]}
    assert records()[-1]["by"] == str(cast.approver.person.uuid)
    shown = client_of("inspector").get(stage.gate.get_absolute_url()).content.decode()
    assert cast.approver.person.name in shown
    assert "按下求助按钮后的通话将被录音" in shown

    browser.post(reverse("places:sound_off", args=[stage.gate.pk]))
    assert not assigned(stage, stage.gate)
    assert records()[-1]["changes"]["state"] == ["approved", "ended"]


def test_who_asked_does_not_approve_whatever_posts_they_have_and_the_database_knows_it_too(stage, cast, client_of):
    ask(client_of("caretaker"), stage.gate)
    order = SoundOrder.objects.get()
    posts.assign(cast.caretaker.person, cast.units["a"], PostKind.APPROVER, by=None, at=order.asked_at)
    answer = decide(client_of("caretaker"))
    assert answer.status_code == 422
    assert "申请人不能批准自己的申请" in answer.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        SoundOrder.objects.update(decided_by=cast.caretaker.person)
    assert not assigned(stage, stage.gate)


@pytest.mark.parametrize("member", ["operator", "lead", "caretaker", "system_admin", "inspector", "auditor"])
def test_who_has_not_the_post_decides_nothing(stage, client_of, member):
    ask(client_of("caretaker"), stage.gate)
    assert decide(client_of(member)).status_code == 403
    assert not assigned(stage, stage.gate)


@pytest.mark.parametrize("member", ["outsider", "outside_caretaker", "officer"])
def test_somebody_elses_request_is_not_there(stage, client_of, member):
    ask(client_of("caretaker"), stage.gate)
    order = SoundOrder.objects.get()
    browser = client_of(member)
    assert browser.get(order.get_absolute_url()).status_code in (403, 404)
    assert decide(browser).status_code in (403, 404)
    assert end(browser, order).status_code in (403, 404)
    order.refresh_from_db()
    assert order.state == Decision.WAITING


def test_it_is_refused_with_words_and_may_be_asked_for_again(stage, client_of):
    ask(client_of("caretaker"), stage.gate)
    assert decide(client_of("approver"), button="refuse").status_code == 422
    assert decide(client_of("approver"), "画面已经够用", "refuse").status_code == 302
    assert SoundOrder.objects.get().state == Decision.REFUSED
    assert not assigned(stage, stage.gate)
    assert decide(client_of("approver")).status_code == 422, "what was decided is not decided again"
    switch_on(client_of, stage.gate)
    assert assigned(stage, stage.gate)


def test_one_request_waits_at_a_time_and_is_taken_back_by_who_asked(stage, client_of):
    browser = client_of("caretaker")
    ask(browser, stage.gate)
    assert ask(browser, stage.gate).status_code == 400
    assert end(browser, SoundOrder.objects.get()).status_code == 302
    assert SoundOrder.objects.get().state == Decision.WITHDRAWN
    assert decide(client_of("approver")).status_code == 422
    assert ask(browser, stage.gate).status_code == 302


def test_a_new_leave_takes_the_place_of_the_former_one_and_the_approver_may_end_it(stage, client_of):
    former = switch_on(client_of, stage.gate)
    latter = switch_on(client_of, stage.gate, why="求助桩移到门内")
    former.refresh_from_db()
    assert (former.state, latter.state) == (Decision.ENDED, Decision.APPROVED)
    assert assigned(stage, stage.gate)
    assert end(client_of("approver"), latter).status_code == 302
    assert not assigned(stage, stage.gate)


def test_a_place_that_has_become_forbidden_meanwhile_is_not_approved(stage, client_of):
    ask(client_of("caretaker"), stage.gate)
    Camera.objects.filter(pk=stage.gate.pk).update(place="更衣室门外")
    answer = decide(client_of("approver"))
    assert answer.status_code == 422
    assert "N8.1" in answer.content.decode() or "S10" in answer.content.decode()
    assert not assigned(stage, stage.gate)


def test_what_a_typed_name_had_approved_stands_and_its_page_says_so(stage, cast, client_of):
    now = timezone.now()
    SoundOrder.objects.create(
        camera=stage.gate, reason="emergency", why="求助", approver="局长次仁", asked_by=cast.caretaker.person,
        asked_at=now, decided_at=now, state=Decision.APPROVED,
    )  # fmt: skip
    assert assigned(stage, stage.gate)
    assert "局长次仁" in client_of("inspector").get(stage.gate.get_absolute_url()).content.decode()
    assert "登记的姓名" in client_of("inspector").get(SoundOrder.objects.get().get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": "other"}, {"reason": ""}, {"reason": "counter"}, {"why": ""},
    ],
    ids=str,
)  # fmt: skip
def test_without_its_reason_law_and_need_it_is_not_asked_for(stage, client_of, changes):
    assert ask(client_of("caretaker"), stage.gate, **changes).status_code == 400
    assert not SoundOrder.objects.exists()


def test_where_the_place_forbids_it_it_stays_off_and_the_clause_is_named(stage, client_of):
    Camera.objects.filter(pk=stage.gate.pk).update(place="三层卫生间门外", screening_note="只见走廊")
    answer = ask(client_of("caretaker"), stage.gate)
    assert answer.status_code == 400
    assert "N8.1" in answer.content.decode() or "S10" in answer.content.decode()
    assert not SoundOrder.objects.exists()


def test_a_camera_that_is_heard_is_not_moved_to_where_that_is_forbidden(stage, client_of):
    browser = client_of("caretaker")
    switch_on(client_of, stage.gate)
    url = reverse("places:camera_edit", args=[stage.gate.pk])
    gate = stage.gate
    data = {
        "number": gate.number, "name": gate.name, "place": "更衣室门外", "view": "走廊", "screening_note": "不含其内部",
        "node": gate.node_id, "record": "on", "retention_days": gate.retention_days, "grade": gate.grade, "basis": "correction", "basis_words": "登记有误",
    }  # fmt: skip
    assert browser.post(url, data).status_code == 400
    browser.post(reverse("places:sound_off", args=[gate.pk]))
    assert browser.post(url, data).status_code == 302


def test_a_camera_that_was_retired_comes_back_unheard(stage, cast, client_of):
    switch_on(client_of, stage.gate)
    retire(Camera.objects.get(pk=stage.gate.pk), cast.caretaker.person, "rebuilt", timezone.now())
    assert heard([stage.gate]) == set()
    order = SoundOrder.objects.get()
    assert order.state == Decision.ENDED
    records = [row.record for row in RecordOutbox.objects.all()]
    assert ["approved", "ended"] in states_of(order, records)


def test_what_waits_is_withdrawn_on_record_when_sound_is_switched_off(stage, client_of):
    browser = client_of("caretaker")
    ask(browser, stage.gate)
    browser.post(reverse("places:sound_off", args=[stage.gate.pk]))
    order = SoundOrder.objects.get()
    assert order.state == Decision.WITHDRAWN
    records = [row.record for row in RecordOutbox.objects.all()]
    assert ["waiting", "withdrawn"] in states_of(order, records)


def test_somebody_elses_caretaker_switches_nothing(stage, client_of):
    browser = client_of("outside_caretaker")
    assert ask(browser, stage.gate).status_code == 404
    assert browser.post(reverse("places:sound_off", args=[stage.gate.pk])).status_code == 404
    assert ask(client_of("operator"), stage.gate).status_code == 403


def test_a_grant_names_what_may_be_heard_and_its_next_token_no_longer_what_was_switched_off(stage, cast, client_of):
    browser = client_of("caretaker")
    switch_on(client_of, stage.gate)
    person, unit = cast.operator.person, cast.operator.person.unit
    grant = Grant.objects.create(
        person=person, unit=unit, ground="duty", live=True, watermark="x", asked_at=timezone.now(),
        sound=[str(stage.gate.pk)],
    )  # fmt: skip
    cameras = (stage.gate, stage.yard)
    assert grant_record(grant, cameras).sound == (stage.gate.pk,)
    assert [one for request in token_requests(grant, cameras) for one in request.claims["sound"]] == [
        str(stage.gate.pk)
    ]
    browser.post(reverse("places:sound_off", args=[stage.gate.pk]))
    assert not any(request.claims["sound"] for request in token_requests(grant, cameras))
