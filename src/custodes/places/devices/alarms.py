"""Alarms that devices tell: kept with the device, so many and no more, and shown. Nothing follows from one by itself.

`alarms_since` is where a room above may read them: what an alarm of a device shall mean for the house, and who is called for it, is
decided there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from django.db import transaction
from django.db.models import QuerySet
from pydantic import BaseModel, ConfigDict, Field

from custodes.places.devices.plaintext import said_moment, shown, small
from custodes.places.models import GbAlarm, GbDevice
from custodes.video.wire.devices import DeviceAlarm

KEPT = 200
"""Alarms of one device; a device that cries all the time drops its own oldest and nobody else's."""


class DeviceAlarms(BaseModel):
    """``POST /internal/gateway/alarms`` (wire.md §8)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    gateway: str
    alarms: Annotated[tuple[DeviceAlarm, ...], Field(max_length=1000)] = ()


def take_alarms(alarms: Sequence[DeviceAlarm], at: datetime) -> int:
    """Keep them; one that is told again is known already, and of a device that is not in the register nothing is kept. How many are new."""
    with transaction.atomic():
        names = {alarm.device for alarm in alarms}
        devices = {row.gb_id: row for row in GbDevice.objects.filter(gb_id__in=names, retired_at__isnull=True)}
        told = [_row(devices[alarm.device], alarm, at) for alarm in alarms if alarm.device in devices]
        heard = {_sameness(row) for row in GbAlarm.objects.filter(device__in=devices.values())}
        fresh = {_sameness(row): row for row in told if _sameness(row) not in heard}
        GbAlarm.objects.bulk_create(fresh.values(), batch_size=200)
        for device in {row.device_id for row in fresh.values()}:
            rows = GbAlarm.objects.filter(device=device).order_by("-at", "-pk")
            GbAlarm.objects.filter(pk__in=list(rows.values_list("pk", flat=True)[KEPT:])).delete()
    return len(fresh)


def alarms_since(at: datetime) -> QuerySet[GbAlarm]:
    """What devices told after a moment, the oldest first."""
    return GbAlarm.objects.filter(received_at__gt=at).select_related("device__system").order_by("received_at", "pk")


def _row(device: GbDevice, alarm: DeviceAlarm, at: datetime) -> GbAlarm:
    return GbAlarm(
        device=device,
        channel_id=shown(alarm.channel, 32),
        priority=small(alarm.priority),
        method=small(alarm.method),
        kind=small(alarm.kind),
        at=said_moment(alarm.at_us, at),
        words=shown(alarm.words),
        received_at=at,
    )


def _sameness(row: GbAlarm) -> tuple[object, ...]:
    return row.device_id, row.channel_id, row.priority, row.method, row.kind, row.at, row.words
