"""A workbook is unpacked as far as each of its parts is read: a sheet row by row, everything else whole and so small."""

from __future__ import annotations

import io
import random
import zipfile

import pytest

from custodes.places.importing.kinds import KINDS, LIMITS
from custodes.places.tables import workbook
from custodes.places.tables.columns import Unreadable
from custodes.places.tables.reading import lines_of_file
from tests.places.importing import SITE, xlsx_of

TEXTS = (
    b'<Override PartName="/xl/sharedStrings.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)


def padding(size):
    """A comment that does not shrink to a two hundredth."""
    words = "".join(random.Random(7).choices("abcdefgh", k=4096))
    return f"<!-- {words * (size // 4096 + 1)} -->".encode()


def with_part(name, change):
    """The workbook of one row, one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx_of([SITE]))) as parts, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        for info in parts.infolist():
            data = parts.read(info)
            kept.writestr(info.filename, change(data) if info.filename == name else data)
    return out


def with_texts(size):
    """The workbook with a part of shared texts."""
    out = with_part("[Content_Types].xml", lambda data: data.replace(b"</Types>", TEXTS + b"</Types>"))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr(
            "xl/sharedStrings.xml",
            b"<sst xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><si><t>one</t></si>"
            + padding(size)
            + b"</sst>",
        )
    return out


def read(file):
    return list(lines_of_file(file, KINDS["sites"].sheet, LIMITS))


def fat(size):
    return lambda data: data + padding(size)


@pytest.mark.parametrize(
    "part", ["xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml", "xl/theme/theme1.xml", "docProps/core.xml"]
)
def test_a_part_that_is_read_whole_is_small(part, monkeypatch):
    assert len(read(with_part(part, lambda data: data))) == 1
    opened = []
    monkeypatch.setattr(workbook.openpyxl, "load_workbook", lambda *_args, **_more: opened.append(1))
    with pytest.raises(Unreadable, match="展开后过大"):
        read(with_part(part, fat(3 << 20)))
    assert not opened, "refused before anything of it is built"


def test_fat_styles_are_refused_though_the_whole_is_far_below_the_limit():
    styles = b"<font><sz val='11'/></font>"
    noise = random.Random(3)
    fonts = b"".join(styles.replace(b"11", str(noise.randrange(10**6)).encode()) for _ in range(120_000))
    with pytest.raises(Unreadable, match="展开后过大"):
        read(
            with_part("xl/styles.xml", lambda data: data.replace(b"<fonts", b"<fonts>" + fonts + b"</fonts><fonts", 1))
        )


def test_a_sheet_may_be_large_and_shared_texts_up_to_their_own_limit():
    assert len(read(with_part("xl/worksheets/sheet1.xml", fat(8 << 20)))) == 1
    assert len(read(with_texts(8 << 20))) == 1
    with pytest.raises(Unreadable, match="展开后过大"):
        read(with_texts(33 << 20))


def test_no_part_is_let_through_by_lying_where_sheets_lie():
    """The file's own list says which part is the workbook; one at a sheet's place is no sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx_of([SITE]))) as parts, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        for info in parts.infolist():
            data, name = parts.read(info), info.filename
            if name == "[Content_Types].xml":
                data = data.replace(b"/xl/workbook.xml", b"/xl/worksheets/book.xml")
            if name == "xl/workbook.xml":
                name, data = "xl/worksheets/book.xml", data + padding(3 << 20)
            kept.writestr(name, data)
    with pytest.raises(Unreadable, match="展开后过大"):
        read(out)


def many(noise, count):
    """Elements of which each is a little different: they do not shrink to a two hundredth."""
    return b"".join(b"<u s='%d'/>" % noise.randrange(10**6) for _number in range(count))


@pytest.mark.parametrize(
    ("before", "count"), [(b"<sheetData", 200_000), (b"</sheetData>", 200_000), (b"</row>", 200_000)]
)
def test_a_sheet_that_is_more_than_rows_is_refused_before_it_is_built(before, count, monkeypatch):
    opened = []
    monkeypatch.setattr(workbook.openpyxl, "load_workbook", lambda *_args, **_more: opened.append(1))
    bomb = many(random.Random(5), count)
    with pytest.raises(Unreadable, match="展开后过大"):
        read(with_part("xl/worksheets/sheet1.xml", lambda data: data.replace(before, bomb + before, 1)))
    assert not opened


def test_a_large_sheet_of_rows_is_read():
    rows = [
        {**SITE, "场所名称": f"北门幼儿园{number:05d}", "必要性说明": f"说明{number}" * 20} for number in range(6000)
    ]
    data = xlsx_of(rows)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert parts.getinfo("xl/worksheets/sheet1.xml").file_size > workbook.MAX_PART
    assert len(read(io.BytesIO(data))) == 6000
