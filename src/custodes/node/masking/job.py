"""One job as its folder keeps it, and a worker's work folder with one for each job, for this user alone. Everything here blocks."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from uuid import UUID

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from custodes.video.wire.masking import Digest, LeakFound, MaskRefusalReason, MaskStanding, Stage

STATE, FILM, PICTURES, FOUND, REVIEW, COPY, LEAKS = (
    *("job.json", "film.mp4", "pictures.json", "found.json", "review.json", "copy.mp4", "leaks.json"),
)
WORK = "work-"


class MaskFindings(BaseModel):
    """What reading the footage has shown; see `MaskStanding`."""

    model_config = ConfigDict(frozen=True)

    source: Digest
    width: int
    height: int
    pictures: int
    models: tuple[tuple[str, str], ...]
    by_hand: tuple[str, ...]
    from_us: int
    to_us: int
    film_bytes: int
    device: tuple[tuple[int, int], ...] = ()


class CheckedCopy(BaseModel):
    """A masked copy that was checked."""

    model_config = ConfigDict(frozen=True)

    sha256: Digest
    bytes: int


class MaskJobFile(BaseModel):
    """`job.json`.

    Attributes:
        begun_us: when it was begun, asked_us: when its present stage was asked for, µs UTC.
        failed: the stage in which it failed; None while it has not.
        way: how masks are filled in the copy that is (being) written.
    """

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    release: UUID
    camera: UUID
    from_us: int
    to_us: int
    begun_us: int
    asked_us: int
    stage: Stage = "queued"
    failed: Literal["reading", "writing"] | None = None
    why: MaskRefusalReason | None = None
    detail: str = ""
    bound: int = 0
    way: str = ""
    found: MaskFindings | None = None
    written: CheckedCopy | None = None

    @property
    def key(self) -> tuple[UUID, UUID]:
        """Release and camera."""
        return self.release, self.camera

    @property
    def name(self) -> str:
        """Of its folder."""
        return f"{self.release}.{self.camera}"

    @property
    def due(self) -> Literal["reading", "writing"] | None:
        """What a process has to do for it."""
        if self.stage in ("queued", "reading"):
            return "reading"
        return "writing" if self.stage == "writing" else None


def save(folder: Path, kept: MaskJobFile) -> None:
    """Put it in place of what was kept before: whole and durable, or not at all."""
    put(folder / STATE, kept.model_dump_json().encode())


def put(path: Path, data: bytes) -> None:
    """Bytes under a name, durable, for this user alone."""
    partial = path.with_name(path.name + ".new")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def take_over(folder: Path, work: Path, names: tuple[str, ...]) -> None:
    """Give what a process has made its names; the process has synced it."""
    for name in names:
        (work / name).replace(folder / name)
    sync_folder(folder)
    shutil.rmtree(work, ignore_errors=True)


def sync_folder(folder: Path) -> None:
    """Make its names durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def drop_copy(folder: Path) -> None:
    """A copy that counts no more, with what was found in it."""
    for name in (COPY, LEAKS):
        (folder / name).unlink(missing_ok=True)


def standing_of(folder: Path, kept: MaskJobFile, done: int, total: int) -> bytes:
    """`MaskStanding` in JSON. Blocks.

    Raises:
        OSError: a file of it can't be read.
    """
    found, written = kept.found, kept.written
    times = tuple(json.loads((folder / PICTURES).read_bytes())["times"]) if found is not None else ()
    leaks = tuple(LeakFound(**one) for one in json.loads((folder / LEAKS).read_bytes())) if written is not None else ()
    said = MaskStanding(stage=kept.stage, done=done, total=total, why=kept.why, detail=kept.detail, bound=kept.bound)
    if found is not None:
        names = ("source", "from_us", "to_us", "width", "height", "models", "by_hand", "device")
        said = said.model_copy(update={name: getattr(found, name) for name in names} | {"times": times})
    if written is not None:
        said = said.model_copy(update={"copy_sha256": written.sha256, "copy_bytes": written.bytes, "leaks": leaks})
    return said.model_dump_json().encode()


@dataclass(frozen=True, slots=True)
class WorkingPictures:
    """Where each picture of the working film stands, and when it was taken."""

    offsets: array[int]
    ends: array[int]
    walls: array[int]
    end_us: int

    @classmethod
    def load(cls, folder: Path, found: MaskFindings) -> WorkingPictures:
        """Blocks.

        Raises:
            OSError, ValueError, KeyError: it can't be read.
        """
        read = json.loads((folder / PICTURES).read_bytes())
        return cls(
            array("q", read["offsets"]),
            array("q", (at + size for at, size in zip(read["offsets"], read["sizes"], strict=True))),
            array("q", (min(found.to_us, found.from_us + time * 100 // 9) for time in read["times"])),
            found.to_us,
        )

    def shown(self, first: int, last: int) -> tuple[int, int] | None:
        """From when to when (µs UTC) the pictures were taken of which bytes `first` to `last` hold something; None for none."""
        begin, end = bisect_right(self.ends, first), bisect_right(self.offsets, last)
        if begin >= end:
            return None
        return self.walls[begin], self.walls[end] if end < len(self.walls) else self.end_us


log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class MaskJobFolders:
    """Of one worker.

    Attributes:
        above: of all workers.
        worker, workers: which of how many.
        disk_bytes: what all jobs of it together may take.
        reserve_bytes: what must be left free on the disk.
    """

    above: Path
    worker: int
    workers: int
    disk_bytes: int
    reserve_bytes: int

    @property
    def folder(self) -> Path:
        """Of this worker alone."""
        return self.above / f"worker-{self.worker}"

    def load(self) -> list[MaskJobFile]:
        """The jobs that are there. Whatever is none is removed, and what a process had not finished."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            self._clear_beyond()
            found = [(one, self._kept(one)) for one in sorted(self.folder.iterdir())]
        except OSError as error:
            log.error("masking.no_folder", why=error.strerror)
            return []
        for path, kept in found:
            if kept is None:
                log.warning("masking.unknown_removed", name=path.name)
                _remove(path)
            else:
                for work in path.glob(WORK + "*"):
                    _remove(work)
        return [kept for _path, kept in found if kept is not None]

    def _clear_beyond(self) -> None:
        """What workers had that are no more: nobody would ever remove it."""
        theirs = {f"worker-{number}" for number in range(self.workers)}
        for path in self.above.glob("worker-*"):
            if path.name not in theirs:
                log.warning("masking.unknown_removed", name=path.name)
                _remove(path)

    def path(self, kept: MaskJobFile) -> Path:
        """Its folder."""
        return self.folder / kept.name

    def make(self, kept: MaskJobFile) -> None:
        """A folder for a job that is begun.

        Raises:
            OSError: it can't be made.
        """
        path = self.path(kept)
        try:
            path.mkdir(mode=0o700)
            save(path, kept)
            sync_folder(self.folder)
        except OSError:
            _remove(path)
            raise

    def make_work(self, kept: MaskJobFile) -> Path:
        """A folder for a process; one that is still dying elsewhere writes into another one.

        Raises:
            OSError: it can't be made.
        """
        path = self.path(kept) / f"{WORK}{secrets.token_hex(8)}"
        path.mkdir(mode=0o700)
        return path

    def remove(self, kept: MaskJobFile) -> bool:
        """All that there is of a job, and whether nothing is left. What can't be removed now is none any more, and goes with the next start."""
        try:
            (self.path(kept) / STATE).unlink(missing_ok=True)
        except OSError as error:
            log.error("masking.not_removed", name=kept.name, why=error.strerror)
        _remove(self.path(kept))
        return not os.path.lexists(self.path(kept))

    def used(self) -> int:
        """Bytes of all jobs."""
        total = 0
        for folder, _names, files in os.walk(self.folder):
            for name in files:
                try:
                    total += os.lstat(os.path.join(folder, name)).st_blocks * 512
                except OSError:
                    continue
        return total

    def free(self) -> int:
        """Bytes of the disk that may still be taken; below 0 when it is short of its reserve."""
        stat = os.statvfs(self.folder)
        return stat.f_bavail * stat.f_frsize - self.reserve_bytes

    def has_reserve(self) -> bool:
        """Whether what must be left free is; no when the disk does not answer."""
        try:
            return self.free() > 0
        except OSError:
            return False

    def room(self) -> int:
        """Bytes that may still be taken here.

        Raises:
            OSError: the disk does not answer.
        """
        return min(self.disk_bytes - self.used(), self.free())

    @staticmethod
    def _kept(path: Path) -> MaskJobFile | None:
        try:
            kept = MaskJobFile.model_validate_json((path / STATE).read_bytes())
        except (OSError, ValidationError):
            return None
        return kept if kept.name == path.name else None


def _remove(path: Path) -> None:
    """What can't be removed is told."""
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    except FileNotFoundError:
        return
    except OSError as error:
        log.error("masking.not_removed", name=path.name, why=error.strerror)
