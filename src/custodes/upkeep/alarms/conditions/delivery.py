"""The alarms' own ways: recipients that can't be reached, and systems that have none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from custodes.people.models import Division
from custodes.upkeep.alarms.condition import Condition, ConditionSource
from custodes.upkeep.alarms.delivery.recipients import unanswered
from custodes.upkeep.alarms.kinds.trust import NOBODY_TOLD, UNDELIVERED
from custodes.upkeep.models import AlarmDelivery

FAILING = 4
"""So many attempts in a row that failed are no hiccup any more."""


def look_at_deliveries(now: datetime) -> Iterator[Condition]:
    """Recipients whose newest telling was given up or keeps failing; the next that arrives ends it."""
    newest: dict[object, AlarmDelivery] = {}
    rows = AlarmDelivery.objects.filter(created_at__gte=now - timedelta(days=30), subscription__ended_at__isnull=True)
    for row in rows.select_related("subscription").order_by("created_at", "pk"):
        if row.delivered_at is not None or row.attempts >= FAILING:
            newest[row.subscription_id] = row
    for row in newest.values():
        if row.delivered_at is None:
            subscription = row.subscription
            yield Condition(
                UNDELIVERED,
                f"subscription:{subscription.pk}",
                f"{subscription.get_channel_display()} {_host(subscription.address)}",
                row.created_at,
                {"attempts": row.attempts, "detail": row.last_error},
            )


def _host(address: str) -> str:
    """Enough of an address to know it by: a mail's domain or a hook's host, not whose it is and not its path."""
    rest = address.split("://", 1)[-1].split("/", 1)[0]
    return rest.rsplit("@", 1)[-1]


def look_at_recipients(now: datetime) -> Iterator[Condition]:
    """Divisions in which a system's critical alarms reach nobody."""
    paths = set(unanswered(now).values_list("site__division", flat=True))
    if paths:
        names = [division.name_zh for division in Division.objects.filter(pk__in=paths)]
        shown = "、".join(names[:5])
        yield Condition(NOBODY_TOLD, "recipients", shown, now, {"places": "、".join(names)[:300]})


UNDELIVERED_SOURCE = ConditionSource("undelivered", (UNDELIVERED,), look_at_deliveries, timedelta(seconds=30))
NOBODY_SOURCE = ConditionSource("recipients", (NOBODY_TOLD,), look_at_recipients, timedelta(minutes=1))
