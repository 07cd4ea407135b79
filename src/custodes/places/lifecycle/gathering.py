"""From the register's rows to what the guards ask about.

What cameras of a system in use still lack, sign, field, mask, the reason of an overlap (S8.3, S10(2), S15, R3), is asked of the same
facts. Recording goes on meanwhile: a task with a day, not a refusal (decision 0194).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from custodes.cases.models import CaseStep
from custodes.law.building.simultaneous import STEPS, Pair
from custodes.law.calendar.terms import Term, TermUnit, count
from custodes.law.duties.building import ClassifiedFacts, SpotFacts
from custodes.law.duties.finding import LegalTerms
from custodes.law.duties.planning import OverlapFacts
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.stating import says_something
from custodes.people.models import Credential, CredentialKind
from custodes.places.doubts import described
from custodes.places.lifecycle.facts import DeclaredSpot, Firm, LastAcceptance, Leaving, SystemFacts
from custodes.places.lifecycle.guards import declared
from custodes.places.models import (
    WATCHED,
    Camera,
    CameraState,
    DossierItem,
    DoubtState,
    FirmStep,
    MainWorks,
    Product,
    Removal,
    RemovalState,
    System,
    SystemFirm,
    SystemState,
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
        classified=ClassifiedFacts(system.classified, frozenset({system.network}), secrecy_of(system)),
        papers=papers_of(system),
        protection=system.mlps_level is not None,
        norm=bool(system.norm_version),
        firms=tuple(
            Firm(firm.step, firm.unit.name, _qualified_until(firm))
            for firm in system.firms.filter(until__isnull=True).select_related("unit")
        ),
        works=_works(system),
        trial_began=day_of(system, "begin_trial"),
        acceptance=None
        if acceptance is None
        else LastAcceptance(
            acceptance.on, acceptance.passed, frozenset(acceptance.parts), acceptance.report_id is not None
        ),
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
    steps = CaseStep.objects.filter(case_id=system.pk, event=event)
    return steps.order_by("at").values_list("on", flat=True).last()


#: What S20 wants of a classified system → where the register has it.
_SECRECY = {
    "opinion": "secrecy_opinion",
    "entry": "entry_control",
    "products": "trusted_products",
    "crew": "fit_crew",
}


def secrecy_of(system: System) -> frozenset[str]:
    """Keys of `law.duties.building.SECRECY` that are held of it (S20)."""
    return frozenset(key for key, name in _SECRECY.items() if says_something(getattr(system, name)))


def papers_of(system: System) -> frozenset[str]:
    """Sorts of papers that its file holds now."""
    rows = DossierItem.objects.filter(system=system, replaced_by__isnull=True).exclude(sort="")
    return frozenset(rows.values_list("sort", flat=True))


def spot_of(camera: Camera, *, overlaps: bool = False) -> DeclaredSpot:
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
    return DeclaredSpot(
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
        reasoned=says_something(camera.place_reason),
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


def may_lack(terms: LegalTerms) -> Q:
    """Rows that may lack something, for the database to find; `owed_by` says what."""
    return (
        Q(sign_paper__isnull=True)
        | Q(azimuth__isnull=True)
        | Q(longitude__isnull=True)
        | Q(place_reason="")
        | (~Q(mask_zone="") & Q(mask_paper__isnull=True))
        | Q(overlap_share__gte=terms.assumed.overlap_share, overlap_reason="")
    )


@dataclass(frozen=True, slots=True)
class OwedOfCamera:
    """What one camera lacks.

    Attributes:
        unmet: never empty.
        due: the unit's own last day, counted from its connection; None for what was there before acceptance or the regulation.
        late: that day has passed.
    """

    camera: Camera
    unmet: tuple[Unmet, ...]
    due: date | None
    late: bool


def owed_by(system: System, today: date, terms: LegalTerms, only: Camera | None = None) -> list[OwedOfCamera]:
    """Connected cameras of an accepted or used system that lack something, as the register stands; the most pressing first.

    Args:
        only: of this camera alone.
    """
    if system.state not in WATCHED:
        return []
    rows: Iterable[Camera] = system.cameras.filter(may_lack(terms), state=CameraState.CONNECTED).prefetch_related(
        "doubts"
    )
    if only is not None:
        rows = [only] if only.state == CameraState.CONNECTED else []
    accepted = None if system.state == SystemState.LEGACY else day_of(system, "accept")
    return _owed(rows, system, accepted, today, terms)


def lacking(systems: QuerySet[System], terms: LegalTerms) -> QuerySet[System]:
    """Accepted or used systems with cameras that may lack something: those whose cameras can have a day first."""
    cameras = Camera.objects.filter(may_lack(terms), system=OuterRef("pk"), state=CameraState.CONNECTED)
    return systems.filter(Exists(cameras), state__in=WATCHED).order_by("state", "name", "pk")


def owed_of(systems: Iterable[System], today: date, terms: LegalTerms) -> dict[UUID, list[OwedOfCamera]]:
    """`owed_by` of several systems, by four questions in all; without those that lack nothing."""
    rows = {system.pk: system for system in systems}
    cameras: dict[UUID, list[Camera]] = defaultdict(list)
    found = Camera.objects.filter(may_lack(terms), system__in=list(rows), state=CameraState.CONNECTED)
    for camera in found.prefetch_related("doubts"):
        cameras[camera.system_id].append(camera)
    steps = CaseStep.objects.filter(case_id__in=list(rows), event="accept")
    accepted = dict(steps.order_by("at").values_list("case_id", "on"))  # the last one stays
    owed = {
        pk: _owed(cameras[pk], system, None if system.state == SystemState.LEGACY else accepted.get(pk), today, terms)
        for pk, system in rows.items()
        if pk in cameras and system.state in WATCHED
    }
    return {pk: cameras for pk, cameras in owed.items() if cameras}


def _owed(
    cameras: Iterable[Camera], system: System, accepted: date | None, today: date, terms: LegalTerms
) -> list[OwedOfCamera]:
    found: list[OwedOfCamera] = []
    for camera in cameras:
        unmet = tuple(declared(spot_of(camera), today, today, terms, n9=system.site.n9))
        if unmet:
            due = _due(camera, accepted, terms)
            found.append(OwedOfCamera(camera, unmet, due, due is not None and due < today))
    return sorted(found, key=lambda one: (one.due or date.max, one.camera.number))


def _due(camera: Camera, accepted: date | None, terms: LegalTerms) -> date | None:
    """No law gives a term for the sign of a camera that is added; the unit's own for a change of what was filed serves (N14)."""
    if accepted is None or camera.connected_at is None:
        return None
    connected = timezone.localdate(camera.connected_at)
    if connected <= accepted:
        return None
    term = Term(terms.assumed.change_working_days, TermUnit.WORKING_DAY, False, ("S15", "N14"))
    return count(term, connected, terms.calendar).due
