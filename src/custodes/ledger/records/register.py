"""The records of `custodes.places`: a step in the life of a system, a filing, a removal, an order; a table that was taken in."""

from __future__ import annotations

from uuid import UUID

from .base import Count, Name, Record, Sha256, Text, check_hex


class RegisterStep(Record, frozen=True, kw_only=True, gc=False, tag="register.step"):
    """Something that has a state in the register went from one to the next.

    Attributes:
        step: the row in the register.
        by: the person.
        object, object_id: what moved: ``places.system``, ``places.filing``.
        system: the system that it is about.
        event: what happened, ``accept``.
        before, after: its states; `before` is empty for what was just entered.
        on: the day that counts in law, ``YYYY-MM-DD``; the record's own `at` is when it was entered.
        clauses: on which it rests.
        words: the reason, as the person wrote it.
        papers: SHA-256 of what was handed in with it.
    """

    step: UUID
    by: Name
    object: Name
    object_id: Name
    system: UUID
    event: Name
    before: Text
    after: Name
    on: Name
    clauses: tuple[Name, ...]
    words: Text
    papers: tuple[Sha256, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        for paper in self.papers:
            check_hex(paper)


class TableImported(Record, frozen=True, kw_only=True, gc=False, tag="table.imported"):
    """A table was taken into the register; each row that was entered has a record of its own.

    Attributes:
        table: the row of the import.
        by: the person.
        kind: of table, ``cameras``.
        sha256, bytes: of the file as it was handed in.
        rows, entered, refused, doubtful: how many; the doubtful ones are among the entered and wait for a person.
        whole: all or none was asked for.
    """

    table: UUID
    by: Name
    kind: Name
    sha256: Sha256
    bytes: Count
    rows: Count
    entered: Count
    refused: Count
    doubtful: Count
    whole: bool

    def __post_init__(self) -> None:
        super().__post_init__()
        check_hex(self.sha256)
