"""The volumes that a node was given on the volumes page: a note in the node's folder, beside what `CUSTODES_VOLUMES` names.

It is on disk before a volume is written to, so that the node starts with it though the centre is away. Whoever asks for
the volumes of this machine (`Settings.volume_paths`) gets them too: reindex, back-up, doctor and the commands.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

NAME = "added-volumes.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Added:
    """A volume that was added: its folder, and the id that must stand there (an empty mount point is not taken for it)."""

    path: str
    identity: str


class BadNote(Exception):
    """The note can't be understood; the message names the file."""


def read_added(node_folder: Path) -> tuple[Added, ...]:
    """What was added on this machine; nothing when there is no note.

    Raises:
        BadNote: it is there and does not hold what it should, or is of a newer format.
        OSError: it can't be read.
    """
    path = node_folder / NAME
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if int(content["format"]) > FORMAT:
            raise BadNote(f"{path} has format {content['format']}, this program knows {FORMAT}: use the newer program")
        return tuple(Added(str(one["path"]), str(UUID(one["identity"]))) for one in content["volumes"])
    except FileNotFoundError:
        return ()
    except (ValueError, KeyError, TypeError) as error:
        raise BadNote(f"{path} can't be understood: {error}") from error


def note_added(node_folder: Path, added: Added) -> None:
    """Put a volume into the note, in place of another at the same folder; durable on return.

    Raises:
        BadNote, OSError: nothing was changed.
    """
    _change(node_folder, lambda known: (*(one for one in known if one.path != added.path), added))


def forget_added(node_folder: Path, identity: str) -> None:
    """Take a volume out of the note; one that is not in it is no fault.

    Raises:
        BadNote, OSError: nothing was changed.
    """
    _change(node_folder, lambda known: tuple(one for one in known if one.identity != identity))


def _change(node_folder: Path, change: Callable[[tuple[Added, ...]], tuple[Added, ...]]) -> None:
    with _alone(node_folder) as folder:
        known = read_added(node_folder)
        wanted = change(known)
        if wanted == known:
            return
        draft = node_folder / f".{NAME}.new"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"format": FORMAT, "volumes": [asdict(one) for one in wanted]}, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(node_folder / NAME)
        os.fsync(folder)


@contextmanager
def _alone(node_folder: Path) -> Iterator[int]:
    """One worker at a time: several carry out the same order."""
    descriptor = os.open(node_folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)
