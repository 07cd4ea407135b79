"""Receipts from elsewhere: taken over they count as filed, once in each authority, and are revoked with a reason (S16.2b)."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.cases.models import CaseStep
from custodes.law.duties.finding import DutyStatus, LegalTerms
from custodes.people.models import Paper, RecordOutbox
from custodes.places.drafts import keeping
from custodes.places.filing.case import may_take_over, next_number
from custodes.places.filing.clocks import clocks_of
from custodes.places.lifecycle.stepping import StepRefused, Taken
from custodes.places.models import DraftKind, Filing, FilingKind, FilingState, System, SystemState
from tests.day import morning
from tests.people.papers.samples import docx, pdf, upload
from tests.places.life import filings as workflow
from tests.places.life.filings import Receipt, revoke, take_over
from tests.places.life.papers import paper
from tests.places.stage import Stage
from tests.upkeep.dates.told import told

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]
RECEIPT = Receipt("城公备 2024-0017", "拉萨市公安局城关区分局", datetime.date(2024, 6, 20))


def taken(stage: Stage, words: str = "") -> Taken:
    return Taken(stage.cast.caretaker.person, timezone.now(), timezone.localdate(), words)


def take(stage: Stage, receipt: Receipt = RECEIPT, system: System | None = None) -> Filing:
    by = (stage.cast.caretaker if system is None else stage.cast.outside_caretaker).person
    scan = paper(f"回执 {Paper.objects.count()}", by, timezone.now())
    step = Taken(by, timezone.now(), timezone.localdate())
    return take_over(system or System.objects.get(pk=stage.school.pk), receipt, scan, step)


def test_it_counts_as_filed_from_its_day_and_nothing_waits_any_more(stage: Stage) -> None:
    today = timezone.localdate()
    assert any(clock.open for clock in clocks_of(stage.school, today, LegalTerms()))
    filing = take(stage)
    assert (filing.state, filing.kind, filing.filed_on) == (FilingState.FILED, FilingKind.LEGACY, RECEIPT.on)
    clocks = clocks_of(stage.school, today, LegalTerms())
    assert {clock.clause: clock.finding.status for clock in clocks} == {"S16.2b": DutyStatus.MET, "N14": DutyStatus.MET}
    assert not any(clock.open for clock in clocks)
    labels = [one.label for one in told(stage.cast.caretaker.person, timezone.now(), LegalTerms())]
    assert not any(label.startswith("办理备案") for label in labels)
    assert workflow.kind_for(stage.school) == FilingKind.CHANGE


def test_what_was_filed_late_elsewhere_is_late_here(stage: Stage) -> None:
    take(stage, replace(RECEIPT, on=datetime.date(2024, 8, 1)))
    found = {clock.clause: clock.finding for clock in clocks_of(stage.school, timezone.localdate(), LegalTerms())}
    assert found["S16.2b"].status == DutyStatus.LATE
    assert found["S16.2b"].days_late == 31


def test_it_is_on_record_with_its_paper(stage: Stage) -> None:
    filing = take(stage)
    step = CaseStep.objects.get(case_id=filing.pk)
    assert (step.event, step.before, step.after, step.on) == ("take_over", "", "filed", RECEIPT.on)
    assert list(step.papers.all()) == [filing.receipt_paper]
    record = RecordOutbox.objects.get(type="register.step").record
    assert record["clauses"] == ["S16.2b", "N14"]
    assert "0017" in record["words"]


@pytest.mark.parametrize("state", SystemState.values)
def test_only_what_was_built_before_takes_a_receipt_over(stage: Stage, state: str) -> None:
    System.objects.filter(pk=stage.school.pk).update(state=state)
    if state == SystemState.LEGACY:
        assert take(stage).pk
    else:
        with pytest.raises(StepRefused):
            take(stage)
        assert not Filing.objects.exists()


@pytest.mark.parametrize("state", FilingState.values)
def test_not_beside_a_filing_that_is_there_or_on_its_way(stage: Stage, state: str) -> None:
    now = timezone.now()
    Filing.objects.create(
        system=stage.school, kind=FilingKind.LEGACY, state=state, drafted_by=stage.cast.caretaker.person, drafted_at=now
    )
    if state == FilingState.WITHDRAWN:
        assert take(stage).state == FilingState.FILED
    else:
        with pytest.raises(StepRefused):
            take(stage)


@pytest.mark.parametrize(
    "same",
    [
        pytest.param({}, id="一字不差"),
        pytest.param({"number": " 城公备  2024-0017 "}, id="空格"),
        pytest.param({"number": "城公备 ２０２４-００１７"}, id="全角数字"),
        pytest.param({"authority": "拉萨市公安局城关区分局 "}, id="机关名称后的空格"),
    ],
)
def test_a_number_is_taken_once_in_one_authority_and_the_field_is_named(stage: Stage, same: dict[str, str]) -> None:
    take(stage)
    with pytest.raises(StepRefused) as refused:
        take(stage, replace(RECEIPT, **same), stage.hotel)
    assert refused.value.field == "number"
    assert "2024-0017" in str(refused.value)


def test_another_authority_may_have_the_same_number(stage: Stage) -> None:
    take(stage)
    assert take(stage, replace(RECEIPT, authority="拉萨市公安局堆龙德庆区分局"), stage.hotel).pk


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"number": " "}, "number"),
        ({"authority": "　"}, "authority"),
        ({"on": datetime.date(2024, 4, 30)}, "on"),
        ({"on": morning().date() + datetime.timedelta(days=1)}, "on"),
    ],
)
def test_what_does_not_hold_is_refused_at_its_field(stage: Stage, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(StepRefused) as refused:
        take(stage, replace(RECEIPT, **wrong))
    assert refused.value.field == field


def test_not_beside_what_a_table_said_is_to_be_filed(stage: Stage) -> None:
    by, now = stage.cast.caretaker.person, timezone.now()
    keeping.begin(DraftKind.FILING, stage.school, "unit", {"contact": "卓玛"}, by, now, imported=True)
    with pytest.raises(StepRefused, match="正在办理的备案"):
        take(stage)


def test_numbers_go_on_behind_the_last_of_four_digits(stage: Stage) -> None:
    filing, today = take(stage), timezone.localdate()
    code = stage.school.site.division.code
    for number in ("9999", "10000"):
        Filing.objects.create(
            system=stage.school, kind=FilingKind.CHANGE, state=FilingState.FILED, receipt=f"{code}-{today.year}-{number}",
            drafted_by=stage.cast.caretaker.person, drafted_at=timezone.now(),
        )  # fmt: skip
    assert next_number(filing, today) == f"{code}-{today.year}-10001"


def test_receipts_of_elsewhere_do_not_move_our_own_numbers(stage: Stage) -> None:
    year = timezone.localdate().year
    code = stage.school.site.division.code
    take(stage, replace(RECEIPT, number=f"{code}-{year}-0090 补", on=timezone.localdate()), stage.hotel)
    filing = Filing(system=stage.school)
    assert next_number(filing, timezone.localdate()) == f"{code}-{year}-0001"


@pytest.mark.parametrize("state", FilingState.values)
@pytest.mark.parametrize("elsewhere", [True, False])
def test_only_a_receipt_from_elsewhere_that_stands_is_revoked(stage: Stage, state: str, elsewhere: bool) -> None:
    by, now = stage.cast.caretaker.person, timezone.now()
    more = {"authority": RECEIPT.authority, "receipt_paper": paper("回执", by, now)} if elsewhere else {}
    row = Filing.objects.create(
        system=stage.school, kind=FilingKind.LEGACY, state=state, drafted_by=by, drafted_at=now, receipt="1", **more
    )
    if elsewhere and state == FilingState.FILED:
        assert revoke(row, taken(stage, "登记错了系统")).state == FilingState.WITHDRAWN
    else:
        with pytest.raises(StepRefused):
            revoke(row, taken(stage, "登记错了系统"))
        assert Filing.objects.get().state == state


def test_what_was_revoked_is_filed_no_more_and_its_number_is_free(stage: Stage) -> None:
    filing = take(stage)
    with pytest.raises(StepRefused, match="理由"):
        revoke(filing, taken(stage))
    revoke(filing, taken(stage, "登记错了系统"))
    assert any(clock.open for clock in clocks_of(stage.school, timezone.localdate(), LegalTerms()))
    assert take(stage, system=stage.hotel).state == FilingState.FILED


def form(**more: Any) -> dict[str, Any]:
    return {
        "number": RECEIPT.number, "authority": RECEIPT.authority, "on": RECEIPT.on.isoformat(), "paper": upload(pdf()),
    } | more  # fmt: skip


def test_what_was_revoked_is_filed_anew_although_a_change_was_filed_since(stage: Stage) -> None:
    filing, by, now = take(stage), stage.cast.caretaker.person, timezone.now()
    Filing.objects.create(
        system=stage.school, kind=FilingKind.CHANGE, state=FilingState.FILED, drafted_by=by, drafted_at=now
    )
    assert workflow.kind_for(stage.school) == FilingKind.CHANGE
    revoke(filing, taken(stage, "编号登记有误"))
    assert workflow.kind_for(stage.school) == FilingKind.LEGACY
    assert may_take_over(stage.school)


def test_a_caretaker_enters_it_on_the_page_and_reads_the_paper_on_record(stage: Stage, client_of: Clients) -> None:
    browser = client_of("caretaker")
    life = browser.get(reverse("places:life", args=[stage.school.pk])).content.decode()
    address = reverse("places:filing_take_over", args=[stage.school.pk])
    assert address in life
    assert client_of("outside_caretaker").post(address, form()).status_code == 404
    page = browser.post(address, form(), follow=True).content.decode()
    for words in (RECEIPT.authority, "城公备 2024-0017", "2024-06-20"):
        assert words in page
    filing = Filing.objects.get()
    scan = reverse("places:filing_receipt_paper", args=[filing.pk])
    assert scan in page
    assert reverse("places:filing_print_receipt", args=[filing.pk]) not in page
    assert browser.get(reverse("places:filing_print_receipt", args=[filing.pk])).status_code == 404
    for member, sees in (("caretaker", True), ("inspector", True), ("outside_caretaker", False), ("operator", False)):
        assert (client_of(member).get(scan).status_code == 200) is sees, member
    assert RecordOutbox.objects.filter(type="paper.read").count() == 2
    assert address not in browser.get(reverse("places:life", args=[stage.school.pk])).content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"), [({"number": ""}, "number"), ({"on": "2024-04-30"}, "on"), ({"paper": ""}, "paper")]
)
def test_what_is_refused_keeps_what_was_typed_and_no_paper(
    stage: Stage, client_of: Clients, wrong: dict[str, Any], field: str
) -> None:
    address = reverse("places:filing_take_over", args=[stage.school.pk])
    answer = client_of("caretaker").post(address, form(**wrong))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert RECEIPT.authority in answer.content.decode()
    assert not Filing.objects.exists()
    assert not Paper.objects.exists()


def test_a_file_that_is_no_scan_is_refused_at_its_field(stage: Stage, client_of: Clients) -> None:
    address = reverse("places:filing_take_over", args=[stage.school.pk])
    answer = client_of("caretaker").post(address, form(paper=upload(docx(), "回执.docx")))
    assert "paper" in answer.context["form"].errors


def test_a_duplicate_on_the_page_stands_at_the_number(stage: Stage, client_of: Clients) -> None:
    take(stage, system=stage.hotel)
    answer = client_of("caretaker").post(reverse("places:filing_take_over", args=[stage.school.pk]), form())
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["number"]
    assert "大堂" not in str(answer.context["form"].errors), "whose it is is not for everybody"


def test_police_revoke_what_they_find_wrong_and_a_stranger_does_not(stage: Stage, client_of: Clients) -> None:
    filing = take(stage)
    address = reverse("places:filing_revoke", args=[filing.pk])
    data = {"words": "原机关没有该回执"}
    assert client_of("outside_caretaker").post(address, data).status_code == 404
    assert client_of("inspector").post(address, data | {"words": ""}).status_code == 422
    assert client_of("inspector").post(address, data).status_code == 302
    assert Filing.objects.get().state == FilingState.WITHDRAWN
    page = client_of("caretaker").get(filing.get_absolute_url()).content.decode()
    assert "转入的回执已撤销" in page
    assert "原机关没有该回执" in page
