"""What a worker does from time to time: the retention pass, a person's order to it, and notes on open views."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from custodes.node.deletion_stop import BrakeFiles, DeletionStopOrder, DeletionStopOutcome
from custodes.node.disk import Disk
from custodes.node.health.references import References
from custodes.node.journal import NOTE_SECONDS, Journal, Viewing
from custodes.video.archive.archive import Archive
from custodes.video.archive.retention import OverBrake, PurgeReport, Retention
from custodes.video.clock import HostClock

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
    brake: BrakeFiles
    clock: HostClock
    references: References | None = None
    _one_pass: threading.Lock = field(default_factory=threading.Lock)

    async def run(self) -> None:
        """Until cancelled."""
        await asyncio.gather(self._purge_often(), self._note_often(), self._look_often(), self._obey_often())

    async def _purge_often(self) -> None:
        training = self.retention.training_minutes is not None
        while True:
            await asyncio.sleep(TRAINING_PURGE_SECONDS if training else PURGE_SECONDS)
            try:
                await self.disk.run(self.purge)
                await self.disk.run(self.purge_references)
            except Exception:
                log.exception("retention.failed")

    async def _note_often(self) -> None:
        while True:
            await asyncio.sleep(NOTE_SECONDS)
            try:
                # Copied here: the event loop goes on adding to them while the thread writes.
                notes = [(view, one.shown.intervals, one.shown.bytes) for view, one in self.viewings.items()]
                heard = [(view, one.heard.intervals) for view, one in self.viewings.items() if one.listens]
                await self.disk.run(self.journal.note, notes, heard)
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

    async def _obey_often(self) -> None:
        """Follow a person's order to a stopped pass (`custodes purge`)."""
        while True:
            await asyncio.sleep(1.0)
            try:
                await self.disk.run(self.obey)
            except Exception:
                log.exception("retention.order_failed")

    def purge(self) -> None:
        """One pass of the one deleting place."""
        with self._one_pass:
            self._pass(None)

    def purge_references(self) -> None:
        """Declared views that ended longer ago than footage is kept go too (docs/design/health.md)."""
        if self.references is None:
            return
        gone = self.references.purge(self.retention, self.clock.wall_us())
        if gone:
            log.info("references.purged", views=gone)

    def obey(self) -> None:
        """Follow the order that waits, if there is one, and answer it."""
        order = self.brake.take_order(self.clock.wall_us())
        if order is None:
            return
        log.warning("retention.over_brake", order=str(order.id), by=order.by, reason=order.reason)
        try:
            done = self._follow(order)
        except Exception as error:
            self.brake.say_done(DeletionStopOutcome(order=order.id, failure=f"{type(error).__name__}: {error}"))
            raise
        self.brake.say_done(done)

    def _follow(self, order: DeletionStopOrder) -> DeletionStopOutcome:
        with self._one_pass:
            report = self._pass(order.over_brake())
            still = self._pass(None)  # what is left says itself whether it is stopped
        return DeletionStopOutcome(
            order=order.id,
            segments=report.segments,
            bytes=report.bytes,
            still_stopped=tuple(still.braked),
            left=len(still.left),
        )

    def _pass(self, over_brake: OverBrake | None) -> PurgeReport:
        at_us = self.clock.wall_us()
        report = self.archive.purge(self.retention, self.brake_share, over_brake=over_brake)
        if report.segments:
            log.info("retention.purged", segments=report.segments, bytes=report.bytes, left=len(report.left))
        for path, braked in report.braked.items():
            log.error(
                "retention.braked",
                volume=path.rsplit("/", 1)[-1],
                wanted=braked.segments,
                of=braked.of,
                remedy="custodes purge",
            )
        self.brake.say_stopped(report, at_us, self.retention.rule(0), self.brake_share)
        return report
