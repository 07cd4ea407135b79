"""Log files of the processes that `custodes up` starts: turned over by size and day, compressed, kept as long as the law asks.

The children write into files that they were given open and, as users of their own, couldn't open themselves. So a file is
copied and then cut to nothing; a line written in the microseconds between the two is lost, which the log that counts, the
evidence log, never sees.
"""

from __future__ import annotations

import datetime
import gzip
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

LOOK_SECONDS = 10.0
_TURNED = re.compile(r"^(?P<name>[\w.-]+?)-(?P<at>\d{8}T\d{6})Z\.log\.gz$")


@dataclass
class LogFiles:
    """The folder of log files.

    Attributes:
        folder: holds ``NAME.log`` and what was turned over, ``NAME-20261124T150000Z.log.gz``.
        max_bytes: a file that is larger is turned over.
        days: what was turned over is kept so long.
        now: gives the moment, aware.
        say: prints a line for the person at the terminal.
    """

    folder: Path
    max_bytes: int
    days: int
    now: Callable[[], datetime.datetime]
    say: Callable[[str], None]
    _looked: float = field(default=float("-inf"), init=False)
    _day: datetime.date | None = field(default=None, init=False)

    def look(self, monotonic: float) -> None:
        """At most every ten seconds: turn over what is too large, all at a new UTC day, and delete what is too old. Never raises."""
        if monotonic - self._looked < LOOK_SECONDS:
            return
        self._looked = monotonic
        at = self.now()
        new_day = self._day is not None and at.date() != self._day
        self._day = at.date()
        try:
            for path in sorted(self.folder.glob("*.log")):
                size = path.lstat().st_size
                if size > self.max_bytes or (new_day and size):
                    self._turn(path, at)
            self._delete(at)
        except OSError as error:
            self.say(f"Log files in {self.folder} can't be turned over: {error.strerror}")

    def _turn(self, path: Path, at: datetime.datetime) -> None:
        target = self.folder / f"{path.stem}-{at.astimezone(datetime.UTC):%Y%m%dT%H%M%S}Z.log.gz"
        if target.exists():  # twice within a second: next time
            return
        draft = target.with_name(f".{target.name}.new")
        source = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(source, "r+b") as log:
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
            with os.fdopen(os.open(draft, flags, 0o640), "wb") as raw:
                with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as packed:
                    shutil.copyfileobj(log, packed, 1 << 20)
                    while more := log.read():  # what came meanwhile
                        packed.write(more)
                    log.truncate(0)
                raw.flush()
                os.fsync(raw.fileno())
        draft.rename(target)

    def _delete(self, at: datetime.datetime) -> None:
        oldest = at - datetime.timedelta(days=self.days)
        for path in self.folder.iterdir():
            named = _TURNED.match(path.name)
            if named is None:
                continue
            turned = datetime.datetime.strptime(named["at"], "%Y%m%dT%H%M%S").replace(tzinfo=datetime.UTC)
            if turned < oldest:
                path.unlink()
