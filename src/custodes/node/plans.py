"""Keeps the plans of a worker's cameras by the node's own clock: the centre may be away, what was approved still holds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import structlog

from custodes.node.cameras import CameraSet
from custodes.video.clock import HostClock
from custodes.video.plan import RecordingPlan, plan_of
from custodes.video.wire.assignment import CameraAssignment

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
"""A camera is looked at so often; at the moment itself where one is nearer."""


@dataclass
class PlanKeeper:
    """Tells each camera what time it is. Pictures themselves never wait for it: the recorder reads its plan with each."""

    cameras: CameraSet
    clock: HostClock

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(self.pause())

    def look(self) -> None:
        """One look."""
        for camera in self.cameras:
            try:
                camera.keep_plan(self.clock.wall_us())
            except Exception:  # one camera that can't be stopped must not keep the others from going on
                log.exception("camera.plan_not_kept", camera=str(camera.id))

    def pause(self) -> float:
        """Seconds until the next look."""
        now_us = self.clock.wall_us()
        soon = now_us + round(LOOK_SECONDS * 1e6)
        borders = [
            border
            for camera in self.cameras
            for stop in camera.assignment.planned
            for border in (stop.from_us, stop.until_us)
            if now_us < border < soon
        ]
        return (min(borders, default=soon) - now_us) / 1e6


def plans_of(cameras: Iterable[CameraAssignment]) -> dict[UUID, RecordingPlan]:
    """What is planned for each of these cameras, by its id; those without a plan are left out."""
    return {camera.id: plan for camera in cameras if (plan := plan_of(camera)) is not None}
