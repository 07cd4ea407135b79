"""What the settings come to for one worker: its volumes and their care, its bounds of masking, its fonts; and what it has on disk
(`Shelves`): opened before its event loop runs and closed behind it.
"""

from __future__ import annotations

from pathlib import Path

import structlog

from custodes.addedvolumes import BadNote, read_added
from custodes.ledger.client import NotaryClient
from custodes.ledger.records import record_of
from custodes.node.assignment import NAME, load_assignment
from custodes.node.delivery import ArchiveOutbox, Delivery
from custodes.node.disk import Disk
from custodes.node.journal import Journal
from custodes.node.masking.job import MaskJobFolders
from custodes.node.masking.line import MaskBounds
from custodes.node.plans import plans_of
from custodes.node.speaking import SpeechBook
from custodes.node.steering.book import SteeringBook
from custodes.settings import Settings
from custodes.video.archive.archive import Archive
from custodes.video.archive.low_space import LowSpaceRules
from custodes.video.archive.retention import Retention
from custodes.video.archive.volume import VolumeConfig
from custodes.video.clock import HostClock

log = structlog.get_logger(__name__)


def volumes_of(settings: Settings, workers: int) -> list[VolumeConfig]:
    """The volumes as one worker may use them, those of the volumes page with the id that must stand there."""
    added = settings.added_volumes
    try:
        read_added(settings.node_folder)
    except (OSError, BadNote) as error:
        log.error("volumes.note_unreadable", why=str(error))  # what it names is read and cleaned, and not written to
    cap, reserve = settings.volume_cap_bytes // workers, settings.volume_reserve_bytes
    return [VolumeConfig(path, cap, reserve, workers, added.get(str(path), "")) for path in settings.volume_paths]


def shelf_of(settings: Settings, index: int, count: int) -> MaskJobFolders:
    """The work folder of masking, as one worker may use it."""
    return MaskJobFolders(
        *(settings.mask_folder or settings.node_folder / "masking", index, count),
        settings.mask_disk_bytes,
        settings.mask_reserve_bytes,
    )


def mask_terms_of(settings: Settings) -> MaskBounds:
    """The bounds of its masking jobs."""
    return MaskBounds(
        seconds=settings.mask_longest_seconds,
        pixels=settings.mask_most_pixels,
        jobs=settings.mask_jobs,
        memory=settings.mask_memory_bytes,
        threads=settings.mask_threads,
        stage_seconds=settings.mask_stage_minutes * 60,
        term_seconds=settings.mask_term_days * 86_400,
    )


def faces_of(templates: Path | None) -> tuple[tuple[Path, int], ...]:
    """Fonts that names can be written with: those of printed documents."""
    from custodes.documents.fonts import HEI, fonts  # 20 MB that a worker without such viewers does without

    there = fonts(templates)
    return there.files(there.chain(HEI))


def retention_of(settings: Settings) -> Retention:
    """How long footage is kept on this machine."""
    if settings.training:
        return Retention(settings.time_zone, training_minutes=settings.training_retention_minutes)
    return Retention(settings.time_zone, settings.retention_days)


def rules_of(settings: Settings) -> LowSpaceRules:
    """When a shortage of room is warned of, thinned for and stopped for."""
    return LowSpaceRules(
        warn_hours=settings.ladder_warn_hours,
        thin_hours=settings.ladder_thin_hours,
        stop_hours=settings.ladder_stop_hours,
        settle_seconds=settings.ladder_settle_minutes * 60,
    )


class Shelves:
    """Of worker `index` of `count`.

    Attributes:
        archive: its cameras' footage; journal: what was shown; book: who steered; spoken: who spoke.
        delivery: brings the records of all four to the notary, from `start` on.
        disk: threads in which they are read and written.
    """

    def __init__(self, settings: Settings, index: int, count: int, clock: HostClock) -> None:
        told = load_assignment(settings.node_folder / NAME)
        self.archive = Archive.open(
            settings.node_folder / f"worker-{index}.sqlite3",
            volumes_of(settings, count),
            node=settings.node_name,
            worker=index,
            clock=clock,
            sync_seconds=settings.sync_seconds,
            plans=plans_of(told.cameras if told is not None else ()),
        )
        self.journal = Journal(settings.node_folder / f"views-{index}.sqlite3", clock)
        name = f"{settings.node_name}/{index}"
        self.book = SteeringBook(settings.node_folder / f"steering-{index}.sqlite3", name, clock)
        self.spoken = SpeechBook(settings.node_folder / f"speaking-{index}.sqlite3", name, clock)
        self.delivery = Delivery(
            NotaryClient(settings.notary_socket_path),
            [ArchiveOutbox(self.archive, record_of), self.journal, self.book, self.spoken],
        )
        self.disk = Disk()

    def close(self) -> None:
        """Write what is left; `disk` is closed before. Records that the notary doesn't have by now wait for the next start."""
        self.delivery.stop()
        self.archive.close()
        self.journal.close()
        self.book.close()
        self.spoken.close()
