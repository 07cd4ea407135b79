"""Changes from the wish to the filed change; what was made without leave; two people at one case."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.utils import timezone

from custodes.cases.models import CaseStep
from custodes.law.duties.finding import DutyStatus, LegalTerms
from custodes.people.models import Person, Post, PostKind, RecordOutbox
from custodes.places.changes.case import CHANGE, Wanted
from custodes.places.changes.clock import days_late, finding_of
from custodes.places.lifecycle.stepping import StepRefused, Taken
from custodes.places.models import (
    Camera,
    CameraState,
    ChangeCase,
    ChangeKind,
    ChangeState,
    Moment,
    System,
    SystemState,
)
from custodes.places.models.change import OPEN
from tests.places.changes import steps as workflow
from tests.places.changes.cases import (
    approved,
    days,
    done,
    filed,
    found,
    moved,
    paper,
    requested,
    submitted,
    taken,
    wanted,
)
from tests.places.life import filings as filing
from tests.places.stage import Stage

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

_C = ChangeState
#: State × event → state; what is not here is refused.
MACHINE = {
    (_C.REQUESTED, "approve"): _C.APPROVED,
    (_C.REQUESTED, "refuse"): _C.REFUSED,
    (_C.REQUESTED, "withdraw"): _C.WITHDRAWN,
    (_C.APPROVED, "withdraw"): _C.WITHDRAWN,
    (_C.APPROVED, "carry_out"): _C.DONE,
    (_C.FOUND, "keep"): _C.DONE,
    (_C.FOUND, "restore"): _C.RESTORED,
    (_C.DONE, "hand_in"): _C.FILING,
    (_C.FILING, "take_back"): _C.DONE,
    (_C.FILING, "close"): _C.CLOSED,
}


def in_state(stage: Stage, state: ChangeState) -> ChangeCase:
    case = requested(stage)
    unauthorised = state == _C.FOUND
    ChangeCase.objects.filter(pk=case.pk).update(state=state, unauthorised=unauthorised)
    return ChangeCase.objects.get(pk=case.pk)


def both(stage: Stage, person: Person) -> Person:
    """The same person, who asks for the unit and decides for it."""
    for kind in (PostKind.CARETAKER, PostKind.APPROVER):
        Post.objects.get_or_create(
            person=person,
            unit=stage.cast.units["a"],
            kind=kind,
            defaults={"valid_from": timezone.now() - datetime.timedelta(days=9)},
        )
    return person


def test_from_each_state_its_own_events_lead_on_and_no_other() -> None:
    leads = {(state, event.name): event.target for event in CHANGE.events if event.target for state in event.sources}
    assert leads == MACHINE


def test_no_state_changes_without_its_guards(stage: Stage) -> None:
    case = requested(stage)
    with pytest.raises(AttributeError):
        case.state = ChangeState.APPROVED


def test_a_change_goes_its_way_each_step_on_record(stage: Stage) -> None:
    filed(stage)
    case = done(stage)
    assert case.state == ChangeState.DONE
    row = case.cameras.get()
    assert (row.before["place"], row.after["place"]) == ("入口东侧，距地 3 米", "门柱南侧")
    change = submitted(stage)
    assert ChangeCase.objects.get(pk=case.pk).state == ChangeState.FILING
    filing.receive(change, taken(stage.cast.inspector.person))
    assert ChangeCase.objects.get(pk=case.pk).state == ChangeState.CLOSED
    of = RecordOutbox.objects.filter(type="register.step").order_by("created_at")
    told = [one.record for one in of if one.record["object"] == "places.changecase"]
    assert [one["event"] for one in told] == [
        "request", "picture", "approve", "picture", "carry_out", "hand_in", "close",
    ]  # fmt: skip
    assert all(one["papers"] for one in told if one["event"] == "picture")
    assert told[2]["clauses"] == ["S34(7)", "N14"]


def test_a_filing_that_is_taken_back_leaves_the_change_unfiled(stage: Stage) -> None:
    filed(stage)
    case, row = done(stage), submitted(stage)
    filing.withdraw(row, taken(stage.cast.caretaker.person))
    case = ChangeCase.objects.get(pk=case.pk)
    assert (case.state, case.filing, case.filed_on) == (ChangeState.DONE, None, None)


def test_a_draft_that_still_says_the_former_place_does_not_cover_it(stage: Stage) -> None:
    filed(stage)
    case = done(stage)
    submitted(stage, places="0101　校门　入口东侧，距地 3 米")
    assert ChangeCase.objects.get(pk=case.pk).state == ChangeState.DONE


def test_a_camera_that_was_retired_since_is_not_asked_for(stage: Stage) -> None:
    """What is out of use is not named in a filing: it would keep the change open for good."""
    filed(stage)
    case = done(stage)
    Camera.objects.filter(pk=stage.gate.pk).update(state=CameraState.RETIRED)
    assert stage.gate.number not in submitted(stage).content["places"]
    assert ChangeCase.objects.get(pk=case.pk).state == ChangeState.FILING


@pytest.mark.parametrize(
    ("days_ago", "status"), [(0, DutyStatus.DUE), (13, DutyStatus.DUE), (30, DutyStatus.LATE), (200, DutyStatus.LATE)]
)
def test_the_clock_runs_from_the_day_on_which_it_was_made(stage: Stage, days_ago: int, status: DutyStatus) -> None:
    case = done(stage)
    day = datetime.date(2026, 11, 26)
    case.done_on = day - datetime.timedelta(days=days_ago)
    finding = finding_of(case, day, LegalTerms())
    assert finding is not None
    assert finding.status == status


@pytest.mark.parametrize(("after", "late"), [(0, 0), (1, 1), (8, 8)])
def test_late_is_taken_and_marked(stage: Stage, after: int, late: int) -> None:
    """The last day is the tenth working day; one day later is one day late, and filed all the same."""
    case = done(stage)
    first = finding_of(case, days(0), LegalTerms())
    assert first is not None
    assert first.due is not None
    case.filed_on = first.due + datetime.timedelta(days=after)
    finding = finding_of(case, case.filed_on, LegalTerms())
    assert days_late(case, finding) == late


@pytest.mark.parametrize(("before", "late"), [(False, False), (True, True)])
def test_what_goes_with_the_first_filing_is_not_a_late_change(stage: Stage, before: bool, late: bool) -> None:
    if before:
        filed(stage)
    case = done(stage)
    ChangeCase.objects.filter(pk=case.pk).update(done_on=days(-200))
    submitted(stage)
    case = ChangeCase.objects.get(pk=case.pk)
    assert case.state == ChangeState.FILING
    assert (days_late(case, finding_of(case, days(0), LegalTerms())) > 0) is late


def test_an_own_request_is_not_approved(stage: Stage) -> None:
    case = requested(stage)
    both(stage, stage.cast.caretaker.person)
    with pytest.raises(StepRefused, match="1 项") as refused:
        workflow.decide(case, "approve", 0, taken(stage.cast.caretaker.person))
    assert refused.value.unmet[0].clause == "S34(7)"


def test_a_refusal_says_why(stage: Stage) -> None:
    case = requested(stage)
    with pytest.raises(StepRefused, match="理由"):
        workflow.decide(case, "refuse", 0, taken(stage.cast.approver.person, words=" 。"))
    case = workflow.decide(case, "refuse", 0, taken(stage.cast.approver.person, words="会拍到居民楼"))
    assert case.state == ChangeState.REFUSED


def test_the_second_who_decides_is_told_that_it_is_decided(stage: Stage) -> None:
    case, stale = requested(stage), ChangeCase.objects.get()
    workflow.decide(case, "approve", 0, taken(stage.cast.approver.person))
    with pytest.raises(StepRefused, match="已批准"):
        workflow.decide(stale, "refuse", 0, taken(stage.cast.approver.person, words="不行"))


def test_nobody_approves_what_they_have_not_read(stage: Stage) -> None:
    case, by = requested(stage), stage.cast.caretaker.person
    other = Wanted(ChangeKind.MOVE, (stage.gate,), "对面墙上", "更清楚")
    workflow.amend(case, other, 0, by, timezone.now())
    with pytest.raises(StepRefused, match="修改了申请内容"):
        workflow.decide(case, "approve", 0, taken(stage.cast.approver.person))
    assert workflow.decide(case, "approve", 1, taken(stage.cast.approver.person)).wanted == "对面墙上"


def test_of_two_who_amend_the_second_is_told(stage: Stage) -> None:
    case, by, now = requested(stage), stage.cast.caretaker.person, timezone.now()
    workflow.amend(case, wanted(stage.gate, stage.yard), 0, by, now)
    with pytest.raises(StepRefused, match="修改了申请内容"):
        workflow.amend(case, wanted(stage.yard), 0, by, now)
    assert case.cameras.count() == 2


def test_whoever_amends_a_request_does_not_approve_it(stage: Stage) -> None:
    case, approver = requested(stage), both(stage, stage.cast.approver.person)
    workflow.amend(case, wanted(stage.gate), 0, approver, timezone.now())
    with pytest.raises(StepRefused):
        workflow.decide(case, "approve", 1, taken(approver))


@pytest.mark.parametrize("make", [requested, approved])
def test_a_wish_bars_no_entry_of_what_was_done_without_leave(stage: Stage, make: Callable[[Stage], ChangeCase]) -> None:
    make(stage)
    assert found(stage).state == ChangeState.FOUND
    with pytest.raises(StepRefused, match="正在办理"):
        found(stage)


def test_a_decided_request_is_not_amended(stage: Stage) -> None:
    case = approved(stage)
    with pytest.raises(StepRefused):
        workflow.amend(case, wanted(stage.gate), 0, stage.cast.caretaker.person, timezone.now())


@pytest.mark.parametrize("state", [SystemState.PROPOSED, SystemState.BUILDING, SystemState.TRIAL, SystemState.REMOVED])
def test_what_is_not_in_use_needs_no_change_case(stage: Stage, state: SystemState) -> None:
    System.objects.filter(pk=stage.school.pk).update(state=state)
    with pytest.raises(StepRefused):
        requested(stage)


def test_a_camera_changes_once_at_a_time_and_again_when_it_is_made(stage: Stage) -> None:
    done(stage)
    requested(stage)
    with pytest.raises(StepRefused, match="正在办理"):
        requested(stage)
    requested(stage, stage.yard)


@pytest.mark.parametrize(
    "spoiled",
    [
        lambda stage: Wanted(ChangeKind.MOVE, (), "门柱", "外移"),
        lambda stage: Wanted(ChangeKind.MOVE, (stage.lobby,), "门柱", "外移"),
        lambda stage: Wanted(ChangeKind.MOVE, (stage.gate,), "门柱", " "),
        lambda stage: Wanted(ChangeKind.MOVE, (stage.gate,), "…", "外移"),
        lambda stage: Wanted(ChangeKind.MOVE, (stage.gate,), "门柱", "外移", planned=days(-1)),
    ],
)
def test_a_request_says_what_and_why_of_its_own_cameras(stage: Stage, spoiled: Callable[[Stage], Wanted]) -> None:
    with pytest.raises(StepRefused):
        workflow.request(stage.school, spoiled(stage), stage.cast.caretaker.person, timezone.now())


def test_it_is_not_made_tomorrow(stage: Stage) -> None:
    by, case = stage.cast.caretaker.person, approved(stage)
    moved(stage, stage.gate)
    workflow.add_picture(case, Moment.AFTER, paper(by), stage.gate, by, timezone.now())
    with pytest.raises(StepRefused, match="晚于今天"):
        workflow.carry_out(case, taken(by, days(1)))


def test_pictures_of_before_end_with_the_decision_and_of_after_with_the_deed(stage: Stage) -> None:
    by, now, case = stage.cast.caretaker.person, timezone.now(), requested(stage)
    with pytest.raises(StepRefused):
        workflow.add_picture(case, Moment.AFTER, paper(by), stage.gate, by, now)
    workflow.decide(case, "approve", 0, taken(stage.cast.approver.person))
    with pytest.raises(StepRefused):
        workflow.add_picture(case, Moment.BEFORE, paper(by), stage.gate, by, now)
    with pytest.raises(StepRefused, match="不在本次变更"):
        workflow.add_picture(case, Moment.AFTER, paper(by), stage.yard, by, now)


def test_what_was_found_stays_an_incident_when_it_is_kept(stage: Stage) -> None:
    case, by = found(stage), stage.cast.caretaker.person
    moved(stage, stage.gate)  # the truth goes in: the incident is open
    workflow.add_picture(case, Moment.AFTER, paper(by), stage.gate, by, timezone.now())
    with pytest.raises(StepRefused, match="理由"):
        workflow.keep(case, taken(stage.cast.approver.person))
    case = workflow.keep(case, taken(stage.cast.approver.person, words="新方向更合理"))
    assert (case.state, case.unauthorised) == (ChangeState.DONE, True)
    assert CaseStep.objects.get(case_id=case.pk, event="keep").clauses == ["S34(7)", "N23(2)"]


def test_who_entered_it_does_not_decide_that_it_stays(stage: Stage) -> None:
    case, by = found(stage, both(stage, stage.cast.approver.person)), stage.cast.caretaker.person
    moved(stage, stage.gate)
    workflow.add_picture(case, Moment.AFTER, paper(by), stage.gate, by, timezone.now())
    with pytest.raises(StepRefused):
        workflow.keep(case, taken(stage.cast.approver.person, words="保留"))


def test_it_is_restored_when_a_picture_shows_it(stage: Stage) -> None:
    case, by = found(stage), stage.cast.caretaker.person
    with pytest.raises(StepRefused):
        workflow.restore(case, taken(by))
    workflow.add_picture(case, Moment.AFTER, paper(by), stage.gate, by, timezone.now())
    case = workflow.restore(case, taken(by))
    assert case.state == ChangeState.RESTORED
    assert case.state not in OPEN
    assert finding_of(case, days(0), LegalTerms()) is None


def test_a_withdrawal_says_why(stage: Stage) -> None:
    case = approved(stage)
    with pytest.raises(StepRefused, match="理由"):
        workflow.withdraw(case, taken(stage.cast.caretaker.person))
    assert workflow.withdraw(case, Taken(case.asked_by, timezone.now(), days(0), "方案取消")).state == _C.WITHDRAWN
