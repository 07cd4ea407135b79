"""What must hold after a crash, whatever was killed and when: for the recorder alone and for a whole node.

Reusable: give it the index, the volume and the records that were delivered; it restarts nothing itself.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av

from custodes.video.archive.verify import verify_segments
from custodes.video.archive.volume import segment_path
from tests.patience import PATIENCE


@dataclass
class Findings:
    """What was wrong; empty when all invariants hold.

    Attributes:
        lost_us: the most that a camera lost to a power cut.
        promised: answers of the notary that were held against its log.
    """

    wrong: list[str] = field(default_factory=list)
    segments: int = 0
    pictures: int = 0
    lost_us: int = 0
    promised: int = 0

    def expect(self, holds: bool, otherwise: str) -> None:
        """Note `otherwise` when `holds` is false."""
        if not holds:
            self.wrong.append(otherwise)


def check_archive(
    index: Path, volume: Path, delivered: Iterable[Mapping[str, Any]], played: set[Path] | None = None
) -> Findings:
    """Check one worker's archive while nothing writes to it, after a start has recovered it.

    Every file has a row and every row its file; every segment plays in a program that is not ours; every bit is under
    its record; every record is there once, by its id, in what was delivered or in the outbox; numbers have no hole
    but where something was deleted between what is held;
    no second is without run or gap.

    Args:
        played: files that were played by an earlier check; they are not played again, and the others are added.
    """
    found = Findings()
    played = set() if played is None else played
    db = sqlite3.connect(f"{index.as_uri()}?mode=ro", uri=True)
    try:
        records = _records(db, delivered, found)
        _files_and_rows(db, volume, found)
        _numbers(db, found)
        _seconds(db, found)
    finally:
        db.close()
    for file in sorted(set(volume.rglob("*.mp4")) - played):
        found.pictures += _plays(file, found)
        played.add(file)
    report = verify_segments(volume, records=records)
    found.expect(report.ok, f"verify: {report.bad}")
    found.expect(report.proven == report.files, f"unproven: {report.unproven} {report.unfinished}")
    return found


def _records(
    db: sqlite3.Connection, delivered: Iterable[Mapping[str, Any]], found: Findings
) -> list[Mapping[str, Any]]:
    waiting = [json.loads(text) for (text,) in db.execute("SELECT record FROM outbox")]
    by_id: dict[str, Mapping[str, Any]] = {}
    for record in [*delivered, *waiting]:
        known = by_id.setdefault(record["id"], record)
        same = {k: v for k, v in known.items() if k != "at"} == {k: v for k, v in record.items() if k != "at"}
        found.expect(same, f"two records with the id {record['id']} differ")
    sealed = [record for record in by_id.values() if record["type"] == "segment.sealed"]
    keys = {(record["camera"], record["sequence"]) for record in sealed}
    found.expect(len(keys) == len(sealed), "a segment has two records")
    return list(by_id.values())


def _files_and_rows(db: sqlite3.Connection, volume: Path, found: Findings) -> None:
    size = sum(file.stat().st_size for file in volume.rglob("*.mp4"))
    rows = db.execute("SELECT camera, start_us, bytes FROM segments JOIN streams ON streams.id = stream").fetchall()
    on_disk = {(file.parents[2].name, file.name) for file in volume.rglob("*.mp4")}
    in_index = {(camera, Path(segment_path(camera, start)).name) for camera, start, _ in rows}
    found.segments = len(rows)
    found.expect(on_disk == in_index, f"files and rows differ: {on_disk ^ in_index}")
    found.expect(size == sum(row[2] for row in rows), "sizes of files and rows differ")
    found.expect(not db.execute("SELECT * FROM opened").fetchall(), "files are left in `opened`")
    found.expect(not db.execute("SELECT * FROM garbage").fetchall(), "files are left in `garbage`")


def _numbers(db: sqlite3.Connection, found: Findings) -> None:
    """One number behind another, but for what was deleted between two that a hold keeps."""
    for stream, before_us, after_us in db.execute(
        "SELECT stream, end_us, next_us FROM (SELECT stream, sequence, end_us,"
        " lead(sequence) OVER later AS next, lead(start_us) OVER later AS next_us"
        " FROM segments WINDOW later AS (PARTITION BY stream ORDER BY sequence)) WHERE next <> sequence + 1"
    ):
        deleted = db.execute(
            "SELECT 1 FROM purged_runs WHERE stream = ? AND to_us > ? AND from_us < ?", (stream, before_us, after_us)
        ).fetchone()
        found.expect(
            bool(deleted), f"stream {stream}: the numbers of its segments have a hole and nothing was deleted there"
        )


def _seconds(db: sqlite3.Connection, found: Findings) -> None:
    """From the first second of each camera to its last run or gap nothing is without an account."""
    for stream, first_us in db.execute("SELECT id, first_us FROM streams").fetchall():
        spans = db.execute(
            "SELECT from_us, to_us, '' FROM runs WHERE stream = ?1 UNION ALL"
            " SELECT from_us, to_us, '' FROM purged_runs WHERE stream = ?1 UNION ALL"
            " SELECT from_us, coalesce(to_us, from_us), reason FROM gaps WHERE stream = ?1 ORDER BY 1, 2",
            (stream,),
        ).fetchall()
        reached = first_us
        for start, end, _ in spans:
            found.expect(start - reached <= 1000, f"stream {stream}: {start - reached} µs without run or gap")
            reached = max(reached, end)


def _plays(file: Path, found: Findings) -> int:
    """Pictures that PyAV decodes, which must be all that ffprobe counts, without a warning."""
    probe = subprocess.run(
        [
            "ffprobe",
            "-v",
            "warning",
            "-count_packets",
            "-show_entries",
            "stream=nb_read_packets",
            "-of",
            "csv=p=0",
            str(file),
        ],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    found.expect(probe.returncode == 0 and not probe.stderr.strip(), f"{file.name}: ffprobe: {probe.stderr.strip()}")
    try:
        with av.open(str(file)) as container:
            decoded = sum(1 for _ in container.decode(video=0))
    except av.FFmpegError as error:
        found.wrong.append(f"{file.name}: does not decode: {error}")
        return 0
    counted = probe.stdout.strip().rstrip(",")
    found.expect(counted == str(decoded), f"{file.name}: {decoded} pictures decode of {counted}")
    return decoded
