"""Whose releases a person sees and works on, and whose next step each waits for: those of the units of their posts; oversight and audit read all within their scope.

Rows go by unit alone, of the post and of who answers for the camera: the police of a division don't take part in a school's.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from custodes.access.models import Release, ReleaseShowing, ReleaseState
from custodes.access.models.release import OVER
from custodes.access.release.facts import not_proposed_by, was_shown, without_part
from custodes.people.models import Person, Unit
from custodes.people.models.account import held_posts
from custodes.people.permissions import Permission
from custodes.people.scope import DivisionScope, scope_for, within
from custodes.places.models import Camera, System, SystemRole
from custodes.places.models.site import holding_on
from custodes.places.scope import RUNNING_ROLES, kinds_with, run_systems

_P = Permission
#: Posts to whom a page of a release may be open at all; the row decides.
ANY = (_P.PROPOSE_RELEASES, _P.REVIEW_RELEASES, _P.APPROVE_RELEASES, _P.VIEW_RELEASES)
WORKS = (_P.PROPOSE_RELEASES, _P.REVIEW_RELEASES, _P.APPROVE_RELEASES)
#: Whose eyes its film is for.
LOOKERS = (_P.REVIEW_RELEASES, _P.APPROVE_RELEASES)


def worked_on(person: Person, at: datetime, *permissions: Permission) -> QuerySet[Release]:
    """Releases of the units at which a post gives one of these permissions, and of their sub-units."""
    query = Q(pk__in=[])
    for permission in permissions:
        for post in held_posts(person, at, kinds_with(permission)):
            query |= Q(unit__path__startswith=post.unit.path)
    return Release.objects.filter(query)


def visible_releases(person: Person, at: datetime) -> QuerySet[Release]:
    """All that the person may open: those they work on, those of their unit's cameras, and what they oversee."""
    mine = Q(pk__in=worked_on(person, at, *WORKS).values("pk"))
    for permission in WORKS:
        for post in held_posts(person, at, kinds_with(permission)):
            mine |= Q(camera__system__unit__path__startswith=post.unit.path)
    watched = within(scope_for(person, _P.VIEW_RELEASES, at), "unit")
    return Release.objects.filter(mine | watched)


def desk_of(person: Person, at: datetime, camera: Camera | None = None) -> Unit | None:
    """The unit in whose name the person proposes: of a camera that which answers for it or runs it, where one of theirs does."""
    units = [post.unit for post in held_posts(person, at, kinds_with(_P.PROPOSE_RELEASES))]
    theirs = [unit for unit in units if camera is not None and _runs(unit, camera, at)]
    return next(iter(theirs or units), None)


def desks(person: Person, at: datetime) -> QuerySet[Unit]:
    """Units in whose name the person may propose."""
    query = Q(pk__in=[])
    for post in held_posts(person, at, kinds_with(_P.PROPOSE_RELEASES)):
        query |= Q(path__startswith=post.unit.path)
    return Unit.objects.filter(query)


def proposes_for(person: Person, unit: Unit, camera: Camera, at: datetime) -> bool:
    """Whether the person proposes at this unit, and the unit answers for the camera or runs it."""
    return desks(person, at).filter(pk=unit.pk).exists() and _runs(unit, camera, at)


def _runs(unit: Unit, camera: Camera, at: datetime) -> bool:
    own = DivisionScope(unit_paths=frozenset({unit.path}))
    held = SystemRole.objects.filter(within(own), holding_on(timezone.localdate(at)), role__in=list(RUNNING_ROLES))
    systems = System.objects.filter(Q(within(own)) | Q(pk__in=held.values("system")))
    return systems.filter(pk=camera.system_id).exists()


def choosable(person: Person, at: datetime) -> QuerySet[Camera]:
    """Cameras of the systems that the person's unit answers for or runs: a contractor publishes nothing (N15.2)."""
    return Camera.objects.filter(system__in=run_systems(person, at, _P.PROPOSE_RELEASES).values("pk"))


_S = ReleaseState
_NAMES = {
    _S.PROPOSED: gettext_noop("公共传播待评估：%(title)s"),
    _S.RETURNED: gettext_noop("公共传播待补正：%(title)s"),
    _S.ASSESSED: gettext_noop("公共传播待遮蔽：%(title)s"),
    _S.MASKED: gettext_noop("公共传播待复核：%(title)s"),
    _S.REVIEWED: gettext_noop("公共传播待审批：%(title)s"),
    _S.APPROVED: gettext_noop("公共传播待公开：%(title)s"),
    **dict.fromkeys(OVER, gettext_noop("公共传播待删除工作文件：%(title)s")),
}
_FOR_ONE = gettext_noop("复制件已审批，待答复提供：%(title)s")
_UNSEEN = gettext_noop("公共传播待退回遮蔽、补答：%(title)s")


def awaiting(person: Person, at: datetime, may: Set[Permission]) -> QuerySet[Release]:
    """Those whose next step is this person's to take.

    Args:
        may: what their posts let them do.
    """
    parts = []
    if _P.PROPOSE_RELEASES in may:
        mine = worked_on(person, at, _P.PROPOSE_RELEASES).filter(state__in=[_S.RETURNED, _S.APPROVED])
        parts.append(mine.exclude(_unseen()))
    if _P.REVIEW_RELEASES in may:
        parts.append(worked_on(person, at, _P.REVIEW_RELEASES).filter(state__in=[_S.ASSESSED, _S.MASKED]))
    if may & {_P.REVIEW_RELEASES, _P.APPROVE_RELEASES}:
        proposed = worked_on(person, at, _P.REVIEW_RELEASES, _P.APPROVE_RELEASES).filter(state=_S.PROPOSED)
        parts.append(not_proposed_by(proposed, person))
    if _P.APPROVE_RELEASES in may:
        approved = worked_on(person, at, _P.APPROVE_RELEASES)
        parts.append(without_part(approved.filter(state=_S.REVIEWED), person))
        parts.append(approved.filter(_unseen()))
    return Release.objects.filter(reduce(or_, (Q(pk__in=part.values("pk")) for part in parts), Q(pk__in=[])))


def _unseen() -> Q:
    """Those for the public that were approved before who approves was shown the copy, and before all of it was answered (decision 0281): only an
    approver can send them back.
    """
    shown = ReleaseShowing.objects.filter(
        release=OuterRef("pk"), by=OuterRef("approved_by"), output=OuterRef("output"), whole_at__isnull=False
    )
    return Q(~Exists(shown), state=_S.APPROVED, own_image__isnull=True)


def name_of(row: Release) -> str:
    """What is to be done, of which."""
    name = _NAMES[ReleaseState(row.state)]
    if row.state == _S.APPROVED and row.own_image_id:
        name = _FOR_ONE
    elif row.state == _S.APPROVED and not (row.approved_by and was_shown(row, row.approved_by)):
        name = _UNSEEN
    return _(name) % {"title": row.title}
