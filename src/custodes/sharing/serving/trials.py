"""Links that the gateway is to try, and what came of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from custodes.places.devices.plaintext import shown
from custodes.places.models import Gateway
from custodes.sharing.links.platforms import own_of
from custodes.sharing.links.standing import FAULT
from custodes.sharing.links.tried import WAITS
from custodes.sharing.models import LinkTrial, PlatformRole
from custodes.sharing.models.link import TRIED
from custodes.sharing.serving.uppers import opens, upper_of
from custodes.video.wire import linktests
from custodes.video.wire.linktests import MOST_TRIALS, LinkTrials, LinkTried


def trials_of(gateway: Gateway, at: datetime) -> LinkTrials:
    """Those that wait, of links that are still to be tried."""
    rows = LinkTrial.objects.filter(
        told_at__isnull=True, at__gt=at - WAITS, link__state__in=TRIED, link__platform__role=PlatformRole.UPPER
    )
    told = []
    for row in rows.select_related("link__platform", "link__office__division").order_by("at")[:MOST_TRIALS]:
        platform, own = row.link.platform, own_of(row.link.office)
        if platform is not None and own is not None and platform.host and opens(row.link, gateway):
            upper = upper_of(row.link, platform, own, gateway).model_copy(update={"alarms": False})
            told.append(linktests.LinkTrial(trial=row.pk, upper=upper))
    return LinkTrials(gateway=gateway.name, trials=tuple(told))


def take(told: LinkTried, at: datetime) -> bool:
    """Keep what came of a trial, once. False where there is none that may be told."""
    parts = [part.model_dump() | {"fault": shown(part.fault, FAULT)} for part in told.parts]
    mine = LinkTrial.objects.filter(pk=told.trial)
    if mine.filter(told_at__isnull=True, at__gt=at - WAITS).update(told_at=at, parts=parts):
        return True
    return _told(told.trial)


def _told(trial: UUID) -> bool:
    return LinkTrial.objects.filter(pk=trial, told_at__isnull=False).exists()
