"""One file in user space that a disk can be made of: its bytes are an image's, and what else happens is a subclass's matter."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any

import mfusepy

NAME = "/disk"


class ImageFile(mfusepy.Operations):
    """A folder with the one file ``disk``; writes go through, flushes do nothing."""

    use_ns = True

    def __init__(self, image: str | Path) -> None:
        self._image = os.open(image, os.O_RDWR)
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
        return os.pwrite(self._image, data, offset)

    def fsync(self, path: str, datasync: int, fh: int) -> int:
        return 0


def serve(file: ImageFile, mount: str) -> None:
    """Show it below `mount` until it is unmounted; one operation after the other."""
    mfusepy.FUSE(file, mount, foreground=True, nothreads=True, direct_io=True)
