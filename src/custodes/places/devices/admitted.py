"""Which devices may register at all: not retired, of no classified system (S20), and no platform below without a link (S22)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from custodes.places.devices.channel import channel_of
from custodes.places.devices.joined import unjoined
from custodes.places.models import GbDevice, System


def admitted() -> QuerySet[GbDevice]:
    """They, in no order."""
    rows = GbDevice.objects.filter(retired_at__isnull=True, system__classified=False).order_by()
    for ids in unjoined():
        rows = rows.exclude(gb_id__in=ids)
    return rows


def devices_of(system: System) -> frozenset[str]:
    """IDs of a system's devices of which channels may be its cameras."""
    return frozenset(admitted().filter(system=system).values_list("gb_id", flat=True))


def media_ways(system: System, urls: Iterable[str]) -> dict[str, str]:
    """How the media of these channels is to come, by their address, as it was entered of their device; of other addresses nothing."""
    channels = {url: channel for url in urls if (channel := channel_of(url)) is not None}
    if not channels:
        return {}
    ways = dict(admitted().filter(system=system).values_list("gb_id", "media"))
    return {url: ways[channel.device] for url, channel in channels.items() if channel.device in ways}
