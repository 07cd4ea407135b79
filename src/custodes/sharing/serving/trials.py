"""Links that the gateway is to try, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, get_args

from custodes.places.devices.plaintext import shown
from custodes.places.models import Gateway
from custodes.sharing.links.platforms import own_of
from custodes.sharing.links.standing import FAULT
from custodes.sharing.links.tried import WAITS, waits
from custodes.sharing.models import LinkTrial, PlatformRole
from custodes.sharing.models.link import TRIED
from custodes.sharing.serving.lower_trials import lowers_of, witness_part
from custodes.sharing.serving.uppers import opens, upper_of
from custodes.video.wire import linktests
from custodes.video.wire.linktests import MOST_TRIALS, LinkTrials, LinkTried, LowerPart, TriedPart, UpperPart

_FIGURES = ("ago_s", "off_ms", "got", "said")


def trials_of(gateway: Gateway, at: datetime) -> LinkTrials:
    """Those that wait, of links that are still to be tried."""
    rows = LinkTrial.objects.filter(
        told_at__isnull=True, at__gt=at - WAITS, link__state__in=TRIED, link__platform__role=PlatformRole.UPPER
    )
    told = []
    for row in rows.select_related("link__platform", "link__office__division").order_by("at")[:MOST_TRIALS]:
        platform, own = row.link.platform, own_of(row.link.office)
        if platform is not None and own is not None and platform.host and opens(row.link, gateway):
            upper = upper_of(row.link, platform, own, gateway).model_copy(update={"alarms": False, "positions": False})
            told.append(linktests.LinkTrial(trial=row.pk, upper=upper))
    return LinkTrials(gateway=gateway.name, trials=tuple(told), lowers=lowers_of(at))


def take(told: LinkTried, at: datetime) -> bool:
    """Keep what came of a trial, once. False where there is none that may be told."""
    row = LinkTrial.objects.filter(pk=told.trial).select_related("link__platform").first()
    if row is None or row.link.platform is None:
        return False
    if row.told_at is not None:
        return True
    if not waits(row, at):
        return False
    below = row.link.platform.role == PlatformRole.LOWER
    own = get_args(LowerPart if below else UpperPart)
    parts = [_kept(part) for part in told.parts if part.part in own]
    if below:
        parts.append(witness_part(row.link.platform, at))
    LinkTrial.objects.filter(pk=row.pk, told_at__isnull=True).update(told_at=at, parts=parts)
    return True


def _kept(part: TriedPart) -> dict[str, Any]:
    """With those figures alone that were told."""
    found = part.model_dump() | {"fault": shown(part.fault, FAULT)}
    return {name: value for name, value in found.items() if name not in _FIGURES or value is not None}
