"""``/api/speaking``: who may speak through a camera, in what order things happen, and what is written down."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from custodes.access.models import Grant
from custodes.people.models import DutySession, PostKind
from custodes.people.permissions import POST_PERMISSIONS, Permission
from custodes.places.models import Camera
from tests.cast import EVERYBODY

OUTPUT = "54010200021378000001"
SPEAKER = {"person": "somebody", "person_name": "德吉", "unit": "城关区第一小学", "since_us": 1}
WHY = "疏导人群"


@pytest.fixture
def speaking(stage: Any, notary: Any) -> Any:
    """The gate has a loudspeaker; the operator is on duty."""
    Camera.objects.filter(pk=stage.gate.pk).update(
        main_url="gb28181://54010200021188000001/54010200021318000001", voice_output=OUTPUT
    )
    stage.on_duty()
    return stage


def post(browser: Any, path: str, body: Any) -> Any:
    return browser.post(path, body, content_type="application/json")


def look(browser: Any, camera: Any) -> str:
    answer = post(browser, "/api/views", {"cameras": [str(camera.pk)], "live": True})
    assert answer.status_code == 201
    return str(answer.json()["grant"])


def speak(browser: Any, camera: Any, grant: str, reason: str = WHY) -> Any:
    return post(browser, "/api/speaking", {"camera": str(camera.pk), "grant": grant, "reason": reason})


def begun(stage: Any) -> list[Any]:
    found: list[Any] = stage.worker.asked("/internal/speech/begin")
    return found


def test_on_duty_leave_is_given_after_its_record(speaking: Any, notary: Any, client_of: Any) -> None:
    browser = client_of("operator")
    grant = look(browser, speaking.gate)
    answer = speak(browser, speaking.gate, grant, "  疏导  人群 ")
    assert answer.status_code == 201
    [record] = notary.of("speech.begun")
    [asked] = begun(speaking)
    assert asked["index"] == answer.json()["index"] == notary.records.index(record)
    assert (asked["speech"], asked["grant"], asked["output"]) == (str(record.speech), grant, OUTPUT)
    assert (record.camera, record.reason, str(record.grant)) == (speaking.gate.pk, "疏导 人群", grant)
    assert (record.person_name, record.unit) == (asked["person_name"], asked["unit"])


def test_with_the_notary_down_nothing_begins(speaking: Any, notary: Any, client_of: Any) -> None:
    browser = client_of("operator")
    grant = look(browser, speaking.gate)
    notary.down = True
    assert speak(browser, speaking.gate, grant).status_code == 503
    assert begun(speaking) == []


@pytest.mark.parametrize("reason", ["", "   ", "。。。", "\u200b"])
def test_without_a_reason_nobody_speaks(speaking: Any, notary: Any, client_of: Any, reason: str) -> None:
    browser = client_of("operator")
    assert speak(browser, speaking.gate, look(browser, speaking.gate), reason).status_code in (400, 422)
    assert begun(speaking) == []
    assert not notary.of("speech.begun")


def test_a_camera_without_a_loudspeaker_is_refused_by_clause_and_on_record(
    speaking: Any, notary: Any, client_of: Any
) -> None:
    browser = client_of("operator")
    answer = speak(browser, speaking.yard, look(browser, speaking.yard))
    assert answer.status_code == 403
    assert answer.json()["refusal"][0]["clause"] == "S34(1)"
    assert notary.of("refusal")[0].unmet[0].clause == "S34(1)"
    assert begun(speaking) == []


def test_a_node_that_knows_of_no_loudspeaker_refuses_too(speaking: Any, client_of: Any) -> None:
    speaking.worker.floor = {"ok": False, "failure": "no_speaker"}
    browser = client_of("operator")
    assert speak(browser, speaking.gate, look(browser, speaking.gate)).status_code == 403
    assert begun(speaking) == []


def test_whoever_is_no_longer_on_duty_does_not_speak(speaking: Any, client_of: Any) -> None:
    browser = client_of("operator")
    grant = look(browser, speaking.gate)
    DutySession.objects.update(ends_at=timezone.now())
    assert speak(browser, speaking.gate, grant).status_code == 403
    assert begun(speaking) == []


def test_a_look_that_is_over_or_shows_another_camera_gives_no_leave(speaking: Any, client_of: Any) -> None:
    browser = client_of("operator")
    other = look(browser, speaking.yard)
    assert speak(browser, speaking.gate, other).status_code == 404
    grant = look(browser, speaking.gate)
    Grant.objects.filter(pk=grant).update(revoked_at="2026-01-01T00:00:00Z")
    assert speak(browser, speaking.gate, grant).status_code == 404
    assert begun(speaking) == []


@pytest.mark.parametrize("member", sorted(EVERYBODY - {"operator"}))
def test_nobody_speaks_by_somebody_elses_look(speaking: Any, client_of: Any, member: str) -> None:
    grant = look(client_of("operator"), speaking.gate)
    assert speak(client_of(member), speaking.gate, grant).status_code in (403, 404)
    assert begun(speaking) == []


def test_the_right_is_of_officers_and_leads_alone() -> None:
    with_it = {kind for kind, rights in POST_PERMISSIONS.items() if Permission.SPEAK in rights}
    assert with_it == {PostKind.DUTY_OFFICER, PostKind.DUTY_LEAD}


def test_who_speaks_is_named_to_the_next_and_to_the_lead_too(speaking: Any, notary: Any, client_of: Any) -> None:
    speaking.worker.floor = {"ok": True, "speaker": SPEAKER}
    speaking.on_duty("lead")
    for member in ("operator", "lead"):
        browser = client_of(member)
        answer = speak(browser, speaking.gate, look(browser, speaking.gate))
        assert (answer.status_code, answer.json()["speaker"]) == (409, "德吉")
    assert not notary.of("speech.begun")


def test_one_who_was_quicker_is_named(speaking: Any, client_of: Any) -> None:
    speaking.worker.spoken = {"ok": False, "failure": "held", "speaker": SPEAKER}
    browser = client_of("operator")
    answer = speak(browser, speaking.gate, look(browser, speaking.gate))
    assert (answer.status_code, answer.json()["speaker"]) == (409, "德吉")


def test_a_node_that_is_away_is_said(speaking: Any, client_of: Any) -> None:
    browser = client_of("operator")
    grant = look(browser, speaking.gate)
    speaking.worker.down = True
    assert speak(browser, speaking.gate, grant).status_code == 503


def test_the_button_and_the_microphone_are_offered_to_whom_may_use_them(speaking: Any, client_of: Any) -> None:
    page = client_of("operator").get(f"/live/{speaking.gate.pk}/")
    assert " speak></custodes-player>" in page.content.decode()
    assert "microphone=(self)" in page.headers["Permissions-Policy"]
    other = client_of("operator").get(f"/live/{speaking.yard.pk}/")
    assert " speak></custodes-player>" not in other.content.decode()
    assert "microphone=()" in other.headers["Permissions-Policy"]
    assert "microphone=()" in client_of("operator").get("/live/").headers["Permissions-Policy"]


@pytest.mark.parametrize("body", [{}, {"camera": "x", "grant": "y"}, {"reason": "\x00"}])
def test_malformed_wishes_are_refused(speaking: Any, client_of: Any, body: Any) -> None:
    assert post(client_of("operator"), "/api/speaking", body).status_code == 422
