"""Runs the process that works on a stage, and ends it; its order, and what it says: lines of JSON on its pipes."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from custodes.node.masking.job import CheckedCopy, MaskFindings
from custodes.video.wire.masking import MaskRefusalReason


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


class PicturesDone(BaseModel):
    """How far it is: pictures."""

    say: Literal["told"] = "told"
    done: int
    total: int


class Read(BaseModel):
    """The footage is read and the film made."""

    say: Literal["read"] = "read"
    found: MaskFindings


class Wrote(BaseModel):
    """The copy is written and looked at."""

    say: Literal["wrote"] = "wrote"
    written: CheckedCopy


class Failed(BaseModel):
    """It can't be done; `bound` is the one that it goes beyond."""

    say: Literal["failed"] = "failed"
    why: MaskRefusalReason
    detail: str = ""
    bound: int = 0


Message = Annotated[PicturesDone | Read | Wrote | Failed, Field(discriminator="say")]
_messages: TypeAdapter[PicturesDone | Read | Wrote | Failed] = TypeAdapter(Message)


def parse_message(line: bytes) -> PicturesDone | Read | Wrote | Failed:
    """One line of the process.

    Raises:
        ValueError: it is none.
    """
    return _messages.validate_json(line)


COMMAND = (sys.executable, "-I", "-m", "custodes.node.masking.child")
_LINE_BYTES = 1 << 20
_BY_ITSELF_SECONDS = 1.0
_TO_GO_SECONDS = 5.0
ROOM_SECONDS = 1.0
"""The disk is asked for its room this often at most."""


class MaskProcess:
    """One process, from its start to its end.

    Args:
        tell: takes how many pictures are done, of how many.
        has_room: whether the disk still has the room that must be left; asked off the event loop, which records.
    """

    def __init__(
        self, order: WorkOrder, tell: Callable[[int, int], None], has_room: Callable[[], Awaitable[bool]]
    ) -> None:
        self._order, self._tell, self._has_room = order, tell, has_room
        self._room_due = 0.0
        self._process: Process | None = None
        self._killed: Failed | None = None

    @property
    def pid(self) -> int | None:
        """Of the process; None before it runs."""
        return None if self._process is None else self._process.pid

    def kill(self, why: MaskRefusalReason = MaskRefusalReason.KILLED, detail: str = "stopped as asked") -> None:
        """End it now."""
        if self._killed is None:
            self._killed = Failed(why=why, detail=detail)
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()

    async def run(self, seconds: float) -> Read | Wrote | Failed:
        """What came of it. The process is gone when this returns, or is cancelled.

        Args:
            seconds: how long it may take.
        """
        if self._killed is not None:
            return self._killed
        try:
            process = await asyncio.create_subprocess_exec(
                *COMMAND,
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                # Nothing of the worker's environment: it may hold secrets.
                env={"PATH": os.defpath, "LANG": "C.UTF-8"},
                cwd="/",
                start_new_session=True,
                limit=_LINE_BYTES,
            )
        except OSError as error:
            return Failed(why=MaskRefusalReason.ERROR, detail=f"the process could not be started: {error.strerror}")
        self._process = process
        try:
            async with asyncio.timeout(seconds):
                if self._killed is None:
                    said = await self._talk(process)
                else:
                    said = self._killed
        except TimeoutError:
            self.kill(MaskRefusalReason.TIME, f"it took longer than {seconds:.0f} s")
            said = None
        finally:
            await self._end(process)
        return self._killed or said or _how(process.returncode)

    async def _talk(self, process: Process) -> Read | Wrote | Failed | None:
        """What it says last; None when it ended without a word, or said what no sound process says."""
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(self._order.model_dump_json().encode() + b"\n")
            await process.stdin.drain()
            while line := await process.stdout.readline():
                message = parse_message(line)
                if not isinstance(message, PicturesDone):
                    return message
                self._tell(message.done, message.total)
                if await self._got_short():
                    self.kill(MaskRefusalReason.DISK, "the disk got short")
        except (ConnectionError, ValueError):
            return None
        return None

    async def _got_short(self) -> bool:
        now = asyncio.get_running_loop().time()
        if now < self._room_due:
            return False
        self._room_due = now + ROOM_SECONDS
        return not await self._has_room()

    async def _end(self, process: Process) -> None:
        assert process.stdin is not None
        process.stdin.close()  # which ends it, too
        for seconds in (_BY_ITSELF_SECONDS, _TO_GO_SECONDS):
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await process.wait()
                return
            with suppress(ProcessLookupError):
                process.kill()


def _how(code: int | None) -> Failed:
    if code is not None and code < 0:
        return Failed(why=MaskRefusalReason.KILLED, detail=f"it ended by the signal {signal.strsignal(-code) or -code}")
    return Failed(why=MaskRefusalReason.KILLED, detail=f"it ended with the code {code}")
