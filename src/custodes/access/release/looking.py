"""Who may work on the film of a release at this moment: its reviewers and who approves it, while it waits for them, and while the law's
ground is met as far as it is due by then (Q1). This is the decision of this room; looks of all others are `access.decide`'s.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from custodes.access.models import Release
from custodes.access.models.release import LOOKED_AT
from custodes.access.release.conditions import NOT_OF_IT, NOT_OPEN, NOT_YET
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
