"""Everything that waits for one person, the most pressing first."""

from __future__ import annotations

from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.some import Some, together
from custodes.upkeep.dates.waits import (
    cameras,
    changes,
    decisions,
    drafts,
    filings,
    holds,
    looks,
    missing,
    releases,
    requests,
    sharing,
    staff,
    upgrades,
)
from custodes.upkeep.dates.waits.waits import Gather, Waits, pressing

#: In this order where nothing presses more than the other.
WAYS: tuple[Gather, ...] = (
    missing.gather,
    filings.gather,
    drafts.gather,
    changes.gather,
    upgrades.gather,
    cameras.gather,
    decisions.gather,
    holds.gather,
    requests.gather,
    releases.gather,
    sharing.gather,
    looks.gather,
    staff.gather,
)


def waiting_for(asking: Asking) -> Some[Waits]:
    """All kinds together; the first of them, and how many there are."""
    ways = WAYS if asking.personal else (filings.gather,)
    return together((part for way in ways for part in way(asking)), asking.most, pressing)
