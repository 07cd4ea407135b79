"""Changes by programs: asked for, shown, made and restored through the page's workflow; decided by people alone (S34(7), N14)."""

from __future__ import annotations

from typing import Any

import pytest

from custodes.cases.models import CaseStep
from custodes.law.duties.finding import LegalTerms
from custodes.people.models import RecordOutbox
from custodes.places.models import Camera, ChangeCase, ChangeState, Moment, RowEdit
from custodes.places.models.change import PICTURES
from tests.places.changes import cases
from tests.places.changes import steps as workflow
from tests.places.life.test_filing import taken
from tests.places.stage import Stage
from tests.web.programs.writing import STRANGERS, Make, day, on, paper, refused, tag

pytestmark = pytest.mark.django_db
_C = ChangeState


def _wish(stage: Stage, **more: Any) -> dict[str, Any]:
    return {
        "kind": "move", "cameras": [str(stage.gate.pk)], "wanted": "门柱南侧", "why": "校门外移", "planned": day(10), **more,
    }  # fmt: skip


def _asked(stage: Stage, **more: Any) -> dict[str, Any]:
    return {"system": str(stage.school.pk), **_wish(stage, **more)}


def _in(stage: Stage, state: ChangeState) -> ChangeCase:
    by, approver = stage.cast.caretaker.person, stage.cast.approver.person
    made = {
        _C.REQUESTED: lambda: cases.requested(stage),
        _C.APPROVED: lambda: cases.approved(stage),
        _C.REFUSED: lambda: workflow.decide(cases.requested(stage), "refuse", 0, taken(approver, words="没有必要")),
        _C.FOUND: lambda: cases.found(stage),
        _C.DONE: lambda: cases.done(stage),
        _C.WITHDRAWN: lambda: workflow.withdraw(cases.requested(stage), taken(by, words="不再外移")),
    }[state]()
    if state in (_C.APPROVED, _C.FOUND):
        workflow.add_picture(made, Moment.AFTER, cases.paper(by), stage.gate, by, taken(by).at)
    if state == _C.APPROVED:
        cases.moved(stage, stage.gate)
    return ChangeCase.objects.get(pk=made.pk)


STATES = (_C.REQUESTED, _C.APPROVED, _C.REFUSED, _C.FOUND, _C.DONE, _C.WITHDRAWN)
#: Event → its body, the states from which it may be taken, and where it leads.
EVENTS: dict[str, tuple[dict[str, Any], dict[ChangeState, ChangeState]]] = {
    "withdraw": ({"words": "不再外移了"}, {_C.REQUESTED: _C.WITHDRAWN, _C.APPROVED: _C.WITHDRAWN}),
    "carry-out": ({"words": "已外移"}, {_C.APPROVED: _C.DONE}),
    "restore": ({"words": "已恢复原状"}, {_C.FOUND: _C.RESTORED}),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("event", sorted(EVENTS))
def test_a_step_is_taken_from_its_states_and_from_no_other(
    event: str, state: ChangeState, stage: Stage, program_of: Make
) -> None:
    row, caller = _in(stage, state), program_of("caretaker")
    body, leads = EVENTS[event]
    read = caller.get(f"/changes/{row.pk}")
    answer = caller("post", f"/changes/{row.pk}/{event}", body, **tag(read))
    if state in leads:
        assert (answer.status_code, answer.json()["state"]) == (200, leads[state]), answer.content
        assert caller("post", f"/changes/{row.pk}/{event}", body, **tag(read)).status_code == 412
    else:
        refused(answer)
        assert ChangeCase.objects.get().state == state


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("moment", list(Moment))
def test_a_picture_is_added_in_its_time_alone(
    moment: Moment, state: ChangeState, stage: Stage, program_of: Make
) -> None:
    row, caller = _in(stage, state), program_of("caretaker")
    before = row.pictures.count()
    wish = {"moment": moment, "camera": str(stage.gate.pk), "paper": paper(caller)}
    answer = caller("post", f"/changes/{row.pk}/pictures", wish, **tag(caller.get(f"/changes/{row.pk}")))
    if state in PICTURES[moment]:
        assert answer.status_code == 200, answer.content
        assert row.pictures.count() == before + 1
        assert caller.get(f"/papers/{wish['paper']}").status_code == 200
    else:
        refused(answer)
        assert row.pictures.count() == before


def test_a_change_goes_from_the_wish_to_its_making_and_only_a_person_allows_it(stage: Stage, program_of: Make) -> None:
    caller, by = program_of("caretaker"), stage.cast.caretaker.person
    made = caller("post", "/changes", _asked(stage))
    assert made.status_code == 201, made.content
    path = f"/changes/{made.json()['id']}"
    shown = {"moment": "before", "camera": str(stage.gate.pk), "paper": paper(caller)}
    pictured = caller("post", f"{path}/pictures", shown, **tag(made))
    amended = caller("put", path, _wish(stage, wanted="门柱北侧"), **tag(pictured))
    assert (amended.json()["wanted"], len(amended.json()["pictures"])) == ("门柱北侧", 1)
    assert caller("put", path, _wish(stage), **tag(pictured)).status_code == 412
    for decision in ("approve", "refuse", "decide", "keep"):
        assert caller("post", f"{path}/{decision}", {}, **tag(amended)).status_code == 404
    case = ChangeCase.objects.get()
    assert (case.asked_by, case.state) == (by, "requested")
    # Before leave the register is not changed: the camera stands as it was accepted (S34(7)).
    camera = f"/cameras/{stage.gate.pk}"
    held = caller("patch", camera, {"place": "门柱北侧，距地 3 米"}, **tag(caller.get(camera)))
    assert "S34(7)" in refused(held, 422)
    workflow.decide(case, "approve", case.revision, taken(stage.cast.approver.person, words="同意"))
    early = caller("post", f"{path}/carry-out", {}, **tag(caller.get(path)))
    assert set(refused(early)) == {"S34(7)", "N14"}
    moved = caller("patch", camera, {"place": "门柱北侧，距地 3 米"}, **tag(caller.get(camera)))
    assert moved.status_code == 200, moved.content
    after = {"moment": "after", "camera": str(stage.gate.pk), "paper": paper(caller)}
    pictured = caller("post", f"{path}/pictures", after, **tag(caller.get(path)))
    done = caller("post", f"{path}/carry-out", {"words": "已移"}, **tag(pictured))
    assert (done.status_code, done.json()["state"], done.json()["done_on"]) == (200, "done", day(0)), done.content
    steps = CaseStep.objects.filter(case_id=case.pk).exclude(event="approve")
    assert all(caller.program.name in step.words and step.by == by for step in steps)


def test_what_was_changed_without_leave_is_entered_and_stays_an_incident(stage: Stage, program_of: Make) -> None:
    caller = program_of("caretaker")
    wish = {**_asked(stage), "on": day(-2)}
    del wish["planned"]
    assert "form:required" not in refused(caller("post", "/changes/found", {**wish, "on": day(1)}), 422)
    made = caller("post", "/changes/found", wish)
    assert (made.status_code, made.json()["state"], made.json()["unauthorised"]) == (201, "found", True), made.content


@pytest.mark.parametrize(
    ("change", "field"),
    [({"cameras": []}, "cameras"), ({"kind": "unit", "cameras": []}, "was"), ({"kind": "dance"}, "kind"), ({"wanted": " "}, "wanted")],
)  # fmt: skip
def test_what_is_wrong_is_named(change: dict[str, Any], field: str, stage: Stage, program_of: Make) -> None:
    answer = program_of("caretaker")("post", "/changes", _asked(stage, **change))
    refused(answer, 422)
    assert field in {one["field"] for one in answer.json()["errors"]}
    assert not ChangeCase.objects.exists()


def test_a_planned_day_that_is_past_and_words_that_say_nothing_are_refused(stage: Stage, program_of: Make) -> None:
    caller = program_of("caretaker")
    assert refused(caller("post", "/changes", _asked(stage, planned=day(-1)))) == ["S34(7)"]
    assert refused(caller("post", "/changes", _asked(stage, why="……"))) == ["S34(7)"]
    row = _in(stage, _C.REQUESTED)
    # The program's own words make no reason of one that says nothing.
    answer = caller("post", f"/changes/{row.pk}/withdraw", {"words": "……"}, **tag(caller.get(f"/changes/{row.pk}")))
    assert refused(answer) == ["S34(7)"]


@pytest.mark.parametrize("member", STRANGERS)
def test_nobody_elses_change_is_touched(member: str, stage: Stage, program_of: Make) -> None:
    row, caller = _in(stage, _C.REQUESTED), program_of(member)
    steps = CaseStep.objects.count()
    assert caller("post", "/changes", _asked(stage, cameras=[str(stage.yard.pk)])).status_code in (403, 422)
    assert caller("post", "/changes/found", {**_asked(stage), "on": day(0)}).status_code in (403, 422)
    assert caller("put", f"/changes/{row.pk}", _wish(stage), **on(2)).status_code in (403, 404)
    for event, (body, _leads) in EVENTS.items():
        assert caller("post", f"/changes/{row.pk}/{event}", body, **on(2)).status_code in (403, 404)
    assert (ChangeCase.objects.count(), CaseStep.objects.count()) == (1, steps)


def test_a_paper_that_is_no_picture_shows_no_camera_and_is_not_used_up(stage: Stage, program_of: Make) -> None:
    row, caller = _in(stage, _C.REQUESTED), program_of("caretaker")
    text = paper(caller, b"plain words", "a.txt")
    wish = {"moment": "before", "camera": str(stage.gate.pk), "paper": text}
    answer = caller("post", f"/changes/{row.pk}/pictures", wish, **tag(caller.get(f"/changes/{row.pk}")))
    assert refused(answer, 422) == ["R10"]
    assert caller.program.papers.filter(paper__pk=text).exists()


def test_a_correction_of_a_camera_in_use_is_a_step_with_the_programs_name(stage: Stage, program_of: Make) -> None:
    caller, camera = program_of("caretaker"), f"/cameras/{stage.gate.pk}"
    wish = {"view": "大门内侧通道", "place": "门柱南侧", "basis": "correction", "basis_words": "原登记位置有误"}
    saved = caller("patch", camera, wish, **tag(caller.get(camera)))
    assert saved.status_code == 200, saved.content
    step = CaseStep.objects.get(event="correct")
    assert "原登记位置有误" in step.words
    assert caller.program.name in step.words
    assert RowEdit.objects.filter(object="places.camera").count() == 1
    found = {"place": "门柱北侧", "basis": "found", "basis_words": "已被移动", "found_on": day(-1)}
    assert caller("patch", camera, found, **tag(saved)).status_code == 200
    assert ChangeCase.objects.get().unauthorised
    assert Camera.objects.get(pk=stage.gate.pk).place == "门柱北侧"
    assert LegalTerms()
    assert "门柱北侧" not in str(
        [one.record["changes"] for one in RecordOutbox.objects.filter(type="program.called") if "changes" in one.record]
    )
