"""Rows out of an Excel workbook (.xlsx) that nobody vouches for.

A workbook is a ZIP of XML. Its size is looked at before anything is unpacked, programs and links to elsewhere are refused,
formulas are never computed, and the XML is read by `defusedxml` (openpyxl uses it when it is there): no entities. A sheet is
read row by row: what openpyxl holds in memory at once is one row, and all that stands outside of rows.
"""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Iterator
from typing import IO, Any
from xml.parsers import expat

import openpyxl
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext_lazy as _

from custodes.places.tables.columns import Limits, Unreadable
from custodes.places.tables.delimited import Row

#: Elements outside of rows: widths, merged cells, conditions of formats, each its own.
MOST_OUTSIDE = 100_000
#: Elements of one row: some hundred columns, each with texts in several fonts.
MOST_IN_ROW = 10_000
_PIECE = 1 << 16


class _TooMuch(Exception):
    """More than is held in memory; ends the parse."""


class _Enough(Exception):
    """More rows than are read at all; ends the parse."""


class _Count:
    """Counts the elements of a sheet as they begin and end."""

    def __init__(self, rows: int) -> None:
        self._rows_left = rows
        self._depth = 0
        self._row_depth = 0
        self._inside = 0
        self._outside = 0

    def begin(self, name: str, _attributes: Any) -> None:
        self._depth += 1
        if self._row_depth:
            self._inside += 1
            if self._inside > MOST_IN_ROW:
                raise _TooMuch
        elif name.rpartition(":")[2] == "row":
            self._row_depth, self._inside = self._depth, 0
            self._rows_left -= 1
            if self._rows_left < 0:
                raise _Enough
        else:
            self._outside += 1
            if self._outside > MOST_OUTSIDE:
                raise _TooMuch

    def end(self, _name: str) -> None:
        if self._depth == self._row_depth:
            self._row_depth = 0
        self._depth -= 1


def reads_row_by_row(sheet: IO[bytes], rows: int) -> bool:
    """Whether no row, and nothing outside of rows, has more elements than a table has; looked at without building any of them.

    Args:
        sheet: its XML.
        rows: that are read at all; what comes behind them never is.

    Raises:
        expat.ExpatError: it is no XML.
    """
    count = _Count(rows)
    parser = expat.ParserCreate()
    parser.StartElementHandler = count.begin
    parser.EndElementHandler = count.end
    try:
        while piece := sheet.read(_PIECE):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except _TooMuch:
        return False
    except _Enough:
        return True
    return True


MAGIC = b"PK\x03\x04"
MAX_RATIO = 200
#: Bytes of a part that is read whole into a tree: openpyxl needs some fifty times as much for it.
MAX_PART = 2 << 20
#: The shared texts are one list in memory.
MAX_TEXTS = 32 << 20
EMPTY_ROWS = 200
"""Empty rows that are passed over, all in all."""

_CONTENT_TYPES = "[Content_Types].xml"
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_TEXTS = "xl/sharedStrings.xml"

FORMULA = "\x00formula"
"""Stands for a cell that holds a formula: the row says so."""


def rows_of_workbook(file: IO[bytes], limits: Limits) -> Iterator[Row]:
    """The rows of a workbook's first sheet, empty ones left out; a row at a time.

    Raises:
        Unreadable: no workbook, too large when unpacked, or with macros, links or protection.
    """
    _look_at_parts(file, limits)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
        if len(book.sheetnames) > limits.sheets:
            raise Unreadable(_("Excel 文件的工作表过多。请只保留要导入的一张表格。"))
        sheet = book.worksheets[0]
        # What the file says of its own size is not believed: a sheet that claims a million rows would be padded to them.
        sheet.reset_dimensions()
        yield from _rows(sheet, limits)
    except Unreadable:
        raise
    except Exception as error:  # any broken workbook: openpyxl promises no kind of exception
        raise Unreadable(_("Excel 文件已损坏或者格式不符，无法读取。请另存为 .xlsx 或者 CSV 后重新上传。")) from error


def too_many_rows(limits: Limits) -> Any:
    """What is said of a table with more rows than are taken."""
    return _("表格超过 %(rows)s 行。请分成几次提交。") % {"rows": limits.rows}


def _rows(sheet: Any, limits: Limits) -> Iterator[Row]:
    most = limits.rows + EMPTY_ROWS
    for line, cells in enumerate(sheet.iter_rows(max_row=most + 1, max_col=limits.columns), start=1):
        if line > most:
            raise Unreadable(too_many_rows(limits))
        texts = [_words(cell) for cell in cells]
        if any(text.strip() for text in texts):
            yield line, texts


def _words(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return FORMULA
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def _look_at_parts(file: IO[bytes], limits: Limits) -> None:
    try:
        with zipfile.ZipFile(file) as parts:
            infos = parts.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Unreadable(_("Excel 文件已损坏，无法打开。请另存为 .xlsx 或者 CSV 后重新上传。")) from error
    names = {info.filename.casefold() for info in infos}
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
        raise Unreadable(_("Excel 文件带有宏，不予接收。请另存为不带宏的 .xlsx 后重新上传。"))
    if any("/externallinks/" in name or "/embeddings/" in name for name in names):
        raise Unreadable(_("Excel 文件带有外部链接或者嵌入对象，不予接收。请只复制数值到模板中。"))
    if any(info.flag_bits & 1 for info in infos):
        raise Unreadable(_("Excel 文件已加密，无法读取。请取消密码保护后重新上传。"))
    if len(infos) > limits.parts or _swollen(file, infos, limits):
        raise Unreadable(
            _("Excel 文件展开后过大，不予接收。请只保留要导入的表格一张，不超过 %(rows)s 行。") % {"rows": limits.rows}
        )
    if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Unreadable(_("压缩文件不是 Excel 表格。请上传 .xlsx 或者 CSV 文件。"))


def _swollen(file: IO[bytes], infos: list[zipfile.ZipInfo], limits: Limits) -> bool:
    """Whether the parts are larger than they may be, each by how it is read: a sheet row by row, everything else at once."""
    if sum(info.file_size for info in infos) > limits.unpacked:
        return True
    if any(info.file_size > MAX_RATIO * max(info.compress_size, 1) + 65536 for info in infos):
        return True
    large = [info for info in infos if info.file_size > MAX_PART]
    if not large:
        return False
    kinds = _kinds_of_parts(file, infos)
    if any(info.file_size > _most(info.filename, kinds.get(info.filename, []), limits) for info in large):
        return True
    return not all(_in_rows(file, info, limits) for info in large if _SHEET.fullmatch(info.filename))


def _in_rows(file: IO[bytes], info: zipfile.ZipInfo, limits: Limits) -> bool:
    """Whether a large sheet holds nothing but rows of a table.

    Raises:
        Unreadable: it can't be read.
    """
    try:
        with zipfile.ZipFile(file) as parts, parts.open(info) as sheet:
            return reads_row_by_row(sheet, limits.rows + EMPTY_ROWS + 2)
    except Exception as error:  # any broken sheet
        raise Unreadable(_("Excel 文件已损坏，无法打开。请另存为 .xlsx 或者 CSV 后重新上传。")) from error


def _most(name: str, kinds: list[str], limits: Limits) -> int:
    """Bytes that a part may have."""
    # A file may call any of its parts the workbook, or the shared texts: then it is read at once, wherever it lies.
    if _SHEET.fullmatch(name) and all(kind.endswith(".worksheet+xml") for kind in kinds):
        return limits.unpacked
    if name == _TEXTS and all(kind.endswith(".sharedstrings+xml") for kind in kinds):
        return MAX_TEXTS
    return MAX_PART


def _kinds_of_parts(file: IO[bytes], infos: list[zipfile.ZipInfo]) -> dict[str, list[str]]:
    """What the file says of its parts. Its own list of them is small, or the file is refused.

    Raises:
        Unreadable: there is no such list, or it can't be read.
    """
    try:
        with zipfile.ZipFile(file) as parts:
            size = max((info.file_size for info in infos if info.filename == _CONTENT_TYPES), default=0)
            said = fromstring(parts.read(_CONTENT_TYPES)) if size <= MAX_PART else ()
    except Exception as error:  # any broken list
        raise Unreadable(_("Excel 文件已损坏，无法打开。请另存为 .xlsx 或者 CSV 后重新上传。")) from error
    kinds: dict[str, list[str]] = {}
    for one in said:
        kinds.setdefault(one.get("PartName", "").removeprefix("/"), []).append(one.get("ContentType", "").casefold())
    return kinds
