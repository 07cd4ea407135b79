"""Which alarms a person sees: those about cameras that they may see on that screen, and the installation's for whoever
has its screen (`AlarmKind.sees`, `AlarmKind.reach`); and what the bell of every page shows, at a price that every open page can pay.

For the bell they are worked out anew only when a step has been taken in some alarm's life, when the person's
posts have changed, or after `KEEP`; in between the answer of before is given.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from custodes.people.models import Person, Post
from custodes.people.models.account import held_kinds
from custodes.people.permissions import Permission
from custodes.places.models import Camera
from custodes.places.scope import kinds_with, visible_systems
from custodes.upkeep.alarms.kinds import KINDS, AlarmKind, AlarmReach
from custodes.upkeep.models import Alarm, AlarmCamera, AlarmEvent, AlarmState, AlarmTelling, Severity


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


def _of(kinds: Iterable[AlarmKind], permission: Permission, person: Person, at: datetime) -> Q:
    keys: dict[AlarmReach, list[str]] = {reach: [] for reach in AlarmReach}
    for kind in kinds:
        keys[kind.reach].append(kind.key)
    query = Q(kind__in=keys[AlarmReach.INSTALLATION])
    systems = visible_systems(person, at, permission).values("pk")
    if keys[AlarmReach.CAMERAS]:
        theirs = AlarmCamera.objects.filter(alarm=OuterRef("pk"), camera__system__in=systems)
        query |= Q(kind__in=keys[AlarmReach.CAMERAS]) & Q(Exists(theirs))  # in this order: the cheap question first
    if keys[AlarmReach.NODE]:
        recorded = Camera.objects.taken_in().filter(node=OuterRef("node"), system__in=systems)
        query |= Q(kind__in=keys[AlarmReach.NODE]) & Q(Exists(recorded))
    return query


KEEP = timedelta(seconds=30)
MOST = 2000


@dataclass(frozen=True)
class OpenAlarms:
    """Open alarms in numbers, and the newest.

    Attributes:
        critical, serious, notice: how many of each.
        pressing: critical ones that nobody has acknowledged.
        newest: the one raised last, or told again to this person.
        told_at: when that was.
    """

    critical: int = 0
    serious: int = 0
    notice: int = 0
    pressing: int = 0
    newest: Alarm | None = None
    told_at: datetime | None = None


_lock = threading.Lock()
_kept: dict[int, tuple[Hashable, datetime, OpenAlarms]] = {}


def ringing(person: Person, at: datetime) -> OpenAlarms:
    """What rings for this person now."""
    last = AlarmEvent.objects.order_by("-pk").values_list("pk", "at").first()
    if last is None:
        return OpenAlarms()
    posts = tuple(Post.objects.valid(at).filter(person=person).order_by("pk").values_list("pk", flat=True))
    state = (last, posts)
    with _lock:
        kept = _kept.get(person.pk)
    if kept is not None and kept[0] == state and timedelta(0) <= at - kept[1] < KEEP:
        return kept[2]
    found = _count(person, at)
    with _lock:
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[person.pk] = (state, at, found)
    return found


def _count(person: Person, at: datetime) -> OpenAlarms:
    rows = list(open_alarms(person, at))
    severities = [row.severity for row in rows]
    again = _told_again(person, rows)
    told = {row.pk: max(row.raised_at or row.first_seen, again.get(row.pk, row.first_seen)) for row in rows}
    newest = max(rows, key=lambda row: (told[row.pk], str(row.pk)), default=None)
    return OpenAlarms(
        critical=severities.count(Severity.CRITICAL),
        serious=severities.count(Severity.SERIOUS),
        notice=severities.count(Severity.NOTICE),
        pressing=sum(row.severity == Severity.CRITICAL and row.acknowledged_at is None for row in rows),
        newest=newest,
        told_at=told[newest.pk] if newest is not None else None,
    )


def _told_again(person: Person, rows: list[Alarm]) -> dict[UUID, datetime]:
    """When this person was last told again of alarms that nobody has acknowledged."""
    waiting = {row.pk for row in rows if row.acknowledged_at is None}
    again = AlarmTelling.objects.filter(person=person, round__gt=0, alarm__state=AlarmState.OPEN).order_by("at")
    return {pk: at for pk, at in again.values_list("alarm", "at") if pk in waiting}
