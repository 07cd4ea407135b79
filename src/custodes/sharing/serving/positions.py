"""Where cameras are that move and that an upper is shown: the last place of each, where it is not old."""

from __future__ import annotations

from datetime import datetime

from custodes.places.devices.moving import cameras_of_mobiles
from custodes.places.models import Camera, GbMobile
from custodes.places.planning import voting
from custodes.sharing.models import Link
from custodes.sharing.tree.showing import cameras_shown
from custodes.video.wire.positions import MOST_SHOWN_PLACES, ShownPosition, ShownPositions


def positions_of(link: Link, now: datetime) -> ShownPositions:
    """Those of cameras that hang in its tree and may be named now (S20 is asked again here), and before which no vote is held (S10(3)). Nothing where
    this link tells no positions. Which place was the one before is known to nobody."""
    if not link.positions:
        return ShownPositions(link=link.pk)
    rows = GbMobile.objects.filter(heard_at__isnull=False, device__retired_at__isnull=True).select_related("device")
    fresh = [row for row in rows.order_by("-heard_at").iterator() if not row.late(now)]
    shown = cameras_shown(link)
    pairs = cameras_of_mobiles(fresh, Camera.objects.filter(pk__in=shown.values("camera")))
    cameras = Camera.objects.filter(pk__in=[camera.pk for camera, _mobile in pairs])
    votes = voting(cameras, now)
    channels = dict(
        shown.filter(camera__in=cameras.exclude(pk__in=votes).values("pk")).values_list("camera", "channel")
    )
    told = [_told(channels[camera.pk], mobile) for camera, mobile in pairs if camera.pk in channels]
    return ShownPositions(link=link.pk, positions=tuple(told[:MOST_SHOWN_PLACES]))


def _told(channel: str, mobile: GbMobile) -> ShownPosition:
    seen = mobile.seen_at
    assert seen is not None
    assert mobile.longitude is not None
    assert mobile.latitude is not None
    return ShownPosition(
        channel=channel,
        longitude=mobile.longitude,
        latitude=mobile.latitude,
        at_us=round(seen.timestamp() * 1_000_000),
    )
