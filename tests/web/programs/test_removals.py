"""Removals by programs: reported fifteen days ahead or told why not and from when, carried out on the first day or later (S18)."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.cases.models import CaseStep
from custodes.law.duties.finding import LegalTerms
from custodes.people.models import RecordOutbox
from custodes.places.lifecycle.stepping import Taken
from custodes.places.models import (
    Camera,
    CameraState,
    Removal,
    RemovalGround,
    RemovalState,
    System,
    SystemState,
)
from tests.places.life import removals as workflow
from tests.places.stage import Stage
from tests.web.programs.writing import DAY, STRANGERS, Make, day, on, refused, tag

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
#: Event → its body and the states from which it may be taken.
EVENTS: dict[str, tuple[dict[str, Any] | None, set[RemovalState]]] = {
    "report": (None, {RemovalState.PLANNED}),
    "put-off": ({"planned": day(40)}, {RemovalState.PLANNED, RemovalState.REPORTED, RemovalState.ACKNOWLEDGED}),
    "cancel": ({"words": "道路不拓宽了"}, {RemovalState.PLANNED, RemovalState.REPORTED, RemovalState.ACKNOWLEDGED}),
    "carry-out": ({}, {RemovalState.REPORTED, RemovalState.ACKNOWLEDGED}),
}


def _wish(stage: Stage, **more: Any) -> dict[str, Any]:
    return {
        "system": str(stage.school.pk), "cameras": [str(stage.gate.pk)], "ground": "city_works",
        "why": "门口道路拓宽，立柱须迁走", "planned": day(20), **more,
    }  # fmt: skip


def _in(stage: Stage, state: RemovalState, reported_days_ago: int = 30) -> Removal:
    """The gate's removal, in this state."""
    by, now = stage.cast.caretaker.person, timezone.now()
    if state in (RemovalState.FOUND, RemovalState.RESTORED):
        seen = workflow.Found((stage.gate,), "立柱上没有设备", timezone.localdate(now), "值班员扎西")
        row = workflow.find(stage.school, seen, Taken(by, now, timezone.localdate(now)))
        if state == RemovalState.RESTORED:
            workflow.restore(row, Taken(by, now, timezone.localdate(now), "已装回"))
        return Removal.objects.get(pk=row.pk)
    wanted = workflow.Wanted((stage.gate,), RemovalGround.CITY_WORKS, "道路拓宽", timezone.localdate() + 20 * DAY)
    row = workflow.plan(stage.school, wanted, by, now)
    taken = Taken(by, now, timezone.localdate(now), "因故")
    if state != RemovalState.PLANNED:
        row = workflow.report(row, taken)
        Removal.objects.filter(pk=row.pk).update(reported_on=timezone.localdate() - reported_days_ago * DAY)
    if state == RemovalState.ACKNOWLEDGED:
        workflow.acknowledge(row, Taken(stage.cast.inspector.person, now, timezone.localdate(now)))
    if state == RemovalState.CANCELLED:
        workflow.cancel(row, taken)
    if state == RemovalState.REMOVED:
        workflow.carry_out(row, taken, LegalTerms())
    return Removal.objects.get(pk=row.pk)


def test_a_removal_is_reported_at_once_in_the_persons_name_and_by_the_program(stage: Stage, program_of: Make) -> None:
    caller = program_of("caretaker")
    made = caller("post", "/removals", _wish(stage))
    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["state"], told["reported_on"], told["first_day"]) == ("reported", day(0), day(15))
    assert caller.get(f"/removals/{told['id']}").headers["ETag"] == made.headers["ETag"] == '"2"'
    steps = CaseStep.objects.filter(case_id=told["id"]).order_by("seq")
    assert [(one.event, one.by) for one in steps] == [
        (name, stage.cast.caretaker.person) for name in ("plan", "report")
    ]
    assert all(caller.program.name in one.words for one in steps)
    assert RecordOutbox.objects.filter(type="program.called", record__program=str(caller.program.uuid)).exists()


@pytest.mark.parametrize("days", [0, 1, 14])
def test_a_day_too_soon_is_refused_with_the_first_that_may_be(days: int, stage: Stage, program_of: Make) -> None:
    answer = program_of("caretaker")("post", "/removals", _wish(stage, planned=day(days)), **{"Accept-Language": "en"})
    assert refused(answer, 422) == ["S18b"]
    wrong = answer.json()["errors"][0]
    assert wrong["field"] == "planned"
    assert day(15) in wrong["what"]
    assert day(15) in wrong["remedy"]
    assert not Removal.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"cameras": []}, "cameras"),
        ({"whole": True}, "cameras"),
        ({"ground": "weather"}, "ground"),
        ({"why": " "}, "why"),
        ({"cameras": ["00000000-0000-4000-8000-000000000000"]}, "cameras"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], field: str, stage: Stage, program_of: Make) -> None:
    answer = program_of("caretaker")("post", "/removals", _wish(stage, **change))
    refused(answer, 422)
    assert field in {one["field"] for one in answer.json()["errors"]}
    assert not Removal.objects.exists()


def test_another_systems_camera_and_what_goes_already_are_not_removed(stage: Stage, program_of: Make) -> None:
    caller = program_of("caretaker")
    refused(caller("post", "/removals", _wish(stage, cameras=[str(stage.lobby.pk)])), 422)
    assert caller("post", "/removals", _wish(stage)).status_code == 201
    refused(caller("post", "/removals", _wish(stage)), 422)
    refused(caller("post", "/removals", _wish(stage, cameras=[], whole=True)), 422)
    System.objects.filter(pk=stage.school.pk).update(state="trial")
    assert refused(caller("post", "/removals", _wish(stage, cameras=[str(stage.yard.pk)]))) == ["S18b"]
    assert Removal.objects.count() == 1


@pytest.mark.parametrize("state", list(RemovalState))
@pytest.mark.parametrize("event", sorted(EVENTS))
def test_a_step_is_taken_from_its_states_and_from_no_other(
    event: str, state: RemovalState, stage: Stage, program_of: Make
) -> None:
    row, caller = _in(stage, state), program_of("caretaker")
    body, states = EVENTS[event]
    read = caller.get(f"/removals/{row.pk}")
    answer = caller("post", f"/removals/{row.pk}/{event}", body, **tag(read))
    if state in states:
        assert answer.status_code == 200, answer.content
        assert answer.json()["revision"] == read.json()["revision"] + 1
        assert caller("post", f"/removals/{row.pk}/{event}", body, **tag(read)).status_code == 412
    else:
        refused(answer)
        assert Removal.objects.get(pk=row.pk).state == state


@pytest.mark.parametrize("ago", [0, 14])
def test_before_the_fifteenth_day_it_is_not_carried_out_and_the_day_is_named(
    ago: int, stage: Stage, program_of: Make
) -> None:
    row, caller = _in(stage, RemovalState.REPORTED, ago), program_of("caretaker")
    answer = caller("post", f"/removals/{row.pk}/carry-out", {}, **on(2))
    assert refused(answer) == ["S18b"]
    assert day(15 - ago) in answer.json()["errors"][0]["remedy"]
    assert Camera.objects.get(pk=stage.gate.pk).state == CameraState.CONNECTED


def test_a_whole_system_goes_with_its_cameras_and_its_revision_counts_up(stage: Stage, program_of: Make) -> None:
    caller = program_of("caretaker")
    made = caller("post", "/removals", _wish(stage, cameras=[], whole=True)).json()
    Removal.objects.update(reported_on=timezone.localdate() - 15 * DAY)
    gone = caller("post", f"/removals/{made['id']}/carry-out", {"words": "已拆"}, **on(2))
    assert (gone.status_code, gone.json()["removed_on"]) == (200, day(0)), gone.content
    system = caller.get(f"/systems/{stage.school.pk}")
    assert (system.json()["state"], system.headers["ETag"]) == (SystemState.REMOVED, '"1"')
    assert not Camera.objects.filter(system=stage.school).exclude(state=CameraState.RETIRED).exists()
    assert Camera.objects.get(pk=stage.gate.pk).revision == 1


def test_neither_overtakes_the_other_unseen(stage: Stage, program_of: Make, client_of: Any) -> None:
    row, caller = _in(stage, RemovalState.REPORTED), program_of("caretaker")
    read = caller.get(f"/removals/{row.pk}")
    page: Client = client_of("caretaker")
    page.post(reverse("places:removal_put_off", args=[row.pk]), {"planned": day(50)})
    stale = caller("post", f"/removals/{row.pk}/put-off", {"planned": day(30)}, **tag(read))
    assert refused(stale, 412) == ["R8"]
    assert "拆除改期" in stale.json()["errors"][0]["what"]
    assert Removal.objects.get(pk=row.pk).planned == datetime.date.fromisoformat(day(50))
    assert caller("post", f"/removals/{row.pk}/put-off", {"planned": day(30)}, **tag(stale)).status_code == 200
    assert caller("post", f"/removals/{row.pk}/put-off", {"planned": day(30)}).status_code == 428


@pytest.mark.parametrize("member", STRANGERS)
def test_nobody_elses_is_removed_put_off_or_called_off(member: str, stage: Stage, program_of: Make) -> None:
    row, caller = _in(stage, RemovalState.REPORTED), program_of(member)
    assert caller("post", "/removals", _wish(stage, cameras=[str(stage.yard.pk)])).status_code in (403, 422)
    for event, (body, _states) in EVENTS.items():
        assert caller("post", f"/removals/{row.pk}/{event}", body, **on(2)).status_code in (403, 404), event
    assert (Removal.objects.get().state, Removal.objects.get().planned) == (row.state, row.planned)


def test_a_program_of_another_division_and_one_without_the_scope_remove_nothing(stage: Stage, program_of: Make) -> None:
    row = _in(stage, RemovalState.REPORTED)
    bound = program_of("caretaker", division="540103")
    assert bound("post", f"/removals/{row.pk}/carry-out", {}, **on(2)).status_code == 404
    assert bound("post", "/removals", _wish(stage, cameras=[str(stage.yard.pk)])).status_code == 422
    reads = program_of("caretaker", ["removals:read", "life:write"])
    assert refused(reads("post", f"/removals/{row.pk}/carry-out", {}, **on(2)), 403) == ["scope:removals:write"]
    assert Removal.objects.get().state == RemovalState.REPORTED


def test_the_programs_own_words_are_no_reason_to_call_it_off(stage: Stage, program_of: Make) -> None:
    row, caller = _in(stage, RemovalState.REPORTED), program_of("caretaker")
    refused(caller("post", f"/removals/{row.pk}/cancel", {"words": " "}, **on(2)), 422)
    assert caller("post", "/removals", _wish(stage, why="机密级机房门口")).status_code == 403
    assert "机密级" not in str([one.record for one in RecordOutbox.objects.all()])


def test_a_report_that_is_sent_again_is_made_once(stage: Stage, program_of: Make) -> None:
    caller, headers = program_of("caretaker"), {"Idempotency-Key": "k1"}
    first = caller("post", "/removals", _wish(stage), **headers)
    again = caller("post", "/removals", _wish(stage), **headers)
    assert (again.status_code, again.content, Removal.objects.count()) == (201, first.content, 1)
