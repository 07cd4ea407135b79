"""Whether a workbook's sheet can be read row by row: what openpyxl holds in memory at once is one row, and all that stands outside of rows."""

from __future__ import annotations

from typing import IO, Any
from xml.parsers import expat

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
