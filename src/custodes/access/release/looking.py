"""Who may work on the film of a release at this moment: its reviewers and who approves it, while it waits for them, and while the law's
ground is met as far as it is due by then (Q1). What it grants is leave to mask: no view, no sound, no original bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from custodes.access.ask import Ask, Granted
from custodes.access.decision import GatheredFacts, gathers
from custodes.access.models import Release
from custodes.access.models.release import COPIED
from custodes.access.release.conditions import NO_ACCOUNT, NOT_OF_IT, NOT_OPEN, NOT_YET
from custodes.access.release.facts import facts_of
from custodes.access.release.reach import LOOKERS, WORKS, worked_on
from custodes.law.grounds import release as ground
from custodes.law.grounds.ground import ON_TRIAL, Unmet
from custodes.people.models import Account, Person
from custodes.places.lifecycle.trial import closed_trials


@dataclass(frozen=True, slots=True)
class FilmWork:
    """What leave to mask rests on.

    Attributes:
        deletes: it is the one call that has the node delete its files, once the release is over or public.
    """

    release: UUID
    deletes: bool = False

    @property
    def ground(self) -> str:
        """That of releases."""
        return ground.NAME


def to_work_on(row: Release, at: datetime, *, deletes: bool = False) -> Ask:
    """Leave to work on its film; the grant's content says which release it is of, so that the log does."""
    work = FilmWork(row.pk, deletes)
    return Ask((row.camera,), False, row.span, row.purpose, content_of(row.pk), at, work)


def content_of(release: UUID) -> str:
    """How a grant names its release."""
    return f"公共传播 {release}"


def gather(person: Person, ask: Ask, at: datetime) -> GatheredFacts:
    """The facts of the release, read anew: a step that closes it counts at once."""
    assert isinstance(ask.basis, FilmWork)
    row = Release.objects.select_related("camera__system").get(pk=ask.basis.release)

    def granted() -> Granted:
        clauses = (*ground.CLAUSES, "PIPL45") if row.own_image_id else ground.CLAUSES
        return Granted(ground.NAME, clauses, None, None, 0)

    if not Account.objects.filter(person=person, is_active=True).exists():
        return GatheredFacts(None, granted, (NO_ACCOUNT,), due=_nothing)
    if ask.basis.deletes:
        return GatheredFacts(None, granted, _to_delete(row, person, at), due=_nothing)
    before = [] if worked_on(person, at, *LOOKERS).filter(pk=row.pk).exists() else [NOT_OF_IT]
    if row.state not in COPIED:
        before.append(NOT_OPEN)
    after = (ON_TRIAL,) if closed_trials(person, ask.cameras, at, ask.span) else ()
    return GatheredFacts(facts_of(row), granted, tuple(before), after, due=ground.due_before_masking)


def _to_delete(row: Release, person: Person, at: datetime) -> tuple[Unmet, ...]:
    mine = worked_on(person, at, *WORKS).filter(pk=row.pk).exists()
    return (*(() if mine else (NOT_OF_IT,)), *((NOT_YET,) if row.state in COPIED or not row.works else ()))


def _nothing(_facts: None) -> tuple[Unmet, ...]:
    return ()


gathers(ground.NAME, gather)
