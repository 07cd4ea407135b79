"""Checks the record book against the signed entries, and each record against its commitment."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from .book import BookReader, BookRow
from .entry import SALT_BYTES, Entry, EntryError, commit, decode_entry
from .records import KeyRotated, LogContinued, Record, RecordError, read_record
from .report import Findings, Kind

KEPT_DAYS = 3 * 365 + 1
"""Records are kept for three years at least (PIPL art. 56); only then may one be missing."""


class BookCheck:
    """Goes through the book alongside the entries.

    Attributes:
        checked: records that match their commitment.
        deleted: records that are gone.
        log_key: index and new fingerprint of the last record of a new log key (of a rotation, or of a restore), None before the first.
    """

    def __init__(self, book: BookReader, findings: Findings, now: datetime) -> None:
        self._book = book
        self._findings = findings
        self._kept_since = (now.astimezone(UTC) - timedelta(days=KEPT_DAYS)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        self.checked = 0
        self.deleted = 0
        self.log_key: tuple[int, str] | None = None

    def entries(self, start: int, end: int) -> list[bytes] | None:
        """The book's own entries of a range, or None when one is missing."""
        rows = list(self._book.rows(start, end))
        return [row.entry for row in rows] if len(rows) == end - start else None

    def check(self, start: int, signed: Sequence[bytes] | None, end: int) -> list[bytes] | None:
        """Check rows ``start ≤ index < end``.

        Args:
            signed: the entries of this range from the bundles; None when they can't be read or none are signed.

        Returns:
            The book's entries, or None when one is missing.
        """
        entries: list[bytes] = []
        expected = start
        for row in self._book.rows(start, end):
            if row.index != expected:
                self._missing(expected, row.index)
            expected = row.index + 1
            entries.append(row.entry)
            if signed is not None and row.entry != signed[row.index - start]:
                self._findings.add(
                    Kind.BOOK,
                    row.index,
                    f"entry {row.index} in the record book is not the one in the log",
                    "book_differs",
                )
            self._check_record(row)
        if expected != end:
            self._missing(expected, end)
        return entries if len(entries) == end - start else None

    def _missing(self, start: int, end: int) -> None:
        detail = f"the record book lacks the entries {start} to {end - 1}"
        self._findings.add(Kind.BOOK, start, detail, "book_lacks", first=start, last=end - 1)

    def _check_record(self, row: BookRow) -> None:
        try:
            entry = decode_entry(row.entry)
        except EntryError as error:
            detail = f"entry {row.index} in the record book is no entry: {error}"
            self._findings.add(Kind.BOOK, row.index, detail, "book_no_entry", why=str(error))
            return
        if row.record is None and row.salt is None:
            self.deleted += 1
            if entry.at > self._kept_since:
                self._findings.add(
                    Kind.RECORD_MISSING,
                    row.index,
                    f"the record of entry {row.index} ({entry.type}, {entry.at}) is gone before its three years are over",
                    "record_gone",
                    at=entry.at,
                )
            return
        record, problem, why = _read(row, entry)
        if isinstance(record, KeyRotated) and record.key == "log":
            self.log_key = (row.index, record.new)
        if isinstance(record, LogContinued):
            self.log_key = (row.index, record.new)
        if problem:
            told = f"the record of entry {row.index} {_WRONG[problem]}{why}"
            self._findings.add(
                Kind.RECORD, row.index, told, problem, **({"why": why.removeprefix(": ")} if why else {})
            )
        else:
            self.checked += 1


_WRONG = {
    "record_lost": "has lost its salt or its content",
    "record_changed": "is not the one that the entry commits to",
    "record_unreadable": "matches its commitment but can't be read",
    "record_apart": "has another type or time than its entry",
}
"""What may be wrong with a record, by code."""


def _read(row: BookRow, entry: Entry) -> tuple[Record | None, str, str]:
    """The record that the entry commits to, or None, the code of what is wrong with it, and why."""
    if row.record is None or row.salt is None or len(row.salt) != SALT_BYTES:
        return None, "record_lost", ""
    if not hmac.compare_digest(commit(row.salt, row.record), entry.commitment):
        return None, "record_changed", ""
    try:
        record = read_record(row.record)
    except RecordError as error:
        return None, "record_unreadable", f": {error}"
    if record.type != entry.type or record.at != entry.at:
        return None, "record_apart", ""
    return record, "", ""
