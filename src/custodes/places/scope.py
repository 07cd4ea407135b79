"""Which sites, systems, cameras and devices a person sees, edits and watches.

Seeing a row in the register (S33.1: base data) and seeing its picture are two questions: this file answers the first;
the second is only ever `access.decision`.

Devices follow the systems whose cameras a person sees and tends.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Func, Q, QuerySet
from django.utils import timezone

from custodes.people.models import Person, PostKind, Unit
from custodes.people.models.account import held_posts
from custodes.people.permissions import POST_PERMISSIONS, Permission
from custodes.people.scope import DivisionScope, scope_of, within
from custodes.places.models import Camera, GbDevice, PlaceRole, Site, System, SystemPost, SystemRole, SystemRoleKind
from custodes.places.models.site import holding_on

#: Roles whose units run the system, besides the responsible unit: they say who stands duty at it (S34, N7.3).
RUNNING_ROLES = (SystemRoleKind.MANAGER, SystemRoleKind.NATIONAL_MANAGER)

#: Roles whose units tend the cameras' base data (S30.1, S31, S33.1); a contractor decides nothing else (S31.2, N15.2).
TENDING_ROLES = (*RUNNING_ROLES, SystemRoleKind.MAINTAINER, SystemRoleKind.OPERATOR)


def kinds_with(permission: Permission) -> frozenset[PostKind]:
    """The kinds of posts that give a permission."""
    return frozenset(kind for kind, permissions in POST_PERMISSIONS.items() if permission in permissions)


def visible_systems(person: Person, at: datetime, permission: Permission = Permission.VIEW_PLACES) -> QuerySet[System]:
    """Systems that the person may see: of their units or division, in any of law's roles, or watched by their posts.

    `permission` is the screen's: only posts that give it count.
    """
    kinds = kinds_with(permission)
    scope = scope_of(person, at, kinds=kinds)
    own = DivisionScope(unit_paths=scope.unit_paths)
    day = timezone.localdate(at)
    mine = [post.pk for post in held_posts(person, at, kinds)]
    seen = Q(within(scope, "unit", "site__division"))
    # What no post can lead to is not asked for: a city's page makes this question a dozen times.
    if own:
        seen |= Q(pk__in=SystemRole.objects.filter(within(own), holding_on(day)).values("system"))
        seen |= Q(site__in=PlaceRole.objects.filter(within(own), holding_on(day)).values("site"))
    if mine:
        seen |= Q(pk__in=SystemPost.objects.in_force().filter(post__in=mine).values("system"))
    return System.objects.filter(seen)


def systems_of_roles(
    person: Person, at: datetime, permission: Permission, roles: Iterable[SystemRoleKind]
) -> QuerySet[System]:
    """Systems within the scope of the posts that give `permission`, or at which their units have one of these roles."""
    scope = scope_of(person, at, kinds=kinds_with(permission))
    own = DivisionScope(unit_paths=scope.unit_paths)
    held = SystemRole.objects.filter(within(own), holding_on(timezone.localdate(at)), role__in=list(roles))
    return System.objects.filter(Q(within(scope, "unit", "site__division")) | Q(pk__in=held.values("system")))


def visible_sites(person: Person, at: datetime) -> QuerySet[Site]:
    """Sites that the person may see: of their units or division, or with a system that they may see."""
    scope = scope_of(person, at, kinds=kinds_with(Permission.VIEW_PLACES))
    return Site.objects.filter(
        Q(within(scope, "unit", "division")) | Q(pk__in=visible_systems(person, at).values("site"))
    )


def visible_cameras(person: Person, at: datetime, permission: Permission = Permission.VIEW_PLACES) -> QuerySet[Camera]:
    """Cameras of the systems that the person may see on this screen."""
    return Camera.objects.filter(system__in=visible_systems(person, at, permission).values("pk"))


def listed_cameras(person: Person, at: datetime) -> QuerySet[Camera]:
    """The same rows as `visible_cameras`, for a list that is walked along an index (decision 0215).

    Who sees a division sees most rows that the walk meets: the systems are then found once, and each row that is met is looked up
    among them. Written as a plain `IN`, PostgreSQL joins and sorts all of the cameras before it takes fifty. Who sees a few units'
    rows has them found through their systems instead.
    """
    if not scope_of(person, at, kinds=kinds_with(Permission.VIEW_PLACES)).division_paths:
        return visible_cameras(person, at)
    return Camera.objects.filter(_Holds(Q(system__in=visible_systems(person, at).values("pk"))))


class _Holds(Func):
    """A condition that the planner leaves where it is, in place of turning it into a join."""

    template = "(%(expressions)s) IS TRUE"
    output_field = BooleanField()

    def __init__(self, condition: Q) -> None:
        super().__init__(ExpressionWrapper(condition, BooleanField()))


def manager_scope(person: Person, at: datetime, permission: Permission) -> DivisionScope:
    """Where the person may change the register: the own unit and its sub-units; a system administrator the division."""
    divisions: set[str] = set()
    units: set[str] = set()
    for post in held_posts(person, at, kinds_with(permission)):
        units.add(post.unit.path)
        if post.kind == PostKind.SYSTEM_ADMIN and post.unit.is_police:
            divisions.add(post.unit.division.path)
    return DivisionScope(frozenset(divisions), frozenset(units))


def answered_systems(person: Person, at: datetime) -> QuerySet[System]:
    """Systems for which the person's unit answers: only it hands them to another."""
    return System.objects.filter(within(manager_scope(person, at, Permission.MANAGE_PLACES), "unit", "site__division"))


def editable_systems(person: Person, at: datetime) -> QuerySet[System]:
    """Systems that the person may change, with the roles at them and the posts that watch them."""
    return _with_role(person, at, Permission.MANAGE_PLACES, RUNNING_ROLES)


def built_systems(person: Person, at: datetime) -> QuerySet[System]:
    """Systems whose life the person may carry on: of who answers for it, builds it or runs it (S11, S16.1)."""
    return _with_role(person, at, Permission.MANAGE_PLACES, (SystemRoleKind.BUILDER, *RUNNING_ROLES))


def papered_systems(person: Person, at: datetime) -> QuerySet[System]:
    """Systems whose papers the person may read (S30.1, S33.1): of who builds, runs or tends them, and of who takes filings."""
    handled = handled_systems(person, at)
    if not manager_scope(person, at, Permission.MANAGE_PLACES):
        return handled
    kept = _with_role(person, at, Permission.MANAGE_PLACES, (SystemRoleKind.BUILDER, *TENDING_ROLES))
    return System.objects.filter(Q(pk__in=handled.values("pk")) | Q(pk__in=kept.values("pk")))


def handled_systems(person: Person, at: datetime) -> QuerySet[System]:
    """Systems whose filings and removal reports the person takes, as the police of their county or city (S16.2, S18b)."""
    posts = held_posts(person, at, kinds_with(Permission.HANDLE_FILINGS))
    police = [post.unit.division.path for post in posts if post.unit.is_police]
    return System.objects.filter(within(DivisionScope(division_paths=frozenset(police)), "unit", "site__division"))


def decided_systems(person: Person, at: datetime) -> QuerySet[System]:
    """Systems about whose changes the person may decide, for the units that run them: a contractor decides nothing (S34(7), N15.2)."""
    return _with_role(person, at, Permission.APPROVE_CHANGES, RUNNING_ROLES)


def tended_systems(person: Person, at: datetime) -> QuerySet[System]:
    """Systems whose cameras the person may add and change."""
    return _with_role(person, at, Permission.MANAGE_CAMERAS, TENDING_ROLES)


def restarted_systems(person: Person, at: datetime) -> QuerySet[System]:
    """Systems whose devices the person may start again."""
    return _with_role(person, at, Permission.REBOOT_DEVICES, TENDING_ROLES)


def configured_systems(person: Person, at: datetime) -> QuerySet[System]:
    """Systems whose devices the person may ask how they are set, and set."""
    return _with_role(person, at, Permission.CONFIGURE_DEVICES, TENDING_ROLES)


def plannable_cameras(person: Person, at: datetime) -> QuerySet[Camera]:
    """Cameras for which the person may ask for an interruption: whoever runs or tends them may, a contractor too."""
    return Camera.objects.filter(system__in=_with_role(person, at, Permission.ASK_PLANS, TENDING_ROLES).values("pk"))


def approvable_cameras(person: Person, at: datetime) -> QuerySet[Camera]:
    """Cameras whose interruption the person may approve: a contractor's staff approve nothing (S31.2, N15.2)."""
    rows = _with_role(person, at, Permission.APPROVE_PLANS, RUNNING_ROLES)
    return Camera.objects.filter(system__in=rows.values("pk"))


def sound_approvable_cameras(person: Person, at: datetime) -> QuerySet[Camera]:
    """Cameras whose sound the person may let be recorded, for the units that run the system (N15.2)."""
    rows = _with_role(person, at, Permission.APPROVE_SOUND, RUNNING_ROLES)
    return Camera.objects.filter(system__in=rows.values("pk"))


def run_systems(person: Person, at: datetime, permission: Permission) -> QuerySet[System]:
    """Systems that the units of posts with this permission answer for or run; what a contractor tends is not among them (N15.2)."""
    return _with_role(person, at, permission, RUNNING_ROLES)


def _with_role(
    person: Person, at: datetime, permission: Permission, roles: Iterable[SystemRoleKind]
) -> QuerySet[System]:
    scope = manager_scope(person, at, permission)
    rows = Q(within(scope, "unit", "site__division"))
    own = DivisionScope(unit_paths=scope.unit_paths)
    if own:
        held = SystemRole.objects.filter(within(own), holding_on(timezone.localdate(at)), role__in=list(roles))
        rows |= Q(pk__in=held.values("system"))
    return System.objects.filter(rows)


def editable_sites(person: Person, at: datetime) -> QuerySet[Site]:
    """Sites that the person may change."""
    return Site.objects.filter(within(manager_scope(person, at, Permission.MANAGE_PLACES), "unit", "division"))


def editable_cameras(person: Person, at: datetime) -> QuerySet[Camera]:
    """Cameras whose data and address the person may change, and whose base data they therefore read in full."""
    return Camera.objects.filter(system__in=tended_systems(person, at).values("pk"))


def checkable_cameras(person: Person, at: datetime) -> QuerySet[Camera]:
    """Cameras whose declared view is in the person's hands: of the caretakers of who runs or tends them (S15, S34(7)).

    Who administers the installation changes every camera's data, and sees none of them.
    """
    return Camera.objects.filter(system__in=_with_role(person, at, Permission.CHECK_VIEWS, TENDING_ROLES).values("pk"))


def own_units(person: Person, at: datetime) -> QuerySet[Unit]:
    """Units in whose name the person may register sites and systems."""
    return Unit.objects.filter(within(manager_scope(person, at, Permission.MANAGE_PLACES), ""))


def exact_systems(person: Person, at: datetime) -> QuerySet[System]:
    """Systems whose cameras' base data the person reads exactly: who tends them, and who supervises them (S30.1, S33.1, S36)."""
    supervised = visible_systems(person, at, Permission.SUPERVISE_PLACES)
    if not manager_scope(person, at, Permission.MANAGE_CAMERAS):
        return supervised
    return System.objects.filter(Q(pk__in=tended_systems(person, at).values("pk")) | Q(pk__in=supervised.values("pk")))


def exact_cameras(person: Person, at: datetime) -> QuerySet[Camera]:
    """Cameras whose base data the person reads exactly (`exact_systems`).

    Everybody else who sees the row sees neither position nor field of view, in no page source and no file (R9).
    """
    return Camera.objects.filter(system__in=exact_systems(person, at).values("pk"))


def told_exactly(rows: QuerySet[Any], exact: QuerySet[Any]) -> QuerySet[Any]:
    """The same rows, each with `exact`: whether the person reads its base data; asked once for all of them.

    Args:
        exact: of `exact_cameras` or `exact_sites`.
    """
    marked: QuerySet[Any] = rows.annotate(
        exact=ExpressionWrapper(Q(pk__in=exact.values("pk")), output_field=BooleanField())
    )
    return marked


def exact_sites(person: Person, at: datetime) -> QuerySet[Site]:
    """Sites whose position the person may read."""
    scope = scope_of(person, at, kinds=kinds_with(Permission.SUPERVISE_PLACES))
    return Site.objects.filter(Q(pk__in=editable_sites(person, at).values("pk")) | Q(within(scope, "unit", "division")))


def visible_devices(person: Person, at: datetime) -> QuerySet[GbDevice]:
    """Devices whose row the person may see."""
    return GbDevice.objects.filter(system__in=visible_systems(person, at).values("pk"))


def tended_devices(person: Person, at: datetime) -> QuerySet[GbDevice]:
    """Devices that the person may enter, change and retire, and whose channels they may make cameras of."""
    return GbDevice.objects.filter(system__in=tended_systems(person, at).values("pk"))


def rebootable_devices(person: Person, at: datetime) -> QuerySet[GbDevice]:
    """Devices that the person may start again: a right beside that of changing them, and none of whoever only steers."""
    return GbDevice.objects.filter(system__in=restarted_systems(person, at).values("pk"))


def configurable_devices(person: Person, at: datetime) -> QuerySet[GbDevice]:
    """Devices that the person may ask how they are set, and set: a right of its own beside that of changing their rows."""
    return GbDevice.objects.filter(system__in=configured_systems(person, at).values("pk"))


def exact_devices(person: Person, at: datetime) -> QuerySet[GbDevice]:
    """Devices whose address, make and channels the person reads: base data (S33.1)."""
    return GbDevice.objects.filter(system__in=exact_systems(person, at).values("pk"))


def sees_unknown(person: Person, at: datetime) -> bool:
    """Whether the person is told who tries to register: they are nobody's yet, so only who manages a whole division is."""
    return bool(manager_scope(person, at, Permission.MANAGE_CAMERAS).division_paths)
