"""Volumes and streams as the index knows them when the archive opens."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID, uuid4

from custodes.video.archive.adoption import drained_fact, out_fact, standing_elsewhere
from custodes.video.archive.holds import apply_to
from custodes.video.archive.index import Index
from custodes.video.archive.streams import OpenGap, RecordedStream
from custodes.video.archive.volume import IDENTITY, Volume, VolumeConfig, VolumeRefused, claim, read_identity

LASTING = frozenset({"restart", "operator", "schedule", "planned", "new"})
"""Gap reasons that go on through a restart: nothing was owed by the process while it was away, or it says so itself."""


def open_volumes(index: Index, configs: Sequence[VolumeConfig]) -> dict[int, Volume]:
    """Every volume by its row. A configured one that is not there, or is another, comes back as absent.

    A folder that the index has never seen is adopted when it is a volume, and made one when it is empty; a copy of a
    volume that is still at its own path is neither, and comes back as absent. So is an empty folder where a certain
    volume must stand. A volume that is not configured any more, or drained, is still read and cleaned, but not written to.
    """
    known: dict[str, list[_Row]] = {}
    for row in _volume_rows(index):
        known.setdefault(row[2], []).append(row)
    found: dict[int, Volume] = {}
    for config in configs:
        path = str(config.path.absolute())
        volume = (
            _open_known(index, config, _in_place(path, known[path])) if path in known else _adopt(index, config, path)
        )
        found[volume.row] = volume
    for path, rows in known.items():
        for row in rows:
            if row[0] not in found:
                found[row[0]] = _open_known(index, VolumeConfig(Path(path)), row, configured=False)
                found[row[0]].replaced = path in {str(config.path.absolute()) for config in configs}
    return found


_Row = tuple[int, str, str, int]
"""A volume in the index: row, identity, path, bytes."""


def _volume_rows(index: Index) -> list[_Row]:
    return index.rows("SELECT id, uuid, path, bytes FROM volumes ORDER BY id")


def _in_place(path: str, rows: list[_Row]) -> _Row:
    """Which of the volumes that were used at a path is there now; the newest when none is."""
    try:
        identity = read_identity(Path(path))
    except VolumeRefused:
        return rows[-1]
    return next((row for row in rows if row[1] == identity), rows[-1])


def _open_known(index: Index, config: VolumeConfig, known: _Row, *, configured: bool = True) -> Volume:
    row, identity, _, used = known
    draining, out = bool(index.fact(drained_fact(identity))), bool(index.fact(out_fact(identity)))
    volume = Volume(row, identity, config, used, configured=configured and not draining, draining=draining, out=out)
    volume.present()
    return volume


def _adopt(index: Index, config: VolumeConfig, path: str) -> Volume:
    try:
        uuid = (
            read_identity(config.path) if config.identity or (config.path / IDENTITY).exists() else claim(config.path)
        )
    except VolumeRefused as error:
        return _unknown(config, path, str(error))
    if config.identity not in ("", uuid):
        return _unknown(config, path, f"{path} is another volume ({uuid})")
    if original := standing_elsewhere(index, uuid, path):
        return _unknown(config, path, f"{path} says that it is {uuid}, and the same volume is at {original}")
    with index.transaction() as cursor:
        cursor.execute(
            "INSERT INTO volumes (uuid, path) VALUES (?, ?) ON CONFLICT (uuid) DO UPDATE SET path = excluded.path",
            (uuid, path),
        )
        row, used = cursor.execute("SELECT id, bytes FROM volumes WHERE uuid = ?", (uuid,)).fetchone()
    return _open_known(index, config, (row, uuid, path, used))


def _unknown(config: VolumeConfig, path: str, absent: str) -> Volume:
    """A configured volume that has no row."""
    return Volume(-1 - hash(path) % (1 << 31), "", config, 0, absent=absent)


def load_streams(index: Index) -> dict[UUID, RecordedStream]:
    """Every camera that the index knows."""
    held: dict[int, list[tuple[int, int]]] = {}
    for row, start, end in index.rows("SELECT stream, from_us, to_us FROM holds"):
        held.setdefault(row, []).append((start, end))
    lasting = {
        row: OpenGap(start, reason, detail)
        for row, start, reason, detail in index.rows(
            "SELECT stream, from_us, reason, detail FROM gaps WHERE to_us IS NULL"
        )
    }
    thinned = {
        row: OpenGap(start, reason, detail)
        for row, start, reason, detail in index.rows(
            "SELECT stream, from_us, reason, detail FROM degraded WHERE to_us IS NULL"
        )
    }
    streams = {}
    for row, camera, stream_id, first_us, days, sequence, session in index.rows(
        "SELECT id, camera, stream_id, first_us, retention_days, next_sequence, next_session FROM streams"
    ):
        streams[UUID(camera)] = RecordedStream(
            *(row, UUID(camera), UUID(stream_id), first_us, days, tuple(sorted(held.get(row, ())))),
            *(sequence, session, lasting.get(row), thinned.get(row)),
        )
    return streams


def add_stream(index: Index, camera: UUID, retention_days: int, now_us: int) -> RecordedStream:
    """A camera that is seen for the first time: its seconds are `new` until the first picture."""
    stream_id = uuid4()
    with index.transaction() as cursor:
        cursor.execute(
            "INSERT INTO streams (camera, stream_id, first_us, retention_days) VALUES (?, ?, ?, ?)",
            (str(camera), str(stream_id), now_us, retention_days),
        )
        row = cursor.lastrowid
        assert row is not None
        cursor.execute("INSERT INTO gaps (stream, from_us, reason) VALUES (?, ?, 'new')", (row, now_us))
        held = apply_to(cursor, row, camera)  # a hold may have come before the camera
    return RecordedStream(row, camera, stream_id, now_us, retention_days, held, gap=OpenGap(now_us, "new"))


def set_terms(index: Index, stream: RecordedStream, retention_days: int) -> None:
    """How long a camera's footage is kept from now on; holds are `holds.HoldDesk`'s."""
    with index.transaction() as cursor:
        cursor.execute(
            "UPDATE streams SET retention_days = ?, retired_us = NULL WHERE id = ?", (retention_days, stream.row)
        )
    stream.retention_days = retention_days
