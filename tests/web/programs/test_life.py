"""A system's life by a program: each step under the page's own guards, what it waits for told before, and nothing taken unseen."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.cases.models import CaseStep
from custodes.people.models import CredentialKind, RecordOutbox, Unit
from custodes.places.lifecycle.case import BY_NAME, EVENTS
from custodes.places.lifecycle.facts import KEYS
from custodes.places.lifecycle.guards import GUARDS
from custodes.places.models import (
    Acceptance,
    Camera,
    FirmStep,
    InterfaceTest,
    MainWorks,
    PaperKind,
    Product,
    System,
    SystemFirm,
    SystemState,
)
from custodes.web.programs.lifewishes import LifeEvent
from custodes.web.programs.reference import schema
from custodes.web.programs.steps import BY
from tests.places.life.papers import certified, design_papers, firm, item, qualified
from tests.places.stage import Stage
from tests.web.programs.writing import DAY, STRANGERS, Make, day, on, paper, refused, tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything_is_met(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards have tests of their own."""
    for name in GUARDS:
        monkeypatch.setitem(GUARDS, name, lambda facts, day, today, terms: ())


def _in(stage: Stage, state: str) -> str:
    """Put the school's system there; its address."""
    System.objects.filter(pk=stage.school.pk).update(state=state)
    return f"/systems/{stage.school.pk}"


def test_the_steps_of_programs_are_the_steps_of_the_page() -> None:
    """All but the removal, which has a case of its own."""
    assert {one.value for one in LifeEvent} == {event.name for event in EVENTS} - {"enter", "remove"}


def test_what_a_step_waits_for_comes_by_operations_that_there_are() -> None:
    base = "/api/register/v1"
    known = {
        f"{method.upper()} {path.removeprefix(base)}" for path, each in schema()["paths"].items() for method in each
    }
    assert set(BY) == {one.value for one in LifeEvent}
    assert {one for several in BY.values() for one in several} <= known


@pytest.mark.parametrize("state", SystemState.values)
@pytest.mark.parametrize("event", list(LifeEvent))
def test_a_step_is_taken_from_its_states_and_from_no_other(
    event: LifeEvent, state: str, stage: Stage, program_of: Make, everything_is_met: None
) -> None:
    path, caller = _in(stage, state), program_of("caretaker")
    answer = caller("post", f"{path}/steps", {"event": event, "words": "因资金原因"}, **on(0))
    if state in BY_NAME[event].sources:
        assert answer.status_code == 200, answer.content
        assert answer.json()["state"] == BY_NAME[event].target
        assert answer.headers["ETag"] == '"1"'
    else:
        refused(answer)
        assert System.objects.get(pk=stage.school.pk).state == state
        assert not CaseStep.objects.filter(about=stage.school.pk).exists()


@pytest.mark.parametrize("state", SystemState.values)
def test_what_may_come_next_is_what_the_machine_has(state: str, stage: Stage, program_of: Make) -> None:
    path, caller = _in(stage, state), program_of("caretaker")
    told = caller.get(f"{path}/steps").json()
    expected = {event.name for event in EVENTS if state in event.sources and event.name != "remove"}
    assert {one["event"] for one in told["next"]} == expected
    for one in told["next"]:
        answer = caller("post", f"{path}/steps", {"event": one["event"], "on": one["on"], "words": "因故"}, **on(0))
        if not one["lacking"]:
            break  # it was taken
        assert answer.status_code == 409
        assert answer.json()["errors"] == one["lacking"]
        assert System.objects.get(pk=stage.school.pk).state == state


def test_a_step_has_the_person_the_words_and_the_program_on_record(
    stage: Stage, program_of: Make, everything_is_met: None
) -> None:
    path, caller = _in(stage, "trial"), program_of("caretaker")
    wish = {"event": "fail", "words": "夜间图像不清"}
    assert caller("post", f"{path}/steps", wish, **on(0)).status_code == 200
    step = CaseStep.objects.get(about=stage.school.pk)
    assert step.by == stage.cast.caretaker.person
    assert step.words == f"夜间图像不清（由接入程序“{caller.program.name}”办理）"
    record = RecordOutbox.objects.get(type="register.step").record
    assert (record["by"], record["words"]) == (str(stage.cast.caretaker.person.uuid), step.words)
    called = RecordOutbox.objects.get(type="program.called").record
    assert (called["program"], called["about"]) == (str(caller.program.uuid), str(stage.school.pk))
    told = caller.get(f"{path}/steps").json()["taken"]
    assert [(one["event"], one["before"], one["after"]) for one in told] == [("fail", "trial", "building")]


def test_the_programs_own_words_are_no_reason(stage: Stage, program_of: Make, everything_is_met: None) -> None:
    path, caller = _in(stage, "building"), program_of("caretaker")
    assert "form:required" in refused(caller("post", f"{path}/steps", {"event": "abandon"}, **on(0)), 422)
    answer = caller("post", f"{path}/steps", {"event": "abandon", "words": "字" * 301}, **on(0))
    assert answer.status_code == 422


def test_a_step_on_what_somebody_changed_since_is_refused_and_names_it(
    stage: Stage, program_of: Make, everything_is_met: None, client_of: Any
) -> None:
    path, caller = _in(stage, "planned"), program_of("caretaker")
    read = caller.get(f"{path}/steps")
    assert caller("post", f"{path}/steps", {"event": "design_ok"}).status_code == 428
    page: Client = client_of("caretaker")
    page.post(reverse("places:step", args=[stage.school.pk, "design_ok"]), {"on": day(0)})
    stale = caller("post", f"{path}/steps", {"event": "start"}, **tag(read))
    assert refused(stale, 412) == ["R8"]
    assert stale.json()["errors"][0]["field"] == "state"
    assert caller("post", f"{path}/steps", {"event": "start"}, **tag(stale)).status_code == 200
    # And a change of the row that rests on the former state is refused too.
    assert caller("patch", path, {"name": "别名"}, **tag(stale)).status_code == 412


def test_a_step_that_is_sent_again_is_taken_once(stage: Stage, program_of: Make, everything_is_met: None) -> None:
    path, caller = _in(stage, "designed"), program_of("caretaker")
    headers = {"Idempotency-Key": "k1", **on(0)}
    first = caller("post", f"{path}/steps", {"event": "start"}, **headers)
    again = caller("post", f"{path}/steps", {"event": "start"}, **headers)
    assert (first.status_code, again.status_code, again.content) == (200, 200, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert CaseStep.objects.count() == 1


@pytest.mark.parametrize("member", STRANGERS)
def test_nobody_elses_system_is_led_on(member: str, stage: Stage, program_of: Make, everything_is_met: None) -> None:
    path, caller = _in(stage, "trial"), program_of(member)
    system = str(stage.school.pk)
    bodies: list[tuple[str, str, dict[str, Any]]] = [
        ("post", f"{path}/steps", {"event": "accept"}),
        ("post", f"{path}/interface-tries", {}),
        ("put", f"{path}/works", {"name": "教学楼"}),
        ("post", "/acceptances", _passed(stage)),
        ("post", "/firms", {"system": system, "step": "construction", "unit": str(stage.cast.units["b"].uuid), "since": day(0)}),
    ]  # fmt: skip
    for method, where, body in bodies:
        answer = caller(method, where, body, **on(0))
        assert answer.status_code in (403, 404, 422), where
        refused(answer, answer.status_code) if answer.status_code != 404 else None
    assert System.objects.get(pk=stage.school.pk).state == "trial"
    for kind in (Acceptance, SystemFirm, InterfaceTest):
        assert not kind.objects.exists()
    assert caller.get(f"{path}/steps").json().get("next", []) == []


def _passed(stage: Stage, **more: Any) -> dict[str, Any]:
    return {
        "system": str(stage.school.pk), "on": day(0), "passed": True, "parts": dict.fromkeys(KEYS, "符合设计"),
        "members": "王强（教育局）", **more,
    }  # fmt: skip


@pytest.mark.parametrize("part", sorted(KEYS))
def test_a_pass_says_something_of_each_of_the_five_parts(part: str, stage: Stage, program_of: Make) -> None:
    _in(stage, "trial")
    wish = _passed(stage)
    del wish["parts"][part]
    answer = program_of("caretaker")("post", "/acceptances", wish)
    assert refused(answer, 422) == ["N11"]
    assert answer.json()["errors"][0]["field"] == f"parts.{part}"
    assert not Acceptance.objects.exists()


@pytest.mark.parametrize("state", [one for one in SystemState.values if one != "trial"])
def test_only_what_runs_on_trial_is_accepted(state: str, stage: Stage, program_of: Make) -> None:
    _in(stage, state)
    assert refused(program_of("caretaker")("post", "/acceptances", _passed(stage))) == ["S16.1"]
    assert not Acceptance.objects.exists()


def test_a_conclusion_is_entered_with_its_report_and_read(stage: Stage, program_of: Make) -> None:
    _in(stage, "trial")
    now = timezone.now()
    report = item(stage.school, PaperKind.ACCEPTANCE, "验收报告", stage.cast.caretaker.person, now)
    design = item(stage.school, PaperKind.DESIGN, "方案", stage.cast.caretaker.person, now)
    caller = program_of("caretaker")
    for wrong in (str(design.pk), "00000000-0000-4000-8000-000000000000"):
        refused(caller("post", "/acceptances", _passed(stage, report=wrong)), 422)
    refused(caller("post", "/acceptances", _passed(stage, on=day(1))), 422)
    refused(caller("post", "/acceptances", _passed(stage, passed=False)), 422)
    made = caller("post", "/acceptances", _passed(stage, report=str(report.pk)))
    assert made.status_code == 201, made.content
    assert caller.get(f"/acceptances/{made.json()['id']}").json() == made.json()
    row = Acceptance.objects.get()
    assert (row.by, row.parts.keys(), row.report) == (stage.cast.caretaker.person, KEYS, report)
    assert caller("post", "/acceptances", _passed(stage, words="机密级机房")).status_code == 403
    record = RecordOutbox.objects.get(type="config.changed", record__object="places.acceptance").record
    assert "design: 符合设计" in record["changes"]["parts"][1]


def test_an_acceptance_waits_for_each_thing_that_the_law_asks_for(stage: Stage, program_of: Make) -> None:
    path, caller = _in(stage, "trial"), program_of("caretaker")
    began = timezone.localdate() - 29 * DAY
    CaseStep.objects.create(
        kind="places.system", about=stage.school.pk, seq=CaseStep.objects.count() + 1, case_id=stage.school.pk, event="begin_trial", before="completed",
        after="trial", on=began, by=stage.cast.caretaker.person, at=timezone.now() - 29 * DAY,
    )  # fmt: skip
    assert caller("post", "/acceptances", _passed(stage)).status_code == 201
    rules = set(refused(caller("post", f"{path}/steps", {"event": "accept"}, **on(0))))
    assert {"GB55029", "S13.1", "S16.1", "S12.1"} <= rules
    CaseStep.objects.update(on=began - DAY, at=timezone.now() - 31 * DAY)
    now, by = timezone.now(), stage.cast.caretaker.person
    certified(stage.school, by, now)
    report = item(stage.school, PaperKind.ACCEPTANCE, "验收报告", by, now)
    assert caller("post", "/acceptances", _passed(stage, report=str(report.pk))).status_code == 201
    assert refused(caller("post", f"{path}/steps", {"event": "accept"}, **on(0))) == ["S12.1"]
    tried = caller("post", f"{path}/interface-tries")
    assert tried.status_code == 201, tried.content
    assert (tried.json()["passed"], tried.json()["asked"], tried.json()["silent"]) == (True, 2, [])
    early = caller("post", f"{path}/steps", {"event": "accept", "on": day(-1)}, **on(0))
    assert "S16.2a" in refused(early)
    assert caller("post", f"{path}/steps", {"event": "accept"}, **on(0)).json()["state"] == "accepted"
    lacking = caller("post", f"{path}/steps", {"event": "put_in_use"}, **on(1))
    assert "S15" in refused(lacking)


def test_a_try_of_the_interface_names_who_is_silent_and_lies_in_no_transaction_of_ours(
    stage: Stage, program_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, caller = _in(stage, "trial"), program_of("caretaker")
    stage.worker.arrived = [str(stage.gate.pk)]
    key = {"Idempotency-Key": "try-1"}
    tried = caller("post", f"{path}/interface-tries", **key)
    assert (tried.json()["passed"], tried.json()["silent"]) == (False, [str(stage.yard.pk)])
    again = caller("post", f"{path}/interface-tries", **key)
    assert (again.content, InterfaceTest.objects.count()) == (tried.content, 1)
    _in(stage, "accepted")
    Camera.objects.filter(system=stage.school).update(state="draft")
    assert refused(caller("post", f"{path}/interface-tries")) == ["S12.1"]


def test_a_firm_is_named_by_its_credit_code_and_its_technicians_by_their_names(stage: Stage, program_of: Make) -> None:
    builder = stage.cast.units["b"]
    Unit.objects.filter(pk=builder.pk).update(uscc="91540102MA6T00001X")
    wish = {"system": str(stage.school.pk), "step": "construction", "uscc": "91540102MA6T00001X", "since": day(0)}
    caller = program_of("caretaker")
    assert refused(caller("post", "/firms", {**wish, "technicians": ["没有此人"]}), 422) == ["S17"]
    assert refused(caller("post", "/firms", {**wish, "uscc": "91540102MA6T00009X"}), 422)
    made = caller("post", "/firms", {**wish, "technicians": [stage.cast.outside_caretaker.person.name]})
    assert made.status_code == 201, made.content
    assert (made.json()["unit"], made.json()["technicians"]) == (str(builder.uuid), 1)
    assert caller.get(f"/firms/{made.json()['id']}").json() == made.json()


def test_a_certificate_is_entered_with_its_paper_and_looked_up_by_the_model(stage: Stage, program_of: Make) -> None:
    caller = program_of("caretaker")
    wish = {
        "maker": "某厂", "model": "X1", "certificate": "检 1", "issuer": "某中心", "issued": day(-10), "valid_until": day(700),
        "paper": paper(caller),
    }  # fmt: skip
    refused(caller("post", "/products", {**wish, "issued": day(1)}), 422)
    made = caller("post", "/products", wish)
    assert made.status_code == 201, made.content
    assert caller.get(f"/products/{made.json()['id']}").json() == made.json()
    assert Product.certified_until("某厂", "X1") is not None
    assert refused(caller("post", "/products", {**wish, "certificate": "检 2"}), 422) == ["R10"]  # its paper is used
    assert refused(program_of("approver")("post", "/products", wish), 403)


def test_main_works_are_entered_on_their_revision_and_their_days_read(stage: Stage, program_of: Make) -> None:
    path, caller = f"/systems/{stage.school.pk}/works", program_of("caretaker")
    read = caller.get(path)
    assert (read.json()["name"], read.headers["ETag"]) == ("", '"0"')
    saved = caller("put", path, {"name": "教学楼", "build": day(-30)}, **tag(read))
    assert saved.status_code == 200, saved.content
    assert (saved.json()["build"], MainWorks.objects.get().name) == (day(-30), "教学楼")
    assert refused(caller("put", path, {"name": "别名"}, **tag(read)), 412)
    assert caller("put", path, {"name": "综合楼"}, **tag(saved)).json()["build"] is None


def test_a_system_goes_from_nothing_to_building_by_programs_alone(stage: Stage, program_of: Make) -> None:
    caller, unit = program_of("caretaker"), str(stage.cast.units["a"].uuid)
    place = {
        "name": "图书馆",
        "category": 9,
        "address": "夺底路 2 号",
        "division": "540102",
        "unit": unit,
        "secret_near": "no",
    }
    basis = {"basis": "N7.2-1", "necessity": "保护师生安全", "key_parts": "教育局 2024 年 3 号"}
    place_id = caller("post", "/places", {**place, **basis}).json()["id"]
    made = caller("post", "/systems", {"place": place_id, "name": "图书馆", "unit": unit, "network": "local"})
    path, system = f"/systems/{made.json()['id']}", System.objects.get(pk=made.json()["id"])
    by, now = stage.cast.caretaker.person, timezone.now()
    lacking = caller.get(f"{path}/steps").json()["next"][0]["lacking"]
    assert [one["rule"] for one in lacking] == ["N7.3", "PIPL55"]
    role = {"role": "manager", "unit": unit, "since": day(-10)}
    assert caller("post", f"/places/{place_id}/roles", role).status_code == 201
    assert program_of("outside_caretaker")("post", f"/places/{place_id}/roles", role).status_code == 404
    design_papers(system, by, now)
    firm(system, by, now)
    qualified(firm(system, by, now, FirmStep.DESIGN), CredentialKind.DESIGN)
    for event in ("screen", "design_ok"):
        read = caller.get(f"{path}/steps")
        lacking = {one["event"]: one["lacking"] for one in read.json()["next"]}
        assert lacking[event] == []
        assert caller("post", f"{path}/steps", {"event": event}, **tag(read)).status_code == 200
    # The firm shows no credentials: who builds is not settled yet (S13.1).
    assert refused(caller("post", f"{path}/steps", {"event": "start"}, **on(2))) == ["S13.1"]
