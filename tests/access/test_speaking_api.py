"""``/api/speaking``: who may speak through a camera, and what is written down; `test_control_leases` has what every lease asks."""

from __future__ import annotations

from typing import Any

import pytest

from custodes.people.models import PostKind
from custodes.people.permissions import POST_PERMISSIONS, Permission
from tests.access.leaves import OUTPUT, begun, look, make_able, post

SPEAKER = {"person": "somebody", "person_name": "德吉", "unit": "城关区第一小学", "since_us": 1}
WHY = "疏导人群"


@pytest.fixture
def speaking(stage: Any, notary: Any) -> Any:
    """The gate has a loudspeaker; the operator is on duty."""
    make_able(stage)
    stage.on_duty()
    return stage


def speak(browser: Any, camera: Any, grant: str, reason: str = WHY) -> Any:
    return post(browser, "/api/speaking", {"camera": str(camera.pk), "grant": grant, "reason": reason})


def test_the_reason_is_on_record_and_the_node_is_told_the_registers_output(
    speaking: Any, notary: Any, client_of: Any
) -> None:
    browser = client_of("operator")
    assert speak(browser, speaking.gate, look(browser, speaking.gate), "  疏导  人群 ").status_code == 201
    [record] = notary.of("speech.begun")
    [asked] = begun(speaking, "speech")
    assert (record.reason, record.clauses, asked["output"]) == ("疏导 人群", ("S34(1)",), OUTPUT)


@pytest.mark.parametrize("reason", ["", "   ", "。。。", "\u200b"])
def test_without_a_reason_nobody_speaks(speaking: Any, notary: Any, client_of: Any, reason: str) -> None:
    browser = client_of("operator")
    assert speak(browser, speaking.gate, look(browser, speaking.gate), reason).status_code in (400, 422)
    assert begun(speaking, "speech") == []
    assert not notary.of("speech.begun")


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


def test_the_button_and_the_microphone_are_offered_to_whom_may_use_them(speaking: Any, client_of: Any) -> None:
    page = client_of("operator").get(f"/live/{speaking.gate.pk}/")
    assert " speak></custodes-player>" in page.content.decode()
    assert "microphone=(self)" in page.headers["Permissions-Policy"]
    other = client_of("operator").get(f"/live/{speaking.yard.pk}/")
    assert " speak></custodes-player>" not in other.content.decode()
    assert "microphone=()" in other.headers["Permissions-Policy"]
    assert "microphone=()" in client_of("operator").get("/live/").headers["Permissions-Policy"]
