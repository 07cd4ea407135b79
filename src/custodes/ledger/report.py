"""What the offline check of a log found, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class FindingKind(StrEnum):
    """What is wrong."""

    CHECKPOINT = "checkpoint"
    """The checkpoint is missing, malformed, of another log, or not signed by the key."""
    ENTRY = "entry"
    """An entry is not the one that was signed: changed, removed, added or moved."""
    TILE = "tile"
    """A tile or bundle file is damaged; proofs served from it would fail."""
    RECORD = "record"
    """A record is not the one that its entry commits to."""
    RECORD_MISSING = "record_missing"
    """A record is gone before its time."""
    BOOK = "book"
    """The record book and the signed entries differ."""
    ROLLBACK = "rollback"
    """A checkpoint that was seen covers more entries than this log has signed."""
    FORK = "fork"
    """A checkpoint that was seen is of another history."""
    SEEN = "seen"
    """A note given as seen is not a checkpoint of this log."""


@dataclass(frozen=True, slots=True)
class LedgerFinding:
    """One thing that is wrong.

    Attributes:
        kind: what.
        index: the entry, or the first that may be meant; None when no entry is.
        detail: for a person, in English.
        code: of the sentence, for whoever words it in another language; facts: what stands in it, by name.
    """

    kind: FindingKind
    index: int | None
    detail: str
    code: str = ""
    facts: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ContinuedLog:
    """A log that this one goes on from, since it was restored from a back-up of it.

    Attributes:
        origin: of that log.
        index: of the record here that says so.
        size: entries under its last checkpoint that the back-up knew.
        carried: entries of it that are in here.
        signed: whether that checkpoint is signed by its key; None when no key of it was given.
        seen: the largest checkpoint of it that was given as seen; 0 for none. What it logged behind `carried` is not in here.
    """

    origin: str
    index: int
    size: int
    carried: int
    signed: bool | None
    seen: int = 0


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """The result of checking a log.

    Attributes:
        origin: of the log.
        size, root: of the verified checkpoint (root in hex); size 0 and empty root when none verified.
        proven: entries that the checkpoint proves.
        unproven: entries in the record book that no checkpoint covers yet.
        first_bad: index of the first entry that is not the one signed, or None.
        located: False when `first_bad` only says where the doubt begins.
        records_checked: records that match their commitment.
        records_deleted: records that have been deleted; their entries are proven all the same.
        records_missing: why not one record was looked at although there are entries: there is no record book, or not for this user;
            empty where there is one. Entries are proven without it, what they commit to is not.
        seen_confirmed: sizes of the notes given as seen that this log extends.
        continues: the logs that this one goes on from, oldest first.
        findings: everything that is wrong, at most 1,000 of them.
        findings_total: how many there were.
    """

    origin: str
    size: int
    root: str
    proven: int
    unproven: int
    first_bad: int | None
    located: bool
    records_checked: int
    records_deleted: int
    seen_confirmed: tuple[int, ...]
    continues: tuple[ContinuedLog, ...]
    findings: tuple[LedgerFinding, ...]
    findings_total: int
    records_missing: str = ""

    @property
    def ok(self) -> bool:
        """Nothing is wrong with what is here. What is unproven is not wrong, and what is not here (`records_missing`) was not looked at."""
        return not self.findings_total

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {"ok": self.ok, **asdict(self)}


class Findings:
    """Collects findings; keeps the first thousand."""

    KEPT = 1000

    def __init__(self) -> None:
        self.kept: list[LedgerFinding] = []
        self.total = 0

    def add(self, kind: FindingKind, index: int | None, detail: str, code: str, **facts: int | str) -> None:
        """Note one; each code has one sentence and the same facts always (`custodes.oversight.verification`)."""
        self.total += 1
        if len(self.kept) < self.KEPT:
            self.kept.append(LedgerFinding(kind, index, detail, code, facts))
