"""A matter (案件、事件、走失人员) that a look of the own duty may name, and where and when it lies (S7, N16.2(3); decision 0287).

Named are holds by case or span, by their document's number, and cases of missing persons, by their own: both say cameras and a span.
What rests on an agency request is looked at under that request, and is none of these.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from custodes.access.holds.reach import visible_holds
from custodes.access.missing.reach import handled_cases, reviewed_cases
from custodes.access.models import Hold, HoldBasis, MissingCase
from custodes.people.models import Person

HOLD, MISSING = "hold", "missing.case"
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class LookMatter:
    """Where and when a matter lies. `cameras` is empty, and `spans` too, where it does not say."""

    number: str
    cameras: frozenset[UUID] = frozenset()
    spans: tuple[Span, ...] = ()


def named(person: Person, at: datetime, number: str) -> str:
    """How a look names the matter of this number; empty where the person may see none that bears it."""
    number = number.strip()
    if not number:
        return ""
    held = visible_holds(person, at).filter(~Q(basis=HoldBasis.REQUEST), number=number)
    key = held.order_by("placed_at", "pk").values_list("pk", flat=True).first()
    if key is not None:
        return f"{HOLD}:{key}"
    cases = handled_cases(person, at) | reviewed_cases(person, at)
    key = cases.filter(number=number).values_list("pk", flat=True).first()
    return f"{MISSING}:{key}" if key is not None else ""


def matters_of(named: Iterable[str]) -> dict[str, LookMatter]:
    """What these names mean as it stands now."""
    keys: dict[str, set[UUID]] = defaultdict(set)
    for one in named:
        kind, _colon, key = one.partition(":")
        if key:
            keys[kind].add(UUID(key))
    return {**_holds(keys[HOLD]), **_cases(keys[MISSING])}


def _holds(keys: set[UUID]) -> dict[str, LookMatter]:
    """One document may have several holds: of one unit they are one matter."""
    found: dict[str, LookMatter] = {}
    for first in Hold.objects.filter(pk__in=keys):
        same = Hold.objects.filter(~Q(basis=HoldBasis.REQUEST), number=first.number, placed_unit=first.placed_unit_id)
        rows = list(same.prefetch_related("cameras"))
        cameras = frozenset(camera.pk for row in rows for camera in row.cameras.all())
        found[f"{HOLD}:{first.pk}"] = LookMatter(
            first.number, cameras, tuple((row.span_from, row.span_to) for row in rows)
        )
    return found


def _cases(keys: set[UUID]) -> dict[str, LookMatter]:
    return {
        f"{MISSING}:{row.pk}": LookMatter(
            row.number, frozenset(camera.pk for camera in row.cameras.all()), (row.span,) if row.span else ()
        )
        for row in MissingCase.objects.filter(pk__in=keys).prefetch_related("cameras")
    }
