"""Who is told of an alarm.

Nothing critical is silenced for all: every connected system has somebody whom critical alarms reach at any hour, or the
fallback is told (the duty leads that see it; without one, the system administrators) and an alarm of its own says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from custodes.people.models import Division, Person, Post, PostKind
from custodes.people.permissions import Permission
from custodes.places.models import Camera, System
from custodes.places.scope import visible_systems
from custodes.upkeep.alarms.kinds import KINDS, Reach
from custodes.upkeep.alarms.visible import visible_alarms
from custodes.upkeep.models import Alarm, AlarmSubscription, Channel, Severity

FALLBACK_POSTS = (PostKind.DUTY_LEAD, PostKind.SYSTEM_ADMIN)


def watched_systems() -> QuerySet[System]:
    """Systems with a connected camera: what somebody must answer for at any hour."""
    return System.objects.filter(cameras__in=Camera.objects.taken_in()).distinct()


def reached_systems(subscription: AlarmSubscription, at: datetime) -> QuerySet[System]:
    """Systems of whose cameras' alarms this recipient is told."""
    if subscription.post is None:
        systems = System.objects.all()
    else:
        systems = visible_systems(subscription.post.person, at, Permission.VIEW_COMPLETENESS)
    if subscription.division is not None:
        systems = systems.filter(site__division__path__startswith=subscription.division.path)
    return systems


def answers_at_any_hour(subscription: AlarmSubscription) -> bool:
    """Whether critical alarms reach it whatever the hour."""
    return not (subscription.holds_critical and subscription.quiet_from and subscription.quiet_to)


def unanswered(at: datetime, without: Iterable[AlarmSubscription] = ()) -> QuerySet[System]:
    """Watched systems whose critical alarms reach nobody at some hour.

    Args:
        without: recipients to be thought away.
    """
    gone = {subscription.pk for subscription in without}
    rows = AlarmSubscription.objects.valid(at).select_related("post__person", "division")
    answered = Q(pk__in=[])
    for subscription in rows:
        if subscription.pk not in gone and answers_at_any_hour(subscription):
            answered |= Q(pk__in=reached_systems(subscription, at).values("pk"))
    return watched_systems().exclude(answered)


def alarms_for(subscription: AlarmSubscription, alarms: Iterable[Alarm], at: datetime) -> list[Alarm]:
    """Those of the alarms of which this recipient is told."""
    wanted = [alarm for alarm in alarms if alarm.severity >= min(subscription.severity, Severity.CRITICAL)]
    if not wanted:
        return []
    rows = Alarm.objects.filter(pk__in=[alarm.pk for alarm in wanted])
    if subscription.post is not None:
        rows = rows & visible_alarms(subscription.post.person, at)
    if subscription.division is not None:
        rows = rows.filter(_in_division(subscription.division))
    told = set(rows.values_list("pk", flat=True))
    return [alarm for alarm in wanted if alarm.pk in told]


def _in_division(division: Division) -> Q:
    """Alarms of its cameras, of nodes that record one of them; the installation's own where it is all of it."""
    path = division.path
    nodes = System.objects.filter(site__division__path__startswith=path, cameras__in=Camera.objects.taken_in())
    query = Q(cameras__camera__system__site__division__path__startswith=path) | Q(
        kind__in=_keys(Reach.NODE), node__in=nodes.values("cameras__node")
    )
    if not watched_systems().exclude(site__division__path__startswith=path).exists():
        query |= Q(kind__in=_keys(Reach.INSTALLATION))
    return Q(pk__in=Alarm.objects.filter(query).values("pk"))


def _keys(reach: Reach) -> list[str]:
    return [kind.key for kind in KINDS.values() if kind.reach == reach]


@dataclass(frozen=True)
class Fallback:
    """Somebody who is told because nobody else is."""

    person: Person
    post: PostKind
    mailbox: AlarmSubscription | None


def fallback_for(alarm: Alarm, at: datetime) -> list[Fallback]:
    """Who is told of an alarm that no recipient is told of: the first of `FALLBACK_POSTS` whose holders see it."""
    for kind in FALLBACK_POSTS:
        holders = Person.objects.filter(
            pk__in=Post.objects.valid(at).filter(kind=kind).values("person")
        ).select_related("unit")
        seeing = [person for person in holders if visible_alarms(person, at).filter(pk=alarm.pk).exists()]
        if seeing:
            return [Fallback(person, kind, mailbox_of(person)) for person in seeing]
    return []


def mailbox_of(person: Person) -> AlarmSubscription | None:
    """The last address that the person gave, ended or not; their page shows the alarm in any case."""
    rows = AlarmSubscription.objects.filter(post__person=person, channel=Channel.MAIL)
    return rows.select_related("post__person").order_by("-created_at").first()
