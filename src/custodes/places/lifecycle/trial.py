"""Who sees a trial run: the people of who builds the system and of who accepts it, nobody else (R4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from custodes.people.models import Person, Post
from custodes.places.models import (
    Camera,
    FirmStep,
    Step,
    System,
    SystemFirm,
    SystemRole,
    SystemRoleKind,
    SystemState,
)
from custodes.places.models.roles import holding_on

#: Events that begin and end a trial run.
_BORDERS = ("begin_trial", "accept", "fail")
#: Firms whose people see a trial run.
SEEING = (FirmStep.CONSTRUCTION, FirmStep.ACCEPTANCE)


def closed_trials(
    person: Person, cameras: Iterable[Camera], at: datetime, span: tuple[datetime, datetime] | None = None
) -> frozenset[UUID]:
    """Systems of these cameras that run on trial, or did so within `span`, and that the person neither builds nor accepts.

    The building unit is who has that role (S16); while nobody has it, the unit that answers for the system.
    """
    wanted = {camera.system_id for camera in cameras}
    on_trial = Q(state=SystemState.TRIAL)
    if span is not None:
        on_trial |= Q(pk__in=_tried_within(wanted, span))
    trials = list(System.objects.filter(on_trial, pk__in=wanted).select_related("unit"))
    if not trials:
        return frozenset()
    own = _own_paths(person, at)
    return frozenset(system.pk for system in trials if not _sees(system, own, at))


def closed_until(person: Person, cameras: Iterable[Camera], since: datetime, at: datetime) -> datetime | None:
    """When the last trial run of these cameras ended that the person neither builds nor accepts; None for none after `since`.

    A look back from the live picture must not reach behind it: what was recorded on trial stays closed after acceptance.
    """
    ended: dict[UUID, datetime] = dict(
        Step.objects.filter(
            system__in={camera.system_id for camera in cameras},
            object="places.system",
            event__in=_BORDERS[1:],
            at__gt=since,
        )
        .order_by("at")
        .values_list("system", "at")
    )
    if not ended:
        return None
    own = _own_paths(person, at)
    systems = System.objects.filter(pk__in=ended).select_related("unit")
    return max((ended[system.pk] for system in systems if not _sees(system, own, at)), default=None)


def _own_paths(person: Person, at: datetime) -> list[str]:
    return list(Post.objects.valid(at).filter(person=person).values_list("unit__path", flat=True))


def _sees(system: System, own: list[str], at: datetime) -> bool:
    return any(mine.startswith(path) for mine in own for path in _seeing(system, at))


def _tried_within(systems: set[UUID], span: tuple[datetime, datetime]) -> list[UUID]:
    """Systems of which a trial run and the span have a moment in common."""
    begun: dict[UUID, datetime] = {}
    found: list[UUID] = []
    steps = Step.objects.filter(system__in=systems, object="places.system", event__in=_BORDERS).order_by("at")
    for system, event, moment in steps.values_list("system", "event", "at"):
        if event == "begin_trial":
            begun[system] = moment
        elif system in begun and begun.pop(system) < span[1] and span[0] < moment:
            found.append(system)
    return found + [system for system, moment in begun.items() if moment < span[1]]


def _seeing(system: System, at: datetime) -> set[str]:
    """Paths of the units whose people see it."""
    builders = SystemRole.objects.filter(holding_on(timezone.localdate(at)), system=system, role=SystemRoleKind.BUILDER)
    paths = set(builders.values_list("unit__path", flat=True)) or {system.unit.path}
    firms = SystemFirm.objects.filter(system=system, step__in=SEEING)
    return paths | set(firms.values_list("unit__path", flat=True))
