"""Releases of footage that wait: to be completed, assessed, masked, reviewed, approved, published (S30.2, N22);
and those that are over, and whose working files the node has not deleted yet."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from custodes.access.models import Release, ReleaseState
from custodes.access.models.release import OVER
from custodes.access.release.facts import without_part
from custodes.access.release.reach import WORKS, worked_on
from custodes.people.permissions import Permission
from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.some import Some, first_of
from custodes.upkeep.dates.waits.waits import Waits

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


def gather(asking: Asking) -> list[Some[Waits]]:
    """All of them by one question, as far as a post has a part; who had a part in it does not wait for themselves to decide it."""
    person, at, may = asking.person, asking.at, asking.may
    if not may & {*WORKS}:
        return []
    parts = [worked_on(person, at, *WORKS).filter(state__in=OVER, begun_at__isnull=False, forgotten_at__isnull=True)]
    if _P.PROPOSE_RELEASES in may:
        parts.append(worked_on(person, at, _P.PROPOSE_RELEASES).filter(state__in=[_S.RETURNED, _S.APPROVED]))
    if _P.REVIEW_RELEASES in may:
        parts.append(worked_on(person, at, _P.REVIEW_RELEASES).filter(state__in=[_S.ASSESSED, _S.MASKED]))
    if may & {_P.REVIEW_RELEASES, _P.APPROVE_RELEASES}:
        assessed = worked_on(person, at, _P.REVIEW_RELEASES, _P.APPROVE_RELEASES)
        parts.append(assessed.filter(state=_S.PROPOSED).exclude(proposed_by=person))
    if _P.APPROVE_RELEASES in may:
        parts.append(without_part(worked_on(person, at, _P.APPROVE_RELEASES).filter(state=_S.REVIEWED), person))
    rows = Release.objects.filter(reduce(or_, (Q(pk__in=part.values("pk")) for part in parts)))
    rows = rows.only("number", "title", "state", "proposed_at").order_by("proposed_at", "pk")
    return [first_of(rows, asking.most, _waits)]


def _waits(row: Release) -> Waits:
    name = _(_NAMES[ReleaseState(row.state)]) % {"title": row.title}
    return Waits("release", name, row.number, row.get_absolute_url())
