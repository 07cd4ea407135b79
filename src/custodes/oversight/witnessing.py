"""The logs of platforms below, as the witness's process keeps them: read from its files, and believed as far as they verify. As a source of
alarms: rewritten, taken back, silent; a contradiction is on record in the own log (S35).

The witness writes them for anybody to read and reaches no other process (decision 0363). A contradiction is checked here again: its
two notes are signed by the log below, so that the witness need not be trusted for it. Where the log's keys were renewed since, the
keys of then are those that the witness kept with it, which is said (decision 0363): a proof must not end with a key.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.db import transaction

from custodes.ledger.note import ED25519, KeyTextError, VerifierKey, parse_vkey
from custodes.ledger.witness import CheckpointDoubt, Contradiction, ContradictionError, ShownContradiction, check
from custodes.ledger.witnessed import (
    MAX_KEYS,
    LogsError,
    LowerLog,
    StateError,
    WitnessedLog,
    digest_of,
    read_evidence,
    read_logs,
    read_state,
)
from custodes.people.models import RecordOutbox
from custodes.people.records import record_as
from custodes.settings import Settings, get_settings
from custodes.upkeep.alarms.condition import Condition, ConditionSource
from custodes.upkeep.alarms.kinds.trust import LOGS_UNREADABLE, LOWER_REWRITTEN, LOWER_SILENT

FRESH_MINUTES = 15
"""A log grows with its heartbeat every ten minutes; after this it is late."""
REPLAY_SECONDS = 120
"""So long after a cosignature an old checkpoint is none that was on its way."""


class WitnessedStanding(StrEnum):
    """How a witnessed log stands, the worst first."""

    FORKED = "forked"
    DOUBTED = "doubted"
    UNREADABLE = "unreadable"
    SILENT = "silent"
    LATE = "late"
    NEVER = "never"
    FINE = "fine"


@dataclass(frozen=True, slots=True)
class FoundContradiction:
    """A contradiction whose signatures were checked here.

    Attributes:
        kept: as the witness kept it.
        shown: what it shows.
        keys: with which its signatures were checked.
        former: whether these are no longer the log's keys, but those that the witness kept with the contradiction.
    """

    kept: Contradiction
    shown: ShownContradiction
    keys: tuple[VerifierKey, ...]
    former: bool = False

    @property
    def at(self) -> datetime:
        """When it came."""
        return datetime.fromtimestamp(self.kept.at, UTC)

    @property
    def seen_root(self) -> str:
        """Hex."""
        return self.shown.seen.root.hex()

    @property
    def shown_root(self) -> str:
        """Hex."""
        return self.shown.shown.root.hex()

    @property
    def shown_note(self) -> str:
        """The other checkpoint, verbatim."""
        return self.kept.request.partition("\n\n")[2]


@dataclass(frozen=True, slots=True)
class Witnessed:
    """One log below.

    Attributes:
        log: as its file has it.
        state: what was cosigned last; None where nothing was or it can't be read.
        standing: how it stands.
        found: contradictions, oldest first.
    """

    log: LowerLog
    state: WitnessedLog | None
    standing: WitnessedStanding
    found: tuple[FoundContradiction, ...]

    @property
    def key(self) -> str:
        """In addresses."""
        return digest_of(self.log.origin)

    @property
    def at(self) -> datetime | None:
        """When it was cosigned last."""
        return datetime.fromtimestamp(self.state.at, UTC) if self.state and self.state.at else None

    @property
    def grown_at(self) -> datetime | None:
        """When it last grew: the same checkpoint shown again is no news of it."""
        return datetime.fromtimestamp(self.state.grown, UTC) if self.state and self.state.grown else None

    @property
    def behind(self) -> bool:
        """Whether a smaller tree was submitted since the log last grew, too late to have been on its way."""
        return self.state is not None and self.state.behind_at - self.state.grown > REPLAY_SECONDS

    @property
    def behind_at(self) -> datetime | None:
        """When."""
        return datetime.fromtimestamp(self.state.behind_at, UTC) if self.state and self.behind else None


def witnessed(settings: Settings, now: datetime) -> list[Witnessed]:
    """Every log that is to be witnessed, the worst first.

    Raises:
        LogsError: a file that says which they are can't be used.
    """
    logs = read_logs(settings.witness_folder / "logs")
    rows = [_row(settings, log, now) for log in logs.values()]
    order = list(WitnessedStanding)
    return sorted(rows, key=lambda row: (order.index(row.standing), row.log.name))


def one(settings: Settings, key: str, now: datetime) -> Witnessed | None:
    """One of them by its key; None where there is no such log."""
    try:
        logs = read_logs(settings.witness_folder / "logs")
    except LogsError:
        return None
    return next((_row(settings, log, now) for log in logs.values() if digest_of(log.origin) == key), None)


def _row(settings: Settings, log: LowerLog, now: datetime) -> Witnessed:
    folder = settings.witness_folder
    found = tuple(_found(settings, log))
    try:
        state = read_state(folder / "state", log.origin)
    except StateError:
        return Witnessed(log, None, _doubt(found) or WitnessedStanding.UNREADABLE, found)
    row = Witnessed(log, state, WitnessedStanding.FINE, found)
    return Witnessed(log, state, _doubt(found) or _standing(row, settings, now), found)


def _found(settings: Settings, log: LowerLog) -> Iterator[FoundContradiction]:
    for kept in read_evidence(settings.witness_folder / "evidence", log.origin):
        found = _checked(kept, log.keys) or _checked(kept, _keys_of_then(kept), former=True)
        if found is not None:
            yield found


def _checked(kept: Contradiction, keys: tuple[VerifierKey, ...], *, former: bool = False) -> FoundContradiction | None:
    try:
        return FoundContradiction(kept, check(kept, keys), keys, former)
    except ContradictionError:
        return None  # not what it says that it is


def _keys_of_then(kept: Contradiction) -> tuple[VerifierKey, ...]:
    """Of this log and of the kind that signs checkpoints; none where one can't be read."""
    try:
        keys = tuple(parse_vkey(text) for text in kept.keys[:MAX_KEYS])
    except KeyTextError:
        return ()
    return tuple(key for key in keys if key.kind == ED25519 and key.name == kept.origin)


def _doubt(found: tuple[FoundContradiction, ...]) -> WitnessedStanding | None:
    if any(each.shown.proven for each in found):
        return WitnessedStanding.FORKED
    return WitnessedStanding.DOUBTED if found else None


def _standing(row: Witnessed, settings: Settings, now: datetime) -> WitnessedStanding:
    if row.behind:
        return WitnessedStanding.DOUBTED
    if row.grown_at is None:
        return WitnessedStanding.NEVER
    if now - row.grown_at > timedelta(minutes=settings.witness_silent_minutes):
        return WitnessedStanding.SILENT
    return WitnessedStanding.LATE if now - row.grown_at > timedelta(minutes=FRESH_MINUTES) else WitnessedStanding.FINE


def doubts_of(row: Witnessed, doubt: CheckpointDoubt) -> list[FoundContradiction]:
    """Its contradictions of one kind: those that convince a stranger, or those that leave a proof owing."""
    return [each for each in row.found if each.shown.proven == (doubt is CheckpointDoubt.FORKED)]


_SPACE = uuid.UUID("6a8f2c53-9a37-5b5b-8f5e-0c7e7d1f3e21")
"""Names contradictions as records: the same one is recorded once, however often it is looked at."""


def look(now: datetime) -> Iterator[Condition]:
    """What is so. Nothing is looked at where no witness is run."""
    settings = get_settings()
    if not settings.witness_name:
        return
    try:
        rows = witnessed(settings, now)
    except LogsError as error:
        yield Condition(LOGS_UNREADABLE, "witness:logs", "witness/logs", now, {"detail": str(error)[:300]})
        return
    for row in rows:
        for found in row.found:
            _record(settings.witness_name, row, found)
        yield from _conditions(row, now)


def _conditions(row: Witnessed, now: datetime) -> Iterator[Condition]:
    name = row.log.name[:200]
    for doubt in CheckpointDoubt.FORKED, CheckpointDoubt.UNPROVEN:
        found = doubts_of(row, doubt)
        if found:  # one alarm for what is one case: the first names it
            first = found[0]
            facts = {"seen_size": first.shown.seen.size, "shown_size": first.shown.shown.size}
            yield Condition(
                LOWER_REWRITTEN, f"log:{row.key[:16]}:{doubt}:{first.kept.digest[:16]}", name, first.at, facts
            )
    if row.behind and row.state is not None and row.behind_at is not None:
        facts = {"seen_size": row.state.size, "shown_size": row.state.behind_size}
        subject = f"log:{row.key[:16]}:behind:{row.state.size}"
        yield Condition(LOWER_REWRITTEN, subject, name, row.behind_at, facts)
    if row.standing is WitnessedStanding.UNREADABLE:
        yield Condition(LOGS_UNREADABLE, f"witness:state:{row.key[:16]}", name, now, {"detail": "witness/state"})
    elif row.grown_at is not None and now - row.grown_at > timedelta(minutes=get_settings().witness_silent_minutes):
        last = row.grown_at
        yield Condition(LOWER_SILENT, f"log:{row.key[:16]}", name, last, {"last_at": last.isoformat()})


def _record(witness: str, row: Witnessed, found: FoundContradiction) -> None:
    identity = uuid.uuid5(_SPACE, found.kept.digest)
    if RecordOutbox.objects.filter(pk=identity).exists():
        return
    with transaction.atomic():
        record_as(
            identity,
            "witness.contradicted",
            at=found.at,
            witness=witness,
            name=row.log.name,
            origin=row.log.origin,
            doubt=str(CheckpointDoubt.FORKED if found.shown.proven else CheckpointDoubt.UNPROVEN),
            seen=found.shown.seen.size,
            shown=found.shown.shown.size,
            seen_root=found.seen_root,
            shown_root=found.shown_root,
            evidence=found.kept.digest,
        )


SOURCE = ConditionSource("lower logs", (LOWER_REWRITTEN, LOWER_SILENT, LOGS_UNREADABLE), look)
