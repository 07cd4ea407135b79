"""Whose devices a person sees and changes: those of the systems whose cameras they see and tend."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from custodes.people.models import Person
from custodes.people.permissions import Permission
from custodes.places.models import GbDevice
from custodes.places.scope import (
    configured_systems,
    exact_systems,
    manager_scope,
    restarted_systems,
    tended_systems,
    visible_systems,
)


def visible_devices(person: Person, at: datetime) -> QuerySet[GbDevice]:
    """Devices whose row the person may see."""
    return GbDevice.objects.filter(system__in=visible_systems(person, at).values("pk"))


def tended_devices(person: Person, at: datetime) -> QuerySet[GbDevice]:
    """Devices that the person may enter, change and retire, and whose channels they may make cameras of."""
    return GbDevice.objects.filter(system__in=tended_systems(person, at).values("pk"))


def rebootable_devices(person: Person, at: datetime) -> QuerySet[GbDevice]:
    """Devices that the person may start again: a right beside that of changing them, and none of whoever only steers."""
    return GbDevice.objects.filter(system__in=restarted_systems(person, at).values("pk"))


def configurable_devices(person: Person, at: datetime) -> QuerySet[GbDevice]:
    """Devices that the person may ask how they are set, and set: a right of its own beside that of changing their rows."""
    return GbDevice.objects.filter(system__in=configured_systems(person, at).values("pk"))


def exact_devices(person: Person, at: datetime) -> QuerySet[GbDevice]:
    """Devices whose address, make and channels the person reads: base data (S33.1)."""
    return GbDevice.objects.filter(system__in=exact_systems(person, at).values("pk"))


def sees_unknown(person: Person, at: datetime) -> bool:
    """Whether the person is told who tries to register: they are nobody's yet, so only who manages a whole division is."""
    return bool(manager_scope(person, at, Permission.MANAGE_CAMERAS).division_paths)
