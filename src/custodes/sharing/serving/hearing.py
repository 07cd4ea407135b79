"""The gateway's reports of how links with upper platforms stand."""

from __future__ import annotations

from datetime import datetime

from custodes.places.devices.plaintext import moment, shown
from custodes.sharing.links.standing import FAULT, Heard, heard
from custodes.sharing.models import Link, PlatformRole
from custodes.video.wire.uppers import LinkHeard, LinksHeard

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
