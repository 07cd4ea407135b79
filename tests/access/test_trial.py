"""A trial run (S16.1, GB 55029): seen by who builds and who accepts, refused to everybody else with its clause."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.access.view_check import ViewCheckWish, _facts
from custodes.cases.models import CaseStep
from custodes.law.grounds import view_check
from custodes.places.models import (
    Camera,
    FirmStep,
    System,
    SystemFirm,
    SystemPost,
    SystemRole,
    SystemRoleKind,
    SystemState,
)

pytestmark = pytest.mark.clause("S16.1")
SINCE = datetime.date(2026, 1, 1)


def clauses_at_gate(stage: Any, client_of: Any, **asked: Any) -> list[str]:
    body = {"cameras": [str(stage.gate.pk)], "live": True} | asked
    answer = client_of("operator").post("/api/views", body, content_type="application/json")
    return [] if answer.status_code == 201 else [item["clause"] for item in answer.json()["refusal"]]


@pytest.fixture
def trial(stage: Any, notary: Any) -> System:
    """The school's system on trial, its operator on duty."""
    System.objects.filter(pk=stage.school.pk).update(state=SystemState.TRIAL)
    stage.on_duty()
    return System.objects.get(pk=stage.school.pk)


def builder(system: System, unit: Any) -> None:
    SystemRole.objects.create(system=system, unit=unit, role=SystemRoleKind.BUILDER, since=SINCE)


def test_the_people_of_the_building_unit_see_it(stage: Any, trial: System, client_of: Any) -> None:
    builder(trial, stage.cast.units["a"])
    assert clauses_at_gate(stage, client_of) == []


def test_while_nobody_has_the_role_the_responsible_unit_builds(stage: Any, trial: System, client_of: Any) -> None:
    assert clauses_at_gate(stage, client_of) == []


def test_whoever_watches_for_another_unit_waits_for_acceptance(stage: Any, trial: System, client_of: Any) -> None:
    builder(trial, stage.cast.units["b"])
    assert clauses_at_gate(stage, client_of) == ["S16.1"]
    System.objects.filter(pk=trial.pk).update(state=SystemState.ACCEPTED)
    assert clauses_at_gate(stage, client_of) == []


def test_footage_of_it_is_as_closed_as_the_live_picture(stage: Any, trial: System, client_of: Any) -> None:
    builder(trial, stage.cast.units["b"])
    now = timezone.now()
    span = {"from": (now - datetime.timedelta(minutes=10)).isoformat(), "to": now.isoformat()}
    assert "S16.1" in clauses_at_gate(stage, client_of, live=False, span=span)


def test_footage_of_a_trial_stays_closed_after_it_has_passed(stage: Any, trial: System, client_of: Any) -> None:
    builder(trial, stage.cast.units["b"])
    now, by = timezone.now(), stage.cast.caretaker.person
    for event, before, after, hours in (("begin_trial", "completed", "trial", 6), ("accept", "trial", "accepted", 2)):
        at = now - datetime.timedelta(hours=hours)
        CaseStep.objects.create(
            kind="places.system", about=trial.pk, seq=CaseStep.objects.count() + 1, case_id=trial.pk, event=event, before=before, after=after,
            on=at.date(), by=by, at=at,
        )  # fmt: skip
    System.objects.filter(pk=trial.pk).update(state=SystemState.ACCEPTED)

    def span(begin: float, end: float) -> dict[str, str]:
        return {
            "from": (now - datetime.timedelta(hours=begin)).isoformat(),
            "to": (now - datetime.timedelta(hours=end)).isoformat(),
        }

    stated = {"live": False, "reason": {"purpose": "核查报警", "content": "校门口人员"}}
    assert clauses_at_gate(stage, client_of, **stated, span=span(3, 1)) == ["S16.1"]
    assert clauses_at_gate(stage, client_of, **stated, span=span(1, 0.5)) == []
    assert clauses_at_gate(stage, client_of) == []


def test_the_people_of_who_accepts_it_see_it(stage: Any, trial: System, client_of: Any) -> None:
    builder(trial, stage.cast.units["b"])
    SystemFirm.objects.create(
        system=trial,
        step=FirmStep.ACCEPTANCE,
        unit=stage.cast.units["a"],
        since=SINCE,
        by=stage.cast.caretaker.person,
        at=timezone.now(),
    )
    assert clauses_at_gate(stage, client_of) == []


def test_a_system_that_is_being_built_gives_no_picture(stage: Any, trial: System, client_of: Any) -> None:
    System.objects.filter(pk=trial.pk).update(state=SystemState.BUILDING)
    assert clauses_at_gate(stage, client_of) == ["S34(1)"]


def accepted(stage: Any, system: System, ago: datetime.timedelta) -> None:
    """It passed so long ago."""
    at = timezone.now() - ago
    CaseStep.objects.create(
        kind="places.system", about=system.pk, seq=CaseStep.objects.count() + 1, case_id=system.pk, event="accept", before="trial", after="accepted",
        on=at.date(), by=stage.cast.caretaker.person, at=at,
    )  # fmt: skip
    System.objects.filter(pk=system.pk).update(state=SystemState.ACCEPTED)


def opened(stage: Any, client_of: Any, *cameras: Any) -> dict[str, Any]:
    body = {"cameras": [str(camera.pk) for camera in cameras or (stage.gate,)], "live": True}
    answer = client_of("operator").post("/api/views", body, content_type="application/json")
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
def tokens(notary: Any, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How far back each token reaches, as they are asked for."""
    reach: list[int] = []
    for name in ("grant", "renew"):
        asked = getattr(notary, name)

        def noted(first: Any, claims: Any, asked: Any = asked) -> Any:
            reach.extend(one["back_seconds"] for one in claims)
            return asked(first, claims)

        monkeypatch.setattr(notary, name, noted)
    return reach


@pytest.mark.parametrize(("minutes", "back"), [(0, 0), (5, 300), (29, 1740), (31, 1800)])
def test_live_after_acceptance_is_not_wound_back_into_the_trial(
    stage: Any, trial: System, client_of: Any, tokens: list[int], minutes: int, back: int
) -> None:
    builder(trial, stage.cast.units["b"])
    accepted(stage, trial, datetime.timedelta(minutes=minutes))
    answer = opened(stage, client_of)
    assert back <= answer["back_seconds"] <= back + 30
    assert answer["back_seconds"] <= 1800
    assert tokens == [answer["back_seconds"]]


def test_who_builds_winds_back_as_far_as_ever(stage: Any, trial: System, client_of: Any) -> None:
    builder(trial, stage.cast.units["a"])
    accepted(stage, trial, datetime.timedelta(minutes=5))
    assert opened(stage, client_of)["back_seconds"] == 1800


def test_a_look_of_several_cameras_reaches_no_further_than_the_last_trial_among_them(
    stage: Any, trial: System, client_of: Any
) -> None:
    builder(trial, stage.cast.units["b"])
    SystemPost.objects.create(system=stage.hotel, post=stage.cast.operator.post)
    stage.hotel.unit = stage.cast.units["a"]
    stage.hotel.save()
    accepted(stage, trial, datetime.timedelta(minutes=5))
    assert 300 <= opened(stage, client_of, stage.gate, stage.lobby)["back_seconds"] <= 330
    assert opened(stage, client_of, stage.lobby)["back_seconds"] == 1800


def test_a_running_look_of_who_builds_no_more_is_bounded_with_its_next_tokens(
    stage: Any, trial: System, client_of: Any, tokens: list[int]
) -> None:
    SystemPost.objects.create(system=stage.hotel, post=stage.cast.operator.post)
    stage.hotel.unit = stage.cast.units["a"]
    stage.hotel.save()
    begun = opened(stage, client_of, stage.gate, stage.lobby)
    assert begun["back_seconds"] == 1800
    builder(trial, stage.cast.units["b"])
    accepted(stage, trial, datetime.timedelta(0))
    tokens.clear()
    again = client_of("operator").post(f"/api/views/{begun['grant']}/renew", content_type="application/json").json()
    assert again["back_seconds"] <= 30
    assert tokens
    assert max(tokens) == again["back_seconds"]


def test_the_wall_and_its_list_leave_a_trial_out_and_ask_for_nothing(
    stage: Any, trial: System, notary: Any, client_of: Any
) -> None:
    builder(trial, stage.cast.units["b"])
    browser = client_of("operator")
    page = browser.get(reverse("access:wall"), {"camera": str(stage.gate.pk)})
    assert page.context["total"] == 0
    assert page.context["groups"] == []
    assert "正在试运行" in page.content.decode()
    assert "校门" not in page.content.decode()
    text = browser.get(reverse("access:camera", args=[stage.gate.pk])).content.decode()
    assert "<custodes-player" not in text
    assert "正在试运行" in text
    assert notary.of("refusal") == []
    SystemPost.objects.create(system=stage.hotel, post=stage.cast.operator.post)
    page = browser.get(reverse("access:wall"))
    assert [system for system, _cameras in page.context["groups"]] == [stage.hotel]


def test_who_builds_has_the_trial_on_the_wall(stage: Any, trial: System, client_of: Any) -> None:
    builder(trial, stage.cast.units["a"])
    page = client_of("operator").get(reverse("access:wall"))
    assert page.context["total"] == 2
    assert (
        "<custodes-player" in client_of("operator").get(reverse("access:camera", args=[stage.gate.pk])).content.decode()
    )


def test_a_look_at_the_moment_of_a_fault_does_not_reach_into_the_trial(
    stage: Any, trial: System, client_of: Any
) -> None:
    builder(trial, stage.cast.units["b"])
    begun = timezone.now() - datetime.timedelta(hours=3)
    CaseStep.objects.create(
        kind="places.system", about=trial.pk, seq=CaseStep.objects.count() + 1, case_id=trial.pk, event="begin_trial", before="completed", after="trial",
        on=begun.date(), by=stage.cast.caretaker.person, at=begun,
    )  # fmt: skip
    accepted(stage, trial, datetime.timedelta(hours=1))
    camera = Camera.objects.select_related("system").get(pk=stage.gate.pk)

    def clauses(hours: int) -> list[str]:
        then = timezone.now() - datetime.timedelta(hours=hours)
        wish = ViewCheckWish(reference=None, then=then, declares=False, alarmed=True, purpose="视场核对")
        facts = _facts(camera, stage.cast.operator.person, wish, timezone.now())
        return [one.clause for one in view_check.unmet(facts, timezone.now())]

    assert "S16.1" in clauses(2)
    assert "S16.1" not in clauses(4) + clauses(0)
