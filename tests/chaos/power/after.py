"""What must hold after a power cut and the start behind it (invariant 4)."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from custodes.ledger.book import BookReader
from custodes.ledger.note import parse_vkey
from custodes.ledger.records import NODE_TYPES
from custodes.ledger.verify import verify_ledger
from tests.chaos.check import Findings, check_archive
from tests.chaos.power.machine import Machine, Run

FRAGMENT_US = 1_000_000
"""What was being gathered: the test cameras send a key frame a second."""
MORE_US = 2_000_000
"""What a power cut may cost beyond it."""


def check(machine: Machine, done: Run, cut_ns: int) -> Findings:
    """Everything that is wrong on the disk after `Machine.recover`; the power went away at `cut_ns` (monotonic)."""
    data = machine.data
    book = read_book(data / "ledger")
    records = [json.loads(record) for _, record in book]
    index = (data / "node/worker-0.sqlite3").absolute()
    found = check_archive(index, data / "footage", [record for record in records if record["type"] in NODE_TYPES])
    cut_us = (cut_ns + done.wall_ns) // 1000
    with closing(sqlite3.connect(f"{index.as_uri()}?mode=ro", uri=True)) as db:
        _recording(db, machine.cameras, cut_us, found)
        _shown(db, done, cut_ns, found)
        _delivered(db, records, found)
    _ledger(data, done, cut_ns, dict(book), found)
    _web(data / "web.sqlite3", done, cut_ns, {record["id"]: at for at, record in enumerate(records)}, found)
    return found


def read_book(ledger: Path) -> list[tuple[int, bytes]]:
    """Each record with its index."""
    with closing(BookReader(ledger)) as reader:
        return [(row.index, row.record) for row in reader.rows(0, reader.size) if row.record is not None]


def _recording(db: sqlite3.Connection, cameras: int, cut_us: int, found: Findings) -> None:
    """Nothing older than fragment + 2 s is lost, and what is lost is a gap with its cause."""
    streams = dict(db.execute("SELECT camera, id FROM streams").fetchall())
    found.expect(len(streams) == cameras, f"{len(streams)} cameras of {cameras} are known")
    for camera, stream in streams.items():
        ends = db.execute("SELECT to_us FROM runs WHERE stream = ? AND from_us < ?", (stream, cut_us)).fetchall()
        reached = min(cut_us, max((end for (end,) in ends), default=0))
        lost = cut_us - reached
        found.lost_us = max(found.lost_us, lost)
        found.expect(lost <= FRAGMENT_US + MORE_US, f"camera {camera} lost {lost} µs")
        causes = db.execute(
            "SELECT reason FROM gaps WHERE stream = ?1 AND from_us <= ?2 AND coalesce(to_us, ?3) >= ?2",
            (stream, cut_us, 1 << 62),
        ).fetchall()
        found.expect(causes == [("restart",)], f"camera {camera}: the cause of the gap at the cut is {causes}")


def _shown(db: sqlite3.Connection, done: Run, cut_ns: int, found: Findings) -> None:
    """What somebody was shown as recorded is recorded."""
    for camera, end_us in {camera: end for at, camera, end in done.promises.shown if at <= cut_ns}.items():
        there = db.execute(
            "SELECT 1 FROM runs JOIN streams ON streams.id = stream WHERE camera = ? AND from_us < ? AND to_us >= ?",
            (str(camera), end_us, end_us),
        ).fetchone()
        found.expect(there is not None, f"camera {camera} was shown as recorded until {end_us} and is not")


def _delivered(db: sqlite3.Connection, records: list[dict[str, Any]], found: Findings) -> None:
    """Each segment's record is in the log once, or waits; none is in both lists but the one delivery that was cut."""
    sealed = [(record["camera"], record["sequence"]) for record in records if record["type"] == "segment.sealed"]
    found.expect(len(set(sealed)) == len(sealed), "a segment was sealed twice in the log")
    waiting = {
        (record["camera"], record["sequence"])
        for (text,) in db.execute("SELECT record FROM outbox")
        if (record := json.loads(text))["type"] == "segment.sealed"
    }
    rows = db.execute("SELECT camera, sequence FROM segments JOIN streams ON streams.id = stream").fetchall()
    found.expect(set(rows) == set(sealed) | waiting, "segments and their records differ")


def _ledger(data: Path, done: Run, cut_ns: int, book: dict[int, bytes], found: Findings) -> None:
    """Nothing signed is lost or contradicted, nothing answered is missing."""
    key = parse_vkey((data / "keys/public/log.vkey").read_text())
    seen = [note.encode() for at, note in done.promises.notes if at <= cut_ns]
    report = verify_ledger(data / "ledger", key, datetime.now(UTC), seen)
    found.expect(report.ok, f"ledger: {report.findings}")
    found.expect(report.unproven == 0 and report.records_checked == report.size, f"ledger: {report}")
    for at, index, identity in done.promises.appended:
        if at <= cut_ns:
            there = json.loads(book.get(index, b"{}")).get("id")
            found.expect(there == str(identity), f"entry {index} was answered as {identity} and is {there}")
            found.promised += 1
    ids = [json.loads(record)["id"] for record in book.values()]
    found.expect(len(set(ids)) == len(ids), "a record id stands twice in the log")


def _web(database: Path, done: Run, cut_ns: int, log: dict[str, int], found: Findings) -> None:
    """Each committed change is there with its record, which is in the log once; a change without its record is not there."""
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as db:
        sound = db.execute("PRAGMA integrity_check").fetchone()
        changes = {row[0] for row in db.execute("SELECT code FROM people_division WHERE code LIKE 'X%'")}
        outbox = db.execute("SELECT id, record FROM people_recordoutbox WHERE delivered_at IS NOT NULL").fetchall()
        waiting = db.execute("SELECT count(*) FROM people_recordoutbox WHERE delivered_at IS NULL").fetchone()
    found.expect(sound == ("ok",), f"the web's database: {sound}")
    found.expect(waiting == (0,), f"{waiting} records of the web were not delivered")
    found.expect(changes == {json.loads(record)["account"] for _, record in outbox}, "a change and its record differ")
    promised = {f"X{number:06d}" for at, number in done.promises.changed if at <= cut_ns}
    found.expect(promised <= changes, f"committed and lost: {sorted(promised - changes)[:5]}")
    absent = [identity for identity, _ in outbox if str(UUID(identity)) not in log]
    found.expect(not absent, f"delivered and not in the log: {absent[:5]}")
