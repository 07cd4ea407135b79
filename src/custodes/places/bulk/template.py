"""The workbook to fill in: an empty table, a worked example, and what to write in each column."""

from __future__ import annotations

import io
from functools import lru_cache

import openpyxl
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from custodes.law.building.zones import ZONES
from custodes.places.bulk.columns import COLUMNS
from custodes.places.makers import MAKERS

EXAMPLE_NAME = "custodes-cameras.xlsx"


@lru_cache(maxsize=1)
def make_template() -> bytes:
    """The workbook. Its first sheet is the one that is read."""
    book = openpyxl.Workbook()
    table = book.active
    assert isinstance(table, Worksheet)
    table.title = "点位"
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
    hints.append(["禁止部位", "、".join(zone.zh for zone in ZONES)])
    hints.append(["地址模板", "、".join(dict.fromkeys(f"{one.zh} {one.note_zh}".strip() for one in MAKERS))])
    hints.append(["", "地址模板仅为各厂家公开的地址写法，不构成对任何产品的推荐（第十三条）。"])
    hints.column_dimensions["A"].width, hints.column_dimensions["B"].width = 14, 90
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
        sheet.column_dimensions[get_column_letter(number)].width = 34 if "地址" in str(cell.value) else 16
    sheet.freeze_panes = "A2"
    # Numbers such as 0101 keep their zero, and nothing that is pasted turns into a date.
    for number in range(1, len(COLUMNS) + 1):
        sheet.column_dimensions[get_column_letter(number)].number_format = "@"
