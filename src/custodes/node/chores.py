"""What a worker does from time to time: the retention pass, and notes on open views."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import structlog

from custodes.node.disk import Disk
from custodes.node.journal import NOTE_SECONDS, Journal, Viewing
from custodes.video.archive.archive import Archive
from custodes.video.archive.retention import Retention

log = structlog.get_logger(__name__)

PURGE_SECONDS = 600.0
TRAINING_PURGE_SECONDS = 60.0


@dataclass
class Chores:
    """Regular work of one worker."""

    archive: Archive
    journal: Journal
    disk: Disk
    retention: Retention
    brake_share: float
    viewings: Mapping[UUID, Viewing]

    async def run(self) -> None:
        """Until cancelled."""
        await asyncio.gather(self._purge_often(), self._note_often(), self._look_often())

    async def _purge_often(self) -> None:
        training = self.retention.training_minutes is not None
        while True:
            await asyncio.sleep(TRAINING_PURGE_SECONDS if training else PURGE_SECONDS)
            try:
                await self.disk.run(self.purge)
            except Exception:
                log.exception("retention.failed")

    async def _note_often(self) -> None:
        while True:
            await asyncio.sleep(NOTE_SECONDS)
            try:
                # Copied here: the event loop goes on adding to them while the thread writes.
                notes = [(view, one.shown.intervals, one.shown.bytes) for view, one in self.viewings.items()]
                await self.disk.run(self.journal.note, notes)
            except Exception:
                log.exception("journal.failed")

    async def _look_often(self) -> None:
        """Say once when the archive can't keep what comes, and once when it can again."""
        trouble = ""
        while True:
            await asyncio.sleep(1.0)
            if self.archive.trouble != trouble:
                trouble = self.archive.trouble
                if trouble:
                    log.error("archive.trouble", why=trouble)
                else:
                    log.info("archive.well_again")

    def purge(self) -> None:
        """One pass of the one deleting place."""
        report = self.archive.purge(self.retention, self.brake_share)
        if report.segments:
            log.info("retention.purged", segments=report.segments, bytes=report.bytes, left=len(report.left))
        for path, (wanted, of) in report.braked.items():
            log.error("retention.braked", volume=path.rsplit("/", 1)[-1], wanted=wanted, of=of)
