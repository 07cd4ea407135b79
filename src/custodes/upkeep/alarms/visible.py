"""Which alarms a person sees: those about cameras that they may see on that screen, and the installation's for whoever
has its screen (`Kind.sees`, `Kind.reach`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from custodes.people.held import held_kinds
from custodes.people.models import Person
from custodes.people.permissions import Permission
from custodes.places.models import Camera
from custodes.places.scope import kinds_with, visible_systems
from custodes.upkeep.alarms.kinds import KINDS, Kind, Reach
from custodes.upkeep.models import Alarm, AlarmCamera, AlarmState


def visible_alarms(person: Person, at: datetime, kinds: Collection[str] = KINDS) -> QuerySet[Alarm]:
    """Raised alarms, open and over, that the person may see; of these kinds, or of all."""
    held = held_kinds(person, at)
    asked = [KINDS[key] for key in kinds]
    query = Q(pk__in=[])
    for permission in {kind.sees for kind in asked}:
        if held & kinds_with(permission):
            query |= _of([kind for kind in asked if kind.sees == permission], permission, person, at)
    return Alarm.objects.filter(query).exclude(state=AlarmState.WAITING)


def open_alarms(person: Person, at: datetime) -> QuerySet[Alarm]:
    """Those that are not over, the one to see to first at the head: by severity, unacknowledged first, then by age.

    Most kinds are open nowhere. Which are is a small question; whose they are is a large one, and asked of those alone.
    """
    rows = Alarm.objects.filter(state=AlarmState.OPEN)
    there = set(rows.order_by().values_list("kind", flat=True).distinct())
    seen = visible_alarms(person, at, there & KINDS.keys())
    return seen.filter(state=AlarmState.OPEN).order_by("-severity", "acknowledged_at", "raised_at")


def cameras_shown(alarm: Alarm, person: Person, at: datetime) -> QuerySet[AlarmCamera]:
    """The alarm's cameras that this person may see."""
    systems = visible_systems(person, at, KINDS[alarm.kind].sees)
    return alarm.cameras.filter(camera__system__in=systems.values("pk")).select_related(
        "camera__status", "camera__system"
    )


def _of(kinds: Iterable[Kind], permission: Permission, person: Person, at: datetime) -> Q:
    keys: dict[Reach, list[str]] = {reach: [] for reach in Reach}
    for kind in kinds:
        keys[kind.reach].append(kind.key)
    query = Q(kind__in=keys[Reach.INSTALLATION])
    systems = visible_systems(person, at, permission).values("pk")
    if keys[Reach.CAMERAS]:
        theirs = AlarmCamera.objects.filter(alarm=OuterRef("pk"), camera__system__in=systems)
        query |= Q(kind__in=keys[Reach.CAMERAS]) & Q(Exists(theirs))  # in this order: the cheap question first
    if keys[Reach.NODE]:
        recorded = Camera.objects.taken_in().filter(node=OuterRef("node"), system__in=systems)
        query |= Q(kind__in=keys[Reach.NODE]) & Q(Exists(recorded))
    return query
