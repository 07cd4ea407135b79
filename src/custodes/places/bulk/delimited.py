"""Rows out of text: cells parted by tabs (as a spreadsheet copies them), commas or semicolons (RFC 4180 quoting)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from custodes.places.bulk.unreadable import MAX_BYTES, Unreadable

Row = tuple[int, list[str]]
"""Line number, counted from 1, and its cells."""

_DELIMITERS = "\t,;，"
_ENCODINGS = ("utf-8-sig", "gb18030")


def decode(data: bytes) -> str:
    """Text of a file: UTF-8, UTF-16 with its mark, or GB 18030, as spreadsheets in use here write it.

    Raises:
        Unreadable: none of these, or no text at all.
    """
    for mark, name in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return _text(data.decode(name))
            except UnicodeDecodeError as error:
                raise _no_text() from error
    for name in _ENCODINGS:
        try:
            return _text(data.decode(name))
        except UnicodeDecodeError:
            continue
    raise _no_text()


def rows_of_text(text: str) -> Iterator[Row]:
    """The rows of a pasted or decoded table, empty ones left out.

    Raises:
        Unreadable: a cell that never ends.
    """
    if len(text) > MAX_BYTES:
        raise Unreadable(_("表格过大。请分成几次提交，每次不超过一千行。"))
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise Unreadable(
            _("第 %(line)s 行的引号没有成对，表格无法读取。请改正后重新提交。") % {"line": reader.line_num}
        ) from error


def _text(value: str) -> str:
    if "\x00" in value:
        raise _no_text()
    return value


def _no_text() -> Unreadable:
    return Unreadable(_("文件不是 Excel 表格，也不是文本表格（CSV）。请使用下载的模板填写。"))
