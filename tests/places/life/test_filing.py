"""Filing: what has to be there, what is taken late, who answers, and that each step is on record."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.cases.models import CaseStep
from custodes.law.duties.finding import DutyStatus, LegalTerms
from custodes.people.models import RecordOutbox
from custodes.places.filing.clocks import clocks_of
from custodes.places.filing.fields import FIELDS, OPTIONAL, FilingAnswers
from custodes.places.lifecycle.stepping import StepRefused, Taken
from custodes.places.models import Filing, FilingKind, FilingState, PaperKind, System, SystemState
from tests.places.life import filings as workflow
from tests.places.life.answers import ANSWERS
from tests.places.life.papers import item
from tests.places.stage import Stage

pytestmark = pytest.mark.django_db


def taken(person: Any, on: datetime.date | None = None, words: str = "") -> Taken:
    """Now, or at noon of that day."""
    now = timezone.now()
    if on is not None:
        now = datetime.datetime.combine(on, datetime.time(12), tzinfo=timezone.get_current_timezone())
    return Taken(person, now, timezone.localdate(now), words)


def accepted(stage: Stage, days_ago: int) -> System:
    """The school's system, which passed acceptance some days ago."""
    System.objects.filter(pk=stage.school.pk).update(state=SystemState.ACCEPTED)
    now = timezone.now()
    CaseStep.objects.create(
        kind="places.system",
        about=stage.school.pk,
        seq=CaseStep.objects.count() + 1,
        case_id=stage.school.pk,
        event="accept",
        before="trial",
        after="accepted",
        on=timezone.localdate(now) - datetime.timedelta(days=days_ago),
        by=stage.cast.caretaker.person,
        at=now - datetime.timedelta(days=days_ago),
    )
    return System.objects.get(pk=stage.school.pk)


def complete(stage: Stage, system: System) -> Filing:
    """A draft with everything in it."""
    by, now = stage.cast.caretaker.person, timezone.now()
    items = (
        item(system, PaperKind.DESIGN, "设计方案", by, now),
        item(system, PaperKind.ACCEPTANCE, "验收报告", by, now),
    )
    filing = workflow.begin(system, by, now)
    return workflow.save(filing, FilingAnswers(ANSWERS, frozenset(field.key for field in OPTIONAL), items))


def test_a_draft_knows_what_the_register_knows(stage: Stage) -> None:
    filing = workflow.begin(accepted(stage, 3), stage.cast.caretaker.person, timezone.now())
    assert filing.kind == FilingKind.INITIAL
    assert filing.content["unit"] == "城关区第一小学"
    assert filing.content["devices"] == "摄像机 2 台：摄像机 H264 1920×1080 2 台"
    assert "校门" in filing.content["places"]
    assert filing.content["retention"] == "30"


def test_it_can_be_begun_from_acceptance_on_and_not_before(stage: Stage) -> None:
    System.objects.filter(pk=stage.school.pk).update(state=SystemState.TRIAL)
    with pytest.raises(StepRefused, match="验收合格后"):
        workflow.begin(stage.school, stage.cast.caretaker.person, timezone.now())


def test_a_system_has_one_filing_on_its_way(stage: Stage) -> None:
    system, now = accepted(stage, 3), timezone.now()
    first = workflow.begin(system, stage.cast.caretaker.person, now)
    assert workflow.begin(system, stage.cast.caretaker.person, now) == first


@pytest.mark.parametrize("back", [False, True])
def test_of_a_system_that_is_gone_nothing_is_gone_on_with(stage: Stage, back: bool) -> None:
    filing = complete(stage, accepted(stage, 3))
    if back:
        filing = workflow.submit(filing, taken(stage.cast.caretaker.person))
        workflow.send_back(filing, taken(stage.cast.inspector.person, words="电话打不通"))
    System.objects.filter(pk=filing.system_id).update(state=SystemState.REMOVED)
    with pytest.raises(StepRefused, match="验收合格后"):
        workflow.begin(filing.system, stage.cast.caretaker.person, timezone.now())


def test_from_draft_to_receipt(stage: Stage) -> None:
    filing = complete(stage, accepted(stage, 3))
    filing = workflow.submit(filing, taken(stage.cast.caretaker.person))
    filing = workflow.receive(filing, taken(stage.cast.inspector.person))
    assert filing.state == FilingState.FILED
    assert filing.receipt == f"540102-{timezone.localdate().year}-0001"
    events = [row.record["event"] for row in RecordOutbox.objects.filter(type="register.step").order_by("created_at")]
    assert events == ["draft", "submit", "receive"]
    submit = next(
        row.record for row in RecordOutbox.objects.filter(type="register.step") if row.record["event"] == "submit"
    )
    assert len(submit["papers"]) == 2


def test_receipts_are_numbered_by_county_and_year(stage: Stage) -> None:
    for number in (1, 2):
        filing = workflow.submit(complete(stage, accepted(stage, 3)), taken(stage.cast.caretaker.person))
        filing = workflow.receive(filing, taken(stage.cast.inspector.person))
        assert filing.receipt.endswith(f"-{number:04d}")


@pytest.mark.parametrize("field", [field.key for field in FIELDS if field.required])
def test_each_field_of_n14_has_to_be_there(stage: Stage, field: str) -> None:
    filing = complete(stage, accepted(stage, 3))
    items = tuple(filing.items.all())
    workflow.save(filing, FilingAnswers(ANSWERS | {field: "  "}, frozenset(one.key for one in OPTIONAL), items))
    with pytest.raises(StepRefused) as refused:
        workflow.submit(filing, taken(stage.cast.caretaker.person))
    assert len(refused.value.unmet) == 1


@pytest.mark.parametrize("kind", [PaperKind.DESIGN, PaperKind.ACCEPTANCE])
def test_a_new_system_hands_in_both_sets_of_papers(stage: Stage, kind: PaperKind) -> None:
    filing = complete(stage, accepted(stage, 3))
    kept = tuple(filing.items.exclude(kind=kind))
    workflow.save(filing, FilingAnswers(ANSWERS, frozenset(one.key for one in OPTIONAL), kept))
    with pytest.raises(StepRefused) as refused:
        workflow.submit(filing, taken(stage.cast.caretaker.person))
    assert [one.clause for one in refused.value.unmet] == ["S16.2a"]


def test_what_is_not_required_is_answered_or_said_to_be_unclear(stage: Stage) -> None:
    filing = complete(stage, accepted(stage, 3))
    workflow.save(filing, FilingAnswers(ANSWERS, frozenset(), tuple(filing.items.all())))
    with pytest.raises(StepRefused) as refused:
        workflow.submit(filing, taken(stage.cast.caretaker.person))
    assert len(refused.value.unmet) == len(OPTIONAL)


def test_a_legacy_system_files_without_papers_that_it_never_had(stage: Stage) -> None:
    filing = workflow.begin(stage.school, stage.cast.caretaker.person, timezone.now())
    assert filing.kind == FilingKind.LEGACY
    workflow.save(filing, FilingAnswers(ANSWERS, frozenset(one.key for one in OPTIONAL)))
    assert workflow.submit(filing, taken(stage.cast.caretaker.person)).state == FilingState.SUBMITTED


def test_late_is_taken_and_said(stage: Stage) -> None:
    system = accepted(stage, 36)
    filing = workflow.submit(complete(stage, system), taken(stage.cast.caretaker.person))
    assert filing.state == FilingState.SUBMITTED
    (clock,) = clocks_of(system, timezone.localdate(), LegalTerms())
    assert clock.finding.status == DutyStatus.LATE
    assert clock.finding.days_late > 0


def test_in_time_is_in_time_on_the_last_day(stage: Stage) -> None:
    system = accepted(stage, 30)
    workflow.submit(complete(stage, system), taken(stage.cast.caretaker.person))
    (clock,) = clocks_of(system, timezone.localdate(), LegalTerms())
    assert clock.finding.status == DutyStatus.MET


def test_what_was_sent_back_counts_from_the_day_it_was_first_handed_in(stage: Stage) -> None:
    filing = complete(stage, accepted(stage, 20))
    first = timezone.localdate() - datetime.timedelta(days=5)
    filing = workflow.submit(filing, taken(stage.cast.caretaker.person, first))
    with pytest.raises(StepRefused, match="补正"):
        workflow.send_back(filing, taken(stage.cast.inspector.person))
    filing = workflow.send_back(filing, taken(stage.cast.inspector.person, words="缺少平面图"))
    assert (filing.state, filing.returned_words) == (FilingState.RETURNED, "缺少平面图")
    filing = workflow.submit(filing, taken(stage.cast.caretaker.person))
    assert filing.submitted_on == first


def test_a_filing_has_the_day_on_which_it_is_handed_in_whatever_day_is_named(stage: Stage) -> None:
    filing = complete(stage, accepted(stage, 40))
    now, today = timezone.now(), timezone.localdate()
    by = stage.cast.caretaker.person
    filing = workflow.submit(filing, Taken(by, now, today - datetime.timedelta(days=30)))
    assert filing.submitted_on == today
    police = stage.cast.inspector.person
    with pytest.raises(StepRefused, match="提交之日"):
        workflow.receive(filing, Taken(police, now, today - datetime.timedelta(days=1)))


def test_what_is_with_the_police_is_not_changed(stage: Stage) -> None:
    filing = workflow.submit(complete(stage, accepted(stage, 3)), taken(stage.cast.caretaker.person))
    with pytest.raises(StepRefused):
        workflow.save(filing, FilingAnswers({}))
    with pytest.raises(StepRefused):
        workflow.submit(filing, taken(stage.cast.caretaker.person))


def test_another_systems_papers_do_not_go_with_it(stage: Stage) -> None:
    other = item(stage.hotel, PaperKind.DESIGN, "别家的图纸", stage.cast.caretaker.person, timezone.now())
    filing = workflow.begin(accepted(stage, 3), stage.cast.caretaker.person, timezone.now())
    workflow.save(filing, FilingAnswers(ANSWERS, items=(other,)))
    assert not filing.items.exists()


def test_the_next_filing_of_a_filed_system_is_a_change(stage: Stage) -> None:
    system = accepted(stage, 3)
    filing = workflow.submit(complete(stage, system), taken(stage.cast.caretaker.person))
    workflow.receive(filing, taken(stage.cast.inspector.person))
    assert workflow.begin(system, stage.cast.caretaker.person, timezone.now()).kind == FilingKind.CHANGE


@pytest.mark.parametrize("state", [SystemState.REMOVED, SystemState.TRIAL, SystemState.ABANDONED])
def test_what_came_back_of_a_system_that_is_gone_is_not_handed_in_again(stage: Stage, state: SystemState) -> None:
    filing = workflow.submit(complete(stage, accepted(stage, 3)), taken(stage.cast.caretaker.person))
    workflow.send_back(filing, taken(stage.cast.inspector.person, words="电话打不通"))
    System.objects.filter(pk=stage.school.pk).update(state=state)
    with pytest.raises(StepRefused, match="验收合格后"):
        workflow.submit(filing, taken(stage.cast.caretaker.person))
    assert Filing.objects.get().state == FilingState.RETURNED


def test_the_page_of_the_systems_life_leads_to_what_waits_and_never_to_a_second_filing(
    stage: Stage, client_of: Callable[[str], Client]
) -> None:
    def page() -> str:
        return client_of("caretaker").get(reverse("places:life", args=[stage.school.pk])).content.decode()

    begin = reverse("places:filing_begin", args=[stage.school.pk])
    assert begin in page()
    filing = workflow.submit(complete(stage, stage.school), taken(stage.cast.caretaker.person))
    assert begin not in page()
    assert "等待公安机关接收" in page()
    workflow.send_back(filing, taken(stage.cast.inspector.person, words="缺少平面图"))
    assert begin not in page()
    assert "补正退回的备案" in page()
