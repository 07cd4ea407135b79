"""Who sees a trial run: the people of who builds the system and of who accepts it, nobody else (R4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from custodes.people.models import Person, Post
from custodes.places.models import Camera, FirmStep, System, SystemFirm, SystemRole, SystemRoleKind, SystemState
from custodes.places.models.roles import holding_on

#: Firms whose people see a trial run.
SEEING = (FirmStep.CONSTRUCTION, FirmStep.ACCEPTANCE)


def closed_trials(person: Person, cameras: Iterable[Camera], at: datetime) -> frozenset[UUID]:
    """Systems of these cameras that run on trial and that the person neither builds nor accepts.

    The building unit is who has that role (S16); while nobody has it, the unit that answers for the system.
    """
    wanted = {camera.system_id for camera in cameras}
    trials = list(System.objects.filter(pk__in=wanted, state=SystemState.TRIAL).select_related("unit"))
    if not trials:
        return frozenset()
    own = list(Post.objects.valid(at).filter(person=person).values_list("unit__path", flat=True))
    return frozenset(
        system.pk for system in trials if not any(mine.startswith(path) for mine in own for path in _seeing(system, at))
    )


def _seeing(system: System, at: datetime) -> set[str]:
    """Paths of the units whose people see it."""
    builders = SystemRole.objects.filter(holding_on(timezone.localdate(at)), system=system, role=SystemRoleKind.BUILDER)
    paths = set(builders.values_list("unit__path", flat=True)) or {system.unit.path}
    firms = SystemFirm.objects.filter(system=system, step__in=SEEING)
    return paths | set(firms.values_list("unit__path", flat=True))
