"""A file whose writes can be made to fail: ``python -m tests.node.failing_file MOUNT IMAGE``.

MOUNT shows one file, ``disk``, whose bytes are IMAGE's. While a file stands beside IMAGE whose name ends in ``.broken`` each write
and each flush is answered with EIO, as by a drive whose head has crashed; what was written before can still be read.
A loop device over ``disk`` carries the error into the kernel's block layer, and so into ``write`` and ``fdatasync`` above it.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path
from typing import Any

import mfusepy

NAME = "/disk"


class FailingFile(mfusepy.Operations):
    """One file and its switch."""

    use_ns = True

    def __init__(self, image: Path) -> None:
        self._image = os.open(image, os.O_RDWR)
        self._size = os.fstat(self._image).st_size
        self._broken = image.with_suffix(".broken")

    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        if path == "/":
            return {"st_mode": stat.S_IFDIR | 0o700, "st_nlink": 2}
        if path == NAME:
            return {"st_mode": stat.S_IFREG | 0o600, "st_nlink": 1, "st_size": self._size}
        raise mfusepy.FuseOSError(errno.ENOENT)

    def readdir(self, path: str, fh: int) -> list[str]:
        return [".", "..", NAME[1:]]

    def open(self, path: str, flags: int) -> int:
        return 0

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        return os.pread(self._image, size, offset)

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        self._fail_if_broken()
        return os.pwrite(self._image, data, offset)

    def fsync(self, path: str, datasync: int, fh: int) -> int:
        self._fail_if_broken()
        return 0

    def _fail_if_broken(self) -> None:
        if self._broken.exists():
            raise mfusepy.FuseOSError(errno.EIO)


if __name__ == "__main__":
    mount, image = sys.argv[1:]
    mfusepy.FUSE(FailingFile(Path(image)), mount, foreground=True, nothreads=True, direct_io=True)
