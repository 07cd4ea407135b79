"""From a file to rows of places. What is classified is found here, before anything is kept (R2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from custodes.places.bulk.delimited import Row, decode, rows_of_text
from custodes.places.bulk.unreadable import MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS, Unreadable
from custodes.places.bulk.workbook import FORMULA, MAGIC, rows_of_workbook
from custodes.places.inventory.columns import BY_KEY, COLUMNS, NEEDED, NO, key_of
from custodes.places.network import refuse_classified


@dataclass
class PlaceLine:
    """One place as it was written.

    Attributes:
        line: in the table, from 1.
        texts: column to what stands in it.
        faults: column to the code of what can't be seen from the texts any more (`checking.FAULTS`).
    """

    line: int
    texts: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


def read_places(data: bytes) -> list[PlaceLine]:
    """Lines of an uploaded file. What it is follows from its content, not from its name.

    Raises:
        Unreadable: too large, none of the kinds that are read, or without the headings.
        ClassifiedRefused: a row says that it is classified, and this installation is on a network.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(_("文件超过 900 KB。请只保留场所表格一张，不超过一千行。"))
    if not data.strip():
        raise Unreadable(_("文件是空的。请填写后重新上传。"))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(_("这是旧版 Excel 文件（.xls）或者加密的文件。请另存为 .xlsx 或者 CSV 后重新上传。"))
    rows = rows_of_workbook(data) if data.startswith(MAGIC) else rows_of_text(decode(data))
    lines = _lines(rows)
    # Whatever is not plainly a no counts as a yes: better a file too many refused than a secret kept.
    refuse_classified(any(line.texts.get("classified", "").casefold() not in NO for line in lines))
    return lines


def _lines(rows: Iterable[Row]) -> list[PlaceLine]:
    table = iter(rows)
    keys = _headings(next(table, (0, []))[1])
    lines: list[PlaceLine] = []
    for number, cells in table:
        if len(lines) >= MAX_ROWS:
            raise Unreadable(_("表格超过一千行。请分成几次提交。"))
        lines.append(_line(number, keys, cells))
    if not lines:
        raise Unreadable(_("表格只有表头，没有场所。请在表头下面逐行填写。"))
    return lines


def _headings(cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) > MAX_COLUMNS:
        raise Unreadable(_("表格的列过多。请使用下载的模板。"))
    keys = [key_of(cell) for cell in cells]
    missing = [BY_KEY[key].heading for key in NEEDED if key not in keys]
    if missing:
        raise Unreadable(
            _("第一行应当是表头，缺少：%(missing)s。可以使用的表头：%(known)s。")
            % {"missing": "、".join(missing), "known": "、".join(column.heading for column in COLUMNS)}
        )
    twice = [BY_KEY[key].heading for key in dict.fromkeys(keys) if key and keys.count(key) > 1]
    if twice:
        raise Unreadable(_("表头重复：%(twice)s。请只保留一列。") % {"twice": "、".join(twice)})
    return keys


def _line(number: int, keys: list[str], cells: list[str]) -> PlaceLine:
    line = PlaceLine(number)
    if any(cell.strip() for cell in cells[len(keys) :]):
        line.faults["name"] = "extra"
    for key, cell in zip(keys, cells, strict=False):
        value = cell.strip()
        if not key:
            continue
        if value == FORMULA or value.startswith("="):
            line.faults[key] = "formula"
        elif len(value) > MAX_CELL:
            line.faults[key] = "too_long"
        else:
            line.texts[key] = value
    return line
