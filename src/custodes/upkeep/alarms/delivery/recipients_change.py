"""Naming and dropping recipients; never so that a system's critical alarms reach nobody any more."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from custodes.people.models import Person
from custodes.people.records import config_changed, differences, snapshot
from custodes.places.models import System
from custodes.upkeep.alarms.delivery.hook import make_secret
from custodes.upkeep.alarms.delivery.recipients import reached_systems, unanswered
from custodes.upkeep.models import AlarmDelivery, AlarmSubscription, Channel

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
