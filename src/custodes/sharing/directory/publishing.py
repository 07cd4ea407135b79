"""From a draft to what everybody reads: submitted by one person, approved and published by another, the former version superseded."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.stating import says_something
from custodes.sharing.directory.compiling import CLAUSES, locked
from custodes.sharing.directory.files import document_of, sha256_of, table_of
from custodes.sharing.directory.gathering import facts_of
from custodes.sharing.directory.guards import publish_unmet, submit_unmet
from custodes.sharing.models import Directory, DirectoryState
from custodes.sharing.stepping import StepRefused, Taken, cleared, move


def submit(row: Directory, taken: Taken) -> Directory:
    """It is complete.

    Raises:
        StepRefused: it is no draft, something is unmet, or it is not what `taken` has seen.
    """
    with transaction.atomic():
        held = locked(row.pk, taken)
        cleared(submit_unmet(facts_of(held, taken.on)))
        held.submitted_by = taken.by
        move(held, "submit", taken, CLAUSES)
    return held


def send_back(row: Directory, taken: Taken) -> Directory:
    """Something has to be changed first.

    Raises:
        StepRefused: it was not submitted, or there is no reason.
    """
    if not says_something(taken.words):
        raise StepRefused(_("请写明退回的原因。"))
    with transaction.atomic():
        held = locked(row.pk, taken)
        held.submitted_by = None
        move(held, "send_back", taken, CLAUSES)
    return held


def publish(row: Directory, taken: Taken) -> Directory:
    """Approve it and publish it, as one step: files made and hashed, the former version superseded.

    Raises:
        StepRefused: it was not submitted, the register has moved on, something must not be published, or who approves took part in it.
    """
    with transaction.atomic():
        held = locked(row.pk, taken)
        cleared(publish_unmet(facts_of(held, taken.on, taken.by)))
        former = _superseded(held, taken)
        listed = list(held.entries.filter(listed=True))
        held.previous, held.approved_by, held.published_on = former, taken.by, taken.on
        held.document, held.table = document_of(held, listed, taken.on), table_of(listed)
        held.document_sha256, held.table_sha256 = sha256_of(held.document), sha256_of(held.table)
        move(held, "publish", taken, CLAUSES)
    return held


def before_submitting(row: Directory, taken: Taken) -> tuple[Unmet, ...]:
    """What is unmet for it to be submitted."""
    return submit_unmet(facts_of(row, taken.on, taken.by))


def before_publishing(row: Directory, taken: Taken) -> tuple[Unmet, ...]:
    """What is unmet for this person to publish it."""
    return publish_unmet(facts_of(row, taken.on, taken.by))


def _superseded(row: Directory, taken: Taken) -> Directory | None:
    former = (
        Directory.objects.select_for_update(of=("self",))
        .select_related("unit")
        .filter(unit=row.unit, state=DirectoryState.PUBLISHED)
        .first()
    )
    if former is not None:
        move(former, "supersede", Taken(taken.by, taken.at, str(row)), CLAUSES)
    return former
