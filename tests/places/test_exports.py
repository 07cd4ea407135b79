"""Lists as files: the rows and filters of the page, exact positions for who may read them, nothing that a spreadsheet computes, on record."""

from __future__ import annotations

import csv
import io
import tracemalloc

import openpyxl
import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from custodes.people.exporting import csv_pieces, guarded, xlsx_pieces
from custodes.people.models import RecordOutbox
from custodes.places.models import Camera
from custodes.places.views.exports import EXPORTS

pytestmark = pytest.mark.postgresql


def rows_of(answer, form="csv"):
    data = b"".join(answer.streaming_content)
    if form == "csv":
        return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    head, *rows = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def export(browser, name, form="csv", **query):
    return browser.get(reverse(f"places:export_{name}", args=[form]), query)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_has_the_rows_that_the_page_shows(stage, client_of, form):
    browser = client_of("caretaker")
    rows = rows_of(export(browser, "cameras", form), form)
    assert [row["点位名称"] for row in rows] == ["校门", "操场"]
    rows = rows_of(export(browser, "cameras", form, q="操场", sort="-number"), form)
    shown = browser.get(reverse("places:camera_list"), {"q": "操场", "sort": "-number"}).context["page"]
    assert [row["点位名称"] for row in rows] == [camera.name for camera in shown]


def test_each_file_is_on_record_before_its_first_byte_with_who_which_filter_and_how_many(stage, client_of):
    answer = export(client_of("caretaker"), "cameras", q="操场", page="7")
    record = RecordOutbox.objects.get(type="list.exported").record
    assert record["person"] == str(stage.cast.caretaker.person.uuid)
    assert (record["list"], record["form"]) == ("cameras", "csv")
    assert record["filter"] == "q=操场"
    assert record["rows"] == len(rows_of(answer))


def test_a_nul_in_the_address_is_nothing_that_postgresql_would_refuse(stage, client_of):
    answer = export(client_of("caretaker"), "cameras", x="\x00", q="操\x00场")
    assert answer.status_code == 200
    assert RecordOutbox.objects.get(type="list.exported").record["filter"] == "x=&q=操场"


def test_a_search_finds_letters_of_full_width_as_they_stand_and_small_ones_by_large(stage, client_of):
    browser = client_of("caretaker")
    Camera.objects.filter(pk=stage.gate.pk).update(name="校门Ａ座East")
    for query in ("Ａ座", "EAST", "east"):
        found = browser.get(reverse("places:camera_list"), {"q": query}).context["page"]
        assert [camera.pk for camera in found] == [stage.gate.pk], query
    assert not browser.get(reverse("places:camera_list"), {"q": "%"}).context["page"].object_list


def test_others_see_nothing_of_it(stage, client_of):
    rows = rows_of(export(client_of("outside_caretaker"), "cameras"))
    assert [row["点位名称"] for row in rows] == ["大堂"]
    assert rows_of(export(client_of("outside_caretaker"), "cameras", system=str(stage.school.pk))) == rows
    assert export(client_of("bystander"), "cameras").status_code == 403


def test_exact_positions_are_for_who_tends_or_supervises(stage, client_of):
    Camera.objects.filter(pk=stage.gate.pk).update(longitude="91.132200", latitude="29.653100", maker="某厂")
    for member, seen in (("caretaker", True), ("inspector", True), ("operator", False), ("auditor", False)):
        data = b"".join(export(client_of(member), "cameras").streaming_content).decode()
        assert ("91.132200" in data) is seen, member
        assert ("某厂" in data) is seen, member
        assert "校门" in data


@pytest.mark.parametrize("one", EXPORTS, ids=lambda one: one.name)
def test_every_list_comes_in_both_forms_with_its_headings(stage, client_of, one):
    for form in ("csv", "xlsx"):
        answer = export(client_of("system_admin"), one.name.replace("-", "_"), form)
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="custodes-{one.name}-')
        data = b"".join(answer.streaming_content)
        if form == "csv":
            head = next(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        else:
            head = [cell.value for cell in next(openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows())]
        assert head == [str(field.label) for field in one.fields]
    assert export(client_of("system_admin"), one.name.replace("-", "_"), "pdf").status_code == 404


def test_what_looks_like_a_formula_is_text_for_every_spreadsheet(stage, client_of):
    Camera.objects.filter(pk=stage.gate.pk).update(name="=HYPERLINK(1)", place="@cmd", view="-1+1")
    [row, *_rest] = rows_of(export(client_of("caretaker"), "cameras"))
    assert (row["点位名称"], row["安装位置"], row["采集范围"]) == ("'=HYPERLINK(1)", "'@cmd", "'-1+1")
    answer = export(client_of("caretaker"), "cameras", "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    assert {cell.data_type for cells in sheet.iter_rows() for cell in cells} <= {"s", "n", "inlineStr"}


@given(st.text(max_size=20))
def test_no_text_begins_with_a_sign_in_a_csv(text):
    assert not guarded(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


@given(
    st.lists(
        st.lists(st.text(max_size=8) | st.integers(-(10**9), 10**9) | st.none(), min_size=3, max_size=3), max_size=8
    )
)
def test_both_forms_are_read_back(rows):
    head = ["a", "b", "c"]
    assert len(list(csv.reader(io.StringIO(b"".join(csv_pieces(head, rows)).decode("utf-8-sig"), newline="")))) >= 1
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(xlsx_pieces("表", head, rows)))).worksheets[0]
    found = list(sheet.iter_rows(min_row=2, values_only=True))
    for row, read in zip(rows, found, strict=False):
        for cell, value in zip(row, read, strict=True):
            if isinstance(cell, int):
                assert value == cell


@pytest.mark.parametrize("pieces", [lambda rows: csv_pieces(["a"], rows), lambda rows: xlsx_pieces("a", ["a"], rows)])
def test_a_long_list_takes_the_memory_of_a_piece(pieces):
    rows = ([f"东门 {number} 号立柱，距地 3.2 米"] for number in range(60_000))
    tracemalloc.start()
    total = sum(len(piece) for piece in pieces(rows))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total > 100_000
    assert peak < 2_000_000
