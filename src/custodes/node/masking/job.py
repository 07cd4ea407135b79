"""One job as its folder keeps it: the footage of one camera for one release, and how far its masking is.

| file | what it holds |
| --- | --- |
| `job.json` | `Kept`: written anew for each step, whole or not at all |
| `film.mp4`, `pictures.json` | the working film; when each of its pictures is shown, and where its bytes stand |
| `found.json` | tracks as they were found |
| `review.json` | tracks after review, from which a copy is (being) written |
| `copy.mp4`, `leaks.json` | the masked copy; what a detector still finds in it |
| `work-*` | what a process is making; nothing counts of it before the worker has taken it over |
"""

from __future__ import annotations

import json
import os
import shutil
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from custodes.video.wire.masking import Digest, LeakFound, MaskStanding, Stage, Why

STATE, FILM, PICTURES, FOUND, REVIEW, COPY, LEAKS = (
    *("job.json", "film.mp4", "pictures.json", "found.json", "review.json", "copy.mp4", "leaks.json"),
)
WORK = "work-"


class Found(BaseModel):
    """What reading the footage has shown; see `MaskStanding`."""

    model_config = ConfigDict(frozen=True)

    source: Digest
    width: int
    height: int
    pictures: int
    models: tuple[tuple[str, str], ...]
    by_hand: tuple[str, ...]
    from_us: int
    to_us: int
    film_bytes: int
    device: tuple[tuple[int, int], ...] = ()


class Written(BaseModel):
    """A masked copy that was checked."""

    model_config = ConfigDict(frozen=True)

    sha256: Digest
    bytes: int


class Kept(BaseModel):
    """`job.json`.

    Attributes:
        begun_us: when it was begun, asked_us: when its present stage was asked for, µs UTC.
        failed: the stage in which it failed; None while it has not.
        way: how masks are filled in the copy that is (being) written.
    """

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    release: UUID
    camera: UUID
    from_us: int
    to_us: int
    begun_us: int
    asked_us: int
    stage: Stage = "queued"
    failed: Literal["reading", "writing"] | None = None
    why: Why | None = None
    detail: str = ""
    bound: int = 0
    way: str = ""
    found: Found | None = None
    written: Written | None = None

    @property
    def key(self) -> tuple[UUID, UUID]:
        """Release and camera."""
        return self.release, self.camera

    @property
    def name(self) -> str:
        """Of its folder."""
        return f"{self.release}.{self.camera}"

    @property
    def due(self) -> Literal["reading", "writing"] | None:
        """What a process has to do for it."""
        if self.stage in ("queued", "reading"):
            return "reading"
        return "writing" if self.stage == "writing" else None


def save(folder: Path, kept: Kept) -> None:
    """Put it in place of what was kept before: whole and durable, or not at all."""
    put(folder / STATE, kept.model_dump_json().encode())


def put(path: Path, data: bytes) -> None:
    """Bytes under a name, durable, for this user alone."""
    partial = path.with_name(path.name + ".new")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def take_over(folder: Path, work: Path, names: tuple[str, ...]) -> None:
    """Give what a process has made its names; the process has synced it."""
    for name in names:
        (work / name).replace(folder / name)
    sync_folder(folder)
    shutil.rmtree(work, ignore_errors=True)


def sync_folder(folder: Path) -> None:
    """Make its names durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def drop_copy(folder: Path) -> None:
    """A copy that counts no more, with what was found in it."""
    for name in (COPY, LEAKS):
        (folder / name).unlink(missing_ok=True)


def standing_of(folder: Path, kept: Kept, done: int, total: int) -> bytes:
    """`MaskStanding` in JSON. Blocks.

    Raises:
        OSError: a file of it can't be read.
    """
    found, written = kept.found, kept.written
    times = tuple(json.loads((folder / PICTURES).read_bytes())["times"]) if found is not None else ()
    leaks = tuple(LeakFound(**one) for one in json.loads((folder / LEAKS).read_bytes())) if written is not None else ()
    said = MaskStanding(stage=kept.stage, done=done, total=total, why=kept.why, detail=kept.detail, bound=kept.bound)
    if found is not None:
        names = ("source", "from_us", "to_us", "width", "height", "models", "by_hand", "device")
        said = said.model_copy(update={name: getattr(found, name) for name in names} | {"times": times})
    if written is not None:
        said = said.model_copy(update={"copy_sha256": written.sha256, "copy_bytes": written.bytes, "leaks": leaks})
    return said.model_dump_json().encode()


@dataclass(frozen=True, slots=True)
class Pictures:
    """Where each picture of the working film stands, and when it was taken."""

    offsets: array[int]
    ends: array[int]
    walls: array[int]
    end_us: int

    @classmethod
    def load(cls, folder: Path, found: Found) -> Pictures:
        """Blocks.

        Raises:
            OSError, ValueError, KeyError: it can't be read.
        """
        read = json.loads((folder / PICTURES).read_bytes())
        return cls(
            array("q", read["offsets"]),
            array("q", (at + size for at, size in zip(read["offsets"], read["sizes"], strict=True))),
            array("q", (min(found.to_us, found.from_us + time * 100 // 9) for time in read["times"])),
            found.to_us,
        )

    def shown(self, first: int, last: int) -> tuple[int, int] | None:
        """From when to when (µs UTC) the pictures were taken of which bytes `first` to `last` hold something; None for none."""
        begin, end = bisect_right(self.ends, first), bisect_right(self.offsets, last)
        if begin >= end:
            return None
        return self.walls[begin], self.walls[end] if end < len(self.walls) else self.end_us
