"""Whose next step each release waits for: who may take it, and has had no part that keeps them from it."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from custodes.access.models import Release, ReleaseState
from custodes.access.models.release import OVER
from custodes.access.release.facts import not_proposed_by, without_part
from custodes.access.release.reach import worked_on
from custodes.people.models import Person
from custodes.people.permissions import Permission

_S = ReleaseState
_P = Permission
_NAMES = {
    _S.PROPOSED: gettext_noop("公共传播待评估：%(title)s"),
    _S.RETURNED: gettext_noop("公共传播待补正：%(title)s"),
    _S.ASSESSED: gettext_noop("公共传播待遮蔽：%(title)s"),
    _S.MASKED: gettext_noop("公共传播待复核：%(title)s"),
    _S.REVIEWED: gettext_noop("公共传播待审批：%(title)s"),
    _S.APPROVED: gettext_noop("公共传播待公开：%(title)s"),
    **dict.fromkeys(OVER, gettext_noop("公共传播待删除工作文件：%(title)s")),
}


def awaiting(person: Person, at: datetime, may: Set[Permission]) -> QuerySet[Release]:
    """Those whose next step is this person's to take.

    Args:
        may: what their posts let them do.
    """
    parts = []
    if _P.PROPOSE_RELEASES in may:
        parts.append(worked_on(person, at, _P.PROPOSE_RELEASES).filter(state__in=[_S.RETURNED, _S.APPROVED]))
    if _P.REVIEW_RELEASES in may:
        parts.append(worked_on(person, at, _P.REVIEW_RELEASES).filter(state__in=[_S.ASSESSED, _S.MASKED]))
    if may & {_P.REVIEW_RELEASES, _P.APPROVE_RELEASES}:
        proposed = worked_on(person, at, _P.REVIEW_RELEASES, _P.APPROVE_RELEASES).filter(state=_S.PROPOSED)
        parts.append(not_proposed_by(proposed, person))
    if _P.APPROVE_RELEASES in may:
        parts.append(without_part(worked_on(person, at, _P.APPROVE_RELEASES).filter(state=_S.REVIEWED), person))
    return Release.objects.filter(reduce(or_, (Q(pk__in=part.values("pk")) for part in parts), Q(pk__in=[])))


def name_of(row: Release) -> str:
    """What is to be done, of which."""
    return _(_NAMES[ReleaseState(row.state)]) % {"title": row.title}
