"""The machine of a request: which event goes from which state, what each asks for, and what each leaves on record."""

from __future__ import annotations

import datetime

import pytest
from django.db import IntegrityError, transaction

from custodes.access.agency import approvals, presence
from custodes.access.agency.case import AGENCY, content
from custodes.access.agency.documents import originals_of
from custodes.access.agency.guards import GUARDS
from custodes.access.agency.reach import taken_by
from custodes.access.models import AgencyOfficer, AgencyPaper, AgencyRequest, AgencyState, Way
from custodes.cases import clocks
from custodes.cases.models import CaseStep
from custodes.cases.records import content_of as hashed
from custodes.law.grounds import agency
from custodes.law.grounds.agency import checklist, condition_of
from custodes.people.models import (
    Entrustment,
    EntrustmentKind,
    EntrustmentState,
    Person,
    Post,
    PostKind,
    RecordOutbox,
)
from custodes.people.papers.keeping import keep_paper
from custodes.places.lifecycle.stepping import StepRefused
from tests.access.agency import asking, deciding
from tests.access.agency.asked import HOUR, colleague
from tests.access.taken import Taken
from tests.cast import SINCE
from tests.people.papers.samples import pdf, upload

pytestmark = pytest.mark.postgresql

S = AgencyState
#: Every event with the states that it goes from.
FROM = {
    "submit": {S.DRAFT},
    "lapse": {S.DRAFT},
    "give_back": {S.CHECKING},
    "register": {S.CHECKING},
    "refuse": {S.CHECKING},
    "send_back": {S.REGISTERED},
    "approve": {S.REGISTERED},
    "grant_urgent": {S.REGISTERED},
    "review": {S.GRANTED_URGENT},
    "serve": {S.GRANTED},
    "close": {S.GRANTED, S.SERVED},
    "take_back": {S.GRANTED, S.GRANTED_URGENT, S.SERVED},
}


def at_state(row, state):
    AgencyRequest.objects.filter(pk=row.pk).update(state=state)
    return AgencyRequest.objects.get(pk=row.pk)


def test_every_event_of_the_holders_has_a_guard():
    assert set(GUARDS) == set(FROM) - {"submit", "lapse"}


@pytest.mark.parametrize("state", list(AgencyState))
def test_an_event_goes_from_its_states_alone_and_no_other_way(asked, state):
    row = at_state(asked.draft(), state)
    for event, states in FROM.items():
        assert (row.state in AGENCY.event(event).sources) == (state in states), event
    with pytest.raises(AttributeError):
        row.state = S.GRANTED
    assert AgencyRequest.objects.get(pk=row.pk).state == state


@pytest.mark.parametrize("state", list(AgencyState))
def test_what_the_holder_does_is_refused_at_the_wrong_time_and_leaves_nothing(asked, state):
    acts = {
        "give_back": deciding.give_back, "register": deciding.register, "refuse": deciding.refuse,
        "send_back": deciding.send_back, "approve": deciding.approve, "grant_urgent": deciding.grant_urgent,
        "review": deciding.review, "close": deciding.close, "take_back": deciding.take_back,
    }  # fmt: skip
    row = at_state(asked.checking(letter_number=""), state)
    for event, act in acts.items():
        if state in FROM[event]:
            continue
        before = CaseStep.objects.count()
        with pytest.raises(StepRefused):
            act(row, asked.taken(asked.approver, "理由"))
        assert CaseStep.objects.count() == before, event


@pytest.mark.clause("S28.1(3)", "N16.2(3)")
def test_from_the_counter_to_what_was_given_back_each_step_is_on_record(asked, notary):
    row = asked.granted(way="copy", security_organ=False, base_data=True)
    assert (row.state, row.number[:1]) == (S.GRANTED, "查")
    with pytest.raises(StepRefused):
        deciding.serve(row, asked.taken(asked.staff))
    row = deciding.serve(row, asked.taken(asked.staff, "移交基础信息光盘一张"))
    row = deciding.close(row, asked.taken(asked.staff, "已归还"))
    assert row.state == S.CLOSED
    assert row.returned_on
    events = list(row.steps.values_list("event", "before", "after"))
    assert events == [
        ("begin", "", "draft"), ("submit", "draft", "checking"), ("register", "checking", "registered"),
        ("approve", "registered", "granted"), ("serve", "granted", "served"), ("close", "served", "closed"),
    ]  # fmt: skip
    told = [one.record for one in RecordOutbox.objects.filter(type="request.step").order_by("created_at")]
    assert {one["event"] for one in told} == {event for event, _before, _after in events}
    assert all(len(one["content"]) == 64 and one["holder"] for one in told)
    [registered] = [one for one in told if one["event"] == "register"]
    assert registered["number"] == row.number
    assert registered["clauses"] == ["S28.1(3)", "N16.2(3)"]


#: What is left out, and the clause that the refusal names for it.
MISSING = {
    "basis": ({"basis": ""}, "S27"),
    "article": ({"basis": "named_law", "law": ""}, "N20"),
    "one officer": ({"officers": [asking.Named("王芳", "1")]}, "S28.1(1)"),
    "the same twice": ({"officers": [asking.Named("王芳", "1"), asking.Named("王 芳", "2")]}, "S28.1(1)"),
    "a card": ({"officers": [asking.Named("王芳", "1"), asking.Named("次旺", "")]}, "S28.1(2)"),
    "one card for two": ({"officers": [asking.Named("王芳", "1"), asking.Named("次旺", "1")]}, "S28.1(2)"),
    "the letter": ({"letter_number": ""}, "S28.1(2)"),
    "the letter in dots": ({"letter_number": "……"}, "S28.1(2)"),
    "the unit": ({"unit_name": ""}, "N16.2(3)"),
    "the reason": ({"purpose": ""}, "N16.2(3)"),
    "the content": ({"content": "  "}, "N16.2(3)"),
    "the span": ({"span_from": None}, "N20"),
    "the undertaking": ({"undertaken_on": None}, "S28.1(4)"),
    "whether it investigates": ({"way": "copy"}, "DSL35"),
    "the approval document": ({"way": "retrieve", "security_organ": True}, "DSL35"),
    "a lawyer": ({"requester": "lawyer"}, "S27"),
    "a firm": ({"requester": "firm"}, "S27"),
    "a private person": ({"requester": "private"}, "S27"),
}


@pytest.mark.clause("S28.1(1)", "S28.1(2)", "S28.1(3)", "S28.1(4)", "S28.2", "S27", "N20")
@pytest.mark.parametrize("what", sorted(MISSING))
def test_what_is_missing_blocks_the_register_and_is_refused_with_its_clause(asked, what):
    changed, clause = MISSING[what]
    row = asked.checking(**changed)
    with pytest.raises(StepRefused) as caught:
        deciding.register(row, asked.taken(asked.staff), originals=True)
    assert [one.clause for one in caught.value.unmet] == [clause]
    assert caught.value.unmet[0].remedy_zh
    row = deciding.refuse(row, asked.taken(asked.staff))
    assert row.state == S.REFUSED
    assert row.refused_by == asked.staff
    assert row.number
    assert [one["clause"] for one in row.missing] == [clause]
    told = RecordOutbox.objects.get(type="request.step", record__event="refuse").record
    assert [one["clause"] for one in told["unmet"]] == [clause]
    assert told["by"] == str(asked.staff.uuid)
    listed = checklist(deciding.facts_of(row, registered=True), asked.at)
    assert [one.name for one in listed if not one.met] == [condition_of(caught.value.unmet[0])]


@pytest.mark.clause("S28.2")
def test_nothing_missing_is_no_refusal(asked):
    row = asked.checking()
    with pytest.raises(StepRefused) as caught:
        deciding.refuse(row, asked.taken(asked.staff, "不方便"))
    assert caught.value.unmet[0].clause == "S28.2"
    assert all(one.met for one in checklist(deciding.facts_of(row, registered=True), asked.at))


def test_the_checklist_says_all_that_the_ground_says(asked):
    row = asked.draft(basis="named_law", letter_number="", undertaken_on=None, cameras=[], way="copy")
    facts = deciding.facts_of(row)
    said = [one for checked in checklist(facts, asked.at) for one in checked.unmet]
    assert sorted(one.reason_zh for one in said) == sorted(one.reason_zh for one in agency.unmet(facts, asked.at))


def test_a_refused_request_is_completed_by_a_new_one_that_names_it(asked):
    refused = deciding.refuse(asked.checking(letter_number=""), asked.taken(asked.staff))
    again = asking.begin(refused.holder, refused.intake, asked.staff, asked.at, earlier=refused)
    assert again.earlier == refused
    assert again.purpose == refused.purpose
    assert again.officers.count() == 2
    again = asking.state(again, {"letter_number": "新 1 号"}, asked.staff, asked.at, revision=again.revision)
    again = asking.submit(again, asked.staff, asked.at)
    assert deciding.register(again, asked.taken(asked.staff), originals=True).number != refused.number


@pytest.mark.clause("S28.1(2)")
def test_a_letter_serves_one_request_of_a_holder_however_it_is_spelt_and_others_elsewhere(asked):
    asked.checking()
    again = asked.draft(letter_number="(2026)藏0102介字 第18号")
    with pytest.raises(StepRefused, match="介绍信函"):
        asking.submit(again, asked.staff, asked.at)
    theirs = asked.stage.cast.outside_caretaker.person
    elsewhere = asking.begin(asked.stage.cast.units["b"], "counter", theirs, asked.at)
    values = {"unit_name": again.unit_name, "letter_number": again.letter_number}
    elsewhere = asking.state(elsewhere, values, theirs, asked.at, revision=elsewhere.revision)
    assert asking.submit(elsewhere, theirs, asked.at).state == S.CHECKING
    from custodes.access.agency.asking import used_elsewhere

    assert used_elsewhere(elsewhere).count() == 1


def test_two_requests_on_one_letter_are_kept_apart_by_the_database_too(asked):
    first, second = asked.checking(), asked.draft(letter_number="另一封")
    AgencyRequest.objects.filter(pk=second.pk).update(letter_key=first.letter_key)
    with pytest.raises(IntegrityError), transaction.atomic():
        AgencyRequest.objects.filter(pk=second.pk).update(state=S.CHECKING)


@pytest.mark.clause("S33.1")
@pytest.mark.parametrize(
    ("chosen", "holders", "usual", "count"),
    [(None, 2, 2, 1), (None, 3, 2, 2), (1, 9, 2, 1), (3, 1, 2, 3), (0, 5, 2, 1)],
)
def test_how_many_approve(chosen, holders, usual, count):
    assert approvals.needed(chosen, holders, usual) == count


@pytest.mark.clause("S33.1")
def test_with_three_approvers_two_different_ones_approve(asked):
    more = [colleague(asked.stage, name, name, "a", PostKind.APPROVER) for name in ("罗布", "边巴")]
    row = asked.registered()
    assert row.approvals_needed == 2
    row = deciding.approve(row, asked.taken(asked.approver))
    assert row.state == S.REGISTERED
    assert row.expires_at is None
    with pytest.raises(StepRefused) as caught:
        deciding.approve(row, asked.taken(asked.approver))
    assert caught.value.unmet[0].clause == "S33.1"
    assert deciding.approve(row, asked.taken(more[0].person)).state == S.GRANTED


def test_a_unit_sets_its_own_number_on_record_and_what_is_registered_keeps_its_own(asked):
    row = asked.registered()
    with transaction.atomic():
        approvals.choose(row.holder, 2, asked.staff, asked.at)
    assert RecordOutbox.objects.filter(type="config.changed", record__object="access.holderapprovals").exists()
    row.refresh_from_db()
    assert row.approvals_needed == 1
    assert approvals.needed_at(row.holder, asked.at) == 2


def lower(asked, by, count=1):
    with transaction.atomic():
        approvals.choose(asked.stage.cast.units["a"], count, by, asked.at)
        return deciding.need_fewer(asked.stage.cast.units["a"], count, asked.taken(by, "调低"))


@pytest.mark.clause("S33.1")
def test_a_lowered_number_frees_what_waits_and_one_that_is_raised_does_not_bind_it(asked):
    with transaction.atomic():
        approvals.choose(asked.stage.cast.units["a"], 3, asked.lead, asked.at)
    approved = deciding.approve(asked.registered(letter_number="甲"), asked.taken(asked.approver))
    waiting, hurried = asked.registered(letter_number="乙"), asked.urgent(letter_number="丙")
    hurried = deciding.review(hurried, asked.taken(asked.approver))
    own = asked.registered(letter_number="丁", unit_name="城关区第一小学", officers=[
        asking.Named(asked.lead.name, "1"), asking.Named("次旺", "2"),
    ])  # fmt: skip
    assert {one.state for one in (approved, waiting, own)} == {S.REGISTERED}
    assert hurried.state == S.GRANTED_URGENT
    assert lower(asked, asked.lead, 2) == (3, 0)
    assert lower(asked, asked.lead) == (3, 2)
    states = [AgencyRequest.objects.get(pk=one.pk) for one in (approved, waiting, hurried, own)]
    assert [(one.state, one.approvals_needed) for one in states] == [
        (S.GRANTED, 1), (S.REGISTERED, 1), (S.GRANTED, 1), (S.REGISTERED, 3),
    ]  # fmt: skip
    assert states[0].expires_at
    assert [one.by for one in approved.steps.filter(event__in=("need_fewer", "approve"))] == [asked.lead] * 3
    assert lower(asked, asked.lead, 2) == (0, 0)


@pytest.mark.clause("S33.1")
def test_whether_a_request_can_get_its_approvals_counts_who_still_may(asked):
    unit, city = asked.stage.cast.units["a"], asked.stage.cast.units["city"]
    with transaction.atomic():
        approvals.choose(unit, 2, asked.lead, asked.at)
    row = asked.registered()
    look = approvals.outlook_of(row, asked.at)
    assert (look.needed, look.given, look.own, look.above) == (2, 0, 1, 0)
    assert not look.enough
    unit.parent = city
    unit.save()
    colleague(asked.stage, "洛桑", "boss", "city", PostKind.APPROVER)
    row = AgencyRequest.objects.get(pk=row.pk)
    look = approvals.outlook_of(row, asked.at)
    assert (look.enough_here, look.enough) == (False, True)
    colleague(asked.stage, "王芳", "wangfang", "a", PostKind.APPROVER)
    Post.objects.create(person=asked.staff, unit=unit, kind=PostKind.APPROVER, valid_from=SINCE)
    row = deciding.approve(row, asked.taken(asked.approver))
    look = approvals.outlook_of(row, asked.at)
    assert (look.given, look.own, look.enough_here) == (1, 1, True), "who registered it and who has approved no more"
    Entrustment.objects.create(
        kind=EntrustmentKind.RESET, person=asked.staff, made_by=Person.objects.get(name="王芳", unit=unit),
        made_at=asked.at, state=EntrustmentState.CONFIRMED,
    )  # fmt: skip
    assert approvals.outlook_of(row, asked.at).own == 0, "nor who is no other person than one who registered it"


@pytest.mark.clause("S33.1")
def test_who_asks_never_approves_by_account_or_by_name_and_unit(asked):
    namesake = colleague(asked.stage, "王芳", "wangfang", "a", PostKind.APPROVER)
    stranger = asked.registered()
    assert not approvals.asks_for(stranger, namesake.person), "somebody of another unit who is called the same"
    own = asked.registered(unit_name="城关区第一小学", letter_number="校介 1 号")
    with pytest.raises(StepRefused) as caught:
        deciding.approve(own, asked.taken(namesake.person))
    assert caught.value.unmet[0].reason_zh == "申请人不能办理本人的申请"


def test_sending_back_voids_the_approvals(asked):
    [colleague(asked.stage, name, name, "a", PostKind.APPROVER) for name in ("罗布", "边巴")]
    row = deciding.approve(asked.registered(), asked.taken(asked.approver))
    row = deciding.send_back(row, asked.taken(asked.approver, "介绍信看不清"))
    row = deciding.register(row, asked.taken(asked.staff), originals=True)
    assert row.approvals.filter(void=False).count() == 0
    assert deciding.approve(row, asked.taken(asked.approver)).state == S.REGISTERED


def test_the_urgent_path_wants_all_of_the_law_and_a_reason_and_another_persons_review(asked):
    with pytest.raises(StepRefused):
        deciding.grant_urgent(asked.registered(letter_number="甲"), asked.taken(asked.lead, ""))
    row = asked.urgent()
    assert row.state == S.GRANTED_URGENT
    assert row.review_due > asked.at
    Post.objects.create(person=asked.lead, unit=asked.lead.unit, kind=PostKind.APPROVER, valid_from=SINCE)
    with pytest.raises(StepRefused) as caught:
        deciding.review(row, asked.taken(asked.lead))
    assert "补审" in caught.value.unmet[0].reason_zh
    assert deciding.review(row, asked.taken(asked.approver)).state == S.GRANTED


def test_a_missing_approval_goes_to_the_unit_above_and_never_lapses_or_refuses(asked):
    row = asked.registered()
    later = asked.at + datetime.timedelta(days=400)
    assert clocks.sweep(asked.at + HOUR)["access.agencyrequest.escalate"] == 0
    assert clocks.sweep(later)["access.agencyrequest.escalate"] == 1
    assert clocks.sweep(later)["access.agencyrequest.escalate"] == 0
    row.refresh_from_db()
    assert row.state == S.REGISTERED
    assert row.escalated_at
    step = row.steps.get(event="escalate")
    assert step.by is None
    assert step.record.record["by"] == "system"
    assert step.record.record["unmet"] == []


def test_a_review_that_does_not_come_is_an_incident_on_record(asked):
    row = asked.urgent()
    assert clocks.sweep(row.review_due)["access.agencyrequest.overdue"] == 1
    row.refresh_from_db()
    assert row.state == S.GRANTED_URGENT
    assert row.overdue_at
    assert deciding.review(row, asked.taken(asked.approver)).state == S.GRANTED


def test_only_a_draft_lapses(asked):
    draft, complete = asked.draft(letter_number=""), asked.draft("online", letter_number="乙", cameras=[])
    AgencyOfficer.objects.filter(request=complete).update(card="1", confirmed_at=asked.at)
    complete.officers.filter(person=asked.second.person).update(card="2")
    handed_in = asked.checking(letter_number="丙")
    assert clocks.sweep(asked.at + datetime.timedelta(days=31))["access.agencyrequest.lapse"] == 1
    states = [AgencyRequest.objects.get(pk=one.pk).state for one in (draft, complete, handed_in)]
    assert states == [S.LAPSED, S.DRAFT, S.CHECKING], "the cameras are the holder's to choose"


def test_two_who_state_at_once_the_second_is_told(asked):
    row = asked.draft()
    asking.state(row, {"purpose": "甲"}, asked.staff, asked.at, revision=row.revision)
    with pytest.raises(StepRefused, match="他人修改"):
        asking.state(row, {"purpose": "乙"}, asked.staff, asked.at, revision=row.revision)


def test_the_article_is_looked_at_again_when_it_changes(asked):
    row = asked.checking(basis="named_law", law="监察法第二十五条")
    row = deciding.review_law(row, asked.staff, asked.at)
    assert row.law_reviewed_by == asked.staff
    row = asking.state(row, {"law": "监察法第十八条"}, asked.staff, asked.at, revision=row.revision)
    assert row.law_reviewed_by is None


def test_online_the_second_officer_confirms_from_the_own_account(asked):
    row = asking.submit(asked.draft("online"), asked.first, asked.at)
    with pytest.raises(StepRefused) as caught:
        deciding.register(row, asked.taken(asked.staff))
    assert caught.value.unmet[0].clause == "S28.1(1)"
    with pytest.raises(StepRefused):
        asking.confirm(row, "1", asked.approver, asked.at)
    row = asking.confirm(row, "法执0021", asked.second.person, asked.at)
    assert deciding.register(row, asked.taken(asked.staff)).state == S.REGISTERED


def test_what_the_record_names_as_content_changes_with_what_is_said(asked):
    def content_of(row):
        return hashed(AGENCY, row, content(row, None))

    row = asked.draft()
    before = content_of(row)
    row.purpose = "别的事由"
    assert content_of(row) != before
    row.refresh_from_db()
    assert content_of(row) == before
    row.cameras.add(asked.stage.yard)
    assert content_of(row) != before


def test_steps_without_a_person_are_those_of_time_alone(asked):
    with pytest.raises(AssertionError):
        deciding.approve(asked.registered(), Taken(None, asked.at))


@pytest.mark.clause("S33.2a")
def test_what_is_granted_to_be_taken_away_is_held_once_and_a_look_is_not(asked):
    from custodes.access.agency.deciding import holds_of

    assert not holds_of(asked.granted()).exists()
    row = asked.granted(way="copy", security_organ=False, letter_number="（2026）介字第99号")
    [held] = holds_of(row)
    assert (held.span_from, held.span_to) == row.span
    assert set(held.cameras.all()) == set(row.cameras.all())
    assert held.placed_unit == row.holder
    assert held.asked_by == row.unit_name
    hurried = asked.urgent(way="retrieve", security_organ=False, letter_number="（2026）介字第98号")
    deciding.review(hurried, asked.taken(asked.approver))
    assert holds_of(hurried).count() == 1


@pytest.mark.clause("S28.2")
@pytest.mark.parametrize(
    "changed",
    [
        {"cameras": []},
        {"basis": "named_law", "law": "监察法第二十五条"},
        {"span_from": datetime.datetime(2026, 6, 1, tzinfo=datetime.UTC)},
    ],
    ids=["no camera chosen", "article not reviewed", "longer than one request opens"],
)
def test_what_the_holder_owes_hinders_the_register_and_is_no_refusal(asked, changed):
    if "span_from" in changed:
        changed = {"span_from": asked.at - 90 * HOUR}
    row = asked.checking(**changed)
    with pytest.raises(StepRefused) as caught:
        deciding.register(row, asked.taken(asked.staff), originals=True)
    assert len(caught.value.unmet) == 1
    with pytest.raises(StepRefused, match="1 项") as caught:
        deciding.refuse(row, asked.taken(asked.staff))
    assert caught.value.unmet[0].clause == "S28.2"
    row = deciding.refuse(asked.checking(**changed, letter_number=""), asked.taken(asked.staff))
    assert [one["clause"] for one in row.missing] == ["S28.1(2)"], "what the holder owes is not printed either"


@pytest.mark.clause("N20", "S28.2")
def test_an_article_that_gives_no_such_power_is_refused_as_that_and_not_as_unreviewed(asked):
    row = asked.checking(basis="named_law", law="监察法第二十五条")
    row = deciding.refuse(row, asked.taken(asked.staff), no_power=True)
    assert [one["reason_zh"] for one in row.missing] == [agency.NO_POWER.reason_zh]
    with pytest.raises(StepRefused):
        deciding.refuse(asked.checking(letter_number="乙"), asked.taken(asked.staff), no_power=True)


@pytest.mark.clause("S27")
def test_who_is_no_organ_is_refused_under_article_27_itself(asked):
    for requester, clause in (("lawyer", "S27"), ("organ", "S28.2")):
        row = deciding.refuse(asked.checking(requester=requester, letter_number=""), asked.taken(asked.staff))
        assert row.steps.get(event="refuse").clauses == [clause]


def test_what_is_complete_is_not_given_back(asked):
    with pytest.raises(StepRefused) as caught:
        deciding.give_back(asked.checking("online"), asked.taken(asked.staff, "再等等"))
    assert "齐全" in caught.value.unmet[0].reason_zh
    row = deciding.give_back(asked.checking("online", letter_number=""), asked.taken(asked.staff, "请补介绍信"))
    assert (row.state, row.approve_due) == (S.DRAFT, None)


@pytest.mark.clause("S33.1")
def test_what_is_not_checked_in_time_goes_to_the_unit_above_or_is_said_to_have_none(asked):
    row = asked.checking()
    assert clocks.sweep(row.approve_due)["access.agencyrequest.escalate"] == 1
    row.refresh_from_db()
    assert (row.state, row.escalated_at) == (S.CHECKING, asked.at + (row.approve_due - asked.at))
    assert "没有上级单位" in row.steps.get(event="escalate").words
    unit = asked.stage.cast.units["a"]
    unit.parent = asked.stage.cast.units["city"]
    unit.save()
    boss = colleague(asked.stage, "洛桑", "boss", "city", PostKind.APPROVER)
    other = asked.checking(letter_number="乙")
    assert not taken_by(boss.person, asked.at).filter(pk=other.pk).exists()
    clocks.sweep(other.approve_due)
    assert "提请上级单位办理" in other.steps.get(event="escalate").words
    assert taken_by(boss.person, asked.at).filter(pk=other.pk).exists()
    other = deciding.register(other, asked.taken(boss.person), originals=True)
    assert other.escalated_at is None, "the approvers have a time of their own"
    assert not taken_by(boss.person, asked.at).filter(pk=other.pk).exists()


@pytest.mark.clause("S28.1(2)")
def test_at_the_counter_somebody_says_that_the_originals_were_seen_or_the_scans_lie_there(asked):
    row = asked.checking()
    with pytest.raises(StepRefused) as caught:
        deciding.register(row, asked.taken(asked.staff))
    assert [one.clause for one in caught.value.unmet] == ["S28.1(2)"]
    seen = deciding.register(row, asked.taken(asked.staff), originals=True)
    step = seen.steps.get(event="register")
    assert step.words == deciding.SEEN
    assert step.by == asked.staff
    assert originals_of(seen) == f"次仁，{step.on}，已核对原件"
    other = asked.checking(letter_number="乙")
    paper = keep_paper(upload(pdf(), "件.pdf", "application/pdf"), by=asked.staff, at=asked.at, about="x")
    for kind in ("letter", "card"):
        AgencyPaper.objects.create(request=other, kind=kind, paper=paper, by=asked.staff, at=asked.at)
    with pytest.raises(StepRefused):
        deciding.register(other, asked.taken(asked.staff))
    AgencyPaper.objects.create(request=other, kind="card", paper=paper, by=asked.staff, at=asked.at)
    other = deciding.register(other, asked.taken(asked.staff))
    assert originals_of(other) == "扫描件留存"


@pytest.mark.clause("S33.1")
def test_who_registered_it_does_not_approve_it(asked):
    Post.objects.create(person=asked.staff, unit=asked.staff.unit, kind=PostKind.APPROVER, valid_from=SINCE)
    row = asked.registered()
    with pytest.raises(StepRefused) as caught:
        deciding.approve(row, asked.taken(asked.staff))
    assert "登记的人员" in caught.value.unmet[0].reason_zh
    assert deciding.approve(row, asked.taken(asked.approver)).state == S.GRANTED


#: What each step of the holder's needs to be taken, besides its state.
_HOLDERS = (
    "give_back",
    "register",
    "refuse",
    "send_back",
    "approve",
    "grant_urgent",
    "review",
    "serve",
    "close",
    "take_back",
)


@pytest.mark.parametrize("event", _HOLDERS)
def test_who_asks_takes_no_step_of_the_holders(asked, event):
    assert set(_HOLDERS) == set(FROM) - {"submit", "lapse"}
    namesake = colleague(asked.stage, "王芳", "wangfang", "a", PostKind.CARETAKER)
    Post.objects.create(person=namesake.person, unit=namesake.person.unit, kind=PostKind.APPROVER, valid_from=SINCE)
    row = asked.checking(unit_name="城关区第一小学", letter_number="" if event in ("give_back", "refuse") else "甲")
    row = at_state(row, next(iter(FROM[event])))
    with pytest.raises(StepRefused) as caught:
        getattr(deciding, event)(row, asked.taken(namesake.person, "理由"))
    assert "申请人不能办理本人的申请" in [one.reason_zh for one in caught.value.unmet]


def test_who_asks_neither_extends_nor_stands_beside_nor_reviews_the_article(asked):
    namesake = colleague(asked.stage, "王芳", "wangfang", "a", PostKind.CARETAKER)
    Post.objects.create(person=namesake.person, unit=namesake.person.unit, kind=PostKind.APPROVER, valid_from=SINCE)
    row = asked.granted(unit_name="城关区第一小学")
    for act in (
        lambda: deciding.extend(row, 5, asked.taken(namesake.person)),
        lambda: presence.sit(row, namesake.person, list(row.officers.all()), asked.at),
        lambda: deciding.review_law(at_state(row, S.CHECKING), namesake.person, asked.at),
    ):
        with pytest.raises(StepRefused) as caught:
            act()
        assert "申请人不能办理本人的申请" in [one.reason_zh for one in caught.value.unmet]


@pytest.mark.clause("S33.1")
def test_a_grant_in_a_hurry_is_another_persons_who_may_decide_and_is_not_extended(asked):
    row = asked.registered()
    with pytest.raises(StepRefused) as caught:
        deciding.grant_urgent(row, asked.taken(asked.staff, "嫌疑人正在逃跑"))
    assert "受理或者登记的人员不能紧急准予同一申请" in [one.reason_zh for one in caught.value.unmet]
    with pytest.raises(StepRefused, match="由其他岗位办理"):
        deciding.grant_urgent(row, asked.taken(asked.stage.cast.operator.person, "嫌疑人正在逃跑"))
    row = deciding.grant_urgent(row, asked.taken(asked.approver, "嫌疑人正在逃跑"))
    with pytest.raises(StepRefused, match="不能办理"):
        deciding.extend(row, 5, asked.taken(asked.approver))


@pytest.mark.clause("S28.1(1)")
@pytest.mark.parametrize("change", ["purpose", "span", "cameras"])
def test_a_confirmation_holds_for_what_stood_there_then(asked, change):
    row = asked.checking("online")
    values = {"purpose": {"purpose": "别的事由"}, "span": {"span_to": asked.at - HOUR}, "cameras": {}}[change]
    same = asking.state(
        row, {"purpose": row.purpose}, asked.staff, asked.at, revision=row.revision, cameras=row.cameras.all()
    )
    assert same.officers.filter(confirmed_at__isnull=True).count() == 0, "nothing changed"
    cameras = [asked.stage.yard] if change == "cameras" else None
    row = asking.state(same, values, asked.staff, asked.at, revision=same.revision, cameras=cameras)
    assert [one.person for one in row.officers.filter(confirmed_at__isnull=True)] == [asked.second.person]
    with pytest.raises(StepRefused):
        deciding.register(row, asked.taken(asked.staff))
    row = asking.confirm(row, "法执0021", asked.second.person, asked.at)
    assert deciding.register(row, asked.taken(asked.staff)).state == S.REGISTERED


@pytest.mark.clause("S28.1(4)")
def test_what_is_retrieved_or_copied_is_served_by_a_package_that_was_handed_over(asked):
    row = asked.granted(way=Way.COPY, security_organ=False)
    with pytest.raises(StepRefused) as caught:
        deciding.serve(row, asked.taken(asked.staff, "移交光盘一张"))
    assert caught.value.unmet[0].reason_zh == "尚未交付证据包"
    row = deciding.close(row, asked.taken(asked.staff, "不再需要"))
    assert (row.state, row.returned_on) == (S.CLOSED, None), "nothing was handed over"
