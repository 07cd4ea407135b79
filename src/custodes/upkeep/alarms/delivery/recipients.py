"""Who is told of an alarm; naming and dropping recipients.

Nothing critical is silenced for all: every connected system has somebody whom critical alarms reach at any hour, or the
fallback is told (the duty leads that see it; without one, the system administrators) and an alarm of its own says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from custodes.people.models import Division, Person, Post, PostKind
from custodes.people.permissions import Permission
from custodes.people.records import config_changed, differences, snapshot
from custodes.places.models import Camera, System
from custodes.places.scope import visible_systems
from custodes.upkeep.alarms.delivery.channels import make_secret
from custodes.upkeep.alarms.kinds import KINDS, AlarmReach
from custodes.upkeep.alarms.visible import visible_alarms
from custodes.upkeep.models import Alarm, AlarmDelivery, AlarmSubscription, Channel, Severity

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
        kind__in=_keys(AlarmReach.NODE), node__in=nodes.values("cameras__node")
    )
    if not watched_systems().exclude(site__division__path__startswith=path).exists():
        query |= Q(kind__in=_keys(AlarmReach.INSTALLATION))
    return Q(pk__in=Alarm.objects.filter(query).values("pk"))


def _keys(reach: AlarmReach) -> list[str]:
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


MOST_PER_POST = 10


class RecipientRefused(Exception):
    """It can't be added or dropped; the text says why, for the person."""


def add(subscription: AlarmSubscription, *, by: Person, at: datetime) -> str:
    """Add a recipient; the web hook's secret, which is shown this once, or an empty string.

    Raises:
        RecipientRefused: it would hold critical alarms back while nobody else is told of them, or there are too many.
    """
    secret = ""
    with transaction.atomic():
        same = AlarmSubscription.objects.valid(at).filter(post=subscription.post, division=subscription.division)
        if same.count() >= MOST_PER_POST:
            raise RecipientRefused(_("最多 %(count)d 个接收方式。请先停用不用的。") % {"count": MOST_PER_POST})
        if same.filter(channel=subscription.channel, address=subscription.address).exists():
            raise RecipientRefused(_("已经有同样的接收方式。"))
        if subscription.channel == Channel.HOOK:
            secret, subscription.secret = make_secret()
        subscription.save()
        if subscription.holds_critical:
            _refuse_unanswered_of(subscription, at)
        config_changed(subscription, differences({}, _recorded(subscription)), by=by, at=at)
    return secret


def end(subscription: AlarmSubscription, *, by: Person, at: datetime) -> None:
    """Drop a recipient.

    Raises:
        RecipientRefused: it has been dropped already, or systems would be left without anybody.
    """
    with transaction.atomic():
        row = AlarmSubscription.objects.select_for_update(of=("self",)).get(pk=subscription.pk)
        if row.ended_at is not None:
            raise RecipientRefused(_("该接收方式已经停用。"))
        before = set(unanswered(at).values_list("pk", flat=True))
        left = unanswered(at, without=[row]).exclude(pk__in=before)
        _refuse(left)
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        AlarmDelivery.objects.filter(subscription=row, delivered_at__isnull=True, given_up_at__isnull=True).update(
            given_up_at=at, last_error="the recipient was dropped"
        )
        config_changed(row, {"ended_at": (None, at)}, by=by, at=at)


def _refuse_unanswered_of(subscription: AlarmSubscription, at: datetime) -> None:
    """A recipient that holds critical alarms back answers for nothing: others must."""
    _refuse(unanswered(at).filter(pk__in=reached_systems(subscription, at).values("pk")))


def _refuse(left: QuerySet[System]) -> None:
    systems = list(left.select_related("site__division")[:4])
    if not systems:
        return
    names = "、".join(_place(system) for system in systems[:3]) + ("…" if len(systems) > 3 else "")
    raise RecipientRefused(
        _("这样一来，%(names)s 的紧急告警就没有人随时收到了（第三十四条第一项）。请先指定另一名接收人。")
        % {"names": names}
    )


def _place(system: System) -> str:
    return f"{system.site.division.name}{system.name}"


def _recorded(subscription: AlarmSubscription) -> dict[str, object]:
    """What the log says of it; the secret never, and of an address only that there is one."""
    fields = snapshot(subscription)
    fields.pop("secret", None)
    fields["address"] = bool(subscription.address)
    return fields
