"""Steps of a system's life in the database: what moves it, what never does, and what each leaves on record."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.cases.models import CaseStep
from custodes.law.duties.finding import LegalTerms
from custodes.people.models import CredentialKind, RecordOutbox
from custodes.places.assignment import build_assignment
from custodes.places.lifecycle.case import BY_NAME, EVENTS, enter_system
from custodes.places.lifecycle.guards import GUARDS
from custodes.places.lifecycle.stepping import StepRefused, Taken
from custodes.places.models import FirmStep, System, SystemFirm, SystemState
from tests.places.life.papers import certified, design_papers, firm, passed, qualified
from tests.places.life.steps import take, unmet_of
from tests.places.stage import Stage

pytestmark = pytest.mark.django_db
FIELDS = ("name", "unit", "network", "built_on")


@pytest.fixture
def everything_is_met(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards have tests of their own."""
    for name in GUARDS:
        monkeypatch.setitem(GUARDS, name, lambda facts, day, today, terms: ())


def taken(stage: Stage, on: datetime.date | None = None, **more: Any) -> Taken:
    now = timezone.now()
    return Taken(stage.cast.caretaker.person, now, on or timezone.localdate(now), **more)


def taken_then(stage: Stage, day: datetime.date, hour: int = 12) -> Taken:
    """On that day itself."""
    then = datetime.datetime.combine(day, datetime.time(hour), tzinfo=timezone.get_current_timezone())
    return Taken(stage.cast.caretaker.person, then, day)


def in_state(stage: Stage, state: SystemState) -> System:
    System.objects.filter(pk=stage.school.pk).update(state=state)
    return System.objects.get(pk=stage.school.pk)


@pytest.mark.parametrize("state", SystemState.values)
@pytest.mark.parametrize("event", [event.name for event in EVENTS if event.guard is not None])
def test_a_step_is_taken_from_its_states_and_from_no_other(
    stage: Stage, everything_is_met: None, event: str, state: str
) -> None:
    system = in_state(stage, SystemState(state))
    if SystemState(state) in BY_NAME[event].sources:
        assert take(system, event, taken(stage, words="因故"), LegalTerms()).state == BY_NAME[event].target
    else:
        with pytest.raises(StepRefused):
            take(system, event, taken(stage, words="因故"), LegalTerms())
        assert System.objects.get(pk=system.pk).state == state


def test_no_state_changes_by_itself(stage: Stage) -> None:
    system = in_state(stage, SystemState.TRIAL)
    with pytest.raises(AttributeError):
        system.state = SystemState.IN_USE


def test_what_is_unmet_refuses_the_step_and_changes_nothing(stage: Stage) -> None:
    system = in_state(stage, SystemState.COMPLETED)
    system.cameras.update(state="draft")
    with pytest.raises(StepRefused) as refused:
        take(system, "begin_trial", taken(stage), LegalTerms())
    assert [one.clause for one in refused.value.unmet] == ["GB55029"]
    assert not CaseStep.objects.filter(about=system.pk).exists()
    assert not RecordOutbox.objects.filter(type="register.step").exists()


def test_a_step_is_on_record_with_who_when_why_and_its_clauses(stage: Stage, everything_is_met: None) -> None:
    system = in_state(stage, SystemState.TRIAL)
    on = timezone.localdate() - datetime.timedelta(days=2)
    take(system, "fail", taken(stage, on, words="夜间图像不清"), LegalTerms())
    step = CaseStep.objects.get(about=system.pk)
    record = RecordOutbox.objects.get(type="register.step").record
    assert (step.event, step.before, step.after, step.on) == ("fail", "trial", "building", on)
    assert record["by"] == str(stage.cast.caretaker.person.uuid)
    assert record["on"] == on.isoformat()
    assert record["words"] == "夜间图像不清"
    assert record["clauses"] == ["S16.1"]
    assert record["step"] == str(step.pk)


def test_the_day_is_not_tomorrow_and_not_before_the_step_that_led_here(stage: Stage, everything_is_met: None) -> None:
    system = in_state(stage, SystemState.PROPOSED)
    today = timezone.localdate()
    with pytest.raises(StepRefused):
        take(system, "screen", taken(stage, today + datetime.timedelta(days=1)), LegalTerms())
    system = take(system, "screen", taken(stage, today), LegalTerms())
    with pytest.raises(StepRefused, match="早于"):
        take(system, "design_ok", taken(stage, today - datetime.timedelta(days=1)), LegalTerms())


def test_a_trial_begins_on_the_day_on_which_it_is_begun(stage: Stage, everything_is_met: None) -> None:
    system = in_state(stage, SystemState.COMPLETED)
    with pytest.raises(StepRefused, match="今天"):
        take(system, "begin_trial", taken(stage, timezone.localdate() - datetime.timedelta(days=40)), LegalTerms())


def test_giving_up_needs_a_reason(stage: Stage, everything_is_met: None) -> None:
    with pytest.raises(StepRefused, match="理由"):
        take(in_state(stage, SystemState.PLANNED), "abandon", taken(stage), LegalTerms())


@pytest.mark.parametrize(
    ("state", "recorded"),
    [(state, state in ("trial", "accepted", "in_use", "legacy_in_use")) for state in SystemState.values],
)
def test_a_node_takes_in_what_runs_on_trial_or_is_in_use_and_nothing_else(
    stage: Stage, state: str, recorded: bool
) -> None:
    in_state(stage, SystemState(state))
    names = {camera.name for camera in build_assignment(stage.node).cameras}
    assert ("校门" in names) is recorded
    assert "大堂" in names


def test_a_trial_that_begins_is_told_to_the_nodes(stage: Stage, everything_is_met: None) -> None:
    system = in_state(stage, SystemState.COMPLETED)
    before = stage.node.generation
    take(system, "begin_trial", taken(stage), LegalTerms())
    stage.node.refresh_from_db()
    assert stage.node.generation > before


@pytest.mark.parametrize(
    ("built", "state"),
    [
        (None, SystemState.PROPOSED),
        (datetime.date(2024, 4, 30), SystemState.LEGACY),
        (datetime.date(2024, 5, 1), SystemState.PROPOSED),
    ],
)
def test_what_was_built_before_the_regulation_is_in_use_from_its_entry(
    stage: Stage, built: datetime.date | None, state: SystemState
) -> None:
    wish = System(site=stage.school.site, name="后楼", unit=stage.school.unit, built_on=built)
    row = enter_system(wish, FIELDS, taken(stage))
    assert System.objects.get(pk=row.pk).state == state
    assert CaseStep.objects.get(about=row.pk).event == "enter"


def test_from_a_wish_to_use_by_the_real_guards(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything but what the site page asks for, which `test_guards` tries: the whole way with its papers and days."""
    monkeypatch.setitem(GUARDS, "screen", lambda facts, day, today, terms: ())
    monkeypatch.setitem(GUARDS, "start", lambda facts, day, today, terms: ())
    monkeypatch.setitem(GUARDS, "put_in_use", lambda facts, day, today, terms: ())
    by, now, today = stage.cast.caretaker.person, timezone.now(), timezone.localdate()
    system = in_state(stage, SystemState.PROPOSED)
    begun = today - datetime.timedelta(days=40)
    design_papers(system, by, now)
    firm(system, by, now)
    qualified(firm(system, by, now, FirmStep.DESIGN), CredentialKind.DESIGN)
    for hour, event in enumerate(("screen", "design_ok", "start", "complete"), start=8):
        system = take(system, event, taken_then(stage, begun, hour), LegalTerms())
    system = take(system, "begin_trial", taken_then(stage, today - datetime.timedelta(days=31)), LegalTerms())
    with pytest.raises(StepRefused):
        take(system, "accept", taken(stage, today), LegalTerms())
    passed(system, by, now, today)
    with pytest.raises(StepRefused) as refused:
        take(system, "accept", taken(stage, today), LegalTerms())
    assert {one.clause for one in refused.value.unmet} == {"S13.1"}
    certified(system, by, now)
    system = take(system, "accept", taken(stage, today), LegalTerms())
    system = take(system, "put_in_use", taken(stage, today), LegalTerms())
    assert system.state == SystemState.IN_USE
    assert [step.after for step in CaseStep.objects.filter(case_id=system.pk).order_by("seq")] == [
        *("planned", "designed", "building", "completed", "trial", "accepted", "in_use")
    ]


@pytest.mark.clause("S13.1")
def test_a_second_firm_without_credentials_holds_the_building_up_until_it_does_its_step_no_more(
    stage: Stage, client_of: Any
) -> None:
    by, now, today = stage.cast.caretaker.person, timezone.now(), timezone.localdate()
    system = in_state(stage, SystemState.DESIGNED)
    certified(system, by, now)
    for step, kind in ((FirmStep.DESIGN, CredentialKind.DESIGN), (FirmStep.CONSTRUCTION, CredentialKind.CONSTRUCTION)):
        qualified(firm(system, by, now, step), kind)
    hidden = SystemFirm.objects.create(
        system=system, step=FirmStep.CONSTRUCTION, unit=stage.cast.units["b"], since=today, by=by, at=now
    )

    def held_up() -> list[str]:
        return [one.reason_zh for one in unmet_of(system, "start", today, now, LegalTerms())]

    assert held_up() == [f"{stage.cast.units['b'].name}：没有合格证明或者资质证书"]
    url = reverse("places:firm_end", args=[system.pk, hidden.pk])
    assert client_of("outside_caretaker").post(url).status_code == 404
    assert client_of("caretaker").post(url).status_code == 302
    assert held_up() == []
    assert SystemFirm.objects.filter(pk=hidden.pk, until=today).exists(), "the file keeps it (S17)"
