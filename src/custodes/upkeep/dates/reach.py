"""The dates that a person sees, and which of them are theirs to act on: the register's own row scopes, nothing wider."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from custodes.law.duties.terms import Terms
from custodes.people.models import Credential, Person, Post
from custodes.people.permissions import Permission
from custodes.people.scope import persons_in, scope_for, units_in
from custodes.places.changes.reach import visible_changes
from custodes.places.models import Product, Removal
from custodes.places.scope import kinds_with, visible_systems
from custodes.places.upgrades.reach import visible_orders
from custodes.upkeep.dates import sources
from custodes.upkeep.dates.dated import Dated, What
from custodes.upkeep.plans import visible_plans


class Part(StrEnum):
    """What part a person has in a date."""

    ACTS = "acts"
    SUPERVISES = "supervises"
    SEES = "sees"


#: Dates for which a unit's own people have to do something, and that the county's police look after.
OF_UNITS = frozenset(
    {
        *(What.FILING, What.REMOVAL_REPORT, What.REMOVAL_FROM, What.REMOVAL_PLANNED, What.TRIAL),
        *(What.CHANGE_FILING, What.CHANGE_PLANNED, What.UPGRADE),
    }
)
_OF_FILES = frozenset({What.TRAINING, What.CREDENTIAL})


@dataclass(frozen=True)
class Standing:
    """From which posts a person acts.

    Attributes:
        keeps: paths of units whose register they keep.
        files: paths of units whose personnel files they keep.
        handles: paths of divisions whose filings they take.
    """

    person: int
    keeps: frozenset[str]
    files: frozenset[str]
    handles: frozenset[str]

    def part(self, one: Dated) -> Part:
        """What part they have in this date."""
        if one.person == self.person and one.person is not None:
            return Part.ACTS
        own = self.files if one.what in _OF_FILES else self.keeps if one.what in OF_UNITS else frozenset()
        if any(one.unit.startswith(path) for path in own):
            return Part.ACTS
        if one.what in OF_UNITS and any(one.division.startswith(path) for path in self.handles):
            return Part.SUPERVISES
        return Part.SEES


def standing_of(person: Person, at: datetime) -> Standing:
    """From which valid posts this person acts."""
    posts = list(Post.objects.valid(at).filter(person=person).select_related("unit__division"))

    def units(permission: Permission) -> frozenset[str]:
        kinds = kinds_with(permission)
        return frozenset(post.unit.path for post in posts if post.kind in kinds)

    taking = kinds_with(Permission.HANDLE_FILINGS)
    handles = frozenset(post.unit.division.path for post in posts if post.kind in taking and post.unit.is_police)
    return Standing(person.pk, units(Permission.MANAGE_PLACES), units(Permission.MANAGE_CREDENTIALS), handles)


def dates_of(person: Person, at: datetime, terms: Terms, *, classified: bool = True) -> list[Dated]:
    """Every date that the person may see now, the earliest first.

    Args:
        classified: whether those of classified systems are among them, which only an isolated installation has (S20).
    """
    today = timezone.localdate(at)
    systems = visible_systems(person, at)
    if not classified:
        systems = systems.filter(classified=False)
    found: list[Dated] = [
        *sources.filings(systems, today, terms),
        *sources.removals(Removal.objects.filter(system__in=systems.values("pk")), today, terms),
        *sources.changes(visible_changes(person, at).filter(system__in=systems.values("pk")), today, terms),
        *sources.upgrades(visible_orders(person, at).filter(system__in=systems.values("pk")), terms),
        *sources.trials(systems, terms),
        *(_own(one, person) for one in sources.credentials(_credentials(person, at), terms)),
        *sources.interruptions(visible_plans(person, at)),
        *sources.posts(Post.objects.valid(at).filter(person=person), terms),
    ]
    if Post.objects.valid(at).filter(person=person, kind__in=kinds_with(Permission.VIEW_PLACES)).exists():
        found += sources.certificates(Product.objects.counting(), terms)
    return in_order(found)


def _own(one: Dated, person: Person) -> Dated:
    """One's own training is on one's own page: the personnel file is for who keeps it."""
    return replace(one, href=reverse("people:profile")) if one.person == person.pk else one


def in_order(dates: Iterable[Dated]) -> list[Dated]:
    """The earliest first; what falls on one day always in the same order."""
    return sorted(dates, key=lambda one: (one.day, one.what, one.name, one.subject))


def _credentials(person: Person, at: datetime):  # type: ignore[no-untyped-def]
    scope = scope_for(person, Permission.VIEW_PEOPLE, at)
    seen = Q(person=person)
    if scope:
        seen |= Q(person__in=persons_in(scope)) | Q(unit__in=units_in(scope))
    return Credential.objects.filter(seen)
