"""Which filings a person sees, which they may fill in, and which they take."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from custodes.people.models import Person
from custodes.places.models import Filing
from custodes.places.scope import built_systems, handled_systems, papered_systems


def visible_filings(person: Person, at: datetime) -> QuerySet[Filing]:
    """Handed-in filings for who may read a system's papers (S30.1, S33.1): they list its cameras. Drafts are their unit's own."""
    seen = papered_systems(person, at).values("pk")
    return Filing.objects.filter(_editable(person, at) | Q(system__in=seen, submitted_on__isnull=False))


def editable_filings(person: Person, at: datetime) -> QuerySet[Filing]:
    """Filings that one's unit makes, and those that one entered at the counter for a unit."""
    return Filing.objects.filter(_editable(person, at))


def _editable(person: Person, at: datetime) -> Q:
    own = built_systems(person, at).values("pk")
    handled = handled_systems(person, at).values("pk")
    return Q(system__in=own) | Q(on_behalf=True, system__in=handled)


def handled_filings(person: Person, at: datetime) -> QuerySet[Filing]:
    """Handed-in filings that one takes for the police."""
    return Filing.objects.filter(system__in=handled_systems(person, at).values("pk"), submitted_on__isnull=False)
