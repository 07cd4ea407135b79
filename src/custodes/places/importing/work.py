"""What a kind of table has to bring: how a row is read, what it is held against, and how it becomes part of the register."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

import structlog

from custodes.people.models import Person
from custodes.places.importing.cells import Cell
from custodes.places.importing.faults import Bad, Fault
from custodes.places.tables.reading import WrittenRow

_POSITION = ("longitude", "latitude")
log = structlog.get_logger("custodes.places.importing")


@dataclass
class ImportedRow:
    """A row after its check.

    Attributes:
        line: as it was read.
        values: field to value, of what could be read.
        faults: what is wrong; none means that it can be entered.
        doubtful: it is entered, and a person has to look at it (S10(4), N8.1(4)).
        rounded: its position has more places than the register holds, and was rounded to them.
    """

    line: WrittenRow
    values: dict[str, Any]
    faults: list[Fault] = field(default_factory=list)
    doubtful: bool = False
    rounded: bool = False

    def wrong(self, key: str, code: str, **values: Any) -> None:
        """Note a fault; of a column only the first is told."""
        if all(fault.key != key for fault in self.faults):
            self.faults.append(Fault(key, code, values))

    def right(self, *keys: str) -> bool:
        """Whether these columns could be read."""
        return not {fault.key for fault in self.faults} & set(keys)


class ImportWork:
    """The checks and the entering of one table, chunk by chunk in the table's order. A subclass is one kind.

    Args:
        person: who handed it in; what they may do is asked as of `at`, when the work begins.
    """

    def __init__(self, person: Person, at: datetime) -> None:
        self.person = person
        self.at = at
        self.cells: Mapping[str, Cell] = {}
        self._seen: dict[int, int] = {}

    def check(self, lines: Sequence[WrittenRow]) -> list[ImportedRow]:
        """Read the lines of a chunk and hold them against the register and what came before."""
        rows = [self._read(line) for line in lines]
        self.hold(rows)
        return rows

    def hold(self, rows: Sequence[ImportedRow]) -> None:
        """Hold rows that were read against the register; faults are noted in them."""
        raise NotImplementedError

    def enter(self, rows: Sequence[ImportedRow]) -> None:
        """Put rows that are right into the register, with their records, in the caller's transaction."""
        raise NotImplementedError

    def once(self, row: ImportedRow, key: str, *identity: Any) -> None:
        """Note a fault where an earlier row of the table is the same thing."""
        # Eight bytes stand for a row: a table of a hundred thousand is remembered in some megabytes.
        mark = int.from_bytes(hashlib.blake2b(repr(identity).encode(), digest_size=8).digest(), "big")
        first = self._seen.setdefault(mark, row.line.line)
        if first != row.line.line:
            row.wrong(key, "twice", line=first)

    def _read(self, line: WrittenRow) -> ImportedRow:
        row = ImportedRow(line, {})
        for key, code in line.faults.items():
            row.wrong(key, code)
        for key, cell in self.cells.items():
            if key in line.faults:
                continue
            try:
                row.values[key] = cell(line.texts.get(key, ""))
            except Bad as bad:
                row.wrong(key, bad.code, **bad.values)
            except Exception as error:
                # One cell that nobody thought of must not hold up the table. Its kind alone: the words would quote the cell.
                log.error("import.cell", column=key, line=line.line, error=type(error).__name__)
                row.wrong(key, "unread")
        row.rounded = any(
            row.values.get(key) is not None and row.values[key] != Decimal(line.texts[key]) for key in _POSITION
        )
        return row
