"""Small back-ups made by hand, honest and not."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from custodes.backup.envelope import seal
from custodes.backup.manifest import FORMAT, BackupFile, Manifest, encode_manifest

FILES = {"web.sqlite3": b"web" * 1000, "ledger/book.sqlite3": b"book" * 70_000, "node/worker-0.sqlite3": b"index"}


def items(files: dict[str, bytes]) -> tuple[BackupFile, ...]:
    return tuple(BackupFile(name, len(data), hashlib.sha256(data).hexdigest()) for name, data in files.items())


def manifest(files: dict[str, bytes] = FILES, **changes: Any) -> Manifest:
    plain: dict[str, Any] = {
        "format": FORMAT, "program": "0.1.0", "made_at": "2026-11-24T15:05:11.000000Z", "formats": {"book": 1},
        "migrations": ("people.0001_initial",), "database": "sqlite", "node": "node-1", "origin": "o", "vkey": "k",
        "checkpoint": "", "volumes": {}, "settings": {}, "items": items(files),
    }  # fmt: skip
    return Manifest(**(plain | changes))


def write(path: Path, passphrase: str | None, files: dict[str, bytes] = FILES) -> Path:
    """An honest back-up of these files."""
    folder = path.with_suffix(".files")
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    with path.open("w+b") as out:
        seal(out, folder, manifest(files), passphrase, lambda done, total: None)
    return path


def forge(path: Path, members: Iterable[tuple[tarfile.TarInfo, bytes]]) -> Path:
    """A copy in the clear with whatever members."""
    with gzip.open(path, "wb") as packed, tarfile.open(fileobj=packed, mode="w") as tar:
        for info, data in members:
            tar.addfile(info, io.BytesIO(data))
    return path


def member(name: str, data: bytes = b"", **changes: Any) -> tuple[tarfile.TarInfo, bytes]:
    """One member of an archive."""
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for field, value in changes.items():
        setattr(info, field, value)
    return info, data


def listed(files: dict[str, bytes], **changes: Any) -> tuple[tarfile.TarInfo, bytes]:
    """The list of contents as a member."""
    return member("manifest.json", encode_manifest(manifest(files, **changes)))
