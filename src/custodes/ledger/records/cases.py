"""Records of `access.missing`, `access.individual` and `access.supervised`: what happened to somebody's wish to look."""

from __future__ import annotations

from uuid import UUID

from .access import Unmet
from .base import Name, Record, Text, check_hex


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
