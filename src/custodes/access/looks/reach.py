"""Whose looks a person may read: the rule of `seeing.py` asked of the database (Q11; N20, N25); and what would tell of a look that is kept
back beside it: holds by name, and their marks on a timeline (decision 0287).

A look was *served* by the unit that granted it: of a request its holder, of a session the unit at whose screen it was, else the
unit of whoever looked. It is *of* the units that answer for its cameras' systems.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from custodes.access.models import OPEN, AgencyRequest, Embargo, EmbargoState, Grant, Hold
from custodes.access.models.hold import reference
from custodes.access.papers import microseconds
from custodes.people.models import Person, Post, Unit
from custodes.people.models.account import held_posts
from custodes.people.permissions import Permission
from custodes.people.scope import DivisionScope, scope_of_posts, within
from custodes.places.models import Camera
from custodes.places.scope import RUNNING_ROLES, kinds_with, systems_of_roles

_P = Permission


@dataclass(frozen=True, slots=True)
class KnownOfLook:
    """What a reader may know of one look.

    Attributes:
        cameras: those that are named to them.
        served: they are of the unit that served it, or supervise: all of it is named.
        disclosed: the day on which it was told to them, where it was kept from them before.
    """

    cameras: tuple[Camera, ...]
    served: bool
    disclosed: date | None


def readable_looks(person: Person, at: datetime, permission: Permission = _P.VIEW_GRANTS) -> QuerySet[Grant]:
    """Looks that the person may read: a look that is kept from them is not there, not even in a count."""
    posts = _posts(person, at, permission)
    if not posts:
        return Grant.objects.recorded().filter(person=person)
    cameras = Camera.objects.filter(system__in=systems_of_roles(person, at, permission, RUNNING_ROLES).values("pk"))
    of_theirs = Grant.cameras.through.objects.filter(camera__in=cameras.values("pk")).values("grant")
    reached = _served_in(scope_of_posts(posts)) | Q(pk__in=of_theirs)
    told = reached & ~Q(request__in=Embargo.objects.running(at).values("request"))
    rows = _supervised(person, at) | _served_in(_own(posts)) | Q(person=person) | told
    return Grant.objects.recorded().filter(rows)


def known_of(grants: Iterable[Grant], person: Person, at: datetime) -> dict[UUID, KnownOfLook]:
    """What of looks that they may read is named to them: a few queries for all of a page's."""
    rows = list(grants)
    keys = [row.pk for row in rows]
    posts = _posts(person, at, _P.VIEW_GRANTS)
    watched, found = _supervised(person, at), Grant.objects.filter(pk__in=keys)
    served = set(
        found.filter(watched | _served_in(scope_of_posts(posts)) | Q(person=person)).values_list("pk", flat=True)
    )
    at_once = set(found.filter(watched | _served_in(_own(posts)) | Q(person=person)).values_list("pk", flat=True))
    systems = set(systems_of_roles(person, at, _P.VIEW_GRANTS, RUNNING_ROLES).values_list("pk", flat=True))
    days = disclosed_days((row.request_id for row in rows if row.request_id is not None), at)
    links = Grant.cameras.through.objects.filter(grant__in=keys).select_related(
        "camera__system__site", "camera__system__unit"
    )
    cameras: dict[UUID, list[Camera]] = {key: [] for key in keys}
    for link in links.order_by("camera__number", "camera"):
        if link.grant_id in served or link.camera.system_id in systems:
            cameras[link.grant_id].append(link.camera)
    return {
        row.pk: KnownOfLook(
            tuple(cameras[row.pk]),
            row.pk in served,
            None if row.pk in at_once or row.request_id is None else days.get(row.request_id),
        )
        for row in rows
    }


def named_by(person: Person, at: datetime, query: str) -> QuerySet[Grant]:
    """Looks that a camera's name finds for this person: only of cameras that `known_of` names to them, so that no search tells of others."""
    links = Grant.cameras.through.objects.filter(camera__name__icontains=query)
    served = Grant.objects.filter(
        _supervised(person, at) | _served_in(scope_of_posts(_posts(person, at, _P.VIEW_GRANTS))) | Q(person=person)
    )
    systems = systems_of_roles(person, at, _P.VIEW_GRANTS, RUNNING_ROLES)
    told = links.filter(Q(grant__in=served.values("pk")) | Q(camera__system__in=systems.values("pk")))
    return Grant.objects.filter(pk__in=told.values("grant"))


def known(grant: Grant, person: Person, at: datetime) -> KnownOfLook:
    """The same of one."""
    return known_of([grant], person, at)[grant.pk]


def disclosed_on(request: UUID, at: datetime) -> date | None:
    """The day on which the looks of a request were told after they had been kept back; None where they never were, or are still."""
    days = [ended for one in Embargo.objects.filter(request=request) if (ended := _ended(one, at)) is not None]
    return max(days, default=None)


def disclosed_days(requests: Iterable[UUID], at: datetime) -> dict[UUID, date]:
    """The same for the requests of a page's looks."""
    found: dict[UUID, date] = {}
    for one in Embargo.objects.filter(request__in=list(requests)):
        ended = _ended(one, at)
        if ended is not None:
            found[one.request_id] = max(ended, found.get(one.request_id, ended))
    return found


def kept_from(person: Person, at: datetime) -> QuerySet[AgencyRequest]:
    """Requests of which the person may learn nothing: kept back now, or waiting to be, by a holder that is not theirs.

    For what rests on a request besides its looks: holds, reports, lists. Whether a first embargo is approved is still open while it
    waits; nothing that rests on the request is told meanwhile.
    """
    waits = Q(state=EmbargoState.ASKED, earlier__isnull=True)
    rows = Embargo.objects.filter(Q(state=EmbargoState.APPROVED) | waits, ends_at__gt=at)
    kept = AgencyRequest.objects.filter(pk__in=rows.values("request"))
    theirs = within(_own(held_posts(person, at)), "holder")
    watched = within(scope_of_posts(_supervisors(person, at)), "holder")
    return kept.exclude(pk__in=AgencyRequest.objects.filter(theirs | watched).values("pk"))


def served_by(grant: Grant) -> Unit:
    """The unit that served it."""
    if grant.request is not None:
        return grant.request.holder
    return grant.session.unit if grant.session is not None else grant.unit


def _ended(one: Embargo, at: datetime) -> date | None:
    if one.state == EmbargoState.LIFTED and one.lifted_at is not None:
        return timezone.localdate(one.lifted_at)
    if one.state == EmbargoState.APPROVED and one.ends_at <= at:
        return timezone.localdate(one.ends_at)
    return None


def _posts(person: Person, at: datetime, permission: Permission) -> tuple[Post, ...]:
    return held_posts(person, at, kinds_with(permission))


def _own(posts: Iterable[Post]) -> DivisionScope:
    """Their units and sub-units, police or not: who served a look is a matter of units."""
    return DivisionScope(unit_paths=frozenset(post.unit.path for post in posts))


def _supervisors(person: Person, at: datetime) -> tuple[Post, ...]:
    """Posts of theirs at the police: the same kind of post at a school watches no police."""
    return tuple(post for post in _posts(person, at, _P.SUPERVISE_LOOKS) if post.unit.is_police)


def _supervised(person: Person, at: datetime) -> Q:
    scope = scope_of_posts(_supervisors(person, at))
    if not scope:
        return Q(pk__in=[])
    places = within(scope, "system__unit", "system__site__division")
    cameras = Camera.objects.filter(places).values("pk")
    return _served_in(scope) | Q(pk__in=Grant.cameras.through.objects.filter(camera__in=cameras).values("grant"))


def _served_in(scope: DivisionScope) -> Q:
    """Looks that a unit within the scope served, or whose person is of it."""
    return Q(within(scope, "unit")) | Q(within(scope, "request__holder")) | Q(within(scope, "session__unit"))


Interval = tuple[int, int]


def references_kept_back(at: datetime) -> list[str]:
    """How holds name the requests whose looks are kept back from the units now, or that wait to be."""
    waits = Q(state=EmbargoState.ASKED, earlier__isnull=True)
    rows = Embargo.objects.filter(Q(state=EmbargoState.APPROVED) | waits, ends_at__gt=at)
    return [reference(pk) for pk in rows.values_list("request", flat=True).distinct()]


def references_kept_from(person: Person, at: datetime) -> list[str]:
    """How holds name the requests of which this person may learn nothing."""
    return [reference(pk) for pk in kept_from(person, at).values_list("pk", flat=True)]


def held_for(person: Person, at: datetime, camera: Camera, held: Sequence[Interval]) -> list[Interval]:
    """The held spans of a timeline without what is held for a request that is kept from this person alone, µs."""
    kept = references_kept_from(person, at)
    if not kept or not held:
        return list(held)
    holds = list(Hold.objects.filter(cameras=camera, state__in=[one.value for one in OPEN]))
    hidden = [_span(one) for one in holds if one.request in kept]
    if not hidden:
        return list(held)
    return without(held, hidden, [_span(one) for one in holds if one.request not in kept])


def without(held: Sequence[Interval], hidden: Sequence[Interval], told: Sequence[Interval]) -> list[Interval]:
    """`held` less `hidden`, except where something that may be told holds the same moments too. Pure."""
    edges = sorted({edge for one in (*held, *hidden, *told) for edge in one})
    found: list[Interval] = []
    for begin, end in pairwise(edges):
        if _in(begin, end, held) and (_in(begin, end, told) or not _in(begin, end, hidden)):
            if found and found[-1][1] == begin:
                begin = found.pop()[0]
            found.append((begin, end))
    return found


def _in(begin: int, end: int, spans: Iterable[Interval]) -> bool:
    return any(one[0] <= begin and end <= one[1] for one in spans)


def _span(row: Hold) -> Interval:
    return microseconds(row.span_from), microseconds(row.span_to)
