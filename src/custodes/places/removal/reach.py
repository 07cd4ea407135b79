"""Which removals a person sees: those of the systems that they see."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from custodes.people.models import Person
from custodes.places.models import Removal
from custodes.places.scope import visible_systems


def visible_removals(person: Person, at: datetime) -> QuerySet[Removal]:
    """Removals of visible systems."""
    return Removal.objects.filter(system__in=visible_systems(person, at).values("pk"))
