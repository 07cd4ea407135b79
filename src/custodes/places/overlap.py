"""What other cameras of the register see of a camera's field (S8.3), and which stand in a window of the map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from custodes.law.assumptions import Assumptions
from custodes.law.duties.finding import DutyFinding, LegalTerms
from custodes.law.duties.planning import OverlapFacts, s8_3_overlap
from custodes.places.geometry import MAX_RANGE, MICRO, FieldOfView, MapBox, Plane, share_seen
from custodes.places.models import Camera, CameraState
from custodes.settings import get_settings

SHOWN = 8


@dataclass(frozen=True)
class Overlap:
    """What others see of one field.

    Attributes:
        share: by all of them together, 0 to 1.
        cameras: those that see something of it, each with its own share, the largest first.
    """

    share: float
    cameras: tuple[tuple[Camera, float], ...]


def within_box(cameras: QuerySet[Camera], box: MapBox) -> QuerySet[Camera]:
    """Those of `cameras` whose box meets `box`, by the index `camera_box`.

    No box is wider than twice the longest range, so each edge is bounded on both sides and the index needs no scan.
    """
    plane = Plane(box.west / MICRO, max(abs(box.south), abs(box.north)) / MICRO)
    longitude, latitude = plane.degrees(2.0 * MAX_RANGE, 2.0 * MAX_RANGE)
    wide = round((longitude - plane.longitude) * MICRO)
    high = round((latitude - plane.latitude) * MICRO)
    return cameras.filter(
        south__range=(box.south - high, box.north),
        west__range=(box.west - wide, box.east),
        north__gte=box.south,
        east__gte=box.west,
    )


def overlap_of(field: FieldOfView, cameras: QuerySet[Camera], *, without: UUID) -> Overlap:
    """What `cameras` see of `field`; what is not in use any more sees nothing.

    Args:
        without: key of the camera whose field it is.
    """
    rows = within_box(cameras, field.box()).filter(state__in=[CameraState.DRAFT, CameraState.CONNECTED])
    found = [(row, row.field) for row in rows.exclude(pk=without).select_related("system__site")]
    seeing = [(row, other, share_seen(field, [other])) for row, other in found if other is not None]
    seeing = sorted((one for one in seeing if one[2] > 0), key=lambda one: (-one[2], one[0].number))
    together = share_seen(field, [other for _row, other, _share in seeing])
    return Overlap(together, tuple((row, share) for row, _other, share in seeing))


def keep_share(camera: Camera) -> None:
    """Keep how much others see of a field that was declared or changed, or whose camera was connected.

    All cameras count, whoever may read their place: the share says nothing of where they are. It is what is asked of this camera;
    one that is added beside it later is asked for itself.
    """
    field = camera.field
    camera.overlap_share = None
    if field is not None:
        camera.overlap_share = overlap_of(field, Camera.objects.all(), without=camera.pk).share
    Camera.objects.filter(pk=camera.pk).update(overlap_share=camera.overlap_share)


def overlap_finding(overlap: Overlap, reason: str, day: date) -> DutyFinding:
    """What the law makes of it; the share from which a reason is asked for is a setting (`CUSTODES_LAW_OVERLAP_SHARE`)."""
    terms = LegalTerms(assumed=Assumptions(**get_settings().law_values))
    return s8_3_overlap(OverlapFacts(overlap.share, reason), day, day, terms)
