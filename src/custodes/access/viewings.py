"""What a person looked at, for the person's own page and for those who watch the watchers."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from custodes.access.models import Grant
from custodes.people.models import Person
from custodes.people.permissions import Permission
from custodes.people.scope import scope_for, within


def own_viewings(person: Person) -> QuerySet[Grant]:
    """The person's own looks, newest first."""
    return Grant.objects.recorded().filter(person=person).select_related("unit", "post").prefetch_related("cameras")


def visible_viewings(person: Person, at: datetime, permission: Permission = Permission.VIEW_GRANTS) -> QuerySet[Grant]:
    """Looks of everybody within the scope of those posts that give the permission: to read them, or to take them back."""
    scope = scope_for(person, permission, at)
    rows = Grant.objects.recorded().filter(within(scope, "unit"))
    return rows.select_related("person", "unit", "post").prefetch_related("cameras")
