"""Which entries a person may read: one's own always; with the right, those of one's division or unit."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from custodes.oversight.models import EntryRow
from custodes.people.models import Person
from custodes.people.permissions import Permission
from custodes.people.scope import persons_in, scope_for, within
from custodes.places.scope import visible_cameras
from custodes.sharing.models import Link

OF_A_MATTER = (
    "request.step", "case.step", "embargo.step", "finding.step", "hold.effective", "revocation", "refusal", "grant",
    "platform.statement", "platform.stated",
)  # fmt: skip
"""Types whose entries are about one matter also where they name no person and no camera."""


def own_entries(person: Person) -> QuerySet[EntryRow]:
    """What the log says of the person."""
    return EntryRow.objects.filter(person=person.uuid)


def readable_entries(person: Person, at: datetime) -> QuerySet[EntryRow]:
    """Entries of persons, cameras and links with other platforms within the scope of the posts that give the right, entries about neither
    (the log's own and the installation's), and one's own."""
    scope = scope_for(person, Permission.VIEW_LEDGER, at)
    if not scope:
        return own_entries(person)
    persons = persons_in(scope).values("uuid")
    links = Link.objects.filter(within(scope, "office")).values("pk")
    cameras = visible_cameras(person, at, Permission.VIEW_LEDGER).values("pk")
    return EntryRow.objects.filter(
        Q(person=person.uuid)
        | Q(person__in=persons)
        | Q(person__in=links)
        | Q(person__isnull=True, camera__in=cameras)
        | (Q(person__isnull=True, camera__isnull=True) & _of_the_house(bool(scope.division_paths)))
    )


def _of_the_house(wide: bool) -> Q:
    """Entries about nobody are the log's own and the installation's; but steps that time or a node took are of somebody's matter, and
    a unit's own auditor would learn from them what is kept from the unit (decision 0287)."""
    return Q() if wide else ~Q(type__in=OF_A_MATTER)
