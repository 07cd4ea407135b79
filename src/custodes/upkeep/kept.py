"""How far back footage reaches, as workers say it each day: taken in, and asked for by pages (S32)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from custodes.places.models import Camera, Node
from custodes.upkeep.intake import own_cameras
from custodes.upkeep.models import KeptDay
from custodes.video.wire.retention import KeepingReport, KeptCamera

SHOWN = timedelta(days=2)
"""An account that is older says nothing of today."""


def take_keeping(node: Node, report: KeepingReport, at: datetime) -> int:
    """Keep a worker's account of a day; the same day again replaces what was there. How many cameras were kept.

    A node speaks for its own cameras alone.
    """
    own = own_cameras(node, {one.camera for one in report.cameras})
    rows = [_row(one, report) for one in report.cameras if one.camera in own]
    with transaction.atomic():
        KeptDay.objects.bulk_create(
            rows,
            batch_size=500,
            update_conflicts=True,
            unique_fields=["camera", "day"],
            update_fields=["days", "asked", "oldest", "begins", "short_days", "missing", "at"],
        )
    return len(rows)


def _row(one: KeptCamera, report: KeepingReport) -> KeptDay:
    return KeptDay(
        camera_id=one.camera,
        day=report.day,
        days=one.days,
        asked=_moment(one.asked_us),
        oldest=None if one.oldest_us is None else _moment(one.oldest_us),
        begins=None if one.begins_us is None else _moment(one.begins_us),
        short_days=one.short_days,
        missing=one.missing,
        at=_moment(report.at_us),
    )


def _moment(us: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=min(us, 250_000_000_000_000_000))


def latest_of(cameras: Iterable[UUID], today: date) -> dict[UUID, KeptDay]:
    """The newest account of each camera, where there is one of these days."""
    rows = KeptDay.objects.filter(camera__in=list(cameras), day__gt=today - SHOWN, day__lte=today).order_by("day")
    return {row.camera_id: row for row in rows}


def short_now(cameras: QuerySet[Camera], today: date) -> QuerySet[KeptDay]:
    """Accounts of yesterday and today by which less was kept than had to be: findings of S32, one a camera at most twice."""
    return KeptDay.objects.filter(
        camera__in=cameras.values("pk"), day__gt=today - SHOWN, day__lte=today, short_days__gt=0
    ).select_related("camera__system")
