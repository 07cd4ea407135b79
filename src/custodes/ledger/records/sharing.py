"""Records of `custodes.sharing`: what happened to a directory of systems that must connect, a platform, a link, its grants, a request to cooperate."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from .access import Unmet
from .base import Name, Record, Text, check_hex


class Letter(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A letter to a department about systems that it has to join (S23): its number, to which unit, until when, which systems."""

    number: Name
    to: UUID
    due: Name
    systems: Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=200)]


class TriedPart(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One part of a trial of a link as the gateway measured it: which, ``passed``, ``failed`` or ``untried``, milliseconds where it came about."""

    part: Name
    outcome: Name
    ms: int | None = None


class Measured(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The trial that a test of a link stands beside: which, and its parts."""

    trial: UUID
    parts: Annotated[tuple[TriedPart, ...], Meta(max_length=8)]


class SharingStep(Record, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="sharing.step"):
    """One step of a directory (S25), a platform or a link (S22, S23), a link grant (S33.1), a cooperation request (S24).

    Attributes:
        step: the row.
        by: the person's uuid.
        kind: ``directory``, ``platform``, ``link``, ``grant``, ``cooperation``.
        case, number: which, and what it is called.
        unit: uuid of the police unit whose platform it is about.
        content: SHA-256 of what the row said at this step.
        table, document: of a directory that was published, SHA-256 of its CSV and of its canonical JSON.
        letter: of a letter that was issued, what it says.
        measured: of a test of a link that was entered, what the gateway had measured; whether it passed is the person's word all the same.
        on: the day that counts in law.
        words: empty where an entry is withdrawn: neither its name nor the reason stands in the log (decision 0333).
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
    table: str = ""
    document: str = ""
    letter: Letter | None = None
    measured: Measured | None = None
    unmet: tuple[Unmet, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        for digest in (*self.papers, self.content, *(one for one in (self.table, self.document) if one)):
            check_hex(digest)
