"""What the register prints: the row's own words, for who may see the row, with the record behind it."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.documents.forms.document import DeviceRow, Party
from custodes.law.clauses.registry import find
from custodes.people.lawful import terms
from custodes.people.models import RecordOutbox
from custodes.places.documents import change_form, filing_form, filing_number, filing_receipt, removal_report
from custodes.places.filing.fields import OPTIONAL, FilingAnswers
from custodes.places.filing.spots import content_of, parted
from custodes.places.lifecycle.stepping import Taken
from custodes.places.models import Camera, FilingKind, FirmStep, RemovalGround, SystemRoleKind
from tests.places.changes.cases import requested
from tests.places.life import filings as workflow
from tests.places.life import removals as removal
from tests.places.life.answers import ANSWERS
from tests.places.life.filings import Receipt, revoke, take_over
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
    row = workflow.save(draft, FilingAnswers(ANSWERS, frozenset(field.key for field in OPTIONAL)))
    row = workflow.submit(row, Taken(by, now, today))
    workflow.receive(row, Taken(stage.cast.inspector.person, now, today))


def test_the_form_is_in_chinese_whoever_prints_it(stage: Stage, client_of: Clients) -> None:
    filed(stage)
    browser = client_of("caretaker")
    browser.cookies["django_language"] = "en"
    told = text_of(browser, reverse("places:filing_print_form", args=[stage.school.filings.get().pk]))
    assert "学校" in told
    assert "kindergartens" not in told


def test_a_receipt_names_what_is_to_be_added_in_the_order_of_the_form(stage: Stage) -> None:
    filed(stage)
    row = stage.school.filings.get()
    row.unclear = ["used", "accepted", "designer"]
    assert filing_receipt(row, timezone.localdate(), terms()).missing == ("设计单位", "验收合格日期", "投入使用日期")


def test_a_camera_of_the_answer_has_number_kind_and_view_in_columns_of_their_own(stage: Stage) -> None:
    Camera.objects.filter(pk=stage.gate.pk).update(view="校门内外二十米", azimuth=90)
    filed(stage)
    row = stage.school.filings.get()
    typed = "\n".join(
        (
            "0109　操场　看台北端　设备类型：枪式摄像机",  # typed like the register's, not in it yet
            "0110 车棚 东侧立柱 采集范围: 车棚入口",  # with blanks and a half-width colon
            "东墙一台",
            "东门　立柱　一台",
            "2　号楼",
        )
    )
    row.content = {**row.content, "places": f"{content_of(stage.school)['places']}\n{typed}"}
    told = {device.place: device for device in filing_form(row, timezone.localdate(), terms()).devices}
    gate = told[f"{stage.gate.name}　{stage.gate.place}"]
    assert (gate.number, gate.kind, gate.view) == (
        stage.gate.number,
        "摄像机 H264 1920×1080",
        "校门内外二十米，方位角 90°",
    )
    assert told["操场　看台北端"] == DeviceRow("0109", "操场　看台北端", "枪式摄像机", "")
    assert told["车棚 东侧立柱"] == DeviceRow("0110", "车棚 东侧立柱", "", "车棚入口")
    for words in ("东墙一台", "东门　立柱　一台", "2　号楼"):
        assert told[words] == DeviceRow("", words), "its first word is not written like a number of the register"


def test_numbers_are_known_where_the_register_has_no_camera_of_the_system() -> None:
    assert parted("0101　校门", ()) == ("0101", "校门")
    assert parted("CG-YX-02 操场", ()) == ("CG-YX-02", "操场")
    assert parted("1F　大厅", ()) == ("", "1F　大厅")
    assert parted("SCHOOL-9　操场", ["SCHOOL-012"]) == ("SCHOOL-9", "操场")
    assert parted("A 01　操场", ["A 01", "A"]) == ("A 01", "操场")


@pytest.mark.parametrize(
    ("told", "rows"),
    [
        ("枪式摄像机 4 台，录像机1台。", [("枪式摄像机", 4), ("录像机", 1)]),
        (
            "摄像机 3 台：摄像机 H264 1920×1080 2 台，云台摄像机（型号未登记） 1 台",
            [("摄像机 H264 1920×1080", 2), ("云台摄像机（型号未登记）", 1)],
        ),
        ("共 9 台：枪机 2 台，球机 1 台", [("共 9 台：枪机 2 台，球机 1 台", None)]),
        ("枪机 2 台，另有若干", [("枪机 2 台，另有若干", None)]),
    ],
)
def test_each_kind_of_device_has_a_row_and_nothing_that_was_said_is_lost(
    stage: Stage, told: str, rows: list[tuple[str, int | None]]
) -> None:
    filed(stage)
    row = stage.school.filings.get()
    row.content = {**row.content, "devices": told}
    assert [(one.kind, one.count) for one in filing_form(row, timezone.localdate(), terms()).device_counts] == rows


def test_who_builds_and_who_uses_it_stand_where_the_register_holds_the_role(stage: Stage) -> None:
    filed(stage)
    row = stage.school.filings.get()
    stage.school.roles.all().delete()
    assert filing_form(row, timezone.localdate(), terms()).builder == Party()
    for role in (SystemRoleKind.BUILDER, SystemRoleKind.USER):
        stage.school.roles.create(unit=stage.school.unit, role=role, since=timezone.localdate())
    past = timezone.localdate() - datetime.timedelta(days=1)
    stage.school.roles.create(unit=stage.cast.units["b"], role=SystemRoleKind.BUILDER, since=past, until=past)
    form = filing_form(row, timezone.localdate(), terms())
    assert (form.builder.name, form.builder.code) == (stage.school.unit.name, stage.school.unit.uscc)
    assert form.user.name == stage.school.unit.name


def test_form_and_receipt_rest_on_the_sentence_that_holds_for_the_system(stage: Stage, client_of: Clients) -> None:
    filed(stage)
    row = stage.school.filings.get()
    assert row.kind == FilingKind.LEGACY
    within_30_days = "自验收合格之日起三十日内"
    legacy = "".join(find("S16.2b").zh.split())[:12]
    for printed in ("places:filing_print_form", "places:filing_print_receipt"):
        told = text_of(client_of("caretaker"), reverse(printed, args=[row.pk]))
        assert within_30_days not in told
        assert legacy in told
    row.kind = FilingKind.INITIAL
    row.save(update_fields=["kind"])
    for printed in ("places:filing_print_form", "places:filing_print_receipt"):
        told = text_of(client_of("caretaker"), reverse(printed, args=[row.pk]))
        assert within_30_days in told
        assert legacy not in told


def test_the_form_and_the_receipt_of_a_filing(stage: Stage, client_of: Clients) -> None:
    filed(stage)
    row = stage.school.filings.get()
    RecordOutbox.objects.filter(type="register.step").update(index=4711)
    form = text_of(client_of("caretaker"), reverse("places:filing_print_form", args=[row.pk]))
    assert "备案表" in form
    assert ANSWERS["contact"] in form
    assert ANSWERS["uscc"] in form
    receipt = text_of(client_of("inspector"), reverse("places:filing_print_receipt", args=[row.pk]))
    assert "备案回执" in receipt
    assert row.receipt in receipt
    assert "4711" in receipt
    assert client_of("outside_caretaker").get(reverse("places:filing_print_receipt", args=[row.pk])).status_code == 404


def test_a_filed_change_is_headed_so_and_has_no_clock_of_the_first_filing(stage: Stage, client_of: Clients) -> None:
    filed(stage)
    first = stage.school.filings.get()
    told = text_of(client_of("caretaker"), reverse("places:filing_print_form", args=[first.pk]))
    assert "■已建成系统备案" in told
    assert "□变更备案" in told
    assert filing_form(first, timezone.localdate(), terms()).due is not None
    filed(stage)
    second = stage.school.filings.exclude(pk=first.pk).get()
    told = text_of(client_of("caretaker"), reverse("places:filing_print_form", args=[second.pk]))
    assert "■变更备案" in told
    assert "□已建成系统备案" in told
    for document in (filing_form, filing_receipt):
        assert (
            document(second, timezone.localdate(), terms()).due,
            document(second, timezone.localdate(), terms()).days_late,
        ) == (
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
    report, form = (
        removal_report(row, now.date(), terms()),
        change_form(requested(stage), now.date(), terms()),
    )
    assert report.filing_number == form.filing_number == filing_number(stage.school)


def test_a_receipt_is_printed_once_it_is_given(stage: Stage, client_of: Clients) -> None:
    row = workflow.begin(stage.school, stage.cast.caretaker.person, timezone.now())
    assert client_of("caretaker").get(reverse("places:filing_print_receipt", args=[row.pk])).status_code == 404


def test_a_removal_report_names_its_cameras_ground_and_days(stage: Stage, client_of: Clients) -> None:
    by, now, today = stage.cast.caretaker.person, timezone.now(), timezone.localdate()
    wanted = removal.Wanted((stage.gate,), RemovalGround.CITY_WORKS, "道路拓宽", today + datetime.timedelta(days=20))
    row = removal.report(removal.plan(stage.school, wanted, by, now), Taken(by, now, today))
    told = text_of(client_of("caretaker"), reverse("places:removal_print_report", args=[row.pk]))
    assert "拆除报告" in told
    assert "校门" in told
    assert "道路拓宽" in told


def test_the_list_of_the_file_and_the_acceptance_report(stage: Stage, client_of: Clients) -> None:
    by, now = stage.cast.caretaker.person, timezone.now()
    design_papers(stage.school, by, now)
    firm(stage.school, by, now, FirmStep.CONSTRUCTION)
    passed(stage.school, by, now, timezone.localdate())
    index = text_of(client_of("caretaker"), reverse("places:life_print_dossier", args=[stage.school.pk]))
    assert "立卷目录" in index
    assert "标准符合性清单" in index
    assert "高原示范安防工程公司" in index
    report = text_of(client_of("inspector"), reverse("places:life_print_acceptance", args=[stage.school.pk]))
    assert "验收报告" in report
    assert "王强（教育局）" in report
    assert client_of("operator").get(reverse("places:life_print_dossier", args=[stage.school.pk])).status_code == 404


def test_without_a_notary_it_is_printed_as_not_yet_entered(stage: Stage, client_of: Clients) -> None:
    filed(stage)
    row = stage.school.filings.get()
    assert "备案表" in text_of(client_of("caretaker"), reverse("places:filing_print_form", args=[row.pk]))
