"""Which cameras are down, and which volumes and nodes need somebody."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from custodes.places.models import Camera, Node
from custodes.upkeep.models import CameraStatus, SourceState, VolumeStatus
from custodes.upkeep.models.status import STALE
from custodes.video.archive.forecast import BRAKED

GRACE = timedelta(seconds=60)
"""A camera that has been reconnecting for less than this is not called down."""

_BAD = (SourceState.CONNECTING, SourceState.SILENT, SourceState.REFUSED, SourceState.NETWORK)


def cameras_down(cameras: QuerySet[Camera], now: datetime) -> QuerySet[Camera]:
    """Connected cameras that should be recorded and are not, or of which nobody reports."""
    expected = cameras & Camera.objects.taken_in().filter(record=True)
    return expected.filter(
        Q(status__isnull=True, connected_at__lte=now - GRACE)
        | Q(status__at__lt=now - STALE)
        | Q(status__state__in=_BAD, status__since__lte=now - GRACE)
    )


def count_down(cameras: QuerySet[Camera], now: datetime) -> int:
    """How many `cameras_down` has. Asked from both sides: reports that say so, and cameras without a report, which are no rows there."""
    expected = cameras & Camera.objects.taken_in().filter(record=True)
    unreported = expected.filter(status__isnull=True, connected_at__lte=now - GRACE).count()
    bad = Q(at__lt=now - STALE) | Q(state__in=_BAD, since__lte=now - GRACE)
    return unreported + CameraStatus.objects.filter(bad, camera__in=expected.values("pk")).count()


_ORDER = ("missing", "wrong", "full", "recording", "draining", "unused", "replaced", "retired")
_DECIDED = ("draining", "retired", "replaced")
"""What a person decided is no fault."""


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
        path, identity: its folder and id; empty in a report of an older node.
        stands: how it stands; the worst of what its workers say.
        protected: bytes that nobody may delete today, and `held` those under a hold among them; None when it was not told.
        failing_since: it answered with an error then and has taken nothing since; None while it works.
        failing_with: the errors of its workers.
        turned_away: cameras whose footage it did not take since.
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
    path: str = ""
    identity: str = ""
    stands: str = ""
    protected: int | None = None
    held: int | None = None
    failing_since: datetime | None = None
    failing_with: tuple[str, ...] = ()
    turned_away: tuple[UUID, ...] = ()

    def by_path(self) -> VolumeForecast:
        """Under the name of its whole path, where another has its folder's name."""
        return replace(self, name=self.path or self.name)

    @property
    def braked(self) -> bool:
        """Whether a retention pass was stopped here and waits for a person (`custodes purge`)."""
        return BRAKED in self.states

    @property
    def faults(self) -> tuple[str, ...]:
        """Why it is not written to, in the node's words."""
        return tuple(state for state in self.states if state not in (BRAKED, *_DECIDED))

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
        # Two folders may have the same name; a volume of an older node's report is known by that alone.
        groups.setdefault((row.node_id, row.identity or row.path or row.path_name), []).append(row)
    found = [_together(rows, capped) for rows in groups.values()]
    names = Counter((volume.node.pk, volume.name) for volume in found)
    return [volume if names[volume.node.pk, volume.name] == 1 else volume.by_path() for volume in found]


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
        path=rows[0].path,
        identity=rows[0].identity,
        stands=min((row.stands for row in rows), key=_worst),
        protected=_sum([row.bytes_protected for row in rows]),
        held=_sum([row.bytes_held for row in rows]),
        failing_since=min((row.failing_since for row in rows if row.failing_since is not None), default=None),
        failing_with=tuple(sorted({row.failing_with for row in rows} - {""})),
        turned_away=tuple(sorted({UUID(camera) for row in rows for camera in row.turned_away})),
    )


def _worst(stands: str) -> int:
    return _ORDER.index(stands) if stands in _ORDER else len(_ORDER)


def _sum(amounts: list[int | None]) -> int | None:
    return None if None in amounts else sum(amount or 0 for amount in amounts)
