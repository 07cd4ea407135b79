"""What cameras of a system in use still lack: sign, field, mask, the reason of an overlap (S8.3, S10(2), S15, R3).

Recording goes on meanwhile: a task with a day, not a refusal (decision 0199).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from custodes.law.calendar.terms import Term, Unit, count
from custodes.law.duties.terms import Terms
from custodes.law.grounds.ground import Unmet
from custodes.places.lifecycle.gathering import day_of, spot_of
from custodes.places.lifecycle.spots import declared
from custodes.places.models import WATCHED, Camera, CameraState, System, SystemState

#: Rows that may lack something, for the database to find; `owed_by` says what.
LACKING = (
    Q(sign_paper__isnull=True)
    | Q(azimuth__isnull=True)
    | Q(longitude__isnull=True)
    | (~Q(mask_zone="") & Q(mask_paper__isnull=True))
    | Q(overlap_share__gt=0, overlap_reason="")
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
    rows: Iterable[Camera] = system.cameras.filter(LACKING, state=CameraState.CONNECTED).prefetch_related("doubts")
    if only is not None:
        rows = [only] if only.state == CameraState.CONNECTED else []
    accepted = None if system.state == SystemState.LEGACY else day_of(system, "accept")
    found: list[Owed] = []
    for camera in rows:
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
