"""``/api/steering``: who gets the helm, in what order things happen, and what is written down."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from custodes.access.models import Grant
from custodes.people.models import DutySession
from custodes.places.models import Camera
from tests.cast import EVERYBODY

ABLE = {"move": True, "zoom": True, "presets": 8, "home": True}
HOLDER = {"person": "somebody", "person_name": "德吉", "unit": "城关区第一小学", "rank": 1, "since_us": 1}


@pytest.fixture
def turning(stage: Any, notary: Any) -> Any:
    """The gate turns; the operator is on duty."""
    Camera.objects.filter(pk=stage.gate.pk).update(onvif_port=80, onvif_profile="p1", steering=ABLE)
    stage.on_duty()
    return stage


def post(browser: Any, path: str, body: Any) -> Any:
    return browser.post(path, body, content_type="application/json")


def look(browser: Any, camera: Any) -> str:
    answer = post(browser, "/api/views", {"cameras": [str(camera.pk)], "live": True})
    assert answer.status_code == 201
    return str(answer.json()["grant"])


def steer(browser: Any, camera: Any, grant: str, **more: Any) -> Any:
    return post(browser, "/api/steering", {"camera": str(camera.pk), "grant": grant, **more})


def begun(stage: Any) -> list[Any]:
    found: list[Any] = stage.worker.asked("/internal/steering/begin")
    return found


def test_on_duty_the_helm_is_given_after_its_record(turning: Any, notary: Any, client_of: Any) -> None:
    browser = client_of("operator")
    grant = look(browser, turning.gate)
    answer = steer(browser, turning.gate, grant)
    assert answer.status_code == 201
    [record] = notary.of("control.begun")
    [asked] = begun(turning)
    assert asked["index"] == answer.json()["index"] == notary.records.index(record)
    assert (asked["steering"], asked["grant"]) == (str(record.steering), grant)
    assert (asked["rank"], asked["presets"], asked["over"]) == (1, False, False)
    assert (record.camera, record.clauses) == (turning.gate.pk, ("S34(1)", "S34(7)"))


def test_with_the_notary_down_nobody_steers(turning: Any, notary: Any, client_of: Any) -> None:
    browser = client_of("operator")
    grant = look(browser, turning.gate)
    notary.down = True
    assert steer(browser, turning.gate, grant).status_code == 503
    assert begun(turning) == []


def test_a_camera_that_does_not_turn_is_refused_by_clause_and_on_record(
    turning: Any, notary: Any, client_of: Any
) -> None:
    browser = client_of("operator")
    grant = look(browser, turning.yard)
    answer = steer(browser, turning.yard, grant)
    assert answer.status_code == 403
    assert answer.json()["refusal"][0]["clause"] == "S34(7)"
    assert notary.of("refusal")[0].unmet[0].clause == "S34(7)"
    assert begun(turning) == []


def test_whoever_is_no_longer_on_duty_does_not_steer(turning: Any, client_of: Any) -> None:
    browser = client_of("operator")
    grant = look(browser, turning.gate)
    DutySession.objects.update(ends_at=timezone.now())
    assert steer(browser, turning.gate, grant).status_code == 403
    assert begun(turning) == []


def test_a_look_that_is_over_or_shows_another_camera_gives_no_helm(turning: Any, client_of: Any) -> None:
    browser = client_of("operator")
    other = look(browser, turning.yard)
    assert steer(browser, turning.gate, other).status_code == 404
    grant = look(browser, turning.gate)
    Grant.objects.filter(pk=grant).update(revoked_at="2026-01-01T00:00:00Z")
    assert steer(browser, turning.gate, grant).status_code == 404
    assert begun(turning) == []


@pytest.mark.parametrize("member", sorted(EVERYBODY - {"operator"}))
def test_nobody_steers_by_somebody_elses_look(turning: Any, client_of: Any, member: str) -> None:
    grant = look(client_of("operator"), turning.gate)
    assert steer(client_of(member), turning.gate, grant).status_code in (403, 404)
    assert begun(turning) == []


def test_who_steers_is_named_to_the_next_and_an_equal_does_not_take_over(
    turning: Any, notary: Any, client_of: Any
) -> None:
    turning.worker.helm = {"ok": True, "holder": HOLDER}
    browser = client_of("operator")
    grant = look(browser, turning.gate)
    for more in ({}, {"reason": "有情况"}):
        answer = steer(browser, turning.gate, grant, **more)
        assert answer.status_code == 409
        assert (answer.json()["holder"], answer.json()["may_take_over"]) == ("德吉", False)
    assert not notary.of("control.begun")


def test_the_lead_takes_over_with_a_reason_that_is_on_record(turning: Any, notary: Any, client_of: Any) -> None:
    turning.on_duty("lead")
    turning.worker.helm = {"ok": True, "holder": HOLDER}
    browser = client_of("lead")
    grant = look(browser, turning.gate)
    asked = steer(browser, turning.gate, grant)
    assert (asked.status_code, asked.json()["may_take_over"]) == (409, True)
    assert steer(browser, turning.gate, grant, reason="  ").status_code == 409
    assert steer(browser, turning.gate, grant, reason="北门有人聚集").status_code == 201
    [record] = notary.of("control.begun")
    assert (record.over, record.reason) == ("德吉", "北门有人聚集")
    assert begun(turning)[0]["over"]
    assert begun(turning)[0]["presets"]  # a lead may set presets


def test_whoever_is_on_duty_goes_before_an_upper_platform_and_says_no_reason(
    turning: Any, notary: Any, client_of: Any
) -> None:
    above = {"person": "link:7", "person_name": "巴桑", "unit": "自治区公安厅", "rank": -1, "since_us": 1}
    turning.worker.helm = {"ok": True, "holder": above}
    browser = client_of("operator")
    assert steer(browser, turning.gate, look(browser, turning.gate)).status_code == 201
    [record] = notary.of("control.begun")
    assert (record.over, record.reason) == ("巴桑", "")
    assert begun(turning)[0]["over"]


def test_one_who_was_quicker_is_named(turning: Any, client_of: Any) -> None:
    turning.worker.begun = {"ok": False, "failure": "held", "holder": HOLDER}
    browser = client_of("operator")
    answer = steer(browser, turning.gate, look(browser, turning.gate))
    assert (answer.status_code, answer.json()["holder"]) == (409, "德吉")


def test_a_node_that_is_away_is_said(turning: Any, client_of: Any) -> None:
    browser = client_of("operator")
    grant = look(browser, turning.gate)
    turning.worker.down = True
    assert steer(browser, turning.gate, grant).status_code == 503


def test_the_pad_is_offered_to_whom_may_use_it(turning: Any, client_of: Any) -> None:
    page = client_of("operator").get(f"/live/{turning.gate.pk}/").content.decode()
    assert 'steer="move zoom presets home"' in page
    assert 'steer="' not in client_of("operator").get(f"/live/{turning.yard.pk}/").content.decode()
    Camera.objects.filter(pk=turning.gate.pk).update(main_url="gb28181://54010200021188000001/54010200021318000001")
    page = client_of("operator").get(f"/live/{turning.gate.pk}/").content.decode()
    assert 'steer="move zoom presets drag cruise home"' in page


@pytest.mark.parametrize("body", [{}, {"camera": "x", "grant": "y"}, {"reason": "\x00"}])
def test_malformed_wishes_are_refused(turning: Any, client_of: Any, body: Any) -> None:
    assert post(client_of("operator"), "/api/steering", body).status_code == 422
