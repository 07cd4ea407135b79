"""Who takes a step in a test, when, why and with which papers: what the rooms of `access` make a step of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from custodes.people.models import Paper, Person


@dataclass(frozen=True, slots=True)
class Taken:
    """`seen` is the revision of the row on the page on which the step was decided."""

    by: Person | None
    at: datetime
    words: str = ""
    papers: tuple[Paper, ...] = ()
    session: UUID | None = None
    seen: int | None = None

    @property
    def on(self) -> date:
        return timezone.localdate(self.at)
