"""The logs of platforms below, as the witness's process keeps them: read from its files, and believed as far as they verify.

The witness writes them for anybody to read and reaches no other process (decision 0365). A contradiction is checked here again: its
two notes are signed by the log below, so that the witness need not be trusted for it. Where the log's keys were renewed since, the
keys of then are those that the witness kept with it, which is said (decision 0373): a proof must not end with a key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from custodes.ledger.contradiction import Contradiction, ContradictionError, Shown, check
from custodes.ledger.note import ED25519, KeyTextError, VerifierKey, parse_vkey
from custodes.ledger.witness import Doubt
from custodes.ledger.witnessed import (
    MAX_KEYS,
    LogsError,
    LowerLog,
    State,
    StateError,
    digest_of,
    read_evidence,
    read_logs,
    read_state,
)
from custodes.settings import Settings

FRESH_MINUTES = 15
"""A log grows with its heartbeat every ten minutes; after this it is late."""
REPLAY_SECONDS = 120
"""So long after a cosignature an old checkpoint is none that was on its way."""


class Standing(StrEnum):
    """How a witnessed log stands, the worst first."""

    FORKED = "forked"
    DOUBTED = "doubted"
    UNREADABLE = "unreadable"
    SILENT = "silent"
    LATE = "late"
    NEVER = "never"
    FINE = "fine"


@dataclass(frozen=True, slots=True)
class Found:
    """A contradiction whose signatures were checked here.

    Attributes:
        kept: as the witness kept it.
        shown: what it shows.
        keys: with which its signatures were checked.
        former: whether these are no longer the log's keys, but those that the witness kept with the contradiction.
    """

    kept: Contradiction
    shown: Shown
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
    state: State | None
    standing: Standing
    found: tuple[Found, ...]

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
    order = list(Standing)
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
        return Witnessed(log, None, _doubt(found) or Standing.UNREADABLE, found)
    row = Witnessed(log, state, Standing.FINE, found)
    return Witnessed(log, state, _doubt(found) or _standing(row, settings, now), found)


def _found(settings: Settings, log: LowerLog) -> Iterator[Found]:
    for kept in read_evidence(settings.witness_folder / "evidence", log.origin):
        found = _checked(kept, log.keys) or _checked(kept, _keys_of_then(kept), former=True)
        if found is not None:
            yield found


def _checked(kept: Contradiction, keys: tuple[VerifierKey, ...], *, former: bool = False) -> Found | None:
    try:
        return Found(kept, check(kept, keys), keys, former)
    except ContradictionError:
        return None  # not what it says that it is


def _keys_of_then(kept: Contradiction) -> tuple[VerifierKey, ...]:
    """Of this log and of the kind that signs checkpoints; none where one can't be read."""
    try:
        keys = tuple(parse_vkey(text) for text in kept.keys[:MAX_KEYS])
    except KeyTextError:
        return ()
    return tuple(key for key in keys if key.kind == ED25519 and key.name == kept.origin)


def _doubt(found: tuple[Found, ...]) -> Standing | None:
    if any(each.shown.proven for each in found):
        return Standing.FORKED
    return Standing.DOUBTED if found else None


def _standing(row: Witnessed, settings: Settings, now: datetime) -> Standing:
    if row.behind:
        return Standing.DOUBTED
    if row.grown_at is None:
        return Standing.NEVER
    if now - row.grown_at > timedelta(minutes=settings.witness_silent_minutes):
        return Standing.SILENT
    return Standing.LATE if now - row.grown_at > timedelta(minutes=FRESH_MINUTES) else Standing.FINE


def doubts_of(row: Witnessed, doubt: Doubt) -> list[Found]:
    """Its contradictions of one kind: those that convince a stranger, or those that leave a proof owing."""
    return [each for each in row.found if each.shown.proven == (doubt is Doubt.FORKED)]
