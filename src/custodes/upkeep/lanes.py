"""Recorded hours of a few cameras beside each other, from what workers reported: for whoever chooses a span (decision 0292).

An hour says how much of it was recorded, and why the rest is missing; where inside it that lies is told by the node alone, to a look.
A worker accounts for an hour when it is over; until then its state, told every ten seconds, says whether the camera records.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from custodes.access.choosing.ending import Span, holds_of
from custodes.people.models import Person
from custodes.places.keeping import keeping_of
from custodes.places.models import Camera
from custodes.upkeep.kept import latest_of
from custodes.upkeep.models import CameraStatus, HourRollup, KeptDay, SourceState

HOUR = timedelta(hours=1)
HOUR_US = 3_600_000_000
LONGEST = timedelta(days=31)
MOST = 60
SLACK_US = 60_000_000
"""Less than a minute is missing: the hour counts as whole, as on the page of completeness (`DayCoverage.state`)."""
ACCOUNTED = timedelta(minutes=5)
"""An hour's account is here this long after its end (`node/reports.py`: its last segments are sealed, then it is told)."""


@dataclass(frozen=True, slots=True)
class HourRun:
    """Hours beside each other of which the same is so. An hour that was recorded in part stands alone, with how much it has.

    Attributes:
        kind: ``whole``, ``part``, ``gap`` (owed and not recorded), ``quiet`` (nothing was owed), ``unknown`` (no report),
            ``gone`` (past its term, or deleted), ``before`` (the camera was not connected yet), ``running`` (it records, and
            the hour's account is still to come), ``pending`` (that account is still to come), ``ahead``.
        reason: the cause that most of what is missing has; empty for none.
        recorded_us: of ``whole`` and ``part``, how much.
    """

    begin: datetime
    end: datetime
    kind: str
    reason: str = ""
    recorded_us: int = 0


@dataclass(frozen=True, slots=True)
class Lane:
    """One camera.

    Attributes:
        days: local days for which its footage is kept behind the day itself.
        oldest: when the oldest playable footage begins, as its worker said last; None where nothing was said of these days.
        holds: spans that are held.
    """

    camera: Camera
    runs: tuple[HourRun, ...]
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
    keys = [one.pk for one in cameras]
    told: dict[UUID, dict[datetime, HourRollup]] = {}
    rows = HourRollup.objects.filter(camera__in=keys, hour__gte=begin, hour__lt=end)
    for row in rows.only("camera_id", "hour", "recorded_us", "owed_us", "reasons"):
        told.setdefault(row.camera_id, {})[row.hour] = row
    kept = latest_of(keys, timezone.localdate(at))
    held = holds_of(cameras, (begin, end), person, at)
    states = CameraStatus.objects.in_bulk(keys)
    connected = _connected(keys)
    lanes = []
    for camera in cameras:
        hours = _Hours(
            told=told.get(camera.pk, {}),
            due=_due(camera, at),
            kept=kept.get(camera.pk),
            holds=tuple(held.get(camera.pk, ())),
            connected=connected.get(camera.pk),
            records_since=_records_since(states.get(camera.pk), at),
            at=at,
        )
        days = keeping_of(camera, timezone.localdate(at)).days
        oldest = hours.kept.oldest if hours.kept is not None else None
        lanes.append(Lane(camera, hours.runs(begin, end), days, oldest, hours.holds))
    return lanes


def _due(camera: Camera, at: datetime) -> datetime:
    """What is older is past its term."""
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - timedelta(days=keeping_of(camera, timezone.localdate(at)).days)).astimezone(UTC)


def _records_since(state: CameraStatus | None, at: datetime) -> datetime | None:
    records = state is not None and state.known(at) and state.state == SourceState.RECORDING
    return state.since if state is not None and records else None


def _connected(keys: Sequence[UUID]) -> dict[UUID, datetime]:
    """Since when there can be footage of each: its first account, or its connecting where that came earlier."""
    first = HourRollup.objects.filter(camera=OuterRef("pk")).order_by("hour").values("hour")[:1]
    found = {}
    for key, hour, connected in (
        Camera.objects.filter(pk__in=keys).annotate(first=Subquery(first)).values_list("pk", "first", "connected_at")
    ):
        moments = [moment for moment in (hour, connected) if moment is not None]
        if moments:
            found[key] = min(moments)
    return found


@dataclass(frozen=True, slots=True)
class _Hours:
    """What is known of one camera's hours.

    Attributes:
        told: accounts by hour.
        due: what is older is past its term.
        connected: since when there can be footage; None for not yet.
        records_since: it records, since then; None where it does not or nobody reports.
    """

    told: Mapping[datetime, HourRollup]
    due: datetime
    kept: KeptDay | None
    holds: tuple[Span, ...]
    connected: datetime | None
    records_since: datetime | None
    at: datetime

    def runs(self, begin: datetime, end: datetime) -> tuple[HourRun, ...]:
        """From whole hour to whole hour, what is alike joined."""
        found: list[HourRun] = []
        hour = begin
        while hour < end:
            for run in self._hour(hour):
                last = found[-1] if found else None
                if last is not None and run.kind != "part" and (last.kind, last.reason) == (run.kind, run.reason):
                    run = HourRun(last.begin, run.end, run.kind, run.reason, last.recorded_us + run.recorded_us)
                    found.pop()
                found.append(run)
            hour += HOUR
        return tuple(found)

    def _hour(self, hour: datetime) -> list[HourRun]:
        row, end = self.told.get(hour), hour + HOUR
        if hour >= self.at:
            return [HourRun(hour, end, "ahead")]
        if row is None and (self.connected is None or end <= self.connected):
            return [HourRun(hour, end, "before")]
        if self._gone(hour, row):
            return [HourRun(hour, end, "gone")]
        if row is not None:
            return [_accounted(row, end)]
        if end + ACCOUNTED <= self.at:
            return [HourRun(hour, end, "unknown")]
        return self._unaccounted(hour)

    def _unaccounted(self, hour: datetime) -> list[HourRun]:
        now, end = min(self.at, hour + HOUR), hour + HOUR
        records = now if self.records_since is None else min(max(self.records_since, hour), now)
        spans = ((hour, records, "pending"), (records, now, "running"), (now, end, "ahead"))
        return [HourRun(begin, until, kind) for begin, until, kind in spans if begin < until]

    def _gone(self, hour: datetime, row: HourRollup | None) -> bool:
        """Past its term; or recorded, and the worker can't play it any more, whatever the term says."""
        end = hour + HOUR
        if any(begin < end and hour < until for begin, until in self.holds):
            return False
        unplayable = self.kept is not None and self.kept.begins is not None and end <= self.kept.begins
        return end <= self.due or (unplayable and row is not None and row.recorded_us > 0)


def _accounted(row: HourRollup, end: datetime) -> HourRun:
    reason = max(row.reasons, key=lambda name: row.reasons[name], default="")
    if row.owed_us == 0 and row.recorded_us == 0:
        return HourRun(row.hour, end, "quiet", reason)
    if row.recorded_us + SLACK_US > HOUR_US:
        return HourRun(row.hour, end, "whole", "", row.recorded_us)
    if row.recorded_us == 0:
        return HourRun(row.hour, end, "gap", reason)
    return HourRun(row.hour, end, "part", reason, row.recorded_us)


def _hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
