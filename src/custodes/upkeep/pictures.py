"""Picture health as the web knows it: taken in from nodes, and given on as plain findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from custodes.places.models import Camera
from custodes.upkeep.models import PictureCheck, PictureFault, PictureState
from custodes.upkeep.reports import PictureFaultReport, PictureReport

STALE = timedelta(minutes=10)
"""After this long without a look at a camera its findings are no longer known to hold."""


@dataclass(frozen=True)
class PictureFinding:
    """One fault of one camera's picture.

    Attributes:
        camera: id in the register.
        fault: of `PictureFaultKind`.
        state: ``faulty``, ``suspected``, ``over`` (it was stated and has ended), or ``unknown`` (nobody has looked lately).
        measure, threshold, unit: what was measured, and from where on it speaks for the fault.
        severe: far beyond the threshold.
        first_seen: when the first check was that made the state what it is; last_seen: the last check that was judged.
        reference: id of the declared view it was held against, empty for none; the pair of pictures can be asked of the node
            under a grant.
        details: further figures by name, as shift and turn of a camera that was moved.
    """

    camera: UUID
    fault: str
    state: str
    measure: float
    threshold: float
    unit: str
    severe: bool
    first_seen: datetime
    last_seen: datetime
    reference: str
    details: dict[str, float]


def picture_findings(cameras: QuerySet[Camera], now: datetime) -> list[PictureFinding]:
    """Every fault of these cameras that is stated, suspected, or over, newest first."""
    looked = dict(PictureCheck.objects.filter(camera__in=cameras).values_list("camera", "at"))
    rows = PictureFault.objects.filter(camera__in=cameras)
    return [_finding(row, looked.get(row.camera_id), now) for row in rows]


def _finding(row: PictureFault, looked: datetime | None, now: datetime) -> PictureFinding:
    known = row.state == PictureState.OVER or (looked is not None and now - looked <= STALE)
    return PictureFinding(
        camera=row.camera_id,
        fault=row.fault,
        state=row.state if known else "unknown",
        measure=row.measure,
        threshold=row.threshold,
        unit=row.unit,
        severe=row.severe,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        reference=row.reference,
        details=row.details,
    )


def take_pictures(reports: Iterable[PictureReport], own: set[UUID], at: datetime) -> None:
    """Keep what a node said of its cameras' pictures; call it within the transaction of the report.

    A fault that was stated and is not any more is over, and stays as that until it comes back; one that was only suspected
    is forgotten. A fault that could not be judged this time stays as it was.
    """
    latest = {report.camera: report for report in reports if report.camera in own}
    if not latest:
        return
    before = {(row.camera_id, row.fault): row for row in PictureFault.objects.filter(camera__in=latest)}
    keep: list[PictureFault] = []
    forget: list[int] = []
    for report in latest.values():
        keep += [_row(report.camera, fault) for fault in report.faults]
        said = {fault.fault for fault in report.faults} | set(report.unjudged)
        for (camera, fault), row in before.items():
            if camera != report.camera or fault in said or row.state == PictureState.OVER:
                continue
            if row.state == PictureState.SUSPECTED:
                forget.append(row.pk)
            else:
                row.state, row.last_seen = PictureState.OVER, report.at
                keep.append(row)
    # What was over and is suspected again was over: only a stated fault takes its place.
    keep = [row for row in keep if not _only_suspected_again(row, before.get((row.camera_id, row.fault)))]
    PictureFault.objects.filter(pk__in=forget).delete()
    PictureFault.objects.bulk_create(
        [PictureFault(**{field: getattr(row, field) for field in ("camera_id", "fault", *_FIELDS)}) for row in keep],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["camera", "fault"],
        update_fields=_FIELDS,
    )
    PictureCheck.objects.bulk_create(
        [
            PictureCheck(
                camera_id=report.camera,
                at=report.at,
                references=report.references,
                unjudged=list(report.unjudged),
                received_at=at,
            )
            for report in latest.values()
        ],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["camera"],
        update_fields=["at", "references", "unjudged", "received_at"],
    )


_FIELDS = ["state", "measure", "threshold", "unit", "severe", "first_seen", "last_seen", "reference", "details"]


def _only_suspected_again(row: PictureFault, before: PictureFault | None) -> bool:
    return row.state == PictureState.SUSPECTED and before is not None and before.state == PictureState.OVER


def _row(camera: UUID, fault: PictureFaultReport) -> PictureFault:
    return PictureFault(
        camera_id=camera,
        fault=fault.fault,
        state=fault.state,
        measure=fault.measure,
        threshold=fault.threshold,
        unit=fault.unit,
        severe=fault.severe,
        first_seen=fault.since,
        last_seen=fault.last,
        reference=fault.reference,
        details=fault.details,
    )
