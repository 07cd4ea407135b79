"""Recorded hours of a few cameras beside each other, from what workers reported: for whoever chooses a span (decision 0293).

An hour says how much of it was recorded, and why the rest is missing; where inside it that lies is told by the node alone, to a look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from custodes.access.choosing.ending import Span, holds_of
from custodes.people.models import Person
from custodes.places.keeping import keeping_of
from custodes.places.models import Camera
from custodes.upkeep.kept import latest_of
from custodes.upkeep.models import HourRollup, KeptDay

HOUR = timedelta(hours=1)
LONGEST = timedelta(days=31)
MOST = 60
SLACK_US = 60_000_000
"""Less than a minute is missing: the hour counts as whole, as on the page of completeness (`DayCoverage.state`)."""


@dataclass(frozen=True, slots=True)
class Run:
    """Hours beside each other of which the same is so.

    Attributes:
        kind: ``whole``, ``part``, ``gap`` (owed and not recorded), ``quiet`` (nothing was owed), ``unknown`` (no report),
            ``gone`` (past its term, or deleted), ``ahead``.
        reason: the cause that most of what is missing has; empty for none.
    """

    begin: datetime
    end: datetime
    kind: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """One camera.

    Attributes:
        days: local days for which its footage is kept behind the day itself.
        oldest: when the oldest playable footage begins, as its worker said last; None where nothing was said of these days.
        holds: spans that are held.
    """

    camera: Camera
    runs: tuple[Run, ...]
    days: int
    oldest: datetime | None
    holds: tuple[Span, ...]


def lanes_of(cameras: Sequence[Camera], span: Span, at: datetime, person: Person) -> list[Lane]:
    """A lane for each camera, over whole hours.

    Args:
        cameras: with `system__site`.
        span: aware, `LONGEST` at most.
        person: who is told; a hold that is kept from them shows nowhere.
    """
    begin, end = _hour(span[0]), _hour(span[1] + HOUR - timedelta(microseconds=1))
    told: dict[UUID, dict[datetime, HourRollup]] = {}
    rows = HourRollup.objects.filter(camera__in=[one.pk for one in cameras], hour__gte=begin, hour__lt=end)
    for row in rows.only("camera_id", "hour", "recorded_us", "owed_us", "reasons"):
        told.setdefault(row.camera_id, {})[row.hour] = row
    kept = latest_of([one.pk for one in cameras], timezone.localdate(at))
    held = holds_of(cameras, (begin, end), person, at)
    return [
        _lane(camera, (begin, end), told.get(camera.pk, {}), kept.get(camera.pk), tuple(held.get(camera.pk, ())), at)
        for camera in cameras
    ]


def _lane(
    camera: Camera,
    span: Span,
    told: Mapping[datetime, HourRollup],
    kept: KeptDay | None,
    holds: tuple[Span, ...],
    at: datetime,
) -> Lane:
    days = keeping_of(camera, timezone.localdate(at)).days
    local = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    due = (local - timedelta(days=days)).astimezone(UTC)
    # What the worker can't play any more is gone, whatever the term says; without its word the term decides.
    from_then = max(due, kept.begins) if kept is not None and kept.begins is not None else due
    runs: list[Run] = []
    hour = span[0]
    while hour < span[1]:
        kind, reason = _state(hour, told.get(hour), from_then, holds, at)
        last = runs[-1] if runs else None
        if last is not None and (last.kind, last.reason) == (kind, reason):
            runs[-1] = Run(last.begin, hour + HOUR, kind, reason)
        else:
            runs.append(Run(hour, hour + HOUR, kind, reason))
        hour += HOUR
    return Lane(camera, tuple(runs), days, kept.oldest if kept is not None else None, holds)


def _state(
    hour: datetime, row: HourRollup | None, from_then: datetime, holds: tuple[Span, ...], at: datetime
) -> tuple[str, str]:
    if hour >= at:
        return "ahead", ""
    if hour + HOUR <= from_then and not any(begin < hour + HOUR and hour < end for begin, end in holds):
        return "gone", ""
    if row is None:
        return "unknown", ""
    reason = max(row.reasons, key=lambda name: row.reasons[name], default="")
    if row.owed_us == 0 and row.recorded_us == 0:
        return "quiet", reason
    if row.recorded_us + SLACK_US > row.owed_us:
        return "whole", ""
    return ("part" if row.recorded_us > 0 else "gap"), reason


def _hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
