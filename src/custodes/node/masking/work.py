"""The order to the process that works on a job, and what it says: lines of JSON on its pipes."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from custodes.node.masking.job import Found, Written
from custodes.video.wire.masking import Why


class SegmentOrder(BaseModel):
    """A sealed segment (`archive.handing.SealedSegment`), and which of its fragments are read."""

    model_config = ConfigDict(frozen=True)

    record: UUID
    sequence: int
    start_us: int
    end_us: int
    path: str
    init_size: int
    root: str
    fragments: list[tuple[int, int, bool, int, int, int]]
    first: int
    count: int


class WorkOrder(BaseModel):
    """What to do.

    Attributes:
        do: read the footage and find tracks, or write a copy.
        folder: where it works; nothing is written elsewhere.
        room: bytes that one file may become.
        memory: bytes of address space.
        most_pixels: of a picture.
        threads: of decoder, detector and encoder.
        review: the file of tracks; way: how masks are filled. For writing.
    """

    model_config = ConfigDict(frozen=True)

    do: Literal["reading", "writing"]
    folder: str
    camera: UUID
    segments: list[SegmentOrder]
    room: int
    memory: int
    most_pixels: int
    threads: int = 1
    review: str = ""
    way: str = ""


class Told(BaseModel):
    """How far it is: pictures."""

    say: Literal["told"] = "told"
    done: int
    total: int


class Read(BaseModel):
    """The footage is read and the film made."""

    say: Literal["read"] = "read"
    found: Found


class Wrote(BaseModel):
    """The copy is written and looked at."""

    say: Literal["wrote"] = "wrote"
    written: Written


class Failed(BaseModel):
    """It can't be done; `bound` is the one that it goes beyond."""

    say: Literal["failed"] = "failed"
    why: Why
    detail: str = ""
    bound: int = 0


Message = Annotated[Told | Read | Wrote | Failed, Field(discriminator="say")]
_messages: TypeAdapter[Told | Read | Wrote | Failed] = TypeAdapter(Message)


def parse_message(line: bytes) -> Told | Read | Wrote | Failed:
    """One line of the process.

    Raises:
        ValueError: it is none.
    """
    return _messages.validate_json(line)
