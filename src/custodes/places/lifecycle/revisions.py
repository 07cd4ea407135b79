"""Revisions of what has a state and no edits of its own: how many steps were kept of it (R8).

A removal, a change, an order are changed by steps alone, and no step is ever deleted: their number says what somebody has seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count

from custodes.places.models import Step


def revision_of(row: Any) -> int:
    """Of one row; stands still while its case and its system are locked."""
    return Step.objects.filter(object_id=row.pk).count()


def revisions_of(rows: Iterable[Any]) -> dict[UUID, int]:
    """Of several, by one question."""
    keys = [row.pk for row in rows]
    counted = Step.objects.filter(object_id__in=keys).values_list("object_id").annotate(Count("pk")).order_by()
    return {**dict.fromkeys(keys, 0), **dict(counted)}


def steps_since(row: Any, seen: int) -> list[Step]:
    """What was done with it after that revision, the oldest first."""
    return list(Step.objects.filter(object_id=row.pk).order_by("at", "before")[max(0, seen) :])
