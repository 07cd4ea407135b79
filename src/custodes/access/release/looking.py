"""Who may work on the film of a release at this moment: its reviewers and who approves it, while it waits for them, and while the law's
ground is met as far as it is due by then (Q1). This is the decision of this room; looks of all others are `access.decide`'s.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from custodes.access.models import Release
from custodes.access.models.release import LOOKED_AT
from custodes.access.release.facts import facts_of
from custodes.access.release.leave import Decide
from custodes.access.release.reach import worked_on
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.release import due_before_masking
from custodes.law.grounds.trial import ON_TRIAL
from custodes.people.models import Person
from custodes.people.permissions import Permission
from custodes.places.lifecycle.trial import closed_trials

LOOKERS = (Permission.REVIEW_RELEASES, Permission.APPROVE_RELEASES)


def decision_of(release: UUID) -> Decide:
    """What `leave` asks each time: the row is read anew, so that a step that closes it counts at once."""

    def decide(person: Person, at: datetime) -> tuple[Unmet, ...]:
        row = Release.objects.select_related("camera__system").get(pk=release)
        found: list[Unmet] = []
        if not worked_on(person, at, *LOOKERS).filter(pk=row.pk).exists():
            found.append(NOT_OF_IT)
        if row.state not in LOOKED_AT:
            found.append(NOT_OPEN)
        found += due_before_masking(facts_of(row))
        if closed_trials(person, (row.camera,), at, row.span):
            found.append(ON_TRIAL)
        return tuple(found)

    return decide


def to_delete(release: UUID) -> Decide:
    """The same for the one call that has the node delete its files, once the release is over or public."""

    def decide(person: Person, at: datetime) -> tuple[Unmet, ...]:
        row = Release.objects.get(pk=release)
        mine = worked_on(person, at, Permission.PROPOSE_RELEASES, *LOOKERS).filter(pk=row.pk).exists()
        found = [] if mine else [NOT_OF_IT]
        return (*found, *((NOT_YET,) if row.state in LOOKED_AT or not row.works else ()))

    return decide


NOT_OF_IT = Unmet(
    "S33.1", "您不是该件的复核人、审批人", "you neither review nor approve this release",
    "请由办理单位的复核人或者审批人查看", "its reviewers and approvers look",
)  # fmt: skip
NOT_OPEN = Unmet(
    "S30.2", "该件不在遮蔽、复核或者审批中", "it is not being masked, reviewed or approved",
    "请在办理页面查看下一步", "see its page",
)  # fmt: skip
NOT_YET = Unmet(
    "S30.2", "该件仍在办理，或者没有工作文件", "it still goes on, or there is no file of it",
    "办结后再删除工作文件", "delete them when it is over",
)  # fmt: skip
