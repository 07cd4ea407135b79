"""What a crash left is finished: files without a row become segments, files without a right to be are removed.

The same code repairs a segment that was given up because its disk failed. It reads `opened` and `garbage` and the
files they name, never a whole volume.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from custodes.video.archive import faults
from custodes.video.archive.changes import SegmentSealed
from custodes.video.archive.fragments import Placed, SegmentDigest, digest_file, pack
from custodes.video.archive.index import Index
from custodes.video.archive.records import SealedSegment
from custodes.video.archive.volume import Volume, sync_directory
from custodes.video.mp4.parse import FileScan, scan_file

SPARE_BYTES = 1 << 20
"""A file larger than this without a readable fragment is left for a person to look at."""


@dataclass
class RecoveryReport:
    """What start-up found and did.

    Attributes:
        sealed: files that became segments.
        cut_bytes: bytes behind the last whole fragment that were cut off.
        empty: files without a fragment that were removed.
        swept: files whose deletion was finished.
        left: what could not be dealt with now, and why; it is tried again at the next start.
    """

    sealed: int = 0
    cut_bytes: int = 0
    empty: int = 0
    swept: int = 0
    left: list[str] = field(default_factory=list)


def finish_opened(index: Index, volumes: Mapping[int, Volume], node: str, now_us: int) -> RecoveryReport:
    """Deal with each file in `opened`."""
    report = RecoveryReport()
    for volume_row, path, stream in index.rows("SELECT volume, path, stream FROM opened ORDER BY start_us"):
        volume = volumes[volume_row]
        if not volume.present():
            report.left.append(volume.absent)
            continue
        try:
            repair_file(index, volume, path, stream, node, now_us, report)
        except (OSError, sqlite3.Error) as error:
            report.left.append(f"{volume.path / path}: {error}")
    return report


def repair_file(
    index: Index,
    volume: Volume,
    path: str,
    stream: int,
    node: str,
    now_us: int,
    report: RecoveryReport,
    *,
    next_given: bool = False,
) -> bool:
    """Make a segment of one file that has no row, or remove it when it holds nothing.

    Args:
        next_given: the next file has its number already; the index may not know yet.

    Returns:
        Whether it held nothing and is gone.

    Raises:
        OSError, sqlite3.Error: not now; the row in `opened` stays.
    """
    file = volume.path / path
    if not file.exists():
        index.drop_opened(volume.row, path, now_us, next_given=next_given)
        return True
    scan = scan_file(file)
    if scan.origin is None or scan.params is None or not scan.fragments:
        if scan.size > SPARE_BYTES:
            report.left.append(f"{file}: {scan.size} bytes without a readable fragment ({scan.defect})")
            return False
        file.unlink()
        sync_directory(file.parent)
        index.drop_opened(volume.row, path, now_us, next_given=next_given)
        report.empty += 1
        return True
    if scan.good < scan.size:
        os.truncate(file, scan.good)
        report.cut_bytes += scan.size - scan.good
    _sync_file(file)
    for folder in (file.parent, file.parent.parent, file.parent.parent.parent, volume.path):
        sync_directory(folder)
    digest = digest_file(file, [scan.init_size, *(found.offset + found.size for found in scan.fragments)])
    sealed = sealed_from_scan(scan, digest, stream, volume.row, volume.identity, path)
    index.apply([SegmentSealed(sealed, node)], now_us)
    report.sealed += 1
    return False


def sealed_from_scan(
    scan: FileScan, digest: SegmentDigest, stream: int, volume: int, volume_id: str, path: str
) -> SealedSegment:
    """Row and record of a segment from its file alone.

    Raises:
        ValueError: the scan found no origin or no fragment.
    """
    origin, params = scan.origin, scan.params
    if origin is None or params is None or not scan.fragments:
        raise ValueError(f"{path} holds no fragment of ours")
    placed = placed_from_scan(scan)
    last = placed[-1]
    end_us = last.start_us + last.duration * 100 // 9
    return SealedSegment(
        stream=stream,
        camera=str(origin.camera),
        stream_id=str(origin.stream_id),
        sequence=origin.sequence,
        session=origin.session,
        start_us=origin.wall_us,
        end_us=end_us,
        media_time=origin.decode_time,
        duration=last.media_time + last.duration,
        volume=volume,
        volume_id=volume_id,
        path=path,
        size=scan.good,
        init_size=scan.init_size,
        sha256=digest.sha256(),
        root=digest.root(),
        packed=pack(placed, end_us),
        fragments=len(placed),
        codec=params.codec.value,
        mime=params.mime,
        entry=params.sample_entry,
        reorder=params.reorder,
        frame_rate=params.frame_rate,
        synchronised=origin.synchronised,
        sync_offset_us=origin.sync_offset_us,
        sync_state=origin.sync_state,
        camera_clock_us=origin.camera_clock_us,
        sound=scan.sound.mime if scan.sound is not None else "",
        source=origin.source,
    )


def placed_from_scan(scan: FileScan) -> list[Placed]:
    """The fragments of a scanned file as the index holds them; wall times from `prft`, else from media time."""
    assert scan.origin is not None
    found: list[Placed] = []
    wall_us, media_time = scan.origin.wall_us, 0
    for fragment in scan.fragments:
        start_us = fragment.wall_us if fragment.wall_us is not None and found else wall_us
        found.append(Placed(fragment.offset, fragment.size, fragment.key, start_us, fragment.duration, media_time))
        wall_us = start_us + fragment.duration * 100 // 9
        media_time += fragment.duration
    return found


def _sync_file(file: Path) -> None:
    fd = os.open(file, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def sweep_garbage(index: Index, volumes: Mapping[int, Volume], report: RecoveryReport) -> None:
    """Unlink what is in `garbage`, sync the directories, then forget the rows. Volumes that are absent wait."""
    waiting: dict[int, list[str]] = {}
    for volume_row, path in index.rows("SELECT volume, path FROM garbage"):
        waiting.setdefault(volume_row, []).append(path)
    for volume_row, paths in waiting.items():
        volume = volumes[volume_row]
        if not volume.present():
            report.left.append(volume.absent)
            continue
        try:
            _sweep(index, volume, paths)
            report.swept += len(paths)
        except (OSError, sqlite3.Error) as error:
            report.left.append(f"{volume.path}: {error}")


def _sweep(index: Index, volume: Volume, paths: list[str]) -> None:
    folders: dict[Path, None] = {}
    for path in paths:
        file = volume.path / path
        file.unlink(missing_ok=True)
        faults.point("unlinked")
        folders[file.parent] = None
    for folder in folders:
        _remove_empty(folder, volume.path)
    with index.transaction() as cursor:
        cursor.executemany("DELETE FROM garbage WHERE volume = ? AND path = ?", [(volume.row, path) for path in paths])
    faults.point("swept")


def _remove_empty(folder: Path, root: Path) -> None:
    """Sync a folder and drop it, and those above it, while they hold nothing."""
    while folder != root and root in folder.parents:
        if not folder.exists():
            folder = folder.parent
            continue
        sync_directory(folder)
        try:
            folder.rmdir()
        except OSError:
            return  # it holds other segments, or the writer has just made one
        folder = folder.parent
    sync_directory(root)
