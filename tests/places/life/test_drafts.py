"""Filing and removing page by page: kept after each, told when others were there, refused when classified, lapsed when left."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.law.duties.finding import LegalTerms
from custodes.people.lawful import StepRefused
from custodes.people.models import Person, RecordOutbox
from custodes.places.drafts import keeping
from custodes.places.drafts.filing import FILING
from custodes.places.drafts.removal import REMOVAL
from custodes.places.filing.fields import FilingAnswers
from custodes.places.lifecycle.stepping import Taken
from custodes.places.models import (
    ChangeCase,
    ChangeState,
    Draft,
    Filing,
    FilingState,
    PaperKind,
    Removal,
    RemovalState,
    System,
    SystemState,
)
from custodes.places.network import says_classified
from custodes.settings import get_settings
from tests.places.changes.cases import done, filed, submitted
from tests.places.life import filings as workflow
from tests.places.life.answers import ANSWERS
from tests.places.life.filling import begin, fill, hand_in, send, unclear
from tests.places.life.papers import item
from tests.places.stage import Stage
from tests.upkeep.dates.told import Told, told

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]
DAY = datetime.timedelta(days=1)
ALL = ANSWERS | unclear()


def of_filings(person: Person) -> list[Told]:
    """Their lines of the work list, but for what cameras lack."""
    return [one for one in told(person, timezone.now(), LegalTerms()) if "补齐" not in one.label]


def wanted(stage: Stage, days: int) -> dict[str, object]:
    return {
        "what": "cameras", "cameras": [str(stage.gate.pk)], "ground": "change_of_use", "why": "门面转让",
        "planned": (timezone.localdate() + days * DAY).isoformat(),
    }  # fmt: skip


def test_each_page_is_kept_and_leads_to_the_next(stage: Stage, client_of: Clients) -> None:
    client = client_of("caretaker")
    draft = begin(client, FILING, stage.school)
    answer = send(client, draft, "unit", ALL)
    assert answer.headers["Location"] == reverse("places:draft", args=[draft.pk, "place"])
    draft = Draft.objects.get()
    assert draft.answers["contact"] == "次仁"
    assert draft.answers["places"].startswith("0101")  # what the register knew of the other pages stays
    assert not Filing.objects.exists()


def test_what_is_missing_stands_at_its_field_and_nothing_typed_is_lost(stage: Stage, client_of: Clients) -> None:
    client = client_of("caretaker")
    draft = begin(client, FILING, stage.school)
    answer = send(client, draft, "unit", ALL | {"phone": ""})
    assert answer.status_code == 422
    assert "id_phone_error" in answer.content.decode()
    assert Draft.objects.get().answers["contact"] == "次仁"
    answer = send(client, draft, "devices", ALL | {"retention": "三十"})
    assert answer.status_code == 422
    assert Draft.objects.get().answers["retention"] == "三十"
    assert "需要改正" in client.get(reverse("places:draft", args=[draft.pk, "check"])).content.decode()
    assert hand_in(client, draft).status_code == 422
    assert not Filing.objects.exists()


def test_it_is_put_aside_however_little_is_in_it_and_gone_on_with_from_the_work_list(
    stage: Stage, client_of: Clients
) -> None:
    client, person = client_of("caretaker"), stage.cast.caretaker.person
    draft = begin(client, FILING, stage.school)
    assert send(client, draft, "place", {"site": "校", "aside": "1"}).status_code == 302
    (one,) = of_filings(person)
    assert one.label == "继续填写备案：校门和操场"
    assert one.late  # the clock of the filing runs on
    assert 'value="校"' in client.get(one.href).content.decode()


def test_pressing_begin_again_goes_on_with_what_lies_there(stage: Stage, client_of: Clients) -> None:
    client = client_of("caretaker")
    draft = begin(client, FILING, stage.school)
    send(client, draft, "unit", ALL | {"contact": "旺姆"})
    assert begin(client, FILING, stage.school).answers["contact"] == "旺姆"


def test_a_draft_is_its_units_own(stage: Stage, client_of: Clients) -> None:
    draft = begin(client_of("caretaker"), FILING, stage.school)
    for member in ("inspector", "outside_caretaker"):
        for address in (draft.get_absolute_url(), reverse("places:draft", args=[draft.pk, "check"])):
            assert client_of(member).get(address).status_code == 404, member
        for name in ("places:draft_discard", "places:draft_hand_in"):
            assert client_of(member).post(reverse(name, args=[draft.pk])).status_code == 404, member
    assert Draft.objects.exists()


def test_counter_staff_file_for_a_unit_that_came_with_papers(stage: Stage, client_of: Clients) -> None:
    fill(client_of("inspector"), FILING, stage.school, ALL)
    filing = Filing.objects.get()
    assert filing.on_behalf
    assert filing.state == FilingState.SUBMITTED


def test_the_counter_keeps_off_what_the_unit_fills_in(stage: Stage, client_of: Clients) -> None:
    begin(client_of("caretaker"), FILING, stage.school)
    client_of("inspector").post(reverse("places:filing_begin", args=[stage.school.pk]))
    assert not Draft.objects.get().on_behalf


def test_what_was_sent_back_is_mended_from_what_was_said(stage: Stage, client_of: Clients) -> None:
    client, police = client_of("caretaker"), stage.cast.inspector.person
    fill(client, FILING, stage.school, ALL)
    now = timezone.now()
    workflow.send_back(Filing.objects.get(), Taken(police, now, timezone.localdate(now), "电话打不通"))
    draft = begin(client, FILING, stage.school)
    assert draft.answers["contact"] == "次仁"
    send(client, draft, "unit", ALL | {"phone": "0891-6321111"})
    hand_in(client, draft)
    filing = Filing.objects.get()
    assert (filing.state, filing.content["phone"]) == (FilingState.SUBMITTED, "0891-6321111")
    assert not Draft.objects.exists()


def test_why_it_was_sent_back_stands_on_every_page_of_the_draft(stage: Stage, client_of: Clients) -> None:
    client, police, now = client_of("caretaker"), stage.cast.inspector.person, timezone.now()
    fill(client, FILING, stage.school, ALL)
    workflow.send_back(Filing.objects.get(), Taken(police, now, timezone.localdate(now), "电话打不通"))
    start = client.get(reverse("places:filing_begin", args=[stage.school.pk])).content.decode()
    draft = begin(client, FILING, stage.school)
    pages = [
        client.get(reverse("places:draft", args=[draft.pk, page]))
        for page in (*(one.key for one in FILING.pages), "check")
    ]
    for page in (start, *(one.content.decode() for one in pages)):
        assert "备案已退回补正" in page
        assert "电话打不通" in page


def test_a_change_begins_with_what_was_filed_where_the_register_knows_nothing(stage: Stage, client_of: Clients) -> None:
    client, police, now = client_of("caretaker"), stage.cast.inspector.person, timezone.now()
    fill(client, FILING, stage.school, ALL | {"norm": "规范 1.0"})
    workflow.receive(Filing.objects.get(), Taken(police, now, timezone.localdate(now)))
    draft = begin(client, FILING, stage.school)
    assert draft.answers["norm"] == "规范 1.0"
    assert draft.answers["unclear_designer"] == "on"
    assert draft.answers["unit"] == stage.school.unit.name


def test_what_is_being_mended_is_one_line_on_the_work_list(stage: Stage, client_of: Clients) -> None:
    client, police, now = client_of("caretaker"), stage.cast.inspector.person, timezone.now()
    fill(client, FILING, stage.school, ALL)
    workflow.send_back(Filing.objects.get(), Taken(police, now, timezone.localdate(now), "电话打不通"))
    draft = begin(client, FILING, stage.school)
    (one,) = of_filings(stage.cast.caretaker.person)
    assert (one.hint, one.href) == ("电话打不通", draft.get_absolute_url())


def test_the_second_on_a_page_is_told_and_may_insist(stage: Stage, client_of: Clients) -> None:
    client = client_of("caretaker")
    draft = begin(client, FILING, stage.school)
    send(client, draft, "unit", ALL | {"contact": "德吉"}, revision=0)
    answer = send(client, draft, "unit", ALL | {"contact": "央宗"}, revision=0)
    assert answer.status_code == 422
    assert "德吉" in answer.content.decode()
    assert 'value="央宗"' in answer.content.decode()
    assert Draft.objects.get().answers["contact"] == "德吉"
    send(client, draft, "unit", ALL | {"contact": "央宗"})
    assert Draft.objects.get().answers["contact"] == "央宗"


def test_two_on_different_pages_do_not_meet(stage: Stage, client_of: Clients) -> None:
    client = client_of("caretaker")
    draft = begin(client, FILING, stage.school)
    send(client, draft, "unit", ALL | {"contact": "德吉"}, revision=0)
    assert send(client, draft, "devices", ALL | {"retention": "60"}, revision=0).status_code == 302
    assert Draft.objects.get().answers["retention"] == "60"


def test_a_check_that_is_out_of_date_is_not_handed_in(stage: Stage, client_of: Clients) -> None:
    client = client_of("caretaker")
    draft = begin(client, FILING, stage.school)
    for page in FILING.pages:
        send(client, draft, page.key, ALL)
    answer = client.post(reverse("places:draft_hand_in", args=[draft.pk]), {"revision": 0})
    assert "他人修改了这份草稿" in answer.content.decode()
    assert not Filing.objects.exists()


def test_words_of_what_is_classified_refuse_before_anything_is_kept(
    stage: Stage, client_of: Clients, caplog: pytest.LogCaptureFixture
) -> None:
    client = client_of("caretaker")
    draft = begin(client, FILING, stage.school)
    before, outbox = Draft.objects.get().answers, RecordOutbox.objects.count()
    answer = send(client, draft, "place", ALL | {"site": "某机要楼（机密级）"})
    assert answer.status_code == 403
    assert "机要楼" not in answer.content.decode()
    assert Draft.objects.get().answers == before
    assert RecordOutbox.objects.count() == outbox
    assert "机要楼" not in caplog.text


def test_a_classified_system_gets_no_draft_on_a_network(stage: Stage, client_of: Clients) -> None:
    System.objects.filter(pk=stage.school.pk).update(classified=True)
    assert client_of("caretaker").post(reverse("places:filing_begin", args=[stage.school.pk])).status_code == 403
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("涉密机房", True),
        ("绝密★启用前", True),
        ("图纸为秘密级", True),
        ("不涉及国家秘密", False),
        ("非涉密系统", False),
        ("周边没有涉密单位", False),
        ("不在校内，属涉密场所", True),
        ("保密办公室门口", False),
        ("unclassified area", False),
        ("classified area", True),
    ],
)
def test_denials_are_no_statements(text: str, said: bool) -> None:
    assert says_classified(text) is said


def test_a_draft_that_nobody_goes_on_with_lapses_and_says_so(stage: Stage, client_of: Clients) -> None:
    client, person, now = client_of("caretaker"), stage.cast.caretaker.person, timezone.now()
    draft = begin(client, REMOVAL, stage.school)
    days = get_settings().draft_days
    soon = now + (days - 3) * DAY
    assert [one.due for one in told(person, soon, LegalTerms()) if "继续填写拆除" in one.label] == [
        timezone.localdate(keeping.lapses_at(draft))
    ]
    assert keeping.sweep(soon) == 0
    send(client, draft, "why", wanted(stage, 20))
    later = now + (days + 1) * DAY
    assert keeping.sweep(later) == 1
    draft = Draft.objects.get()
    assert draft.answers == {}
    assert client.get(reverse("places:draft", args=[draft.pk, "why"])).status_code == 404
    assert any("草稿已失效" in one.label for one in told(person, later, LegalTerms()))
    assert begin(client, REMOVAL, stage.school).pk != draft.pk
    assert not any("草稿已失效" in one.label for one in told(person, later, LegalTerms()))
    keeping.sweep(later + 2 * (days + 1) * DAY)
    keeping.sweep(later + 4 * (days + 1) * DAY)
    assert not Draft.objects.exists()


def test_a_removal_in_fourteen_days_is_told_why_not_and_when_at_once(stage: Stage, client_of: Clients) -> None:
    client, today = client_of("caretaker"), timezone.localdate()
    draft = begin(client, REMOVAL, stage.school)
    send(client, draft, "what", wanted(stage, 14))
    answer = send(client, draft, "day", wanted(stage, 14))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f"应当不迟于 {today - DAY} 报告" in page
    assert f"最早可以在 {today + 15 * DAY} 拆除" in page
    assert not Removal.objects.exists()


@pytest.mark.parametrize("planned", ["2000-01-01", "yesterday"])
def test_a_removal_on_a_day_that_has_passed_is_told_so(stage: Stage, client_of: Clients, planned: str) -> None:
    client = client_of("caretaker")
    draft = begin(client, REMOVAL, stage.school)
    send(client, draft, "what", wanted(stage, 14))
    day = str(timezone.localdate() - DAY) if planned == "yesterday" else planned
    answer = send(client, draft, "day", {**wanted(stage, 14), "planned": day})
    assert answer.status_code == 422
    assert "拟拆除日期不能早于今天。" in answer.content.decode()


def test_a_removal_is_reported_with_its_last_page(stage: Stage, client_of: Clients) -> None:
    answer = fill(client_of("caretaker"), REMOVAL, stage.school, wanted(stage, 15))
    removal = Removal.objects.get()
    assert answer.headers["Location"] == removal.get_absolute_url()
    assert (removal.state, removal.reported_on) == (RemovalState.REPORTED, timezone.localdate())
    assert [camera.name for camera in removal.cameras.all()] == ["校门"]


def test_a_day_that_was_far_enough_yesterday_is_asked_again_today(stage: Stage, client_of: Clients) -> None:
    client = client_of("caretaker")
    draft = begin(client, REMOVAL, stage.school)
    for page in REMOVAL.pages:
        send(client, draft, page.key, wanted(stage, 15))
    kept = Draft.objects.get()
    Draft.objects.update(answers={**kept.answers, "planned": (timezone.localdate() + 14 * DAY).isoformat()})
    assert hand_in(client, draft).status_code == 422
    assert not Removal.objects.exists()


def test_what_is_being_removed_is_not_removed_twice(stage: Stage, client_of: Clients) -> None:
    client = client_of("caretaker")
    fill(client, REMOVAL, stage.school, wanted(stage, 15))
    draft = begin(client, REMOVAL, stage.school)
    answer = send(client, draft, "what", wanted(stage, 20))
    assert "已有正在办理的拆除" in answer.content.decode()


def test_what_is_not_accepted_is_not_begun(stage: Stage, client_of: Clients) -> None:
    System.objects.filter(pk=stage.school.pk).update(state=SystemState.BUILDING)
    for name in ("places:filing_begin", "places:removal_add"):
        answer = client_of("caretaker").post(reverse(name, args=[stage.school.pk]))
        assert answer.headers["Location"] == reverse("places:life", args=[stage.school.pk])
    assert not Draft.objects.exists()


def test_a_draft_is_thrown_away_by_its_unit(stage: Stage, client_of: Clients) -> None:
    client = client_of("caretaker")
    draft = begin(client, FILING, stage.school)
    client.post(reverse("places:draft_discard", args=[draft.pk]))
    assert not Draft.objects.exists()


def test_a_change_that_the_answers_do_not_say_is_told_before_and_after_handing_in(
    stage: Stage, client_of: Clients
) -> None:
    """A draft from before the change lies: it says the former place, and would not cover the change (N14)."""
    filed(stage)
    client, check = client_of("caretaker"), "places:draft"
    draft = begin(client, FILING, stage.school)
    former = draft.answers["places"]
    case = done(stage)
    page = client.get(reverse(check, args=[draft.pk, "check"])).content.decode()
    assert "“校门”现安装于：门柱南侧" in page
    assert reverse(check, args=[draft.pk, "spots"]) + "?back=check" in page
    assert case.get_absolute_url() in page
    for one in FILING.pages:
        send(client, draft, one.key, ALL | {"places": former})
    answer = client.post(
        reverse("places:draft_hand_in", args=[draft.pk]), {"revision": Draft.objects.get().revision}, follow=True
    )
    assert "备案内容没有写明“校门”变更后的安装位置" in answer.content.decode()
    assert ChangeCase.objects.get().state == ChangeState.DONE


def test_a_change_that_the_answers_say_is_handed_in_without_a_warning(stage: Stage, client_of: Clients) -> None:
    filed(stage)
    done(stage)
    client = client_of("caretaker")
    draft = begin(client, FILING, stage.school)
    for one in FILING.pages:
        send(client, draft, one.key, ALL | {"places": draft.answers["places"]})
    assert "现安装于" not in client.get(reverse("places:draft", args=[draft.pk, "check"])).content.decode()
    answer = client.post(
        reverse("places:draft_hand_in", args=[draft.pk]), {"revision": Draft.objects.get().revision}, follow=True
    )
    assert "没有写明" not in answer.content.decode()
    assert ChangeCase.objects.get().state == ChangeState.FILING


@pytest.mark.parametrize(
    ("state", "before", "clauses"),
    [
        (SystemState.LEGACY, False, ("S16.2b", "N14")),
        (SystemState.ACCEPTED, False, ("S16.2a", "N14")),
        (SystemState.LEGACY, True, ("N14",)),
    ],
)
def test_the_pages_name_the_clauses_of_what_is_filed(
    stage: Stage, client_of: Clients, state: SystemState, before: bool, clauses: tuple[str, ...]
) -> None:
    System.objects.filter(pk=stage.school.pk).update(state=state)
    if before:
        filed(stage)
    client = client_of("caretaker")
    start = client.get(reverse("places:filing_begin", args=[stage.school.pk]))
    assert start.context["clauses"] == clauses
    draft = begin(client, FILING, stage.school)
    check = client.get(reverse("places:draft", args=[draft.pk, "check"]))
    assert check.context["clauses"] == clauses
    for answer in (start, check):
        head = answer.content.decode().split('class="page-head"', 1)[1].split("</div>", 1)[0]
        assert ("第十六条" in head) is (len(clauses) == 2)


def test_a_new_system_is_filed_at_the_page_with_both_sets_of_its_papers(stage: Stage, client_of: Clients) -> None:
    System.objects.filter(pk=stage.school.pk).update(state=SystemState.ACCEPTED)
    by, now, client = stage.cast.caretaker.person, timezone.now(), client_of("caretaker")
    design = item(stage.school, PaperKind.DESIGN, "设计方案", by, now)
    assert fill(client, FILING, stage.school, ALL | {"items": [str(design.pk)]}).status_code == 422
    report = item(stage.school, PaperKind.ACCEPTANCE, "验收报告", by, now)
    both = {"items": [str(design.pk), str(report.pk)]}
    assert fill(client, FILING, stage.school, ALL | both).status_code == 302
    assert Filing.objects.get().state == FilingState.SUBMITTED


def filled(client: Client, stage: Stage) -> Draft:
    draft = begin(client, FILING, stage.school)
    for page in FILING.pages:
        send(client, draft, page.key, ALL)
    return draft


def test_no_draft_is_begun_beside_a_filing_that_was_handed_in_meanwhile(stage: Stage) -> None:
    answers = FILING.begin(stage.school)  # as the page gathers them, before another hands in
    submitted(stage)
    with pytest.raises(StepRefused, match="正由公安机关办理"):
        keeping.begin(FILING.kind, stage.school, "unit", answers, stage.cast.caretaker.person, timezone.now())


def test_a_filing_that_was_begun_before_there_were_drafts_is_gone_on_with(stage: Stage, client_of: Clients) -> None:
    begun = workflow.begin(stage.school, stage.cast.caretaker.person, timezone.now())
    workflow.save(begun, FilingAnswers(ANSWERS | {"contact": "卓玛"}))
    client = client_of("caretaker")
    draft = filled(client, stage)
    assert draft.answers["contact"] == "卓玛"
    assert hand_in(client, draft).status_code == 302
    filing = Filing.objects.get()
    assert (filing.pk, filing.state) == (begun.pk, FilingState.SUBMITTED)


def test_drafts_and_returned_filings_of_a_system_that_is_gone_wait_for_nobody(stage: Stage, client_of: Clients) -> None:
    client, person, now = client_of("caretaker"), stage.cast.caretaker.person, timezone.now()
    back = Taken(stage.cast.inspector.person, now, timezone.localdate(now), "电话打不通")
    workflow.send_back(submitted(stage), back)
    removal = begin(client, REMOVAL, stage.school)
    begin(client, FILING, stage.school)
    assert len(of_filings(person)) == 2
    System.objects.filter(pk=stage.school.pk).update(state=SystemState.REMOVED)
    assert of_filings(person) == []
    assert client.get(reverse("places:draft", args=[removal.pk, "what"])).status_code == 404
    keeping.sweep(now + (get_settings().draft_days + 1) * DAY)
    assert of_filings(person) == []


def test_a_camera_that_is_chosen_while_a_draft_lies_goes_into_it(stage: Stage, client_of: Clients) -> None:
    client, address = client_of("caretaker"), reverse("places:removal_add", args=[stage.school.pk])
    draft = begin(client, REMOVAL, stage.school)
    send(client, draft, "what", wanted(stage, 20))
    yard = str(stage.yard.pk)
    assert "所选点位将加入这份草稿" in client.get(address, {"camera": yard}).content.decode()
    answer = client.post(address, {"camera": yard}, follow=True)
    assert "已把所选点位加入尚未提交的草稿" in answer.content.decode()
    kept = Draft.objects.get()
    assert kept.answers["cameras"] == [str(stage.gate.pk), yard]
    assert kept.reached == "what"


def test_a_draft_about_the_whole_system_says_that_the_chosen_camera_is_in_it(stage: Stage, client_of: Clients) -> None:
    client = client_of("caretaker")
    draft = begin(client, REMOVAL, stage.school)
    send(client, draft, "what", {"what": "whole"})
    address = reverse("places:removal_add", args=[stage.school.pk])
    answer = client.post(address, {"camera": str(stage.yard.pk)}, follow=True)
    assert "已包括所选点位" in answer.content.decode()
    assert Draft.objects.get().answers["what"] == "whole"
