"""From the rows of a request to the facts of its ground."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from custodes.access.models import AgencyRequest, AgencyState
from custodes.law.grounds.agency import AgencyFacts, Basis, Officer, Requester, Verb
from custodes.law.grounds.stating import Scope
from custodes.settings import get_settings

_UNREGISTERED = (AgencyState.DRAFT, AgencyState.CHECKING, AgencyState.REFUSED, AgencyState.LAPSED)


def facts_of(
    row: AgencyRequest, *, there: Collection[UUID] | None = None, registered: bool | None = None
) -> AgencyFacts:
    """The facts as they stand.

    Args:
        there: ids of the officers who are present now; None takes those who were at the counter or confirmed from their account,
            which is what the registration asks for.
        registered: as if it were (un)registered; None as it is.
    """
    cameras = list(row.cameras.select_related("system__site"))
    settings = get_settings()
    return AgencyFacts(
        requester=Requester(row.requester),
        unit=row.unit_name,
        basis=Basis(row.basis) if row.basis else None,
        officers=tuple(
            Officer(
                str(one.person.uuid) if one.person else one.name,
                one.card,
                one.confirmed_at is not None if there is None else one.pk in there,
            )
            for one in row.officers.select_related("person")
        ),
        letter=row.letter_number,
        verb=Verb(row.way),
        scope=Scope(len(cameras), row.span_from, row.span_to, timedelta(hours=settings.law_request_hours)),
        purpose=row.purpose,
        content=row.content,
        registered=row.state not in _UNREGISTERED if registered is None else registered,
        undertaking=row.undertaken_on is not None,
        law=row.law,
        law_reviewed=row.law_reviewed_by_id is not None,
        base_data=row.base_data,
        security_organ=row.security_organ,
        approval_number=row.approval_number,
        approvers=tuple(str(one.by.uuid) for one in row.approvals.filter(void=False).select_related("by")),
        approvals_needed=row.approvals_needed,
        urgent=row.state == AgencyState.GRANTED_URGENT,
        returned=row.returned_on is not None or row.state in (AgencyState.CLOSED, AgencyState.REVOKED),
        n9=bool(cameras) and all(camera.system.site.n9 for camera in cameras),
    )
