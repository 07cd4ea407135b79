"""Files against the records that sealed them: what is proven, what is bad, what nobody vouches for.

Works offline on files alone. Without records only the files' own structure is looked at, and everything stays
unproven; with records (``segment.sealed`` and ``purge`` of a verified ledger) every bit counts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from custodes.ledger.book import BookError, BookReader
from custodes.video.archive.fragments import digest_file
from custodes.video.archive.records import voided
from custodes.video.archive.volume import IDENTITY
from custodes.video.mp4.parse import FileScan, scan_file

Record = Mapping[str, Any]
Progress = Callable[[int, int], None]
"""(files done, files in all)."""


@dataclass(frozen=True, slots=True)
class BadSegment:
    """One finding.

    Attributes:
        path: the file inside the folder, or the path that its record names.
        fragment: number of the fragment from 0 where the file's own structure shows it, or None: the whole file.
        what: what is wrong, one sentence.
    """

    path: str
    fragment: int | None
    what: str


@dataclass
class SegmentsReport:
    """What was found.

    Attributes:
        files, bytes: looked at.
        proven: files whose every bit is under a record.
        unproven: files that are whole but that no record vouches for.
        unfinished: files that end inside a fragment and have no record: being written, or left by a crash.
        purged: recorded segments whose deletion is recorded too.
        bad: findings, the first bad file first (by path, then what is missing).
    """

    files: int = 0
    bytes: int = 0
    proven: int = 0
    unproven: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    purged: int = 0
    bad: list[BadSegment] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Nothing bad was found; what is unproven is not bad."""
        return not self.bad

    def as_json(self) -> dict[str, Any]:
        """The report as one JSON object."""
        return {**asdict(self), "ok": self.ok}

    def lines(self) -> list[str]:
        """The report in sentences, the first finding first."""
        found = [
            f"BAD {bad.path}{'' if bad.fragment is None else f', fragment {bad.fragment}'}: {bad.what}"
            for bad in self.bad
        ]
        return [
            *found,
            f"{self.files} segments looked at, {self.bytes} bytes: {self.proven} proven by their records, "
            f"{len(self.unproven)} unproven (no record), {len(self.unfinished)} unfinished, {len(self.bad)} bad; "
            f"{self.purged} deleted on record.",
            "Proven is that the bytes are those that were sealed. Not proven: the way from camera to recorder, the "
            "clock, and that the scene was real. Check the ledger itself with `custodes verify ledger`.",
        ]

    @property
    def first_bad(self) -> BadSegment | None:
        """The first finding."""
        return self.bad[0] if self.bad else None


class RecordsRefused(Exception):
    """The records can't be read as records; the message names the line."""


def read_records(path: Path) -> Iterator[dict[str, Any]]:
    """Records from a ledger's folder, or exported as JSON lines.

    A folder's records count as much as its ledger: check that first (`custodes verify ledger`).

    Raises:
        RecordsRefused: not a ledger's folder, or a line is no JSON object.
        OSError: the file can't be read.
    """
    return _from_book(path) if path.is_dir() else _from_lines(path)


def _from_book(folder: Path) -> Iterator[dict[str, Any]]:
    try:
        book = BookReader(folder)
        try:
            for row in book.rows(0, book.size):
                if row.record is not None:
                    yield json.loads(row.record)
        finally:
            book.close()
    except (BookError, ValueError) as error:
        raise RecordsRefused(f"{folder}: {error}") from error


def _from_lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise RecordsRefused(f"{path}, line {number}: not JSON") from error
            if not isinstance(record, dict):
                raise RecordsRefused(f"{path}, line {number}: not a record")
            yield record


class _Vouched:
    """Records by what they are about."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.sealed: dict[tuple[str, int], Record] = {}
        self.conflicts: list[Record] = []
        self.purged: set[tuple[str, int, str]] = set()
        self.void: set[tuple[str, int]] = set()
        for record in records:
            if record.get("type") == "segment.sealed":
                self._seal(record)
            elif record.get("type") == "purge":
                camera = str(record.get("camera"))
                self.purged.update((camera, int(number), str(root)) for number, root in record.get("segments", ()))

            elif record.get("type") == "gap" and record.get("reason") == "disk":
                number = voided(str(record.get("detail")))
                if number is not None:
                    self.void.add((str(record.get("camera")), number))

    def _seal(self, record: Record) -> None:
        key = (str(record["stream_id"]), int(record["sequence"]))
        known = self.sealed.setdefault(key, record)
        if known is not record and known["sha256"] != record["sha256"]:
            self.conflicts.append(record)


def verify_segments(
    path: Path, progress: Progress | None = None, records: Iterable[Record] | None = None
) -> SegmentsReport:
    """Check every segment under `path` (a volume, a camera's folder, or one file).

    Args:
        progress: called before each file.
        records: all records of the ledger, in any order; None leaves every file unproven.

    Raises:
        OSError: `path` is not there.
        RecordsRefused: a record lacks its fields.
    """
    try:
        vouched = _Vouched(records or ())
    except (KeyError, TypeError, ValueError) as error:
        raise RecordsRefused(f"a record lacks a field or has it wrong: {error!r}") from error
    files = _files(path)
    report = SegmentsReport()
    seen: set[tuple[str, int]] = set()
    for number, file in enumerate(files):
        name = file.relative_to(path).as_posix() if path.is_dir() else file.name
        if progress is not None:
            progress(number, len(files))
        _verify_file(file, name, vouched, seen, report)
    if records is not None:
        _look_for_missing(path, vouched, seen, report)
    if progress is not None:
        progress(len(files), len(files))
    return report


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise FileNotFoundError(f"{path} is not there")
    return sorted(path.rglob("*.mp4"))


def _verify_file(file: Path, name: str, vouched: _Vouched, seen: set[tuple[str, int]], report: SegmentsReport) -> None:
    report.files += 1
    try:
        scan = scan_file(file)
        report.bytes += scan.size
        if scan.origin is None:
            report.bad.append(BadSegment(name, None, f"the header can't be read: {scan.defect or 'no origin box'}"))
            return
        key = (str(scan.origin.stream_id), scan.origin.sequence)
        record = vouched.sealed.get(key)
        if record is None:
            _without_record(name, scan, report)
        elif key in seen:
            report.bad.append(BadSegment(name, None, f"segment {key[1]} is here twice"))
        else:
            seen.add(key)
            finding = _against_record(file, name, scan, record)
            if finding is None:
                report.proven += 1
            else:
                report.bad.append(finding)
    except OSError as error:
        report.bad.append(BadSegment(name, None, f"can't be read: {error.strerror or error}"))


def _without_record(name: str, scan: FileScan, report: SegmentsReport) -> None:
    broken = _break_in_time(scan)
    if broken is not None:
        report.bad.append(BadSegment(name, broken, "decode time does not follow the fragment before"))
    elif scan.defect:
        report.unfinished.append(name)
    else:
        report.unproven.append(name)


def _break_in_time(scan: FileScan) -> int | None:
    expected = 0
    for number, fragment in enumerate(scan.fragments):
        if fragment.decode_time != expected:
            return number
        expected += fragment.duration
    return None


def _against_record(file: Path, name: str, scan: FileScan, record: Record) -> BadSegment | None:
    origin = scan.origin
    assert origin is not None
    if scan.defect:
        return BadSegment(name, len(scan.fragments), scan.defect)
    broken = _break_in_time(scan)
    if broken is not None:
        return BadSegment(name, broken, "decode time does not follow the fragment before")
    if len(scan.fragments) != record.get("fragments"):
        what = f"holds {len(scan.fragments)} fragments, its record says {record.get('fragments')}"
        return BadSegment(name, min(len(scan.fragments), int(record.get("fragments", 0))), what)
    digest = digest_file(file, [scan.init_size, *(found.offset + found.size for found in scan.fragments)])
    if digest.sha256().hex() != record["sha256"]:
        return BadSegment(name, None, "its bytes are not those that were sealed (SHA-256 differs)")
    if digest.root().hex() != record.get("root"):
        return BadSegment(name, None, "its fragments are not those that were sealed (root differs)")
    if (str(origin.camera), origin.wall_us) != (record.get("camera"), record.get("start_us")):
        return BadSegment(name, None, "its record names another camera or start")
    said = str(record.get("sound", ""))
    # Records of earlier programs say nothing of sound; what is said must be so.
    if said and said != (scan.sound.mime if scan.sound is not None else ""):
        return BadSegment(name, None, f"its record says that it has sound ({said}), and it has none or another")
    if str(record.get("source", "")) != origin.source:
        return BadSegment(name, None, "its record and the file name another source: recorded here, or by the device")
    if not str(record.get("path", "")).endswith(Path(name).name):
        return BadSegment(name, None, f"it stands in the place of another file; its own is {record.get('path')}")
    return None


def _look_for_missing(path: Path, vouched: _Vouched, seen: set[tuple[str, int]], report: SegmentsReport) -> None:
    """Recorded segments without a file, numbers without a record, and one number with two records."""
    volume = _volume_id(path)
    highest: dict[str, int] = {}
    # What is filled into gaps later takes its numbers while a file of what comes is open: a number is missing when files of that kind follow it.
    came: dict[str, int] = {}
    for (stream_id, sequence), record in vouched.sealed.items():
        if not record.get("source"):
            came[stream_id] = max(sequence, came.get(stream_id, 0))
    for key, record in sorted(vouched.sealed.items()):
        stream_id, sequence = key
        last = highest.get(stream_id, sequence - 1)  # the oldest records may have been deleted lawfully
        camera = str(record.get("camera"))
        # A number that a gap record explains is none that was taken away; each one has its own record.
        while last + 1 < sequence and (camera, last + 1) in vouched.void:
            last += 1
        if sequence != last + 1 and last + 1 < came.get(stream_id, 0):
            what = f"no record of segments {last + 1} to {sequence - 1} of camera {camera}"
            report.bad.append(BadSegment(str(record.get("path")), None, what))
        highest[stream_id] = sequence
        if key in seen:
            continue
        if (str(record.get("camera")), sequence, str(record.get("root"))) in vouched.purged:
            report.purged += 1
        elif volume is not None and record.get("volume") == volume:
            report.bad.append(BadSegment(str(record.get("path")), None, "sealed, never purged by record, and not here"))
    for record in vouched.conflicts:
        what = f"segment {record['sequence']} has two records that differ"
        report.bad.append(BadSegment(str(record.get("path")), None, what))


def _volume_id(path: Path) -> str | None:
    """Id of the volume whose root `path` is; what is missing can only be told there."""
    try:
        return str(json.loads((path / IDENTITY).read_text(encoding="utf-8"))["id"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
