"""Streams a working film to its reviewer, and a masked copy. What leaves of either is a look, on record before the first byte."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from uuid import UUID

import structlog
from starlette.responses import Response, StreamingResponse

from custodes.node.accounts import Accounts, SentAccount
from custodes.node.disk import Disk
from custodes.node.gate import Gate
from custodes.node.handing import TakenBack
from custodes.node.journal import Journal, Viewing
from custodes.node.masking.job import COPY, FILM
from custodes.node.masking.line import QueuedJob, Refusing
from custodes.video.clock import HostClock
from custodes.video.wire.masking import MOST_PIECE_BYTES, MaskRefusalReason, PieceHead
from custodes.video.wire.token import GrantClaims

log = structlog.get_logger(__name__)

REASON = "masking"
"""`reason` of the ``view.ended`` of a working film, and of a copy."""

IDLE_SECONDS = 60.0
PIECE_SECONDS = 60.0
"""Nothing of a piece of the film goes later than this behind its token: less than a revocation is remembered (`gate.TOKEN_SECONDS`)."""

COPY_SECONDS = 1800.0
"""A copy may take longer: its pictures are masked. It is broken off by a revocation all the same."""

CHUNK_BYTES = 1 << 16


@dataclass(eq=False)
class _Sending:
    """One answer on its way. `until`: nothing goes later, seconds on the event loop's clock; `stopped`: taken back."""

    grant: UUID
    camera: UUID
    job: QueuedJob
    head: PieceHead
    until: float
    stopped: bool = False


@dataclass
class Showing:
    """Of one worker.

    Attributes:
        viewings: the worker's open viewings by id.
    """

    gate: Gate
    journal: Journal
    disk: Disk
    clock: HostClock
    viewings: dict[UUID, Viewing]
    _accounts: Accounts = field(init=False)
    _sendings: set[_Sending] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._accounts = Accounts(*(self.journal, self.disk, self.clock, self.viewings, REASON, lambda: IDLE_SECONDS))

    async def film(self, claims: GrantClaims, job: QueuedJob, first: int, last: int | None) -> Response:
        """Bytes of the working film.

        Raises:
            Refusing: it is not made, or the bytes lie beyond its end.
            sqlite3.Error: it could not be written down, so nothing is shown.
            OSError, ValueError: it can't be read.
        """
        found = job.kept.found
        if found is None:
            raise Refusing(MaskRefusalReason.NOT_YET, "the footage is not read yet")
        pictures = await job.pictures(self.disk)
        if first >= found.film_bytes or (last is not None and last < first):
            raise Refusing(MaskRefusalReason.BEYOND, "the film has no such bytes")
        most = min(found.film_bytes, first + MOST_PIECE_BYTES) - 1
        head = PieceHead(total=found.film_bytes, first=first, last=most if last is None else min(most, last))
        shown = pictures.shown(head.first, head.last)
        camera = job.kept.camera
        file = await self.disk.run(_open, job.folder / FILM)
        account = await self._accounts.of(claims, camera, shown[0] if shown else found.from_us)

        def count(first: int, last: int) -> None:
            account.viewing.shown.bytes += last + 1 - first
            if (taken := pictures.shown(first, last)) is not None:
                account.viewing.shown.add(*taken, 0)

        sending = _Sending(claims.grant, camera, job, head, self._deadline(PIECE_SECONDS))
        return _answer(head, self._counted(sending, file, count, account))

    async def copy(self, claims: GrantClaims, job: QueuedJob) -> Response:
        """The masked copy, whole: until it is public it is a look like the film, and counted as one of the whole span.

        Raises:
            Refusing: it is not written.
            sqlite3.Error: it could not be written down, so nothing is shown.
            OSError: it can't be read.
        """
        written, found = job.kept.written, job.kept.found
        if written is None or found is None:
            raise Refusing(MaskRefusalReason.NOT_YET, "the copy is not written yet")
        head = PieceHead(total=written.bytes, first=0, last=written.bytes - 1)
        file = await self.disk.run(_open, job.folder / COPY)
        account = await self._accounts.of(claims, job.kept.camera, found.from_us)

        def count(first: int, last: int) -> None:
            account.viewing.shown.bytes += last + 1 - first
            if first == 0:  # which pictures its bytes hold is not kept: all of them, from the first byte on
                account.viewing.shown.add(found.from_us, found.to_us, 0)

        log.info("masking.copy_sent", camera=str(job.kept.camera), grant=str(claims.grant), index=claims.index)
        sending = _Sending(claims.grant, job.kept.camera, job, head, self._deadline(COPY_SECONDS))
        return _answer(head, self._counted(sending, file, count, account))

    def take_back(self, grants: Iterable[UUID], cameras: Iterable[UUID] = ()) -> None:
        """Nothing more of these grants goes."""
        which, some = set(grants), set(cameras)
        for one in self._sendings:
            if one.grant in which and (not some or one.camera in some):
                one.stopped = True
        self._accounts.take_back(which, some)

    async def close(self) -> None:
        """End every account: the worker stops."""
        await self._accounts.close()

    def _deadline(self, seconds: float) -> float:
        return asyncio.get_running_loop().time() + seconds

    async def _counted(
        self, sending: _Sending, file: FileIO, count: Callable[[int, int], None], account: SentAccount
    ) -> AsyncIterator[bytes]:
        with self._accounts.sending((sending.grant, sending.camera), account):
            async for data in self._stream(sending, file, count):
                yield data

    async def _stream(self, sending: _Sending, file: FileIO, count: Callable[[int, int], None]) -> AsyncIterator[bytes]:
        """The head, then the bytes; what was taken back meanwhile, or is late, stays unsent.

        Args:
            count: takes which bytes go, before they do.
        """
        self._sendings.add(sending)
        try:
            self._still_open(sending)
            yield _line(sending.head)
            at, last = sending.head.first, sending.head.last
            while at <= last:
                data = await self.disk.run(os.pread, file.fileno(), min(CHUNK_BYTES, last + 1 - at), at)
                self._still_open(sending)
                if not data:
                    raise TakenBack("the file is shorter than it was")
                count(at, at + len(data) - 1)
                yield data
                at += len(data)
        finally:
            self._sendings.discard(sending)

    def _still_open(self, sending: _Sending) -> None:
        """Asked after each reading and right before each sending.

        Raises:
            TakenBack: the leave was taken back, the job forgotten, or it took too long.
        """
        if sending.stopped or sending.job.forgotten or not self.gate.stands(sending.grant, sending.camera):
            sending.stopped = True
            raise TakenBack("the leave was taken back, or the job forgotten")
        if asyncio.get_running_loop().time() >= sending.until:
            log.warning("masking.too_slow", camera=str(sending.camera))
            raise TakenBack("it was not taken in time")


def _open(path: Path) -> FileIO:
    return FileIO(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW), "r")


def _line(head: PieceHead) -> bytes:
    return head.model_dump_json().encode() + b"\n"


def _answer(head: PieceHead, stream: AsyncIterator[bytes]) -> Response:
    return StreamingResponse(
        stream,
        media_type="application/octet-stream",
        headers={"Content-Length": str(len(_line(head)) + head.last + 1 - head.first), "Cache-Control": "no-store"},
    )
