"""Rows to the bytes of a CSV or XLSX file, piece by piece: a file of any length takes the memory of one piece. Pure.

An XLSX is a ZIP of XML (ECMA-376, part 1). Ours has one sheet whose cells are inline texts and numbers: what begins with a sign
of equality stays text, there is nothing that a spreadsheet would compute.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import IO, Any
from xml.sax.saxutils import escape

ROWS = 500
"""Of a piece."""
#: What a spreadsheet takes for the beginning of a formula in a CSV (OWASP, CSV injection); also behind blanks.
_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

#: Characters that XML 1.0 has no way to write (§2.2).
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Cells = Sequence[Any]


def guarded(value: Any) -> str:
    """A cell of a CSV as text that no spreadsheet computes: an apostrophe before what looks like a formula. Numbers are no texts."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | Decimal):
        return str(value)
    said = _said(value)
    return f"'{said}" if said.lstrip(" ").startswith(_SIGNS) else said


def csv_pieces(head: Cells, rows: Iterable[Cells]) -> Iterator[bytes]:
    """A CSV in UTF-8 with the mark by which spreadsheets know it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    text.write("\ufeff")
    writer.writerow([guarded(cell) for cell in head])
    for number, row in enumerate(rows, start=1):
        writer.writerow([guarded(cell) for cell in row])
        if number % ROWS == 0:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def xlsx_pieces(title: str, head: Cells, rows: Iterable[Cells]) -> Iterator[bytes]:
    """A workbook of one sheet."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as parts:
        for name, content in _around(title).items():
            parts.writestr(name, content)
        with parts.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(_SHEET_BEGINS)
            yield from _sheet(sheet, sink, head, rows)
            sheet.write(b"</sheetData></worksheet>")
    yield sink.taken()


def _sheet(sheet: IO[bytes], sink: _Sink, head: Cells, rows: Iterable[Cells]) -> Iterator[bytes]:
    sheet.write(_row(head))
    for number, row in enumerate(rows, start=1):
        sheet.write(_row(row))
        if number % ROWS == 0 and (piece := sink.taken()):
            yield piece


def _row(cells: Cells) -> bytes:
    return f"<row>{''.join(map(_cell, cells))}</row>".encode()


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return f"<c><v>{value}</v></c>"
    said = ("是" if value else "否") if isinstance(value, bool) else _said(value)
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(_NO_XML.sub("", said))}</t></is></c>'


def _said(value: Any) -> str:
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return str(value)


class _Sink(io.RawIOBase):
    """What a ZIP is written to: it can't be sought, and what was written is taken away piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """What came since the last time."""
        piece = b"".join(self._pieces)
        self._pieces.clear()
        return piece


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SHEET_BEGINS = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
).encode()


def _around(title: str) -> dict[str, str]:
    """The parts around the sheet."""
    name = escape("".join(char for char in title if char not in r"[]:*?/\ "[:-1])[:31] or "1", {'"': "&quot;"})
    return {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name="{name}" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    }
