"""The dates that a person sees, and which of them are theirs to act on: the register's own row scopes, nothing wider."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Credential, Person, Post
from custodes.people.models.account import held_posts
from custodes.people.permissions import Permission
from custodes.people.scope import DivisionScope, persons_in, scope_for, units_in, within
from custodes.places.changes.reach import visible_changes
from custodes.places.models import Product, Removal, SystemRole, SystemRoleKind
from custodes.places.models.site import holding_on
from custodes.places.scope import RUNNING_ROLES, TENDING_ROLES, kinds_with, manager_scope, visible_systems
from custodes.upkeep.dates import accessdates, sharingdates, sources
from custodes.upkeep.dates.dated import Dated
from custodes.upkeep.dates.sorts import DateSort, What, sort_of, sorts
from custodes.upkeep.dates.sources import cameras, releases
from custodes.upkeep.plans import visible_plans


class DateRole(StrEnum):
    """What part a person has in a date."""

    ACTS = "acts"
    SUPERVISES = "supervises"
    SEES = "sees"


#: Roles by which a unit builds or runs a system of another's (S11, N7.3).
_ROLES = (SystemRoleKind.BUILDER, *RUNNING_ROLES)


@dataclass(frozen=True)
class PostStanding:
    """From which posts a person acts.

    Attributes:
        units: by permission, paths of units for which they act.
        handles: paths of divisions whose filings they take.
        governs: paths of divisions whose register they administer.
        holds: systems that their units build or run for others.
        at_units: paths of all units at which they have a post.
        tended: systems of others whose cameras their units tend.
    """

    person: int
    units: Mapping[Permission, frozenset[str]] = field(default_factory=dict)
    handles: frozenset[str] = frozenset()
    governs: frozenset[str] = frozenset()
    holds: frozenset[UUID] = frozenset()
    at_units: frozenset[str] = frozenset()
    tended: frozenset[UUID] = frozenset()

    @property
    def keeps(self) -> frozenset[str]:
        """Paths of units whose register they keep."""
        return self.units.get(Permission.MANAGE_PLACES, frozenset())

    @property
    def files(self) -> frozenset[str]:
        """Paths of units whose personnel files they keep."""
        return self.units.get(Permission.MANAGE_CREDENTIALS, frozenset())

    def part(self, one: Dated) -> DateRole:
        """What part they have in this date."""
        if one.person == self.person and one.person is not None:
            return DateRole.ACTS
        sort = sort_of(one.what)
        if sort.alone:
            return DateRole.ACTS
        if one.what == What.CAMERA:
            return DateRole.ACTS if self._own(one, sort) or one.system in self.tended else DateRole.SEES
        if self._own(one, sort):
            return DateRole.ACTS
        if not sort.of_unit:
            return DateRole.SEES
        if one.system is not None and one.system in self.holds:
            return DateRole.ACTS
        if sort.carried_on and any(one.division.startswith(path) for path in self.governs):
            return DateRole.ACTS
        if any(one.division.startswith(path) for path in self.handles):
            return DateRole.SUPERVISES
        return DateRole.SEES

    def _own(self, one: Dated, sort: DateSort) -> bool:
        return sort.acts is not None and any(one.unit.startswith(path) for path in self.units.get(sort.acts, ()))


def standing_of(person: Person, at: datetime) -> PostStanding:
    """From which valid posts this person acts."""
    posts = held_posts(person, at)

    def units(permission: Permission) -> frozenset[str]:
        kinds = kinds_with(permission)
        return frozenset(post.unit.path for post in posts if post.kind in kinds)

    def held_by(units: frozenset[str]) -> tuple[frozenset[UUID], frozenset[UUID]]:
        """Systems of others at which these units have a role of `_ROLES`, and one of `TENDING_ROLES`: by one question."""
        if not units:
            return frozenset(), frozenset()
        own = within(DivisionScope(unit_paths=units))
        either = {*_ROLES, *TENDING_ROLES}
        rows = SystemRole.objects.filter(own, holding_on(timezone.localdate(at)), role__in=list(either))
        found = set(rows.values_list("system", "role"))
        return (
            frozenset(system for system, role in found if role in _ROLES),
            frozenset(system for system, role in found if role in TENDING_ROLES),
        )

    acting = {sort.acts: units(sort.acts) for sort in sorts().values() if sort.acts is not None}
    keeps, tends = acting[Permission.MANAGE_PLACES], acting[Permission.MANAGE_CAMERAS]
    taking = kinds_with(Permission.HANDLE_FILINGS)
    held, tended = held_by(keeps)
    if tends != keeps:
        tended = held_by(tends)[1]
    return PostStanding(
        person.pk,
        acting,
        frozenset(post.unit.division.path for post in posts if post.kind in taking and post.unit.is_police),
        manager_scope(person, at, Permission.MANAGE_PLACES).division_paths,
        held,
        frozenset(post.unit.path for post in posts),
        tended,
    )


def dates_of(person: Person, at: datetime, terms: LegalTerms, span: sources.Span | None = None) -> list[Dated]:
    """Every date that the person may see now, the earliest first.

    Args:
        span: only what falls on these days or lasts into them.
    """
    found = _dates_of(person, at, terms, span)
    if span is not None:
        found = [one for one in found if one.day <= span[1] and one.last >= span[0]]
    return in_order(found)


def _dates_of(person: Person, at: datetime, terms: LegalTerms, span: sources.Span | None) -> list[Dated]:
    today = timezone.localdate(at)
    systems = visible_systems(person, at)
    found: list[Dated] = [
        *sources.filings(systems, today, terms, span),
        *sources.removals(Removal.objects.filter(system__in=systems.values("pk")), today, terms),
        *sources.changes(visible_changes(person, at).filter(system__in=systems.values("pk")), today, terms),
        *sources.cases(terms, lambda kind: kind.shown_to(person, at).filter(system__in=systems.values("pk"))),
        *sources.cases_apart(terms, lambda kind: kind.shown_to(person, at)),
        *cameras(systems, today, terms, span),
        *sources.trials(systems, terms),
        *(to_own_page(one, person) for one in sources.credentials(_credentials(person, at), terms)),
        *sources.interruptions(visible_plans(person, at)),
        *sources.posts(Post.objects.valid(at).filter(person=person), terms),
        *accessdates.of_person(person, at, terms, span),
        *sharingdates.of_person(person, at, terms, span),
    ]
    found += releases(person, at, span)
    seeing = kinds_with(Permission.VIEW_PLACES)
    if any(post.kind in seeing for post in held_posts(person, at)):
        found += sources.certificates(Product.objects.counting(), terms)
    return found


def to_own_page(one: Dated, person: Person) -> Dated:
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
