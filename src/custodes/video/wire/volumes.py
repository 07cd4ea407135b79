"""What a person decides about a node's volumes, as the assignment carries it, and how the node answers (wire.md §2)."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator


class VolumeAction(StrEnum):
    """What is to be done."""

    ADD = "add"
    """Use a folder as a volume from now on."""
    DRAIN = "drain"
    """Write nothing more to a volume; its footage stays until its day."""
    RESUME = "resume"
    """Write to a drained volume again."""
    RETIRE = "retire"
    """Take a drained volume out, when nothing is left on it."""
    REPLACE = "replace"
    """Use what is at a volume's folder now, in its place."""


class Outcome(IntEnum):
    """What became of an order. The numbers stand in indexes: none is ever given a second meaning."""

    DONE = 0
    NOT_ALLOWED = 1
    """The folder is not below one that the machine's administrator allowed (`CUSTODES_VOLUME_ROOTS`)."""
    NOT_THERE = 2
    """No folder is there."""
    NOT_A_VOLUME = 3
    """It holds other files, or its identity can't be read."""
    COPY = 4
    """It says that it is a volume which stands elsewhere."""
    SHARED_DISK = 5
    """It is on the disk of the node's own data, as the bare folder of a disk that is not mounted is."""
    NESTED = 6
    """It lies within another volume, or another volume within it."""
    NOT_WRITABLE = 7
    """The node may not write there."""
    UNKNOWN = 8
    """No worker knows such a volume."""
    ALREADY = 9
    """It is so already."""
    NOT_DRAINED = 10
    """It is written to."""
    NOT_EMPTY = 11
    """Footage is on it."""
    FAILED = 12
    """A file or a disk failed; the node's log says how."""
    STANDS = 13
    """The volume that should be there is there: nothing is to be replaced."""


class VolumeOrder(BaseModel):
    """One decision about a volume; each worker carries it out once.

    Attributes:
        id: one order is carried out once, however often it comes.
        path: the folder, for `add` and `replace`.
        volume: the volume's id, for the others, and of the one that is replaced.
        shared_disk: a person says that the folder may be on the disk of the node's own data.
        by, reason: who decided it and why; they stand in the record.
        at_us: when, microseconds UTC.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    action: VolumeAction
    path: Annotated[str, Field(max_length=400)] = ""
    volume: Annotated[str, Field(pattern=r"^(?:[0-9a-f-]{36})?$")] = ""
    shared_disk: bool = False
    by: str
    reason: str
    at_us: int

    @model_validator(mode="after")
    def _whole(self) -> Self:
        wants_path = self.action in (VolumeAction.ADD, VolumeAction.REPLACE)
        if wants_path and not self.path.startswith("/"):
            raise ValueError(f"{self.action} needs the whole path of a folder")
        if self.action is not VolumeAction.ADD and not self.volume:
            raise ValueError(f"{self.action} needs a volume's id")
        return self
