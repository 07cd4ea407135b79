"""A file whose writes can be made to fail: ``python -m tests.node.failing_file MOUNT IMAGE``.

MOUNT shows one file, ``disk``, whose bytes are IMAGE's. While a file stands beside IMAGE whose name ends in ``.broken`` each write
and each flush is answered with EIO, as by a drive whose head has crashed; what was written before can still be read.
A loop device over ``disk`` carries the error into the kernel's block layer, and so into ``write`` and ``fdatasync`` above it.
"""

from __future__ import annotations

import errno
import sys
from pathlib import Path

import mfusepy

from tests.image_file import ImageFile, serve


class FailingFile(ImageFile):
    """One file and its switch."""

    def __init__(self, image: Path) -> None:
        super().__init__(image)
        self._broken = image.with_suffix(".broken")

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        self._fail_if_broken()
        return super().write(path, data, offset, fh)

    def fsync(self, path: str, datasync: int, fh: int) -> int:
        self._fail_if_broken()
        return super().fsync(path, datasync, fh)

    def _fail_if_broken(self) -> None:
        if self._broken.exists():
            raise mfusepy.FuseOSError(errno.EIO)


if __name__ == "__main__":
    mount, image = sys.argv[1:]
    serve(FailingFile(Path(image)), mount)
