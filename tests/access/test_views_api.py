"""``/api/views``: who gets a picture, in what order things happen, and what is written down."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client

from custodes.access.models import Grant
from custodes.people import duty
from custodes.people.models import Account, RecordOutbox
from custodes.places.models import Camera, CameraState, System, SystemState
from custodes.settings import get_settings
from tests.access.holding import place
from tests.cast import EVERYBODY

NOW = datetime.datetime.now


def ask(browser, *cameras, **more):
    body = {"cameras": [str(camera.pk) for camera in cameras], "live": True} | more
    return browser.post("/api/views", body, content_type="application/json")


def post(browser, path):
    return browser.post(path, {}, content_type="application/json")


def span(hours_ago, length=1):
    begin = NOW(datetime.UTC) - datetime.timedelta(hours=hours_ago)
    return {"from": begin.isoformat(), "to": (begin + datetime.timedelta(hours=length)).isoformat()}


@pytest.mark.clause("S7", "S33.1", "S35(2)", "N16.2(2)", "N23(1)", "N23(4)")
def test_on_duty_the_live_picture_is_granted_after_its_record(stage, notary, client_of):
    stage.on_duty()
    answer = ask(client_of("operator"), stage.gate, stage.yard)
    assert answer.status_code == 201
    body = answer.json()
    [record] = notary.of("grant")
    assert body["index"] == notary.records.index(record)
    assert str(record.grant) == body["grant"]
    assert set(record.cameras) == {stage.gate.pk, stage.yard.pk}
    assert record.person == str(stage.cast.operator.person.uuid)
    assert record.clauses == ("S34(1)",)
    assert body["watermark"] == "扎西 城关区第一小学"
    assert body["back_seconds"] == 1800
    assert Grant.objects.get().index == body["index"]


@pytest.mark.clause("S34(1)", "N16.2(3)")
def test_what_a_camera_recorded_before_it_was_stopped_is_looked_at_with_a_reason_and_on_the_timeline(
    stage, notary, client_of
):
    stage.on_duty()
    Camera.objects.filter(pk=stage.gate.pk).update(state=CameraState.RETIRED)
    System.objects.filter(pk=stage.school.pk).update(state=SystemState.REMOVED)
    browser, reason = client_of("operator"), {"purpose": "自行车被盗", "content": "推走自行车的人"}
    assert ask(browser, stage.gate).status_code == 403
    assert ask(browser, stage.gate, live=False, span=span(48)).status_code == 403
    opened = ask(browser, stage.gate, live=False, span=span(48), reason=reason)
    assert [one["cameras"] for one in opened.json()["sockets"]] == [[str(stage.gate.pk)]]
    between = span(48)
    path = f"/api/cameras/{stage.gate.pk}/timeline"
    assert browser.get(path, between).status_code == 200
    assert client_of("outsider").get(path, between).status_code == 404


def test_each_worker_gets_a_token_for_its_own_cameras_alone(stage, notary, client_of):
    stage.on_duty()
    sockets = ask(client_of("operator"), stage.gate, stage.yard).json()["sockets"]
    for socket in sockets:
        for camera in (stage.gate, stage.yard):
            at = f"ws://localhost:{25900 + camera.worker}/view"
            assert (str(camera.pk) in socket["cameras"]) == (socket["url"] == at)
        assert socket["token"].startswith("token-node-1/")
    assert sum(len(socket["cameras"]) for socket in sockets) == 2


@pytest.mark.parametrize("member", sorted(EVERYBODY))
def test_nobody_sees_a_picture_without_duty_and_every_refusal_is_recorded(stage, notary, client_of, member):
    answer = ask(client_of(member), stage.gate)
    sees_row = {"operator", "lead", "caretaker", "approver", "inspector", "auditor", "system_admin"}
    assert answer.status_code == (403 if member in sees_row else 404)
    assert not notary.of("grant")
    if member in sees_row:
        [refusal] = notary.of("refusal")
        body = answer.json()
        assert body["index"] == 0
        assert body["refusal"][0]["clause"] == "S34(1)"
        assert body["refusal"][0]["remedy"]
        assert refusal.unmet[0].clause == "S34(1)"
        assert refusal.person == str(stage.cast.members[member].person.uuid)


def test_somebody_on_duty_elsewhere_does_not_find_the_camera(stage, notary, client_of):
    stage.on_duty("outsider")
    assert ask(client_of("outsider"), stage.gate).status_code == 404
    assert ask(client_of("outsider"), stage.lobby, stage.gate).status_code == 404
    assert ask(client_of("outsider"), stage.lobby).status_code == 201


@pytest.mark.clause("S7", "S33.1", "S35(2)", "N16.2(2)", "N23(1)", "N23(4)")
def test_a_camera_of_a_system_that_the_post_does_not_watch_is_refused(stage, notary, client_of):
    stage.on_duty("lead")
    stage.cast.lead.post.systems.all().delete()
    answer = ask(client_of("lead"), stage.gate)
    assert answer.status_code == 403
    assert "系统" in answer.json()["refusal"][0]["reason"]


@pytest.mark.clause("N16.2(3)")
def test_old_footage_needs_purpose_and_content_and_names_them_in_the_record(stage, notary, client_of):
    stage.on_duty()
    browser = client_of("operator")
    silent = ask(browser, stage.gate, live=False, span=span(5))
    assert silent.status_code == 403
    assert [item["clause"] for item in silent.json()["refusal"]] == ["N16.2(3)", "N16.2(3)"]
    reason = {"purpose": "群众报失", "content": "寻找遗失的书包"}
    stated = ask(browser, stage.gate, live=False, span=span(5), reason=reason)
    assert stated.status_code == 201
    assert stated.json()["span"]["from"].endswith("Z")
    [record] = notary.of("grant")
    assert (record.purpose, record.content) == ("群众报失", "寻找遗失的书包")
    assert record.clauses == ("S34(1)", "N16.2(3)")
    assert record.span[1] - record.span[0] == 3_600_000_000


@pytest.mark.clause("S7", "N16.2(3)")
def test_a_look_may_name_the_case_that_it_is_about_and_one_that_is_not_there_is_refused(stage, notary, client_of):
    stage.on_duty("lead")
    browser = client_of("lead")
    reason = {"purpose": "核对纠纷经过", "content": "校门口经过", "matter": "公（治）〔2026〕12号"}
    unknown = ask(browser, stage.gate, live=False, span=span(5), reason=reason)
    assert unknown.status_code == 400
    assert "没有找到编号为“公（治）〔2026〕12号”" in unknown.json()["refusal"][0]["reason"]
    assert not Grant.objects.exists()
    case = place(stage, number=reason["matter"])
    stated = ask(browser, stage.gate, live=False, span=span(5), reason=reason)
    assert stated.status_code == 201
    [record] = notary.of("grant")
    assert record.matter == Grant.objects.get().matter == f"hold:{case.pk}"
    none = ask(browser, stage.gate, live=False, span=span(5), reason=reason | {"matter": " "})
    assert none.status_code == 201
    assert [one.matter for one in notary.of("grant")] == [f"hold:{case.pk}", ""]


def test_with_the_notary_down_nothing_is_shown_and_the_answer_says_so(stage, notary, client_of):
    stage.on_duty()
    notary.down = True
    answer = ask(client_of("operator"), stage.gate)
    assert answer.status_code == 503
    assert "存证服务" in answer.json()["refusal"][0]["reason"]
    assert "token" not in answer.content.decode()
    assert not Grant.objects.open().exists()


def test_a_refusal_with_the_notary_down_waits_in_the_outbox(stage, notary, client_of):
    notary.down = True
    answer = ask(client_of("operator"), stage.gate)
    assert answer.status_code == 403
    assert answer.json()["index"] is None
    waiting = RecordOutbox.objects.get(type="refusal")
    notary.down = False
    assert notary.append([waiting.record]) == [0]


def test_duty_that_ends_while_the_notary_writes_gives_no_token(stage, notary, client_of):
    session = stage.on_duty()
    notary.before_answer = lambda: duty.end(session, at=NOW(datetime.UTC))
    answer = ask(client_of("operator"), stage.gate)
    assert answer.status_code == 403
    assert Grant.objects.get().revoked_at is not None
    assert RecordOutbox.objects.filter(type="revocation").exists()


def test_renewing_decides_again(stage, notary, client_of):
    session = stage.on_duty()
    browser = client_of("operator")
    grant = ask(browser, stage.gate).json()["grant"]
    fresh = post(browser, f"/api/views/{grant}/renew")
    assert fresh.status_code == 200
    assert fresh.json()["sockets"][0]["token"].startswith("again-")
    session.ends_at = NOW(datetime.UTC)
    session.save()
    over = post(browser, f"/api/views/{grant}/renew")
    assert over.status_code == 403
    assert over.json()["refusal"][0]["clause"] == "S34(1)"
    assert Grant.objects.get(pk=grant).revoked_at is not None
    assert len(notary.of("grant")) == 1


def test_a_look_taken_back_while_the_notary_signs_its_renewal_gets_no_token(stage, notary, client_of):
    session = stage.on_duty()
    browser = client_of("operator")
    grant = ask(browser, stage.gate).json()["grant"]
    notary.before_answer = lambda: duty.end(session, at=NOW(datetime.UTC))
    answer = post(browser, f"/api/views/{grant}/renew")
    assert answer.status_code == 403
    assert answer.json()["refusal"][0]["clause"] == "S34(1)"
    assert "sockets" not in answer.json()


def test_a_look_that_ends_while_the_notary_signs_its_renewal_gets_no_token(stage, notary, client_of):
    stage.on_duty()
    browser = client_of("operator")
    grant = ask(browser, stage.gate).json()["grant"]
    notary.before_answer = lambda: Grant.objects.filter(pk=grant).update(ended_at=NOW(datetime.UTC))
    assert post(browser, f"/api/views/{grant}/renew").status_code == 403


def test_too_many_wishes_in_a_minute_are_refused_before_they_fill_the_log(stage, notary, client_of):
    stage.on_duty()
    browser = client_of("operator")
    most = get_settings().views_per_minute
    assert {ask(browser, stage.gate).status_code for _ in range(most)} == {201}
    before = len(notary.records)
    answer = ask(browser, stage.gate)
    assert answer.status_code == 429
    assert answer.json()["refusal"][0]["remedy"]
    assert len(notary.records) == before
    assert ask(client_of("outsider"), stage.gate).status_code != 429, "others do not notice"


def test_a_closed_account_renews_nothing(stage, notary, client_of):
    stage.on_duty()
    browser = client_of("operator")
    grant = ask(browser, stage.gate).json()["grant"]
    Account.objects.filter(pk=stage.cast.operator.account.pk).update(is_active=False)
    assert post(browser, f"/api/views/{grant}/renew").status_code in (401, 403)


@pytest.mark.parametrize("member", sorted(EVERYBODY - {"operator"}))
def test_a_grant_is_its_own_persons_alone(stage, notary, client_of, member):
    stage.on_duty()
    grant = ask(client_of("operator"), stage.gate).json()["grant"]
    assert post(client_of(member), f"/api/views/{grant}/renew").status_code == 404
    assert post(client_of(member), f"/api/views/{grant}/end").status_code == 404
    assert Grant.objects.get(pk=grant).ended_at is None


def test_an_ended_view_renews_no_more(stage, notary, client_of):
    stage.on_duty()
    browser = client_of("operator")
    grant = ask(browser, stage.gate).json()["grant"]
    assert post(browser, f"/api/views/{grant}/end").status_code == 204
    assert post(browser, f"/api/views/{grant}/renew").status_code == 403


def test_without_sign_in_or_csrf_token_nothing_is_asked(stage, notary, cast):
    stage.on_duty()
    assert ask(Client(), stage.gate).status_code == 401
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.operator.account)
    assert ask(strict, stage.gate).status_code == 403
    assert not notary.records
    assert not Grant.objects.exists()


def test_a_timeline_is_for_whoever_sees_the_row(stage, notary, client_of):
    stage.worker.timeline = {"runs": [[1, 2]], "gaps": [[2, 3, "network"]], "filled": [[2, 3]], "held": [], "now_us": 9}
    path = f"/api/cameras/{stage.gate.pk}/timeline"
    query = {"from": "2024-06-03T00:00:00Z", "to": "2024-06-03T01:00:00+08:00"}
    query["to"] = "2024-06-04T00:00:00+08:00"
    assert client_of("operator").get(path, query).json() == stage.worker.timeline
    assert client_of("inspector").get(path, query).status_code == 200
    for member in ("outsider", "officer", "bystander"):
        assert client_of(member).get(path, query).status_code == 404


def test_a_timeline_says_when_the_node_is_down_and_when_the_span_is_wrong(stage, client_of):
    browser = client_of("operator")
    path = f"/api/cameras/{stage.gate.pk}/timeline"
    good = {"from": "2024-06-03T00:00:00Z", "to": "2024-06-04T00:00:00Z"}
    assert browser.get(path, {"from": good["to"], "to": good["from"]}).status_code == 400
    assert browser.get(path, {"from": "2000-01-01T00:00:00Z", "to": "2024-01-01T00:00:00Z"}).status_code == 400
    assert browser.get(path, {"from": "yesterday", "to": ""}).status_code == 422
    stage.worker.down = True
    assert browser.get(path, good).status_code == 503
    stage.worker.down = False
    stage.worker.timeline = {"runs": "nonsense"}
    assert browser.get(path, good).status_code == 503


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("0001-01-01T00:00:00+14:00", "2024-06-03T00:00:00Z"),
        ("2024-06-03T00:00:00Z", "9999-12-31T23:59:59-14:00"),
    ],
)
def test_times_at_the_ends_of_the_calendar_are_malformed(stage, notary, client_of, begin, end):
    stage.on_duty()
    browser = client_of("operator")
    assert ask(browser, stage.gate, live=False, span={"from": begin, "to": end}).status_code == 422
    path = f"/api/cameras/{stage.gate.pk}/timeline"
    assert browser.get(path, {"from": begin, "to": end}).status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"cameras": []}',
        '{"cameras": ["x"]}',
        '{"cameras": ["00000000-0000-4000-8000-000000000001"], "live": true, "still": true}',
        '{"cameras": ["00000000-0000-4000-8000-000000000001"], "span": {"from": "2024-06-03T00:00:00", "to": "2024-06-03T01:00:00"}}',
        '{"cameras": ["00000000-0000-4000-8000-000000000001"], "reason": {"purpose": "a\\u0000", "content": ""}}',
    ],
)
def test_a_malformed_wish_is_told_so(stage, notary, client_of, body):
    answer = client_of("operator").post("/api/views", body, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert not notary.records
