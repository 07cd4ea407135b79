"""What the register prints: the row's own words, for who may see the row, with the record behind it."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from custodes.people.models import RecordOutbox
from custodes.places.filing import workflow
from custodes.places.filing.fields import OPTIONAL
from custodes.places.filing.taking_over import Receipt, revoke, take_over
from custodes.places.filing.workflow import Said
from custodes.places.lifecycle.stepping import Taken
from custodes.places.models import FirmStep, RemovalGround
from custodes.places.removal import workflow as removal
from custodes.web.printing.changes import change_form
from custodes.web.printing.register import filing_form, filing_number, filing_receipt, removal_report
from tests.places.changes.cases import requested
from tests.places.life.answers import ANSWERS
from tests.places.life.papers import design_papers, firm, paper, passed
from tests.places.stage import Stage

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]


def text_of(client: Client, address: str) -> str:
    """The words of a printed document, without blanks."""
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    pages = pypdfium2.PdfDocument(answer.content)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in pages)


def filed(stage: Stage) -> None:
    by, now, today = stage.cast.caretaker.person, timezone.now(), timezone.localdate()
    draft = workflow.begin(stage.school, by, now)
    row = workflow.save(draft, Said(ANSWERS, frozenset(field.key for field in OPTIONAL)))
    row = workflow.submit(row, Taken(by, now, today))
    workflow.receive(row, Taken(stage.cast.inspector.person, now, today))


def test_the_form_is_in_chinese_whoever_prints_it(stage: Stage) -> None:
    filed(stage)
    with override("en"):
        form = filing_form(stage.school.filings.get(), timezone.localdate())
    assert "学校" in form.category


def test_a_receipt_names_what_is_to_be_added_in_the_order_of_the_form(stage: Stage) -> None:
    filed(stage)
    row = stage.school.filings.get()
    row.unclear = ["used", "accepted", "designer"]
    assert filing_receipt(row, timezone.localdate()).missing == ("设计单位", "验收合格日期", "投入使用日期")


def test_a_camera_of_the_answer_has_its_number_in_its_own_column(stage: Stage) -> None:
    filed(stage)
    row = stage.school.filings.get()
    row.content = {**row.content, "places": f"{stage.gate.number}　校门　门内立柱\n东墙一台\n东门　立柱　一台"}
    gate, wall, typed = filing_form(row, timezone.localdate()).devices
    assert (gate.number, gate.place) == (stage.gate.number, "校门　门内立柱")
    assert (wall.number, wall.place) == ("", "东墙一台")
    assert (typed.number, typed.place) == ("", "东门　立柱　一台"), "no camera has this number"


def test_the_form_and_the_receipt_of_a_filing(stage: Stage, client_of: Clients) -> None:
    filed(stage)
    row = stage.school.filings.get()
    RecordOutbox.objects.filter(type="register.step").update(index=4711)
    form = text_of(client_of("caretaker"), reverse("print:filing_form", args=[row.pk]))
    assert "备案表" in form
    assert ANSWERS["contact"] in form
    assert ANSWERS["uscc"] in form
    receipt = text_of(client_of("inspector"), reverse("print:filing_receipt", args=[row.pk]))
    assert "备案回执" in receipt
    assert row.receipt in receipt
    assert "4711" in receipt
    assert client_of("outside_caretaker").get(reverse("print:filing_receipt", args=[row.pk])).status_code == 404


def test_a_filed_change_is_headed_so_and_has_no_clock_of_the_first_filing(stage: Stage, client_of: Clients) -> None:
    filed(stage)
    first = stage.school.filings.get()
    told = text_of(client_of("caretaker"), reverse("print:filing_form", args=[first.pk]))
    assert "■已建成系统备案" in told
    assert "□变更备案" in told
    assert filing_form(first, timezone.localdate()).due is not None
    filed(stage)
    second = stage.school.filings.exclude(pk=first.pk).get()
    told = text_of(client_of("caretaker"), reverse("print:filing_form", args=[second.pk]))
    assert "■变更备案" in told
    assert "□已建成系统备案" in told
    for document in (filing_form, filing_receipt):
        assert (document(second, timezone.localdate()).due, document(second, timezone.localdate()).days_late) == (
            None,
            0,
        )


def test_the_number_of_a_system_is_that_of_its_newest_filing_that_counts(stage: Stage) -> None:
    assert filing_number(stage.school) == ""
    by, now = stage.cast.caretaker.person, timezone.now()
    taken = Taken(by, now, timezone.localdate(), "登错了系统")
    elsewhere = take_over(
        stage.school, Receipt("旧 17", "城关区分局", datetime.date(2024, 6, 20)), paper("回执", by, now), taken
    )
    assert filing_number(stage.school) == "旧 17"
    revoke(elsewhere, taken)
    assert filing_number(stage.school) == ""
    filed(stage)
    first = filing_number(stage.school)
    filed(stage)
    receipts = set(stage.school.filings.filter(state="filed").values_list("receipt", flat=True))
    assert receipts - {first} == {filing_number(stage.school)}
    wanted = removal.Wanted((stage.gate,), RemovalGround.CITY_WORKS, "拓宽", now.date() + datetime.timedelta(days=20))
    row = removal.plan(stage.school, wanted, by, now)
    assert (
        removal_report(row).filing_number == change_form(requested(stage)).filing_number == filing_number(stage.school)
    )


def test_a_receipt_is_printed_once_it_is_given(stage: Stage, client_of: Clients) -> None:
    row = workflow.begin(stage.school, stage.cast.caretaker.person, timezone.now())
    assert client_of("caretaker").get(reverse("print:filing_receipt", args=[row.pk])).status_code == 404


def test_a_removal_report_names_its_cameras_ground_and_days(stage: Stage, client_of: Clients) -> None:
    by, now, today = stage.cast.caretaker.person, timezone.now(), timezone.localdate()
    wanted = removal.Wanted((stage.gate,), RemovalGround.CITY_WORKS, "道路拓宽", today + datetime.timedelta(days=20))
    row = removal.report(removal.plan(stage.school, wanted, by, now), Taken(by, now, today))
    told = text_of(client_of("caretaker"), reverse("print:removal_report", args=[row.pk]))
    assert "拆除报告" in told
    assert "校门" in told
    assert "道路拓宽" in told


def test_the_list_of_the_file_and_the_acceptance_report(stage: Stage, client_of: Clients) -> None:
    by, now = stage.cast.caretaker.person, timezone.now()
    design_papers(stage.school, by, now)
    firm(stage.school, by, now, FirmStep.CONSTRUCTION)
    passed(stage.school, by, now, timezone.localdate())
    index = text_of(client_of("caretaker"), reverse("print:dossier_index", args=[stage.school.pk]))
    assert "立卷目录" in index
    assert "标准符合性清单" in index
    assert "高原示范安防工程公司" in index
    report = text_of(client_of("inspector"), reverse("print:acceptance_report", args=[stage.school.pk]))
    assert "验收报告" in report
    assert "王强（教育局）" in report
    assert client_of("operator").get(reverse("print:dossier_index", args=[stage.school.pk])).status_code == 404


def test_without_a_notary_it_is_printed_as_not_yet_entered(stage: Stage, client_of: Clients) -> None:
    filed(stage)
    row = stage.school.filings.get()
    assert "备案表" in text_of(client_of("caretaker"), reverse("print:filing_form", args=[row.pk]))
