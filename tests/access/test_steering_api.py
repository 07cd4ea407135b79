"""``/api/steering``: who gets the helm, and what is written down; `test_control_leases` has what every lease asks."""

from __future__ import annotations

from typing import Any

import pytest

from custodes.places.models import Camera
from tests.access.leaves import ABLE, begun, look, post

HOLDER = {"person": "somebody", "person_name": "德吉", "unit": "城关区第一小学", "rank": 1, "since_us": 1}


@pytest.fixture
def turning(stage: Any, notary: Any) -> Any:
    """The gate turns; the operator is on duty."""
    Camera.objects.filter(pk=stage.gate.pk).update(onvif_port=80, onvif_profile="p1", steering=ABLE)
    stage.on_duty()
    return stage


def steer(browser: Any, camera: Any, grant: str, **more: Any) -> Any:
    return post(browser, "/api/steering", {"camera": str(camera.pk), "grant": grant, **more})


def test_the_node_is_told_the_rank_and_what_the_post_may_set(turning: Any, notary: Any, client_of: Any) -> None:
    browser = client_of("operator")
    answer = steer(browser, turning.gate, look(browser, turning.gate))
    assert (answer.status_code, answer.json()["presets"]) == (201, False)
    [record] = notary.of("control.begun")
    [asked] = begun(turning, "steering")
    assert (asked["rank"], asked["presets"], asked["over"]) == (1, False, False)
    assert (record.clauses, record.over, record.reason) == (("S34(1)", "S34(7)"), "", "")


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
    assert begun(turning, "steering")[0]["over"]
    assert begun(turning, "steering")[0]["presets"]  # a lead may set presets


def test_whoever_is_on_duty_goes_before_an_upper_platform_and_says_no_reason(
    turning: Any, notary: Any, client_of: Any
) -> None:
    above = {"person": "link:7", "person_name": "巴桑", "unit": "自治区公安厅", "rank": -1, "since_us": 1}
    turning.worker.helm = {"ok": True, "holder": above}
    browser = client_of("operator")
    assert steer(browser, turning.gate, look(browser, turning.gate)).status_code == 201
    [record] = notary.of("control.begun")
    assert (record.over, record.reason) == ("巴桑", "")
    assert begun(turning, "steering")[0]["over"]


def test_the_pad_is_offered_to_whom_may_use_it(turning: Any, client_of: Any) -> None:
    page = client_of("operator").get(f"/live/{turning.gate.pk}/").content.decode()
    assert 'steer="move zoom presets home"' in page
    assert 'steer="' not in client_of("operator").get(f"/live/{turning.yard.pk}/").content.decode()
    Camera.objects.filter(pk=turning.gate.pk).update(main_url="gb28181://54010200021188000001/54010200021318000001")
    page = client_of("operator").get(f"/live/{turning.gate.pk}/").content.decode()
    assert 'steer="move zoom presets drag cruise home"' in page
