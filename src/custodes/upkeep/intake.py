"""``POST /internal/rollup``, ``/internal/status`` and ``/internal/keeping``: what workers report (wire.md §2), taken in.

A node speaks for its own cameras alone; the rest of a report is passed over and counted.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from custodes.places.internal import body, node_only
from custodes.places.models import Camera, Node
from custodes.places.volumes import take_answers
from custodes.upkeep.events import forget_old_events
from custodes.upkeep.models import CameraEvent, CameraStatus, HourRollup, KeptDay, VolumeStatus, WorkerStatus
from custodes.upkeep.pictures import take_pictures
from custodes.upkeep.reports import ProcessReport, Rollup, Status, moment
from custodes.video.wire.archive import KeepingReport, KeptCamera

log = structlog.get_logger(__name__)
REASON_LENGTH = 300


@node_only
def rollup(request: HttpRequest, node: Node) -> HttpResponse:
    """Hours of a worker's cameras."""
    report = body(Rollup, request)
    if isinstance(report, HttpResponse):
        return report
    take_rollup(node, report, timezone.now())
    return HttpResponse(status=204)


@node_only
def status(request: HttpRequest, node: Node) -> HttpResponse:
    """How a worker stands."""
    report = body(Status, request)
    if isinstance(report, HttpResponse):
        return report
    take_status(node, report, timezone.now())
    return HttpResponse(status=204)


@node_only
def keeping(request: HttpRequest, node: Node) -> HttpResponse:
    """How far back each camera's footage reaches on a day."""
    report = body(KeepingReport, request)
    if isinstance(report, HttpResponse):
        return report
    take_keeping(node, report, timezone.now())
    return HttpResponse(status=204)


def take_rollup(node: Node, report: Rollup, at: datetime) -> int:
    """Keep the hours; the same hour again replaces what was there. Returns how many were kept."""
    own = own_cameras(node, {hour.camera for hour in report.hours})
    rows = {
        (hour.camera, hour.hour): HourRollup(
            camera_id=hour.camera,
            hour=hour.hour,
            recorded_us=hour.recorded_us,
            owed_us=hour.owed_us,
            degraded_us=hour.degraded_us,
            bytes=hour.bytes,
            reasons=hour.reasons,
            roots=hour.roots,
            worker=report.worker,
            received_at=at,
        )
        for hour in report.hours
        if hour.camera in own
    }
    HourRollup.objects.bulk_create(
        rows.values(),
        batch_size=500,
        update_conflicts=True,
        unique_fields=["camera", "hour"],
        update_fields=["recorded_us", "owed_us", "degraded_us", "bytes", "reasons", "roots", "worker", "received_at"],
    )
    if len(rows) < len(report.hours):
        log.warning("rollup.passed_over", node=node.name, hours=len(report.hours) - len(rows))
    return len(rows)


def take_status(node: Node, report: Status, at: datetime) -> None:
    """Keep how the worker's cameras, volumes and clock stand; what it no longer has is forgotten."""
    own = own_cameras(node, {one.camera for many in (report.cameras, report.pictures, report.events) for one in many})
    cameras = {
        camera.camera: CameraStatus(
            camera_id=camera.camera,
            state=camera.state,
            since=camera.since,
            reason=(camera.reason or "")[:REASON_LENGTH],
            at=at,
        )
        for camera in report.cameras
        if camera.camera in own
    }
    volumes = {
        (volume.path_name, volume.path, volume.identity): VolumeStatus(
            node=node,
            worker=report.worker,
            path_name=volume.path_name,
            bytes_used=volume.bytes_used,
            bytes_free=volume.bytes_free,
            rate_bytes_per_s=volume.rate_bytes_per_s,
            days_left=volume.days_left,
            days_held=volume.days_held,
            oldest=moment(volume.oldest),
            state=volume.state,
            path=volume.path,
            identity=volume.identity,
            stands=volume.stands,
            bytes_protected=volume.bytes_protected,
            bytes_held=volume.bytes_held,
            failing_since=moment(volume.failing_since),
            failing_with=volume.failing_with,
            turned_away=[str(camera) for camera in volume.turned_away if camera in own],
            at=at,
        )
        for volume in report.volumes
    }
    events = {
        (event.camera, event.kind, event.since): CameraEvent(
            camera_id=event.camera,
            kind=event.kind,
            since=event.since,
            last=event.last,
            count=event.count,
            text=event.text,
            over=event.over,
            at=at,
        )
        for event in report.events
        if event.camera in own
    }
    with transaction.atomic():
        if events:
            forget_old_events(at)
            CameraEvent.objects.bulk_create(
                events.values(),
                batch_size=500,
                update_conflicts=True,
                unique_fields=["camera", "kind", "since"],
                update_fields=["last", "count", "text", "over", "at"],
            )
        CameraStatus.objects.bulk_create(
            cameras.values(),
            batch_size=500,
            update_conflicts=True,
            unique_fields=["camera"],
            update_fields=["state", "since", "reason", "at"],
        )
        VolumeStatus.objects.filter(node=node, worker=report.worker).delete()
        VolumeStatus.objects.bulk_create(volumes.values())
        take_pictures(report.pictures, own, at)
        WorkerStatus.objects.update_or_create(
            node=node,
            worker=report.worker,
            defaults={
                "clock_synchronised": report.clock.synchronised,
                "clock_offset_us": report.clock.offset_us,
                "shortage": report.shortage.model_dump(mode="json"),
                "volume_places": {
                    "places": [place.model_dump(mode="json") for place in report.volume_places],
                    "roots": report.volume_roots,
                },
                "at": at,
                **_process(report.process),
            },
        )
    take_answers(node, report.worker, {answer.id: answer.outcome for answer in report.volume_orders}, at)
    Node.objects.filter(pk=node.pk).update(last_seen=at)


def _process(report: ProcessReport | None) -> dict[str, object]:
    """What is kept of the process; a node of an older version says nothing of it."""
    if report is None:
        return {}
    return {
        "started_at": report.started,
        "restarts": report.restarts,
        "version": report.version,
        "views": report.views,
        "lateness_ms": report.lateness_ms,
        "backlog_bytes": report.backlog_bytes,
        "disk_ms": report.disk_ms,
    }


def take_keeping(node: Node, report: KeepingReport, at: datetime) -> int:
    """Keep a worker's account of a day; the same day again replaces what was there. How many cameras were kept.

    A node speaks for its own cameras alone.
    """
    own = own_cameras(node, {one.camera for one in report.cameras})
    rows = [_kept_row(one, report) for one in report.cameras if one.camera in own]
    with transaction.atomic():
        KeptDay.objects.bulk_create(
            rows,
            batch_size=500,
            update_conflicts=True,
            unique_fields=["camera", "day"],
            update_fields=["days", "asked", "oldest", "begins", "short_days", "missing", "at"],
        )
    return len(rows)


def _kept_row(one: KeptCamera, report: KeepingReport) -> KeptDay:
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


def own_cameras(node: Node, cameras: set[UUID]) -> set[UUID]:
    """Those of the cameras that are this node's."""
    known = list(cameras)
    found: set[UUID] = set()
    for start in range(0, len(known), 500):
        part = known[start : start + 500]
        found.update(Camera.objects.filter(node=node, pk__in=part).values_list("pk", flat=True))
    return found
