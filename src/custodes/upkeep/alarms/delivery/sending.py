"""Sends what is due: one mail a recipient, one call a step; what fails waits longer each time and is given up in the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

import structlog
from django.db.models import F

from custodes.people.models import Post
from custodes.settings import get_settings
from custodes.upkeep.alarms.delivery.channels import NotSent, send_hook, send_mail
from custodes.upkeep.alarms.delivery.message import NOT_NEEDED, mail_of
from custodes.upkeep.alarms.delivery.queue import MOST_ATTEMPTS, pause
from custodes.upkeep.models import AlarmDelivery, AlarmEvent, AlarmState, AlarmStep, AlarmSubscription, Channel

log = structlog.get_logger("custodes.upkeep.alarms.delivery")

BATCH = 200
LEASE = timedelta(minutes=5)
"""Longer than a mail server and a web hook together are waited for."""


def send_due(at: datetime, only: AlarmSubscription | None = None) -> int:
    """Send what is due; how many deliveries arrived. Called outside any transaction: it waits for other machines.

    Args:
        only: this recipient's alone, for a test that a person waits for.
    """
    waiting = AlarmDelivery.objects.filter(delivered_at__isnull=True, given_up_at__isnull=True, due_at__lte=at)
    if only is not None:
        waiting = waiting.filter(subscription=only)
    rows = waiting.select_related("subscription__post__person__account", "alarm").order_by(
        "subscription", "created_at", "pk"
    )[:BATCH]
    arrived = 0
    for _key, found in groupby(rows, key=lambda row: row.subscription_id):
        arrived += _tell(list(found), at)
    return arrived


def _tell(rows: list[AlarmDelivery], at: datetime) -> int:
    """Tell one recipient."""
    subscription = rows[0].subscription
    rows = [row for row in rows if _claim(row, at)]
    if not _still_there(subscription, at):
        _give_up(rows, at, "the recipient has no post any more")
        return 0
    late = [row for row in rows if _no_longer_news(row)]
    if late:
        _give_up([row for row in late if row.step == AlarmStep.TOLD_AGAIN], at, NOT_NEEDED)
        _settle([row for row in late if row.step != AlarmStep.TOLD_AGAIN], at, "over before it was told")
        rows = [row for row in rows if row not in late]
    if not rows:
        return 0
    if subscription.channel == Channel.MAIL:
        mail = mail_of(rows, language_of(subscription))
        return _try(rows, at, lambda: send_mail(subscription.address, mail))
    return sum(_try([row], at, lambda row=row: send_hook(row, at)) for row in rows)  # type: ignore[misc]


def _claim(row: AlarmDelivery, at: datetime) -> bool:
    """Take it, unless another thread has: compare and set. After a crash it is due again when the lease is over."""
    free = AlarmDelivery.objects.filter(
        pk=row.pk, due_at=row.due_at, attempts=row.attempts, delivered_at__isnull=True, given_up_at__isnull=True
    )
    return free.update(due_at=at + LEASE) == 1


def _still_there(subscription: AlarmSubscription, at: datetime) -> bool:
    """Whether the recipient may still be told: what waits for quiet hours must not follow somebody who has left."""
    if subscription.post is None:
        return subscription.ended_at is None
    return Post.objects.valid(at).filter(person=subscription.post.person).exists()


def _give_up(rows: Sequence[AlarmDelivery], at: datetime, why: str) -> None:
    AlarmDelivery.objects.filter(pk__in=[row.pk for row in rows]).update(given_up_at=at, last_error=why)


def _no_longer_news(row: AlarmDelivery) -> bool:
    """An alarm that waited for the end of quiet hours and is over meanwhile wakes nobody, nor one told again that somebody
    has acknowledged."""
    if row.alarm is None:
        return False
    if row.step == AlarmStep.TOLD_AGAIN:
        return row.alarm.state == AlarmState.CLEARED or row.alarm.acknowledged_at is not None
    return (
        row.step == AlarmStep.RAISED
        and row.attempts == 0
        and row.alarm.state == AlarmState.CLEARED
        and row.due_at > row.created_at
    )


def language_of(subscription: AlarmSubscription) -> str:
    """The person's own language; a mailbox's as it was set; else the installation's."""
    account = getattr(subscription.post.person, "account", None) if subscription.post is not None else None
    return (account.language if account is not None else "") or subscription.language or get_settings().language


def _try(rows: Sequence[AlarmDelivery], at: datetime, send: Callable[[], None]) -> int:
    try:
        send()
    except NotSent as failure:
        _postpone(rows, at, str(failure))
        return 0
    _settle(rows, at, "")
    return len(rows)


def _settle(rows: Sequence[AlarmDelivery], at: datetime, note: str) -> None:
    AlarmDelivery.objects.filter(pk__in=[row.pk for row in rows]).update(
        delivered_at=at, last_error=note, attempts=F("attempts") + (0 if note else 1)
    )


def _postpone(rows: Sequence[AlarmDelivery], at: datetime, why: str) -> None:
    for row in rows:
        row.attempts += 1
        row.last_error = why[:300]
        row.due_at = at + pause(row.attempts)
        if row.attempts >= MOST_ATTEMPTS:
            row.given_up_at = at
            if row.alarm is not None:
                AlarmEvent.objects.create(
                    alarm=row.alarm,
                    at=at,
                    step=AlarmStep.UNDELIVERED,
                    words=str(row.subscription.get_channel_display()),
                )
        row.save(update_fields=["attempts", "last_error", "due_at", "given_up_at"])
    log.warning("alarm.not_told", subscription=str(rows[0].subscription_id), deliveries=len(rows), why=why)
