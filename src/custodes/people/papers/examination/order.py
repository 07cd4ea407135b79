"""What is asked of the process that opens files, and what comes back: why a file is not taken is a word, since the child knows no language."""

from __future__ import annotations

import struct
from dataclasses import asdict, dataclass
from enum import StrEnum

import msgspec


class UnfitReason(StrEnum):
    """What is wrong with a file."""

    CUT = "cut"
    DAMAGED = "damaged"
    LOCKED = "locked"
    TRAP = "trap"
    UNWANTED = "unwanted"
    HIDDEN = "hidden"
    PIXELS = "pixels"
    OFFICE = "office"
    SCRIPT = "script"
    OPENING = "opening"
    LAUNCH = "launch"
    ATTACHED = "attached"
    SENDING = "sending"
    FETCHING = "fetching"
    MEDIA = "media"
    FORM = "form"
    # Of the examination, not of what was found.
    WORK = "work"
    MEMORY = "memory"
    SILENT = "silent"
    BUSY = "busy"


class Unfit(Exception):
    """A file that is not taken.

    Attributes:
        why: what is wrong.
        kind: key of the kind that it is, where that is what is wrong.
    """

    def __init__(self, why: UnfitReason, kind: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.kind = kind


USED = struct.Struct("<iII")
"""Ends every answer: how the child ended (as `os.waitstatus_to_exitcode`), its processor time in ms, its most memory in KiB."""
MOST_ANSWER = 4 << 20


@dataclass(frozen=True, slots=True)
class ExaminationOrder:
    """One file's examination.

    Attributes:
        like: what its first octets say that it is: ``pdf``, ``package``, ``text``, or Pillow's name of a picture.
        wanted: keys of the kinds that are taken, for a package.
        unpacked: octets of everything inside a package; pixels: of a picture.
        small: a thumbnail of the picture is wanted as well.
        processor_s, wall_s: what it may use.
        memory: octets beyond what the process has before it opens the file.
    """

    like: str
    wanted: tuple[str, ...] = ()
    unpacked: int = 0
    pixels: int = 0
    small: bool = False
    processor_s: float = 0.2
    wall_s: float = 10.0
    memory: int = 32 << 20

    def encode(self) -> bytes:
        """As it is sent."""
        return msgspec.json.encode(asdict(self))

    @classmethod
    def decode(cls, data: bytes) -> ExaminationOrder:
        """As it was sent."""
        return msgspec.json.decode(data, type=cls)


def read_answer(data: bytes) -> bytes:
    """What was found.

    Raises:
        Unfit: what came says so, or is no answer.
    """
    if data[:1] == b"+":
        return data[1:]
    why, _, kind = data[1:120].decode("ascii", "replace").partition(" ")
    if data[:1] != b"-" or why not in list(UnfitReason):
        raise Unfit(UnfitReason.SILENT)
    raise Unfit(UnfitReason(why), kind)
