"""Which cameras are down, and which volumes and nodes need somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from custodes.places.models import Camera, CameraState, Node
from custodes.upkeep.models import SourceState, VolumeStatus
from custodes.upkeep.models.status import STALE
from custodes.video.archive.forecast import BRAKED

GRACE = timedelta(seconds=60)
"""A camera that has been reconnecting for less than this is not called down."""


def cameras_down(cameras: QuerySet[Camera], now: datetime) -> QuerySet[Camera]:
    """Connected cameras that should be recorded and are not, or of which nobody reports."""
    expected = cameras.filter(state=CameraState.CONNECTED, record=True)
    bad = [SourceState.CONNECTING, SourceState.SILENT, SourceState.REFUSED, SourceState.NETWORK]
    return expected.filter(
        Q(status__isnull=True, connected_at__lte=now - GRACE)
        | Q(status__at__lt=now - STALE)
        | Q(status__state__in=bad, status__since__lte=now - GRACE)
    )


@dataclass(frozen=True)
class VolumeForecast:
    """A volume over all workers of its node.

    Attributes:
        node: which node.
        name: the volume's folder name.
        used, free: bytes; free is what recording may still write.
        rate: bytes a second over the last day.
        days_left: until it is full at that rate; None while nothing is written.
        days_held: days of footage that it holds in all at that rate; None while nothing is written.
        oldest: its oldest footage.
        states: states other than ``ok``.
        at: the oldest report in it.
    """

    node: Node
    name: str
    used: int
    free: int
    rate: float
    days_left: float | None
    days_held: float | None
    oldest: datetime | None
    states: tuple[str, ...]
    at: datetime

    @property
    def braked(self) -> bool:
        """Whether a retention pass was stopped here and waits for a person (`custodes purge`)."""
        return BRAKED in self.states

    @property
    def faults(self) -> tuple[str, ...]:
        """Why it is not written to, in the node's words."""
        return tuple(state for state in self.states if state != BRAKED)

    def under_floor(self, floor_days: float) -> bool:
        """Whether it cannot hold the retention period at the present rate (S32)."""
        return self.days_held is not None and self.days_held < floor_days


def forecasts(capped: bool) -> list[VolumeForecast]:
    """Each volume, its workers' shares added up.

    Args:
        capped: each worker has its own share of a cap (`CUSTODES_VOLUME_CAP_BYTES`), so that what is free adds up;
            else they all write into the same free space.
    """
    groups: dict[tuple[int, str], list[VolumeStatus]] = {}
    for row in VolumeStatus.objects.select_related("node"):
        groups.setdefault((row.node_id, row.path_name), []).append(row)
    return [_together(rows, capped) for rows in groups.values()]


def _together(rows: list[VolumeStatus], capped: bool) -> VolumeForecast:
    used = sum(row.bytes_used for row in rows)
    free = sum(row.bytes_free for row in rows) if capped else min(row.bytes_free for row in rows)
    rate = sum(row.rate_bytes_per_s for row in rows)
    per_day = rate * 86_400
    return VolumeForecast(
        node=rows[0].node,
        name=rows[0].path_name,
        used=used,
        free=free,
        rate=rate,
        days_left=free / per_day if per_day else None,
        days_held=(used + free) / per_day if per_day else None,
        oldest=min((row.oldest for row in rows if row.oldest is not None), default=None),
        states=tuple(sorted({row.state for row in rows} - {"ok"})),
        at=min(row.at for row in rows),
    )
