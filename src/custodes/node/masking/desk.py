"""What the web may ask of a film that is masked for public release: ``/internal/masking/…``, under tokens for it alone."""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar
from uuid import UUID

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from custodes.node.disk import Disk
from custodes.node.gate import Gate, TokenRefused
from custodes.node.journal import Journal, Viewing
from custodes.node.masking.job import FOUND, standing_of
from custodes.node.masking.line import MaskingLine, QueuedJob, Refusing
from custodes.node.masking.showing import Showing
from custodes.node.rooms import Handler
from custodes.video.clock import HostClock
from custodes.video.mask.filling import FillStyle
from custodes.video.wire.masking import (
    MOST_PACKED_BYTES,
    MOST_SIDECAR_BYTES,
    BeginAsk,
    FilmAsk,
    Forgotten,
    MaskAsk,
    MaskRefusal,
    MaskRefusalReason,
    WriteHead,
)
from custodes.video.wire.token import GrantClaims

log = structlog.get_logger(__name__)

_Ask = TypeVar("_Ask", bound=MaskAsk)
_HEAD_BYTES = 16 << 10


class Signed(Protocol):
    """Lets the web's requests through; see `control.ControlRoom`."""

    def __call__(self, handler: Handler, most: int = ...) -> Callable[[Request], Awaitable[Response]]:
        """`most`: bytes of a body."""
        ...


@dataclass
class MaskingDesk:
    """Of one worker.

    Attributes:
        viewings: the worker's open viewings by id: noted from time to time with the others.
    """

    line: MaskingLine
    gate: Gate
    journal: Journal
    disk: Disk
    clock: HostClock
    viewings: dict[UUID, Viewing]
    _showing: Showing = field(init=False)

    def __post_init__(self) -> None:
        self._showing = Showing(self.gate, self.journal, self.disk, self.clock, self.viewings)

    def routes(self, signed: Signed) -> list[Route]:
        """The routes under ``/internal``."""
        steps: dict[str, tuple[Handler, int]] = {
            "begin": (self.begin, _HEAD_BYTES),
            "standing": (self.standing, _HEAD_BYTES),
            "found": (self.found, _HEAD_BYTES),
            "film": (self.film, _HEAD_BYTES),
            "write": (self.write, MOST_PACKED_BYTES + _HEAD_BYTES),
            "copy": (self.copy, _HEAD_BYTES),
            "forget": (self.forget, _HEAD_BYTES),
        }
        return [
            Route(f"/internal/masking/{step}", signed(_plainly(handler), most), methods=["POST"])
            for step, (handler, most) in steps.items()
        ]

    async def begin(self, request: Request, body: bytes) -> Response:
        """Have a span read and looked through."""
        ask, claims = await self._admitted(BeginAsk, body)
        _within(claims, ask.from_us, ask.to_us)
        await self.line.begin(ask.release, ask.camera, (ask.from_us, ask.to_us))
        return Response(status_code=204)

    async def standing(self, request: Request, body: bytes) -> Response:
        """How far it is."""
        ask, claims = await self._admitted(MaskAsk, body)
        job = self._job(ask, claims)
        said = await self.disk.run(standing_of, job.folder, job.kept, job.done, job.total)
        return Response(said, media_type="application/json")

    async def found(self, request: Request, body: bytes) -> Response:
        """The tracks as they were found, packed."""
        ask, claims = await self._admitted(MaskAsk, body)
        job = self._job(ask, claims)
        if job.kept.found is None:
            raise Refusing(MaskRefusalReason.NOT_YET, "the footage is not read yet")
        packed = await self.disk.run(lambda: zlib.compress((job.folder / FOUND).read_bytes()))
        return Response(packed, media_type="application/zlib", headers={"Cache-Control": "no-store"})

    async def film(self, request: Request, body: bytes) -> Response:
        """Bytes of the working film: a look of whoever the token is for."""
        ask, claims = await self._admitted(FilmAsk, body)
        return await self._showing.film(claims, self._job(ask, claims), ask.first, ask.last)

    async def write(self, request: Request, body: bytes) -> Response:
        """Have a copy written with these tracks."""
        line, _, packed = body.partition(b"\n")
        ask, claims = await self._admitted(WriteHead, line)
        job = self._job(ask, claims)
        if ask.way not in list(FillStyle):
            raise Refusing(MaskRefusalReason.BAD_TRACKS, "there is no such way of filling")
        await self.line.write(job, ask.way, lambda path: _unpack(packed, path))
        return Response(status_code=204)

    async def copy(self, request: Request, body: bytes) -> Response:
        """The masked copy."""
        ask, claims = await self._admitted(MaskAsk, body)
        return await self._showing.copy(claims, self._job(ask, claims))

    async def forget(self, request: Request, body: bytes) -> Response:
        """Remove all that there is of it, and say whether there was anything."""
        ask, claims = await self._admitted(MaskAsk, body)
        job, removed = self.line.jobs.get((ask.release, ask.camera)), False
        if job is not None:
            _within(claims, job.kept.from_us, job.kept.to_us)
            removed = await self.line.forget(job.kept.key)
        return Response(Forgotten(removed=removed).model_dump_json(), media_type="application/json")

    def take_back(self, grants: Iterable[UUID], cameras: Iterable[UUID] = ()) -> None:
        """Nothing more of these grants goes."""
        self._showing.take_back(grants, cameras)

    async def close(self) -> None:
        """The worker stops."""
        await self.line.close()
        await self._showing.close()

    async def _admitted(self, kind: type[_Ask], body: bytes) -> tuple[_Ask, GrantClaims]:
        """The question, and what its token opens; the token is used up.

        Raises:
            Refused: it is for anything else, or not for this camera.
        """
        ask = kind.model_validate_json(body)
        claims = self.gate.admit_masking(ask.token, self.clock.wall_us() / 1_000_000)
        if ask.camera not in claims.cameras:
            raise TokenRefused(0, "the leave does not open this camera here")
        await self.line.ready()
        return ask, claims

    def _job(self, ask: MaskAsk, claims: GrantClaims) -> QueuedJob:
        """The job, where the token opens all of its span."""
        job = self.line.jobs.get((ask.release, ask.camera))
        if job is None or job.forgotten:
            raise Refusing(MaskRefusalReason.NO_JOB, "there is no such job")
        _within(claims, job.kept.from_us, job.kept.to_us)
        return job


def _within(claims: GrantClaims, from_us: int, to_us: int) -> None:
    """
    Raises:
        Refused: the leave does not open all of this.
    """
    if claims.span is None or not claims.span[0] <= from_us < to_us <= claims.span[1]:
        raise TokenRefused(0, "the leave does not open all of this span")


def _plainly(handler: Handler) -> Handler:
    """Refusals as answers: 403 of a token, 409 with a reason, 503 where nothing could be written down."""

    async def serve(request: Request, body: bytes) -> Response:
        try:
            return await handler(request, body)
        except TokenRefused as error:
            return JSONResponse({"detail": str(error)}, 403)
        except Refusing as error:
            said = MaskRefusal(why=error.why, detail=str(error), bound=error.bound)
            return Response(said.model_dump_json(), 409, media_type="application/json")
        except (sqlite3.Error, OSError) as error:
            log.error("masking.not_served", path=request.url.path, why=type(error).__name__)
            return JSONResponse({"detail": "it could not be written down or read, so nothing is given"}, 503)

    return serve


def _unpack(packed: bytes, path: Path) -> None:
    """The file of tracks under its name, a piece at a time: it may become large. What stands in it is read by the process that uses it.

    Raises:
        ValueError: it can't be unpacked, or becomes larger than any.
        OSError: it can't be written.
    """
    partial, unpack, size = path.with_name(path.name + ".part"), zlib.decompressobj(), 0
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as file:
            data = packed
            while data:
                plain = unpack.decompress(data, 1 << 20)
                size += len(plain)
                if size > MOST_SIDECAR_BYTES:
                    raise ValueError("the file of tracks is too large")
                file.write(plain)
                data = unpack.unconsumed_tail
            if not unpack.eof:
                raise ValueError("the file of tracks is cut off")
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except zlib.error as error:
        raise ValueError("the file of tracks can't be unpacked") from error
    finally:
        partial.unlink(missing_ok=True)
