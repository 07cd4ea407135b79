"""The workbook to fill in: an empty table, a worked example, and what to write in each column."""

from __future__ import annotations

import io
from functools import lru_cache

import openpyxl
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from custodes.places.tables.columns import Sheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@lru_cache(maxsize=8)
def make_template(sheet: Sheet) -> bytes:
    """The workbook. Its first sheet is the one that is read."""
    book = openpyxl.Workbook()
    table = book.active
    assert isinstance(table, Worksheet)
    table.title = str(sheet.title)
    _headings(table, sheet)
    example = book.create_sheet("填写示例")
    _headings(example, sheet)
    for number in (0, 1):
        example.append([column.example[number] for column in sheet.columns])
    hints = book.create_sheet("填写说明")
    hints.append(["栏目", "填写说明"])
    for column in sheet.columns:
        hints.append([column.heading, column.hint])
    hints.append([])
    for note in sheet.notes:
        hints.append(list(note))
    hints.column_dimensions["A"].width, hints.column_dimensions["B"].width = 16, 90
    for row in hints.iter_rows():
        row[1].alignment = Alignment(wrap_text=True, vertical="top")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _headings(table: Worksheet, sheet: Sheet) -> None:
    table.append([column.heading for column in sheet.columns])
    for number, column in enumerate(sheet.columns, start=1):
        cell = table.cell(1, number)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E8ECF4")
        letter = get_column_letter(number)
        table.column_dimensions[letter].width = column.width
        # Codes such as 0101 keep their zero, and nothing that is pasted turns into a date.
        table.column_dimensions[letter].number_format = "@"
    table.freeze_panes = "A2"
