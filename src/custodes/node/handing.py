"""Hands original footage out to the web, under tokens for it alone: what is there, then one piece of a segment at a time.

Each question uses a token up, so that the decision is made again before each piece. What leaves is a viewing in the journal like any
other, one for each grant and camera, durable before its first byte; it ends when nothing was asked for in `IDLE_SECONDS`.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from custodes.ledger.records import ViewBegun, at_text
from custodes.node.bounds import Bounds
from custodes.node.disk import Disk
from custodes.node.gate import Gate, Refused
from custodes.node.journal import Journal, Viewing, view_id
from custodes.video.archive.archive import Archive
from custodes.video.archive.handing import NotAsSealed, OpenedSegment, SealedSegment
from custodes.video.clock import Clock
from custodes.video.wire.handing import MOST_SEGMENTS, ListedSegment, SegmentAsk, SegmentHead, Segments, SegmentsAsk
from custodes.video.wire.token import GrantClaims

log = structlog.get_logger(__name__)

IDLE_SECONDS = 60.0
REASON = "handover"
"""`reason` of the ``view.ended`` of footage that was handed out."""

_Signed = Callable[[Callable[[Request, bytes], Awaitable[Response]]], Callable[[Request], Awaitable[Response]]]


class TakenBack(Exception):
    """The leave was taken back while a piece was on its way; the answer stays short of its length."""


@dataclass
class _Account:
    """What was handed out of one camera under one grant, while it goes on."""

    viewing: Viewing
    sending: int = 0
    idle: asyncio.TimerHandle | None = None


@dataclass
class HandingDesk:
    """Of one worker.

    Attributes:
        viewings: the worker's open viewings by id: noted from time to time with the others.
    """

    archive: Archive
    gate: Gate
    journal: Journal
    disk: Disk
    clock: Clock
    viewings: dict[UUID, Viewing]
    _accounts: dict[tuple[UUID, UUID], _Account] = field(default_factory=dict)
    _beginning: asyncio.Lock = field(default_factory=asyncio.Lock)
    _tasks: set[asyncio.Future[None]] = field(default_factory=set)

    def routes(self, signed: _Signed) -> list[Route]:
        """The routes under ``/internal``."""
        return [
            Route("/internal/segments", signed(self.segments), methods=["POST"]),
            Route("/internal/segment", signed(self.segment), methods=["POST"]),
        ]

    async def segments(self, request: Request, body: bytes) -> Response:
        """What is sealed of a camera within the token's span."""
        ask = SegmentsAsk.model_validate_json(body)
        claims = self._admitted(ask.token, ask.camera)
        if isinstance(claims, Response):
            return claims
        assert claims.span is not None
        begin, end = max(claims.span[0], ask.from_us), claims.span[1]
        found = await self.disk.run(self.archive.sealed_segments, ask.camera, begin, end, MOST_SEGMENTS + 1)
        listed = [_listed(one) for one in found[:MOST_SEGMENTS]]
        answer = Segments(segments=listed, more=len(found) > MOST_SEGMENTS)
        return Response(answer.model_dump_json(), media_type="application/json")

    async def segment(self, request: Request, body: bytes) -> Response:
        """Fragments of one segment, all of which the token's span opens."""
        ask = SegmentAsk.model_validate_json(body)
        claims = self._admitted(ask.token, ask.camera)
        if isinstance(claims, Response):
            return claims
        found = await self.disk.run(self.archive.sealed_segments, ask.camera, ask.start_us, ask.start_us + 1, 100)
        segment = next((one for one in found if (one.sequence, one.start_us) == (ask.sequence, ask.start_us)), None)
        if segment is None or ask.first + ask.count > len(segment.fragments):
            return JSONResponse({"detail": "there is no such segment any more, or it has no such fragments"}, 404)
        times = segment.times()[ask.first : ask.first + ask.count]
        if not Bounds.of(claims).opens(times[0][0], times[-1][1], self.clock.wall_us()):
            return JSONResponse({"detail": "the leave does not open all of this"}, 403)
        try:
            file = await self.disk.run(OpenedSegment, segment)
            leaves = await self.disk.run(file.leaves)
            account = await self._account(claims, ask.camera, times[0][0])
        except NotAsSealed as error:
            log.error("handing.not_as_sealed", camera=str(ask.camera), why=str(error))
            return JSONResponse({"detail": str(error)}, 409)
        except sqlite3.Error as error:
            log.error("handing.not_accounted", camera=str(ask.camera), why=type(error).__name__)
            return JSONResponse({"detail": "it could not be written down, so nothing is handed out"}, 503)
        head = SegmentHead(leaves=[leaf.hex() for leaf in leaves]).model_dump_json().encode() + b"\n"
        length = len(head) + sum(segment.sizes(ask.first, ask.count))
        return StreamingResponse(
            self._bytes(_Piece(claims.grant, segment, file, ask.first, ask.count), head, account),
            media_type="application/octet-stream",
            headers={"Content-Length": str(length), "Cache-Control": "no-store"},
        )

    async def close(self) -> None:
        """End every account: the worker stops."""
        for key in list(self._accounts):
            await self._end(key)

    def _admitted(self, token: str, camera: UUID) -> GrantClaims | Response:
        try:
            claims = self.gate.admit_handover(token, self.clock.wall_us() / 1_000_000)
        except Refused as error:
            return JSONResponse({"detail": str(error)}, 403)
        if camera not in claims.cameras or claims.span is None:
            return JSONResponse({"detail": "the leave does not open this camera here"}, 403)
        return claims

    async def _bytes(self, piece: _Piece, head: bytes, account: _Account) -> AsyncIterator[bytes]:
        """The head, then footage; what was taken back meanwhile stays unsent."""
        segment, times = piece.segment, piece.segment.times()
        account.sending += 1
        try:
            yield head
            yield await self.disk.run(piece.file.piece, 0, segment.init_size)
            for number in range(piece.first, piece.first + piece.count):
                if not self.gate.stands(piece.grant, segment.camera):
                    raise TakenBack("the leave was taken back")
                placed, (start, end, _key) = segment.fragments[number], times[number]
                data = await self.disk.run(piece.file.piece, placed.offset, placed.size)
                # Counted before it is sent, as every look is.
                account.viewing.shown.add(start, end, len(data))
                yield data
        finally:
            account.sending -= 1
            self._rest((piece.grant, segment.camera))

    async def _account(self, claims: GrantClaims, camera: UUID, at_us: int) -> _Account:
        """The viewing that counts this; durable when it is new."""
        key = (claims.grant, camera)
        async with self._beginning:
            account = self._accounts.get(key)
            if account is None:
                begun = ViewBegun(
                    id=view_id(),
                    at=at_text(self.clock.wall_us()),
                    grant=claims.grant,
                    index=claims.index,
                    person=claims.sub,
                    camera=camera,
                    stream="main",
                    at_us=at_us,
                    worker=claims.aud,
                )
                viewing = await self.disk.run(self.journal.begin, begun)
                self.viewings[begun.id] = viewing
                account = self._accounts[key] = _Account(viewing)
        self._rest(key)
        return account

    def _rest(self, key: tuple[UUID, UUID]) -> None:
        """It ends when nothing was asked for in a while, counted from now."""
        account = self._accounts.get(key)
        if account is None:
            return
        if account.idle is not None:
            account.idle.cancel()
        loop = asyncio.get_running_loop()
        account.idle = loop.call_later(IDLE_SECONDS, lambda: self._ending(key))

    def _ending(self, key: tuple[UUID, UUID]) -> None:
        account = self._accounts.get(key)
        if account is not None and account.sending:
            self._rest(key)
            return
        task = asyncio.ensure_future(self._end(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _end(self, key: tuple[UUID, UUID]) -> None:
        account = self._accounts.pop(key, None)
        if account is None:
            return
        if account.idle is not None:
            account.idle.cancel()
        self.viewings.pop(account.viewing.begun.id, None)
        await self.disk.surely(self.journal.end, account.viewing, REASON)


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one answer holds."""

    grant: UUID
    segment: SealedSegment
    file: OpenedSegment
    first: int
    count: int


def _listed(segment: SealedSegment) -> ListedSegment:
    return ListedSegment(
        record=segment.record,
        sequence=segment.sequence,
        start_us=segment.start_us,
        end_us=segment.end_us,
        init_size=segment.init_size,
        fragments=[
            (placed.size, start, end, key)
            for placed, (start, end, key) in zip(segment.fragments, segment.times(), strict=True)
        ],
    )
