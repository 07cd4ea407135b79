"""What a person looked at, for the person's own page and for those who watch the watchers."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from custodes.access.looks.reach import readable_looks
from custodes.access.models import Grant
from custodes.people.models import Person
from custodes.people.permissions import Permission
from custodes.people.scope import scope_for, within


def own_viewings(person: Person) -> QuerySet[Grant]:
    """The person's own looks, newest first."""
    return Grant.objects.recorded().filter(person=person).select_related("unit", "post").prefetch_related("cameras")


def visible_viewings(person: Person, at: datetime, permission: Permission = Permission.VIEW_GRANTS) -> QuerySet[Grant]:
    """Looks of everybody that those posts reach that give the permission: to read them, or to take them back (`looks.reach`)."""
    rows = readable_looks(person, at, permission)
    if permission is not Permission.VIEW_GRANTS:
        # Whoever has a camera reads who looked at it; taking a look back is for the unit and the police of whoever looks.
        rows = rows.filter(within(scope_for(person, permission, at), "unit"))
    return rows.select_related("person", "unit", "post", "request__holder", "session__unit").prefetch_related("cameras")
