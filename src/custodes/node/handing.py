"""Pins of what was listed to be handed out: it is there until its piece was asked for (decision 0240)."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterable, Set
from contextlib import ExitStack
from dataclasses import dataclass, field
from uuid import UUID

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from custodes.node.accounts import Accounts, SentAccount
from custodes.node.disk import Disk
from custodes.node.gate import FootageBounds, Gate, TokenRefused
from custodes.node.journal import Journal, Viewing
from custodes.node.rooms import Signed
from custodes.video.archive.archive import Archive
from custodes.video.archive.handing import LONGEST_SECONDS, NotAsSealed, OpenedSegment, Pin, SealedSegment
from custodes.video.clock import HostClock
from custodes.video.wire.archive import (
    MOST_GAPS,
    MOST_SEGMENTS,
    ListedSegment,
    SegmentAsk,
    SegmentHead,
    Segments,
    SegmentsAsk,
)
from custodes.video.wire.token import GrantClaims

log = structlog.get_logger(__name__)

PIN_SECONDS = LONGEST_SECONDS
"""How long what was listed waits for its first piece, or for the next one of its grant: cameras come one after another."""

RENEW_SECONDS = 300.0
"""A renewal is a durable transaction for each camera; one that was made lately is not made again."""

_Key = tuple[UUID, UUID]


@dataclass
class _Set:
    pin: Pin
    lifted: ExitStack
    timer: asyncio.TimerHandle
    renewed: float


@dataclass
class HandingPins:
    """Of one worker: one pin for each grant and camera."""

    archive: Archive
    disk: Disk
    _pins: dict[_Key, _Set] = field(default_factory=dict)
    _tasks: set[asyncio.Future[None]] = field(default_factory=set)
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def set(self, key: _Key, span: tuple[int, int]) -> None:
        """Keep what is there of a camera's span now. A camera that is not known here has nothing to keep.

        Args:
            key: grant and camera.
            span: µs UTC.

        Raises:
            sqlite3.Error: it is not kept.
        """
        async with self._one_at_a_time:
            kept = self._pins.get(key)
            if kept is not None and await self._renewed(key, kept):
                return
            await self._lift(key)
            lifted = ExitStack()
            try:
                pin = await self.disk.run(
                    lambda: lifted.enter_context(self.archive.pinned(key[1], *span, seconds=PIN_SECONDS))
                )
            except KeyError:
                return
            self._pins[key] = _Set(pin, lifted, self._timer(key), asyncio.get_running_loop().time())

    async def renew(self, grant: UUID) -> None:
        """A piece was asked for: what else was listed under the grant waits for its turn, also of other cameras."""
        since = asyncio.get_running_loop().time() - RENEW_SECONDS
        async with self._one_at_a_time:
            for key in [key for key, kept in self._pins.items() if key[0] == grant and kept.renewed < since]:
                try:
                    stood = await self._renewed(key, self._pins[key])
                except sqlite3.Error as error:
                    log.error("handing.not_pinned", camera=str(key[1]), why=type(error).__name__)
                    continue  # it runs out at its time
                if not stood:
                    await self._lift(key)

    async def release(self, key: _Key) -> None:
        """Retention decides again."""
        async with self._one_at_a_time:
            await self._lift(key)

    async def release_of(self, grants: Set[UUID], cameras: Set[UUID]) -> None:
        """Those of grants that were taken back, of all their cameras where none is named."""
        for key in [one for one in self._pins if one[0] in grants and (not cameras or one[1] in cameras)]:
            await self.release(key)

    async def close(self) -> None:
        """Let all go."""
        for key in list(self._pins):
            await self.release(key)

    async def _renewed(self, key: _Key, kept: _Set) -> bool:
        stood = await self.disk.run(kept.pin.renew, PIN_SECONDS)
        kept.timer.cancel()
        kept.timer, kept.renewed = self._timer(key), asyncio.get_running_loop().time()
        return stood

    async def _lift(self, key: _Key) -> None:
        kept = self._pins.pop(key, None)
        if kept is None:
            return
        kept.timer.cancel()
        try:
            await self.disk.surely(kept.lifted.close)
        except sqlite3.Error as error:
            # Its row has an end.
            log.error("handing.not_unpinned", camera=str(key[1]), why=type(error).__name__)

    def _timer(self, key: _Key) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(PIN_SECONDS, lambda: self._over(key))

    def _over(self, key: _Key) -> None:
        task = asyncio.ensure_future(self.release(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


IDLE_SECONDS = 60.0
PIECE_SECONDS = 60.0
"""Nothing of a piece goes later than this behind its token: less than a revocation is remembered (`gate.TOKEN_SECONDS`)."""
GRACE_SECONDS = 10.0
"""Nor later than this behind its token's end."""
REASON = "handover"
"""`reason` of the ``view.ended`` of footage that was handed out."""


class TakenBack(Exception):
    """The leave was taken back, or the time was over, while a piece was on its way; the answer stays short of its length."""


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
    clock: HostClock
    viewings: dict[UUID, Viewing]
    _pins: HandingPins = field(init=False)
    _accounts: Accounts = field(init=False)

    def __post_init__(self) -> None:
        self._pins = HandingPins(self.archive, self.disk)
        self._accounts = Accounts(
            *(self.journal, self.disk, self.clock, self.viewings, REASON, lambda: IDLE_SECONDS, self._pins.release)
        )

    def routes(self, signed: Signed) -> list[Route]:
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
        try:
            await self._pins.set((claims.grant, ask.camera), claims.span)
        except sqlite3.Error as error:
            log.error("handing.not_pinned", camera=str(ask.camera), why=type(error).__name__)
            return JSONResponse({"detail": "it could not be kept from deletion, so nothing is listed"}, 503)
        found = await self.disk.run(self.archive.sealed_segments, ask.camera, begin, end, MOST_SEGMENTS + 1)
        gaps = await self.disk.run(self.archive.gap_records, ask.camera, begin, end, MOST_GAPS + 1)
        listed = [_listed(one) for one in found[:MOST_SEGMENTS]]
        answer = Segments(
            segments=listed,
            more=len(found) > MOST_SEGMENTS,
            gaps=[record for _at, record in gaps[:MOST_GAPS]],
            gaps_from=gaps[MOST_GAPS][0] if len(gaps) > MOST_GAPS else None,
        )
        return Response(answer.model_dump_json(), media_type="application/json")

    async def segment(self, request: Request, body: bytes) -> Response:
        """Fragments of one segment, all of which the token's span opens."""
        ask = SegmentAsk.model_validate_json(body)
        claims = self._admitted(ask.token, ask.camera)
        if isinstance(claims, Response):
            return claims
        until = self._deadline(claims)
        found = await self.disk.run(self.archive.sealed_segments, ask.camera, ask.start_us, ask.start_us + 1, 100)
        segment = next((one for one in found if (one.sequence, one.start_us) == (ask.sequence, ask.start_us)), None)
        if segment is None or ask.first + ask.count > len(segment.fragments):
            return JSONResponse({"detail": "there is no such segment any more, or it has no such fragments"}, 404)
        times = segment.times()[ask.first : ask.first + ask.count]
        if not FootageBounds.of(claims).opens(times[0][0], times[-1][1], self.clock.wall_us()):
            return JSONResponse({"detail": "the leave does not open all of this"}, 403)
        try:
            file = await self.disk.run(OpenedSegment, segment)
            leaves = await self.disk.run(file.leaves)
            account = await self._accounts.of(claims, ask.camera, times[0][0])
            await self._pins.renew(claims.grant)
        except NotAsSealed as error:
            log.error("handing.not_as_sealed", camera=str(ask.camera), why=str(error))
            return JSONResponse({"detail": str(error)}, 409)
        except sqlite3.Error as error:
            log.error("handing.not_accounted", camera=str(ask.camera), why=type(error).__name__)
            return JSONResponse({"detail": "it could not be written down, so nothing is handed out"}, 503)
        head = SegmentHead(leaves=[leaf.hex() for leaf in leaves]).model_dump_json().encode() + b"\n"
        length = len(head) + sum(segment.sizes(ask.first, ask.count))
        return StreamingResponse(
            self._bytes(_Piece(claims.grant, segment, file, ask.first, ask.count, until), head, account),
            media_type="application/octet-stream",
            headers={"Content-Length": str(length), "Cache-Control": "no-store"},
        )

    async def take_back(self, grants: Iterable[UUID], cameras: Iterable[UUID] = ()) -> None:
        """Nothing more of these grants goes, for good: the gate remembers a revocation for two minutes alone.

        Args:
            cameras: those alone; empty for all.
        """
        which, some = set(grants), set(cameras)
        self._accounts.take_back(which, some)
        await self._pins.release_of(which, some)

    async def close(self) -> None:
        """End every account, and let every pin go: the worker stops."""
        await self._accounts.close()
        await self._pins.close()

    def _admitted(self, token: str, camera: UUID) -> GrantClaims | Response:
        try:
            claims = self.gate.admit_handover(token, self.clock.wall_us() / 1_000_000)
        except TokenRefused as error:
            return JSONResponse({"detail": str(error)}, 403)
        if camera not in claims.cameras or claims.span is None:
            return JSONResponse({"detail": "the leave does not open this camera here"}, 403)
        return claims

    async def _bytes(self, piece: _Piece, head: bytes, account: SentAccount) -> AsyncIterator[bytes]:
        """The head, then footage; what was taken back meanwhile, or is late, stays unsent."""
        segment, times = piece.segment, piece.segment.times()
        with self._accounts.sending((piece.grant, segment.camera), account):
            self._still_open(piece, account)
            yield head
            data = await self.disk.run(piece.file.piece, 0, segment.init_size)
            self._still_open(piece, account)
            yield data
            for number in range(piece.first, piece.first + piece.count):
                placed, (start, end, _key) = segment.fragments[number], times[number]
                data = await self.disk.run(piece.file.piece, placed.offset, placed.size)
                self._still_open(piece, account)
                # Counted before it is sent, as every look is.
                account.viewing.shown.add(start, end, len(data))
                yield data

    def _still_open(self, piece: _Piece, account: SentAccount) -> None:
        """Asked after each reading and right before each sending.

        Raises:
            TakenBack: the leave was taken back, or it took too long.
        """
        if account.revoked or not self.gate.stands(piece.grant, piece.segment.camera):
            account.revoked = True
            raise TakenBack("the leave was taken back")
        if asyncio.get_running_loop().time() >= piece.until:
            log.warning("handing.too_slow", camera=str(piece.segment.camera), sequence=piece.segment.sequence)
            raise TakenBack("the piece was not taken in time")

    def _deadline(self, claims: GrantClaims) -> float:
        """On the event loop's clock, which nobody sets."""
        left = claims.exp + GRACE_SECONDS - self.clock.wall_us() / 1_000_000
        return asyncio.get_running_loop().time() + min(PIECE_SECONDS, left)


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one answer holds; `until`: nothing of it is sent later, seconds on the event loop's clock."""

    grant: UUID
    segment: SealedSegment
    file: OpenedSegment
    first: int
    count: int
    until: float


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
