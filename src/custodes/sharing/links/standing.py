"""How links stand, as the gateway measures them: written by its reports, read by pages. No report, no figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from custodes.sharing.models import Link, LinkStanding, LinkState

FAULT = 300


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


def standing_of(link: Link) -> LinkStanding | None:
    """The last report of a link that is in force; None where nothing was measured."""
    return LinkStanding.objects.filter(link=link).first() if link.state == LinkState.IN_FORCE else None
