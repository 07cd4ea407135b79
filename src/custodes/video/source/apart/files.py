"""Files as sources: from one folder, never through a link, regular files only."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from urllib.parse import unquote, urlsplit

from custodes.video.source.address import BadUrl

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class NoFile(Exception):
    """There is no such file to play; the message says why."""


def parse_file_url(text: str) -> tuple[str, ...]:
    """The steps below the folder of ``file:///a/b.mp4``.

    Raises:
        BadUrl: with a sentence that says what is wrong.
    """
    try:
        parts = urlsplit(text)
        steps = tuple(unquote(parts.path, errors="strict").strip("/").split("/"))
    except (ValueError, UnicodeDecodeError) as error:
        raise BadUrl("the address is not a URL") from error
    if parts.scheme.lower() != "file" or parts.netloc or parts.query or parts.fragment:
        raise BadUrl("a file's address is file:///NAME, below the folder of CUSTODES_FILE_SOURCES")
    if any(step in ("", ".", "..") or not step.isprintable() for step in steps):
        raise BadUrl("a file's address names files and folders below the folder of CUSTODES_FILE_SOURCES only")
    return steps


def open_below(folder: Path | None, steps: tuple[str, ...]) -> int:
    """A descriptor of the regular file at `steps` below `folder`; no step may be a link. Blocks while the disk does.

    Raises:
        NoFile: there is none, or `folder` is None.
    """
    if folder is None:
        raise NoFile("files are played in a training installation only, from the folder of CUSTODES_FILE_SOURCES")
    try:
        at = os.open(folder, _FOLDER)
        for step in steps[:-1]:
            at = _inside(at, step, _FOLDER)
        found = _inside(at, steps[-1], _FILE)
    except OSError as error:
        raise NoFile("there is no such file, or the way to it leads over a link") from error
    if not stat.S_ISREG(os.fstat(found).st_mode):
        os.close(found)
        raise NoFile("it is not a regular file")
    return found


def _inside(at: int, name: str, flags: int) -> int:
    """Open `name` in the folder `at`, which is closed."""
    try:
        return os.open(name, flags, dir_fd=at)
    finally:
        os.close(at)
