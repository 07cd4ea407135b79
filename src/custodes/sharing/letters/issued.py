"""Letters that were issued: read back from the record of the step that issued each, which is in the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from custodes.people.models import Unit
from custodes.sharing.models import SharingStep

NOTICE, URGE = "notice", "urge"
EVENTS = (NOTICE, URGE)


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter.

    Attributes:
        step: that issued it; its directory is the version that listed the systems.
        to: uuid of the unit.
        due: the last day that it sets.
        systems: ids of those that it names.
    """

    step: SharingStep
    number: str
    to: UUID
    due: date
    systems: tuple[UUID, ...]

    @property
    def urges(self) -> bool:
        """It is a 催告书."""
        return self.step.event == URGE

    def days_late(self, on: date) -> int:
        """Days since its last day; 0 in time."""
        return max(0, (on - self.due).days)


def letters(rows: QuerySet[SharingStep]) -> list[Letter]:
    """Those that these steps issued, the oldest first."""
    found = rows.filter(event__in=EVENTS, directory__isnull=False).select_related("record", "directory", "by")
    return [letter_of(one) for one in found.order_by("at", "revision")]


def of_office(office: Unit) -> list[Letter]:
    """All that a police unit has issued."""
    return letters(SharingStep.objects.filter(directory__unit=office))


def letter_of(step: SharingStep) -> Letter:
    """What a step's record says of its letter."""
    assert step.record is not None
    told: dict[str, Any] = step.record.record["letter"]
    systems = tuple(UUID(one) for one in told["systems"])
    return Letter(step, told["number"], UUID(told["to"]), date.fromisoformat(told["due"]), systems)


def addressed_to(units: QuerySet[Unit]) -> Q:
    """Steps that issued a letter to one of these units."""
    return Q(record__record__letter__to__in=[str(one) for one in units.values_list("uuid", flat=True)])
