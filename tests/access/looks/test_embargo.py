"""暂缓告知: asked for by who asks for the footage, answered by a second person of the holder, over by itself."""

from __future__ import annotations

import datetime
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from custodes.access.ask import Ask, Refused
from custodes.access.decision import decide
from custodes.access.models import AgencyState, Embargo, EmbargoState
from custodes.cases.models import CaseStep
from custodes.people.models import RecordOutbox
from custodes.places.lifecycle.stepping import StepRefused
from custodes.settings import get_settings
from tests.access.agency.asked import Asked
from tests.access.looks import embargoes as embargo
from tests.access.looks.platform import SECRET, Platform
from tests.access.taken import Taken
from tests.patience import PATIENCE

pytestmark = pytest.mark.postgresql

MICRO = datetime.timedelta(microseconds=1)


def steps_of(one):
    return CaseStep.objects.filter(kind="access.embargo", case_id=one.pk)


def refused(words):
    return pytest.raises(StepRefused, match=words)


@pytest.mark.clause("N20", "S28.1(4)")
def test_one_asks_another_approves_and_both_steps_are_on_record(platform):
    row, one = platform.kept_back()
    assert one.state == EmbargoState.APPROVED
    told = [each.record for each in RecordOutbox.objects.filter(type="embargo.step").order_by("created_at", "pk")]
    assert {each["event"] for each in told} == {"ask", "approve"}
    asked = next(each for each in told if each["event"] == "ask")
    assert asked["by"] == str(platform.officer.person.uuid)
    assert asked["words"] == SECRET
    assert asked["until"] == one.until.isoformat()
    assert asked["clauses"] == ["N20", "S28.1(4)"]
    assert asked["request"] == str(row.pk)
    assert not steps_of(one).filter(record__isnull=True).exists()


def test_whoever_asked_approves_nothing_nor_does_another_of_its_officers(platform):
    one = platform.ask(platform.registered())
    for person in (platform.officer.person, platform.companion.person):
        with refused("不能批准本人的暂缓告知"):
            embargo.approve(one, Taken(person, platform.at))
    for person in (platform.desk.person, platform.school_lead.person, platform.stage.cast.approver.person):
        with refused("由持有单位的审批人批准"):
            embargo.approve(one, Taken(person, platform.at))
    one.refresh_from_db()
    assert one.state == EmbargoState.ASKED


def test_the_desk_that_entered_it_at_the_counter_does_not_approve_it_though_it_also_approves(platform):
    from custodes.people.models import Post, PostKind
    from tests.cast import SINCE

    unit, desk = platform.stage.cast.units["city"], platform.desk.person
    Post.objects.create(person=desk, unit=unit, kind=PostKind.APPROVER, valid_from=SINCE)
    row = platform.registered()
    type(row).objects.filter(pk=row.pk).update(intake="counter")
    one = platform.ask(row, by=desk)
    with refused("不能批准本人的暂缓告知"):
        embargo.approve(one, Taken(desk, platform.at))
    embargo.approve(one, Taken(platform.approver.person, platform.at))


def test_the_database_itself_keeps_one_person_from_being_both(platform):
    one = platform.ask(platform.registered())
    with pytest.raises(IntegrityError), transaction.atomic():
        Embargo.objects.filter(pk=one.pk).update(state="approved", decided_by=one.asked_by)


def test_a_unit_that_serves_the_request_itself_is_kept_from_nothing(stage):
    asked = Asked.on(stage)
    row = asked.registered()
    with refused("本单位自行办理"):
        embargo.ask(row, SECRET, datetime.date(2100, 1, 1), Taken(asked.staff, asked.at))


def test_it_is_asked_by_those_who_ask_for_the_footage_alone(platform):
    row = platform.registered()
    for person in (platform.approver.person, platform.school_lead.person, platform.desk.person):
        with refused("由申请的工作人员提出"):
            platform.ask(row, by=person)


@pytest.mark.parametrize("days", [0, 1, 90])
def test_from_today_up_to_the_longest_term(platform, days):
    assert get_settings().embargo_most_days == 90
    assert platform.ask(platform.registered(), days).state == EmbargoState.ASKED


@pytest.mark.parametrize(("days", "words"), [(-1, "不能早于今日"), (91, "不超过 90 日")])
def test_not_a_day_before_or_behind(platform, days, words):
    with refused(words):
        platform.ask(platform.registered(), days)


def test_without_a_reason_there_is_none(platform):
    with refused("请写明暂缓告知的理由"):
        embargo.ask(platform.registered(), " . ", platform.today, Taken(platform.officer.person, platform.at))


def test_what_was_seen_already_is_not_kept_back_afterwards(platform):
    row = platform.granted()
    platform.look(row)
    with refused("已有查看记录"):
        platform.ask(row)


@pytest.mark.parametrize("state", [AgencyState.REFUSED, AgencyState.CLOSED, AgencyState.REVOKED, AgencyState.DRAFT])
def test_a_request_that_is_over_or_not_handed_in_carries_none(platform, state):
    row = platform.registered()
    type(row).objects.filter(pk=row.pk).update(state=state)
    with refused("不能提出暂缓告知"):
        platform.ask(row)


def test_one_waits_at_a_time(platform):
    row = platform.registered()
    platform.ask(row)
    with refused("已有一项暂缓告知待批准"):
        platform.ask(row, 5)


def test_no_look_begins_while_a_first_one_waits(platform):
    row = platform.granted()
    one = platform.ask(row)

    def reasons():
        ask = Ask((platform.stage.gate,), False, row.span, "事由", "内容", platform.at, row)
        verdict = decide(platform.officer.person, ask, platform.at)
        assert isinstance(verdict, Refused)
        return {unmet.reason_zh for unmet in verdict.unmet}

    assert "暂缓告知尚待批准" in reasons()
    embargo.withdraw(one, Taken(platform.companion.person, platform.at))
    assert "暂缓告知尚待批准" not in reasons()


def test_it_is_over_by_itself_at_the_end_of_its_last_day(platform):
    row, one = platform.kept_back(3)
    assert (
        one.ends_at.astimezone(datetime.timezone(datetime.timedelta(hours=8))).isoformat().endswith("T00:00:00+08:00")
    )
    assert embargo.running(row, one.ends_at - MICRO) == one
    assert embargo.running(row, one.ends_at) is None


def test_it_is_made_longer_by_two_before_its_end_and_not_behind_it(platform):
    row, first = platform.kept_back(3)
    platform.look(row)
    with refused("应当晚于原定"):
        platform.ask(row, 3)
    longer = platform.ask(row, 20)
    assert longer.earlier == first
    with refused("不能批准本人"):
        embargo.approve(longer, Taken(platform.officer.person, platform.at))
    with refused("已经届满或者解除"):
        embargo.approve(longer, Taken(platform.approver.person, first.ends_at))
    embargo.approve(longer, Taken(platform.approver.person, first.ends_at - MICRO))
    assert embargo.running(row, first.ends_at) == longer


def test_one_that_is_to_make_another_longer_keeps_nothing_back_while_it_waits(platform):
    from custodes.access.looks.reach import readable_looks

    row, first = platform.kept_back(3)
    look = platform.look(row)
    platform.ask(row, 20)
    lead = platform.school_lead.person
    assert not readable_looks(lead, first.ends_at - MICRO).filter(pk=look.pk).exists()
    assert readable_looks(lead, first.ends_at).filter(pk=look.pk).exists()


def test_an_answer_behind_the_day_that_was_asked_for_is_refused(platform):
    one = platform.ask(platform.registered(), 1)
    with refused("最后一日已过"):
        embargo.approve(one, Taken(platform.approver.person, one.ends_at))


def test_it_is_declined_with_a_reason_and_another_may_be_asked_for(platform):
    row = platform.registered()
    one = platform.ask(row)
    with refused("请写明不予批准的理由"):
        embargo.decline(one, Taken(platform.approver.person, platform.at, ""))
    embargo.decline(one, Taken(platform.approver.person, platform.at, "没有说明为什么会走漏"))
    with refused("不能办理"):
        embargo.approve(one, Taken(platform.second_approver.person, platform.at))
    assert platform.ask(row).state == EmbargoState.ASKED


def test_either_side_lifts_it_and_nobody_else(platform):
    row, _one = platform.kept_back()
    with refused("由申请的工作人员或者持有单位的审批人"):
        embargo.lift(row, Taken(platform.school_lead.person, platform.at, "想看"))
    with refused("请写明提前解除的理由"):
        embargo.lift(row, Taken(platform.approver.person, platform.at, ""))
    embargo.lift(row, Taken(platform.approver.person, platform.at, "已结案"))
    with refused("没有正在暂缓的事项"):
        embargo.lift(row, Taken(platform.approver.person, platform.at, "已结案"))


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_are_one(stage):
    if connection.vendor != "sqlite":
        pytest.skip("of threads of one process SQLite is tried; rows are locked elsewhere")
    platform = Platform.on(stage)
    one = platform.ask(platform.registered())
    gate, outcomes = threading.Barrier(2), []

    def answer(person):
        try:
            gate.wait(PATIENCE)
            embargo.approve(one, Taken(person, platform.at))
            outcomes.append("approved")
        except StepRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=answer, args=(person,))
        for person in (platform.approver.person, platform.second_approver.person)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(outcomes) == ["approved", "refused"]
    assert RecordOutbox.objects.filter(type="embargo.step", record__event="approve").count() == 1


def test_a_look_that_is_on_its_way_to_the_log_counts_and_one_that_failed_does_not(platform):
    row = platform.granted()
    look = platform.look(row, index=None, ended_at=None)
    with refused("已有查看记录"):
        platform.ask(row)
    look.revoked_at = platform.at
    look.save()
    assert platform.ask(row).state == EmbargoState.ASKED


def test_one_that_ran_out_unanswered_lapsed_and_nobody_took_it_back(platform):
    row = platform.registered()
    one = platform.ask(row, 1)
    embargo.ask(
        row, "仍有需要", platform.today + datetime.timedelta(days=9), Taken(platform.officer.person, one.ends_at)
    )
    one.refresh_from_db()
    step = steps_of(one).order_by("-at").first()
    assert (one.state, step.event, step.by) == (EmbargoState.LAPSED, "lapse", None)
    assert step.record.record["by"] == "system"
    assert "未获批准" in step.words
