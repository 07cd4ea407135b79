"""What this worker does when its disks get short: looks once a minute, and keeps less of the cameras that matter least.

What is sealed is never touched. Thinning needs a person's order (in the assignment: a standing one, or one for now); a lower
grade is stopped by itself, so that the higher ones go on (docs/design/archive.md, A5).
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog

from custodes.node.camera import Kept
from custodes.node.cameras import CameraSet
from custodes.node.disk import Disk
from custodes.video.archive.archive import Archive
from custodes.video.archive.ladder import Decision, Ladder
from custodes.video.archive.retention import Retention
from custodes.video.clock import Clock
from custodes.video.wire.assignment import Thinning

log = structlog.get_logger(__name__)

LOOK_SECONDS = 60.0


@dataclass
class Shortage:
    """The ladder of one worker, and what it comes to for its cameras.

    Attributes:
        order: the order that the assignment holds.
        decision, since_us: what holds, and since when.
    """

    archive: Archive
    cameras: CameraSet
    disk: Disk
    retention: Retention
    ladder: Ladder
    clock: Clock
    order: Thinning | None = None
    decision: Decision = field(default_factory=Decision)
    since_us: int = 0
    look_seconds: float = LOOK_SECONDS
    _soon: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("shortage.failed")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.look_seconds):
                    await self._soon.wait()
            self._soon.clear()

    def take_order(self, order: Thinning | None) -> None:
        """The assignment's order; a new one is looked at at once."""
        if order != self.order:
            self.order = order
            self._soon.set()

    async def look(self) -> None:
        """One look: decide, and tell the cameras."""
        outlook = await self.disk.run(self.archive.outlook, self.retention, self.ladder.rules.warn_hours)
        recorded = [camera for camera in self.cameras if camera.assignment.record]
        decision = self.ladder.look(
            outlook, (camera.assignment.grade for camera in recorded), self._ordered(), self.clock.monotonic()
        )
        self._note(decision)
        for camera in recorded:
            camera.keep(self._kept(camera.assignment.grade), self._why(camera.assignment.grade))

    def report(self) -> dict[str, Any]:
        """As the status report tells it (docs/design/wire.md §2)."""
        decision = self.decision
        return {
            "step": decision.step.value,
            "hours_left": None if decision.hours_left is None else round(decision.hours_left, 2),
            "thinned": sorted(decision.thinned),
            "stopped": sorted(decision.stopped),
            "waiting": decision.waiting,
            "since": _iso(self.since_us) if self.since_us else None,
        }

    def _ordered(self) -> int:
        order = self.order
        return order.grade if order is not None and order.holds(self.clock.wall_us()) else 0

    def _kept(self, grade: int) -> Kept:
        if grade in self.decision.stopped:
            return Kept.NOTHING
        return Kept.KEY_FRAMES if grade in self.decision.thinned else Kept.WHOLE

    def _why(self, grade: int) -> str:
        kept = self._kept(grade)
        if kept is Kept.NOTHING:
            return f"the disk is short: cameras of grade {grade} are not recorded, so that higher grades are"
        if kept is Kept.KEY_FRAMES and self.order is not None:
            return f"the disk is short: key frames only, ordered by {self.order.by}: {self.order.reason}"
        return ""

    def _note(self, decision: Decision) -> None:
        before, self.decision = self.decision, decision
        if _lasting(before) == _lasting(decision):
            return
        self.since_us = self.clock.wall_us()
        say = log.info if decision == Decision() else log.error
        say("shortage.changed", **{name: value for name, value in self.report().items() if name != "since"})


def _lasting(decision: Decision) -> tuple[object, ...]:
    """A decision without the hours, which change all the time."""
    return decision.step, decision.thinned, decision.stopped, decision.waiting


def _iso(wall_us: int) -> str:
    moment = datetime.fromtimestamp(wall_us // 1_000_000, UTC).replace(microsecond=wall_us % 1_000_000)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
