"""A disk in one file that writes down what is written to it: ``python -m tests.chaos.power.fuse_file MOUNT IMAGE LOG``.

MOUNT shows one file, ``disk``, whose bytes are IMAGE's. Each write and each flush goes into LOG before it is answered, in
the order in which it was done (one thread), with the moments at which it came and at which it was done. A loop device over
``disk`` turns the flushes of its file system into ``fsync`` here, so that LOG is what a drive with a volatile cache sees.
"""

from __future__ import annotations

import os
import sys
import time

from tests.chaos.power.oplog import FLUSH, WRITE, pack_head
from tests.image_file import ImageFile, serve


class LoggedFile(ImageFile):
    """One file and its log."""

    def __init__(self, image: str, log: str) -> None:
        super().__init__(image)
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        came = time.monotonic_ns()
        super().write(path, data, offset, fh)
        os.writev(self._log, (pack_head(WRITE, offset, len(data), came, time.monotonic_ns()), data))
        return len(data)

    def fsync(self, path: str, datasync: int, fh: int) -> int:
        now = time.monotonic_ns()
        os.write(self._log, pack_head(FLUSH, 0, 0, now, now))
        return 0


if __name__ == "__main__":
    mount, image, log = sys.argv[1:]
    serve(LoggedFile(image, log), mount)
