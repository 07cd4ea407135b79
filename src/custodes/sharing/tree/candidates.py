"""Which cameras may be shared at all: of the office's division, connected, of systems that are in use and that S20 does not close."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from custodes.people.models import Division
from custodes.places.models import WATCHED, Camera, CameraState, System
from custodes.sharing.directory.secrecy import nameable
from custodes.sharing.models import Link, SharedCamera


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list of candidates is narrowed to; empty fields narrow nothing.

    Attributes:
        division: the one named and what lies under it.
        category: number of the item of S9.
        system: primary key of one.
        words: in a camera's number, name or place.
    """

    division: Division | None = None
    category: int | None = None
    system: UUID | None = None
    words: str = ""

    def __bool__(self) -> bool:
        return bool(self.division or self.category or self.system or self.words)


def shareable(link: Link) -> QuerySet[Camera]:
    """Cameras that this link may show."""
    systems = nameable(
        System.objects.filter(site__division__path__startswith=link.office.division.path, state__in=WATCHED)
    )
    return Camera.objects.filter(state=CameraState.CONNECTED, system__in=systems.values("pk"))


def open_to_see(rows: QuerySet[SharedCamera]) -> QuerySet[SharedCamera]:
    """Those of a tree's rows that a page may name."""
    return rows.filter(camera__system__in=nameable(System.objects.all()).values("pk"))


def closed(rows: QuerySet[SharedCamera]) -> QuerySet[SharedCamera]:
    """Those that S20 closes: named nowhere, counted alone."""
    return rows.exclude(camera__system__in=nameable(System.objects.all()).values("pk"))


def narrowed(rows: QuerySet[Camera], by: Filter) -> QuerySet[Camera]:
    """Those of them that a filter leaves."""
    if by.division is not None:
        rows = rows.filter(system__site__division__path__startswith=by.division.path)
    if by.category is not None:
        rows = rows.filter(system__site__category=by.category)
    if by.system:
        rows = rows.filter(system=by.system)
    if by.words:
        rows = rows.filter(sought__contains=by.words.lower())
    return rows


def not_shared(link: Link, rows: QuerySet[Camera]) -> QuerySet[Camera]:
    """Those that do not hang in the link's tree."""
    there = SharedCamera.objects.filter(link=link, camera=OuterRef("pk"), node__isnull=False)
    return rows.exclude(Exists(there))
