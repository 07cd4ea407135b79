"""Records of `access.missing`, `access.individual`, `access.supervised` and `access.looks`: what happened to somebody's wish to look, and to a look."""

from __future__ import annotations

from uuid import UUID

from .access import Unmet
from .base import Count, Name, Record, Text, check_hex


class CaseStep(Record, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="case.step"):
    """One step of a case: of a missing person (S29), of an individual's look (N21), of somebody's own image (PIPL 45).

    `by` is ``system`` for what time alone brought. `session` is that of a step about a viewing. `content` is the SHA-256 of what the
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

    def __post_init__(self) -> None:
        super().__post_init__()
        for digest in (*self.papers, self.content):
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
