"""From the register's rows to what the guards ask about."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from custodes.law.building.simultaneous import STEPS, Pair
from custodes.law.duties.building import ClassifiedFacts, NeighbourFacts, SpotFacts
from custodes.places.lifecycle.facts import Judged, Leaving, Spot, SystemFacts
from custodes.places.models import (
    Camera,
    CameraState,
    DossierItem,
    MainWorks,
    Removal,
    RemovalState,
    Step,
    System,
)

#: Step of S14 → the event on whose day the system did it.
_DONE_BY = {"design": "design_ok", "build": "complete", "accept": "accept", "use": "put_in_use"}


def facts_of(system: System) -> SystemFacts:
    """All that the guards need to know of this system, as the register stands now."""
    acceptance = system.acceptances.order_by("on", "at").last()
    tests = [one for one in system.interface_tests.all() if one.passed]
    return SystemFacts(
        spots=tuple(_spot(camera) for camera in system.cameras.exclude(state=CameraState.RETIRED)),
        neighbour=NeighbourFacts(False),
        classified=ClassifiedFacts(False, frozenset({system.network})),
        papers=papers_of(system),
        firms={firm.step: None for firm in system.firms.all()},
        works=_works(system),
        trial_began=day_of(system, "begin_trial"),
        acceptance=None
        if acceptance is None
        else Judged(acceptance.on, acceptance.passed, frozenset(acceptance.parts), acceptance.report_id is not None),
        interface_tested=max((_local(one.at) for one in tests), default=None),
        leaving=_leaving(system),
    )


def day_of(system: System, event: str) -> date | None:
    """The legal day of the last step of this name; None when there was none."""
    steps = Step.objects.filter(system=system, object_id=system.pk, event=event)
    return steps.order_by("at").values_list("on", flat=True).last()


def papers_of(system: System) -> frozenset[str]:
    """Sorts of papers that its file holds now."""
    rows = DossierItem.objects.filter(system=system, replaced_by__isnull=True).exclude(sort="")
    return frozenset(rows.values_list("sort", flat=True))


def _spot(camera: Camera) -> Spot:
    return Spot(
        name=camera.name,
        place=SpotFacts(words=" ".join((camera.name, camera.place, camera.view)), cleared_by=camera.screening_note),
        connected=camera.state == CameraState.CONNECTED,
        field=bool(camera.view),
    )


def _works(system: System) -> dict[str, Pair]:
    works = MainWorks.objects.filter(system=system).first()
    if works is None:
        return {}
    return {key: Pair(getattr(works, key), day_of(system, _DONE_BY[key])) for key, _zh, _en in STEPS}


def _leaving(system: System) -> Leaving | None:
    ahead = (RemovalState.PLANNED, RemovalState.REPORTED, RemovalState.ACKNOWLEDGED)
    removal = Removal.objects.filter(system=system, whole=True, state__in=ahead).last()
    return None if removal is None else Leaving(removal.reported_on)


def _local(at: datetime) -> date:
    return timezone.localdate(at)
