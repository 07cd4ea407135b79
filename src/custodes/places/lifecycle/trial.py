"""Who sees a trial run: the people of who builds the system and of who accepts it, nobody else (R4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from custodes.cases.models import CaseStep
from custodes.people.models import Person, Post
from custodes.places.models import (
    Camera,
    FirmStep,
    System,
    SystemFirm,
    SystemRole,
    SystemRoleKind,
    SystemState,
)
from custodes.places.models.site import holding_on

#: Events that begin and end a trial run.
_BORDERS = ("begin_trial", "accept", "fail")
#: Firms whose people see a trial run.
SEEING = (FirmStep.CONSTRUCTION, FirmStep.ACCEPTANCE)


@dataclass(frozen=True, slots=True)
class Run:
    """Of one system: its state, and when a trial run of it last ended. One that has not ended is told by the state."""

    state: str
    ended: datetime | None


def last_end(system: str) -> Subquery:
    """When a trial run last ended of the system whose key stands at this path of a row."""
    steps = CaseStep.objects.filter(case_id=OuterRef(system), event__in=_BORDERS[1:]).order_by("-at")
    return Subquery(steps.values("at")[:1])


class Trials:
    """Which trial runs of some systems are closed to a person.

    The building unit is who has that role (S16); while nobody has it, the unit that answers for the system.
    """

    def __init__(self, person: Person, systems: Mapping[UUID, Run], at: datetime) -> None:
        self._person, self._systems, self._at = person, systems, at

    def closed(self, span: tuple[datetime, datetime] | None = None) -> frozenset[UUID]:
        """Systems that run on trial, or did so within `span`, and that the person neither builds nor accepts."""
        on_trial = {pk for pk, run in self._systems.items() if run.state == SystemState.TRIAL}
        if span is not None:
            late = {pk for pk, run in self._systems.items() if run.ended is not None and run.ended > span[0]}
            on_trial |= _tried_within(late, span)
        return frozenset(system.pk for system in self._hidden(on_trial))

    def ended_since(self, since: datetime, systems: Collection[UUID]) -> datetime | None:
        """When the last trial run of these systems ended that the person neither builds nor accepts; None for none after `since`.

        A look back from the live picture must not reach behind it: what was recorded on trial stays closed after acceptance.
        """
        runs_of = {pk: self._systems[pk] for pk in systems if pk in self._systems}
        ended = {pk: run.ended for pk, run in runs_of.items() if run.ended is not None and run.ended > since}
        return max((ended[system.pk] for system in self._hidden(ended)), default=None)

    def _hidden(self, systems: Collection[UUID]) -> list[System]:
        if not systems:
            return []
        own = _own_paths(self._person, self._at)
        rows = System.objects.filter(pk__in=systems).select_related("unit")
        return [system for system in rows if not _sees(system, own, self._at)]


def closed_trials(
    person: Person, cameras: Iterable[Camera], at: datetime, span: tuple[datetime, datetime] | None = None
) -> frozenset[UUID]:
    """Systems of these cameras that run on trial, or did so within `span`, and that the person neither builds nor accepts."""
    rows = System.objects.filter(pk__in={camera.system_id for camera in cameras}).annotate(trial_ended=last_end("pk"))
    found = {pk: Run(*run) for pk, *run in rows.values_list("pk", "state", "trial_ended")}
    return Trials(person, found, at).closed(span)


def _own_paths(person: Person, at: datetime) -> list[str]:
    return list(Post.objects.valid(at).filter(person=person).values_list("unit__path", flat=True))


def _sees(system: System, own: list[str], at: datetime) -> bool:
    return any(mine.startswith(path) for mine in own for path in _seeing(system, at))


def _tried_within(systems: set[UUID], span: tuple[datetime, datetime]) -> set[UUID]:
    """Systems of which a trial run and the span have a moment in common."""
    if not systems:
        return set()
    begun: dict[UUID, datetime] = {}
    found: set[UUID] = set()
    steps = CaseStep.objects.filter(case_id__in=systems, event__in=_BORDERS).order_by("at")
    for system, event, moment in steps.values_list("case_id", "event", "at"):
        if event == "begin_trial":
            begun[system] = moment
        elif system in begun and begun.pop(system) < span[1] and span[0] < moment:
            found.add(system)
    return found | {system for system, moment in begun.items() if moment < span[1]}


def _seeing(system: System, at: datetime) -> set[str]:
    """Paths of the units whose people see it."""
    builders = SystemRole.objects.filter(holding_on(timezone.localdate(at)), system=system, role=SystemRoleKind.BUILDER)
    paths = set(builders.values_list("unit__path", flat=True)) or {system.unit.path}
    firms = SystemFirm.objects.filter(system=system, step__in=SEEING)
    return paths | set(firms.values_list("unit__path", flat=True))
