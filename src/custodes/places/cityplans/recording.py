"""How a write about a plan or a norm is held: the row under a lock, the step in its story, the record in the log."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from custodes.people.models import Person
from custodes.places.models import PlanningStep, PlanningText
from custodes.places.register import record_change


def locked(pk: UUID) -> PlanningText:
    """The row as it stands, for the caller's transaction alone."""
    return PlanningText.objects.select_for_update().get(pk=pk)


def tell(row: PlanningText, event: str, before: str, day: date, words: str, by: Person, at: datetime) -> None:
    """Add a step to its story; `row` has its new state."""
    PlanningStep.objects.create(
        text=row, event=event, before=before, after=row.state, day=day, words=words, clause=row.clause, by=by, at=at
    )


def enter(row: PlanningText, by: Person, at: datetime, changes: dict[str, tuple[Any, Any]]) -> None:
    """Leave the record, ``{field: (before, after)}``."""
    label = PlanningText._meta.label_lower
    record_change(by, label, str(row.pk), {name: list(pair) for name, pair in changes.items()}, at)
