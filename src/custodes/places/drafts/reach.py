"""Whose drafts a person goes on with: the own unit's, whoever began, and those that one fills in at the counter."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from custodes.people.models import Person
from custodes.places.changes.gate import GUARDED
from custodes.places.models import Draft
from custodes.places.scope import built_systems, handled_systems


def editable_drafts(person: Person, at: datetime) -> QuerySet[Draft]:
    """Drafts that the person may open, fill in, hand in and throw away; lapsed ones have nothing to open, and nothing
    is handed in of a system that is gone."""
    own = built_systems(person, at).values("pk")
    handled = handled_systems(person, at).values("pk")
    return Draft.objects.filter(
        Q(system__in=own) | Q(on_behalf=True, kind="filing", system__in=handled),
        lapsed_at__isnull=True,
        system__state__in=GUARDED,
    )
