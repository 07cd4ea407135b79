"""The work folder of one worker: one folder for each job, for this user alone, and how much room there is. Everything here blocks."""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

import structlog
from pydantic import ValidationError

from custodes.node.masking.job import STATE, WORK, Kept, save, sync_folder

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Shelf:
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

    def load(self) -> list[Kept]:
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

    def path(self, kept: Kept) -> Path:
        """Its folder."""
        return self.folder / kept.name

    def make(self, kept: Kept) -> None:
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

    def make_work(self, kept: Kept) -> Path:
        """A folder for a process; one that is still dying elsewhere writes into another one.

        Raises:
            OSError: it can't be made.
        """
        path = self.path(kept) / f"{WORK}{secrets.token_hex(8)}"
        path.mkdir(mode=0o700)
        return path

    def remove(self, kept: Kept) -> bool:
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
    def _kept(path: Path) -> Kept | None:
        try:
            kept = Kept.model_validate_json((path / STATE).read_bytes())
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
