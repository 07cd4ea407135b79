"""Writing files so that they are whole or not there, also after a power cut."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def write_whole(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a file under a draft name, sync it and rename it. The folder's own sync is left to `sync_folders`."""
    draft = path.with_name(path.name + ".draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fdatasync(descriptor)
    finally:
        os.close(descriptor)
    draft.rename(path)


def write_durable(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Like `write_whole`, and the name is durable too."""
    write_whole(path, data, mode)
    sync_folders([path.parent])


def sync_folders(folders: Iterable[Path]) -> None:
    """Make names in these folders durable."""
    for folder in folders:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
