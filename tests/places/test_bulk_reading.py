"""A table is read whatever its form, and whoever sends a bad one learns why; no password stays in the text."""

from __future__ import annotations

import contextlib
import csv
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custodes.places.bulk.columns import COLUMNS, SHEET
from custodes.places.bulk.reading import FAULTS, read_paste, read_upload
from custodes.places.network import ClassifiedRefused, says_classified
from custodes.places.tables.columns import ON_A_PAGE, Unreadable
from custodes.places.tables.template import make_template

HEAD = "点位编号\t点位名称\t安装位置\t主码流地址\t登录名\t密码"
ROW = "0103\t东墙\t东墙灯杆\trtsp://10.1.2.9/main\tviewer\ts3cret"


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rezipped(data: bytes, **more: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, more.pop(info.filename, old.read(info)))
        for name, content in more.items():
            new.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("comma", ["\t", ",", ";"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_text_is_read_in_every_delimiter_and_coding_in_use(comma: str, coding: str) -> None:
    text = f"{HEAD}\r\n{ROW}\r\n".replace("\t", comma)
    [line] = read_upload(text.encode(coding))
    assert line.texts["name"] == "东墙"
    assert line.texts["main_url"] == "rtsp://10.1.2.9/main"
    assert line.password == "s3cret"
    assert "password" not in line.texts
    assert not line.faults


def test_a_workbook_is_read_and_known_by_its_content() -> None:
    [line] = read_upload(
        workbook(tuple(HEAD.split("\t")), ("0103", "东墙", "东墙灯杆", "rtsp://10.1.2.9/main", "", 1234))
    )
    assert (line.line, line.texts["number"], line.password) == (2, "0103", "1234")


def test_the_template_is_read_as_a_table_without_rows_and_its_example_is_right() -> None:
    with pytest.raises(Unreadable, match="只有表头"):
        read_upload(make_template(SHEET))
    book = openpyxl.load_workbook(io.BytesIO(make_template(SHEET)))
    rows = [tuple(cell.value or "" for cell in row) for row in book["填写示例"].iter_rows()]
    lines = read_upload(workbook(*rows))
    assert len(lines) == 2
    assert not any(line.faults for line in lines)


def test_headings_may_be_in_any_order_and_said_in_other_words() -> None:
    [line] = read_paste("URL,位置,名称 *,口令（选填）,备注\nrtsp://10.1.2.9/x,墙上,东墙,pw,随便")
    assert (line.texts["name"], line.texts["place"], line.password) == ("东墙", "墙上", "pw")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "没有粘贴"),
        ("东墙\t东墙灯杆", "表头"),
        ("点位名称\t安装位置\n东墙\t灯杆", "主码流地址"),
        (f"{HEAD}\t登录名\n{ROW}\tx", "表头重复"),
        (HEAD, "只有表头"),
        (HEAD + "\n" + "\n".join([ROW] * (ON_A_PAGE.rows + 1)), "超过 1000 行"),
        (f'{HEAD}\n0103\t"东墙', "引号"),
    ],
)
def test_a_table_that_can_not_be_read_says_why(text: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words) as refused:
        read_paste(text)
    assert "s3cret" not in str(refused.value.words)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空的"),
        (b"\xd0\xcf\x11\xe0" + bytes(100), "旧版"),
        (b"PK\x03\x04 not a zip", "已损坏"),
        (rezipped(workbook(("x",)), **{"xl/vbaProject.bin": b"x"}), "宏"),
        (rezipped(workbook(("x",)), **{"xl/externalLinks/externalLink1.xml": b"<x/>"}), "外部链接"),
        (rezipped(workbook(("x",)), **{"xl/more.xml": b"<x/>" + b" " * (ON_A_PAGE.unpacked + 1)}), "展开后过大"),
        (rezipped(workbook(("x",)), **{"xl/worksheets/sheet1.xml": b"<worksheet"}), "已损坏"),
        (bytes(range(256)) * 4, "不是 Excel"),
        (b"x" * (901 * 1024), "900 KB"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_refused_with_the_reason(data: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read_upload(data)


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parts:
        parts.writestr("readme.txt", "hello")
    with pytest.raises(Unreadable, match="不是 Excel"):
        read_upload(out.getvalue())


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">
<c r="A1" t="inlineStr"><is><t>&c;</t></is></c></row></sheetData></worksheet>"""


def test_entities_in_a_workbook_are_not_expanded() -> None:
    with pytest.raises(Unreadable, match="已损坏"):
        read_upload(rezipped(workbook(("x", "y")), **{"xl/worksheets/sheet1.xml": ENTITIES}))


def test_a_sheet_that_claims_a_million_rows_is_read_by_what_it_holds() -> None:
    data = workbook(tuple(HEAD.split("\t")), tuple(ROW.split("\t")))
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml")
    assert b'ref="A1:F2"' in sheet
    [line] = read_upload(
        rezipped(data, **{"xl/worksheets/sheet1.xml": sheet.replace(b'ref="A1:F2"', b'ref="A1:XFD1048576"')})
    )
    assert line.texts["name"] == "东墙"


@pytest.mark.parametrize("formula", ['=HYPERLINK("http://x")', "=1+1"])
def test_a_formula_is_a_fault_of_its_cell_and_is_never_computed(formula: str) -> None:
    rows = (tuple(HEAD.split("\t")), ("0103", formula, "东墙灯杆", "rtsp://10.1.2.9/main", "", ""))
    [line] = read_upload(workbook(*rows))
    assert line.faults == {"name": "formula"}
    [pasted] = read_paste(f"点位名称\t安装位置\t地址\n{formula.split('(')[0]}\t墙\trtsp://10.1.2.9/x")
    assert pasted.faults == {"name": "formula"}


@pytest.mark.parametrize(
    ("url", "kept", "login", "password"),
    [
        ("rtsp://admin:pw1@10.1.2.9:554/a?b=1", "rtsp://10.1.2.9:554/a?b=1", "admin", "pw1"),
        ("rtsp://admin@10.1.2.9/a", "rtsp://10.1.2.9/a", "admin", ""),
        ("rtsp://ad%40min:p%23w@10.1.2.9/a", "rtsp://10.1.2.9/a", "ad@min", "p#w"),
    ],
)
def test_a_login_within_an_address_goes_where_it_belongs(url: str, kept: str, login: str, password: str) -> None:
    [line] = read_paste(f"点位名称\t安装位置\t地址\n东墙\t灯杆\t{url}")
    assert (line.texts["main_url"], line.texts["username"], line.password) == (kept, login, password)


@pytest.mark.parametrize(
    "url", ["rtsp://admin:p/w@10.1.2.9/a", "rtsp://admin:p#w@10.1.2.9/a", "rtsp://a:p@w@10.1.2.9/a"]
)
def test_an_address_whose_login_can_not_be_told_apart_is_not_kept_at_all(url: str) -> None:
    [line] = read_paste(f"点位名称\t安装位置\t地址\n东墙\t灯杆\t{url}")
    assert line.faults == {"main_url": "login"}
    assert "p" not in line.texts["main_url"]


def test_host_template_and_channel_spell_both_addresses() -> None:
    [line] = read_paste("名称,位置,主机,模板,通道\n东墙,灯杆,10.1.2.9,海康威视,3")
    assert line.texts["main_url"] == "rtsp://10.1.2.9/Streaming/Channels/301"
    assert line.texts["sub_url"] == "rtsp://10.1.2.9/Streaming/Channels/302"


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("10.1.2.9,无此厂家,1", "maker"),
        ("10.1.2.9,,1", "maker"),
        ("10.1.2.9,大华,0", "channel"),
        ("10.1.2.9,大华,x", "channel"),
        ("10.1.2.9/x,大华,1", "host"),
        ("u:p@10.1.2.9,大华,1", "host"),
    ],
)
def test_what_can_not_be_spelled_is_a_fault_of_the_address(row: str, fault: str) -> None:
    [line] = read_paste(f"名称,位置,主机,模板,通道\n东墙,灯杆,{row}")
    assert line.faults == {"main_url": fault}
    assert fault in FAULTS


def test_cells_behind_the_headings_are_a_fault_and_not_lost_in_silence() -> None:
    [line] = read_paste(f"{HEAD}\n{ROW}\t多出来")
    assert line.faults == {"name": "extra"}


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r\n"), max_size=30)
KEYS = [column.key for column in COLUMNS if column.key not in {"maker", "host", "port", "channel", "classified"}]


@settings(max_examples=60)
@given(st.lists(st.tuples(*[CELLS for _ in KEYS]), min_size=1, max_size=4), st.sampled_from("\t,;"))
def test_whatever_stands_in_the_cells_comes_back_in_the_same_fields_or_is_a_known_fault(
    rows: list[tuple[str, ...]], comma: str
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=comma)
    writer.writerow(next(column.heading for column in COLUMNS if column.key == key) for key in KEYS)
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    writer.writerows(kept)
    if not kept:
        return
    try:
        lines = read_paste(out.getvalue())
    except ClassifiedRefused:  # a mark of secrecy was drawn: the whole is refused (S20)
        assert any(says_classified("\n".join(row)) for row in kept)
        return
    for line, row in zip(lines, kept, strict=True):
        assert set(line.faults.values()) <= FAULTS.keys()
        for key, cell in zip(KEYS, row, strict=True):
            if key in {"number", "name", "place", "view"} and key not in line.faults:
                assert line.texts[key] == cell.strip()
        secret = row[KEYS.index("password")]
        assert "@" in "".join(row) or line.password == secret


@settings(max_examples=150)
@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda tail: b"PK\x03\x04" + tail))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with contextlib.suppress(Unreadable, ClassifiedRefused):
        read_upload(data)
