"""A step of an embargo or of a finding with its record, all or nothing (Q10)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from custodes.access.models import Embargo, LookFinding, LookStep
from custodes.people.models import Person
from custodes.people.records import record

WORDS = 500


def keep_embargo(
    row: Embargo, event: str, before: str, by: Person | None, at: datetime, words: str, clauses: Iterable[str]
) -> LookStep:
    """Save the row with a step of it; `by` None for what time alone brought. In the caller's transaction."""
    _in_transaction()
    row.save()
    step = LookStep(
        embargo=row, event=event, before=before, after=str(row.state), on=timezone.localdate(at),
        words=words[:WORDS], clauses=list(clauses), by=by, at=at,
    )  # fmt: skip
    step.record = record(
        "embargo.step",
        at=at,
        step=step.pk,
        by=by.uuid if by else "system",
        embargo=row.pk,
        request=row.request_id,
        number=row.request.number,
        holder=row.request.holder.uuid,
        event=event,
        before=before,
        after=step.after,
        until=row.until,
        extends=str(row.earlier_id or ""),
        on=step.on,
        clauses=step.clauses,
        words=step.words,
    )
    step.save()
    return step


def keep_finding(
    row: LookFinding,
    event: str,
    before: str,
    by: Person | None,
    at: datetime,
    words: str,
    clauses: Iterable[str],
    leaves: Iterable[int],
) -> LookStep:
    """The same of a finding; `by` None for what a rule found, `leaves` the looks that were before whoever takes the step."""
    _in_transaction()
    row.save()
    step = LookStep(
        finding=row, event=event, before=before, after=str(row.state), on=timezone.localdate(at),
        words=words[:WORDS], clauses=list(clauses), by=by, at=at,
    )  # fmt: skip
    step.record = record(
        "finding.step",
        at=at,
        step=step.pk,
        by=by.uuid if by else "system",
        finding=row.pk,
        kind=row.kind,
        day=row.day,
        about=row.person.uuid if row.person else "",
        leaves=list(leaves),
        event=event,
        before=before,
        after=step.after,
        on=step.on,
        clauses=step.clauses,
        words=step.words,
    )
    step.save()
    return step


def _in_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a step is taken in one transaction with its guard")
