"""Holds as the web says them to a worker: with the assignment, and at once by a push that is answered (wire.md §2, §3)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from custodes.node.disk import Disk
from custodes.node.rooms import Signed
from custodes.video.archive.archive import Archive
from custodes.video.wire.archive import HoldAnswer, HoldOrder

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class HoldCare:
    """The holds of one worker."""

    archive: Archive
    disk: Disk

    def routes(self, signed: Signed) -> list[Route]:
        """The routes; `signed` lets only the web through."""
        return [Route("/internal/hold", signed(self.hold), methods=["POST"])]

    def take(self, orders: Iterable[HoldOrder], share: Callable[[UUID], bool]) -> None:
        """Those of an assignment. What is left out of it stays as it is. It never raises: the next assignment says it again.

        Args:
            share: whether a camera is this worker's; one that was, and has left footage here, counts too.
        """
        known = set(self.archive.cameras())
        mine = [
            order.model_copy(update={"cameras": cameras})
            for order in orders
            if (cameras := tuple(camera for camera in order.cameras if camera in known or share(camera)))
        ]
        try:
            taken = self.archive.holds.take(mine)
        except sqlite3.Error as error:
            log.error("hold.not_taken", why=str(error))
            return
        if taken:
            log.warning("hold.taken", lines=taken, by="assignment")

    async def hold(self, request: Request, body: bytes) -> Response:
        """Take one hold or its release; the answer leaves when it is durable."""
        order = HoldOrder.model_validate_json(body)
        try:
            answer = await self.disk.surely(self._take, order)
        except sqlite3.Error as error:
            log.error("hold.not_taken", hold=str(order.id), why=str(error))
            return JSONResponse({"detail": "the hold could not be written down, so it does not hold yet"}, 503)
        log.warning("hold.taken", hold=str(order.id), version=answer.version, released=answer.released, by="push")
        return Response(answer.model_dump_json(), media_type="application/json")

    def _take(self, order: HoldOrder) -> HoldAnswer:
        self.archive.holds.take([order])
        return self.archive.holds.answer(order)
