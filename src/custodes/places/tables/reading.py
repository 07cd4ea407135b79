"""From a file or a pasted text to lines: headings are matched, cells are put under their fields. What a field means is not known here."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO

from django.utils.translation import gettext_lazy as _

from custodes.places.network import refuse_classified, says_classified
from custodes.places.tables.columns import NO, Limits, Sheet, Unreadable
from custodes.places.tables.delimited import Row, rows_of_text, rows_of_text_file
from custodes.places.tables.workbook import FORMULA, MAGIC, rows_of_workbook, too_many_rows

CLASSIFIED = "classified"
"""The column that says whether a row is classified (S20)."""
#: In a heading that is none of ours they make it that column.
_GRADES = ("涉密", "密级")

#: What reading a cell can find, by code.
FAULTS = {
    "extra": _("该行的单元格比表头多。请检查是否有多余的分隔符。"),
    "formula": _("单元格是公式。请改为数值或者文字。"),
    "too_long": _("内容过长。请缩短后重新填写。"),
}
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
#: Signs with which a spreadsheet begins a formula; an apostrophe before one says that it is text.
_SIGNS = ("'=", "'+", "'-", "'@")


@dataclass
class WrittenRow:
    """One row as it was written.

    Attributes:
        line: in the table, from 1.
        texts: field to what stands in it.
        faults: field to the code of what can't be seen from the texts any more (`FAULTS`).
    """

    line: int
    texts: dict[str, str] = field(default_factory=dict, repr=False)
    faults: dict[str, str] = field(default_factory=dict)


def lines_of_file(file: IO[bytes], sheet: Sheet, limits: Limits) -> Iterator[WrittenRow]:
    """Lines of an uploaded file. What it is follows from its content, not from its name.

    Raises:
        Unreadable: too large, none of the kinds that are read, without the headings, with too many rows or none.
        ClassifiedRefused: a row says that it is classified, and this installation is on a network.
    """
    if file.seek(0, os.SEEK_END) > limits.bytes:
        raise Unreadable(
            _("文件超过 %(size)s。请只保留要导入的表格一张，不超过 %(rows)s 行。")
            % {"size": limits.size, "rows": limits.rows}
        )
    file.seek(0)
    head = file.read(4096)
    if not head.strip():
        raise Unreadable(_("文件是空的。请填写后重新上传。"))
    if head.startswith(_OLD_WORKBOOK):
        raise Unreadable(_("这是旧版 Excel 文件（.xls）或者加密的文件。请另存为 .xlsx 或者 CSV 后重新上传。"))
    file.seek(0)
    rows = rows_of_workbook(file, limits) if head.startswith(MAGIC) else rows_of_text_file(file, limits)
    return lines_of(rows, sheet, limits)


def lines_of_text(text: str, sheet: Sheet, limits: Limits) -> Iterator[WrittenRow]:
    """Lines of a pasted table.

    Raises:
        Unreadable: as `lines_of_file`.
    """
    if not text.strip():
        raise Unreadable(_("没有粘贴任何内容。请从表格中连同表头一起复制。"))
    return lines_of(rows_of_text(text.replace("\x00", "\ufffd"), limits), sheet, limits)


def lines_of(rows: Iterable[Row], sheet: Sheet, limits: Limits) -> Iterator[WrittenRow]:
    """Lines of a table whose first row is the headings. Keep nothing of it before the last line was read: it may be classified.

    Raises:
        Unreadable: headings missing or twice, too many rows or columns, or no row.
        ClassifiedRefused: a row says that it is classified, and this installation is on a network.
    """
    table = iter(rows)
    headings = next(table, (0, []))[1]
    keys = _headings(headings, sheet, limits)
    marks = [
        number
        for number, key in enumerate(keys)
        if key == CLASSIFIED or (not key and any(word in headings[number] for word in _GRADES))
    ]
    secret = {number for number, key in enumerate(keys) if (column := sheet.column(key)) is not None and column.raw}
    count = 0
    for number, cells in table:
        count += 1
        if count > limits.rows:
            raise Unreadable(too_many_rows(limits))
        line = _line(number, keys, cells, sheet)
        refuse_classified(_classified(cells, marks, secret))
        yield line
    if not count:
        raise Unreadable(_("表格只有表头，没有内容。请在表头下面逐行填写。"))


def _classified(cells: list[str], marks: list[int], secret: set[int]) -> bool:
    """Whether a row is classified, or says so of itself.

    Args:
        marks: columns that say it.
        secret: columns of passwords, which tell of nothing.
    """
    # Whatever is not plainly a no counts as a yes: better a table too many refused than a secret kept (R2).
    if any(cells[number].strip().casefold() not in NO for number in marks if number < len(cells)):
        return True
    return says_classified("\n".join(cell for number, cell in enumerate(cells) if number not in secret))


def _headings(cells: list[str], sheet: Sheet, limits: Limits) -> list[str]:
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) > limits.columns:
        raise Unreadable(_("表格的列过多。请使用下载的模板。"))
    keys = [sheet.key_of(cell) for cell in cells]
    missing = [column.heading for column in sheet.columns if column.needed and column.key not in keys]
    if not missing and sheet.either and not set(sheet.either) & set(keys):
        missing = [sheet.heading(sheet.either[0])]
    if missing:
        raise Unreadable(
            _("第一行应当是表头，缺少：%(missing)s。可以使用的表头：%(known)s。")
            % {"missing": "、".join(missing), "known": "、".join(column.heading for column in sheet.columns)}
        )
    twice = [sheet.heading(key) for key in dict.fromkeys(keys) if key and keys.count(key) > 1]
    if twice:
        raise Unreadable(_("表头重复：%(twice)s。请只保留一列。") % {"twice": "、".join(twice)})
    return keys


def _line(number: int, keys: list[str], cells: list[str], sheet: Sheet) -> WrittenRow:
    line = WrittenRow(number)
    if any(cell.strip() for cell in cells[len(keys) :]):
        line.faults[sheet.name] = "extra"
    columns = {column.key: column for column in sheet.columns}
    for key, cell in zip(keys, cells, strict=False):
        if not key:
            continue
        column = columns[key]
        value = cell if column.raw else cell.strip()
        if not column.raw and value.startswith(_SIGNS):
            value = value[1:]  # as our own exports write it
            formula = False
        else:
            formula = value == FORMULA or (not column.raw and value.startswith("="))
        if formula:
            line.faults[key] = "formula"
        elif len(value) > column.most:
            line.faults[key] = "too_long"
        else:
            line.texts[key] = value
    return line
