"""Whose requests a person sees: those to the units at which they are the caretaker, as of individuals (S33.1)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from custodes.access.individual.reach import posts_of
from custodes.access.models import OwnImageRequest
from custodes.people.models import Person


def handled_own_images(person: Person, at: datetime) -> QuerySet[OwnImageRequest]:
    """Requests to the units of their posts and to the sub-units."""
    query = Q(pk__in=[])
    for post in posts_of(person, at):
        query |= Q(unit__path__startswith=post.unit.path)
    return OwnImageRequest.objects.filter(query)
