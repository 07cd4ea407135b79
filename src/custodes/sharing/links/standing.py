"""How links stand, as the gateway measures them: its reports are checked and kept, and read by pages. No report, no figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from custodes.places.devices.gateways import own_gateway
from custodes.places.devices.plaintext import moment, shown
from custodes.places.models import GbDevice, Standing
from custodes.sharing.models import Link, LinkStanding, LinkState, PlatformRole
from custodes.video.wire.upper_platforms import LinkHeard, LinksHeard

FAULT = 300
STALE = timedelta(seconds=60)
"""After so long without a report nothing is known any more."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the gateway says of one link.

    Attributes:
        since: since when it stands so.
        latency_ms: of the last answer, milliseconds; None where none came.
        fault: the last thing that went wrong, one plain sentence; empty for nothing new.
    """

    link: UUID
    up: bool
    since: datetime
    latency_ms: int | None = None
    fault: str = ""
    fault_at: datetime | None = None


def heard(one: Heard, at: datetime) -> None:
    """Keep a report. The last fault stays until another comes. Of a link that is not in force nothing is kept."""
    if not Link.objects.filter(pk=one.link, state=LinkState.IN_FORCE).exists():
        return
    told: dict[str, object] = {"up": one.up, "since": one.since, "latency_ms": one.latency_ms, "heard_at": at}
    if one.fault:
        told |= {"fault": one.fault[:FAULT], "fault_at": one.fault_at or at}
    LinkStanding.objects.update_or_create(link_id=one.link, defaults=told)


def stale(one: LinkStanding | None, at: datetime) -> bool:
    """Whether it says how the link stood, not how it stands."""
    return one is not None and at - one.heard_at > STALE


def standing_of(link: Link) -> LinkStanding | None:
    """The last report of a link that is in force; None where nothing was measured."""
    return standings_of([link]).get(link.pk)


def standings_of(links: Iterable[Link]) -> dict[UUID, LinkStanding]:
    """The same of many; what is measured of a link with a lower platform is how its device stands, which registers by the same id."""
    rows = [one for one in links if one.state == LinkState.IN_FORCE]
    found = {one.link_id: one for one in LinkStanding.objects.filter(link__in=rows)}
    below = {
        one.platform.gb_id: one for one in rows if one.platform is not None and one.platform.role == PlatformRole.LOWER
    }
    gateway = own_gateway()
    if gateway is None or gateway.last_seen is None:
        return found
    devices = GbDevice.objects.filter(gb_id__in=below, retired_at__isnull=True, since__isnull=False)
    for device in devices.exclude(standing=Standing.NEVER):
        if device.since is not None:
            up = device.standing == Standing.ONLINE
            link = below[device.gb_id]
            found[link.pk] = LinkStanding(link=link, up=up, since=device.since, heard_at=gateway.last_seen)
    return found


MOST_MS = 600_000
"""Of an answer; who waits longer has none."""


def take(told: LinksHeard, at: datetime) -> None:
    """Keep them; what is about no link with an upper is passed over, and a time in the future is now.

    Raises:
        Impossible: a time before 1970; nothing was kept.
    """
    rows = [_heard(one, at) for one in told.links]
    uppers = Link.objects.filter(pk__in=[one.link for one in rows], platform__role=PlatformRole.UPPER)
    known = set(uppers.values_list("pk", flat=True))
    for one in rows:
        if one.link in known:
            heard(one, at)


def _heard(one: LinkHeard, at: datetime) -> Heard:
    ms = one.latency_ms
    return Heard(
        one.link,
        one.up,
        moment(one.since_us, "since_us", at),
        ms if ms is not None and 0 <= ms <= MOST_MS else None,
        shown(one.fault, FAULT),
        None if one.fault_at_us is None else moment(one.fault_at_us, "fault_at_us", at),
    )
