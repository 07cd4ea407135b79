"""A release is proposed, and completed or dropped by those who proposed it: what `case.py` asks and fills of these steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from custodes.access.models import Release, ReleaseState
from custodes.access.numbering import next_number
from custodes.access.release import guards
from custodes.access.release.conditions import ELSEWHERE
from custodes.access.release.facts import asked_of, due_after
from custodes.access.release.reach import proposes_for
from custodes.cases.step import StepInput
from custodes.cases.taking import refuse_with
from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Unit
from custodes.places.models import Camera


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


def propose(unit: Unit, step: StepInput, terms: LegalTerms) -> Release:
    """Take it into the unit's register under its next number; with ``own_image``, as the masked copy of that request.

    Raises:
        StepRefused: no basis, no purpose, a span that can't be, or a camera of others than this unit.
    """
    Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)  # one number at a time
    row = Release(unit=unit, own_image=step.data.get("own_image"), proposed_at=step.at)
    row.number = next_number(Release.objects.filter(unit=unit), "公传", step.at)
    row.due = due_after(step, ReleaseState.PROPOSED)
    complete(row, step, terms)
    return row


def complete(row: Release, step: StepInput, terms: LegalTerms) -> None:
    """After it was given back, or from the first. Whoever completes it has proposed it.

    Raises:
        StepRefused: as `propose`.
    """
    proposal: Proposal = step.data["proposal"]
    proposal.into(row)
    row.proposed_by = step.person
    # The film is looked at by the reviewers of the row's unit: its camera has to be theirs, whatever other posts the proposer has.
    at_home = () if proposes_for(step.person, row.unit, row.camera, step.at) else (ELSEWHERE,)
    refuse_with((*at_home, *guards.propose(asked_of(row, step))))
