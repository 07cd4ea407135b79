"""Tables of a worker's index, and its format version."""

from __future__ import annotations

import sqlite3
from pathlib import Path

FORMAT = 4
"""Rises when the tables change; an index with a higher number is refused."""

CACHE_KIB = 2048
"""Pages that a connection keeps: eight times as many make a segment's row no cheaper (decision 0178)."""

_DEGRADED = """
CREATE TABLE degraded (                     -- recorded, key frames only
    id INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL REFERENCES streams,
    from_us INTEGER NOT NULL,
    to_us INTEGER,                          -- null while it lasts
    reason TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX degraded_by_end ON degraded (stream, to_us, from_us);
"""

_HOLD_ORDERS = """
CREATE TABLE hold_orders (                  -- each hold and camera as the web last said it; `holds` follows from it
    hold TEXT NOT NULL,
    camera TEXT NOT NULL,
    from_us INTEGER NOT NULL,
    to_us INTEGER NOT NULL,
    version INTEGER NOT NULL,               -- a lower one changes nothing, however late it comes
    released INTEGER NOT NULL,
    PRIMARY KEY (hold, camera)
) STRICT, WITHOUT ROWID;
CREATE INDEX hold_orders_by_camera ON hold_orders (camera, released);
CREATE TABLE pins (                         -- being read out: a hold of minutes
    id INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL REFERENCES streams,
    from_us INTEGER NOT NULL,
    to_us INTEGER NOT NULL,
    until_us INTEGER NOT NULL
) STRICT;
"""

_KEEP_HELD = """
INSERT INTO hold_orders
    SELECT 'before:' || from_us || ':' || to_us, camera, from_us, to_us, 1, 0
    FROM holds JOIN streams ON streams.id = stream;
"""
"""What an older index held stays held: nobody has released it."""

_TABLES = """
CREATE TABLE volumes (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL,
    bytes INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE volume_hours (                 -- what was written in each hour: rate, oldest, total
    volume INTEGER NOT NULL REFERENCES volumes,
    hour INTEGER NOT NULL,                  -- hours since the epoch
    bytes INTEGER NOT NULL,
    segments INTEGER NOT NULL,
    PRIMARY KEY (volume, hour)
) STRICT, WITHOUT ROWID;
CREATE TABLE streams (
    id INTEGER PRIMARY KEY,
    camera TEXT NOT NULL UNIQUE,
    stream_id TEXT NOT NULL,
    first_us INTEGER NOT NULL,              -- when the camera became known: nothing is owed before
    retired_us INTEGER,                     -- when it stopped being ours: nothing is owed after
    retention_days INTEGER NOT NULL,
    next_sequence INTEGER NOT NULL DEFAULT 1,
    next_session INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE TABLE sample_entries (
    id INTEGER PRIMARY KEY,
    entry BLOB NOT NULL,
    mime TEXT NOT NULL,
    reorder INTEGER NOT NULL,
    frame_rate REAL NOT NULL,
    UNIQUE (entry, mime, reorder, frame_rate)
) STRICT;
CREATE TABLE sessions (
    stream INTEGER NOT NULL REFERENCES streams,
    number INTEGER NOT NULL,
    start_us INTEGER NOT NULL,
    end_us INTEGER,
    reason TEXT,                            -- why it ended
    PRIMARY KEY (stream, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE segments (
    stream INTEGER NOT NULL REFERENCES streams,
    start_us INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    end_us INTEGER NOT NULL,
    session INTEGER NOT NULL,
    media_time INTEGER NOT NULL,            -- session's decode time of the first picture, 90 kHz ticks
    duration INTEGER NOT NULL,              -- ticks
    volume INTEGER NOT NULL REFERENCES volumes,
    bytes INTEGER NOT NULL,
    init_size INTEGER NOT NULL,
    entry INTEGER NOT NULL REFERENCES sample_entries,
    sha256 BLOB NOT NULL,
    root BLOB NOT NULL,
    held INTEGER NOT NULL DEFAULT 0,
    fragments BLOB NOT NULL,                -- packed, see fragments.py
    source INTEGER NOT NULL DEFAULT 0,      -- `mp4.header.SOURCES`: 1 is the device's own recording
    PRIMARY KEY (stream, start_us, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL REFERENCES streams,
    from_us INTEGER NOT NULL,
    to_us INTEGER NOT NULL
) STRICT;
CREATE INDEX runs_by_end ON runs (stream, to_us, from_us);
CREATE TABLE purged_runs (                  -- what was recorded and has been deleted since: the account stays
    id INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL REFERENCES streams,
    from_us INTEGER NOT NULL,
    to_us INTEGER NOT NULL
) STRICT;
CREATE INDEX purged_runs_by_end ON purged_runs (stream, to_us, from_us);
CREATE TABLE gaps (
    id INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL REFERENCES streams,
    from_us INTEGER NOT NULL,
    to_us INTEGER,                          -- null while it lasts
    reason TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX gaps_by_end ON gaps (stream, to_us, from_us);
CREATE TABLE holds (
    stream INTEGER NOT NULL REFERENCES streams,
    from_us INTEGER NOT NULL,
    to_us INTEGER NOT NULL,
    PRIMARY KEY (stream, from_us, to_us)
) STRICT, WITHOUT ROWID;
CREATE TABLE opened (                       -- files that may be on a volume and have no row yet
    volume INTEGER NOT NULL REFERENCES volumes,
    path TEXT NOT NULL,
    stream INTEGER NOT NULL REFERENCES streams,
    sequence INTEGER NOT NULL,
    session INTEGER NOT NULL,
    start_us INTEGER NOT NULL,
    PRIMARY KEY (volume, path)
) STRICT, WITHOUT ROWID;
CREATE TABLE garbage (                      -- files that have no row any more and may still be on a volume
    volume INTEGER NOT NULL REFERENCES volumes,
    path TEXT NOT NULL,
    PRIMARY KEY (volume, path)
) STRICT, WITHOUT ROWID;
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    record TEXT NOT NULL
) STRICT;
CREATE TABLE facts (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""

_SOURCE = """
ALTER TABLE segments ADD COLUMN source INTEGER NOT NULL DEFAULT 0;  -- `mp4.header.SOURCES`: 1 is the device's own recording
"""
_FILLED = """
CREATE INDEX segments_filled ON segments (stream, start_us) WHERE source = 1;
"""

_UPGRADES = {1: _DEGRADED, 2: _HOLD_ORDERS + _KEEP_HELD, 3: _SOURCE + _FILLED}
"""What brings an index of a format to the next one."""


class IndexRefused(Exception):
    """The index is of a newer format, or is no index; the message says which."""


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection to the index at `path`, made with its tables when it is not there.

    Raises:
        IndexRefused: a newer format, or not an index of ours.
        sqlite3.Error: the file can't be opened.
    """
    if read_only:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, check_same_thread=False, timeout=30)
    connection.isolation_level = None
    try:
        _prepare(connection, path, read_only)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, read_only: bool) -> None:
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema WHERE type = 'table'").fetchone()
    except sqlite3.DatabaseError as error:
        raise IndexRefused(
            f"{path} can't be read as an index ({error}); `custodes reindex` builds a new one"
        ) from error
    if version > FORMAT:
        raise IndexRefused(f"{path} has format {version}, this program knows {FORMAT}: use the newer program")
    if version == 0 and (tables or read_only):
        raise IndexRefused(f"{path} is not an index of recordings")
    if read_only and version < FORMAT:
        raise IndexRefused(f"{path} has format {version}, older than {FORMAT}: start the node, it brings it up to date")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    if read_only:
        return
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = OFF")
    if version == 0:
        connection.executescript(
            f"BEGIN; {_TABLES} {_DEGRADED} {_HOLD_ORDERS} {_FILLED} PRAGMA user_version = {FORMAT}; COMMIT;"
        )
        return
    for old in range(version, FORMAT):
        connection.executescript(f"BEGIN; {_UPGRADES[old]} PRAGMA user_version = {old + 1}; COMMIT;")
