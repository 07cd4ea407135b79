"""A release is proposed, completed once it was given back, and dropped by those who proposed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from custodes.access.models import Release, ReleaseState
from custodes.access.numbering import next_number
from custodes.access.release import desk
from custodes.access.release.conditions import ELSEWHERE
from custodes.access.release.facts import asked_of
from custodes.access.release.forgetting import forget_when_over
from custodes.access.release.guards import GUARDS
from custodes.access.release.reach import proposes_for
from custodes.access.release.stepping import Taken, cleared, due_of, keep, locked, move
from custodes.law.grounds.ground import Unmet
from custodes.people.models import Unit
from custodes.places.models import Camera

CLAUSES = ("S30.2", "N22", "PIPL25", "PIPL26")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed, in the fields of `Release`."""

    title: str
    camera: Camera
    span_from: datetime
    span_to: datetime
    aim: str
    purpose: str
    basis_kind: str
    basis: str
    channel: str

    def into(self, row: Release) -> None:
        """Write it into the row."""
        for name in self.__slots__:
            setattr(row, name, getattr(self, name))


def propose(proposal: Proposal, unit: Unit, taken: Taken) -> Release:
    """Take it into the unit's register under its next number.

    Raises:
        StepRefused: no basis, no purpose, a span that can't be, or a camera of others than this unit.
    """
    row = Release(proposed_by=taken.by, proposed_at=taken.at)
    proposal.into(row)
    with transaction.atomic():
        row.unit = Unit.objects.select_for_update().get(pk=unit.pk)
        row.number = next_number(Release.objects.filter(unit=row.unit), "公传", taken.at)
        row.due = due_of(row, taken)
        row.save()
        cleared((*_at_home(row, taken), *GUARDS["propose"](asked_of(row, taken))))
        keep(row, "propose", "", taken, CLAUSES)
    return row


def propose_again(row: Release, proposal: Proposal, taken: Taken) -> Release:
    """Completed after it was given back. Whoever completes it has proposed it.

    Raises:
        StepRefused: as `propose`, or it is not the time.
    """
    with transaction.atomic():
        row = locked(row)
        proposal.into(row)
        row.proposed_by = taken.by
        cleared((*_at_home(row, taken), *GUARDS["propose_again"](asked_of(row, taken))))
        move(row, "propose_again", taken, CLAUSES)
    return row


def drop(row: Release, taken: Taken) -> Release:
    """It is not wanted any more; nobody looks at its film from now on.

    Raises:
        StepRefused: it is public or over, or no reason is stated.
    """
    with transaction.atomic():
        row = locked(row)
        cleared(GUARDS["drop"](asked_of(row, taken)))
        move(row, "drop", taken, ("S30.2",))
        desk.stop(row, taken.by, str(ReleaseState.DROPPED.label))
        forget_when_over(row, taken)
    return row


def _at_home(row: Release, taken: Taken) -> tuple[Unmet, ...]:
    """The film is looked at by the reviewers of the row's unit: its camera has to be theirs, whatever other posts the proposer has."""
    return () if proposes_for(taken.by, row.unit, row.camera, taken.at) else (ELSEWHERE,)
