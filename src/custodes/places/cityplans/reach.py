"""Who draws up plans and norms, and who reads them.

The city's police draw up the city's plan and norm, a county's police the county's plan (S8, S12.2): system administrators and
inspectors there. What is in force, or was, is read by everybody of the division who sees the register; what is being drafted by
those who draw up plans at that unit or above it.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from custodes.people.models import Division, DivisionKind, Person, Post, Unit
from custodes.people.models.unit import leading_police
from custodes.people.permissions import Permission
from custodes.people.scope import DivisionScope, scope_for, within
from custodes.places.models import PlanningKind, PlanningState, PlanningText
from custodes.places.scope import kinds_with

DRAWN_BY = {
    PlanningKind.CITY_PLAN: DivisionKind.CITY,
    PlanningKind.NORM: DivisionKind.CITY,
    PlanningKind.COUNTY_PLAN: DivisionKind.COUNTY,
}
PUBLISHED = (PlanningState.IN_FORCE, PlanningState.ARCHIVED)


def drafting_units(person: Person, at: datetime) -> QuerySet[Unit]:
    """Police units at which the person draws up plans."""
    posts = Post.objects.valid(at).filter(person=person, kind__in=kinds_with(Permission.MANAGE_CITY_PLANS))
    units = Unit.objects.filter(pk__in=posts.values("unit"), division__kind__in=set(DRAWN_BY.values()))
    return Unit.objects.filter(pk__in=[one.pk for one in leading_police(units)]).select_related("division")


def kinds_of(unit: Unit) -> tuple[PlanningKind, ...]:
    """What a police unit draws up."""
    return tuple(kind for kind, level in DRAWN_BY.items() if level == unit.division.kind)


def drafted(person: Person, at: datetime) -> QuerySet[PlanningText]:
    """Texts that the person may change: of the own police unit."""
    return PlanningText.objects.filter(unit__in=drafting_units(person, at))


def visible(person: Person, at: datetime) -> QuerySet[PlanningText]:
    """Texts that the person may read."""
    posts = Post.objects.valid(at).filter(person=person, kind__in=kinds_with(Permission.VIEW_PLACES))
    binding = Q(pk__in=[])
    for path in posts.values_list("unit__division__path", flat=True).distinct():
        codes = [code for code in path.split("/") if code]
        binding |= Q(division__in=Division.objects.filter(code__in=codes))
    wide = DivisionScope(scope_for(person, Permission.VIEW_PLACES, at).division_paths)
    binding |= within(wide, "unit", "division")
    return PlanningText.objects.filter((Q(state__in=PUBLISHED) & binding) | Q(pk__in=papered(person, at).values("pk")))


def papered(person: Person, at: datetime) -> QuerySet[PlanningText]:
    """Texts of which the person may read the letters of partners: who draws up plans at that unit or above it.

    A plan in force is for everybody of its division; what departments wrote to the police while it was made is not.
    """
    above = DivisionScope(frozenset(unit.division.path for unit in drafting_units(person, at)))
    return PlanningText.objects.filter(within(above, "unit", "division"))


def city_plans_for(unit: Unit) -> QuerySet[PlanningText]:
    """Versions of the city's plan in force on which a county's may rest."""
    return PlanningText.objects.filter(
        kind=PlanningKind.CITY_PLAN,
        state=PlanningState.IN_FORCE,
        division__in=Division.objects.above(unit.division),
    )
