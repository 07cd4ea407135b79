"""What the log tells of who spoke through a camera: in words, on the page of the look, and where two accounts differ."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any, get_args

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.access.models import FindingKind, FindingState, Grant, LookFinding
from custodes.ledger.records import new_id
from custodes.oversight import looks_passed, reconciling
from custodes.oversight.steering_phrases import SPEECH_FORMS, SPEECH_REASONS, SPEECH_STEPS, speech_begun, speech_ended
from custodes.upkeep.alarms.kinds.trust import SPEAKING_MISMATCH
from custodes.video.wire.control_leases import Form, SpeakStep

HOUR = datetime.timedelta(hours=1)
NAMES: Any = SimpleNamespace(camera=lambda key: "校门")


def when(at: datetime.datetime) -> str:
    return at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def leave(stage: Any, at: datetime.datetime, speech: str, grant: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "speech.begun", "id": str(new_id()), "at": when(at), "speech": speech, "grant": grant,
        "person": str(stage.cast.operator.person.uuid), "person_name": "扎西", "unit": "u", "post": "p",
        "ground": "duty", "clauses": ["S34(1)"], "camera": str(stage.gate.pk), "reason": "疏导人群", **more,
    }  # fmt: skip


def end(stage: Any, at: datetime.datetime, speech: str, index: int, **more: Any) -> dict[str, Any]:
    return {
        "type": "speech.ended", "id": str(new_id()), "at": when(at), "speech": speech, "index": index,
        "person": str(stage.cast.operator.person.uuid), "camera": str(stage.gate.pk), "begun_us": 1_000_000,
        "ended_us": 31_000_000, "spoken_us": 12_400_000, "reason": "left", "step": "", "worker": "node-1/0", **more,
    }  # fmt: skip


def test_in_words_it_is_who_why_how_long_and_why_it_ended() -> None:
    assert speech_begun({"camera": "x", "reason": "疏导人群"}, NAMES) == "校门 · 事由：疏导人群"
    said = {"camera": "x", "begun_us": 1, "spoken_us": 12_400_000, "reason": "left", "step": ""}
    assert speech_ended(said, NAMES) == "校门 · 喊话 12 秒 · 本人结束"
    assert speech_ended(said | {"form": "talk"}, NAMES) == "校门 · 喊话 12 秒 · 对讲短式 · 本人结束"
    assert speech_ended(said | {"form": "broadcast"}, NAMES) == "校门 · 喊话 12 秒 · 广播 · 本人结束"
    failed = said | {"begun_us": None, "spoken_us": 0, "reason": "failed", "step": "no_answer"}
    assert speech_ended(failed, NAMES) == "校门 · 没有喊话 · 设备没有接通（设备没有应答）"


def test_each_step_and_each_end_has_its_words() -> None:
    assert set(SPEECH_FORMS) == set(get_args(Form)) - {""}
    assert set(SPEECH_STEPS) == {step.value for step in SpeakStep} | {"gone"}
    told = {"again", "flood", "failed", "error", "camera", "not_open", "idle", "longest", "restart", "crash", "device"}
    assert told | {"left", "held", "no_speaker", "disconnected", "revoked", "expired", "replaced"} == set(
        SPEECH_REASONS
    )


@pytest.fixture
def spoken(stage: Any, notary: Any, client_of: Any) -> Any:
    """The operator looked at the gate, and spoke there."""
    stage.on_duty()
    answer = client_of("operator").post(
        "/api/views", {"cameras": [str(stage.gate.pk)], "live": True}, content_type="application/json"
    )
    grant = Grant.objects.get(pk=answer.json()["grant"])
    speech, at = str(new_id()), timezone.now()
    [index] = notary.append([leave(stage, at, speech, str(grant.pk))])
    notary.append([end(stage, at, speech, index), leave(stage, at, str(new_id()), str(new_id()))])
    return SimpleNamespace(grant=grant, index=index)


@pytest.mark.parametrize("member", ["operator", "caretaker", "auditor"])
def test_whoever_spoke_who_manages_the_camera_and_who_supervises_see_it_at_the_look(
    spoken: Any, client_of: Any, member: str
) -> None:
    page = client_of(member).get(reverse("oversight:look", args=[spoken.grant.pk]))
    assert page.status_code == 200
    leaves = [leaf for leaf, _readable in page.context["leaves"]]
    assert [leaf.index for leaf in leaves] == [spoken.grant.index, spoken.index, spoken.index + 1]
    text = page.content.decode()
    assert "准予喊话" in text
    assert "事由：疏导人群" in text
    assert "喊话 12 秒 · 本人结束" in text


@pytest.mark.parametrize("member", ["outsider", "outside_caretaker"])
def test_others_do_not(spoken: Any, client_of: Any, member: str) -> None:
    assert client_of(member).get(reverse("oversight:look", args=[spoken.grant.pk])).status_code == 404


def test_it_stands_in_ones_own_ledger_in_plain_words(spoken: Any, client_of: Any) -> None:
    page = client_of("operator").get(reverse("oversight:mine")).content.decode()
    assert "准予喊话" in page
    assert "喊话 12 秒" in page


def test_speeches_that_do_not_agree_are_incidents_and_an_alarm(stage: Any, notary: Any, client_of: Any) -> None:
    at, look, person = timezone.now(), str(new_id()), str(stage.cast.operator.person.uuid)
    grant = {
        "type": "grant", "id": str(new_id()), "at": when(at), "grant": look, "person": person, "person_name": "扎西",
        "unit": "u", "post": "p", "ground": "duty", "clauses": ["S34(1)"], "cameras": [str(stage.gate.pk)], "live": True,
        "back_seconds": 0, "span": None, "still": False, "purpose": None, "content": None, "watermark": "w",
    }  # fmt: skip
    one, other = str(new_id()), str(new_id())
    notary.append(
        [
            grant,
            leave(stage, at, one, look),
            leave(stage, at, other, look),
            end(stage, at, str(new_id()), 1),
            end(stage, at, one, 1, camera=str(stage.lobby.pk)),
            end(stage, at, other, 2, spoken_us=60_000_000),
        ]
    )
    page = client_of("auditor").get(reverse("oversight:reconciliation"))
    assert "存在对不上的喊话" in page.content.decode()
    assert [one.index for one in page.context["speaking"].wrong] == [3, 4, 5]
    assert [found.kind for found in reconciling.look(timezone.now())] == [SPEAKING_MISMATCH]
    assert looks_passed.sweep(at + HOUR) == 3
    rows = LookFinding.objects.all()
    assert {row.kind for row in rows} == {FindingKind.NO_SPEECH, FindingKind.BEYOND_SPEECH, FindingKind.LONG_SPEECH}
    assert {row.state for row in rows} == {FindingState.INCIDENT}
    assert {row.clause for row in rows} == {"S34(1)"}
