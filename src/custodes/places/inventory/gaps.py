"""Places that have no system (S9): what the gap list and the overview count."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from custodes.people.models import Person
from custodes.places.models import RECORDED, Site
from custodes.places.scope import visible_sites


def gap_sites(person: Person, at: datetime) -> QuerySet[Site]:
    """Visible places by which no system is recorded."""
    return visible_sites(person, at).exclude(systems__state__in=RECORDED)
