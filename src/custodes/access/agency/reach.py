"""Whose requests a person sees: those they ask, those that their unit holds, and for the audit administrator all within the scope.

Rows go by unit alone: the police of a division don't read what another unit was asked (S28.1(3), S33.1).
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from custodes.access.models import AgencyRequest, AgencyState
from custodes.people.models import Person, Post, PostKind, Unit
from custodes.people.models.account import held_kinds, held_posts
from custodes.people.permissions import Permission
from custodes.people.scope import scope_for, within
from custodes.places.models import Camera
from custodes.places.scope import kinds_with

_P = Permission
DESK = (_P.TAKE_REQUESTS, _P.REFUSE_REQUESTS, _P.APPROVE_REQUESTS)


def _paths(person: Person, at: datetime, permission: Permission) -> list[str]:
    return [post.unit.path for post in held_posts(person, at, kinds_with(permission))]


def held_by(person: Person, at: datetime, *permissions: Permission) -> QuerySet[AgencyRequest]:
    """Requests to the units at which a post gives one of these permissions, and to their sub-units."""
    query = Q(pk__in=[])
    for permission in permissions:
        for path in _paths(person, at, permission):
            query |= Q(holder__path__startswith=path)
    # A draft that an organ's officer fills in online is nobody else's yet.
    return AgencyRequest.objects.filter(query).exclude(intake="online", state=AgencyState.DRAFT)


def approved_by(person: Person, at: datetime) -> QuerySet[AgencyRequest]:
    """Requests that the person approves: of the own unit, and of units below once they were put further.

    What the desk below has not checked in time is put to them too, so that they can see to it.
    """
    query = Q(pk__in=[])
    for post in held_posts(person, at, kinds_with(_P.APPROVE_REQUESTS)):
        query |= Q(holder=post.unit) | Q(holder__path__startswith=post.unit.path, escalated_at__isnull=False)
    return AgencyRequest.objects.filter(query)


def taken_by(person: Person, at: datetime) -> QuerySet[AgencyRequest]:
    """Requests at whose desk the person is: that of their units, and what a desk below did not check in time and was put to them."""
    query = Q(pk__in=held_by(person, at, _P.TAKE_REQUESTS).values("pk"))
    for post in held_posts(person, at, kinds_with(_P.APPROVE_REQUESTS)):
        late = Q(state=AgencyState.CHECKING, escalated_at__isnull=False, holder__path__startswith=post.unit.path)
        query |= late & ~Q(holder=post.unit)
    return AgencyRequest.objects.filter(query)


def above(holder: Unit, at: datetime) -> bool:
    """Whether a unit above this one has an approver to whom what is late is put."""
    ids = [int(part) for part in holder.path.split("/") if part]
    kinds = kinds_with(_P.APPROVE_REQUESTS)
    return Post.objects.valid(at).filter(unit__in=ids, kind__in=kinds).exclude(unit=holder).exists()


def own_requests(person: Person, at: datetime) -> QuerySet[AgencyRequest]:
    """Requests in which the person asks, while they hold the post of an organ's officer."""
    if PostKind.AGENCY_OFFICER not in held_kinds(person, at):
        return AgencyRequest.objects.none()
    return AgencyRequest.objects.filter(
        Q(pk__in=AgencyRequest.objects.filter(officers__person=person).values("pk"))
        | Q(begun_by=person, intake="online")
    )


def either(*parts: QuerySet[AgencyRequest]) -> QuerySet[AgencyRequest]:
    """Those of any of them."""
    rows = Q(pk__in=[])
    for part in parts:
        rows |= Q(pk__in=part.values("pk"))
    return AgencyRequest.objects.filter(rows)


def visible_requests(person: Person, at: datetime) -> QuerySet[AgencyRequest]:
    """All that the person may open."""
    watched = AgencyRequest.objects.filter(within(scope_for(person, _P.VIEW_REQUESTS, at), "holder"))
    watched = watched.exclude(state=AgencyState.DRAFT)
    return either(own_requests(person, at), held_by(person, at, *DESK), watched)


def intake_units(person: Person, at: datetime) -> QuerySet[Unit]:
    """Units for which the person takes requests in at the counter: those of their posts."""
    units = {post.unit_id for post in held_posts(person, at, kinds_with(_P.TAKE_REQUESTS))}
    return Unit.objects.filter(pk__in=units)


def holders(division_path: str = "") -> QuerySet[Unit]:
    """Units that hold footage: a system with a camera is theirs."""
    return Unit.objects.filter(systems__cameras__isnull=False).distinct().order_by("name")


def held_cameras(holder: Unit) -> QuerySet[Camera]:
    """Cameras of the systems for which the holder answers: what its staff may choose for a request to it."""
    return Camera.objects.filter(Q(system__unit=holder) | Q(system__unit__path__startswith=holder.path))


def locked(row: AgencyRequest) -> AgencyRequest:
    """The row as it stands, held until the transaction ends."""
    rows = AgencyRequest.objects.select_for_update(of=("self",)).select_related("holder", "unit", "begun_by")
    return rows.get(pk=row.pk)
