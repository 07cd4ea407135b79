"""Others decide: the assessment, the second review, fetching the copy, publishing and taking down; what `case.py` asks and fills of these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from custodes.access.models import Release, ReleaseShowing, ReleaseState
from custodes.access.release import desk, overlay
from custodes.access.release.conditions import ALTERED, APPROVED_UNSEEN
from custodes.access.release.desk import AtNode, Desk
from custodes.access.release.facts import asked_of, facts_of, locked, was_shown
from custodes.access.release.guards import Guard, same_copy
from custodes.access.release.guards import assess as unassessed
from custodes.access.release.guards import publish as unpublishable
from custodes.access.release.guards import second_review as unapprovable
from custodes.access.release.guards import withdraw as not_taken_down
from custodes.access.release.masking import forget_when_over, not_now
from custodes.cases.models import CaseStep
from custodes.cases.registry import registry
from custodes.cases.step import StepInput
from custodes.cases.taking import ask_first, inside, refuse_with
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds import release
from custodes.law.grounds.ground import Unmet
from custodes.people.lawful import terms as terms_now

KEPT_YEARS = 3
"""PIPL 56: report and record of handling are kept for three years at the least."""


def asks(guard: Guard) -> Callable[[Release, StepInput, LegalTerms], None]:
    """A guard of who takes the step and of what they say: that is known in a step alone."""
    return lambda row, step, terms: refuse_with(guard(asked_of(row, step)))


def assess(row: Release, step: StepInput, terms: LegalTerms) -> None:
    """Write the impact assessment down (PIPL 55).

    Raises:
        StepRefused: a part is missing, or by the proposer.
    """
    row.necessity, row.risks, row.measures = (step.data[name].strip() for name in ("necessity", "risks", "measures"))
    row.assessed_by, row.assessed_at, row.keep_until = step.by, step.at, years_on(step.on, KEPT_YEARS)
    refuse_with(unassessed(asked_of(row, step)))


def stopped(row: Release, step: StepInput, kept: CaseStep) -> None:
    """Nobody looks at its film from now on."""
    desk.stop(row, step.person)


def over(row: Release, step: StepInput, kept: CaseStep) -> None:
    """The same, and the node deletes its files."""
    stopped(row, step, kept)
    forget_when_over(row, step)


def show(row: Release, step: StepInput) -> ReleaseShowing:
    """The reviewed copy is about to be shown to who is to approve it: a step on record before its first byte, once for each copy.

    Raises:
        StepRefused: it does not wait for approval (any more), or another copy does.
    """
    output, kind = row.output, registry.of(row)
    with transaction.atomic():
        row = locked(row)
        ask_first(kind, row, "see", step)
        refuse_with(same_copy(output, row.output))
        showing, first = ReleaseShowing.objects.get_or_create(
            release=row, by=step.person, output=row.output, defaults={"at": step.at}
        )
        if first:
            inside(kind, row, "see", step, terms_now())
    return showing


def shown_whole(showing: ReleaseShowing, at: datetime) -> None:
    """All of it has left; the first time counts."""
    ReleaseShowing.objects.filter(pk=showing.pk, whole_at__isnull=True).update(whole_at=at)


def ask_second(row: Release, step: StepInput, terms: LegalTerms) -> None:
    """
    Raises:
        StepRefused: by somebody who worked on it or has not looked, something is unmet, or the copy is another than was reviewed or seen.
    """
    refuse_with(unapprovable(asked_of(row, step)))
    refuse_with(same_copy(step.data["copy"], row.output))


def second_review(row: Release, step: StepInput, terms: LegalTerms) -> None:
    """Another person lets it be published, who was shown the copy that was reviewed to its end."""
    row.approved_by, row.approved_at = step.by, step.at


def ask_fetch(row: Release, step: StepInput, terms: LegalTerms) -> None:
    """The copy is taken out of the house as a file: to be published once it is approved, to be handed over once the answer gives it.

    Raises:
        StepRefused: it is not that far, or not any more; or it was approved before what is asked now was answered.
    """
    if not may_leave(row):
        raise not_now(row)
    refuse_with(kept_back(row))


def fetched_whole(row: Release, step: StepInput) -> None:
    """A copy that the answer gave has left to its last byte, for whoever hands it over."""
    with transaction.atomic():
        row = locked(row)
        if row.state == ReleaseState.GIVEN:
            inside(registry.of(row), row, "fetched", step, terms_now())


def may_leave(row: Release) -> bool:
    """Whether it is far enough for its copy to be taken out as a file; of one for the public `kept_back` may still speak against it."""
    return bool(row.state == (ReleaseState.GIVEN if row.own_image_id else ReleaseState.APPROVED))


def kept_back(row: Release) -> tuple[Unmet, ...]:
    """Why an approved copy for the public stays in the house: a file that is out can't be called back, whatever `publish` refuses then.

    Whatever is approved now has none of it; what was approved before the questions of decision 0281 were asked may have.
    """
    if row.own_image_id or row.state != ReleaseState.APPROVED:
        return ()
    found = [] if row.approved_by and was_shown(row, row.approved_by) else [APPROVED_UNSEEN]
    if not facts_of(row).answered:
        found.append(release.NOT_REVIEWED)
    return (*found, *overlay.unmet(row))


def have_hashed(row: Release, step: StepInput) -> StepInput:
    """How far the node is, and the hash of the copy's bytes as they lie there at this moment.

    Raises:
        Errors of `Desk`.
    """
    at_node = Desk(step.person, row)
    standing = at_node.standing()
    return replace(step, outside=AtNode(standing, digest=desk.digest_of(at_node.copy())))


def ask_publish(row: Release, step: StepInput, terms: LegalTerms) -> None:
    """The law's ground is asked at this moment.

    Raises:
        StepRefused: something is unmet, or the copy at the node is not the one that was reviewed, or seen.
    """
    refuse_with(unpublishable(asked_of(row, step)))
    altered = () if step.outside.digest == row.output else (ALTERED,)
    refuse_with((*same_copy(step.data["copy"], row.output), *altered))


def publish(row: Release, step: StepInput, terms: LegalTerms) -> None:
    """It is public: where, and the hashes of both files."""
    row.published_by, row.published_at, row.published_where = step.by, step.at, step.data["where"].strip()


def withdraw(row: Release, step: StepInput, terms: LegalTerms) -> None:
    """It is entered that it was taken down.

    Raises:
        StepRefused: no reason, or nothing is said of what was done.
    """
    refuse_with(not_taken_down(asked_of(row, step)))
    row.withdrawn_by, row.withdrawn_at, row.takedown = step.by, step.at, step.data["takedown"].strip()


def years_on(day: date, years: int) -> date:
    """The same day some years on; of a 29 February the 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
