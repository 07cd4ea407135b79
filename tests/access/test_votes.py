"""A vote before a camera (S10(3)): whoever asks, live looks, steering and stills are refused under its clause while it lasts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from custodes.access import revocation
from custodes.access.models import Grant
from custodes.access.view_check import ViewCheckWish, look_at_view
from custodes.people.models import RecordOutbox
from custodes.places.models import Plan, PlanCause
from tests.cast import EVERYBODY
from tests.places.plans import approved, end

pytestmark = [pytest.mark.clause("S10(3)"), pytest.mark.postgresql]


@pytest.fixture
def vote(stage: Any, notary: Any) -> Plan:
    """A vote at the school's gate that has begun, approved by the lead."""
    return approved(
        stage,
        at=timezone.now() - timedelta(minutes=20),
        after=timedelta(minutes=10),
        cause=PlanCause.VOTE,
        words="选举",
    )


def ask(browser: Any, *cameras: Any, **more: Any) -> Any:
    body = {"cameras": [str(camera.pk) for camera in cameras], "live": True} | more
    return browser.post("/api/views", body, content_type="application/json")


def begin_vote(stage: Any, *cameras: Any) -> Plan:
    """A vote that began half a minute ago."""
    now = timezone.now()
    return approved(
        stage, *cameras, at=now - timedelta(minutes=1), after=timedelta(seconds=30), cause=PlanCause.VOTE, words="选举"
    )


def renew(browser: Any, opened: Any) -> Any:
    return browser.post(f"/api/views/{opened.json()['grant']}/renew", {}, content_type="application/json")


def shown(answer: Any) -> set[str]:
    """Cameras that the tokens of an answer name."""
    return {camera for socket in answer.json()["sockets"] for camera in socket["cameras"]}


def withheld(answer: Any) -> dict[str, list[str]]:
    """Clauses by camera that is not shown."""
    groups = answer.json()["withheld"]
    return {camera: [item["clause"] for item in group["refusal"]] for group in groups for camera in group["cameras"]}


def refused() -> list[tuple[list[str], list[str]]]:
    """Cameras and clauses of the refusals that wait for the notary."""
    rows = RecordOutbox.objects.filter(type="refusal").order_by("created_at")
    return [(row.record["cameras"], [unmet["clause"] for unmet in row.record["unmet"]]) for row in rows]


def clauses(answer: Any) -> list[str]:
    return [item["clause"] for item in answer.json()["refusal"]]


def test_a_live_look_is_refused_with_its_clause_its_remedy_and_a_record(
    stage: Any, notary: Any, vote: Plan, client_of: Any
) -> None:
    stage.on_duty()
    answer = ask(client_of("operator"), stage.gate)
    assert answer.status_code == 403
    assert clauses(answer) == ["S10(3)"]
    assert "计划" in answer.json()["refusal"][0]["remedy"]
    assert [missing.clause for missing in notary.of("refusal")[0].unmet] == ["S10(3)"]
    assert not notary.of("grant")


def test_a_wall_that_holds_it_opens_without_it_and_the_refusal_is_on_record(
    stage: Any, notary: Any, vote: Plan, client_of: Any
) -> None:
    stage.on_duty()
    answer = ask(client_of("operator"), stage.yard, stage.gate)
    assert answer.status_code == 201
    assert shown(answer) == {str(stage.yard.pk)}
    assert withheld(answer) == {str(stage.gate.pk): ["S10(3)"]}
    assert notary.of("grant")[0].cameras == (stage.yard.pk,)
    assert refused() == [([str(stage.gate.pk)], ["S10(3)"])]


@pytest.mark.parametrize("member", sorted(EVERYBODY))
def test_no_account_whatever_looks_during_a_vote(
    stage: Any, notary: Any, vote: Plan, client_of: Any, member: str
) -> None:
    if member in ("operator", "lead"):
        stage.on_duty(member)
    answer = ask(client_of(member), stage.gate)
    assert answer.status_code in (403, 404)
    assert not notary.of("grant")
    if answer.status_code == 404:
        assert "S10(3)" not in answer.content.decode()  # whoever may not see the camera does not learn of its vote


def test_what_was_recorded_before_it_opens_with_its_reason(stage: Any, notary: Any, vote: Plan, client_of: Any) -> None:
    stage.on_duty()
    begin = timezone.now() - timedelta(hours=5)
    span = {"from": begin.isoformat(), "to": (begin + timedelta(hours=1)).isoformat()}
    reason = {"purpose": "群众报失", "content": "寻找遗失的书包"}
    assert ask(client_of("operator"), stage.gate, live=False, span=span, reason=reason).status_code == 201


def test_a_look_that_runs_when_it_begins_is_not_renewed(stage: Any, notary: Any, client_of: Any) -> None:
    stage.on_duty()
    browser = client_of("operator")
    grant = ask(browser, stage.gate).json()["grant"]
    now = timezone.now()
    approved(stage, at=now - timedelta(minutes=1), after=timedelta(seconds=30), cause=PlanCause.VOTE, words="选举")
    over = browser.post(f"/api/views/{grant}/renew", {}, content_type="application/json")
    assert (over.status_code, clauses(over)) == (403, ["S10(3)"])
    assert Grant.objects.get(pk=grant).revoked_at is not None


def test_one_that_begins_before_one_camera_of_a_wall_leaves_the_others(
    stage: Any, notary: Any, client_of: Any, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(revocation._pushes, "submit", lambda call, *args: call(*args))
    stage.on_duty()
    browser = client_of("operator")
    opened = ask(browser, stage.yard, stage.gate)
    assert shown(opened) == {str(stage.yard.pk), str(stage.gate.pk)}
    begin_vote(stage)
    with django_capture_on_commit_callbacks(execute=True):
        answer = renew(browser, opened)
    assert answer.status_code == 200
    assert shown(answer) == {str(stage.yard.pk)}
    assert withheld(answer) == {str(stage.gate.pk): ["S10(3)"]}
    grant = opened.json()["grant"]
    [told] = stage.worker.asked("/internal/revoke")
    assert (told["grants"], told["cameras"], told["clause"]) == ([grant], [str(stage.gate.pk)], "S10(3)")
    assert shown(renew(browser, opened)) == {str(stage.yard.pk)}
    assert refused() == [([str(stage.gate.pk)], ["S10(3)"])], "said once, not with each renewal"
    assert Grant.objects.get(pk=grant).revoked_at is None
    assert not RecordOutbox.objects.filter(type="revocation").exists()


def test_when_it_is_over_the_camera_comes_back_with_a_renewal(stage: Any, notary: Any, client_of: Any) -> None:
    stage.on_duty()
    browser = client_of("operator")
    opened = ask(browser, stage.yard, stage.gate)
    vote = begin_vote(stage)
    assert withheld(renew(browser, opened))
    end(vote, stage.cast.lead.person, timezone.now())
    assert withheld(renew(browser, opened)), "the workers keep it out for two minutes from when they were told"
    row = Grant.objects.get(pk=opened.json()["grant"])
    row.withheld[str(stage.gate.pk)]["since"] = (timezone.now() - timedelta(minutes=3)).isoformat()
    row.save()
    back = renew(browser, opened)
    assert shown(back) == {str(stage.yard.pk), str(stage.gate.pk)}
    assert withheld(back) == {}


def test_one_before_every_camera_of_a_wall_ends_the_look(stage: Any, notary: Any, client_of: Any) -> None:
    stage.on_duty()
    browser = client_of("operator")
    opened = ask(browser, stage.yard, stage.gate)
    begin_vote(stage)
    assert shown(renew(browser, opened)) == {str(stage.yard.pk)}
    begin_vote(stage, stage.yard)
    over = renew(browser, opened)
    assert (over.status_code, clauses(over)) == (403, ["S10(3)"])
    assert Grant.objects.get(pk=opened.json()["grant"]).revoked_at is not None


def test_duty_that_ended_ends_the_wall_and_not_one_camera_of_it(stage: Any, notary: Any, client_of: Any) -> None:
    session = stage.on_duty()
    browser = client_of("operator")
    opened = ask(browser, stage.yard, stage.gate)
    type(session).objects.filter(pk=session.pk).update(ends_at=timezone.now() - timedelta(seconds=1))
    over = renew(browser, opened)
    assert (over.status_code, clauses(over)) == (403, ["S34(1)"])
    assert "withheld" not in over.json()


def test_one_that_waits_or_was_ended_refuses_nothing(stage: Any, notary: Any, vote: Plan, client_of: Any) -> None:
    stage.on_duty()
    end(vote, stage.cast.lead.person, timezone.now())
    assert ask(client_of("operator"), stage.gate).status_code == 201


def test_a_power_cut_that_was_planned_is_no_vote(stage: Any, notary: Any, client_of: Any) -> None:
    stage.on_duty()
    approved(stage, at=timezone.now() - timedelta(minutes=20), after=timedelta(minutes=10))
    assert ask(client_of("operator"), stage.gate).status_code == 201


def test_no_single_picture_is_taken_to_check_the_view(stage: Any, notary: Any, vote: Plan) -> None:
    wish = ViewCheckWish(reference=None, then=None, declares=True, alarmed=False, purpose="核对视场")
    refused = look_at_view(stage.gate, stage.cast.caretaker.person, wish, timezone.now())
    assert [missing.clause for missing in refused.refused.unmet] == ["S10(3)"]  # type: ignore[union-attr]
    assert not stage.worker.asked("/internal/pictures")
