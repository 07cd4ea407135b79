"""Folders in which a volume could be added: those below the roots that the machine's administrator named, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from custodes.video.archive.volume import IDENTITY

MOST = 32
"""Places that are told; a machine has fewer disks."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that is no volume of this node.

    Attributes:
        path: the folder.
        total, free: bytes of its file system.
        shared_disk: it is on the disk of the node's own data, as the bare folder of a disk that is not mounted is.
        holds: `nothing`, `volume` (one of another node, or of before), or `files` (it can't be used).
    """

    path: str
    total: int
    free: int
    shared_disk: bool
    holds: str

    def document(self) -> dict[str, Any]:
        """For the report."""
        return asdict(self)


def within(path: Path, root: Path) -> bool:
    """Whether a folder is `root` or below it, links followed: a link that leads out of a root is not within it."""
    return path.is_absolute() and ".." not in path.parts and path.resolve().is_relative_to(root.resolve())


def places_below(roots: Sequence[Path], used: Iterable[Path], node_folder: Path) -> list[Place]:
    """Each root that a disk is mounted at, and each folder directly below a root, that is not `used` and holds nothing used."""
    taken = {path.resolve() for path in used}
    found: dict[Path, Place] = {}
    for root in roots:
        for folder in _folders(root):
            where = folder.resolve()
            if any(where.is_relative_to(path) or path.is_relative_to(where) for path in taken):
                continue
            if within(folder, root) and (place := _look(folder, node_folder)) is not None:
                found[where] = place
    return sorted(found.values(), key=lambda place: place.path)[:MOST]


def _folders(root: Path) -> list[Path]:
    try:
        below = sorted(Path(entry.path) for entry in os.scandir(root) if entry.is_dir() and entry.name[0] != ".")
    except OSError:
        return []
    below = [folder for folder in below if folder.name != "lost+found"]
    return [root, *below] if root.is_mount() else below


def _look(folder: Path, node_folder: Path) -> Place | None:
    try:
        names = [
            entry for entry in os.listdir(folder) if entry != "lost+found" and not entry.startswith(f".{IDENTITY}.")
        ]
        stat = os.statvfs(folder)
        shared = folder.stat().st_dev == node_folder.stat().st_dev
    except OSError:
        return None  # not readable for the node, or gone meanwhile
    holds = "volume" if IDENTITY in names else "files" if names else "nothing"
    return Place(str(folder), stat.f_blocks * stat.f_frsize, stat.f_bavail * stat.f_frsize, shared, holds)
