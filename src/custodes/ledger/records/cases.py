"""Records of what is decided step by step: somebody's wish to look and a look, the life of a system (`custodes.places`), a table that was taken
in, footage that is to be published.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from custodes.ledger.records.access import Unmet
from custodes.ledger.records.base import Count, Name, Record, Sha256, Text, check_hex


class CaseStep(Record, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="case.step"):
    """One step of a case: of a missing person (S29), of an individual's look (N21), of somebody's own image (PIPL 45).

    `by` is ``system`` for what time alone brought. `copies` are the SHA-256 of the masked copies that the answer gave (PIPL 45). `session` is that of a step about a viewing. `content` is the SHA-256 of what the
    case said at this step: names and papers of a family stand in no log.
    """

    step: UUID
    by: Name
    kind: Name
    case: UUID
    number: Text
    unit: Name
    event: Name
    before: Text
    after: Name
    on: Name
    clauses: tuple[Name, ...]
    words: Text
    papers: tuple[str, ...]
    content: str
    session: UUID | None = None
    unmet: tuple[Unmet, ...] = ()
    copies: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        for digest in (*self.papers, self.content, *self.copies):
            check_hex(digest)


class EmbargoStep(Record, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="embargo.step"):
    """One step of an embargo: looks under a request are told to the units whose cameras they are of only behind an end (N20, S28.1(4)).

    Attributes:
        step: the row.
        by: the person's uuid.
        embargo, request, number: which, of which request, and that one's number in the register.
        event: ``ask``, ``approve``, ``decline``, ``withdraw``, ``lift``.
        before, after: its states.
        until: the last day on which it is kept from them, ``YYYY-MM-DD``.
        extends: the embargo that it makes longer, empty for none.
        on: the day that counts in law.
        papers, content: SHA-256 of what was handed in, and of what the row said at this step; records of before have neither.
    """

    step: UUID
    by: Name
    embargo: UUID
    request: UUID
    number: Text
    holder: Name
    event: Name
    before: Text
    after: Name
    until: Name
    extends: Text
    on: Name
    clauses: tuple[Name, ...]
    words: Text
    papers: tuple[str, ...] = ()
    content: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        for digest in (*self.papers, self.content):
            check_hex(digest)


class FindingStep(Record, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="finding.step"):
    """One step of what was found about looks and has to be judged (S7, N25).

    Attributes:
        step: the row.
        by: the person's uuid, or ``system`` for what a rule or the comparison of the log found.
        finding, kind, day: which, of which rule, and the local day that it is about.
        about: uuid of who looked, empty where nobody knows.
        leaves: places in the log of the looks that it is about, or of both accounts that differ.
        event: ``found``, ``ask``, ``explain``, ``in_order``, ``incident``, ``settle``.
        before, after: its states.
        on: the day that counts in law.
        papers, content: as in `EmbargoStep`.
    """

    step: UUID
    by: Name
    finding: UUID
    kind: Name
    day: Name
    about: Text
    leaves: tuple[Count, ...]
    event: Name
    before: Text
    after: Name
    on: Name
    clauses: tuple[Name, ...]
    words: Text
    papers: tuple[str, ...] = ()
    content: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        for digest in (*self.papers, self.content):
            check_hex(digest)


class CasesStep(Record, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="cases.step"):
    """A step of a case, of whatever kind: all kinds that came after the first use this type.

    Attributes:
        step: the row of the step.
        kind: label of the case's model, ``oversight.matter``.
        case: its key.
        number: as people name it; empty where it has none.
        about: the key of what its story is told of too; empty for none.
        event: what happened.
        before, after: its states; `before` is empty for the step by which it began.
        on: the day that counts in law, ``YYYY-MM-DD``.
        clauses: on which it rests.
        words: the reason, as the person wrote it, and what the program added.
        papers: SHA-256 of what was handed in with it.
        content: SHA-256 of what the case says after it, as canonical JSON.
        by: the person; ``system`` where the clock took it.
    """

    step: UUID
    kind: Name
    case: UUID
    event: Name
    before: Text
    after: Name
    on: Name
    clauses: tuple[Name, ...]
    words: Text
    papers: tuple[Sha256, ...]
    content: Sha256
    by: Name
    number: Text = ""
    about: Text = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        for one in (self.content, *self.papers):
            check_hex(one)


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


class ReleaseStep(Record, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="release.step"):
    """One step of a public release (S30.2, N22).

    `content` is the SHA-256 of what the release said at this step. `source`, `tracks` and `output` are those of the film that was read,
    of the file of tracks and of the masked copy, as far as they are there. `where` is where it was published. `device` is, at the steps
    that take in the tracks and review the copy, from when to when the footage is the device's own recording, taken later (µs UTC).

    At review, approval and publication `answered` counts what was answered of tracks and of sample pictures (``tracks.masked``,
    ``pictures.left``: ``masked``, ``none`` for nothing to hide, ``left`` for left in sight); `left` names what stays in sight (``track 3``,
    ``picture 90000``: ticks of 90 kHz from the first picture), its reasons are under `content`; `overlay` is whether time, place or the
    camera's name, burnt into the pictures, are ``absent``, ``masked`` or ``shown``. At the approval `looked` is when all of the copy had
    been shown to who approves it (µs UTC).
    """

    step: UUID
    by: Name
    release: UUID
    number: Text
    unit: Name
    camera: UUID
    event: Name
    before: Text
    after: Name
    on: Name
    clauses: tuple[Name, ...]
    words: Text
    papers: tuple[str, ...]
    content: str
    source: str = ""
    tracks: str = ""
    output: str = ""
    where: Text = ""
    device: Annotated[tuple[tuple[int, int], ...], Meta(max_length=1_000)] = ()
    answered: Annotated[tuple[tuple[Name, Count], ...], Meta(max_length=20)] = ()
    left: Annotated[tuple[Name, ...], Meta(max_length=1_000)] = ()
    overlay: Text = ""
    looked: Count = 0
    unmet: tuple[Unmet, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        for digest in (*self.papers, self.content, *(one for one in (self.source, self.tracks, self.output) if one)):
            check_hex(digest)
