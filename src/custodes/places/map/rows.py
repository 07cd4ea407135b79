"""Which rows of the register may stand on a person's map (R9): those whose position the person reads, nothing classified."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from django.db.models import BooleanField, Case, Exists, Model, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from custodes.people.lawful import terms
from custodes.people.models import Division, Person
from custodes.places.map.asked import Conditions
from custodes.places.map.filing import standing
from custodes.places.models import RECORDED, Camera, CameraState, Site, System
from custodes.places.scope import exact_sites, exact_systems

Row = TypeVar("Row", bound=Model)
_SHOWN = frozenset({CameraState.DRAFT.value, CameraState.CONNECTED.value})


def mapped_systems(person: Person, asked: Conditions, at: datetime) -> QuerySet[System]:
    """Systems whose cameras are drawn, with ``late`` and ``due`` for their filing. Classified ones never are (S20)."""
    rows = exact_systems(person, at).filter(classified=False)
    if asked.life:
        rows = rows.filter(state=asked.life)
    rows = _placed(rows, "site__", asked)
    stands = standing(timezone.localdate(at), terms().assumed)
    if asked.filing:
        rows = rows.filter(getattr(stands, asked.filing))
    return rows.annotate(late=_flag(stands.late), due=_flag(stands.due))


def mapped_states(asked: Conditions) -> frozenset[str]:
    """States of the cameras that are drawn; none where cameras are not asked for."""
    if asked.show == "gaps":
        return frozenset()
    return frozenset({asked.state}) if asked.state else _SHOWN


def mapped_cameras(asked: Conditions) -> QuerySet[Camera]:
    """Cameras of any system, by what is asked of cameras alone: to be held against `mapped_systems`."""
    return Camera.objects.filter(west__isnull=False, state__in=mapped_states(asked))


def mapped_gaps(person: Person, asked: Conditions, at: datetime) -> QuerySet[Site]:
    """Places of S9 without a system, with their position. One at which a classified system stands or is built is none of them."""
    if asked.show == "cameras" or asked.of_cameras:
        return Site.objects.none()
    rows = exact_sites(person, at).filter(longitude__isnull=False, latitude__isnull=False)
    # Asked of each place, not as two lists of sites: those are read whole, however few places somebody has.
    standing_there = System.objects.filter(Q(state__in=RECORDED) | Q(classified=True), site=OuterRef("pk"))
    return _placed(rows.filter(~Exists(standing_there)), "", asked)


def _placed(rows: QuerySet[Row], site: str, asked: Conditions) -> QuerySet[Row]:
    if asked.category:
        rows = rows.filter(**{f"{site}category": asked.category})
    if asked.division:
        path = Division.objects.filter(pk=asked.division).values_list("path", flat=True).first()
        rows = rows.filter(**{f"{site}division__path__startswith": path}) if path else rows.none()
    return rows


def _flag(rows: Any) -> Case:
    return Case(When(rows, then=Value(True)), default=Value(False), output_field=BooleanField())
