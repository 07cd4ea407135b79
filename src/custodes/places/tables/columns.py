"""What a table has for columns, and why one can't be read as a whole, in words for the page. What is wrong with one row is said at its row."""

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


YES = frozenset({"是", "有", "yes", "y", "true", "1", "√"})
NO = frozenset({"", "否", "无", "没有", "no", "n", "false", "0", "-", "—"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        key: the field that it fills.
        heading: as the template writes it.
        others: other headings that mean the same, in lower case.
        hint: what to write, for the template's sheet of hints.
        example: of the worked example's two rows.
        needed: no table is read without it.
        most: characters that a cell may have.
        raw: a cell is taken as it stands, spaces and signs of equality included: a password.
        width: in the template, in characters.
    """

    key: str
    heading: str
    others: tuple[str, ...]
    hint: str
    example: tuple[str, str] = ("", "")
    needed: bool = False
    most: int = MAX_CELL
    raw: bool = False
    width: int = 16


@dataclass(frozen=True)
class Sheet:
    """One kind of table.

    Attributes:
        title: of its sheet in the template: what a row is.
        file: name of the template.
        columns: in the template's order.
        either: of these columns one at least has to be there, where there are any.
        notes: heading and words for the end of the hints.
        name: the column that names a row to a person.
    """

    title: Any
    file: str
    columns: tuple[Column, ...]
    either: tuple[str, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    name: str = "name"

    def column(self, key: str) -> Column | None:
        """The column of a field; None for none."""
        return next((column for column in self.columns if column.key == key), None)

    def heading(self, key: str) -> str:
        """How the template calls a field; empty where it has none."""
        column = self.column(key)
        return column.heading if column is not None else ""

    def key_of(self, heading: str) -> str:
        """The column that a heading means, empty for none. A star or a note in brackets behind it does not matter."""
        plain = heading.strip().strip("*＊").strip()
        for mark in "（(":
            plain = plain.partition(mark)[0].strip()
        for column in self.columns:
            if plain == column.heading or plain.casefold() in column.others:
                return column.key
        return ""
