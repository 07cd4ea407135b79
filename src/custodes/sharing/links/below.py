"""Platforms below: each registers at the gateway as a device of its ID, once a link with it was examined, until it is suspended or ends (S22)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from custodes.places.models import GbDevice
from custodes.sharing.models import Link, LinkState, Platform, PlatformRole

JOINED = (LinkState.EXAMINED, LinkState.TESTED, LinkState.IN_FORCE)
"""A platform registers to be tested, and while its link is in force; not before somebody examined the request, nor while it is suspended."""


def unjoined_ids() -> QuerySet[Any, str]:
    """IDs of platforms below that may not register now, as a query. Of a platform that several offices keep one link is enough."""
    joined = Link.objects.filter(state__in=JOINED, platform__role=PlatformRole.LOWER)
    rows = Platform.objects.filter(role=PlatformRole.LOWER).exclude(gb_id__in=joined.values("platform__gb_id"))
    return rows.order_by().values_list("gb_id", flat=True)


def device_of(link: Link) -> GbDevice | None:
    """The device by which the platform below registers; None where none was entered, or it was retired."""
    if link.platform is None:
        return None
    return GbDevice.objects.filter(gb_id=link.platform.gb_id, retired_at__isnull=True).order_by("-entered_at").first()
