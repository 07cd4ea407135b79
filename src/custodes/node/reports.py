"""What a worker tells the web by itself: how it stands every 10 s, and each hour's account when the hour is over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any
from uuid import UUID

import structlog

from custodes.metrics.serving import Lateness
from custodes.node.camera import NodeCamera
from custodes.node.cameras import CameraSet
from custodes.node.disk import Disk
from custodes.node.events import CameraHappening, EventBoard
from custodes.node.health.parcel import CheckedCamera
from custodes.node.journal import Journal
from custodes.node.volume_care import Shortage
from custodes.node.web_client import NodeWebClient, WebUnavailable
from custodes.video.archive.archive import Archive
from custodes.video.clock import HostClock
from custodes.video.recorder.host_clock import CachedHostSync

log = structlog.get_logger(__name__)

STATUS_SECONDS = 10.0
HOUR_US = 3_600_000_000
SETTLED_US = 180_000_000
"""An hour's last segments are sealed this long after its end."""

BACK_HOURS = 24 * 7
"""After an outage of the web, hours this far back are still reported."""

_ROLLED = "rolled_up_us"

VERSION = version("custodes")
"""Read once: each reading goes through all that is installed."""


@dataclass
class ProcessFigures:
    """How the process itself stands.

    Attributes:
        started_us: when it was started, microseconds UTC.
        restarts: how often the supervisor had to start it again.
        views: gives the number of open views.
        lateness: of the event loop.
    """

    started_us: int
    restarts: int
    views: Callable[[], int]
    lateness: Lateness

    def document(self) -> dict[str, Any]:
        """For the report."""
        return {
            "started": _iso(self.started_us),
            "restarts": self.restarts,
            "version": VERSION,
            "views": self.views(),
            "lateness_ms": round(self.lateness.take() * 1000),
        }


@dataclass
class Reporter:
    """Reports of one worker. The web may be away: status is lost then, hours are sent later."""

    worker: int
    web: NodeWebClient
    archive: Archive
    cameras: CameraSet
    journal: Journal
    disk: Disk
    clock: HostClock
    host_sync: CachedHostSync
    shortage: Shortage
    process: ProcessFigures | None = None
    events: EventBoard = field(default_factory=EventBoard)
    pictures: Callable[[], Iterable[CheckedCamera]] = tuple
    volume_care: Callable[[], dict[str, Any]] = dict
    web_was_away: bool = False

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.report_once()
                if self.web_was_away:
                    log.info("reports.web_back")
                self.web_was_away = False
            except WebUnavailable as error:
                if not self.web_was_away:
                    log.warning("reports.web_away", why=str(error))
                self.web_was_away = True
            except Exception:
                log.exception("reports.failed")
            await asyncio.sleep(STATUS_SECONDS)

    async def report_once(self) -> None:
        """The status, and the hours that are due.

        Raises:
            WebUnavailable.
        """
        happening = self.events.rows()
        said = [_event(*row) for row in happening]
        await self.web.post("/internal/status", await self.status() | {"events": said})
        self.events.reported(happening)
        for hour_us in await self.disk.run(self.hours_due):
            hours = await self.disk.run(self.rollup, hour_us)
            if hours:
                await self.web.post("/internal/rollup", {"worker": self.worker, "hours": hours})
            await self.disk.run(self.journal.remember, _ROLLED, hour_us + HOUR_US)

    async def status(self) -> dict[str, Any]:
        """How cameras, volumes and the clock stand."""
        sync = self.host_sync()
        asked = self.clock.monotonic()
        volumes, shortage, care = await self.disk.run(self._volumes)
        answered = self.clock.monotonic()
        document = {
            "worker": self.worker,
            "cameras": [_camera(camera) for camera in self.cameras],
            "volumes": volumes,
            "shortage": shortage,
            "pictures": [picture_of(seen) for seen in self.pictures()],
            "clock": {"synchronised": sync.synchronised, "offset_us": sync.offset_us},
            **care,
        }
        if self.process is not None:
            document["process"] = {
                **self.process.document(),
                "backlog_bytes": self.archive.waiting_bytes,
                "disk_ms": round((answered - asked) * 1000),
            }
        return document

    def _volumes(self) -> tuple[list[dict[str, Any]], dict[str, Any], dict[str, Any]]:
        """Volumes, shortage with the week ahead, and answers to orders; each asks disks."""
        keeping = self.archive.keeping(self.shortage.retention)
        volumes = []
        for volume in self.archive.forecast():
            kept = keeping.volumes.get(volume.identity)
            told = {"state": volume.state[:40], "path": volume.path[:400]}
            amounts = {} if kept is None else {"bytes_protected": kept.protected, "bytes_held": kept.held}
            volumes.append({**asdict(volume), **told, **amounts})
        ahead = {"curve": list(keeping.curve), "curve_hours": keeping.hours}
        return volumes, self.shortage.report() | ahead, self.volume_care()

    def hours_due(self) -> list[int]:
        """Hours that are over, settled and not reported yet (their beginnings, µs UTC), oldest first."""
        settled = (self.clock.wall_us() - SETTLED_US) // HOUR_US * HOUR_US
        known = self.journal.fact(_ROLLED)
        since = known if known is not None else settled - HOUR_US
        return list(range(max(since, settled - BACK_HOURS * HOUR_US), settled, HOUR_US))

    def rollup(self, hour_us: int) -> list[dict[str, Any]]:
        """One hour of every camera."""
        hours = []
        for camera in self.archive.cameras():
            account = self.archive.rollup(camera, hour_us)
            hours.append({"camera": str(camera), "hour": _iso(hour_us), **asdict(account)})
        return hours


def _camera(camera: NodeCamera) -> dict[str, str]:
    state = camera.present_state
    detail = {"detail": state.detail} if state.detail else {}
    return {
        "camera": str(camera.id),
        "state": state.state,
        "since": _iso(state.since_us),
        "reason": state.reason,
        **detail,
    }


def picture_of(seen: CheckedCamera) -> dict[str, Any]:
    """What is told of a camera's picture: figures and times, never a picture (docs/design/health.md)."""
    faults = []
    for fault in seen.faults:
        said = fault.model_dump(mode="json", exclude={"since_us", "last_us"})
        faults.append({**said, "since": _iso(fault.since_us), "last": _iso(fault.last_us)})
    return {
        "camera": str(seen.camera),
        "at": _iso(seen.at_us),
        "references": seen.references,
        "faults": faults,
        "unjudged": list(seen.unjudged),
    }


def _event(camera: UUID, kind: str, row: CameraHappening) -> dict[str, Any]:
    return {
        "camera": str(camera),
        "kind": kind,
        "since": _iso(row.since_us),
        "last": _iso(row.last_us),
        "count": row.count,
        "text": row.text,
        "over": row.over,
    }


def _iso(wall_us: int) -> str:
    moment = datetime.fromtimestamp(wall_us // 1_000_000, UTC).replace(microsecond=wall_us % 1_000_000)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
