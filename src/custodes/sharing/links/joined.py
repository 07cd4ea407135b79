"""What links join (S22–S24): platforms below, each of which registers at the gateway as a device of its ID once a link with it was examined,
until that is suspended or ends; and the cameras that links in force bring to the platform, of whose footage alone S29 opens any to families."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from custodes.places.devices.channel import PREFIX
from custodes.places.models import Camera, GbDevice, System
from custodes.sharing.directory.secrecy import nameable
from custodes.sharing.models import Link, LinkState, Platform, PlatformRole, SharedCamera

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


def cameras_brought() -> QuerySet[Camera]:
    """Cameras of systems that are joined (S23, S24), channels of platforms below (S22), and what a platform above is shown.

    A link that is suspended or ended brings nothing; of what S20 closes nothing is on the platform, whatever a link says.
    """
    links = Link.objects.filter(state=LinkState.IN_FORCE)
    brought = Q(system__in=links.filter(system__isnull=False).values("system"))
    shown = SharedCamera.objects.filter(
        link__in=links.filter(platform__role=PlatformRole.UPPER).values("pk"), node__isnull=False
    )
    brought |= Q(pk__in=shown.values("camera"))
    for gb_id in links.filter(platform__role=PlatformRole.LOWER).values_list("platform__gb_id", flat=True):
        brought |= Q(main_url__startswith=f"{PREFIX}{gb_id}/")
    return Camera.objects.filter(brought, system__in=nameable(System.objects.all()).values("pk"))
