"""Why a table can't be read as a whole, in words for the page. What is wrong with one row is said at its row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MAX_CELL = 500
"""Characters; the longest field holds 400."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a table is taken; nothing that a file says of itself is believed beyond it.

    Attributes:
        rows: without the headings.
        bytes: of the file.
        unpacked: bytes of everything inside a workbook.
        columns: of a row.
        parts: files inside a workbook.
        sheets: of a workbook.
    """

    rows: int
    bytes: int
    unpacked: int
    columns: int = 40
    parts: int = 200
    sheets: int = 20

    @property
    def size(self) -> str:
        """How large a file may be, as a person says it."""
        return f"{self.bytes >> 20} MB" if self.bytes >= 1 << 20 else f"{self.bytes >> 10} KB"


#: A table that stands in one form: a form may send 1 MiB (`web.body_limit`).
ON_A_PAGE = Limits(rows=1000, bytes=900 << 10, unpacked=8 << 20)


class Unreadable(Exception):
    """The table as a whole is refused; `words` says why and what to do, and repeats nothing of what was sent."""

    def __init__(self, words: Any) -> None:
        super().__init__(words)
        self.words = words
