"""A disk in one file that writes down what is written to it: ``python -m tests.chaos.power.fuse_file MOUNT IMAGE LOG``.

MOUNT shows one file, ``disk``, whose bytes are IMAGE's. Each write and each flush goes into LOG before it is answered, in
the order in which it was done (one thread), with the moments at which it came and at which it was done. A loop device over
``disk`` turns the flushes of its file system into ``fsync`` here, so that LOG is what a drive with a volatile cache sees.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from typing import Any

import mfusepy

from tests.chaos.power.oplog import FLUSH, WRITE, pack_head

NAME = "/disk"


class LoggedFile(mfusepy.Operations):
    """One file and its log."""

    use_ns = True

    def __init__(self, image: str, log: str) -> None:
        self._image = os.open(image, os.O_RDWR)
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        self._size = os.fstat(self._image).st_size

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
        came = time.monotonic_ns()
        os.pwrite(self._image, data, offset)
        os.writev(self._log, (pack_head(WRITE, offset, len(data), came, time.monotonic_ns()), data))
        return len(data)

    def fsync(self, path: str, datasync: int, fh: int) -> int:
        now = time.monotonic_ns()
        os.write(self._log, pack_head(FLUSH, 0, 0, now, now))
        return 0


if __name__ == "__main__":
    mount, image, log = sys.argv[1:]
    mfusepy.FUSE(LoggedFile(image, log), mount, foreground=True, nothreads=True, direct_io=True)
