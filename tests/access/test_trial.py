"""A trial run (S16.1, GB 55029): seen by who builds and who accepts, refused to everybody else with its clause."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from custodes.places.models import FirmStep, Step, System, SystemFirm, SystemRole, SystemRoleKind, SystemState

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
        Step.objects.create(
            system=trial, object="places.system", object_id=trial.pk, event=event, before=before, after=after,
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
