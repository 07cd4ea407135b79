"""Keeping the steps of what has no machine: of a device that is entered and changed, of a camera whose entry is corrected.

What has a state and no edits of its own, a removal, a change, an order, is changed by steps alone, and no step is ever deleted: their
number is its revision and says what somebody has seen (R8). For the few steps that have to stand in the log before they are taken there
is the register's own line to the notary.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Count, Max

from custodes.cases.models import CaseStep
from custodes.cases.step import StepInput as Taken
from custodes.ledger.client import NotaryClient
from custodes.people.lawful import StepRefused
from custodes.people.records import record
from custodes.places.models import System
from custodes.settings import get_settings

CALL_SECONDS = 5.0


@lru_cache(maxsize=1)
def notary() -> NotaryClient:
    """The client, safe between threads; calls are made outside database transactions."""
    return NotaryClient(get_settings().notary_socket_path, timeout=CALL_SECONDS)


def revision_of(row: Any) -> int:
    """Of one row; stands still while its case and its system are locked."""
    return CaseStep.objects.filter(case_id=row.pk).count()


def revisions_of(rows: Iterable[Any]) -> dict[UUID, int]:
    """Of several, by one question."""
    keys = [row.pk for row in rows]
    counted = CaseStep.objects.filter(case_id__in=keys).values_list("case_id").annotate(Count("pk")).order_by()
    return {**dict.fromkeys(keys, 0), **dict(counted)}


def steps_since(row: Any, seen: int) -> list[CaseStep]:
    """What was done with it after that revision, the oldest first."""
    return list(CaseStep.objects.filter(case_id=row.pk).order_by("seq")[max(0, seen) :])


__all__ = ["StepRefused", "Taken", "enter", "note"]


def enter(row: models.Model, system: System, name: str, taken: Taken, clauses: Iterable[str]) -> CaseStep:
    """Keep the step by which something with a state was entered; it has no state before."""
    return _keep(row, system, name, "", taken, clauses)


def note(
    row: models.Model, system: System, name: str, taken: Taken, clauses: Iterable[str], *, before: str | None = None
) -> CaseStep:
    """Keep a step of something that a caller has changed itself; `before` is its former state, where that was another."""
    state = str(row.state)  # type: ignore[attr-defined]
    return _keep(row, system, name, state if before is None else before, taken, clauses)


def _keep(row: models.Model, system: System, name: str, before: str, taken: Taken, clauses: Iterable[str]) -> CaseStep:
    label, after = row._meta.label_lower, str(row.state)  # type: ignore[attr-defined]
    type(row)._default_manager.select_for_update().filter(pk=row.pk).exists()  # whoever keeps another step of it waits
    last = CaseStep.objects.filter(kind=label, case_id=row.pk).aggregate(last=Max("seq"))["last"] or 0
    step = CaseStep(
        kind=label,
        case_id=row.pk,
        about=system.pk,
        seq=last + 1,
        event=name,
        before=before,
        after=after,
        on=taken.on,
        words=taken.told,
        clauses=list(clauses),
        by=taken.by,
        at=taken.at,
    )
    step.record = record(
        "register.step",
        at=taken.at,
        step=step.pk,
        by=taken.person.uuid,
        object=label,
        object_id=row.pk,
        system=system.pk,
        event=name,
        before=before,
        after=after,
        on=taken.on,
        clauses=list(clauses),
        words=taken.told,
        papers=[paper.sha256 for paper in taken.papers],
    )
    step.save()
    step.papers.set(taken.papers)
    return step
