"""Completeness: of each camera and local day, how much was owed and how much is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from custodes.places.models import Camera
from custodes.upkeep.models import HourRollup

SECOND_US = 1_000_000


@dataclass(frozen=True)
class DayCoverage:
    """One camera's local day.

    Attributes:
        day: the local day.
        recorded_us, owed_us: microseconds; 0 owed means nothing was reported or owed.
        degraded_us: of what is recorded, that of which key frames only were kept.
    """

    day: date
    recorded_us: int
    owed_us: int
    degraded_us: int = 0

    @property
    def missing_us(self) -> int:
        """Owed and not there."""
        return max(0, self.owed_us - self.recorded_us)

    @property
    def percent(self) -> float | None:
        """Recorded of owed, never rounded up to 100; None when nothing was owed."""
        if not self.owed_us:
            return None
        if not self.missing_us:
            return 100.0
        return min(99.99, int(10_000 * self.recorded_us / self.owed_us) / 100)

    @property
    def state(self) -> str:
        """``whole``, ``short`` (under a minute is missing), ``gap`` or ``none``."""
        if not self.owed_us:
            return "none"
        if not self.missing_us:
            return "whole"
        return "short" if self.missing_us < 60 * SECOND_US else "gap"


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The local day as two instants."""
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)


def last_days(today: date, count: int) -> list[date]:
    """`count` days up to `today`, oldest first."""
    return [today - timedelta(days=back) for back in range(count - 1, -1, -1)]


def coverage_of(cameras: Iterable[Camera], days: list[date], zone: ZoneInfo) -> dict[UUID, dict[date, DayCoverage]]:
    """Coverage of each camera on each of these consecutive days."""
    begin, _end = day_bounds(days[0], zone)
    _begin, end = day_bounds(days[-1], zone)
    rows = (
        HourRollup.objects.filter(camera__in=[camera.pk for camera in cameras], hour__gte=begin, hour__lt=end)
        .annotate(day=TruncDate("hour", tzinfo=zone))
        .values("camera", "day")
        .annotate(recorded=Sum("recorded_us"), owed=Sum("owed_us"), degraded=Sum("degraded_us"))
        .order_by()
    )
    table: dict[UUID, dict[date, DayCoverage]] = {}
    for row in rows:
        table.setdefault(row["camera"], {})[row["day"]] = DayCoverage(
            row["day"], row["recorded"], row["owed"], row["degraded"]
        )
    return table


def incomplete_on(cameras: QuerySet[Camera], days: Sequence[date], zone: ZoneInfo) -> list[int]:
    """How many of the cameras lack a minute or more of each of these local days, by one question."""
    spans = [day_bounds(day, zone) for day in days]
    missing = {
        f"day{number}": Sum(F("owed_us") - F("recorded_us"), filter=Q(hour__gte=begin, hour__lt=end))
        for number, (begin, end) in enumerate(spans)
    }
    rows = HourRollup.objects.filter(
        hour__gte=min(begin for begin, _end in spans), hour__lt=max(end for _begin, end in spans)
    )
    found = (
        rows.filter(camera__in=cameras.values("pk"))
        .values("camera")
        .annotate(**missing)
        .aggregate(**{f"of_{name}": Count("camera", filter=Q(**{f"{name}__gte": 60 * SECOND_US})) for name in missing})
    )
    return [found[f"of_{name}"] for name in missing]


def hours_of(camera: Camera, day: date, zone: ZoneInfo) -> QuerySet[HourRollup]:
    """The reported hours of one local day."""
    begin, end = day_bounds(day, zone)
    return HourRollup.objects.filter(camera=camera, hour__gte=begin, hour__lt=end).order_by(F("hour"))
