"""Rows out of text: cells parted by tabs (as a spreadsheet copies them), commas or semicolons (RFC 4180 quoting)."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from typing import IO

from django.utils.translation import gettext_lazy as _

from custodes.places.tables.columns import Limits, Unreadable

Row = tuple[int, list[str]]
"""Line number, counted from 1, and its cells."""

_DELIMITERS = "\t,;，"
_ENCODINGS = ("utf-8-sig", "gb18030")
_PIECE = 1 << 16


def rows_of_text_file(file: IO[bytes], limits: Limits) -> Iterator[Row]:
    """The rows of a file: UTF-8, UTF-16 with its mark, or GB 18030, as spreadsheets in use here write it; a row at a time.

    Raises:
        Unreadable: none of these, no text at all, or a cell that never ends.
    """
    encoding = _encoding(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        head = text.read(_PIECE)
        text.seek(0)
        yield from _rows(text, head)
    finally:
        text.detach()


def rows_of_text(text: str, limits: Limits) -> Iterator[Row]:
    """The rows of a pasted table, empty ones left out.

    Raises:
        Unreadable: too long, or a cell that never ends.
    """
    if len(text) > limits.bytes:
        raise Unreadable(_("表格过大。请分成几次提交，每次不超过 %(rows)s 行。") % {"rows": limits.rows})
    yield from _rows(io.StringIO(text, newline=""), text)


def _rows(lines: Iterable[str], head: str) -> Iterator[Row]:
    first = next((line for line in head.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise Unreadable(
            _("第 %(line)s 行的引号没有成对，表格无法读取。请改正后重新提交。") % {"line": reader.line_num}
        ) from error


def _encoding(file: IO[bytes]) -> str:
    file.seek(0)
    start = file.read(2)
    names = ("utf-16",) if start in (b"\xff\xfe", b"\xfe\xff") else _ENCODINGS
    for name in names:
        if _is_text(file, name):
            return name
    raise Unreadable(_("文件不是 Excel 表格，也不是文本表格（CSV）。请使用下载的模板填写。"))


def _is_text(file: IO[bytes], encoding: str) -> bool:
    """Whether all of it is text of this coding; looked at piece by piece."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while piece := file.read(_PIECE):
            if "\x00" in decoder.decode(piece):
                return False
        return "\x00" not in decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
