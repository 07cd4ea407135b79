"""Plans by programs: a vote's hours asked for and taken back; another person approves, at the page (S34(6), S10(3))."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from custodes.people.models import RecordOutbox
from custodes.places import deciding, planning
from custodes.places.models import Decision, Plan
from tests.places.stage import Stage
from tests.web.programs.writing import STRANGERS, Make, refused

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


def _wish(stage: Stage, **more: Any) -> dict[str, Any]:
    begins = timezone.localtime().replace(microsecond=0) + 24 * HOUR
    return {
        "kind": "interruption", "cause": "vote", "words": "居委会换届选举投票", "begins": begins.isoformat(),
        "ends": (begins + 3 * HOUR).isoformat(), "cameras": [str(stage.gate.pk)], **more,
    }  # fmt: skip


def test_a_vote_is_asked_for_and_only_a_person_approves_it(stage: Stage, program_of: Make) -> None:
    caller = program_of("caretaker")
    made = caller("post", "/plans", _wish(stage))
    assert made.status_code == 201, made.content
    row = Plan.objects.get()
    assert (row.is_vote, row.state, row.asked_by) == (True, Decision.WAITING, stage.cast.caretaker.person)
    assert row.begins == datetime.datetime.fromisoformat(made.json()["begins"])
    assert caller.get(f"/plans/{row.pk}").json() == made.json()
    for event in ("approve", "refuse", "decide"):
        assert caller("post", f"/plans/{row.pk}/{event}", {}).status_code == 404
    deciding.approve(row, planning.RULES, stage.cast.approver.person, timezone.now())
    gone = caller("post", f"/plans/{row.pk}/withdraw", {"words": "改期"})
    assert (gone.status_code, gone.json()["state"]) == (200, "withdrawn"), gone.content
    assert caller.program.name in Plan.objects.get().ended_words
    assert refused(caller("post", f"/plans/{row.pk}/withdraw", {"words": "改期"})) == ["S34(6)"]
    assert RecordOutbox.objects.filter(type="config.changed", record__object="places.plan").count() == 3


@pytest.mark.parametrize(
    ("change", "status", "rule"),
    [
        ({"kind": "window", "silences": ["camera.down"]}, 0, ""),
        ({"cause": "party"}, 422, "form:"),
        ({"begins": "2026-12-01T08:00:00"}, 422, "schema:"),
        ({"ends": "2020-12-01T08:00:00+08:00"}, 422, "S34(6)"),
        ({"ends": "2090-12-01T08:00:00+08:00"}, 409, "S34(6)"),
        ({"words": " "}, 422, "form:"),
        ({"cameras": []}, 422, "form:"),
    ],
)
def test_what_may_not_be_is_refused(
    change: dict[str, Any], status: int, rule: str, stage: Stage, program_of: Make
) -> None:
    answer = program_of("caretaker")("post", "/plans", _wish(stage, **change))
    assert any(one.startswith(rule) for one in refused(answer, status or answer.status_code))
    assert answer.status_code in (409, 422)
    assert not Plan.objects.exists()


@pytest.mark.parametrize("member", STRANGERS)
def test_nobody_elses_cameras_are_planned_for(member: str, stage: Stage, program_of: Make) -> None:
    row = Plan.objects.get(pk=program_of("caretaker")("post", "/plans", _wish(stage)).json()["id"])
    caller = program_of(member)
    assert caller("post", "/plans", _wish(stage)).status_code in (403, 422)
    assert caller("post", f"/plans/{row.pk}/withdraw", {"words": "因故"}).status_code in (403, 404)
    assert Plan.objects.get().state == Decision.WAITING


def test_another_division_sees_and_plans_nothing(stage: Stage, program_of: Make) -> None:
    row = program_of("caretaker")("post", "/plans", _wish(stage)).json()["id"]
    bound = program_of("caretaker", division="540103")
    assert bound("post", "/plans", _wish(stage)).status_code == 422
    assert bound.get(f"/plans/{row}").status_code == 404
