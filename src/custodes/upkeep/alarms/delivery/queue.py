"""The durable queue of what is to be told: written in one transaction with the mark that it was, sent afterwards; and quiet hours, local times
of the installation between which a recipient is not told of what can wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from custodes.settings import get_settings
from custodes.upkeep.alarms.delivery.recipients import alarms_for, fallback_for
from custodes.upkeep.models import (
    Alarm,
    AlarmDelivery,
    AlarmEvent,
    AlarmStep,
    AlarmSubscription,
    AlarmTelling,
    Channel,
    Severity,
)


def quiet_until(begin: time | None, end: time | None, at: datetime, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours that hold at `at` are over; None when they don't.

    Args:
        begin, end: local times; `begin` later than `end` spans midnight, equal or missing means none.
        at: aware.
        zone: whose local time.
    """
    if begin is None or end is None or begin == end:
        return None
    local = at.astimezone(zone)
    clock = local.time()
    inside = begin <= clock < end if begin < end else clock >= begin or clock < end
    if not inside:
        return None
    day = local.date() if clock < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, zone)


FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
MOST_ATTEMPTS = 12
"""About five hours; then it is given up and said so."""

KEEP = timedelta(days=90)


def pause(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: doubling from half a minute to an hour."""
    doublings: int = 2 ** min(attempts - 1, 20)
    return min(FIRST_PAUSE * doublings, LONGEST_PAUSE)


def write_down(at: datetime) -> int:
    """Write a delivery for each step that has not been told and each recipient; how many.

    A recipient is told of an alarm's end only if they were told of the alarm. The page's own recipients need no delivery:
    the page shows what is so; that it was theirs to see is noted.
    """
    with transaction.atomic():
        events = list(
            AlarmEvent.objects.select_for_update(of=("self",))
            .filter(told=False)
            .select_related("alarm")
            .order_by("pk")[:2000]
        )
        if not events:
            return 0
        raised = [event.alarm for event in events if event.step == AlarmStep.RAISED]
        cleared = [event.alarm for event in events if event.step == AlarmStep.CLEARED]
        rows = _raised(raised, at) + _cleared(cleared, at)
        AlarmDelivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
        AlarmEvent.objects.filter(pk__in=[event.pk for event in events]).update(told=True)
        return len(rows)


def _raised(alarms: Sequence[Alarm], at: datetime) -> list[AlarmDelivery]:
    rows, tellings = [], []
    told: set[object] = set()
    if alarms:
        for subscription in AlarmSubscription.objects.valid(at).select_related("post__person", "division"):
            for alarm in alarms_for(subscription, alarms, at):
                told.add(alarm.pk)
                tellings.append(_telling(subscription, alarm, at))
                if subscription.channel != Channel.PAGE:
                    rows.append(_row(subscription, alarm, AlarmStep.RAISED, at))
    for alarm in alarms:
        if alarm.severity >= Severity.CRITICAL and alarm.pk not in told:
            rows += _fall_back(alarm, at)
    AlarmTelling.objects.bulk_create(tellings, batch_size=500)
    return rows


def _telling(subscription: AlarmSubscription, alarm: Alarm, at: datetime) -> AlarmTelling:
    post = subscription.post
    return AlarmTelling(
        alarm=alarm,
        at=at,
        person=post.person if post is not None else None,
        post_kind=post.kind if post is not None else "",
        channel=subscription.channel,
        subscription=subscription,
    )


def _fall_back(alarm: Alarm, at: datetime) -> list[AlarmDelivery]:
    found = fallback_for(alarm, at)
    names = "、".join(each.person.name for each in found)
    AlarmEvent.objects.create(alarm=alarm, at=at, step=AlarmStep.FELL_BACK, words=names[:300])
    AlarmTelling.objects.bulk_create(
        AlarmTelling(
            alarm=alarm,
            at=at,
            person=each.person,
            post_kind=each.post,
            channel=Channel.MAIL if each.mailbox is not None else Channel.PAGE,
            subscription=each.mailbox,
        )
        for each in found
    )
    return [
        AlarmDelivery(subscription=each.mailbox, alarm=alarm, step=AlarmStep.RAISED, created_at=at, due_at=at)
        for each in found
        if each.mailbox is not None
    ]


def _cleared(alarms: Sequence[Alarm], at: datetime) -> list[AlarmDelivery]:
    before = AlarmDelivery.objects.filter(
        alarm__in=alarms, step__in=[AlarmStep.RAISED, AlarmStep.TOLD_AGAIN], delivered_at__isnull=False
    ).select_related("subscription", "alarm")
    told = {(row.subscription_id, row.alarm_id): row for row in before}
    return [
        _row(row.subscription, row.alarm, AlarmStep.CLEARED, at)
        for row in told.values()
        if row.alarm is not None and row.subscription.ended_at is None
    ]


def _row(subscription: AlarmSubscription, alarm: Alarm, step: AlarmStep, at: datetime) -> AlarmDelivery:
    return AlarmDelivery(
        subscription=subscription, alarm=alarm, step=step, created_at=at, due_at=due_of(subscription, alarm, at)
    )


def due_of(subscription: AlarmSubscription, alarm: Alarm, at: datetime) -> datetime:
    """When a recipient is told of an alarm: now, or when the recipient's quiet hours are over; what is critical waits only for who may let it wait."""
    if alarm.severity >= Severity.CRITICAL and not subscription.holds_critical:
        return at
    zone = ZoneInfo(get_settings().time_zone)
    return quiet_until(subscription.quiet_from, subscription.quiet_to, at, zone) or at


def prune(at: datetime) -> int:
    """Delete what was told, or given up, long ago."""
    settled = AlarmDelivery.objects.filter(created_at__lt=at - KEEP)
    return settled.exclude(delivered_at__isnull=True, given_up_at__isnull=True).delete()[0]
