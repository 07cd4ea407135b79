"""What stops a running look: recorded, pushed to every worker concerned, and nothing renewed afterwards."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse

from custodes.access import revocation
from custodes.access.models import Grant
from custodes.people import duty
from custodes.people.accounts import account_closed
from custodes.people.models import Post, PostKind, RecordOutbox
from custodes.people.posts import post_ended
from custodes.places.retiring import retire
from tests.cast import EVERYBODY, SINCE


@pytest.fixture
def looking(stage, notary, client_of, monkeypatch, django_capture_on_commit_callbacks):
    """The operator looks at two cameras; pushes run at once when `act` is called."""
    monkeypatch.setattr(revocation._pushes, "submit", lambda call, *args: call(*args))
    session = stage.on_duty()
    cameras = [str(stage.gate.pk), str(stage.yard.pk)]
    answer = client_of("operator").post(
        "/api/views", {"cameras": cameras, "live": True}, content_type="application/json"
    )
    assert answer.status_code == 201

    def act(call):
        with django_capture_on_commit_callbacks(execute=True):
            return call()

    return session, answer.json()["grant"], act


def now():
    return datetime.datetime.now(datetime.UTC)


def test_duty_that_ends_takes_the_look_back_everywhere(stage, looking, client_of):
    session, grant, act = looking
    act(lambda: duty.end(session, at=now()))
    workers = {(stage.gate.worker), (stage.yard.worker)}
    pushed = [(worker, body) for path, worker, body in stage.worker.calls if path == "/internal/revoke"]
    assert {worker for worker, _body in pushed} == {f"node-1/{number}" for number in workers}
    for _worker, body in pushed:
        assert body == {"grants": [grant], "reason": "值班已结束", "clause": "S34(1)"}
    record = RecordOutbox.objects.get(type="revocation").record
    assert record["grants"] == [grant]
    answer = client_of("operator").post(f"/api/views/{grant}/renew", {}, content_type="application/json")
    assert answer.status_code == 403
    assert answer.json()["refusal"][0]["reason"] == "值班已结束"


@pytest.mark.parametrize("event", ["post", "account", "withdrawn"])
def test_every_end_of_the_right_ends_the_look(stage, looking, client_of, event):
    _session, grant, act = looking
    operator = stage.cast.operator
    calls = {
        "post": lambda: post_ended.send(sender=None, post=operator.post, at=now()),
        "account": lambda: account_closed.send(sender=None, account=operator.account, at=now()),
        "withdrawn": lambda: client_of("caretaker").post(
            reverse("places:post_remove", args=[stage.school.pk, operator.post.systems.get().pk])
        ),
    }
    act(calls[event])
    assert Grant.objects.get(pk=grant).revoked_at is not None
    assert stage.worker.asked("/internal/revoke")


def test_a_camera_that_is_retired_leaves_the_look_and_its_neighbour_stays(stage, looking, client_of):
    _session, grant, act = looking
    act(lambda: retire(stage.gate, stage.cast.caretaker.person, "迁移", now()))
    assert Grant.objects.get(pk=grant).revoked_at is None
    [told] = stage.worker.asked("/internal/revoke")
    assert (told["grants"], told["cameras"], told["reason"]) == ([grant], [str(stage.gate.pk)], "点位已停用")
    record = RecordOutbox.objects.get(type="refusal").record
    assert (record["cameras"], record["unmet"][0]["clause"]) == ([str(stage.gate.pk)], "S34(1)")
    answer = client_of("operator").post(f"/api/views/{grant}/renew", {}, content_type="application/json")
    assert [socket["cameras"] for socket in answer.json()["sockets"]] == [[str(stage.yard.pk)]]
    act(lambda: retire(stage.yard, stage.cast.caretaker.person, "迁移", now()))
    assert Grant.objects.get(pk=grant).revoked_reason == "点位已停用"


def test_a_push_that_does_not_arrive_changes_nothing_of_the_revocation(stage, looking):
    session, grant, act = looking
    stage.worker.down = True
    act(lambda: duty.end(session, at=now()))
    assert Grant.objects.get(pk=grant).revoked_at is not None
    assert RecordOutbox.objects.filter(type="revocation").count() == 1


def test_a_look_is_taken_back_once(stage, looking):
    session, _grant, act = looking
    act(lambda: duty.end(session, at=now()))
    assert act(lambda: revocation.revoke(Grant.objects.all(), by="system", reason="x", clause="S33.1")) == 0
    assert RecordOutbox.objects.filter(type="revocation").count() == 1


@pytest.mark.parametrize("member", sorted(EVERYBODY))
def test_only_who_may_takes_a_look_back_by_hand_and_says_why(stage, looking, client_of, member):
    _session, grant, act = looking
    url = reverse("access:stop", args=[grant])
    may = {"lead", "inspector"}
    answer = act(lambda: client_of(member).post(url, {"reason": "与值班无关"}))
    revoked = Grant.objects.get(pk=grant).revoked_at is not None
    assert revoked == (member in may)
    assert answer.status_code == (302 if member in may else 403)
    if revoked:
        record = RecordOutbox.objects.get(type="revocation").record
        assert record["by"] == str(stage.cast.members[member].person.uuid)
        assert record["reason"] == "与值班无关"


def test_without_a_reason_nothing_is_taken_back(stage, looking, client_of):
    _session, grant, act = looking
    act(lambda: client_of("lead").post(reverse("access:stop", args=[grant]), {"reason": " "}))
    assert Grant.objects.get(pk=grant).revoked_at is None


def test_another_units_lead_finds_nothing_to_take_back(stage, looking, client_of):
    from custodes.people.models import Post, PostKind

    _session, grant, act = looking
    Post.objects.create(
        person=stage.cast.outsider.person, unit=stage.cast.units["b"], kind=PostKind.DUTY_LEAD, valid_from=now()
    )
    assert (
        act(lambda: client_of("outsider").post(reverse("access:stop", args=[grant]), {"reason": "x"})).status_code
        == 404
    )


def test_a_post_that_only_reads_looks_lends_no_reach_to_one_that_stops_them(stage, looking, client_of):
    """Approver of the city's police reads the school's looks; as duty lead of the hotel they stop the hotel's alone."""
    _session, grant, _act = looking
    person = stage.cast.outside_caretaker.person
    units = stage.cast.units
    Post.objects.create(person=person, unit=units["city"], kind=PostKind.APPROVER, valid_from=SINCE)
    Post.objects.create(person=person, unit=units["b"], kind=PostKind.DUTY_LEAD, valid_from=SINCE)
    browser = client_of("outside_caretaker")
    assert grant in {str(row.pk) for row in browser.get(reverse("access:viewings_all")).context["page"]}
    assert browser.post(reverse("access:stop", args=[grant]), {"reason": "试"}).status_code == 404
    assert Grant.objects.open().filter(pk=grant).exists()
