"""Making a back-up: gathered, sealed, read again, and only then under its name; and the note of it that a machine reads, so that an overdue one is seen."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pyrage

from custodes.backup.collect import Progress, gather, hash_file
from custodes.backup.envelope import seal, unseal
from custodes.backup.manifest import BackupRefused, Manifest
from custodes.backupnote import FILE, folder_of
from custodes.ledger.checkpoint import parse_checkpoint
from custodes.notary.files import sync_folders, write_durable
from custodes.settings import Settings


@dataclass(frozen=True, slots=True)
class LastBackup:
    """The last back-up that was written and read again.

    Attributes:
        at: when it was begun, as in a record.
        file: its path.
        bytes, sha256: of the file.
        checkpoint: size of the last signed tree in it.
    """

    at: str
    file: str
    bytes: int
    sha256: str
    checkpoint: int


def note_backup(data: Path, made: LastBackup) -> None:
    """Write the note."""
    folder_of(data).mkdir(mode=0o755, exist_ok=True)
    write_durable(folder_of(data) / FILE, msgspec.json.format(msgspec.json.encode(made)) + b"\n", 0o644)


SUFFIX = ".backup"
_DRAFT = ".part"


@dataclass(frozen=True, slots=True)
class BackupPlan:
    """What is wanted.

    Attributes:
        target: folder that gets the file.
        passphrase: None leaves it in the clear; only for copies that stay on the machine.
        prefix: begins the file's name; what is rotated has it in common.
        at: when it is begun, as in a record.
        keep: how many of this prefix stay in the folder, this one included; 0 keeps all.
        program: version of the program.
        formats: of the parts.
        migrations: of the web's database that are applied.
    """

    target: Path
    passphrase: str | None
    prefix: str
    at: str
    keep: int
    program: str
    formats: dict[str, int]
    migrations: Sequence[str]


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: the file, what is in it, the note of it, and the older ones that were removed."""

    path: Path
    manifest: Manifest
    note: LastBackup
    removed: tuple[Path, ...]


def make_backup(settings: Settings, plan: BackupPlan, progress: Progress = lambda what, done, total: None) -> Made:
    """Make one back-up.

    Raises:
        BackupRefused: it can't be made; nothing half is left, and no older one was removed.
        OSError: a file can't be read or written; likewise.
    """
    if not plan.target.is_dir():
        raise BackupRefused(f"{plan.target} is no folder: make it, or mount the disk that belongs there.")
    own = folder_of(settings.data)
    own.mkdir(mode=0o755, exist_ok=True)
    with _alone(own):
        _sweep(own, plan)
        path = plan.target / f"{plan.prefix}-{plan.at[:19].replace('-', '').replace(':', '')}Z{SUFFIX}"
        if path.exists():
            raise BackupRefused(f"{path} is there already.")
        draft = path.with_name(f".{path.name}{_DRAFT}")
        staging = Path(tempfile.mkdtemp(prefix=".gathering-", dir=own))
        try:
            manifest = gather(settings, staging, plan.at, (plan.program, plan.formats, plan.migrations), progress)
            sha256 = _write(draft, staging, manifest, plan, progress)
            draft.rename(path)
            sync_folders([plan.target])
        finally:
            shutil.rmtree(staging, ignore_errors=True)
            draft.unlink(missing_ok=True)
        size = parse_checkpoint(manifest.checkpoint.partition("\n\n")[0] + "\n").size if manifest.checkpoint else 0
        note = LastBackup(plan.at, str(path), path.stat().st_size, sha256, size)
        return Made(path, manifest, note, _rotate(plan, path))


def _write(draft: Path, staging: Path, manifest: Manifest, plan: BackupPlan, progress: Progress) -> str:
    """Write the draft, sync it, read it again as a restore would; its hash."""
    fd = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "w+b") as out:
        try:
            seal(out, staging, manifest, plan.passphrase, lambda done, total: progress("writing", done, total))
        except pyrage.EncryptError as error:
            raise BackupRefused(f"{draft.parent} can't be written to: {error}") from error
        out.flush()
        os.fsync(out.fileno())
        os.posix_fadvise(out.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # what is read again comes from the disk
    again = unseal(draft, plan.passphrase, None, lambda done, total: progress("reading again", done, total))
    if again != manifest:
        raise BackupRefused(f"{draft.parent} gave back something else than was written to it: don't trust this disk.")
    return hash_file(draft)


def _rotate(plan: BackupPlan, newest: Path) -> tuple[Path, ...]:
    """Remove the oldest beyond `keep`; their names say their age."""
    if plan.keep <= 0:
        return ()
    pattern = re.compile(re.escape(plan.prefix) + r"-\d{8}T\d{6}Z" + re.escape(SUFFIX))
    found = sorted(path for path in plan.target.iterdir() if pattern.fullmatch(path.name) and path.is_file())
    old = [path for path in found if path != newest][: max(0, len(found) - plan.keep)]
    for path in old:
        path.unlink()
    sync_folders([plan.target])
    return tuple(old)


def _sweep(own: Path, plan: BackupPlan) -> None:
    """What a call that was killed has left."""
    for path in own.glob(".gathering-*"):
        shutil.rmtree(path, ignore_errors=True)
    for path in plan.target.glob(f".{plan.prefix}-*{SUFFIX}{_DRAFT}"):
        path.unlink(missing_ok=True)


@contextmanager
def _alone(own: Path) -> Iterator[None]:
    """One back-up of an installation at a time.

    Raises:
        BackupRefused: another is being made.
    """
    fd = os.open(own / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(fd)
        raise BackupRefused("Another back-up of this installation is being made: wait for its end.") from error
    try:
        yield
    finally:
        os.close(fd)
