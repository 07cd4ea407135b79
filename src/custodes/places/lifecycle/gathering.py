"""From the register's rows to what the guards ask about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from custodes.law.building.simultaneous import STEPS, Pair
from custodes.law.duties.building import ClassifiedFacts, SpotFacts
from custodes.law.duties.planning import OverlapFacts
from custodes.people.models import Credential, CredentialKind
from custodes.places.doubts import described
from custodes.places.lifecycle.facts import Judged, Leaving, Spot, SystemFacts
from custodes.places.models import (
    Camera,
    CameraState,
    DossierItem,
    DoubtState,
    FirmStep,
    MainWorks,
    Product,
    Removal,
    RemovalState,
    Step,
    System,
    SystemFirm,
)
from custodes.places.overlap import overlap_of
from custodes.places.siteduties import checked

#: Step of S14 → the event on whose day the system did it.
_DONE_BY = {"design": "design_ok", "build": "complete", "accept": "accept", "use": "put_in_use"}


#: What a firm has to show for each step (S13.1).
_CREDENTIALS = {
    FirmStep.DESIGN: CredentialKind.DESIGN,
    FirmStep.CONSTRUCTION: CredentialKind.CONSTRUCTION,
    FirmStep.ACCEPTANCE: CredentialKind.INSPECTION,
    FirmStep.MAINTENANCE: CredentialKind.MAINTENANCE,
}


def facts_of(system: System, today: date, *, overlaps: bool = False) -> SystemFacts:
    """All that the guards need to know of this system, as the register stands on the day `today`.

    Args:
        overlaps: work out how much of each field others see; it takes long, and only screening asks it of all. Later those alone are
            worked out that lacked a reason when their field was declared or changed (`overlap.keep_share`).
    """
    acceptance = system.acceptances.order_by("on", "at").last()
    tests = [one for one in system.interface_tests.all() if one.passed]
    rows = system.cameras.exclude(state=CameraState.RETIRED).order_by("number").prefetch_related("doubts")
    cameras = list(rows)
    certified = {model: _certified(*model) for model in {_model(camera) for camera in cameras}}
    return SystemFacts(
        spots=tuple(replace(spot_of(camera, overlaps=overlaps), **certified[_model(camera)]) for camera in cameras),
        site=tuple(one.finding for one in checked(system.site, today) if one.subject != "gap"),
        classified=ClassifiedFacts(system.classified, frozenset({system.network})),
        papers=papers_of(system),
        protection=system.mlps_level is not None,
        norm=bool(system.norm_version),
        firms={firm.step: _qualified_until(firm) for firm in system.firms.select_related("unit")},
        works=_works(system),
        trial_began=day_of(system, "begin_trial"),
        acceptance=None
        if acceptance is None
        else Judged(acceptance.on, acceptance.passed, frozenset(acceptance.parts), acceptance.report_id is not None),
        interface_tested=max((_local(one.at) for one in tests), default=None),
        leaving=_leaving(system),
        n9=system.site.n9,
    )


def _model(camera: Camera) -> tuple[str, str]:
    return (camera.maker.strip(), camera.model.strip())


def _certified(maker: str, model: str) -> dict[str, Any]:
    """The model as it is called, and until when it is certified: both maker and model are on a certificate."""
    if not (maker and model):
        return {"product": ""}
    return {"product": f"{maker} {model}", "certified": Product.certified_until(maker, model)}


def day_of(system: System, event: str) -> date | None:
    """The legal day of the last step of this name; None when there was none."""
    steps = Step.objects.filter(system=system, object_id=system.pk, event=event)
    return steps.order_by("at").values_list("on", flat=True).last()


def papers_of(system: System) -> frozenset[str]:
    """Sorts of papers that its file holds now."""
    rows = DossierItem.objects.filter(system=system, replaced_by__isnull=True).exclude(sort="")
    return frozenset(rows.values_list("sort", flat=True))


def spot_of(camera: Camera, *, overlaps: bool = False) -> Spot:
    """One camera as it is declared; its `doubts` are best prefetched."""
    doubts = list(camera.doubts.all())
    settled = [one for one in doubts if one.state != DoubtState.WAITING]
    found = max(settled, key=lambda one: one.decided_at or one.at, default=None)
    cleared = found is not None and found.state == DoubtState.CLEARED and found.described == described(camera)
    field = camera.field
    overlap = None
    if field is not None and (overlaps or (camera.overlap_share and not camera.overlap_reason)):
        share = overlap_of(field, Camera.objects.all(), without=camera.pk).share
        overlap = OverlapFacts(share, camera.overlap_reason)
    return Spot(
        name=camera.name,
        place=SpotFacts(
            words=" ".join((camera.name, camera.place, camera.view)),
            cleared_by=found.finding if cleared and found is not None else "",
        ),
        overlap=overlap,
        forbidden=camera.state == CameraState.FORBIDDEN,
        doubted=len(settled) < len(doubts),
        mask_missing=camera.mask_missing,
        connected=camera.state == CameraState.CONNECTED,
        signed=camera.sign_paper_id is not None,
        field=field is not None,
    )


def _qualified_until(firm: SystemFirm) -> date | None:
    """The last day of the credentials that this firm has for this step; None for a firm that shows none."""
    rows = Credential.objects.standing().filter(unit=firm.unit, kind=_CREDENTIALS[FirmStep(firm.step)])
    return rows.order_by("-valid_until").values_list("valid_until", flat=True).first()


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
