"""What cameras of a system in use still lack: sign, field, mask, the reason of an overlap (S8.3, S10(2), S15, R3).

Recording goes on meanwhile: a task with a day, not a refusal (decision 0199).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from custodes.law.calendar.terms import Term, Unit, count
from custodes.law.duties.terms import Terms
from custodes.law.grounds.ground import Unmet
from custodes.places.lifecycle.gathering import day_of, spot_of
from custodes.places.lifecycle.spots import declared
from custodes.places.models import WATCHED, Camera, CameraState, Step, System, SystemState


def may_lack(terms: Terms) -> Q:
    """Rows that may lack something, for the database to find; `owed_by` says what."""
    return (
        Q(sign_paper__isnull=True)
        | Q(azimuth__isnull=True)
        | Q(longitude__isnull=True)
        | (~Q(mask_zone="") & Q(mask_paper__isnull=True))
        | Q(overlap_share__gte=terms.assumed.overlap_share, overlap_reason="")
    )


@dataclass(frozen=True, slots=True)
class Owed:
    """What one camera lacks.

    Attributes:
        unmet: never empty.
        due: the unit's own last day, counted from its connection; None for what was there before acceptance or the regulation.
        late: that day has passed.
    """

    camera: Camera
    unmet: tuple[Unmet, ...]
    due: date | None
    late: bool


def owed_by(system: System, today: date, terms: Terms, only: Camera | None = None) -> list[Owed]:
    """Connected cameras of an accepted or used system that lack something, as the register stands; the most pressing first.

    Args:
        only: of this camera alone.
    """
    if system.state not in WATCHED:
        return []
    rows: Iterable[Camera] = system.cameras.filter(may_lack(terms), state=CameraState.CONNECTED).prefetch_related(
        "doubts"
    )
    if only is not None:
        rows = [only] if only.state == CameraState.CONNECTED else []
    accepted = None if system.state == SystemState.LEGACY else day_of(system, "accept")
    return _owed(rows, system, accepted, today, terms)


def lacking(systems: QuerySet[System], terms: Terms) -> QuerySet[System]:
    """Accepted or used systems with cameras that may lack something: those whose cameras can have a day first."""
    cameras = Camera.objects.filter(may_lack(terms), system=OuterRef("pk"), state=CameraState.CONNECTED)
    return systems.filter(Exists(cameras), state__in=WATCHED).order_by("state", "name", "pk")


def owed_of(systems: Iterable[System], today: date, terms: Terms) -> dict[UUID, list[Owed]]:
    """`owed_by` of several systems, by four questions in all; without those that lack nothing."""
    rows = {system.pk: system for system in systems}
    cameras: dict[UUID, list[Camera]] = defaultdict(list)
    found = Camera.objects.filter(may_lack(terms), system__in=list(rows), state=CameraState.CONNECTED)
    for camera in found.prefetch_related("doubts"):
        cameras[camera.system_id].append(camera)
    steps = Step.objects.filter(system__in=list(rows), object_id__in=list(rows), event="accept")
    accepted = dict(steps.order_by("at").values_list("system", "on"))  # the last one stays
    owed = {
        pk: _owed(cameras[pk], system, None if system.state == SystemState.LEGACY else accepted.get(pk), today, terms)
        for pk, system in rows.items()
        if pk in cameras and system.state in WATCHED
    }
    return {pk: cameras for pk, cameras in owed.items() if cameras}


def _owed(cameras: Iterable[Camera], system: System, accepted: date | None, today: date, terms: Terms) -> list[Owed]:
    found: list[Owed] = []
    for camera in cameras:
        unmet = tuple(declared(spot_of(camera), today, today, terms, n9=system.site.n9))
        if unmet:
            due = _due(camera, accepted, terms)
            found.append(Owed(camera, unmet, due, due is not None and due < today))
    return sorted(found, key=lambda one: (one.due or date.max, one.camera.number))


def _due(camera: Camera, accepted: date | None, terms: Terms) -> date | None:
    """No law gives a term for the sign of a camera that is added; the unit's own for a change of what was filed serves (N14)."""
    if accepted is None or camera.connected_at is None:
        return None
    connected = timezone.localdate(camera.connected_at)
    if connected <= accepted:
        return None
    term = Term(terms.assumed.change_working_days, Unit.WORKING_DAY, False, ("S15", "N14"))
    return count(term, connected, terms.calendar).due
