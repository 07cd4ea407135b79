"""The rows that were not entered, to be mended and handed in again: as they were, with the reasons behind."""

from __future__ import annotations

from collections.abc import Iterator

from custodes.places.importing.faults import Fault
from custodes.places.importing.kinds import KINDS
from custodes.places.models import ImportFault, TableImport
from custodes.places.tables.columns import Sheet

REASON = "未登记原因"


def told(row: ImportFault, sheet: Sheet) -> list[tuple[str, str]]:
    """Heading of the column and words, of each fault."""
    return [(sheet.heading(fault.key), fault.words) for fault in map(Fault.of, row.faults)]


def head(table: TableImport) -> list[str]:
    """The headings of the file."""
    return [*(column.heading for column in KINDS[table.kind].sheet.columns), REASON]


def rows(table: TableImport) -> Iterator[list[str]]:
    """The rows of the file, in the table's order."""
    sheet = KINDS[table.kind].sheet
    for row in table.faults.iterator(chunk_size=500):
        reasons = "；".join(f"{heading}：{words}" if heading else words for heading, words in told(row, sheet))
        yield [*(str(row.texts.get(column.key, "")) for column in sheet.columns), f"第 {row.line} 行　{reasons}"]
