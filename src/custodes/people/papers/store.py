"""The store of papers: ``papers/ab/abcd…``, each file once under its SHA-256, mode 0600, whole or not there.

What must hold: a name in the store stands for exactly those bytes; a crash leaves at most a draft in ``.incoming`` or a
file without a row, which `sweep` removes later. A file is removed only while no row names it and nobody has handed the same
bytes in during the last `GRACE`: whoever keeps a paper marks its file with the moment, under the same lock.
"""

from __future__ import annotations

import datetime
import fcntl
import hashlib
import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from custodes.keyfile import sync_folder
from custodes.settings import get_settings

INCOMING = ".incoming"
GRACE = datetime.timedelta(days=1)


def folder() -> Path:
    """The store's folder, made when it is missing."""
    path = get_settings().papers_folder
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def path_of(sha256: str) -> Path:
    """Where the bytes of this hash are, or would be."""
    return get_settings().papers_folder / sha256[:2] / sha256


@contextmanager
def draft(pieces: Iterable[bytes], most: int) -> Iterator[tuple[Path, str, int]]:
    """The bytes on disk under a name that means nothing, with their SHA-256 and size; gone at the end unless kept.

    Raises:
        ValueError: more than `most` bytes came.
    """
    incoming = folder() / INCOMING
    incoming.mkdir(mode=0o700, exist_ok=True)
    path = incoming / uuid.uuid4().hex
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as out:
            for piece in pieces:
                size += len(piece)
                if size > most:
                    raise ValueError(f"more than {most} bytes")
                digest.update(piece)
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        yield path, digest.hexdigest(), size
    finally:
        path.unlink(missing_ok=True)


def keep(path: Path, sha256: str, at: datetime.datetime) -> bool:
    """Give a draft its name; what is there already stays. Durable when it returns.

    Returns:
        Whether the bytes are new here.
    """
    target = path_of(sha256)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(fcntl.LOCK_SH):
        _mark(path, at)
        try:
            os.link(path, target)
            new = True
        except FileExistsError:
            _mark(target, at)
            new = False
    if new:
        sync_folder(target.parent)
        sync_folder(target.parent.parent)
    return new


def read(sha256: str, size: int) -> bytes | None:
    """The bytes of a paper; None when they are missing or are others than were handed in."""
    try:
        data = path_of(sha256).read_bytes()
    except FileNotFoundError:
        return None
    return data if len(data) == size and hashlib.sha256(data).hexdigest() == sha256 else None


def remove_unowned(sha256: str, at: datetime.datetime) -> bool:
    """Remove the bytes of this hash if no row names them and nobody has just handed them in; whether they are gone."""
    from custodes.people.models import Paper

    with _locked(fcntl.LOCK_EX):
        path = path_of(sha256)
        try:
            marked = path.stat().st_mtime
        except FileNotFoundError:
            return True
        if marked > (at - GRACE).timestamp() or Paper.objects.filter(sha256=sha256).exists():
            return False
        path.unlink()
    return True


def sweep(at: datetime.datetime) -> int:
    """Remove drafts and files without a row that a crash or a transaction that was taken back has left; how many."""
    from custodes.people.models import Paper

    top = get_settings().papers_folder
    old = (at - GRACE).timestamp()
    removed = 0
    for path in top.glob(f"{INCOMING}/*"):
        if path.stat().st_mtime <= old:
            path.unlink(missing_ok=True)
            removed += 1
    for shelf in sorted(top.glob("[0-9a-f][0-9a-f]")):
        names = {entry.name for entry in os.scandir(shelf) if entry.stat().st_mtime <= old}
        owned = set(Paper.objects.filter(sha256__startswith=shelf.name).values_list("sha256", flat=True))
        removed += sum(remove_unowned(name, at) for name in names - owned)
    return removed


def _mark(path: Path, at: datetime.datetime) -> None:
    os.utime(path, (at.timestamp(), at.timestamp()))


@contextmanager
def _locked(how: int) -> Iterator[None]:
    fd = os.open(folder() / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(fd, how)
        yield
    finally:
        os.close(fd)
