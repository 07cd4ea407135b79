"""Records of `custodes.sharing`: what happened to a directory of systems that must connect, a platform, a link, its grants, a request to cooperate;
what an upper platform's officer stated here, and what was stated to a platform below."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from custodes.ledger.records.access import Unmet
from custodes.ledger.records.base import Count, Interval, Name, Record, Text, check_hex


class Letter(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A letter to a department about systems that it has to join (S23): its number, to which unit, until when, which systems."""

    number: Name
    to: UUID
    due: Name
    systems: Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=200)]


class TriedPart(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One part of a trial of a link as the gateway measured it: which, ``passed``, ``failed`` or ``untried``, milliseconds where it came about.

    Of a platform below, where it was told: how long ago it was heard of (seconds), by how much its clock was ahead (milliseconds), how many entries
    of its catalogue came and how many it had announced.
    """

    part: Name
    outcome: Name
    ms: int | None = None
    ago_s: int | UnsetType = UNSET
    off_ms: int | UnsetType = UNSET
    got: int | UnsetType = UNSET
    said: int | UnsetType = UNSET


class Measured(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The trial that a test of a link stands beside: which, and its parts."""

    trial: UUID
    parts: Annotated[tuple[TriedPart, ...], Meta(max_length=12)]


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
        words: empty where an entry is withdrawn: neither its name nor the reason stands in the log (decision 0332).
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


class PlatformStatement(Record, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="platform.statement"):
    """An officer of an upper platform stated who asks, and why, before it is decided (S28.1(3), N16.2(3), S33.1).

    It is the platform's word: nobody here can check the person behind it. No camera is named, so that no unit's own reader of the log
    learns of a case by it; the grant's record names one.

    Attributes:
        statement: its id, as the platform above gave it; link: over which it came.
        upper: id of that platform; channel: as it is shown it.
        call_id: of the one call that it is of, left out of queries and of steering.
        span: of footage; left out of steering.
        person: ``link:UUID``; person_name, unit, number: the officer's name, unit and work number.
        purpose: 事由; document: of a letter or case, left out where there is none.
        ground, clauses: on which the platform above decided; theirs: the place of that decision in its own log.
        said, until: when it was stated, until when it counts.
    """

    statement: UUID
    link: UUID
    upper: Name
    channel: Name
    verb: Name
    call_id: Text = ""
    span: Interval | None = None
    person: Name
    person_name: Name
    unit: Name
    number: Text = ""
    purpose: Text
    document: Text = ""
    ground: Name
    clauses: Annotated[tuple[Name, ...], Meta(min_length=1)]
    theirs: Count
    said: Name
    until: Name


class PlatformStated(Record, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag="platform.stated"):
    """Before a camera of a platform below is called, listed or moved: what was said to it of who asks, and why (S22, S28; wire.md §9).

    Attributes:
        statement: its id; lower, upper: ids of the two platforms, channel: as the lower shows it, camera: of our register.
        verb: ``history``, ``download``, ``steer``; call_id: SIP's of the call that it is of, left out of what is none.
        span: of footage.
        grant: of the look for which it is, or of what a platform above was given.
        unit, person_name, number: of the officer; reason: 事由; document: number of the letter or case.
        ground, clauses: on which it was decided here, or above; index: of that decision's record in this log.
        until: to when it counts.
    """

    statement: UUID
    upper: Name
    lower: Name
    channel: Name
    camera: UUID
    verb: Name
    grant: UUID
    unit: Name
    person_name: Name
    reason: Text
    ground: Name
    clauses: Annotated[tuple[Name, ...], Meta(min_length=1)]
    index: Count
    until: Name
    call_id: Text = ""
    span: Interval | None = None
    number: Text = ""
    document: Text = ""
