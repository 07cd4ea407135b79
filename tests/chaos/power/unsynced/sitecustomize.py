"""On a process's path this makes it forget to sync its files; SQLite's own syncs are left as they are."""

import os


def _forget(fd: int) -> None:
    pass


os.fsync = os.fdatasync = _forget
try:
    from custodes.video.archive import group_sync

    group_sync.syncfs = lambda fd: None
except ImportError:
    pass
