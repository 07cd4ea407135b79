"""The jobs of one worker: one is worked on at a time, the others wait; none outlives its term."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import structlog

from custodes.node.disk import Disk
from custodes.node.handing import HandingPins
from custodes.node.masking.footage import chosen
from custodes.node.masking.job import (
    COPY,
    FILM,
    FOUND,
    LEAKS,
    PICTURES,
    REVIEW,
    MaskJobFile,
    MaskJobFolders,
    WorkingPictures,
    drop_copy,
    save,
    take_over,
)
from custodes.node.masking.process import Failed, MaskProcess, Read, SegmentOrder, WorkOrder, Wrote
from custodes.video.archive.archive import Archive
from custodes.video.clock import HostClock
from custodes.video.wire.masking import MaskRefusalReason

log = structlog.get_logger(__name__)

CARE_SECONDS = 600.0
"""How often pins are renewed and terms are looked at."""

RETRY_SECONDS = 5.0
_MOST_SEGMENTS = 10_000


PutReview = Callable[[Path], None]


class Refusing(Exception):
    """It is not done; why, and the bound that it goes beyond."""

    def __init__(self, why: MaskRefusalReason, detail: str, bound: int = 0) -> None:
        super().__init__(detail)
        self.why, self.bound = why, bound


@dataclass(frozen=True, slots=True)
class MaskBounds:
    """The bounds of one worker's jobs.

    Attributes:
        seconds: of footage in one job.
        pixels: of a picture.
        jobs: how many there may be.
        memory: bytes of a process.
        threads: of a process.
        stage_seconds: how long one stage may take.
        term_seconds: after which a job is removed, counted from its beginning.
    """

    seconds: int
    pixels: int
    jobs: int
    memory: int
    threads: int
    stage_seconds: float
    term_seconds: float


@dataclass
class QueuedJob:
    """One job in memory.

    Attributes:
        kept: what its folder says.
        done, total: pictures of the stage under way.
        work: the process that works on it.
        forgotten: its files are gone, or about to be.
    """

    kept: MaskJobFile
    folder: Path
    done: int = 0
    total: int = 0
    work: MaskProcess | None = None
    forgotten: bool = False
    changing: asyncio.Lock = field(default_factory=asyncio.Lock)
    rested: asyncio.Event = field(default_factory=asyncio.Event)
    _pictures: WorkingPictures | None = None

    def __post_init__(self) -> None:
        self.rested.set()

    def tell(self, done: int, total: int) -> None:
        """How far its stage is."""
        self.done, self.total = done, total

    async def pictures(self, disk: Disk) -> WorkingPictures:
        """Of the working film.

        Raises:
            Refusing: there is none.
            OSError, ValueError: they can't be read.
        """
        if self._pictures is None:
            if self.kept.found is None:
                raise Refusing(MaskRefusalReason.NOT_YET, "the footage is not read yet")
            self._pictures = await disk.run(WorkingPictures.load, self.folder, self.kept.found)
        return self._pictures


@dataclass
class MaskingLine:
    """Of one worker."""

    archive: Archive
    disk: Disk
    clock: HostClock
    shelf: MaskJobFolders
    terms: MaskBounds
    jobs: dict[tuple[UUID, UUID], QueuedJob] = field(default_factory=dict)
    _pins: HandingPins = field(init=False)
    _due: asyncio.Event = field(default_factory=asyncio.Event)
    _ready: asyncio.Event = field(default_factory=asyncio.Event)
    _beginning: asyncio.Lock = field(default_factory=asyncio.Lock)
    _running: QueuedJob | None = None
    _closing: bool = False

    def __post_init__(self) -> None:
        self._pins = HandingPins(self.archive, self.disk)

    async def run(self) -> None:
        """Work on what is due, for as long as the worker lives. Nothing that fails here ends the worker."""
        for kept in await self.disk.run(self.shelf.load):
            self.jobs[kept.key] = QueuedJob(kept, self.shelf.path(kept))
        self._ready.set()
        care = asyncio.create_task(self._care())
        try:
            while not self._closing:
                self._due.clear()
                job = min(
                    (one for one in self.jobs.values() if one.kept.due and not one.forgotten),
                    key=lambda one: one.kept.asked_us,
                    default=None,
                )
                if job is None:
                    await self._due.wait()
                    continue
                await self._work_on(job)
        finally:
            care.cancel()

    async def ready(self) -> None:
        """Return when it is known which jobs there are."""
        await self._ready.wait()

    async def begin(self, release: UUID, camera: UUID, span: tuple[int, int]) -> None:
        """A job, if it is not there yet; one that failed in reading is begun anew.

        Raises:
            Refusing.
        """
        async with self._beginning:
            job = self.jobs.get((release, camera))
            if job is not None and job.forgotten:
                raise Refusing(MaskRefusalReason.NOT_YET, "the job before is being removed")
            if job is not None:
                await self._again(job, span)
                return
            await self._may_begin(camera, span)
            now = self.clock.wall_us()
            kept = MaskJobFile(
                release=release, camera=camera, from_us=span[0], to_us=span[1], begun_us=now, asked_us=now
            )
            try:
                await self._pins.set(kept.key, span)
                await self.disk.run(self.shelf.make, kept)
            except (OSError, sqlite3.Error) as error:
                await self._pins.release(kept.key)
                log.error("masking.not_begun", camera=str(camera), why=type(error).__name__)
                raise Refusing(MaskRefusalReason.DISK, "the job can't be written down") from error
            self.jobs[kept.key] = QueuedJob(kept, self.shelf.path(kept))
        log.info("masking.begun", release=str(release), camera=str(camera), seconds=(span[1] - span[0]) // 1_000_000)
        self._due.set()

    async def write(self, job: QueuedJob, way: str, put_review: PutReview) -> None:
        """Have a copy written.

        Args:
            put_review: writes the file of tracks under its name; blocks. Raises OSError, and ValueError where it is none.

        Raises:
            Refusing.
        """
        async with job.changing:
            kept = job.kept
            if job.forgotten or kept.found is None or kept.due is not None:
                raise Refusing(MaskRefusalReason.NOT_YET, f"the job is {kept.stage}")
            try:
                await self.disk.run(put_review, job.folder / REVIEW)
                await self._keep(job, stage="writing", written=None, way=way, failed=None, why=None, detail="", bound=0)
                await self.disk.run(drop_copy, job.folder)
            except ValueError as error:
                raise Refusing(MaskRefusalReason.BAD_TRACKS, str(error)) from error
            except OSError as error:
                raise Refusing(MaskRefusalReason.DISK, "the tracks can't be written down") from error
        self._due.set()

    async def forget(self, key: tuple[UUID, UUID]) -> bool:
        """Stop what runs of it and remove all its files.

        Returns:
            Whether there was such a job.

        Raises:
            Refusing: some of it could not be removed; it shows nothing any more and may be asked for again.
        """
        job = self.jobs.get(key)
        if job is None:
            return False
        job.forgotten = True
        if job.work is not None:
            job.work.kill()
        await job.rested.wait()
        async with job.changing:
            if not await self.disk.run(self.shelf.remove, job.kept):
                raise Refusing(MaskRefusalReason.NOT_REMOVED, "some of its files could not be removed")
            self.jobs.pop(key, None)
            await self._pins.release(key)
        log.info("masking.forgotten", release=str(key[0]), camera=str(key[1]))
        return True

    async def close(self) -> None:
        """End the process: the worker stops. What it worked on begins anew with the next start."""
        self._closing = True
        job = self._running
        if job is not None and job.work is not None:
            job.work.kill()
            await job.rested.wait()
        await self._pins.close()

    async def _again(self, job: QueuedJob, span: tuple[int, int]) -> None:
        kept = job.kept
        if (kept.from_us, kept.to_us) != span:
            raise Refusing(MaskRefusalReason.OTHER_SPAN, "the job was begun for another span")
        if kept.stage != "failed" or kept.failed != "reading":
            return
        async with job.changing:
            try:
                await self._keep(job, stage="queued", failed=None, why=None, detail="", bound=0)
            except OSError as error:
                raise Refusing(MaskRefusalReason.DISK, "the job can't be written down") from error
        self._due.set()

    async def _may_begin(self, camera: UUID, span: tuple[int, int]) -> None:
        if span[1] - span[0] > self.terms.seconds * 1_000_000:
            raise Refusing(MaskRefusalReason.TOO_LONG, "the span is too long", self.terms.seconds)
        if len(self.jobs) >= self.terms.jobs:
            raise Refusing(MaskRefusalReason.TOO_MANY, "there are as many jobs as there may be", self.terms.jobs)
        try:
            if await self.disk.run(self.shelf.room) <= 0:
                raise Refusing(MaskRefusalReason.DISK, "there is no room for a working film")
        except OSError as error:
            raise Refusing(MaskRefusalReason.DISK, "the disk does not answer") from error
        try:
            orders, unsealed = await self.disk.run(self._look, camera, span)
        except KeyError:
            orders, unsealed = [], False
        if unsealed:
            raise Refusing(MaskRefusalReason.NOT_SEALED, "some of the span is still being written")
        if not orders:
            raise Refusing(MaskRefusalReason.NO_FOOTAGE, "nothing is there of the span")

    def _look(self, camera: UUID, span: tuple[int, int]) -> tuple[list[SegmentOrder], bool]:
        """What is sealed of the span, and whether some of it is being written still."""
        # A file that is open goes on until now, so that it holds what is missing behind its beginning.
        unsealed = span[1] > self.clock.wall_us() or any(
            one.origin.wall_us < span[1] for one in self.archive.being_written(camera)
        )
        return chosen(self.archive.sealed_segments(camera, *span, limit=_MOST_SEGMENTS), *span), unsealed

    async def _work_on(self, job: QueuedJob) -> None:
        """One stage; what goes wrong is the job's, never the worker's."""
        due = job.kept.due
        assert due is not None
        self._running = job
        job.rested.clear()
        job.tell(0, 0)
        try:
            said = await self._stage(job)
        except (KeyError, sqlite3.Error) as error:
            said = Failed(why=MaskRefusalReason.GONE, detail=type(error).__name__)
        except OSError as error:
            said = Failed(why=MaskRefusalReason.DISK, detail=error.strerror or "")
        except Exception as error:
            log.exception("masking.broken")
            said = Failed(why=MaskRefusalReason.ERROR, detail=type(error).__name__)
        finally:
            self._running, job.work = None, None
            job.rested.set()
        if isinstance(said, Failed) and not job.forgotten and not self._closing:
            log.warning("masking.failed", camera=str(job.kept.camera), stage=due, why=said.why, detail=said.detail)
            changes = {"stage": "failed", "failed": due, "why": said.why, "detail": said.detail, "bound": said.bound}
            try:
                async with job.changing:
                    await self._keep(job, **changes)
            except OSError as error:
                # The next start begins this stage anew; until then it counts as failed all the same.
                job.kept = job.kept.model_copy(update=changes)
                log.error("masking.not_kept", why=error.strerror)

    async def _stage(self, job: QueuedJob) -> Read | Wrote | Failed:
        kept = job.kept
        span = kept.from_us, kept.to_us
        await self._pins.set(kept.key, span)
        orders, _unsealed = await self.disk.run(self._look, kept.camera, span)
        if not orders:
            return Failed(why=MaskRefusalReason.GONE, detail="nothing is there of the span any more")
        room = await self.disk.run(self.shelf.room)
        if room <= 0:
            return Failed(why=MaskRefusalReason.DISK, detail="there is no room")
        if kept.stage == "queued":
            async with job.changing:
                await self._keep(job, stage="reading")
        folder = await self.disk.run(self.shelf.make_work, kept)
        due = job.kept.due
        assert due is not None
        order = WorkOrder(
            do=due,
            folder=str(folder),
            camera=kept.camera,
            segments=orders,
            room=room,
            memory=self.terms.memory,
            most_pixels=self.terms.pixels,
            threads=self.terms.threads,
            review=str(job.folder / REVIEW),
            way=kept.way,
        )
        job.work = MaskProcess(order, job.tell, lambda: self.disk.run(self.shelf.has_reserve))
        if job.forgotten or self._closing:
            job.work.kill()
        try:
            said = await job.work.run(self.terms.stage_seconds)
            if isinstance(said, Failed) or job.forgotten:
                return said
            async with job.changing:
                await self._take_over(job, folder, said)
            return said
        finally:
            await self.disk.surely(shutil.rmtree, folder, ignore_errors=True)

    async def _take_over(self, job: QueuedJob, folder: Path, said: Read | Wrote) -> None:
        names = (FILM, PICTURES, FOUND) if isinstance(said, Read) else (COPY, LEAKS)
        await self.disk.run(take_over, job.folder, folder, names)
        if isinstance(said, Read):
            await self._keep(job, stage="found", found=said.found)
        else:
            await self._keep(job, stage="written", written=said.written)
        log.info("masking.done", camera=str(job.kept.camera), stage=job.kept.stage)

    async def _keep(self, job: QueuedJob, **changes: object) -> None:
        """
        Raises:
            OSError: it could not be written; nothing changed.
        """
        asked = {"asked_us": self.clock.wall_us()} if changes.get("stage") in ("queued", "writing") else {}
        kept = job.kept.model_copy(update=changes | asked)
        await self.disk.run(save, job.folder, kept)
        job.kept = kept

    async def _care(self) -> None:
        while True:
            try:
                await self._care_once()
            except Exception:
                log.exception("masking.care_failed")
            await asyncio.sleep(CARE_SECONDS)

    async def _care_once(self) -> None:
        now = self.clock.wall_us()
        for key, job in list(self.jobs.items()):
            if now - job.kept.begun_us > self.terms.term_seconds * 1_000_000:
                log.warning("masking.term_over", release=str(key[0]), camera=str(key[1]))
                with suppress(Refusing):  # it is told, and tried again
                    await self.forget(key)
                continue
            try:
                await self._pins.set(key, (job.kept.from_us, job.kept.to_us))
            except sqlite3.Error as error:
                log.error("masking.not_pinned", camera=str(key[1]), why=type(error).__name__)
