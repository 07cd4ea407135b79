"""Whose applications somebody sees: those of the divisions of their posts at the police, and nobody else's."""

from __future__ import annotations

import datetime

from django.db.models import Q, QuerySet

from custodes.people.models import Person, Post, UnitApplication, UnitKind
from custodes.people.permissions import POST_PERMISSIONS, Permission


def confirming_paths(person: Person, at: datetime.datetime) -> frozenset[str]:
    """Paths of the divisions whose units this person confirms."""
    kinds = [kind for kind, held in POST_PERMISSIONS.items() if Permission.CONFIRM_UNITS in held]
    held = Post.objects.valid(at).filter(person=person, kind__in=kinds, unit__kind=UnitKind.PUBLIC_SECURITY)
    return frozenset(held.values_list("unit__division__path", flat=True))


def applications_for(person: Person, at: datetime.datetime) -> QuerySet[UnitApplication]:
    """The applications that this person may open and decide."""
    query = Q(pk__in=[])
    for path in confirming_paths(person, at):
        query |= Q(division__path__startswith=path)
    return UnitApplication.objects.filter(query)
