"""What cameras and times are chosen for, and what may be offered for it. Deny by default: what nobody may choose for is None.

The rows are those that the form itself takes; here is only said whom the map and the timeline answer (decision 0292).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from custodes.access.agency.approvals import due_after
from custodes.access.agency.case import NARROWS
from custodes.access.agency.reach import held_cameras, taken_by
from custodes.access.holds.reach import holdable_cameras
from custodes.access.individual.facts import choosable as individually_choosable
from custodes.access.missing.case import MOST_CAMERAS as MOST_OF_A_CASE
from custodes.access.missing.reach import choosable as platform_choosable
from custodes.access.missing.reach import handled_cases
from custodes.access.models import AgencyState
from custodes.access.models.missing import RUNNING
from custodes.people.models import Person
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer
from custodes.places.models import Camera
from custodes.places.scope import exact_cameras
from custodes.video.wire.archive import MOST_CAMERAS as MOST_OF_A_HOLD

MOST_OF_A_REQUEST = 60
"""Cameras of one agency request: N20 asks for what the purpose needs; more are asked for in a second request."""
SOON = timedelta(days=1)
"""By then a case or a hold is decided that has no term of its own."""
CHOOSING = (AgencyState.DRAFT, AgencyState.CHECKING)


@dataclass(frozen=True)
class Subject:
    """What is offered.

    Attributes:
        offered: cameras that may be chosen.
        drawn: of these, those whose position may be read while choosing.
        exact: of these, those whose position is told exactly; of the others to ten metres.
        most: how many may be chosen.
        decided_by: when it is decided at the latest; what goes before is to be held.
        holds: whether the person may place a hold.
    """

    offered: QuerySet[Camera]
    drawn: QuerySet[Camera]
    exact: QuerySet[Camera]
    most: int
    decided_by: datetime
    holds: bool


def subject_of(viewer: Viewer, said: str) -> Subject | None:
    """What may be chosen for ``agency:UUID``, ``missing:UUID``, ``individual`` or ``hold``; None where the person chooses nothing."""
    kind, _colon, key = said.partition(":")
    holds = viewer.may(Permission.PLACE_HOLDS)
    person, at = viewer.person, viewer.at
    if kind == "agency":
        return _agency(person, at, key, holds)
    if kind == "missing":
        return _missing(viewer, key, holds)
    if key:
        return None
    if kind == "individual" and viewer.may(Permission.HANDLE_INDIVIDUAL):
        # The caretaker's own register: what they may not read there is not read here either.
        return _strict(individually_choosable(person, at), person, at, MOST_OF_A_REQUEST, holds)
    if kind == "hold" and holds:
        return _strict(holdable_cameras(person, at), person, at, MOST_OF_A_HOLD, holds)
    return None


def _agency(person: Person, at: datetime, key: str, holds: bool) -> Subject | None:
    uuid = _uuid(key)
    row = taken_by(person, at).select_related("holder").filter(pk=uuid).first() if uuid else None
    if row is None or row.state not in CHOOSING + NARROWS:
        return None
    # What is registered only becomes smaller.
    offered = held_cameras(row.holder) if row.state in CHOOSING else Camera.objects.filter(agency_requests=row)
    return _of_a_case(offered, person, at, MOST_OF_A_REQUEST, row.approve_due or due_after(at), holds)


def _missing(viewer: Viewer, key: str, holds: bool) -> Subject | None:
    uuid = _uuid(key)
    if uuid is None or not viewer.may(Permission.HANDLE_MISSING):
        return None
    person, at = viewer.person, viewer.at
    if not handled_cases(person, at).filter(pk=uuid, state__in=[one.value for one in RUNNING]).exists():
        return None
    return _of_a_case(platform_choosable(person, at), person, at, MOST_OF_A_CASE, at + SOON, holds)


def _of_a_case(
    offered: QuerySet[Camera], person: Person, at: datetime, most: int, decided_by: datetime, holds: bool
) -> Subject:
    """For a case on record: where the cameras stand that may be chosen is part of choosing (decision 0292). Classified ones never (S20)."""
    drawn = offered.filter(system__classified=False)
    return Subject(offered, drawn, drawn.filter(pk__in=exact_cameras(person, at).values("pk")), most, decided_by, holds)


def _strict(offered: QuerySet[Camera], person: Person, at: datetime, most: int, holds: bool) -> Subject:
    """Without a case: only positions that the person reads in the register too (R9, decision 0292)."""
    drawn = offered.filter(system__classified=False, pk__in=exact_cameras(person, at).values("pk"))
    return Subject(offered, drawn, drawn, most, at + SOON, holds)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
