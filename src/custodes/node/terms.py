"""What the settings come to for one worker: its volumes and their care, its bounds of masking, its fonts."""

from __future__ import annotations

from pathlib import Path

import structlog

from custodes.addedvolumes import BadNote, read_added
from custodes.node.masking.line import Terms
from custodes.node.masking.shelf import Shelf
from custodes.settings import Settings
from custodes.video.archive.ladder import Rules
from custodes.video.archive.retention import Retention
from custodes.video.archive.volume import VolumeConfig

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


def shelf_of(settings: Settings, index: int, count: int) -> Shelf:
    """The work folder of masking, as one worker may use it."""
    return Shelf(
        *(settings.mask_folder or settings.node_folder / "masking", index, count),
        settings.mask_disk_bytes,
        settings.mask_reserve_bytes,
    )


def mask_terms_of(settings: Settings) -> Terms:
    """The bounds of its masking jobs."""
    return Terms(
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


def rules_of(settings: Settings) -> Rules:
    """When a shortage of room is warned of, thinned for and stopped for."""
    return Rules(
        warn_hours=settings.ladder_warn_hours,
        thin_hours=settings.ladder_thin_hours,
        stop_hours=settings.ladder_stop_hours,
        settle_seconds=settings.ladder_settle_minutes * 60,
    )
