"""What a worker says of keeping and deleting: the next pass before it is made, and once a day how far back footage reaches."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from custodes.node.deletion_stop import BrakeFiles, BrakeUnreadable
from custodes.node.disk import Disk
from custodes.node.journal import Journal
from custodes.node.rooms import Signed
from custodes.node.web_client import NodeWebClient, WebUnavailable
from custodes.video.archive.archive import Archive
from custodes.video.archive.dry_run import DryRun
from custodes.video.archive.kept import KeptDay
from custodes.video.archive.records import at_text
from custodes.video.archive.retention import Retention
from custodes.video.clock import HostClock

log = structlog.get_logger(__name__)


ASK_SECONDS = 60.0
SETTLED = timedelta(minutes=30)
"""After midnight the passes of the new day are made first."""
MOST_DAYS = 5_000
"""Lines of a dry run that the web is told; the sums of the volumes count all."""
_TOLD = "kept_told_day"
_NAMES = UUID("7d3a5f0e-6a0c-4c58-9d0e-0b8a2f4f6f10")


@dataclass
class RetentionDesk:
    """Of one worker."""

    node: str
    worker: int
    archive: Archive
    journal: Journal
    disk: Disk
    retention: Retention
    brake_share: float
    brake: BrakeFiles
    web: NodeWebClient
    clock: HostClock

    def routes(self, signed: Signed) -> list[Route]:
        """The routes; `signed` lets only the web through."""
        return [Route("/internal/retention", signed(self.look), methods=["GET"])]

    async def look(self, request: Request, body: bytes) -> Response:
        """What the next pass would delete, what holds keep from it, and whether a pass was stopped."""
        return JSONResponse(await self.disk.run(self._look))

    def _look(self) -> dict[str, Any]:
        planned = self.archive.dry_run(self.retention, self.brake_share)
        try:
            stopped = self.brake.stopped()
        except BrakeUnreadable as error:
            log.error("brake.unreadable", why=str(error))
            stopped = None
        return {
            **document_of(planned),
            "brake_share": self.brake_share,
            "stopped": None if stopped is None else stopped.model_dump(mode="json"),
        }

    async def run(self) -> None:
        """Until cancelled: once each local day, as soon as the web takes it."""
        away = False
        while True:
            await asyncio.sleep(ASK_SECONDS)
            try:
                await self.tell_if_due()
                away = False
            except WebUnavailable as error:
                if not away:
                    log.warning("keeping.web_away", why=str(error))
                away = True
            except (OSError, sqlite3.Error):
                log.exception("keeping.failed")

    async def tell_if_due(self) -> bool:
        """Tell how far back footage reaches, if that was not told of the running day; whether it was due.

        The web has it before the log: a worker that dies between says both again, and the log keeps one record of the day.

        Raises:
            WebUnavailable: it is told later.
        """
        day = self._day()
        if day is None or self.journal.fact(_TOLD) == day.toordinal():
            return False
        now_us = self.clock.wall_us()
        kept = await self.disk.run(self.archive.kept, self.retention)
        body = {
            "worker": self.worker,
            "day": day.isoformat(),
            "at_us": now_us,
            "cameras": [_camera(one) for one in kept],
        }
        await self.web.post("/internal/keeping", body)
        await self.disk.run(self.archive.put_record, self._record(day, now_us, kept))
        await self.disk.run(self.journal.remember, _TOLD, day.toordinal())
        return True

    def _day(self) -> date | None:
        """The local day to tell of; None right after midnight."""
        local = datetime.fromtimestamp(self.clock.wall_us() / 1e6, ZoneInfo(self.retention.zone))
        return local.date() if (local - SETTLED).date() == local.date() else None

    def _record(self, day: date, now_us: int, kept: list[KeptDay]) -> dict[str, Any]:
        return {
            "id": str(uuid5(_NAMES, f"{self.node}/{self.worker}/{day}")),
            "type": "keeping",
            "at": at_text(now_us),
            "node": self.node,
            "worker": self.worker,
            "day": day.isoformat(),
            "rule": self.retention.rule(0),
            "cameras": [[str(one.camera), one.days, one.oldest_us, one.short_days] for one in kept],
        }


def document_of(planned: DryRun) -> dict[str, Any]:
    """A dry run as JSON."""
    return {
        "at": datetime.fromtimestamp(planned.at_us / 1e6, UTC).isoformat(),
        "volumes": [asdict(volume) for volume in planned.volumes],
        "days": [
            {**asdict(day), "camera": str(day.camera), "day": day.day.isoformat(), "holds": list(day.holds)}
            for day in planned.days[:MOST_DAYS]
        ],
        "more_days": max(0, len(planned.days) - MOST_DAYS),
    }


def _camera(one: KeptDay) -> dict[str, Any]:
    return {**asdict(one), "camera": str(one.camera)}
