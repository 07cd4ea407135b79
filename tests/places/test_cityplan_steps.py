"""Plans and norms from draft to archive: each step once, under its guard, on record, and by nobody past the machine."""

from __future__ import annotations

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from custodes.cases.taking import actions_for
from custodes.law.duties.finding import LegalTerms
from custodes.people.lawful import StepRefused
from custodes.people.models import Division, RecordOutbox
from custodes.places.cityplans import case
from custodes.places.cityplans.case import PLANNING, ChangedMeanwhile, WritingRefused, answer, begin_version, save_draft
from custodes.places.cityplans.facts import findings_of
from custodes.places.models import PlanningKind, PlanningState, PlanningText, TechnicalNorm, norm_in_force
from tests.places.cityplans import DAY, draft, in_force, settle_all, steps_of, take

pytestmark = pytest.mark.postgresql

K, S = PlanningKind, PlanningState


def _records(row: PlanningText) -> list[dict]:
    return [one.record["changes"] for one in RecordOutbox.objects.order_by("created_at", "pk")
            if one.record.get("object_id") == str(row.pk)]  # fmt: skip


@pytest.mark.clause("S8.1")
def test_a_citys_plan_goes_its_way_and_each_step_is_on_record(cast) -> None:
    row = in_force(cast, K.CITY_PLAN)
    assert (row.state, row.approval_number, row.approved_on) == (S.IN_FORCE, "测政函〔2026〕1 号", DAY)
    steps = list(steps_of(row).values_list("event", "before", "after", "on", "clauses"))
    assert steps == [
        ("begin", "", "draft", DAY, ["S8.1"]),
        ("consult", "draft", "consulting", DAY, ["S8.1"]),
        ("submit", "consulting", "submitted", DAY, ["S8.1"]),
        ("approve", "submitted", "in_force", DAY, ["S8.1"]),
    ]
    states = [one["state"] for one in _records(row) if "state" in one]
    assert sorted(states) == sorted([["draft", "consulting"], ["consulting", "submitted"], ["submitted", "in_force"]])
    assert any(one.get("approval_number") == [None, "测政函〔2026〕1 号"] for one in _records(row))


def test_the_nine_are_asked_of_the_citys_plan_and_two_of_the_norm(cast) -> None:
    assert draft(cast, K.CITY_PLAN).partners.count() == 9
    assert list(draft(cast, K.NORM).partners.values_list("key", flat=True)) == ["big_data", "state_security"]
    assert draft(cast, K.COUNTY_PLAN).partners.count() == 0


def test_a_step_that_lacks_something_changes_nothing_and_leaves_no_record(cast) -> None:
    row = take(draft(cast, K.CITY_PLAN), "consult", cast.system_admin.person)
    before = len(_records(row))
    with pytest.raises(StepRefused) as refused:
        take(row, "submit", cast.system_admin.person)
    assert len(refused.value.unmet) == 9
    row.refresh_from_db()
    assert (row.state, steps_of(row).count(), len(_records(row))) == (S.CONSULTING, 2, before)


@pytest.mark.parametrize("event", ["submit", "approve", "enact", "supersede", "redraft"])
def test_a_draft_can_only_be_given_out_for_opinions(cast, event: str) -> None:
    row = draft(cast, K.CITY_PLAN)
    by = cast.system_admin.person
    assert [one.event.name for one in actions_for(PLANNING, row, 0, by, timezone.now(), LegalTerms())] == ["consult"]
    with pytest.raises(StepRefused):
        take(row, event, cast.system_admin.person)


def test_a_second_press_of_the_same_button_does_nothing(cast) -> None:
    row = draft(cast, K.CITY_PLAN)
    take(row, "consult", cast.system_admin.person)
    with pytest.raises(StepRefused):
        take(row, "consult", cast.system_admin.person)
    assert steps_of(row).filter(event="consult").count() == 1


def test_the_state_is_not_to_be_set_by_hand(cast) -> None:
    row = draft(cast, K.CITY_PLAN)
    with pytest.raises(AttributeError):
        row.state = S.IN_FORCE


def test_the_database_itself_keeps_an_unapproved_plan_from_force(cast) -> None:
    row = draft(cast, K.CITY_PLAN)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanningText.objects.filter(pk=row.pk).update(state=S.IN_FORCE)


def test_a_partner_may_be_waived_with_a_reason_and_not_without(cast) -> None:
    row = take(draft(cast, K.CITY_PLAN), "consult", cast.system_admin.person)
    settle_all(row, cast.system_admin.person)
    one = row.partners.get(key="labour")
    one.answered_on, one.words, one.waived = None, "", True
    with pytest.raises(IntegrityError), transaction.atomic():
        case.settle(one, cast.system_admin.person, timezone.now())
    one.words = "不涉及人员编制"
    case.settle(one, cast.system_admin.person, timezone.now())
    assert take(row, "submit", cast.system_admin.person).state == S.SUBMITTED


@pytest.mark.clause("S8.2")
def test_a_countys_plan_points_at_a_version_of_the_citys_that_is_in_force(cast) -> None:
    by = cast.inspector.person
    bare = draft(cast, K.COUNTY_PLAN)
    case.add_partner(bare, "城关区财政局", by, timezone.now())
    with pytest.raises(StepRefused) as refused:
        take(bare, "consult", by)
    assert [one.clause for one in refused.value.unmet] == ["S8.2"]
    city = in_force(cast, K.CITY_PLAN)
    county = in_force(cast, K.COUNTY_PLAN, "2026-2", city_plan=city)
    assert county.state == S.IN_FORCE


def test_a_county_whose_citys_plan_was_replaced_meanwhile_is_stopped(cast) -> None:
    by = cast.inspector.person
    city = in_force(cast, K.CITY_PLAN)
    county = draft(cast, K.COUNTY_PLAN, city_plan=city)
    case.add_partner(county, "城关区财政局", by, timezone.now())
    county = take(county, "consult", by)
    settle_all(county, by)
    in_force(cast, K.CITY_PLAN, "2026-2")
    with pytest.raises(StepRefused) as refused:
        take(county, "submit", by)
    assert "不在施行" in refused.value.unmet[0].reason_zh


def test_a_new_version_begins_with_the_old_text_and_archives_it_when_it_comes_into_force(cast) -> None:
    by = cast.system_admin.person
    old = in_force(cast, K.CITY_PLAN)
    writing_of_old = old.text
    later = begin_version(old, "2027-1", by, timezone.now(), DAY)
    assert (later.text, later.previous, later.state) == (writing_of_old, old, S.DRAFT)
    later = take(later, "consult", by)
    settle_all(later, by)
    later = take(later, "submit", by)
    old.refresh_from_db()
    assert old.state == S.IN_FORCE
    take(later, "approve", by, number="测政函〔2027〕1 号", day=DAY)
    old.refresh_from_db()
    assert old.state == S.ARCHIVED
    assert steps_of(old).get(event="supersede").words == "全市规划（测试）（2027-1）"
    assert ["in_force", "archived"] in [one.get("state") for one in _records(old)]


def test_a_version_is_there_once_and_follows_one_that_is_in_force(cast) -> None:
    old = in_force(cast, K.CITY_PLAN)
    with pytest.raises(WritingRefused):
        begin_version(old, old.version, cast.system_admin.person, timezone.now(), DAY)
    with pytest.raises(WritingRefused):
        begin_version(draft(cast, K.CITY_PLAN, "x"), "y", cast.system_admin.person, timezone.now(), DAY)


def test_a_text_that_was_given_out_is_not_changed_and_a_redraft_asks_again(cast) -> None:
    by = cast.system_admin.person
    row = take(draft(cast, K.CITY_PLAN), "consult", by)
    settle_all(row, by)
    row.text = "另一个正文。"
    with pytest.raises(WritingRefused):
        save_draft(row, row.revision, by, timezone.now())
    row = take(row, "redraft", by, words="财政部门要求修改经费一章")
    assert (row.state, row.round) == (S.DRAFT, 2)
    assert row.partners.filter(round=2, answered_on__isnull=True).count() == 9
    assert row.partners.filter(round=1, answered_on__isnull=False).count() == 9
    row.text = "另一个正文。"
    assert save_draft(row, row.revision, by, timezone.now())
    row = take(row, "consult", by)
    with pytest.raises(StepRefused):
        take(row, "submit", by)


def test_an_opinion_of_an_earlier_round_is_not_changed(cast) -> None:
    by = cast.system_admin.person
    row = take(take(draft(cast, K.CITY_PLAN), "consult", by), "redraft", by, words="改")
    old = row.partners.filter(round=1).first()
    old.answered_on, old.words = DAY, "同意"
    with pytest.raises(WritingRefused):
        case.settle(old, by, timezone.now())


def test_two_who_edit_the_same_draft_lose_nothing(cast) -> None:
    by = cast.system_admin.person
    row = draft(cast, K.CITY_PLAN)
    first, second = (PlanningText.objects.get(pk=row.pk) for _ in range(2))
    first.title, second.title = "甲", "乙"
    assert save_draft(first, 0, by, timezone.now())
    with pytest.raises(ChangedMeanwhile) as meanwhile:
        save_draft(second, 0, by, timezone.now())
    assert meanwhile.value.row.title == "甲"
    assert PlanningText.objects.get(pk=row.pk).title == "甲"


def test_the_log_holds_the_hash_of_a_draft_and_not_its_words(cast) -> None:
    row = draft(cast, K.CITY_PLAN, text="涉密点位在某处。")
    row.text = "另写。"
    save_draft(row, 0, cast.system_admin.person, timezone.now())
    said = str(_records(row))
    assert "某处" not in said
    assert said.count("sha256:") == 3


@pytest.mark.clause("S13.2")
def test_a_sentence_is_answered_once_and_asked_again_when_it_is_changed(cast) -> None:
    by = cast.system_admin.person
    row = draft(cast, K.CITY_PLAN, text="摄像机的推荐品牌见附件。")
    [(found, words)] = findings_of(row)
    assert (found.line, words) == (1, "")
    with pytest.raises(StepRefused):
        take(row, "consult", by)
    answer(row, found.key, "附件为检测合格产品目录，不限品牌", by, timezone.now())
    assert take(row, "consult", by).state == S.CONSULTING
    row = take(PlanningText.objects.get(pk=row.pk), "redraft", by, words="改")
    row.text = "摄像机的推荐品牌见附件二。"
    save_draft(row, row.revision, by, timezone.now())
    assert [words for _found, words in findings_of(row)] == [""]
    with pytest.raises(WritingRefused):
        answer(row, found.key, "已不在正文中", by, timezone.now())


@pytest.mark.clause("S12.2")
def test_the_norm_of_a_day_is_the_latest_that_was_in_force_by_then(cast) -> None:
    first = in_force(cast, K.NORM)
    later = draft(cast, K.NORM, "2026-2")
    by = cast.system_admin.person
    later = take(later, "consult", by)
    settle_all(later, by)
    after = DAY + datetime.timedelta(days=30)
    with pytest.raises(StepRefused):
        take(later, "enact", by, day=after)
    take(later, "enact", by, on=after, day=after)
    county = Division.objects.get(code="540102")
    assert norm_in_force(county, DAY) == TechnicalNorm.objects.get(pk=first.pk)
    assert norm_in_force(county, after) == TechnicalNorm.objects.get(pk=later.pk)
    assert norm_in_force(county, DAY - datetime.timedelta(days=1)) is None
    in_force(cast, K.CITY_PLAN)
    assert TechnicalNorm.objects.count() == 2


def test_of_two_who_enter_the_same_version_at_once_the_second_is_told(cast) -> None:
    draft(cast, K.CITY_PLAN)
    with pytest.raises(WritingRefused):
        draft(cast, K.CITY_PLAN)
    row = draft(cast, K.CITY_PLAN, "2026-2")
    row.version = "2026-1"
    with pytest.raises(WritingRefused):
        save_draft(row, 0, cast.system_admin.person, timezone.now())


def test_of_two_versions_at_the_same_moment_one_comes_into_force(cast, monkeypatch) -> None:
    in_force(cast, K.CITY_PLAN)
    by = cast.system_admin.person
    row = take(draft(cast, K.CITY_PLAN, "2026-2"), "consult", by)
    settle_all(row, by)
    row = take(row, "submit", by)
    monkeypatch.setattr("custodes.places.cityplans.case.supersede_former", lambda *args: None)
    with pytest.raises(StepRefused, match="另一个版本正好在此时施行"):
        take(row, "approve", by, number="测政函〔2026〕2 号", day=DAY)
    assert PlanningText.objects.get(pk=row.pk).state == S.SUBMITTED


def test_a_text_of_which_steps_are_kept_is_not_deleted_by_whatever_name(cast) -> None:
    row = draft(cast, K.NORM)
    for model in (PlanningText, TechnicalNorm):
        with pytest.raises(ProtectedError), transaction.atomic():
            model.objects.get(pk=row.pk).delete()
