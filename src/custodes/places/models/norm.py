"""The city's technical norm (S12.2), as sites and systems name it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models

from custodes.people.models import Division
from custodes.places.models.cityplan import PlanningKind, PlanningState, PlanningText


class NormManager(models.Manager["TechnicalNorm"]):
    """Norms alone."""

    def get_queryset(self) -> models.QuerySet[TechnicalNorm]:
        """Of the table of plans and norms, the norms."""
        return super().get_queryset().filter(kind=PlanningKind.NORM)


class TechnicalNorm(PlanningText):
    """A version of the norm; a foreign key to it is one to that version."""

    objects: ClassVar[NormManager] = NormManager()

    class Meta:
        proxy = True


def norm_in_force(division: Division, day: date) -> TechnicalNorm | None:
    """The version that binds in `division` on `day`: of its city, the latest that was in force by then."""
    made = TechnicalNorm.objects.filter(
        state__in=[PlanningState.IN_FORCE, PlanningState.ARCHIVED],
        in_force_from__lte=day,
        division__in=Division.objects.above(division),
    )
    return made.order_by("-in_force_from", "-changed_at").first()
