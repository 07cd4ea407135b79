"""Numbers of cases: a unit counts its own of each year, 查〔2026〕0007号."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone


def next_number(rows: QuerySet, word: str, at: datetime) -> str:  # type: ignore[type-arg]
    """The number of the next of `rows`, all of a unit; the caller holds the unit's row, or another that lets one in at a time."""
    mark = f"{word}〔{timezone.localdate(at).year}〕"
    return f"{mark}{rows.filter(number__startswith=mark).count() + 1:04d}号"
