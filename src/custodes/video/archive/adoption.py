"""The volumes that a person has to decide about: what is there, what is missing, what stands in its place.

A volume is known by its identity, not by its path. One that is replaced under its path is absent until a person adopts
what stands there now. One that is drained is written to no more, and its footage is read, kept and deleted as before; when
nothing of it is left a person may retire it. All are facts of a worker's index, in one transaction with their record; the
commands do it while the node stands still. While it runs `VolumeDesk` does, by the same rules: the volumes in memory follow
in the same call. Calls come from one thread at a time.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from custodes.video.archive.changes import put_record
from custodes.video.archive.index import Index, note_fact
from custodes.video.archive.records import at_text
from custodes.video.archive.volume import IDENTITY, Volume, VolumeConfig, VolumeRefused, claim, read_identity
from custodes.video.wire.archive import VolumeOrderOutcome

_HOUR_US = 3_600_000_000
_RECORD_IDS = uuid.UUID("6d1f9a52-8f56-4a6e-9b1c-b8f0a9c0e411")


class AdoptionStanding(StrEnum):
    """How a volume stands."""

    PRESENT = "present"
    ABSENT = "absent"
    """Nothing with an identity is at its path."""
    FOREIGN = "foreign"
    """Another volume is at its path, which no worker uses there."""
    REPLACED = "replaced"
    """Another volume was adopted at its path; its own footage is out of reach."""
    NEW = "new"
    """Configured, and no worker has used it yet."""


@dataclass(frozen=True, slots=True)
class VolumeView:
    """One volume over all workers.

    Attributes:
        path: its folder.
        identity: its id; empty for a new one that has none.
        found: the id at the path; empty when there is none.
        standing, detail: how it stands, and why it is not present.
        configured: recording may use its path.
        drained_us: since when it is written to no more, microseconds UTC; None when it is not drained.
        out: it was retired after that.
        segments, bytes: footage on it that the indexes know.
        oldest_us: start of the hour of the oldest.
        mount: something is mounted at the path.
    """

    path: str
    identity: str
    found: str
    standing: AdoptionStanding
    detail: str
    configured: bool
    drained_us: int | None
    out: bool
    segments: int
    bytes: int
    oldest_us: int | None
    mount: bool


class Undecidable(Exception):
    """What was asked can't be done; the message says why, `outcome` which reason it is, and nothing was changed."""

    def __init__(self, outcome: VolumeOrderOutcome, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome


def drained_fact(identity: str) -> str:
    """The name under which an index remembers since when a volume is drained; 0 when it was taken back.

    The word in it is of the time when one step did both.
    """
    return f"retired:{identity}"


def out_fact(identity: str) -> str:
    """The name under which an index remembers since when a volume is retired; 0 when it is in use again."""
    return f"out:{identity}"


def look(indexes: Sequence[Index], configured: Sequence[Path]) -> list[VolumeView]:
    """Every volume that an index knows or the settings name, by path."""
    paths = {str(path.absolute()) for path in configured}
    known: dict[tuple[str, str], list[tuple[int, int, int | None, int, bool]]] = {}
    for index in indexes:
        for identity, path, size, segments, oldest in index.rows(
            "SELECT uuid, path, volumes.bytes, coalesce(sum(segments), 0), min(CASE WHEN segments > 0 THEN hour END)"
            " FROM volumes LEFT JOIN volume_hours ON volume = id GROUP BY id"
        ):
            drained, out = index.fact(drained_fact(identity)) or 0, bool(index.fact(out_fact(identity)))
            known.setdefault((path, identity), []).append((size, segments, oldest, drained, out))
    views = []
    for (path, identity), shares in known.items():
        found, why = _at(Path(path))
        taken = (path, found) in known
        standing = (
            AdoptionStanding.ABSENT if not found else AdoptionStanding.REPLACED if taken else AdoptionStanding.FOREIGN
        )
        drained_us = max(share[3] for share in shares) or None
        hours = [share[2] for share in shares if share[2] is not None]
        views.append(
            VolumeView(
                *(path, identity, found, AdoptionStanding.PRESENT if found == identity else standing),
                "" if found == identity else why or f"{path} is another volume ({found})",
                *(path in paths, drained_us, all(share[4] for share in shares)),
                *(sum(share[1] for share in shares), sum(share[0] for share in shares)),
                min(hours) * _HOUR_US if hours else None,
                Path(path).is_mount(),
            )
        )
    for path in paths - {path for path, _ in known}:
        found, why = _at(Path(path))
        mount = Path(path).is_mount()
        views.append(VolumeView(path, found, found, AdoptionStanding.NEW, why, True, None, False, 0, 0, None, mount))
    return sorted(views, key=lambda view: (view.path, view.standing))


def _at(path: Path) -> tuple[str, str]:
    try:
        return read_identity(path), ""
    except VolumeRefused as error:
        return "", str(error)


@dataclass(frozen=True, slots=True)
class AdoptionDecision:
    """What a person decides about volumes: who, why, when (microseconds UTC), at which node."""

    by: str
    reason: str
    at_us: int
    node: str


def adopt(indexes: Iterable[Index], path: Path, decision: AdoptionDecision) -> str:
    """Use the volume that is at `path` now, in place of whatever was there; an empty folder becomes a volume.

    What was there before keeps its rows: its footage is owed, and is found again when it comes back.

    Returns:
        The identity that is used there now.

    Raises:
        Undecidable: nothing is there, it holds foreign files, it is used there already, or it is a copy of a volume
            that is still at its own path.
    """
    if not path.is_dir():
        raise Undecidable(VolumeOrderOutcome.NOT_THERE, f"{path} is not there. Mount the volume first.")
    try:
        # An empty folder at a known path may be a mount point without its disk: a person said that it is not.
        identity = read_identity(path) if (path / IDENTITY).exists() else claim(path)
    except VolumeRefused as error:
        raise Undecidable(VolumeOrderOutcome.NOT_A_VOLUME, str(error)) from error
    where = str(path.absolute())
    indexes = list(indexes)
    if all(_uses(index, identity, where) for index in indexes):
        raise Undecidable(
            VolumeOrderOutcome.ALREADY, f"{where} is in use already, and is the volume that it should be ({identity})"
        )
    for index in indexes:
        if original := standing_elsewhere(index, identity, where):
            raise Undecidable(
                VolumeOrderOutcome.COPY,
                f"{where} says that it is {identity}, and the same volume is at {original}: one of them is a copy."
                f" Take the copy's {IDENTITY} away, or unmount the one that is not to be used",
            )
    for index in indexes:
        if _uses(index, identity, where):
            continue  # a call before this one came so far
        with index.transaction() as cursor:
            cursor.execute(
                "INSERT INTO volumes (uuid, path) VALUES (?, ?) ON CONFLICT (uuid) DO UPDATE SET path = excluded.path",
                (identity, where),
            )
            note_fact(cursor, drained_fact(identity), 0)
            note_fact(cursor, out_fact(identity), 0)
            put_record(cursor, _record(decision, identity, where, "adopted"))
    return identity


def drain(indexes: Iterable[Index], identity: str, decision: AdoptionDecision) -> str:
    """Write to a volume no more; its footage is read, kept and deleted as before.

    Returns:
        Its path.

    Raises:
        Undecidable: no index knows it, or it is drained already.
    """
    known = _paths(indexes, identity)
    waiting = {index: path for index, path in known.items() if not index.fact(drained_fact(identity))}
    if not waiting:
        raise Undecidable(VolumeOrderOutcome.ALREADY, f"nothing is written to volume {identity} already")
    for index, path in waiting.items():
        with index.transaction() as cursor:
            note_fact(cursor, drained_fact(identity), decision.at_us)
            put_record(cursor, _record(decision, identity, path, "drained"))
    return next(iter(known.values()))


def retire(indexes: Iterable[Index], identity: str, decision: AdoptionDecision) -> str:
    """Take a drained volume out when nothing of footage is left on it. Nothing is deleted, here or anywhere, to get there.

    Returns:
        Its path.

    Raises:
        Undecidable: no index knows it, it is not drained, footage is on it, or it is retired already.
    """
    known = _paths(indexes, identity)
    for index in known:
        if not index.fact(drained_fact(identity)):
            raise Undecidable(VolumeOrderOutcome.NOT_DRAINED, f"volume {identity} is written to: drain it first")
        if left := _left_on(index, identity):
            raise Undecidable(
                VolumeOrderOutcome.NOT_EMPTY,
                f"{left} segments are on volume {identity}. They stay until their day; retire it when they are gone",
            )
    waiting = {index: path for index, path in known.items() if not index.fact(out_fact(identity))}
    if not waiting:
        raise Undecidable(VolumeOrderOutcome.ALREADY, f"volume {identity} is retired already")
    for index, path in waiting.items():
        with index.transaction() as cursor:
            note_fact(cursor, out_fact(identity), decision.at_us)
            put_record(cursor, _record(decision, identity, path, "retired"))
    return next(iter(known.values()))


def _paths(indexes: Iterable[Index], identity: str) -> dict[Index, str]:
    """Where each index that knows a volume has it.

    Raises:
        Undecidable: none knows it.
    """
    rows = {index: index.row("SELECT path FROM volumes WHERE uuid = ?", (identity,)) for index in indexes}
    known = {index: str(row[0]) for index, row in rows.items() if row is not None}
    if not known:
        raise Undecidable(VolumeOrderOutcome.UNKNOWN, f"no worker knows a volume {identity}")
    return known


def _left_on(index: Index, identity: str) -> int:
    """Files of a volume that an index answers for: sealed, being written, or being deleted."""
    (count,) = index.row(
        "SELECT (SELECT coalesce(sum(segments), 0) FROM volume_hours WHERE volume = id)"
        " + (SELECT count(*) FROM opened WHERE volume = id) + (SELECT count(*) FROM garbage WHERE volume = id)"
        " FROM volumes WHERE uuid = ?",
        (identity,),
    )
    return int(count)


def standing_elsewhere(index: Index, identity: str, where: str) -> str:
    """The other path at which a volume is known and still stands; empty when there is none.

    Two names of one folder are one place: nothing was copied.
    """
    row = index.row("SELECT path FROM volumes WHERE uuid = ?", (identity,))
    if row is None or row[0] == where:
        return ""
    known = Path(row[0])
    found, _ = _at(known)
    try:
        return str(known) if found == identity and not known.samefile(where) else ""
    except OSError:  # it went away meanwhile
        return ""


def _uses(index: Index, identity: str, path: str) -> bool:
    row = index.row("SELECT path FROM volumes WHERE uuid = ?", (identity,))
    return row is not None and row[0] == path and not index.fact(drained_fact(identity))


def _record(decision: AdoptionDecision, identity: str, path: str, change: str) -> dict[str, object]:
    """One record however many workers there are: its id follows from what it says."""
    return {
        "id": str(uuid.uuid5(_RECORD_IDS, f"{identity}:{change}:{decision.at_us}")),
        "type": "volume.changed",
        "at": at_text(decision.at_us),
        "node": decision.node,
        "volume": identity,
        "path": path,
        "change": change,
        "by": decision.by,
        "reason": decision.reason,
    }


class VolumeDesk:
    """The volumes of one running archive.

    Args:
        index: of the worker.
        volumes: gives the volumes by row, as they are now.
        put: makes one known; readers and the writer see it from then on.
        terms: cap, reserve and sharers that an added volume gets; its path is of no account.
    """

    def __init__(
        self,
        index: Index,
        volumes: Callable[[], Mapping[int, Volume]],
        put: Callable[[Volume], None],
        terms: VolumeConfig,
    ) -> None:
        self._index = index
        self._volumes = volumes
        self._put = put
        self._terms = terms

    def adopt(self, path: Path, decision: AdoptionDecision) -> Volume:
        """Use what is at `path` as a volume from now on, in place of whatever was there (`adoption.adopt`).

        Raises:
            Undecidable: nothing was changed.
        """
        identity = adopt([self._index], path, decision)
        return self._take_up(identity, str(path.absolute()))

    def drain(self, identity: str, decision: AdoptionDecision) -> None:
        """Write nothing more to a volume; the files that are open now are finished (`adoption.drain`).

        Raises:
            Undecidable: nothing was changed.
        """
        drain([self._index], identity, decision)
        volume = self._find(identity)
        volume.draining, volume.configured = True, False

    def retire(self, identity: str, decision: AdoptionDecision) -> None:
        """Take a drained volume out (`adoption.retire`).

        Raises:
            Undecidable: nothing was changed.
        """
        retire([self._index], identity, decision)
        self._find(identity).out = True

    def followed(self, order: str) -> VolumeOrderOutcome | None:
        """What became of an order here; None when it has not been carried out."""
        fact = self._index.fact(f"order:{order}")
        return None if fact is None else VolumeOrderOutcome(fact)

    def note(self, order: str, outcome: VolumeOrderOutcome) -> None:
        """Remember what became of an order: it is not carried out a second time."""
        with self._index.transaction() as cursor:
            note_fact(cursor, f"order:{order}", int(outcome))

    def config_of(self, path: Path, identity: str) -> VolumeConfig:
        """How an added volume may be used."""
        return replace(self._terms, path=path, identity=identity)

    def _take_up(self, identity: str, path: str) -> Volume:
        row, used = self._index.row("SELECT id, bytes FROM volumes WHERE uuid = ?", (identity,))
        config = self.config_of(Path(path), identity)
        for other in self._volumes().values():
            if str(other.path.absolute()) == path and other.identity != identity:
                other.configured, other.replaced = False, True
        known = self._volumes().get(row)
        if known is None:
            volume = Volume(row, identity, config, used)
        else:
            volume = known
            volume.config = config
            volume.configured, volume.draining, volume.out, volume.replaced = True, False, False, False
        volume.present()
        self._put(volume)
        return volume

    def _find(self, identity: str) -> Volume:
        return next(volume for volume in self._volumes().values() if volume.identity == identity)
