"""The workbook of places to fill in: an empty table, a worked example, and what to write in each column."""

from __future__ import annotations

import io
from functools import lru_cache

import openpyxl
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from custodes.places.inventory.columns import BASIS_HINT, CATEGORY_HINT, COLUMNS

NAME = "custodes-places.xlsx"


@lru_cache(maxsize=1)
def make_places_template() -> bytes:
    """The workbook. Its first sheet is the one that is read."""
    book = openpyxl.Workbook()
    table = book.active
    assert isinstance(table, Worksheet)
    table.title = "场所"
    _headings(table)
    example = book.create_sheet("填写示例")
    _headings(example)
    for number in (0, 1):
        example.append([column.example[number] for column in COLUMNS])
    hints = book.create_sheet("填写说明")
    hints.append(["栏目", "填写说明"])
    for column in COLUMNS:
        hints.append([column.heading, column.hint])
    hints.append([])
    hints.append(["场所类别", CATEGORY_HINT])
    hints.append(["安装依据", BASIS_HINT])
    hints.column_dimensions["A"].width, hints.column_dimensions["B"].width = 16, 90
    for row in hints.iter_rows():
        row[1].alignment = Alignment(wrap_text=True, vertical="top")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _headings(sheet: Worksheet) -> None:
    sheet.append([column.heading for column in COLUMNS])
    for number, cell in enumerate(sheet[1], start=1):
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E8ECF4")
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = 16
        # A code such as 540102 stays text, and nothing that is pasted turns into a date.
        sheet.column_dimensions[letter].number_format = "@"
    sheet.freeze_panes = "A2"
