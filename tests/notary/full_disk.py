"""A small file system that a test can fill; only root can have one."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class SmallDisk:
    """A file system in memory.

    Attributes:
        path: where it is mounted.
    """

    path: Path

    def fill(self) -> None:
        """Leave not a byte."""
        with (self.path / "ballast").open("ab", buffering=0) as file:
            for size in (1 << 16, 1 << 12, 1):
                with contextlib.suppress(OSError):
                    while file.write(b"x" * size):
                        pass

    def make_room(self) -> None:
        """Take the ballast away."""
        (self.path / "ballast").unlink()


@contextlib.contextmanager
def small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """A tmpfs of this size; the test is skipped where none can be had."""
    folder = Path(tempfile.mkdtemp(prefix="cf-"))
    try:
        if os.geteuid() != 0:
            pytest.skip("only root can mount a small disk")
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "tmpfs", str(folder)]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            pytest.skip("this machine mounts no tmpfs")
        try:
            yield SmallDisk(folder)
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
    finally:
        folder.rmdir()
