"""How links stand, as the web is told it: in plain words and without anybody's address."""

from __future__ import annotations

from custodes.gateway.plain import plain
from custodes.gateway.uppers.link import UpperLink
from custodes.gb28181.cascade.events import State
from custodes.video.clock import Clock
from custodes.video.wire.uppers import LinkHeard

ELSEWHERE = "it sends us to another address; whether we go there is for a person to decide"


def heard(link: UpperLink, clock: Clock) -> LinkHeard:
    """One link now."""
    us, now = clock.wall_us(), clock.monotonic()

    def wall(moment: float) -> int:
        return us - round(max(0.0, now - moment) * 1_000_000)

    standing = link.lower.standing if link.lower is not None else None
    fault, fault_at = (plain(standing.fault), wall(standing.fault_at)) if standing and standing.fault else ("", None)
    if fault.startswith("it sends us to "):
        fault = ELSEWHERE
    if link.trouble and (fault_at is None or link.trouble_us >= fault_at):
        fault, fault_at = link.trouble, link.trouble_us
    begun = standing is None or standing.state is State.NEVER
    return LinkHeard(
        link=link.upper.link,
        up=link.registered,
        since_us=link.begun_us if begun or standing is None else wall(standing.since),
        latency_ms=round(standing.latency * 1000) if standing and standing.latency is not None else None,
        fault=fault,
        fault_at_us=fault_at,
    )
