"""Who sees an order, who answers it, who issues it and looks again (S16.2c, S36(3))."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from custodes.people.models import Person
from custodes.places.models import UpgradeOrder
from custodes.places.scope import built_systems, handled_systems, papered_systems


def visible_orders(person: Person, at: datetime) -> QuerySet[UpgradeOrder]:
    """Orders for who may read a system's papers: they say what it lacks (S30.1)."""
    return UpgradeOrder.objects.filter(system__in=papered_systems(person, at).values("pk"))


def answered_orders(person: Person, at: datetime) -> QuerySet[UpgradeOrder]:
    """Orders that the person's unit has to answer."""
    return UpgradeOrder.objects.filter(system__in=built_systems(person, at).values("pk"))


def handled_orders(person: Person, at: datetime) -> QuerySet[UpgradeOrder]:
    """Orders that the person carries on for the police."""
    return UpgradeOrder.objects.filter(system__in=handled_systems(person, at).values("pk"))
