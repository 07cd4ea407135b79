"""Tables are taken in whole or without their bad rows; nothing half done, nothing mixed, nothing of others."""

from __future__ import annotations

import csv
import datetime
import io
import json
import tempfile
import zlib

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from custodes.cases.models import CaseStep
from custodes.people.models import RecordOutbox
from custodes.places.drafts import keeping
from custodes.places.filing.fields import kind_for
from custodes.places.importing import running, tasks
from custodes.places.importing.kinds import KINDS, LIMITS
from custodes.places.importing.work import ImportWork
from custodes.places.models import (
    Camera,
    CameraState,
    Doubt,
    Draft,
    ImportChunk,
    ImportFault,
    ImportState,
    Site,
    System,
    SystemState,
    TableImport,
)
from custodes.places.tables.template import make_template
from custodes.web.background import work_off
from tests.places.importing import CAMERA, SITE, SYSTEM, checked, confirm, csv_of, hand_in, told, xlsx_of

pytestmark = pytest.mark.postgresql

WRONG = {**SITE, "场所名称": "坏的", "场所类别": "99"}


def named(count, base=SITE, key="场所名称"):
    return [{**base, key: f"{base[key]}{number:05d}"} for number in range(count)]


def test_a_right_table_is_entered_whole_with_a_record_of_each_row_and_one_of_the_table(stage, client_of):
    browser = client_of("caretaker")
    table = checked(browser, "sites", named(3))
    assert (table.state, table.ready, table.faulty) == (ImportState.CHECKED, 3, 0)
    assert not Site.objects.filter(name__startswith="北门幼儿园").exists(), "nothing before it is confirmed"
    table = confirm(browser, table)
    assert (table.state, table.entered) == (ImportState.DONE, 3)
    site = Site.objects.get(name="北门幼儿园00001")
    assert (site.category, site.unit, site.created_by) == (9, stage.cast.units["a"], stage.cast.caretaker.person)
    changed = RecordOutbox.objects.filter(type="config.changed", record__object="places.site")
    assert changed.count() == 3
    record = RecordOutbox.objects.get(type="table.imported").record
    assert (record["rows"], record["entered"], record["refused"], record["whole"]) == (3, 3, 0, True)
    assert record["sha256"] == table.sha256
    assert not ImportChunk.objects.exists()


def test_all_or_nothing_enters_nothing_while_a_row_is_wrong(stage, client_of):
    browser = client_of("caretaker")
    table = checked(browser, "sites", [*named(2), WRONG])
    table = confirm(browser, table, "whole")
    assert table.state == ImportState.CHECKED
    assert Site.objects.filter(name__startswith="北门幼儿园").count() == 0


def test_all_or_nothing_takes_all_back_when_the_register_changed_since_the_check(stage, client_of, monkeypatch):
    monkeypatch.setattr(tasks, "CHUNK", 2)
    browser = client_of("caretaker")
    table = checked(browser, "sites", named(5))
    Site.objects.create(
        name="北门幼儿园00004",
        category=9,
        address="路",
        division=stage.school.site.division,
        unit=stage.cast.units["a"],
    )
    table = confirm(browser, table)
    assert (table.state, table.ready, table.faulty, table.entered) == (ImportState.CHECKED, 4, 1, 0)
    assert told(table)[0][0] == 6
    assert Site.objects.filter(name__startswith="北门幼儿园").count() == 1
    assert not RecordOutbox.objects.filter(type="table.imported").exists()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_right_rows_go_in_and_the_others_come_back_as_a_file_that_can_be_mended(stage, client_of, form):
    browser = client_of("caretaker")
    table = confirm(browser, checked(browser, "sites", [*named(2), WRONG]), "right")
    assert (table.state, table.entered) == (ImportState.DONE, 2)
    answer = browser.get(reverse("places:import_refused", args=[table.pk, form]))
    data = b"".join(answer.streaming_content)
    if form == "csv":
        head, row = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
        head, row = ([str(cell.value or "") for cell in cells] for cells in sheet.iter_rows())
    assert head[-1] == "未登记原因"
    assert "第 4 行" in row[-1]
    assert "1 至 14" in row[-1]
    taken = RecordOutbox.objects.get(type="list.exported").record
    assert (taken["list"], taken["rows"]) == ("refused.sites", 1)
    mended = dict(zip(head, row, strict=True)) | {"场所类别": "9"}
    again = checked(browser, "sites", [mended])
    assert (again.ready, again.faulty) == (1, 0), "the file itself is a table that is read"


def test_the_templates_can_be_filled_in_and_read(stage, client_of):
    for key, row in (("sites", SITE), ("systems", SYSTEM), ("cameras", CAMERA)):
        sheet = KINDS[key].sheet
        book = openpyxl.load_workbook(io.BytesIO(make_template(sheet)))
        book.worksheets[0].append([row.get(column.heading, "") for column in sheet.columns])
        out = io.BytesIO()
        book.save(out)
        assert hand_in(client_of("caretaker"), key, out.getvalue(), "t.xlsx").status_code == 302
        work_off()
        table = TableImport.objects.get(kind=key)
        assert (table.ready, told(table)) == (1, [])


def test_a_system_from_before_the_regulation_is_in_use_with_a_draft_of_its_filing(stage, client_of):
    browser = client_of("caretaker")
    legacy = {**SYSTEM, "建成日期": "2021年9月1日", "备案联系人": "张老师", "备案存储期限": "90"}
    confirm(browser, checked(browser, "systems", [legacy, {**SYSTEM, "系统名称": "新楼系统"}]))
    system = System.objects.get(name="北楼系统")
    assert system.state == SystemState.LEGACY
    draft = Draft.objects.get(system=system)
    assert (draft.kind, kind_for(system)) == ("filing", "legacy")
    assert (draft.answers["contact"], draft.answers["retention"]) == ("张老师", "90")
    assert draft.answers["unit"] == system.unit.name
    assert keeping.sweep(timezone.now() + datetime.timedelta(days=1000)) == 0, "what a table said of a receipt stays"
    assert System.objects.get(name="新楼系统").state == SystemState.PROPOSED
    assert CaseStep.objects.filter(case_id=system.pk, event="enter").count() == 1


def test_cameras_are_entered_unconnected_with_their_field_and_the_doubtful_wait_for_a_person(stage, client_of):
    browser = client_of("caretaker")
    field = {"经度": "91.1322", "纬度": "29.6531", "方位角": "90", "水平视角": "80", "可视距离": "40"}
    field |= {
        "俯仰角下限": "-30",
        "俯仰角上限": "0",
        "水平转动范围": "350",
        "垂直转动下限": "-90",
        "垂直转动上限": "10",
    }
    field |= {"只准转到预置位": "是"}
    doubtful = {**CAMERA, "点位编号": "0302", "点位名称": "更衣室门外"}
    forbidden = {**CAMERA, "点位编号": "0303", "禁止部位": "更衣室"}
    table = checked(browser, "cameras", [{**CAMERA, **field}, doubtful, forbidden])
    assert (table.ready, table.faulty, table.doubtful) == (2, 1, 1)
    table = confirm(browser, table, "right")
    camera = Camera.objects.get(system=stage.school, number="0301")
    assert (camera.state, camera.main_url) == (CameraState.DRAFT, "")
    assert camera.field is not None
    assert camera.west is not None
    assert (camera.tilt_low, camera.tilt_high, camera.turns_pan, camera.turns_low) == (-30, 0, 350, -90)
    assert camera.presets_only
    waiting = Camera.objects.get(system=stage.school, number="0302")
    assert Doubt.objects.get(camera=waiting).state == "waiting"
    assert not Camera.objects.filter(number="0303").exists(), "nothing of a prohibited place"
    assert RecordOutbox.objects.get(type="table.imported").record["doubtful"] == 1


def test_positions_are_not_in_the_log(stage, client_of):
    browser = client_of("caretaker")
    confirm(browser, checked(browser, "cameras", [{**CAMERA, "经度": "91.777", "纬度": "29.777"}]))
    assert "91.777" not in str(list(RecordOutbox.objects.values_list("record", flat=True)))


@pytest.mark.parametrize(("kind", "base", "key"), [("sites", SITE, "场所名称"), ("cameras", CAMERA, "点位编号")])
def test_positions_are_rounded_to_the_registers_places_and_the_preview_says_so(stage, client_of, kind, base, key):
    browser = client_of("caretaker")
    rows = [
        {**base, key: "甲 1", "经度": "91.10300000000001", "纬度": "29.6531004999"},
        {**base, key: "甲 2", "经度": "91.103000000", "纬度": "29.6531"},
        {**base, key: "甲 3", "经度": "180.0000001", "纬度": "29.6531"},
    ]
    table = checked(browser, kind, rows)
    assert (table.ready, table.faulty, table.rounded) == (2, 1, 1), told(table)
    page = browser.get(table.get_absolute_url()).content.decode()
    assert "其中 1 行的经纬度超过六位小数，按四舍五入保留六位登记" in page
    confirm(browser, table, "right")
    entered = (Site if kind == "sites" else Camera).objects.get(**{"name" if kind == "sites" else "number": "甲 1"})
    assert (str(entered.longitude), str(entered.latitude)) == ("91.103000", "29.653100")


def test_somebody_elses_table_does_not_exist(stage, client_of):
    table = checked(client_of("caretaker"), "sites", [SITE, WRONG])
    other = client_of("outside_caretaker")
    for name in ("import", "import_progress"):
        assert other.get(reverse(f"places:{name}", args=[table.pk])).status_code == 404
    for name in ("import_enter", "import_again", "import_discard"):
        assert other.post(reverse(f"places:{name}", args=[table.pk])).status_code == 404
    assert other.get(reverse("places:import_refused", args=[table.pk, "csv"])).status_code == 404
    assert TableImport.objects.filter(pk=table.pk, state=ImportState.CHECKED).exists()
    assert table.name not in other.get(reverse("places:import_add", args=["sites"])).content.decode()
    assert table.get_absolute_url() not in other.get(reverse("places:import_list")).content.decode()
    assert table.get_absolute_url() in client_of("caretaker").get(reverse("places:import_list")).content.decode()


def test_what_one_may_enter_is_asked_again_when_it_is_entered(stage, client_of):
    browser = client_of("caretaker")
    table = checked(browser, "cameras", [CAMERA])
    browser.post(reverse("places:import_enter", args=[table.pk]), {"way": "whole"})
    post = stage.cast.caretaker.post
    post.valid_until = timezone.now()
    post.save()
    work_off()
    table.refresh_from_db()
    assert table.entered == 0
    assert not Camera.objects.filter(number="0301").exists()


def test_two_tables_at_once_do_not_mix(stage, client_of):
    browser, admin = client_of("caretaker"), client_of("system_admin")
    mine = checked(browser, "sites", [*named(2), WRONG])
    theirs = checked(admin, "sites", [{**SITE, "场所名称": "市局", "登记单位": "拉萨市公安局"}])
    assert ImportFault.objects.filter(table=theirs).count() == 0
    browser.post(reverse("places:import_enter", args=[mine.pk]), {"way": "right"})
    admin.post(reverse("places:import_enter", args=[theirs.pk]), {"way": "whole"})
    work_off()
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.entered, theirs.entered) == (2, 1)


def test_the_same_table_twice_enters_everything_once(stage, client_of):
    browser = client_of("caretaker")
    first, second = checked(browser, "sites", named(2)), checked(browser, "sites", named(2))
    assert confirm(browser, first).entered == 2
    assert confirm(browser, second).entered == 0
    assert Site.objects.filter(name__startswith="北门幼儿园").count() == 2


def test_a_button_pressed_twice_begins_once(stage, client_of):
    browser = client_of("caretaker")
    table = checked(browser, "sites", named(2))
    for _time in range(2):
        browser.post(reverse("places:import_enter", args=[table.pk]), {"way": "whole"})
    work_off()
    assert Site.objects.filter(name__startswith="北门幼儿园").count() == 2


class Killed(BaseException):
    """The process ends here."""


def killed_in_chunk(monkeypatch, number):
    """Let the process die while it enters the chunk of this number."""
    calls = []
    enter = ImportWork.__subclasses__  # the classes whose `enter` is replaced
    for work in enter():
        real = work.enter

        def dies(self, rows, real=real):
            calls.append(1)
            real(self, rows)
            if len(calls) == number:
                raise Killed

        monkeypatch.setattr(work, "enter", dies)


def die(table):
    with pytest.raises(Killed):
        running.enter(TableImport.objects.get(pk=table.pk), table.at)


@pytest.mark.parametrize("way", ["whole", "right"])
def test_a_crash_in_the_middle_leaves_nothing_half_done_and_is_gone_on_after_the_start(
    stage, client_of, monkeypatch, way
):
    monkeypatch.setattr(tasks, "CHUNK", 2)
    browser = client_of("caretaker")
    table = checked(browser, "sites", [*named(6), *([WRONG] if way == "right" else [])])
    browser.post(reverse("places:import_enter", args=[table.pk]), {"way": way})
    with monkeypatch.context() as patch:
        killed_in_chunk(patch, 2)
        die(table)
    entered = Site.objects.filter(name__startswith="北门幼儿园").count()
    assert entered == (0 if way == "whole" else 2)
    DBTaskResult.objects.all().update(status="RUNNING")
    assert tasks.resume() == 1
    work_off()
    table.refresh_from_db()
    assert (table.state, table.entered) == (ImportState.DONE, 6)
    assert Site.objects.filter(name__startswith="北门幼儿园").count() == 6
    assert ImportFault.objects.filter(table=table).count() == (way == "right")
    assert RecordOutbox.objects.filter(type="table.imported").count() == 1


def test_a_crash_while_rows_are_checked_begins_the_check_anew(stage, client_of, monkeypatch):
    monkeypatch.setattr(tasks, "CHUNK", 2)
    browser = client_of("caretaker")
    hand_in(browser, "sites", csv_of([*named(5), WRONG]))
    table = TableImport.objects.get()
    running._keep_faults(table, [])
    TableImport.objects.update(done=4, ready=4)
    tasks.resume()
    work_off()
    table.refresh_from_db()
    assert (table.done, table.ready, table.faulty) == (6, 5, 1)


def test_a_fault_of_the_installation_says_so_and_can_be_gone_on(stage, client_of, monkeypatch):
    browser = client_of("caretaker")
    table = checked(browser, "sites", named(2))
    with monkeypatch.context() as patch:
        patch.setattr(running, "_finish", lambda *_args: 1 / 0)
        table = confirm(browser, table)
    assert table.state == ImportState.FAILED
    assert not Site.objects.filter(name__startswith="北门幼儿园").exists()
    assert "处理中断" in browser.get(table.get_absolute_url()).content.decode()
    assert "北门幼儿园" not in str(list(DBTaskResult.objects.values()))
    browser.post(reverse("places:import_again", args=[table.pk]))
    work_off()
    table.refresh_from_db()
    assert (table.state, table.entered) == (ImportState.DONE, 2)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空的"),
        (b"\xd0\xcf\x11\xe0old", "旧版 Excel"),
        (b"\x00\x01\x02", "不是 Excel 表格"),
        ("名称\n甲\n".encode(), "缺少：场所类别"),
        ("场所名称,场所类别,地址,行政区划\n".encode(), "只有表头"),
        ("场所名称,名称,场所类别,地址,行政区划\n甲,乙,9,路,城关区\n".encode(), "表头重复"),
        ('场所名称,场所类别,地址,行政区划\n"甲,9,路,城关区\n'.encode(), "引号没有成对"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(stage, client_of, data, words):
    answer = hand_in(client_of("caretaker"), "sites", data)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not TableImport.objects.exists()


def test_too_many_rows_and_too_many_sheets_are_refused(stage):
    from custodes.places.tables.columns import Limits, Unreadable
    from custodes.places.tables.reading import lines_of_file

    sheet = KINDS["sites"].sheet
    few = Limits(rows=2, bytes=1 << 20, unpacked=1 << 20, sheets=1)
    for data in (csv_of(named(3)), xlsx_of(named(3))):
        with pytest.raises(Unreadable, match="超过 2 行"):
            list(lines_of_file(io.BytesIO(data), sheet, few))
    book = openpyxl.load_workbook(io.BytesIO(xlsx_of(named(1))))
    book.create_sheet("second")
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(Unreadable, match="工作表过多"):
        list(lines_of_file(out, sheet, few))


def test_the_page_shows_a_bar_while_it_runs_and_asks_anew_when_it_is_over(stage, client_of):
    browser = client_of("caretaker")
    hand_in(browser, "sites", csv_of(named(2)))
    table = TableImport.objects.get()
    page = browser.get(table.get_absolute_url()).content.decode()
    assert "<progress" in page
    assert reverse("places:import_progress", args=[table.pk]) in page
    assert "HX-Refresh" not in browser.get(reverse("places:import_progress", args=[table.pk])).headers
    work_off()
    assert browser.get(reverse("places:import_progress", args=[table.pk])).headers["HX-Refresh"] == "true"


def test_forgotten_tables_go_and_what_was_entered_stays(stage, client_of):
    browser = client_of("caretaker")
    table = confirm(browser, checked(browser, "sites", named(1)))
    tasks.sweep(table.at + tasks.KEPT)
    assert TableImport.objects.exists()
    tasks.sweep(table.at + tasks.KEPT * 2)
    assert not TableImport.objects.exists()
    assert Site.objects.filter(name__startswith="北门幼儿园").exists()


@pytest.mark.parametrize("make", [csv_of, xlsx_of])
def test_a_large_upload_is_read_from_disk_as_one_in_memory_is(make):
    with tempfile.NamedTemporaryFile() as file:  # what Django hands over above 2.5 MB
        file.write(make(named(3)))
        file.flush()
        packed = list(tasks._packed(file, KINDS["sites"], LIMITS))
        assert len(json.loads(zlib.decompress(packed[0]))) == 3
        assert not file.closed
