"""A restored log goes on under a new origin: what it says of the log before it, and whether that is so.

Its entries begin with those of the log that was backed up; behind them stands the record `log.continued`, which quotes the
last checkpoint that the back-up knew. That log may have gone on elsewhere: what it signed behind that is not in here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from custodes.ledger.book import BookReader
from custodes.ledger.checkpoint import Checkpoint, open_checkpoint
from custodes.ledger.note import NoteError, VerifierKey
from custodes.ledger.records import LogContinued, RecordError, read_record
from custodes.ledger.report import ContinuedLog, FindingKind, Findings


class Continuations:
    """Collects what a log says of those before it, and holds it against the tree."""

    def __init__(self, keys: Sequence[VerifierKey], findings: Findings) -> None:
        """
        Args:
            keys: of logs before this one.
        """
        self._keys = tuple(keys)
        self._findings = findings
        self._records: list[tuple[int, LogContinued]] = []
        self._seen: list[Checkpoint] = []
        self._signed: dict[int, bool | None] = {}

    def read(self, book: BookReader) -> None:
        """Take the records from the book; that each is the one that its entry commits to is `BookCheck`'s matter."""
        for row in book.of_type("log.continued"):
            try:
                record = read_record(row.record or b"")
            except RecordError:
                continue
            if isinstance(record, LogContinued):
                self._records.append((row.index, record))

    def take_seen(self, data: bytes) -> bool:
        """Take a note that is of a log before this one; False when it is not."""
        try:
            checkpoint, _ = open_checkpoint(data, self._keys)
        except NoteError:
            return False
        if all(record.origin != checkpoint.origin for _, record in self._records):
            return False
        self._seen.append(checkpoint)
        return True

    def sizes(self, most: int) -> list[int]:
        """Sizes of trees whose roots `check` needs."""
        quoted = [record.size for _, record in self._records]
        return [size for size in (*quoted, *(note.size for note in self._seen)) if 0 < size <= most]

    def check(self, roots: Mapping[int, bytes | None], size: int) -> tuple[int, ...]:
        """Hold quotes and seen notes against the roots of this log; sizes of the notes that it extends.

        Args:
            roots: root of this log's tree at each of `sizes`.
            size: of this log's checkpoint.
        """
        for index, record in self._records:
            self._signed[index] = self._check_quote(index, record, roots, size)
        return tuple(note.size for note in self._seen if self._extends(note, roots))

    def found(self) -> tuple[ContinuedLog, ...]:
        """The logs before this one, oldest first."""
        return tuple(
            replace(
                ContinuedLog(record.origin, index, record.size, record.carried, self._signed.get(index)),
                seen=max((note.size for note in self._seen if note.origin == record.origin), default=0),
            )
            for index, record in self._records
        )

    def _check_quote(
        self, index: int, record: LogContinued, roots: Mapping[int, bytes | None], size: int
    ) -> bool | None:
        if index >= size:
            return None  # under no checkpoint yet: unproven, as all that stands there
        if record.carried != index or record.size > index:
            detail = f"entry {index} says that {record.carried} entries of {record.origin} stand before it"
            self._finding(index, detail, "carried_wrong", carried=record.carried, origin=record.origin)
        elif record.size and roots.get(record.size) != bytes.fromhex(record.root):
            self._finding(
                index,
                f"entry {index} says that this log continues {record.origin} from a checkpoint over {record.size} entries "
                "with another root than these entries have: it is another history",
                "continued_otherwise",
                origin=record.origin,
                size=record.size,
            )
        keys = [key for key in self._keys if key.name == record.origin]
        if not keys or not record.size:
            return None
        try:
            quoted, _ = open_checkpoint(record.note, keys)
            signed = (quoted.size, quoted.root.hex()) == (record.size, record.root)
        except NoteError:
            signed = False
        if not signed:
            detail = f"the checkpoint of {record.origin} that entry {index} quotes is not signed by its key"
            self._finding(index, detail, "quote_unsigned", origin=record.origin)
        return signed

    def _extends(self, note: Checkpoint, roots: Mapping[int, bytes | None]) -> bool:
        carried = max(record.carried for _, record in self._records if record.origin == note.origin)
        if note.size > carried:
            return False  # what that log signed afterwards: nothing here can be held against it
        if roots.get(note.size) == note.root:
            return True
        self._finding(
            None,
            f"a checkpoint of {note.origin} over {note.size} entries was seen with another root than these entries have",
            "before_otherwise",
            origin=note.origin,
            size=note.size,
        )
        return False

    def _finding(self, index: int | None, detail: str, code: str, **facts: int | str) -> None:
        self._findings.add(FindingKind.FORK, index, detail, code, **facts)
