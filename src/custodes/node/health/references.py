"""Declared reference views on the node's disk: one coded key frame each, and who declared it, when and why.

A reference is footage: it never leaves the node but as a still under a grant. It is kept for as long as it is in force;
one that was replaced or withdrawn is kept for the camera's retention period after that, so that an argument about a change
can still be settled, and is deleted then. It lies in the node's own folder, not on a volume: it must outlive a volume that
is replaced, and the retention pass over segments must not count it.
"""

from __future__ import annotations

import os
from pathlib import Path
from uuid import UUID, uuid4

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from custodes.node.health.parcel import MAX_BODY, BadParcel, Parcel, pack_key_frame, unpack_key_frame
from custodes.video.archive.retention import Retention
from custodes.video.unit import AccessUnit

log = structlog.get_logger(__name__)

MOST_IN_FORCE = 8
"""Declared views that one place of a camera may have at once: by day, at night, in snow."""

MOST_OF_A_CAMERA = 32
"""And all places of a camera together: each is held in memory, measured (some 80 kB)."""

REFERENCES = "references"
"""Folder of the declared views within the node's."""


class ReferenceRefused(Exception):
    """The view can't be declared or withdrawn; the message says why."""


class Declared(BaseModel):
    """One declared view.

    Attributes:
        label: day, night, snow …, in the person's words.
        preset: of a PTZ camera, empty for its declared direction and for a fixed camera.
        by: who declared it.
        reason: why, as after a lawful change (S34(7)).
        keep_days: how long it is kept after it has ended, whole local days.
        at_us: when it was declared; `picture_us`: when its picture was taken; `ended_us`: since when it is not in force.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    camera: UUID
    label: str = Field(min_length=1, max_length=40)
    preset: str = Field(default="", max_length=60)
    by: str = Field(min_length=1, max_length=100)
    reason: str = Field(min_length=1, max_length=1000)
    at_us: int
    picture_us: int
    codec: str
    sets: int
    keep_days: int = Field(ge=1)
    ended_us: int | None = None


class References:
    """All declared views of a node. Every call blocks."""

    def __init__(self, folder: Path) -> None:
        """
        Args:
            folder: of all cameras' references; made when the first is declared.
        """
        self.folder = folder

    def declare(
        self,
        unit: AccessUnit,
        camera: UUID,
        label: str,
        by: str,
        reason: str,
        at_us: int,
        keep_days: int,
        preset: str = "",
    ) -> Declared:
        """Keep `unit` as what the camera is to see. One with the same label and preset is replaced by it.

        Raises:
            ReferenceRefused: too many are in force.
            OSError: it could not be kept; nothing has changed then.
        """
        before = self.in_force(camera)
        replaced = [one for one in before if (one.label, one.preset) == (label, preset)]
        beside = [one for one in before if one.preset == preset]
        if len(beside) - len(replaced) >= MOST_IN_FORCE or len(before) - len(replaced) >= MOST_OF_A_CAMERA:
            raise ReferenceRefused(f"{len(before)} views are declared already; withdraw one first")
        packed = pack_key_frame(unit)
        declared = Declared(
            id=uuid4(),
            camera=camera,
            label=label,
            preset=preset,
            by=by,
            reason=reason,
            at_us=at_us,
            picture_us=unit.wall_us,
            codec=unit.params.codec.value,
            sets=packed.head["sets"],
            keep_days=keep_days,
        )
        folder = self.folder / str(camera)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The picture first: a view whose picture is missing would be in force and hold nothing.
        _write(folder / f"{declared.id}.frame", packed.body)
        self._note(declared)
        for one in replaced:
            self._note(one.model_copy(update={"ended_us": at_us}))
        return declared

    def withdraw(self, camera: UUID, view: UUID, at_us: int) -> Declared:
        """Take a view out of force.

        Raises:
            ReferenceRefused: there is no such view in force.
        """
        for one in self.in_force(camera):
            if one.id == view:
                ended = one.model_copy(update={"ended_us": at_us})
                self._note(ended)
                return ended
        raise ReferenceRefused("no such view is in force")

    def in_force(self, camera: UUID) -> list[Declared]:
        """The views that count, oldest first."""
        return sorted((one for one in self._all(camera) if one.ended_us is None), key=lambda one: one.at_us)

    def picture(self, declared: Declared) -> AccessUnit:
        """The key frame of a view.

        Raises:
            OSError, BadParcel: it is gone or can't be read.
        """
        path = self.folder / str(declared.camera) / f"{declared.id}.frame"
        with path.open("rb") as file:
            body = file.read(MAX_BODY + 1)
        head = {"codec": declared.codec, "wall_us": declared.picture_us, "sets": declared.sets}
        return unpack_key_frame(Parcel(head, body))

    def find(self, camera: UUID, view: UUID) -> Declared | None:
        """A view by its id, in force or not."""
        return next((one for one in self._all(camera) if one.id == view), None)

    def end_all(self, camera: UUID, at_us: int) -> None:
        """The camera is not this node's any more: none of its views is in force.

        Raises:
            OSError: it could not be noted.
        """
        for one in self.in_force(camera):
            self._note(one.model_copy(update={"ended_us": at_us}))

    def purge(self, retention: Retention, now_us: int) -> int:
        """Delete views that have been out of force for longer than their camera's footage is kept; how many."""
        gone = 0
        for folder in self._folders():
            for one in self._all(UUID(folder.name)):
                if one.ended_us is None or one.ended_us > retention.cutoff_us(one.keep_days, now_us):
                    continue
                # The note last: a picture without one would never be found again.
                (folder / f"{one.id}.frame").unlink(missing_ok=True)
                (folder / f"{one.id}.json").unlink(missing_ok=True)
                gone += 1
        return gone

    def stamp(self, camera: UUID) -> int:
        """Changes whenever a view of the camera was declared or withdrawn; 0 without any."""
        try:
            return (self.folder / str(camera)).stat().st_mtime_ns
        except OSError:
            return 0

    def _all(self, camera: UUID) -> list[Declared]:
        found = []
        for path in (self.folder / str(camera)).glob("*.json"):
            try:
                found.append(Declared.model_validate_json(path.read_bytes()))
            except (OSError, ValidationError) as error:
                log.error("reference.unreadable", camera=str(camera), view=path.stem, why=type(error).__name__)
        return found

    def _folders(self) -> list[Path]:
        try:
            return [path for path in self.folder.iterdir() if path.is_dir() and _is_id(path.name)]
        except OSError:
            return []

    def _note(self, declared: Declared) -> None:
        _write(self.folder / str(declared.camera) / f"{declared.id}.json", declared.model_dump_json().encode())


def _write(path: Path, data: bytes) -> None:
    """Whole and durable, or not at all."""
    partial = path.with_name(path.name + ".new")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _is_id(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


__all__ = ["BadParcel", "Declared", "ReferenceRefused", "References"]
