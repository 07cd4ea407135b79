"""The dates that a person sees, and which of them are theirs to act on: the register's own row scopes, nothing wider."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from custodes.law.duties.terms import Terms
from custodes.people.held import held_posts
from custodes.people.models import Credential, Person, Post
from custodes.people.permissions import Permission
from custodes.people.scope import Scope, persons_in, scope_for, units_in, within
from custodes.places.changes.reach import visible_changes
from custodes.places.models import Product, Removal, SystemRole, SystemRoleKind
from custodes.places.models.roles import holding_on
from custodes.places.scope import RUNNING_ROLES, TENDING_ROLES, kinds_with, manager_scope, visible_systems
from custodes.places.upgrades.reach import visible_orders
from custodes.upkeep.dates import accessdates, sharingdates, sources
from custodes.upkeep.dates.cameradates import cameras
from custodes.upkeep.dates.dated import Dated, What
from custodes.upkeep.dates.releasedates import releases
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
#: Told to nobody but who has a part in them (`accessdates.of_person`).
OF_LOOKS = frozenset({What.OWN_IMAGE, What.LOOK_REVIEW, What.EMBARGO, What.HOLD_REVIEW})
#: The same of joining systems and platforms (`sharingdates.of_person`).
OF_SHARING = frozenset({What.COOPERATION, What.LINK_TEST})


#: Of these a police administrator acts for every unit of the division, as far as the register lets them (`built_systems`).
_CARRIED_ON = OF_UNITS - {What.FILING, What.TRIAL}
#: Roles by which a unit builds or runs a system of another's (S11, N7.3).
_ROLES = (SystemRoleKind.BUILDER, *RUNNING_ROLES)


@dataclass(frozen=True)
class Standing:
    """From which posts a person acts.

    Attributes:
        keeps: paths of units whose register they keep.
        files: paths of units whose personnel files they keep.
        handles: paths of divisions whose filings they take.
        governs: paths of divisions whose register they administer.
        holds: systems that their units build or run for others.
        at_units: paths of all units at which they have a post.
        tends: paths of units whose cameras they tend.
        tended: systems of others whose cameras their units tend.
    """

    person: int
    keeps: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    handles: frozenset[str] = frozenset()
    governs: frozenset[str] = frozenset()
    holds: frozenset[UUID] = frozenset()
    at_units: frozenset[str] = frozenset()
    tends: frozenset[str] = frozenset()
    tended: frozenset[UUID] = frozenset()

    def part(self, one: Dated) -> Part:
        """What part they have in this date."""
        if one.person == self.person and one.person is not None:
            return Part.ACTS
        if one.what is What.RELEASE or one.what in OF_LOOKS | OF_SHARING:
            return Part.ACTS  # it is there for who acts alone
        if one.what is What.CAMERA:
            return Part.ACTS if self._tends(one) else Part.SEES
        own = self.files if one.what in _OF_FILES else self.keeps if one.what in OF_UNITS else frozenset()
        if any(one.unit.startswith(path) for path in own):
            return Part.ACTS
        if one.what in OF_UNITS and one.system is not None and one.system in self.holds:
            return Part.ACTS
        if one.what in _CARRIED_ON and any(one.division.startswith(path) for path in self.governs):
            return Part.ACTS
        if one.what in OF_UNITS and any(one.division.startswith(path) for path in self.handles):
            return Part.SUPERVISES
        return Part.SEES

    def _tends(self, one: Dated) -> bool:
        return one.system in self.tended or any(one.unit.startswith(path) for path in self.tends)


def standing_of(person: Person, at: datetime) -> Standing:
    """From which valid posts this person acts."""
    posts = held_posts(person, at)

    def units(permission: Permission) -> frozenset[str]:
        kinds = kinds_with(permission)
        return frozenset(post.unit.path for post in posts if post.kind in kinds)

    def held_by(units: frozenset[str]) -> tuple[frozenset[UUID], frozenset[UUID]]:
        """Systems of others at which these units have a role of `_ROLES`, and one of `TENDING_ROLES`: by one question."""
        if not units:
            return frozenset(), frozenset()
        own = within(Scope(unit_paths=units))
        either = {*_ROLES, *TENDING_ROLES}
        rows = SystemRole.objects.filter(own, holding_on(timezone.localdate(at)), role__in=list(either))
        found = set(rows.values_list("system", "role"))
        return (
            frozenset(system for system, role in found if role in _ROLES),
            frozenset(system for system, role in found if role in TENDING_ROLES),
        )

    tends = units(Permission.MANAGE_CAMERAS)
    keeps, taking = units(Permission.MANAGE_PLACES), kinds_with(Permission.HANDLE_FILINGS)
    held, tended = held_by(keeps)
    if tends != keeps:
        tended = held_by(tends)[1]
    return Standing(
        person.pk,
        keeps,
        units(Permission.MANAGE_CREDENTIALS),
        frozenset(post.unit.division.path for post in posts if post.kind in taking and post.unit.is_police),
        manager_scope(person, at, Permission.MANAGE_PLACES).division_paths,
        held,
        frozenset(post.unit.path for post in posts),
        tends,
        tended,
    )


def dates_of(person: Person, at: datetime, terms: Terms, span: sources.Span | None = None) -> list[Dated]:
    """Every date that the person may see now, the earliest first.

    Args:
        span: only what falls on these days or lasts into them.
    """
    found = _dates_of(person, at, terms, span)
    if span is not None:
        found = [one for one in found if one.day <= span[1] and one.last >= span[0]]
    return in_order(found)


def _dates_of(person: Person, at: datetime, terms: Terms, span: sources.Span | None) -> list[Dated]:
    today = timezone.localdate(at)
    systems = visible_systems(person, at)
    found: list[Dated] = [
        *sources.filings(systems, today, terms, span),
        *sources.removals(Removal.objects.filter(system__in=systems.values("pk")), today, terms),
        *sources.changes(visible_changes(person, at).filter(system__in=systems.values("pk")), today, terms),
        *sources.upgrades(visible_orders(person, at).filter(system__in=systems.values("pk")), terms),
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
